//! Telephone numbers inside a text.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in a text where a number was.
pub(super) const TAKEN: char = '\u{1f}';

const EXTENSION: &str = r"(?:\s*(?:-|转|分机|ext\.?|#|,)\s*(\d{1,6})(?-u:\b))?";

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// The kinds of numbers, the surest first. `None` never happens: the patterns are constants a test compiles.
static KINDS: LazyLock<Vec<(Kind, Option<Regex>)>> = LazyLock::new(|| {
    vec![
        (Kind::Masked, pattern(r"(?-u:\b)(1[3-9]\d\*{3,6}\d{2,4})(?-u:\b)")),
        (
            Kind::Mobile,
            pattern(&format!(
                r"(?:\(?\+\s?86\)?|(?-u:\b)(?:00)?86|(?-u:\b))[-\s]?(1[3-9]\d)[-\s]?(\d{{4}})[-\s]?(\d{{4}})(?-u:\b){EXTENSION}"
            )),
        ),
        (Kind::International, pattern(r"(\+\d{1,3}[-\s]?\d[\d\s-]{5,13}\d)(?-u:\b)")),
        (Kind::LandLine, pattern(&format!(r"(?:[(（]|(?-u:\b))(0(?:10|2\d|[3-9]\d{{2}}))[)）]?[-\s]?(\d{{7,8}})(?-u:\b){EXTENSION}"))),
        (Kind::Service, pattern(r"(?-u:\b)([48]00-?\d{3}-?\d{4})(?-u:\b)")),
    ]
});

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Masked,
    Mobile,
    International,
    LandLine,
    Service,
}

/// Takes every number out of a text, leaving [`TAKEN`] in its place. Mobiles come as 11 digits, an extension
/// after a dash, land lines as `0571-88886666`.
pub(super) fn take(text: &str) -> (String, Vec<String>) {
    let mut found = Vec::new();
    if text.bytes().filter(u8::is_ascii_digit).count() < 5 {
        return (text.to_owned(), found);
    }
    let mut rest = text.to_owned();
    for (kind, regex) in KINDS.iter() {
        let Some(regex) = regex else { continue };
        if !regex.is_match(&rest) {
            continue;
        }
        rest = regex
            .replace_all(&rest, |captures: &Captures<'_>| {
                found.push(written(*kind, captures));
                TAKEN.to_string()
            })
            .into_owned();
    }
    (rest, found)
}

fn written(kind: Kind, captures: &Captures<'_>) -> String {
    let part = |at: usize| captures.get(at).map_or("", |m| m.as_str());
    let with_extension = |number: String, extension: &str| match extension {
        "" => number,
        digits => format!("{number}-{digits}"),
    };
    match kind {
        Kind::Masked => part(1).to_owned(),
        Kind::Mobile => with_extension([part(1), part(2), part(3)].concat(), part(4)),
        Kind::LandLine => with_extension(format!("{}-{}", part(1), part(2)), part(3)),
        Kind::International => part(1).chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        Kind::Service => part(1).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_a_pattern() {
        assert!(KINDS.iter().all(|(_, regex)| regex.is_some()));
    }

    #[test]
    fn numbers_are_found_in_every_spelling() {
        for (text, number) in [
            ("张三13800138000浙江", "13800138000"),
            ("+86 138 0013 8000", "13800138000"),
            ("+86-13800138000", "13800138000"),
            ("0086-138-0013-8000", "13800138000"),
            ("8613800138000", "13800138000"),
            ("13800138000转1234", "13800138000-1234"),
            ("13800138000-0571", "13800138000-0571"),
            ("0571-88886666", "0571-88886666"),
            ("(010)88886666", "010-88886666"),
            ("057188886666转801", "0571-88886666-801"),
            ("138****8000", "138****8000"),
            ("+852 6123 4567", "+85261234567"),
            ("400-820-8820", "400-820-8820"),
        ] {
            assert_eq!(take(text).1, [number], "{text}");
        }
    }

    #[test]
    fn house_numbers_and_postcodes_are_no_telephone() {
        for text in ["文三路478号5幢301", "邮编310012", "订单4600000000000000001", "2024-11-11 10:00", "12345678901"] {
            assert_eq!(take(text).1, Vec::<String>::new(), "{text}");
        }
    }
}
