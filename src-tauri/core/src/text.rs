//! Text as sellers' files carry it: widths, masks, spreadsheet guards, pinyin.

use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// Folds one full-width ASCII character (`Ａ`, `１`, `：`, ideographic space) to its plain form.
pub fn fold_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    }
}

/// The simplified form of a character: 評 and 评 are one, and so are 臺 and 台.
pub fn simplified(c: char) -> char {
    const FIRST: u32 = 0x4E00;
    static PLAIN: LazyLock<Vec<char>> = LazyLock::new(|| {
        let all: String = ('\u{4e00}'..='\u{9fff}').flat_map(|c| [c, ' ']).collect();
        fast2s::convert(&all).chars().step_by(2).collect()
    });
    (c as u32).checked_sub(FIRST).and_then(|at| PLAIN.get(at as usize).copied()).unwrap_or(c)
}

/// A form under which two spellings of one name or header are the same: widths folded, lower case, and
/// without any white space or invisible mark.
pub fn normalised(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // What names and accounts mostly consist of needs no table.
            '0'..='9' | 'a'..='z' | '\u{4e00}'..='\u{9fff}' => folded.push(c),
            _ => {
                let c = fold_width(c);
                if !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') {
                    folded.extend(c.to_lowercase());
                }
            }
        }
    }
    folded
}

/// A text that a seller typed: trimmed, at most `longest` characters, without a NUL.
///
/// # Errors
/// [`Error::BadValue`](crate::Error::BadValue) with the field, the beginning of the text, and `too_long` or `nul`.
pub fn checked_text(field: &'static str, text: &str, longest: usize) -> crate::Result<String> {
    let text = text.trim();
    if text.chars().count() > longest {
        return Err(crate::Error::BadValue { field, value: text.chars().take(40).collect(), reason: "too_long" });
    }
    if text.contains('\0') {
        return Err(crate::Error::BadValue { field, value: String::new(), reason: "nul" });
    }
    Ok(text.to_owned())
}

/// What somebody looks for is no longer than this, in characters.
pub const LONGEST_QUESTION: usize = 1_000;
/// A message that is pasted to be read: an order in a chat, an address, a reply.
pub const LONGEST_MESSAGE: usize = 20_000;
/// A table or a list that is pasted, in characters.
pub const LONGEST_PASTE: usize = 8 << 20;

/// Refuses a text that is longer than what is worked on while somebody waits.
///
/// # Errors
/// [`Error::BadValue`](crate::Error::BadValue) with the field, the beginning of the text, and `too_long`.
pub fn check_length(field: &'static str, text: &str, longest: usize) -> crate::Result<()> {
    if text.len() > longest && text.chars().nth(longest).is_some() {
        return Err(crate::Error::BadValue { field, value: text.chars().take(40).collect(), reason: "too_long" });
    }
    Ok(())
}

/// Whether a personal value is hidden by the platform (`张**`, `1387677****`, `##密文`, `$$密文`), and so can
/// never identify anyone.
pub fn is_masked(text: &str) -> bool {
    let text = text.trim();
    text.contains(['*', '＊', '●', '•'])
        || is_encrypted(text)
        || text.starts_with('~') && text.ends_with('~') && text.len() > 2
        || matches!(text, "匿名" | "匿名用户" | "匿名买家" | "Anonymous" | "anonymous")
}

/// Whether a personal value stands in the file as a cipher: between the marks that shops' platforms put around one (`##…`,
/// `$$…`, `~…~`, `$…$1$`, `#…#`), or as Base64 with its padding. Nobody reads anything from it.
pub fn is_encrypted(text: &str) -> bool {
    /// A name in marks of its own is shorter.
    const SHORTEST_CIPHER: usize = 16;
    let text = text.trim();
    let between = |mark: char| text.len() > 2 && text.starts_with(mark) && text.ends_with(mark);
    let base64 = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'=' | b'-' | b'_' | b'$' | b'#' | b'~');
    let long = text.len() >= SHORTEST_CIPHER && text.bytes().all(base64);
    text.starts_with("##")
        || text.starts_with("$$")
        || long && (between('~') || between('$') || between('#'))
        || long && text.ends_with('=') && text.bytes().any(|c| c.is_ascii_uppercase()) && text.bytes().any(|c| c.is_ascii_digit())
}

/// Characters that make a spreadsheet take a cell for a formula, with their full-width forms, and the
/// apostrophe itself, so that reading back takes off exactly what was put on.
fn needs_guard(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' | '\'')
}

/// Digits that a spreadsheet takes for a number or a day and writes back as another text: without the zeros they begin with, with
/// zeros in the place of those behind the fifteenth, as a power of ten (1e5), as a day of this year (3-4, 1/2).
fn loses_digits(text: &str) -> bool {
    const KEPT: usize = 15;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits(text) {
        return text.len() > KEPT || text.len() > 1 && text.starts_with('0');
    }
    let short_day = |mark: char| text.split_once(mark).is_some_and(|(a, b)| digits(a) && digits(b) && a.len() <= 4 && b.len() <= 4);
    let power = text.split_once(['e', 'E']).is_some_and(|(number, power)| {
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && digits(power.trim_start_matches(['+', '-']))
    });
    power || short_day('-') || short_day('/')
}

/// A cell that no spreadsheet runs as a formula or takes digits from: one `'` before a dangerous first character and before
/// digits that it would not keep.
pub fn guard_formula(text: &str) -> std::borrow::Cow<'_, str> {
    match text.chars().next() {
        Some(first) if needs_guard(first) || loses_digits(text) => format!("'{text}").into(),
        _ => text.into(),
    }
}

/// The inverse of [`guard_formula`]: takes one leading `'` off where it can be a guard. Before a letter it belongs to the
/// text ('t Hart, 's-Hertogenbosch); no Chinese text begins with one.
pub fn unguard_formula(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.chars().next().is_some_and(|next| needs_guard(next) || !next.is_alphabetic() || is_ideograph(next)) => rest,
        _ => text,
    }
}

/// Whether a character is Chinese, Japanese or Korean.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Every way to say a name in pinyin, as (syllables joined, initials), at most four readings, the common one
/// first. Latin letters and digits stand for themselves; other characters are left out.
pub fn pinyin_readings(name: &str) -> Vec<(Vec<String>, String)> {
    const MOST: usize = 4;
    let mut readings: Vec<Vec<String>> = vec![Vec::new()];
    let mut latin = String::new();
    let flush = |latin: &mut String, readings: &mut Vec<Vec<String>>| {
        if !latin.is_empty() {
            readings.iter_mut().for_each(|r| r.push(latin.clone()));
            latin.clear();
        }
    };
    for c in name.chars().map(fold_width) {
        if c.is_ascii_alphanumeric() {
            latin.push(c.to_ascii_lowercase());
            continue;
        }
        flush(&mut latin, &mut readings);
        let Some(common) = c.to_pinyin() else { continue };
        let mut ways = vec![common.plain()];
        if let Some(surname) = surname_reading(c) {
            ways.insert(0, surname);
        }
        if let Some(multi) = c.to_pinyin_multi() {
            ways.extend(multi.into_iter().map(|p| p.plain()));
        }
        let mut seen = Vec::new();
        ways.retain(|w| {
            if seen.contains(w) {
                false
            } else {
                seen.push(*w);
                true
            }
        });
        let before = readings.clone();
        readings.clear();
        for way in ways {
            for reading in &before {
                if readings.len() < MOST {
                    let mut longer = reading.clone();
                    longer.push(way.to_owned());
                    readings.push(longer);
                }
            }
        }
    }
    flush(&mut latin, &mut readings);
    readings.retain(|r| !r.is_empty());
    readings
        .into_iter()
        .map(|syllables| {
            let initials = syllables.iter().filter_map(|s| s.chars().next()).collect();
            (syllables, initials)
        })
        .collect()
}

/// A whole text in pinyin, each character by its common reading: (syllables joined, initials). For longer texts,
/// where [`pinyin_readings`] would cost too much.
pub fn pinyin_of(text: &str) -> (String, String) {
    let (mut syllables, mut initials) = (String::new(), String::new());
    for c in text.chars().map(fold_width) {
        let plain = c.to_pinyin().map(|p| p.plain());
        match plain {
            Some(syllable) => {
                syllables.push_str(syllable);
                initials.extend(syllable.chars().next());
            }
            None if c.is_ascii_alphanumeric() => {
                syllables.push(c.to_ascii_lowercase());
                initials.push(c.to_ascii_lowercase());
            }
            None => {}
        }
    }
    (syllables, initials)
}

/// Readings that a character has as a surname and rarely elsewhere.
fn surname_reading(c: char) -> Option<&'static str> {
    Some(match c {
        '曾' => "zeng",
        '单' => "shan",
        '仇' => "qiu",
        '解' => "xie",
        '查' => "zha",
        '翟' => "zhai",
        '朴' => "piao",
        '盖' => "ge",
        '区' => "ou",
        '尉' => "yu",
        '冼' => "xian",
        '缪' => "miao",
        '乐' => "yue",
        '盛' => "sheng",
        '覃' => "qin",
        _ => return None,
    })
}

/// A key that puts names in the order of a Chinese dictionary: pinyin where there is one, the text otherwise.
pub fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() * 3);
    for c in name.chars().map(fold_width) {
        match c.to_pinyin() {
            Some(p) => {
                key.push_str(p.plain());
                key.push(' ');
            }
            None => key.extend(c.to_lowercase()),
        }
    }
    key
}

/// Hides a name for the privacy screen: the first character stays.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => std::iter::once(first).chain(std::iter::repeat_n('*', chars.count().clamp(1, 3))).collect(),
        None => String::new(),
    }
}

/// Hides a phone number but for its last four digits; shorter ones wholly.
pub fn mask_phone(number: &str) -> String {
    let count = number.chars().count();
    let shown = if count >= 8 { 4 } else { 0 };
    number.chars().enumerate().map(|(i, c)| if i + shown >= count || !c.is_ascii_alphanumeric() { c } else { '*' }).collect()
}

/// Hides an e-mail address but for its first letter and where it is.
pub fn mask_email(address: &str) -> String {
    let (name, place) = address.split_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    if place.is_empty() { format!("{first}***") } else { format!("{first}***@{place}") }
}

/// Splits `a; b; c`, where a `;` or `\` inside a part is written `\;` `\\`.
pub fn split_list(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let part = parts.last_mut();
        match (c, part) {
            ('\\', Some(part)) => part.extend(chars.next()),
            (';', _) => {
                if chars.as_str().starts_with(' ') {
                    chars.next();
                }
                parts.push(String::new());
            }
            (c, Some(part)) => part.push(c),
            (_, None) => {}
        }
    }
    parts.retain(|p| !p.is_empty());
    parts
}

/// The inverse of [`split_list`].
pub fn join_list<'t>(parts: impl Iterator<Item = &'t str>) -> String {
    parts.map(|p| p.replace('\\', "\\\\").replace(';', "\\;")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn traditional_characters_have_their_simplified_partners() {
        let folded: String = "臺灣省臺北市信義區廣東縣 好評後裡𠮷a".chars().map(simplified).collect();
        assert_eq!(folded, "台湾省台北市信义区广东县 好评后里𠮷a");
    }

    #[test]
    fn masks_of_every_platform_are_seen() {
        for masked in ["张**", "1387677****", "1******6198", "##密文", "$$密文", "jd_8*3", "张＊"] {
            assert!(is_masked(masked), "{masked}");
        }
        for plain in ["张小满", "tb张小满01", "13900000001", "#1001", ""] {
            assert!(!is_masked(plain), "{plain}");
        }
    }

    proptest! {
        #[test]
        fn lists_in_a_cell_read_back(parts in proptest::collection::vec("[^\\x00]{1,8}", 0..5)) {
            prop_assume!(parts.iter().all(|p| !p.is_empty() && !p.starts_with(' ')));
            prop_assert_eq!(split_list(&join_list(parts.iter().map(String::as_str))), parts);
        }
    }

    #[test]
    fn a_cipher_is_told_from_a_name() {
        for cipher in ["##4jHVGcZt8#", "$$A5tRq", "~AgAAAAHWx2UFmwA=~", "$yFSNt5Wq0LhAQ$1$", "#Xl1kQz0OaR+tTgh#", "hT7Kk2xL0pQm9vB4cA=="] {
            assert!(is_encrypted(cipher) && is_masked(cipher), "{cipher}");
        }
        for plain in
            ["张**", "1387677****", "#1001#", "$hop$", "~小满~店", "~琪琪~", "JohnSmithOfGlasgow1", "a_long_account_name_2024", "李雷="]
        {
            assert!(!is_encrypted(plain), "{plain}");
        }
    }

    #[test]
    fn names_are_found_by_their_readings() {
        let readings = pinyin_readings("张小满");
        assert_eq!(readings[0], (vec!["zhang".into(), "xiao".into(), "man".into()], "zxm".into()));
        assert!(pinyin_readings("曾乐").iter().any(|r| r.1 == "zy"), "曾 is Zeng as a surname");
        assert_eq!(pinyin_readings("Anna 李")[0].1, "al");
        assert!(pinyin_readings("😀").is_empty());
    }

    #[test]
    fn the_privacy_screen_leaves_little() {
        assert_eq!(mask_name("张小满"), "张**");
        assert_eq!(mask_name("𠮷"), "𠮷*");
        assert_eq!(mask_phone("13900000001"), "*******0001");
        assert_eq!(mask_phone("12345"), "*****");
    }

    #[test]
    fn a_guard_is_told_from_an_apostrophe_of_the_text() {
        for text in ["'t Hart", "'s-Hertogenbosch", "O'Neill", "张三"] {
            assert_eq!(unguard_formula(text), text);
        }
        for (cell, text) in
            [("'13900000001", "13900000001"), ("'=1+1", "=1+1"), ("''t Hart", "'t Hart"), ("'张三", "张三"), ("'010000", "010000")]
        {
            assert_eq!(unguard_formula(cell), text);
        }
        for text in ["010000", "0123456", "20220725123459282", "1e5", "1.5E+10", "01-02", "3-4", "1/2"] {
            assert_eq!(guard_formula(text), format!("'{text}"));
        }
        for text in ["0", "13900000001", "310012", "0,5", "2026-03-01", "2026-03-01 00:42:00", "139-0000-0001", "a-1", "e5", "66.00"] {
            assert_eq!(guard_formula(text), text);
        }
    }

    proptest! {
        #[test]
        fn guarding_a_cell_is_undone_by_reading_it(text in "\\PC*") {
            let guarded = guard_formula(&text);
            prop_assert_eq!(unguard_formula(&guarded), text.as_str());
        }

        #[test]
        fn digits_come_back_from_a_guarded_cell(text in "'?[0-9]{0,20}") {
            let guarded = guard_formula(&text);
            prop_assert_eq!(unguard_formula(&guarded), text.as_str());
        }
    }
}
