//! Where a file seems to come from, by the parts of it that are plain ASCII: what is usual there decides between encodings
//! that its other bytes do not tell apart.

use crate::regions::countries::{COUNTRIES, Country};

/// The country whose computers wrote these bytes, as a lower-case top-level domain. The rows that have bytes beyond ASCII
/// count: by their country, their currency and the ends of their addresses.
pub(super) fn of(bytes: &[u8]) -> Option<String> {
    let mut votes: Vec<(&'static Country, u32)> = Vec::new();
    let mut vote = |weight: u32, fits: &dyn Fn(&Country) -> bool| {
        for country in COUNTRIES.iter().filter(|country| fits(country)) {
            match votes.iter_mut().find(|(known, _)| known.code == country.code) {
                Some((_, sum)) => *sum += weight,
                None => votes.push((country, weight)),
            }
        }
    };
    for line in bytes.split(|b| *b == b'\n').filter(|line| line.iter().any(|b| *b >= 0x80)) {
        for cell in line.split(|b| matches!(b, b',' | b';' | b'\t' | b'|')) {
            let Ok(text) = std::str::from_utf8(cell) else { continue };
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '"');
            match text.len() {
                2 => vote(3, &|country| country.code.eq_ignore_ascii_case(text)),
                3 => vote(2, &|country| country.currency == text),
                4..=60 => {
                    vote(3, &|country| country.names.iter().any(|name| name.eq_ignore_ascii_case(text)));
                    if let Some((_, domain)) = text.rsplit_once('.').filter(|(start, _)| start.contains('@') || start.contains("www.")) {
                        vote(1, &|country| top_level_domain(country) == domain);
                    }
                }
                _ => {}
            }
        }
    }
    votes.into_iter().max_by_key(|(_, sum)| *sum).map(|(country, _)| top_level_domain(country))
}

fn top_level_domain(country: &Country) -> String {
    if country.code == "GB" { "uk".to_owned() } else { country.code.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_beyond_ascii_say_where_they_come_from() {
        assert_eq!(of(b"Name,Country\nAnn,US\nI\xfe\xfdl,TR\n"), Some("tr".to_owned()));
        assert_eq!(of(b"1,PLN,\xa3ukasz,\"PL\"\n2,PLN,\xa3ukasz,DE\n"), Some("pl".to_owned()));
        assert_eq!(of(b"1,\xa3,a@shop.co.uk\n"), Some("uk".to_owned()));
        assert_eq!(of(b"1,\xa3,a@shop.com\n"), None, "a domain that is no country");
        assert_eq!(of(b"1,\xa3,a@shop.ru,United Kingdom\n"), Some("uk".to_owned()));
        assert_eq!(of(b"a,b,GR\n"), None, "plain rows say nothing of encodings");
    }
}
