//! A template made ready: for every region, which rule, free condition and reason hold there.

use super::fault::FeeError;
use super::template::{Method, Place, Template};
use crate::regions::RegionCode;
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
        let rules = Named::of(method.rules.iter().map(|r| (&r.regions, &r.except)));
        let free = Named::of(method.free.iter().map(|f| (&f.regions, &f.except)));
        let no_delivery = Named::of(method.no_delivery.iter().map(|n| (&n.regions, &n.except)));
        let dear: Vec<bool> = match rules.default.and_then(|at| method.rules.get(usize::from(at))) {
            Some(usual) => method.rules.iter().map(|r| r.first_fee > usual.first_fee || r.step_fee > usual.step_fee).collect(),
            None => Vec::new(),
        };
        let (rules, mut free, no_delivery) = (rules.by_place(), free.by_place(), no_delivery.by_place());
        for (rule, free) in rules.iter().zip(&mut free) {
            let is_dear = rule.entry.is_some_and(|at| dear.get(usize::from(at)).copied().unwrap_or(false));
            if free.by_default && is_dear {
                free.entry = None;
            }
        }
        let cells: Vec<Cell> = rules
            .into_iter()
            .zip(free)
            .zip(no_delivery)
            .map(|((rule, free), closed)| Cell { rule: rule.entry, free: free.entry, no_delivery: closed.entry })
            .collect();
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
            Place::Default | Place::Everywhere => None,
            Place::Region(code) => match resolve(code) {
                Resolved::Current(index) => Some(index),
                Resolved::Gone(_) | Resolved::Unknown => None,
            },
        }
    }
}

/// Which entries of a list name which regions.
struct Named {
    /// The entry for everywhere else, and whether it means the dear regions too.
    default: Option<u16>,
    everywhere: bool,
    by_region: rustc_hash::FxHashMap<RegionIndex, u16>,
    /// The regions each entry leaves out.
    except: Vec<Vec<RegionIndex>>,
}

/// The entry of a list that holds in a region.
#[derive(Clone, Copy, Default)]
struct Held {
    entry: Option<u16>,
    /// As everywhere else, and not by name.
    by_default: bool,
}

impl Named {
    fn of<'a>(entries: impl Iterator<Item = (&'a Vec<Place>, &'a Vec<RegionCode>)>) -> Named {
        let mut named = Named { default: None, everywhere: false, by_region: Default::default(), except: Vec::new() };
        for (at, (places, except)) in entries.enumerate() {
            named.except.push(except.iter().filter_map(|code| Compiled::region_of(Place::Region(*code))).collect());
            for place in places {
                match place {
                    Place::Default => named.default = Some(at as u16),
                    Place::Everywhere => (named.default, named.everywhere) = (Some(at as u16), true),
                    Place::Region(_) => {
                        if let Some(index) = Compiled::region_of(*place) {
                            named.by_region.insert(index, at as u16);
                        }
                    }
                }
            }
        }
        named
    }

    /// For every region, in the order of the table: the entry that names it, else its city, else its province, else the one
    /// for everywhere else; none where that one leaves it out.
    fn by_place(&self) -> Vec<Held> {
        let start = Held { entry: self.default, by_default: !self.everywhere };
        // Regions stand in the order of their codes, so that what one lies in comes before it.
        let mut held: Vec<Held> = Vec::with_capacity(table().len());
        for (index, region) in table().all() {
            let above = region.parent.and_then(|p| held.get(p.slot())).copied().unwrap_or(start);
            let own = self.by_region.get(&index).map(|at| Held { entry: Some(*at), by_default: false });
            held.push(own.unwrap_or(above));
        }
        if self.except.iter().any(|list| !list.is_empty()) {
            let leaves_out = |at: u16, index: RegionIndex| {
                self.except.get(usize::from(at)).is_some_and(|list| list.iter().any(|outer| table().contains(*outer, index)))
            };
            for (index, _) in table().all() {
                let Some(at) = held[index.slot()].entry.filter(|at| leaves_out(*at, index)) else { continue };
                let usual = self.default.filter(|usual| *usual != at && !leaves_out(*usual, index));
                held[index.slot()] = Held { entry: usual, by_default: usual.is_some() && !self.everywhere };
            }
        }
        held
    }
}
