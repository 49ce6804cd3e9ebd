//! The chain of region names an address begins with, and every place it can mean.

use super::forms;
use crate::regions::table::{Level, RegionIndex, table};

/// A chain of region names in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    /// Where it begins.
    pub start: usize,
    /// Where what follows it begins.
    pub end: usize,
    /// Every place it can mean; one where it is certain.
    pub regions: Vec<RegionIndex>,
    /// How many names it has.
    names: u8,
    /// How many of them say their kind (市, 区).
    strong: u8,
    /// Characters of the names.
    length: usize,
    /// Names that only said again what was known.
    repeats: u8,
}

/// Names said again in one chain; an address says each of its three at most twice.
const MOST_REPEATS: u8 = 4;

/// Finds the chain of a text: province, city and district as far as they are there, each in any of its forms,
/// in this order, some of them left out or said twice. `None` where no region is named.
pub(super) fn find(text: &[char]) -> Option<Chain> {
    let mut best: Option<Chain> = None;
    let mut earlier: Vec<Chain> = Vec::new();
    for start in 0..text.len() {
        let Some(chain) = chain_at(text, start) else { continue };
        if !is_boundary(text, start) && !stands_alone(&chain) {
            continue;
        }
        if best.as_ref().is_none_or(|b| chain.is_better_than(b)) {
            best = Some(chain.clone());
        }
        let certain = chain.names >= 2 || chain.strong > 0 && chain.reaches_district();
        earlier.push(chain);
        if certain {
            break;
        }
    }
    let mut best = best?;
    // 江苏省杭州市: the two readings exclude each other, and nothing here decides between them.
    // A short name on a line of its own, or before a number, is rather somebody's name.
    let leads_here = |c: &&Chain| {
        c.start < best.start && skip_separators(text, c.end) == best.start && c.strong > 0 && !text[c.end..best.start].contains(&'\n')
    };
    for chain in earlier.iter().filter(leads_here) {
        let related = |a: &RegionIndex| best.regions.iter().any(|b| table().contains(*a, *b) || table().contains(*b, *a));
        if !chain.regions.iter().any(related) {
            best.regions = chain.regions.iter().chain(&best.regions).copied().collect();
            best.start = chain.start;
            break;
        }
    }
    best.end = skip_repeats(text, &best);
    Some(best)
}

impl Chain {
    fn is_better_than(&self, other: &Chain) -> bool {
        // A place said whole at the beginning is not given up for a single name further on, unless that stands
        // directly behind it.
        if other.strong > 0 && self.names < 2 && self.start > other.end {
            return false;
        }
        (self.names, self.strong > 0, self.reaches_district(), self.length)
            > (other.names, other.strong > 0, other.reaches_district(), other.length)
    }

    fn reaches_district(&self) -> bool {
        self.regions.iter().all(|r| table().get(*r).level == Level::District)
    }
}

/// Whether a chain is one even in the middle of a word.
fn stands_alone(chain: &Chain) -> bool {
    chain.names >= 2 && chain.strong > 0 || chain.strong > 0 && chain.regions.len() == 1 && chain.length >= 3
}

/// Whether a name may begin here: at the beginning of a piece, or after a word that leads to an address.
fn is_boundary(text: &[char], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| text.get(before)) {
        None => true,
        Some(c) => is_separator(*c) || c.is_ascii_alphanumeric() || "是在到寄往址给送发至于於()（）[]【】\"“”'".contains(*c),
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '-' | '—' | '/' | '|' | '·' | '、' | '>' | '_' | ';' | '；' | '.' | '。' | ':' | '：')
}

fn skip_separators(text: &[char], from: usize) -> usize {
    from + text[from..].iter().take_while(|c| is_separator(**c)).count()
}

fn chain_at(text: &[char], start: usize) -> Option<Chain> {
    let empty = Chain { start, end: start, regions: Vec::new(), names: 0, strong: 0, length: 0, repeats: 0 };
    let chain = extend(text, empty);
    (chain.names > 0).then(|| settle(text, chain))
}

/// The longest chain that goes on from here.
fn extend(text: &[char], chain: Chain) -> Chain {
    let at = if chain.names == 0 { chain.end } else { skip_frame(text, &chain, skip_separators(text, chain.end)) };
    let mut best = chain.clone();
    let mut repeated = false;
    for form in forms::at(&text[at..]) {
        let rest = &text[at + form.text.len()..];
        if chain.names == 0 && form.needs_parent || goes_on(form, rest) || chain.names == 0 && is_lone_word(form, rest) {
            continue;
        }
        let inside: Vec<RegionIndex> = if chain.names == 0 {
            form.regions.clone()
        } else {
            form.regions
                .iter()
                .copied()
                .filter(|inner| chain.regions.iter().any(|outer| leads_on(*outer, *inner, chain.regions.len())))
                .collect()
        };
        let longer = if inside.is_empty() {
            let repeats = |r: &RegionIndex| chain.regions.iter().any(|inner| table().contains(*r, *inner));
            let said_again = form.regions.iter().any(repeats) && (form.strong || !chain.reaches_district());
            if chain.names == 0 || !said_again || repeated || chain.repeats == MOST_REPEATS {
                continue;
            }
            // Every way to say it again leads to the same place: the longest is enough.
            repeated = true;
            Chain { end: at + form.text.len(), repeats: chain.repeats + 1, ..chain.clone() }
        } else {
            Chain {
                start: chain.start,
                end: at + form.text.len(),
                regions: inside,
                names: chain.names + 1,
                strong: chain.strong + u8::from(form.strong),
                length: chain.length + form.text.len(),
                repeats: chain.repeats,
            }
        };
        let whole = extend(text, longer);
        if (whole.names, whole.length, whole.strong, whole.end) > (best.names, best.length, best.strong, best.end) {
            best = whole;
        }
    }
    best
}

/// Steps over the standard's frame 县 of Chongqing's counties where an address says it: 重庆市 县 奉节县.
fn skip_frame(text: &[char], chain: &Chain, at: usize) -> usize {
    let in_chongqing = chain.regions.iter().all(|r| table().get(*r).name == "重庆市");
    match text.get(at..) {
        Some(['县', next, ..]) if in_chongqing && is_separator(*next) => skip_separators(text, at + 1),
        // 重庆市县云阳县: a county says its own kind.
        Some(['县', rest @ ..]) if in_chongqing && forms::at(rest).any(|form| form.strong && form.text.ends_with(&['县'])) => at + 1,
        _ => at,
    }
}

/// Whether a name leads from one region deeper in; where several are open, naming one of them decides.
fn leads_on(outer: RegionIndex, inner: RegionIndex, open: usize) -> bool {
    table().contains(outer, inner) && (outer != inner || open > 1) || governs(outer, inner)
}

/// 伊犁哈萨克自治州 governs two prefectures that the table lists beside it: 伊犁州塔城地区额敏县.
fn governs(outer: RegionIndex, inner: RegionIndex) -> bool {
    const ILI: u32 = 654_000;
    const PREFECTURES: [u32; 2] = [654_200, 654_300];
    table().get(outer).code.number() == ILI && PREFECTURES.contains(&table().get(inner).code.city().number())
}

/// A name that many towns have, where a text begins with it and names no town: all places it can mean.
pub(super) fn common(text: &[char]) -> Option<Chain> {
    let start = skip_separators(text, 0);
    let (length, regions) = forms::common_places(&text[start..]);
    // Borne by one place alone it would be that one, which it rarely is.
    (regions.len() > 1).then_some(Chain { start, end: start + length, regions, names: 1, strong: 1, length, repeats: 0 })
}

/// Whether a name is only the beginning of a longer word.
fn goes_on(form: &forms::Form, rest: &[char]) -> bool {
    if form.strong { is_office(form.text.last().copied(), rest) } else { is_part_of_a_word(rest, &form.regions) }
}

/// Whether the kind at the end of a name belongs to what follows: 平湖|市场, 杭州|市民中心, 西湖|区政府.
pub(super) fn is_office(kind: Option<char>, rest: &[char]) -> bool {
    let next = rest.first().copied().unwrap_or(' ');
    match kind {
        Some('市') => "民场府政委立".contains(next),
        Some('区' | '县' | '省') => "府政委".contains(next),
        _ => false,
    }
}

/// Whether a short name of a district that stands alone is rather some other word: 平安金融中心, 东方明珠塔. It
/// counts where it ends its piece, or where a town or a street follows soon.
fn is_lone_word(form: &forms::Form, rest: &[char]) -> bool {
    let district_only = form.regions.iter().all(|r| table().get(*r).level == Level::District);
    let ends = rest.first().is_none_or(|c| is_separator(*c));
    district_only && !form.strong && !ends && !rest.iter().take(10).any(|c| "镇乡街路道巷".contains(*c))
}

/// Whether a short name is only the beginning of a longer word: 上海路, 南京西路, 鼓楼医院, 福州大道.
pub(super) fn is_part_of_a_word(rest: &[char], regions: &[RegionIndex]) -> bool {
    const WORDS: [&str; 31] = [
        "大路",
        "大道",
        "大街",
        "大厦",
        "大学",
        "大酒店",
        "机场",
        "医院",
        "酒店",
        "宾馆",
        "银行",
        "花园",
        "公馆",
        "饭店",
        "广场",
        "公园",
        "小学",
        "中学",
        "师范",
        "理工",
        "交通大",
        "公寓",
        "小区",
        "新村",
        "商厦",
        "百货",
        "火车站",
        "高铁",
        "体育",
        "国际机",
        "烤鸭",
    ];
    let begins = |word: &str| word.chars().enumerate().all(|(at, c)| rest.get(at) == Some(&c));
    let Some(first) = rest.first() else { return false };
    if "路街巷弄区县市州省旗盟".contains(*first) || WORDS.iter().any(|w| begins(w)) {
        return true;
    }
    let district_only = regions.iter().all(|r| table().get(*r).level == Level::District);
    if district_only && "道村镇乡山寺桥站楼里门口".contains(*first) {
        return true;
    }
    // 河西务镇, 余杭塘路: the town or street is named with it.
    if district_only && rest.get(1).is_some_and(|c| "镇乡路街巷".contains(*c)) {
        return true;
    }
    let directions = rest.iter().take_while(|c| "东西南北中一二三四五环外内".contains(**c)).count();
    directions > 0
        && rest
            .get(directions)
            .is_some_and(|c| "路街巷".contains(*c) || *c == '大' && matches!(rest.get(directions + 1), Some('道' | '街')))
}

/// Short names used for a district far more often than for the city that bears them too.
const CONTESTED: [&str; 1] = ["朝阳"];

/// Takes the meanings away that nobody has in mind: 吉林 is the province and not the city in it; 中山 is the
/// city and not a district of Dalian. A district in several cities keeps all its meanings.
fn settle(text: &[char], mut chain: Chain) -> Chain {
    let all = chain.regions.clone();
    chain.regions.retain(|r| !all.iter().any(|other| other != r && table().contains(*other, *r)));
    if chain.regions.len() > 1 && chain.names == 1 && chain.strong == 0 {
        let word: String = text[chain.start..chain.end].iter().collect();
        if !CONTESTED.contains(&word.as_str()) {
            let highest = chain.regions.iter().map(|r| table().get(*r).level).min();
            chain.regions.retain(|r| Some(table().get(*r).level) == highest);
        }
    }
    chain
}

/// Steps over the whole chain where it is said a second time.
fn skip_repeats(text: &[char], chain: &Chain) -> usize {
    let mut end = chain.end;
    loop {
        let next = skip_separators(text, end);
        if next >= text.len() {
            return end;
        }
        match chain_at(text, next) {
            Some(again) if again.names >= 2 && again.strong > 0 && again.regions == chain.regions => end = again.end,
            _ => return end,
        }
    }
}
