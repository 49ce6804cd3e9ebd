//! A template made ready: for every region, which rule, free condition and reason hold there.

use super::fault::FeeError;
use super::template::{Method, Place, Template};
use crate::regions::changes::{Resolved, resolve};
use crate::regions::table::{RegionIndex, table};

/// What holds in one region: places in the lists of the method, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cell {
    /// The rule.
    pub rule: Option<u16>,
    /// The free condition.
    pub free: Option<u16>,
    /// The reason not to deliver.
    pub no_delivery: Option<u16>,
}

/// One method of a template, ready to be asked about any region.
#[derive(Debug)]
pub struct Compiled<'t> {
    /// The template.
    pub template: &'t Template,
    /// The method.
    pub method: &'t Method,
    cells: Vec<Cell>,
    /// Whether something else holds somewhere inside a region.
    varies: Vec<bool>,
}

impl<'t> Compiled<'t> {
    /// Makes a method ready; the first where none is named.
    ///
    /// # Errors
    /// [`FeeError::UnknownMethod`].
    pub fn new(template: &'t Template, method: Option<&str>) -> Result<Compiled<'t>, FeeError> {
        let found = match method {
            Some(name) => template.methods.iter().find(|m| m.method == name),
            None => template.methods.first(),
        };
        let method = found.ok_or_else(|| FeeError::UnknownMethod {
            template: template.name.clone(),
            method: method.unwrap_or_default().to_owned(),
            known: template.methods.iter().map(|m| m.method.as_str()).collect::<Vec<_>>().join(", "),
        })?;
        let rules = named(method.rules.iter().map(|r| &r.regions));
        let free = named(method.free.iter().map(|f| &f.regions));
        let no_delivery = named(method.no_delivery.iter().map(|n| &n.regions));
        let start = Cell { rule: rules.default, free: free.default, no_delivery: no_delivery.default };
        let mut cells: Vec<Cell> = Vec::with_capacity(table().len());
        // Regions stand in the order of their codes, so that what one lies in comes before it.
        for (index, region) in table().all() {
            let above = region.parent.and_then(|p| cells.get(p.slot())).copied().unwrap_or(start);
            let own = |list: &Named| list.by_region.get(&index).copied();
            cells.push(Cell {
                rule: own(&rules).or(above.rule),
                free: own(&free).or(above.free),
                no_delivery: own(&no_delivery).or(above.no_delivery),
            });
        }
        let mut varies = vec![false; cells.len()];
        for (index, region) in table().all() {
            if region.parent.is_some_and(|above| cells[above.slot()] != cells[index.slot()]) {
                table().upwards(index).skip(1).for_each(|up| varies[up.slot()] = true);
            }
        }
        Ok(Compiled { template, method, cells, varies })
    }

    /// Whether the answer for a region depends on where inside it.
    pub fn varies_inside(&self, region: RegionIndex) -> bool {
        self.varies.get(region.slot()).copied().unwrap_or(false)
    }

    /// The rule of a cell.
    pub fn rule(&self, cell: Cell) -> Option<&'t super::template::Rule> {
        self.method.rules.get(usize::from(cell.rule?))
    }

    /// What holds in a region: of each list the entry that names it, else its city, else its province, else the
    /// default.
    pub fn at(&self, region: RegionIndex) -> Cell {
        self.cells.get(region.slot()).copied().unwrap_or_default()
    }

    /// Regions inside one where something else holds than in itself, the outermost only.
    pub fn exceptions(&self, region: RegionIndex) -> Vec<RegionIndex> {
        let mut found: Vec<RegionIndex> = Vec::new();
        for inner in table().inside(region) {
            let above = table().get(inner).parent.map(|p| self.at(p));
            if inner != region && above != Some(self.at(inner)) && !found.last().is_some_and(|last| table().contains(*last, inner)) {
                found.push(inner);
            }
        }
        found
    }

    /// The region of today that an entry of a list means; none where it has ended.
    pub fn region_of(place: Place) -> Option<RegionIndex> {
        match place {
            Place::Default => None,
            Place::Region(code) => match resolve(code) {
                Resolved::Current(index) => Some(index),
                Resolved::Gone(_) | Resolved::Unknown => None,
            },
        }
    }
}

struct Named {
    default: Option<u16>,
    by_region: rustc_hash::FxHashMap<RegionIndex, u16>,
}

fn named<'a>(entries: impl Iterator<Item = &'a Vec<Place>>) -> Named {
    let mut named = Named { default: None, by_region: Default::default() };
    for (at, places) in entries.enumerate() {
        for place in places {
            match Compiled::region_of(*place) {
                Some(index) => drop(named.by_region.insert(index, at as u16)),
                None if *place == Place::Default => named.default = Some(at as u16),
                None => {}
            }
        }
    }
    named
}
