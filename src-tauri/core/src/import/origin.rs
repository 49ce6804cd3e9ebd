//! Where a file seems to come from, by the parts of it that are plain ASCII: what is usual there decides between encodings
//! that its other bytes do not tell apart.

/// The country whose computers wrote these bytes, as a lower-case top-level domain. The rows that have bytes beyond ASCII
/// count: by their country, their currency and the ends of their addresses.
pub(super) fn of(bytes: &[u8]) -> Option<&'static [u8]> {
    let mut votes: Vec<(&'static str, u32)> = Vec::new();
    let mut vote = |country: &'static str, weight: u32| match votes.iter_mut().find(|(known, _)| *known == country) {
        Some((_, sum)) => *sum += weight,
        None => votes.push((country, weight)),
    };
    for line in bytes.split(|b| *b == b'\n').filter(|line| line.iter().any(|b| *b >= 0x80)) {
        for cell in line.split(|b| matches!(b, b',' | b';' | b'\t' | b'|')) {
            let Ok(text) = std::str::from_utf8(cell) else { continue };
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '"');
            match text.len() {
                2 => COUNTRIES.iter().filter(|(country, ..)| country.eq_ignore_ascii_case(text)).for_each(|(country, ..)| vote(country, 3)),
                3 => COUNTRIES.iter().filter(|(_, currency, _)| *currency == text).for_each(|(country, ..)| vote(country, 2)),
                4..=60 => {
                    COUNTRIES.iter().filter(|(.., name)| name.eq_ignore_ascii_case(text)).for_each(|(country, ..)| vote(country, 3));
                    if let Some((_, domain)) = text.rsplit_once('.').filter(|(start, _)| start.contains('@') || start.contains("www.")) {
                        COUNTRIES.iter().filter(|(country, ..)| *country == domain).for_each(|(country, ..)| vote(country, 1));
                    }
                }
                _ => {}
            }
        }
    }
    let (country, _) = votes.into_iter().max_by_key(|(_, sum)| *sum)?;
    Some(if country == "gb" { b"uk" } else { country.as_bytes() })
}

/// Top-level domain, currency where it is that country's alone, and the name that exports in English write.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("ae", "AED", "United Arab Emirates"),
    ("at", "", "Austria"),
    ("au", "AUD", "Australia"),
    ("be", "", "Belgium"),
    ("bg", "BGN", "Bulgaria"),
    ("br", "BRL", "Brazil"),
    ("by", "BYN", "Belarus"),
    ("ca", "CAD", "Canada"),
    ("ch", "CHF", "Switzerland"),
    ("cn", "CNY", "China"),
    ("cy", "", "Cyprus"),
    ("cz", "CZK", "Czech Republic"),
    ("de", "", "Germany"),
    ("dk", "DKK", "Denmark"),
    ("ee", "", "Estonia"),
    ("eg", "EGP", "Egypt"),
    ("es", "", "Spain"),
    ("fi", "", "Finland"),
    ("fr", "", "France"),
    ("gb", "GBP", "United Kingdom"),
    ("gr", "", "Greece"),
    ("hk", "HKD", "Hong Kong"),
    ("hr", "HRK", "Croatia"),
    ("hu", "HUF", "Hungary"),
    ("ie", "", "Ireland"),
    ("il", "ILS", "Israel"),
    ("it", "", "Italy"),
    ("jp", "JPY", "Japan"),
    ("kr", "KRW", "South Korea"),
    ("lt", "", "Lithuania"),
    ("lv", "", "Latvia"),
    ("mo", "MOP", "Macao"),
    ("mx", "MXN", "Mexico"),
    ("nl", "", "Netherlands"),
    ("no", "NOK", "Norway"),
    ("pl", "PLN", "Poland"),
    ("pt", "", "Portugal"),
    ("ro", "RON", "Romania"),
    ("rs", "RSD", "Serbia"),
    ("ru", "RUB", "Russia"),
    ("sa", "SAR", "Saudi Arabia"),
    ("se", "SEK", "Sweden"),
    ("si", "", "Slovenia"),
    ("sk", "", "Slovakia"),
    ("th", "THB", "Thailand"),
    ("tr", "TRY", "Turkey"),
    ("tw", "TWD", "Taiwan"),
    ("ua", "UAH", "Ukraine"),
    ("us", "", "United States"),
    ("vn", "VND", "Vietnam"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_beyond_ascii_say_where_they_come_from() {
        assert_eq!(of(b"Name,Country\nAnn,US\nI\xfe\xfdl,TR\n"), Some(&b"tr"[..]));
        assert_eq!(of(b"1,PLN,\xa3ukasz,\"PL\"\n2,PLN,\xa3ukasz,DE\n"), Some(&b"pl"[..]));
        assert_eq!(of(b"1,\xa3,a@shop.co.uk\n"), None, "a domain that is no country");
        assert_eq!(of(b"1,\xa3,a@shop.ru,United Kingdom\n"), Some(&b"uk"[..]));
        assert_eq!(of(b"a,b,GR\n"), None, "plain rows say nothing of encodings");
    }
}
