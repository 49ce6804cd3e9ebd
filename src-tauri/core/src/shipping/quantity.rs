//! Weights and volumes as people write them, read as decimal text: never through a floating point number.

use crate::money::{DecimalMark, parse_decimal};
use crate::text::fold_width;

fn split(text: &str) -> (String, String) {
    let folded: String = text.chars().map(fold_width).collect::<String>().trim().to_lowercase();
    let end = folded.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    // cm3 and m3 end in a digit of their unit.
    let end = folded.find(|c: char| c.is_alphabetic()).map_or(end, |letter| letter.min(end));
    (folded[..end].trim().to_owned(), folded[end..].trim().to_owned())
}

fn decimal(number: &str, digits: u32) -> Option<i64> {
    parse_decimal(number, digits, DecimalMark::Point)
}

/// What a number without a unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The weight of a product.
    Gram,
    /// The weights of a table of fees, and of a field that shows them.
    Kilogram,
}

/// Grams as [`grams`] reads them, where a number without a unit counts what the field counts.
pub fn grams_in(text: &str, unit: Unit) -> Option<i64> {
    match split(text) {
        (number, kind) if kind.is_empty() && unit == Unit::Kilogram => decimal(&number, 3),
        _ => grams(text),
    }
}

/// A weight as fields show it: `450 g`, `1.2 kg`.
pub fn weight_text(grams: i64) -> String {
    if grams >= 1000 { format!("{} kg", super::explain::thousandths(grams)) } else { format!("{grams} g") }
}

/// Grams: `450`, `450g`, `450 克`, `1.2 kg`, `1.2公斤`, `2斤`, `3两`. A number without a unit is grams. Exact: what is
/// no whole number of grams is refused.
pub fn grams(text: &str) -> Option<i64> {
    let (number, unit) = split(text);
    match unit.as_str() {
        "" | "g" | "克" | "gram" | "grams" => decimal(&number, 0),
        "kg" | "公斤" | "千克" => decimal(&number, 3),
        "斤" | "市斤" => decimal(&number, 3).filter(|n| n % 2 == 0).map(|n| n / 2),
        "两" => decimal(&number, 2).filter(|n| n % 2 == 0).map(|n| n / 2),
        _ => None,
    }
}

/// Cubic centimetres: `1200`, `1200 cm³`, `1.2 L`, `0.01 m³`, `20×15×4` (centimetres). A number without a unit is cm³.
pub fn cubic_centimetres(text: &str) -> Option<i64> {
    let sides: Vec<&str> = text.split(['*', '×', 'x', 'X', '✕', '＊']).collect();
    if let [a, b, c] = sides[..] {
        // Millimetres hold every tenth of a centimetre; a begun cm³ counts.
        let side = |t: &str| decimal(split(t).0.as_str(), 1).filter(|n| *n > 0 && matches!(split(t).1.as_str(), "" | "cm" | "厘米"));
        let cubic_millimetres = i128::from(side(a)?) * i128::from(side(b)?) * i128::from(side(c)?);
        return i64::try_from((cubic_millimetres + 999) / 1000).ok();
    }
    let (number, unit) = split(text);
    match unit.as_str() {
        "" | "cm³" | "cm3" | "立方厘米" | "ml" | "毫升" => decimal(&number, 0),
        "l" | "升" | "dm³" | "dm3" | "立方分米" => decimal(&number, 3),
        "m³" | "m3" | "立方米" | "方" => decimal(&number, 6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_exactly() {
        for (text, grams_) in [
            ("450", 450),
            ("450g", 450),
            ("1.2 kg", 1200),
            ("1.2公斤", 1200),
            ("2斤", 1000),
            ("0.5斤", 250),
            ("３００克", 300),
            ("3两", 150),
        ] {
            assert_eq!(grams(text), Some(grams_), "{text}");
        }
        for text in ["", "1.5g", "0.0005kg", "-3", "重", "1.2 lb"] {
            assert_eq!(grams(text), None, "{text}");
        }
    }

    #[test]
    fn a_field_keeps_the_unit_it_shows() {
        for (text, weight) in [("1", 1000), ("1.5", 1500), ("1kg", 1000), ("500g", 500), ("1公斤", 1000), ("1斤", 500)] {
            assert_eq!(grams_in(text, Unit::Kilogram), Some(weight), "{text}");
        }
        assert_eq!(grams_in("450", Unit::Gram), Some(450));
        assert_eq!((weight_text(450), weight_text(1000), weight_text(1250)), ("450 g".into(), "1 kg".into(), "1.25 kg".into()));
    }

    #[test]
    fn volumes_are_read_exactly() {
        for (text, volume) in [
            ("1200", 1200),
            ("1200cm3", 1200),
            ("1200 cm³", 1200),
            ("1.2L", 1200),
            ("0.01 m³", 10_000),
            ("0.01m3", 10_000),
            ("20×15×4", 1200),
            ("20.5*15*4", 1230),
            ("10cm x 10cm x 0.1cm", 10),
        ] {
            assert_eq!(cubic_centimetres(text), Some(volume), "{text}");
        }
        for text in ["", "1.5", "20*15", "a*b*c", "0*1*1"] {
            assert_eq!(cubic_centimetres(text), None, "{text}");
        }
    }
}
