//! Name, phone, place and detail out of one text.

use serde::Serialize;

use super::person::{self, Likeness};
use super::phones;
use super::pieces::{self, Label, Piece};
use super::place::{self, Chain};
use super::postcode;
use crate::regions::table::{Level, RegionCode, RegionIndex, table};
use crate::text::simplified;

/// What a text says about where a parcel goes. `None` where it does not say it, or not certainly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct AddressParts {
    /// The recipient.
    pub name: Option<String>,
    /// The first telephone number: mobiles as 11 digits, an extension after a dash.
    pub phone: Option<String>,
    /// Full name of the province.
    pub province: Option<String>,
    /// Full name of the city; 市辖区 in a municipality, as the national standard has it.
    pub city: Option<String>,
    /// Full name of the district.
    pub district: Option<String>,
    /// Code of the deepest of them that is known.
    pub code: Option<RegionCode>,
    /// What is left: street, house, door.
    pub detail: String,
    /// Where several places fit and nothing decides: all of them. Empty otherwise.
    pub candidates: Vec<RegionCode>,
    /// The postcode.
    pub zip: Option<String>,
    /// Further telephone numbers.
    pub other_phones: Vec<String>,
}

/// Regions this seller means where a name fits several: a candidate inside one of them is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Habits(pub Vec<RegionCode>);

/// Reads a pasted text or an address. Never fails: what is not understood stays in the detail.
pub fn parse(text: &str, habits: &Habits) -> AddressParts {
    let folded: String = text.chars().map(plain).collect();
    let (rest, mut numbers) = phones::take(&folded);
    let mut pieces = pieces::cut(&rest);
    let zip = take_zip(&mut pieces);
    let mut parts = AddressParts { zip, ..AddressParts::default() };
    if !numbers.is_empty() {
        parts.phone = Some(numbers.remove(0));
        parts.other_phones = numbers;
    }
    let labelled = pieces.iter().position(|p| p.label == Some(Label::Name));
    if let Some(at) = labelled {
        let mut name = pieces.remove(at).text;
        // Latin names have several words.
        while pieces.get(at).is_some_and(|p| !p.apart && p.label.is_none() && is_latin(&p.text) && is_latin(&name)) {
            name.push(' ');
            name.extend(pieces.remove(at).text);
        }
        parts.name = Some(person::without_receiver(&name).iter().collect());
    }
    // A label of a number without its number says nothing.
    pieces.retain(|p| p.label != Some(Label::Phone) || p.text.iter().any(|c| !c.is_ascii_punctuation()));
    let (joined, starts) = join(&pieces);
    let simple: Vec<char> = joined.iter().copied().map(simplified).collect();
    let chain = place::find(&simple).or_else(|| place::common(&simple));
    let has_number = parts.phone.is_some();
    let chunks = chunks(&pieces, &starts, &joined, chain.as_ref());
    let chosen = if parts.name.is_none() { choose_name(&chunks, has_number, chain.is_some()) } else { None };
    let mut detail = Detail::default();
    for (at, chunk) in chunks.iter().enumerate() {
        match chosen {
            Some(Chosen::Whole { from, to }) if (from..=to).contains(&at) => {
                let words: Vec<String> = chunks[from..=to].iter().map(|c| c.text.iter().collect()).collect();
                parts.name = Some(person::without_receiver(&words.join(" ").chars().collect::<Vec<_>>()).iter().collect());
            }
            Some(Chosen::End(index, cut)) if at == index => {
                parts.name = Some(person::without_receiver(&chunk.text[cut..]).iter().collect());
                detail.push(&chunk.text[..cut]);
            }
            _ if chunk.before_place && is_introduction(&chunk.text) => {}
            _ => detail.push(&chunk.text),
        }
    }
    parts.detail = detail.finish();
    if let Some(chain) = chain {
        settle_place(&mut parts, &chain, habits);
    }
    if parts.zip.is_none()
        && let Some((detail, zip)) = postcode::glued(&parts.detail, parts.province.as_deref())
    {
        (parts.detail, parts.zip) = (detail.to_owned(), Some(zip.to_owned()));
    }
    parts
}

/// The region an order's own columns name, and every region where several fit. An empty list: none is named.
pub fn region_of(province: &str, city: &str, district: &str, detail: &str) -> Vec<RegionIndex> {
    let text: Vec<char> =
        [province, city, district, if district.is_empty() { detail } else { "" }].join(" ").chars().map(plain).map(simplified).collect();
    let from = text.iter().take_while(|c| c.is_whitespace()).count();
    place::find(&text[from..]).map(|chain| chain.regions).unwrap_or_default()
}

/// The one place an address begins with, and how many bytes of the text name it. `None` where it begins with
/// none, or where several fit.
pub fn leading_place(text: &str) -> Option<(RegionIndex, usize)> {
    let simple: Vec<char> = text.chars().map(plain).map(simplified).collect();
    let chain = place::find(&simple).filter(|c| c.start == 0)?;
    let [index] = chain.regions[..] else { return None };
    Some((index, text.chars().take(chain.end).map(char::len_utf8).sum()))
}

/// Whether a short name of a region, before this rest of a text, is only the beginning of a longer word: 浙江|大学,
/// 吉林|大路.
pub fn is_part_of_a_word(rest: &str) -> bool {
    let rest: Vec<char> = rest.chars().take(16).map(plain).map(simplified).collect();
    table().all().next().is_some_and(|(province, _)| place::is_part_of_a_word(&rest, &[province]))
}

/// Whether the kind at the end of a region's full name belongs to what follows: 杭州|市民中心.
pub fn is_office(name: &str, rest: &str) -> bool {
    let rest: Vec<char> = rest.chars().take(2).collect();
    place::is_office(name.chars().next_back(), &rest)
}

/// Letters, digits and signs of numbers in their plain form; emoji and invisible marks as a space.
fn plain(c: char) -> char {
    if c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c) {
        return c;
    }
    match c {
        '（' | '）' | '，' | '；' | '。' | '！' | '？' => c,
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{fe0f}' | '\u{202a}'..='\u{202e}' => ' ',
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => ' ',
        '－' | '–' | '—' | '﹣' | '‐' | '‑' => '-',
        _ => crate::text::fold_width(c),
    }
}

fn is_latin(text: &[char]) -> bool {
    text.iter().all(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '\'' | '-'))
}

fn take_zip(pieces: &mut Vec<Piece>) -> Option<String> {
    let is_code = |text: &[char]| text.len() == 6 && text.iter().all(char::is_ascii_digit);
    let labelled = pieces.iter().position(|p| p.label == Some(Label::Zip));
    let alone = || pieces.iter().position(|p| is_code(&p.text));
    if let Some(at) = labelled.or_else(alone) {
        let piece = &mut pieces[at];
        let digits = piece.text.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 6 {
            let code: String = piece.text.drain(..6).collect();
            piece.label = None;
            if piece.text.is_empty() {
                pieces.remove(at);
            }
            return Some(code);
        }
    }
    for piece in pieces.iter_mut() {
        let text: &[char] = &piece.text;
        if let [.., open @ ('(' | '（'), a, b, c, d, e, f, ')' | '）'] = text
            && [a, b, c, d, e, f].iter().all(|d| d.is_ascii_digit())
        {
            let _ = open;
            let code: String = [a, b, c, d, e, f].into_iter().collect();
            piece.text.truncate(piece.text.len() - 8);
            return Some(code);
        }
    }
    None
}

/// All pieces behind one another, with where each begins.
fn join(pieces: &[Piece]) -> (Vec<char>, Vec<usize>) {
    let mut joined = Vec::new();
    let mut starts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if !joined.is_empty() {
            joined.push(if piece.apart { '\n' } else { ' ' });
        }
        starts.push(joined.len());
        joined.extend(&piece.text);
    }
    (joined, starts)
}

/// A part of the text that is no region.
struct Chunk {
    text: Vec<char>,
    after_phone: bool,
    before_phone: bool,
    /// Whether the chain of regions stands directly before it.
    follows_place: bool,
    /// Whether it stands before the chain.
    before_place: bool,
    /// Whether more than a space stands before it.
    apart: bool,
    /// Whether a label says that it is of an address.
    of_place: bool,
}

fn chunks(pieces: &[Piece], starts: &[usize], joined: &[char], chain: Option<&Chain>) -> Vec<Chunk> {
    let (from, to) = chain.map_or((usize::MAX, usize::MAX), |c| (c.start, c.end));
    let mut chunks = Vec::new();
    for (piece, &start) in pieces.iter().zip(starts) {
        let end = start + piece.text.len();
        let mut push = |a: usize, b: usize| {
            let text: Vec<char> = trimmed(&joined[a..b]).to_vec();
            if !text.is_empty() {
                chunks.push(Chunk {
                    text,
                    after_phone: piece.after_phone && a == start,
                    before_phone: piece.before_phone && b == end,
                    follows_place: a == to && a != start,
                    before_place: b <= from && chain.is_some(),
                    apart: piece.apart && a == start,
                    of_place: piece.label == Some(Label::Place),
                });
            }
        };
        if chain.is_none() || end <= from || start >= to {
            push(start, end);
        } else {
            push(start, from.max(start));
            push(to.min(end), end);
        }
    }
    chunks
}

fn trimmed(text: &[char]) -> &[char] {
    let idle =
        |c: &char| c.is_whitespace() || matches!(c, ',' | '，' | ':' | '：' | ';' | '；' | '。' | '、' | '|' | '-' | '_' | '=' | '>' | '/');
    let from = text.iter().take_while(|c| idle(c)).count();
    let until = text[from..].iter().rev().take_while(|c| idle(c)).count();
    &text[from..text.len() - until]
}

#[derive(Clone, Copy)]
enum Chosen {
    /// These chunks are the name: one, or the words of a Latin name.
    Whole { from: usize, to: usize },
    /// The end of this chunk, from this character on, is the name.
    End(usize, usize),
}

fn choose_name(chunks: &[Chunk], has_number: bool, has_place: bool) -> Option<Chosen> {
    let last = chunks.len().checked_sub(1)?;
    let mut best: Option<(u8, usize)> = None;
    for (at, chunk) in chunks.iter().enumerate() {
        if chunk.follows_place {
            continue;
        }
        let received = person::without_receiver(&chunk.text).len() < chunk.text.len();
        let likeness = person::likeness(&chunk.text);
        let beside_number = chunk.after_phone || chunk.before_phone;
        let outer = at == 0 || at == last || chunk.apart;
        let score = match likeness {
            Likeness::None => continue,
            _ if chunk.before_place && is_introduction(&chunk.text) => continue,
            _ if chunk.of_place && !(likeness == Likeness::Name && chunk.before_phone) => continue,
            Likeness::Name if beside_number || received => 5,
            Likeness::Name if outer && (has_place || has_number || chunks.len() == 1) => 4,
            Likeness::Name if chunk.before_place => 3,
            Likeness::Nickname if beside_number && outer || received => 2,
            Likeness::Nickname if chunk.before_place && has_number && at == 0 => 1,
            _ => continue,
        };
        if best.is_none_or(|(known, _)| score > known) {
            best = Some((score, at));
        }
    }
    if best.is_none_or(|(score, _)| score < 4)
        && has_number
        && let Some((at, cut)) = chunks
            .iter()
            .enumerate()
            .filter(|(at, c)| (c.before_phone || *at == last) && !c.before_place)
            .find_map(|(at, c)| Some((at, person::glued_at_end(&c.text)?)))
    {
        return Some(Chosen::End(at, cut));
    }
    let (_, at) = best?;
    let latin = |index: usize| chunks.get(index).is_some_and(|c| is_latin(&c.text));
    if !latin(at) {
        return Some(Chosen::Whole { from: at, to: at });
    }
    // The other words of a Latin name stand beside it with nothing but spaces between.
    let (mut from, mut to) = (at, at);
    while from > 0 && latin(from - 1) && !chunks[from].apart && !chunks[from].after_phone {
        from -= 1;
    }
    while latin(to + 1) && !chunks[to + 1].apart && !chunks[to + 1].after_phone {
        to += 1;
    }
    Some(Chosen::Whole { from, to })
}

/// Whether the words before a place only lead to it: 我家的地址是, 麻烦寄到.
fn is_introduction(text: &[char]) -> bool {
    const WORDS: &str =
        "我家的新中国地址是请麻烦帮忙寄发送到往给在您你好亲老板店主收货件改为成换下单一了吧呢哦谢公司单位这就要:：,，!！~～ ";
    text.iter().all(|c| WORDS.contains(*c))
}

/// The rest of an address in one line: spaces stay only between Latin letters and digits.
#[derive(Default)]
struct Detail(Vec<char>);

impl Detail {
    fn push(&mut self, text: &[char]) {
        if !text.is_empty() && !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.extend(text);
    }

    fn finish(self) -> String {
        let text = trimmed(&self.0);
        let mut line = String::with_capacity(text.len() * 3);
        for (at, c) in text.iter().enumerate() {
            if c.is_whitespace() {
                let latin = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_graphic());
                if at > 0 && latin(text.get(at - 1)) && latin(text.get(at + 1)) {
                    line.push(' ');
                }
            } else {
                line.push(*c);
            }
        }
        line
    }
}

fn settle_place(parts: &mut AddressParts, chain: &Chain, habits: &Habits) {
    let table = table();
    let mut regions = chain.regions.clone();
    if regions.len() > 1 {
        let usual: Vec<RegionIndex> = regions
            .iter()
            .copied()
            .filter(|r| habits.0.iter().filter_map(|h| table.find(*h)).any(|outer| table.contains(outer, *r)))
            .collect();
        if let [one] = usual[..] {
            regions = vec![one];
        }
    }
    // What all candidates share is certain.
    let shared = regions
        .iter()
        .skip(1)
        .fold(regions.first().copied(), |common, r| common.and_then(|c| table.upwards(c).find(|up| table.contains(*up, *r))));
    if let Some(index) = shared {
        name_levels(parts, index);
    }
    if regions.len() > 1 {
        parts.candidates = regions.iter().map(|r| table.get(*r).code).collect();
        return;
    }
    let Some(&index) = regions.first() else { return };
    let region = table.get(index);
    let index = if table.is_frame(index) { region.parent.unwrap_or(index) } else { index };
    parts.code = Some(table.get(index).code);
    // 淮安市市辖区: the districts as a whole.
    if table.get(index).level == Level::City
        && let Some(rest) = parts.detail.strip_prefix("市辖区")
    {
        parts.detail = rest.to_owned();
        parts.district = Some("市辖区".to_owned());
        parts.code = RegionCode::parse(&(table.get(index).code.number() + 1).to_string());
    }
}

fn name_levels(parts: &mut AddressParts, index: RegionIndex) {
    let table = table();
    for up in table.upwards(index) {
        let region = table.get(up);
        match region.level {
            Level::Province => parts.province = Some(region.name.to_owned()),
            // A municipality alone has no city; with a district it has the standard's frame.
            Level::City if table.is_frame(up) && up == index => {}
            Level::City if region.parent.is_some_and(|p| table.get(p).name == region.name) => parts.city = Some("市辖区".to_owned()),
            Level::City => parts.city = Some(region.name.to_owned()),
            Level::District => parts.district = Some(region.name.to_owned()),
        }
    }
}
