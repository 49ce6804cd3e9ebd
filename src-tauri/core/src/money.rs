//! Money as integer minor units beside a currency. No floating point anywhere.

use serde::{Deserialize, Serialize};

/// An ISO 4217 code, three upper-case letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl specta::Type for Currency {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

impl Currency {
    /// Chinese yuan, minor unit fen.
    pub const CNY: Currency = Currency(*b"CNY");

    /// Reads a code such as `cny` or `USD`. Anything but three letters is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Currency(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in. Anything else would be blank, which the tables refuse, and not some currency.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits after the decimal point, as ISO 4217 lists them (0 for yen and won, 3 for dinars).
    pub fn exponent(self) -> u32 {
        ODD_EXPONENTS.iter().find(|(code, _)| *code == self.as_str()).map_or(2, |(_, exponent)| *exponent)
    }
}

/// The currencies that have not two digits after the decimal point, as ISO 4217 lists them. The window formats by this table.
pub const ODD_EXPONENTS: [(&str, u32); 23] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Currency::parse(&text).ok_or_else(|| format!("{text} is not a currency code"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.as_str().to_owned()
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount read from a cell: minor units, and the currency where the cell itself named one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Minor units (fen, cent).
    pub minor: i64,
    /// Currency by symbol or code in the cell.
    pub currency: Option<Currency>,
}

/// Which sign stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,433.66`
    #[default]
    Point,
    /// `1.433,66`
    Comma,
}

/// Reads an amount as shops write it: `¥1,433.66`, `1433.66元`, `AU $3,000.00`, `EUR 90,00`, `(3.00)`, `-20`,
/// full-width digits and signs. Digits beyond the currency's exponent must be zeros or a binary rounding
/// tail (spreadsheets write `110.00000000000001`); anything else is `None`, never rounded money.
pub fn parse_amount(text: &str, default: Currency, mark: DecimalMark) -> Option<Amount> {
    let folded: String = text.chars().map(crate::text::fold_width).collect();
    let mut rest = folded.trim();
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        negative = true;
        rest = inner.trim();
    }
    let mut currency = None;
    let start = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))?;
    let end = rest.rfind(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))? + 1;
    for word in [&rest[..start], &rest[end..]] {
        let mut word = word.trim();
        if let Some(r) = word.strip_prefix('-').or_else(|| word.strip_suffix('-')) {
            if negative {
                return None;
            }
            negative = true;
            word = r.trim();
        } else if let Some(r) = word.strip_prefix('+') {
            word = r.trim();
        }
        if !word.is_empty() {
            if currency.is_some() {
                return None;
            }
            currency = Some(currency_word(word, default)?);
        }
    }
    let exponent = currency.unwrap_or(default).exponent();
    let minor = parse_decimal(&rest[start..end], exponent, mark)?;
    Some(Amount { minor: if negative { -minor } else { minor }, currency })
}

fn currency_word(word: &str, default: Currency) -> Option<Currency> {
    let code = |c: &[u8; 3]| Some(Currency(*c));
    match word {
        "¥" | "￥" => {
            if default == Currency(*b"JPY") {
                Some(default)
            } else {
                code(b"CNY")
            }
        }
        "元" | "RMB" | "rmb" | "CN¥" | "人民币" => code(b"CNY"),
        "$" => {
            if default.as_str().ends_with('D') {
                Some(default)
            } else {
                code(b"USD")
            }
        }
        "US $" | "US$" => code(b"USD"),
        "AU $" | "AU$" | "A$" => code(b"AUD"),
        "C $" | "CA $" | "CA$" | "C$" => code(b"CAD"),
        "NT$" => code(b"TWD"),
        "HK$" => code(b"HKD"),
        "£" | "GBP £" => code(b"GBP"),
        "€" => code(b"EUR"),
        code => Currency::parse(code).filter(|c| c.as_str() == code),
    }
}

/// Reads decimal text into an integer scaled by `10^exponent`, with thousands separators checked for their
/// place. `None` where the text is not a number, does not fit, or has more precision than fits.
pub fn parse_decimal(text: &str, exponent: u32, mark: DecimalMark) -> Option<i64> {
    let (point, separator) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // Spaces and apostrophes separate thousands beside either mark.
    let separator = whole.chars().find(|c| matches!(c, ' ' | '\'' | '’')).unwrap_or(separator);
    let mut minor: i64 = 0;
    let groups: Vec<&str> = whole.split(separator).collect();
    if groups.len() > 1 && !are_groups(&groups, separator) {
        return None;
    }
    for digit in groups.iter().flat_map(|group| group.bytes()) {
        minor = minor.checked_mul(10)?.checked_add(i64::from(digit.is_ascii_digit().then(|| digit - b'0')?))?;
    }
    let bytes = fraction.as_bytes();
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let kept = exponent as usize;
    for place in 0..kept {
        let digit = bytes.get(place).map_or(0, |b| b - b'0');
        minor = minor.checked_mul(10)?.checked_add(i64::from(digit))?;
    }
    match bytes.get(kept..).unwrap_or_default() {
        tail if tail.iter().all(|b| *b == b'0') => Some(minor),
        // 110.00000000000001 and 109.99999999999999: what a binary double prints for 110.
        tail if tail.len() >= 6 && tail[..5].iter().all(|b| *b == b'0') => Some(minor),
        tail if tail.len() >= 6 && tail[..5].iter().all(|b| *b == b'9') => minor.checked_add(1),
        _ => None,
    }
}

/// Whether digits are grouped as thousands (`1,234,567`) or, with commas, as lakh and crore (`12,34,567`).
fn are_groups(groups: &[&str], separator: char) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let thousands = middle.iter().all(|g| g.len() == 3) && (1..=3).contains(&first.len());
    let lakh = separator == ',' && middle.iter().all(|g| g.len() == 2) && (1..=2).contains(&first.len());
    last.len() == 3 && (thousands || lakh)
}

/// Minor units as plain decimal text (`-12.05`), the form used in exported files.
pub fn to_decimal(minor: i64, currency: Currency) -> String {
    let exponent = currency.exponent();
    if exponent == 0 {
        return minor.to_string();
    }
    let unit = 10u64.pow(exponent);
    let magnitude = minor.unsigned_abs();
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit, width = exponent as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cny(text: &str) -> Option<i64> {
        parse_amount(text, Currency::CNY, DecimalMark::Point).map(|a| a.minor)
    }

    #[test]
    fn amounts_are_read_as_shops_write_them() {
        for (text, minor) in [
            ("429.0", 42900),
            ("¥1,433.66", 143366),
            ("￥ 88.5", 8850),
            ("0元", 0),
            ("12.3元", 1230),
            ("(3.00)", -300),
            ("-20", -2000),
            ("１２．５", 1250),
            ("110.00000000000001", 11000),
            ("109.99999999999999", 11000),
            (".5", 50),
            ("1,433,000.00", 143300000),
            ("1 433.66", 143366),
            ("1\u{202f}433.66", 143366),
            ("1\u{2009}433\u{2009}000.00", 143300000),
            ("1'433.66", 143366),
            ("1’433.66", 143366),
            ("12,34,567.50", 123456750),
        ] {
            assert_eq!(cny(text), Some(minor), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in [
            "",
            "-",
            "八十八",
            "1,43.00",
            "12.345",
            "1.2.3",
            "1 2",
            "1 433,000.00",
            "12,34,56",
            "123,45,678",
            "1'43.00",
            "12abc",
            "--3",
            "(-3)",
            "9999999999999999999",
        ] {
            assert_eq!(cny(text), None, "{text}");
        }
    }

    #[test]
    fn a_symbol_in_the_cell_names_the_currency() {
        let usd = Currency::parse("USD").unwrap();
        let read = |text, mark| parse_amount(text, usd, mark).map(|a| (a.minor, a.currency.map(String::from)));
        assert_eq!(read("$1,433.66", DecimalMark::Point), Some((143366, Some("USD".into()))));
        assert_eq!(read("AU $3,000.00", DecimalMark::Point), Some((300000, Some("AUD".into()))));
        assert_eq!(read("EUR 90,00", DecimalMark::Comma), Some((9000, Some("EUR".into()))));
        assert_eq!(read("1 433,66", DecimalMark::Comma), Some((143366, None)));
        assert_eq!(read("1'433,66", DecimalMark::Comma), Some((143366, None)));
        assert_eq!(read("1.433,66 €", DecimalMark::Comma), Some((143366, Some("EUR".into()))));
    }

    proptest! {
        #[test]
        fn decimal_text_reads_back(minor in -1_000_000_000_000i64..1_000_000_000_000) {
            prop_assert_eq!(cny(&to_decimal(minor, Currency::CNY)), Some(minor));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            let _ = parse_amount(&text, Currency::CNY, DecimalMark::Comma);
        }
    }
}
