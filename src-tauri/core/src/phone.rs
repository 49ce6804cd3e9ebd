//! Telephone numbers: every way to write one comes to one form.

use crate::regions::countries::code as country_code;
use crate::text::{fold_width, is_masked};

/// A telephone number as a file or a seller writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phone {
    /// Digits in a canonical form: Chinese mobiles as 11 digits, others with `+` and country code where given.
    Full(String),
    /// Hidden by the platform, kept only as text.
    Masked(String),
}

impl Phone {
    /// Reads a number as people of a country write it; blank where the country is not known.
    ///
    /// In China and where no country is named see [`Phone::parse`]. Elsewhere the national form and the international one
    /// are the same number (`0412 345 678` of Australia is `+61412345678`), after the numbering plans of libphonenumber.
    pub fn parse_in(text: &str, country: &str) -> Option<Phone> {
        let as_written = Phone::parse(text)?;
        let (Phone::Full(number), Some(region)) = (&as_written, country_code(country).filter(|c| *c != "CN")) else {
            return Some(as_written);
        };
        /// A number without its area is nobody's in particular.
        const SHORT: usize = 8;
        // Digits with their country in front are known already, and so is a virtual number's extension.
        if number.len() < SHORT || number.starts_with('+') && !number.starts_with("+86") || number.contains('-') {
            return Some(as_written);
        }
        let folded: String = text.chars().map(fold_width).collect();
        let util = &rlibphonenumber::PHONE_NUMBER_UTIL;
        let Ok(parsed) = util.parse_with_default_region(folded.trim().trim_start_matches('\''), region) else { return Some(as_written) };
        // A Chinese mobile in an address abroad stays one, unless it is a number of that country as well.
        let takes = if is_chinese_mobile(number) { util.is_valid_number(&parsed) } else { util.is_possible_number(&parsed) };
        if !takes || parsed.country_code() == 86 {
            return Some(as_written);
        }
        Some(Phone::Full(util.format(&parsed, rlibphonenumber::PhoneNumberFormat::E164).into_owned()))
    }

    /// Reads a number with spaces, dashes, brackets, `+86`, a spreadsheet apostrophe or an extension.
    /// `None` where fewer than five digits stand in it.
    pub fn parse(text: &str) -> Option<Phone> {
        let mobile = is_chinese_mobile;
        if text.bytes().all(|b| b.is_ascii_digit()) && mobile(text) {
            return Some(Phone::Full(text.to_owned()));
        }
        let folded: String = text.chars().map(fold_width).collect();
        let text = folded.trim().trim_start_matches('\'').trim();
        if text.is_empty() {
            return None;
        }
        if is_masked(text) {
            return Some(Phone::Masked(text.to_owned()));
        }
        let (number, extension) = split_extension(text);
        let plus = number.starts_with('+') || number.starts_with("00") && number.len() > 11;
        let mut digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if number.starts_with("00") && plus {
            digits.drain(..2);
        }
        if digits.len() < 5 || digits.len() > 20 {
            return None;
        }
        let canonical = match digits.strip_prefix("86") {
            Some(rest) if mobile(rest) => rest.to_owned(),
            _ if mobile(&digits) && (!plus || digits.len() == 11 && !number.starts_with("+1")) => digits,
            _ if plus => format!("+{digits}"),
            _ => digits,
        };
        Some(Phone::Full(match extension {
            Some(e) => format!("{canonical}-{e}"),
            None => canonical,
        }))
    }

    /// Whether this is a complete Chinese mobile or an international number, so that with the same name it
    /// stands for one person. Land lines and virtual numbers with an extension are shared and do not.
    pub fn identifies(&self) -> bool {
        match self {
            Phone::Full(n) if n.contains('-') => false,
            Phone::Full(n) => {
                n.starts_with('+') && n.len() >= 8 || n.len() == 11 && n.starts_with('1') || n.len() == 10 && !n.starts_with('0')
            }
            Phone::Masked(_) => false,
        }
    }

    /// The text to store, without a copy.
    pub fn into_text(self) -> String {
        match self {
            Phone::Full(t) | Phone::Masked(t) => t,
        }
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        match self {
            Phone::Full(t) | Phone::Masked(t) => t,
        }
    }
}

/// `13900000001`
fn is_chinese_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && !digits[1..].starts_with(['0', '1', '2'])
}

fn split_extension(text: &str) -> (&str, Option<&str>) {
    for mark in ["转", "ext.", "ext", " x", "#"] {
        if let Some((number, extension)) = text.split_once(mark) {
            let extension = extension.trim();
            if !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_digit()) {
                return (number.trim(), Some(extension));
            }
        }
    }
    // 13900000001-1234: a platform's virtual number with its extension.
    if let Some((number, extension)) = text.split_once('-') {
        let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if number.len() == 11
            && number.starts_with('1')
            && all_digits(number)
            && (2..=6).contains(&extension.len())
            && all_digits(extension)
        {
            return (number, Some(extension));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_numbers_are_those_of_the_country() {
        for (text, country, number) in [
            ("05550100001", "TR", "+905550100001"),
            ("+90 555 010 00 01", "TR", "+905550100001"),
            ("03005550100", "Pakistan", "+923005550100"),
            ("0412 345 678", "AU", "+61412345678"),
            ("07700 900123", "United Kingdom", "+447700900123"),
            ("0151 23456789", "Deutschland", "+4915123456789"),
            ("0049 151 23456789", "DE", "+4915123456789"),
            ("310.555.0144", "US", "+13105550144"),
            ("1-310-555-0144", "United States", "+13105550144"),
            ("13105550144", "US", "+13105550144"),
            ("+1 (310) 555-0144", "US", "+13105550144"),
            ("13105550144", "CN", "13105550144"),
            ("13105550144", "中国", "13105550144"),
            ("13105550144", "", "13105550144"),
            ("13105550144", "Atlantis", "13105550144"),
            ("13900000001", "DE", "13900000001"),
            ("+8613900000001", "US", "13900000001"),
            ("0571-88880000", "", "057188880000"),
            ("13900000001-1234", "US", "13900000001-1234"),
            ("12345", "DE", "12345"),
        ] {
            assert_eq!(Phone::parse_in(text, country), Some(Phone::Full(number.into())), "{text} of {country}");
        }
        assert_eq!(Phone::parse_in("139****0001", "US"), Some(Phone::Masked("139****0001".into())));
        assert_eq!(Phone::parse_in("none", "US"), None);
    }

    #[test]
    fn phones_have_one_form() {
        for (text, number) in [
            ("'13900000001", "13900000001"),
            ("+86 139-0000-0001", "13900000001"),
            ("'+8613900000001", "13900000001"),
            ("86 13900000001", "13900000001"),
            ("0086-13900000001", "13900000001"),
            ("１３９０００００００１", "13900000001"),
            ("+31 6 12345678", "+31612345678"),
            ("0571-88880000", "057188880000"),
            ("13900000001-1234", "13900000001-1234"),
            ("13900000001转1234", "13900000001-1234"),
            ("+1 (212) 555-0100", "+12125550100"),
        ] {
            assert_eq!(Phone::parse(text), Some(Phone::Full(number.into())), "{text}");
        }
        assert_eq!(Phone::parse("1387677****"), Some(Phone::Masked("1387677****".into())));
        assert_eq!(Phone::parse("无"), None);
    }

    #[test]
    fn a_land_line_or_a_virtual_number_is_nobody() {
        assert!(Phone::parse("13900000001").unwrap().identifies());
        assert!(Phone::parse("+31 6 12345678").unwrap().identifies());
        assert!(!Phone::parse("0571-88880000").unwrap().identifies());
        assert!(!Phone::parse("13900000001-1234").unwrap().identifies());
        assert!(!Phone::parse("139****0001").unwrap().identifies());
    }
}
