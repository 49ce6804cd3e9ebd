//! The groups of regions sellers ship by.

use serde::Serialize;

use super::table::RegionCode;

/// A group of regions under the name sellers use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RegionGroup {
    /// A stable name.
    pub id: &'static str,
    /// The regions.
    pub regions: Vec<RegionCode>,
}

/// Where parcels cost more or take longer than elsewhere; the lint of a default rule asks about these.
pub const REMOTE: [&str; 10] = ["650000", "540000", "630000", "150000", "640000", "620000", "460000", "710000", "810000", "820000"];

const GROUPS: [(&str, &[&str]); 10] = [
    ("jiangzhehu", &["320000", "330000", "310000"]),
    ("jiangzhehuwan", &["320000", "330000", "310000", "340000"]),
    ("zhusanjiao", &["440100", "440300", "440400", "440600", "441300", "441900", "442000", "440700", "441200"]),
    ("jingjinji", &["110000", "120000", "130000"]),
    ("north", &["110000", "120000", "130000", "140000", "150000"]),
    ("northeast", &["210000", "220000", "230000"]),
    ("east", &["310000", "320000", "330000", "340000", "350000", "360000", "370000"]),
    ("central_south", &["410000", "420000", "430000", "440000", "450000", "460000"]),
    ("southwest", &["500000", "510000", "520000", "530000", "540000"]),
    ("northwest", &["610000", "620000", "630000", "640000", "650000"]),
];

/// The groups, the most used first, with the remote provinces, those across the sea and all of them at the end.
pub fn groups() -> Vec<RegionGroup> {
    let codes = |list: &[&str]| list.iter().filter_map(|c| RegionCode::parse(c)).collect::<Vec<_>>();
    let mut all: Vec<RegionGroup> = GROUPS.iter().map(|(id, list)| RegionGroup { id, regions: codes(list) }).collect();
    all.push(RegionGroup { id: "remote", regions: codes(&REMOTE[..7]) });
    all.push(RegionGroup { id: "overseas", regions: codes(&REMOTE[7..]) });
    let provinces = super::table::table().all().filter(|(_, r)| r.level == super::Level::Province).map(|(_, r)| r.code);
    all.push(RegionGroup { id: "all", regions: provinces.collect() });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_names_regions_and_the_last_is_all_of_them() {
        let known = crate::regions::table::table();
        for group in groups() {
            assert!(!group.regions.is_empty());
            for code in &group.regions {
                assert!(known.find(*code).is_some(), "{code}");
            }
        }
        assert_eq!(groups().last().map(|g| g.regions.len()), Some(34));
    }
}
