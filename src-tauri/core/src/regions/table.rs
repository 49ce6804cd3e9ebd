//! The regions with their codes, as a tree.
//!
//! Source of `assets/regions.csv`: @vant/area-data 2.1.0 (MIT), the codes of GB/T 2260 as of 2025, with some
//! abolished names that old orders still carry.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A code of the national standard: province 2, city 2, district 2 digits, such as `330106`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(u32);

impl specta::Type for RegionCode {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

impl RegionCode {
    /// Reads six digits. Whether such a region exists is another question: [`Table::find`].
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok().map(RegionCode)).flatten()
    }

    /// The code as a number.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The province's code.
    pub fn province(self) -> RegionCode {
        RegionCode(self.0 / 10_000 * 10_000)
    }

    /// The city's code; the province's own for a province.
    pub fn city(self) -> RegionCode {
        RegionCode(self.0 / 100 * 100)
    }
}

impl TryFrom<String> for RegionCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        RegionCode::parse(&text).ok_or_else(|| format!("{text} is not a region code of six digits"))
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> String {
        code.to_string()
    }
}

impl std::fmt::Display for RegionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// How deep a region stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省, 自治区, 直辖市, 特别行政区
    Province,
    /// 地级市, 自治州, 地区, 盟; also the nameless level of a municipality.
    City,
    /// 区, 县, 县级市, 旗; in cities without districts the towns.
    District,
}

/// One region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its code.
    pub code: RegionCode,
    /// Its depth.
    pub level: Level,
    /// Its full name.
    pub name: &'static str,
    /// The region it lies in.
    pub parent: Option<RegionIndex>,
    /// One past the last region inside it: regions are in the order of their codes, so that those inside one
    /// follow it.
    end: RegionIndex,
}

/// A region's place in the [`Table`], from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegionIndex(u16);

impl RegionIndex {
    /// The place as an index into something that holds one value per region.
    pub fn slot(self) -> usize {
        usize::from(self.0)
    }
}

/// All regions, in the order of their codes.
#[derive(Debug)]
pub struct Table {
    regions: Vec<Region>,
    by_code: HashMap<u32, RegionIndex>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../../../../assets/regions.csv")));

/// The regions of this build.
pub fn table() -> &'static Table {
    &TABLE
}

/// City-level entries that are no city: the standard's frame for municipalities and for counties that stand
/// directly under their province.
const FRAMES: [&str; 4] = ["市辖区", "县", "省直辖县", "自治区直辖县级行政区划"];

impl Table {
    /// Reads `code,level,name,…`; a line that is not of this form is left out, which a test of the data forbids.
    fn read(text: &'static str) -> Table {
        let mut rows: Vec<(RegionCode, Level, &'static str)> = text
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split(',');
                let code = RegionCode::parse(cells.next()?)?;
                let level = match cells.next()? {
                    "1" => Level::Province,
                    "2" => Level::City,
                    "3" => Level::District,
                    _ => return None,
                };
                Some((code, level, cells.next()?))
            })
            .collect();
        rows.sort_unstable_by_key(|(code, level, _)| (*code, *level));
        let by_code: HashMap<u32, RegionIndex> = rows.iter().enumerate().map(|(at, (code, ..))| (code.0, RegionIndex(at as u16))).collect();
        let regions = rows
            .iter()
            .enumerate()
            .map(|(at, &(code, level, name))| {
                let (parent, span) = match level {
                    Level::Province => (None, 10_000),
                    Level::City => (by_code.get(&code.province().0).copied(), 100),
                    Level::District => (by_code.get(&code.city().0).copied(), 1),
                };
                let inside = rows[at..].iter().take_while(|(c, ..)| c.0 < code.0 + span).count();
                Region { code, level, name, parent, end: RegionIndex((at + inside) as u16) }
            })
            .collect();
        Table { regions, by_code }
    }

    /// How many regions there are.
    pub fn len(&self) -> usize {
        self.regions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// The region with a code.
    pub fn find(&self, code: RegionCode) -> Option<RegionIndex> {
        self.by_code.get(&code.0).copied()
    }

    /// The region at a place.
    pub fn get(&self, index: RegionIndex) -> &Region {
        &self.regions[index.slot()]
    }

    /// All regions.
    pub fn all(&self) -> impl Iterator<Item = (RegionIndex, &Region)> {
        self.regions.iter().enumerate().map(|(at, region)| (RegionIndex(at as u16), region))
    }

    /// A region and everything inside it.
    pub fn inside(&self, index: RegionIndex) -> impl Iterator<Item = RegionIndex> + use<> {
        let Range { start, end } = self.range(index);
        (start..end).map(|at| RegionIndex(at as u16))
    }

    /// The places of a region and of everything inside it.
    pub fn range(&self, index: RegionIndex) -> Range<usize> {
        index.slot()..self.get(index).end.slot()
    }

    /// Whether `inner` is `outer` or lies in it.
    pub fn contains(&self, outer: RegionIndex, inner: RegionIndex) -> bool {
        self.range(outer).contains(&inner.slot())
    }

    /// The regions directly inside one.
    pub fn children(&self, index: RegionIndex) -> Vec<RegionIndex> {
        self.inside(index).filter(|child| self.get(*child).parent == Some(index)).collect()
    }

    /// A region's way up: itself, then what it lies in, up to the province.
    pub fn upwards(&self, index: RegionIndex) -> impl Iterator<Item = RegionIndex> + '_ {
        std::iter::successors(Some(index), |at| self.get(*at).parent)
    }

    /// Whether an entry stands where a city would be without being one (a municipality's own, 省直辖县).
    pub fn is_frame(&self, index: RegionIndex) -> bool {
        let region = self.get(index);
        region.level == Level::City
            && (FRAMES.contains(&region.name) || region.parent.is_some_and(|province| self.get(province).name == region.name))
    }

    /// A region with what it lies in, as an address begins: 浙江省杭州市西湖区, 北京市朝阳区, 湖北省仙桃市.
    pub fn path(&self, index: RegionIndex) -> String {
        let mut names: Vec<&str> =
            self.upwards(index).filter(|at| *at == index || !self.is_frame(*at)).map(|at| self.get(at).name).collect();
        names.dedup();
        names.reverse();
        names.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(code: &str) -> RegionIndex {
        table().find(RegionCode::parse(code).unwrap()).unwrap_or_else(|| panic!("{code} is not in the table"))
    }

    #[test]
    fn every_line_of_the_data_is_a_region_with_a_parent() {
        let lines = include_str!("../../../../assets/regions.csv").lines().count() - 1;
        assert_eq!(table().len(), lines);
        for (index, region) in table().all() {
            assert_eq!(region.parent.is_none(), region.level == Level::Province, "{} {}", region.code, region.name);
            assert!(region.parent.is_none_or(|p| table().contains(p, index)), "{} lies outside its parent", region.name);
        }
    }

    #[test]
    fn a_region_says_its_whole_path() {
        assert_eq!(table().path(at("330106")), "浙江省杭州市西湖区");
        assert_eq!(table().path(at("110105")), "北京市朝阳区");
        assert_eq!(table().path(at("429004")), "湖北省仙桃市");
        assert_eq!(table().path(at("500233")), "重庆市忠县");
        assert_eq!(table().path(at("310100")), "上海市");
    }

    #[test]
    fn a_province_holds_its_cities_and_districts() {
        let zhejiang = at("330000");
        assert!(table().contains(zhejiang, at("330106")) && !table().contains(zhejiang, at("320106")));
        assert_eq!(table().children(zhejiang).len(), 11);
        assert_eq!(table().upwards(at("330106")).map(|i| table().get(i).name).collect::<Vec<_>>(), ["西湖区", "杭州市", "浙江省"]);
    }

    #[test]
    fn only_six_digits_are_a_code() {
        for text in ["33010", "3301066", "33010a", "", "浙江省"] {
            assert_eq!(RegionCode::parse(text), None, "{text}");
        }
        assert_eq!(RegionCode::parse(" 330106 ").map(|c| c.to_string()).as_deref(), Some("330106"));
    }
}
