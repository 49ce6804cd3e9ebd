//! The tree as the seller searches it: in characters, pinyin, initials or codes.

use std::sync::LazyLock;

use serde::Serialize;

use super::names::{short_city, short_district, short_province};
use super::table::{Level, RegionCode, RegionIndex, table};

/// A region as the tree shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RegionNode {
    /// Its code.
    pub code: RegionCode,
    /// Its name.
    pub name: String,
    /// What it lies in, up to the province; empty for a province.
    pub within: Vec<RegionCode>,
    /// Its depth.
    pub level: Level,
    /// Whether something lies in it.
    pub has_children: bool,
}

struct Key {
    index: RegionIndex,
    /// The name without its suffix, its syllables joined, its initials.
    words: [String; 3],
}

static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    table()
        .all()
        .filter(|(index, _)| !table().is_frame(*index))
        .map(|(index, region)| {
            let short = match region.level {
                Level::Province => short_province(region.name),
                Level::City => short_city(region.name),
                Level::District => short_district(region.name),
            };
            let (syllables, initials) = crate::text::pinyin_readings(short).into_iter().next().unwrap_or_default();
            Key { index, words: [region.name.to_owned(), syllables.concat(), initials] }
        })
        .collect()
});

fn node(index: RegionIndex) -> RegionNode {
    let region = table().get(index);
    RegionNode {
        code: region.code,
        name: region.name.to_owned(),
        within: table().upwards(index).skip(1).map(|up| table().get(up).code).collect(),
        level: region.level,
        has_children: table().range(index).len() > 1,
    }
}

/// The regions directly inside one, or the provinces. A municipality's districts stand directly under it.
pub fn children(code: Option<RegionCode>) -> Vec<RegionNode> {
    let Some(code) = code else {
        return table().all().filter(|(_, r)| r.level == Level::Province).map(|(index, _)| node(index)).collect();
    };
    let Some(index) = table().find(code) else { return Vec::new() };
    table()
        .children(index)
        .into_iter()
        .flat_map(|child| if table().is_frame(child) { table().children(child) } else { vec![child] })
        .map(node)
        .collect()
}

/// Regions whose name, pinyin, initials or code begin with the text, or whose name contains it; provinces
/// first, at most `limit`.
pub fn search(text: &str, limit: usize) -> Vec<RegionNode> {
    if crate::text::check_length("search", text, crate::text::LONGEST_QUESTION).is_err() {
        return Vec::new();
    }
    let text = crate::text::normalised(text);
    if text.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(bool, Level, RegionIndex)> = KEYS
        .iter()
        .filter_map(|key| {
            let region = table().get(key.index);
            let begins = key.words.iter().any(|w| w.starts_with(&text)) || region.code.to_string().starts_with(&text);
            (begins || region.name.contains(&text)).then_some((!begins, region.level, key.index))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().take(limit).map(|(.., index)| node(index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        search(text, 5).into_iter().map(|n| n.name).collect()
    }

    #[test]
    fn a_region_is_found_by_characters_pinyin_initials_and_code() {
        assert_eq!(names("浙")[0], "浙江省");
        assert_eq!(names("zhejiang")[0], "浙江省");
        assert!(names("hz").contains(&"杭州市".to_owned()));
        assert_eq!(names("3301")[0], "杭州市");
        assert_eq!(names("浦东"), ["浦东新区"]);
        assert!(names("这里没有").is_empty() && names("  ").is_empty());
    }

    #[test]
    fn the_districts_of_a_municipality_stand_under_it() {
        let beijing = children(RegionCode::parse("110000"));
        assert!(beijing.iter().any(|n| n.name == "朝阳区") && beijing.iter().all(|n| n.level == Level::District));
        assert_eq!(children(None).len(), 34);
    }
}
