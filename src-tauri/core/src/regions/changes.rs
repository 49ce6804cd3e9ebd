//! Regions that were renamed, merged or raised, so that old codes and names still lead somewhere.
//!
//! Source of `assets/region-changes.csv`: the yearly announcements of the Ministry of Civil Affairs on changes
//! of administrative divisions at county level and above, 2001 to 2023. A row names the old code, the old name,
//! the year, and the codes of today that its area mostly belongs to.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{RegionCode, RegionIndex, table};

/// What became of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionChange {
    /// The old code.
    pub code: RegionCode,
    /// The old name.
    pub name: &'static str,
    /// When it ended.
    pub year: u16,
    /// Where its area is today; several where it was divided.
    pub becomes: Vec<RegionIndex>,
}

/// Where a code leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// To a region of today.
    Current(RegionIndex),
    /// To a region that is gone.
    Gone(&'static RegionChange),
    /// Nowhere.
    Unknown,
}

struct Changes {
    rows: Vec<RegionChange>,
    by_code: HashMap<RegionCode, usize>,
}

static CHANGES: LazyLock<Changes> = LazyLock::new(|| {
    let rows: Vec<RegionChange> = include_str!("../../../../assets/region-changes.csv").lines().skip(1).filter_map(row).collect();
    // A code that was given again to another region means the region of today.
    let by_code = rows
        .iter()
        .enumerate()
        .filter(|(_, change)| table().find(change.code).is_none_or(|now| table().get(now).name == change.name))
        .map(|(at, change)| (change.code, at))
        .collect();
    Changes { rows, by_code }
});

fn row(line: &'static str) -> Option<RegionChange> {
    let mut cells = line.split(',');
    let (code, name, year) = (RegionCode::parse(cells.next()?)?, cells.next()?, cells.next()?.parse().ok()?);
    let becomes = cells.next()?.split(' ').map(|c| table().find(RegionCode::parse(c)?)).collect::<Option<Vec<_>>>()?;
    Some(RegionChange { code, name, year, becomes })
}

/// All changes, in the order of the old codes.
pub fn all() -> &'static [RegionChange] {
    &CHANGES.rows
}

/// Follows a code: to a region of today, to one that is gone, or nowhere. `XXXX01` is read as 市辖区, the city
/// itself, where no district bears it.
pub fn resolve(code: RegionCode) -> Resolved {
    if let Some(at) = CHANGES.by_code.get(&code) {
        return Resolved::Gone(&CHANGES.rows[*at]);
    }
    if let Some(index) = table().find(code) {
        return Resolved::Current(index);
    }
    match table().find(code.city()) {
        Some(city) if code.number() % 100 == 1 && code.city() != code.province() => Resolved::Current(city),
        _ => Resolved::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_leads_to_regions_of_today() {
        let lines = include_str!("../../../../assets/region-changes.csv").lines().count() - 1;
        assert_eq!(all().len(), lines, "a line names a code that does not exist");
    }

    #[test]
    fn old_codes_lead_to_where_the_place_is_today() {
        let name = |code: &str| match resolve(RegionCode::parse(code).unwrap()) {
            Resolved::Gone(change) => change.becomes.iter().map(|i| table().get(*i).name).collect::<Vec<_>>().join("/"),
            Resolved::Current(index) => table().path(index),
            Resolved::Unknown => "?".to_owned(),
        };
        assert_eq!(name("110103"), "东城区");
        assert_eq!(name("371200"), "莱芜区/钢城区");
        assert_eq!(name("320611"), "崇川区", "an abolished district that the table still lists");
        assert_eq!(name("320801"), "江苏省淮安市");
        assert_eq!(name("130502"), "河北省邢台市襄都区", "a code given again means the region of today");
        assert_eq!(name("999999"), "?");
        assert_eq!(name("330001"), "?");
    }
}
