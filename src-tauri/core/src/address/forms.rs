//! Everything a region can be called, ready to be looked up at a place of a text.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::regions::changes;
use crate::regions::names::{short_city, short_district, short_province};
use crate::regions::table::{Level, RegionCode, RegionIndex, table};

/// One way to call a region.
#[derive(Debug)]
pub(super) struct Form {
    /// The characters.
    pub text: Box<[char]>,
    /// Which regions are called so.
    pub regions: Vec<RegionIndex>,
    /// Whether the kind of the region is said (市, 区, 县): without it, 上海 may be the beginning of 上海路.
    pub strong: bool,
    /// Whether it only means something after the region it lies in: 高新区, 东区, the short name of a town.
    pub needs_parent: bool,
}

type Index = FxHashMap<[char; 2], Vec<Form>>;

static FORMS: LazyLock<Index> = LazyLock::new(build);

/// The forms that stand at the beginning of a text, longest first.
pub(super) fn at(text: &[char]) -> impl Iterator<Item = &'static Form> {
    let list = match text {
        [a, b, ..] => FORMS.get(&[*a, *b]).map_or(&[][..], Vec::as_slice),
        _ => &[],
    };
    list.iter().filter(move |form| text.starts_with(&form.text))
}

/// Names a part of many towns bears; without its city it says nothing.
const COMMON: [&str; 18] = [
    "开发区",
    "高新区",
    "经济技术开发区",
    "经济开发区",
    "高新技术开发区",
    "工业园区",
    "其它区",
    "城区",
    "郊区",
    "东区",
    "西区",
    "南区",
    "北区",
    "新城区",
    "城中区",
    "矿区",
    "市辖区",
    "老城区",
];

/// Other names that people have for a district of a city that they name.
const ALIASES: [(&str, &str); 4] = [("320114", "雨花区"), ("320214", "新区"), ("440307", "大鹏新区"), ("370211", "开发区")];

/// The districts that a name which says nothing without its city can mean; none for any other text.
pub(super) fn common_places(text: &[char]) -> (usize, Vec<RegionIndex>) {
    let begins = |name: &&&str| name.chars().enumerate().all(|(at, c)| text.get(at) == Some(&c));
    let Some(name) = COMMON.iter().filter(begins).max_by_key(|name| name.len()) else { return (0, Vec::new()) };
    let is_meant = |full: &str| full == *name || *name == "开发区" && full.ends_with(name) || *name == "高新区" && full.contains("高新");
    let meant = table().all().filter(|(_, region)| region.level == Level::District && is_meant(region.name)).map(|(index, _)| index);
    (name.chars().count(), meant.collect())
}

fn build() -> Index {
    let table = table();
    let real: FxHashSet<&str> = table.all().map(|(_, r)| r.name).collect();
    let mut forms = Builder::default();
    for (index, region) in table.all() {
        let gone = match changes::resolve(region.code) {
            changes::Resolved::Gone(change) => change.becomes.clone(),
            _ => vec![index],
        };
        let mut add = |text: &str, strong: bool, needs_parent: bool| {
            for index in &gone {
                forms.add(text, *index, strong, needs_parent);
            }
        };
        match region.level {
            Level::Province => {
                let short = short_province(region.name);
                add(region.name, true, false);
                add(short, false, false);
                for kind in ["省", "自治区", "特别行政区"] {
                    let other = format!("{short}{kind}");
                    if other != region.name {
                        add(&other, true, false);
                    }
                }
                if short == "内蒙古" {
                    add("内蒙", false, false);
                }
            }
            Level::City if table.is_frame(index) => {
                for name in ["省直辖县级行政区划", "省直辖县级行政单位", "自治区直辖县级行政区划", "省直辖县", "直辖县", "市辖区"]
                {
                    let municipality = region.parent.is_some_and(|p| table.get(p).name == region.name);
                    if municipality == (name == "市辖区") {
                        add(name, true, true);
                    }
                }
                if region.name == "县" {
                    add("郊县", true, true);
                    add("重庆郊县", true, true);
                }
                if region.parent.is_some_and(|p| table.get(p).name == region.name) {
                    add(region.name, true, true);
                    add(short_province(region.name), false, true);
                }
            }
            Level::City => {
                let short = short_city(region.name);
                add(region.name, true, false);
                add(short, false, false);
                let kinds: &[&str] = if region.name.ends_with("自治州") { &["州"] } else { &["市", "地区"] };
                for kind in kinds {
                    let other = format!("{short}{kind}");
                    if !real.contains(other.as_str()) {
                        add(&other, true, false);
                    }
                }
            }
            Level::District => {
                let short = short_district(region.name);
                let town = region.name.ends_with(['镇', '乡']) || region.name.ends_with("街道");
                let common = COMMON.contains(&region.name);
                add(region.name, true, common || town);
                if short != region.name && !common {
                    add(short, false, town || short.ends_with("开发"));
                    // A county that became a city or a district is called by its old kind for years; where the
                    // change is not on record, only after the city it lies in.
                    for kind in ["县", "市", "区", "新区"] {
                        let other = format!("{short}{kind}");
                        if !real.contains(other.as_str()) && other != region.name {
                            add(&other, true, true);
                        }
                    }
                }
            }
        }
    }
    for (code, name) in ALIASES {
        if let Some(index) = RegionCode::parse(code).and_then(|code| table.find(code)) {
            forms.add(name, index, true, true);
        }
    }
    for change in changes::all() {
        if !real.contains(change.name) {
            for index in &change.becomes {
                forms.add(change.name, *index, true, COMMON.contains(&change.name));
                let short = if change.name.ends_with("地区") { short_city(change.name) } else { short_district(change.name) };
                if short != change.name {
                    forms.add(short, *index, false, true);
                }
            }
        } else {
            // The name lives on elsewhere: it means the old place only after what that lay in.
            for index in &change.becomes {
                forms.add(change.name, *index, true, true);
            }
        }
    }
    forms.finish()
}

#[derive(Default)]
struct Builder {
    known: FxHashMap<(String, bool, bool), Vec<RegionIndex>>,
}

impl Builder {
    fn add(&mut self, text: &str, index: RegionIndex, strong: bool, needs_parent: bool) {
        if text.chars().count() < 2 {
            return;
        }
        let regions = self.known.entry((text.to_owned(), strong, needs_parent)).or_default();
        if !regions.contains(&index) {
            regions.push(index);
        }
    }

    fn finish(self) -> Index {
        let mut index = Index::default();
        for ((text, strong, needs_parent), mut regions) in self.known {
            regions.sort_unstable();
            let text: Box<[char]> = text.chars().collect();
            if let [a, b, ..] = text[..] {
                index.entry([a, b]).or_default().push(Form { text, regions, strong, needs_parent });
            }
        }
        for forms in index.values_mut() {
            forms.sort_by_key(|f| (std::cmp::Reverse(f.text.len()), !f.strong, f.needs_parent));
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_found_by_its_forms() {
        let called = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            let mut regions: Vec<_> = at(&chars).filter(|f| f.text.len() == chars.len()).flat_map(|f| f.regions.clone()).collect();
            regions.dedup();
            regions.into_iter().map(|i| table().path(i)).collect::<Vec<_>>()
        };
        assert_eq!(called("黔南州"), ["贵州省黔南布依族苗族自治州"]);
        assert_eq!(called("崇文区"), ["北京市东城区"]);
        assert_eq!(called("吴江市"), ["江苏省苏州市吴江区"]);
        assert_eq!(called("广西省"), ["广西壮族自治区"]);
        assert_eq!(called("石柱县"), ["重庆市石柱土家族自治县"]);
    }
}
