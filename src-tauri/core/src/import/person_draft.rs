//! A customer as a row of a list tells them.

use std::collections::BTreeMap;

use super::cells::joined_name;
use super::columns::clean;
use super::platforms::Field;
use super::reading::Reading;
use super::tokens::Record;
use crate::phone::Phone;
use crate::text::is_masked;

/// A customer as a list tells them.
#[derive(Debug, Default, Clone)]
pub(super) struct PersonDraft {
    pub(super) identities: Vec<(String, String)>,
    pub(super) phones: Vec<Phone>,
    pub(super) email: String,
    pub(super) address: [String; 7],
    pub(super) tags: Vec<String>,
    /// Columns of the customers table with their text, only those the file fills.
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) name: String,
}

/// Reads a row of a list.
pub(super) fn read(record: &Record, reading: &Reading) -> PersonDraft {
    let exact = reading.platform.exact;
    let columns = &reading.columns;
    let cell = |field: Field| -> String {
        if exact {
            columns.of(field).first().map(|c| crate::text::unguard_formula(record.get(*c)).to_owned()).unwrap_or_default()
        } else {
            columns.text(record, field).to_owned()
        }
    };
    let mut person = PersonDraft { name: cell(Field::Name), ..PersonDraft::default() };
    if person.name.is_empty() {
        person.name = joined_name(&cell(Field::FirstName), &cell(Field::LastName));
    }
    if !exact && is_masked(&person.name) {
        person.name.clear();
    }
    for (field, column) in [
        (Field::AddressAs, "address_as"),
        (Field::Wechat, "wechat"),
        (Field::Qq, "qq"),
        (Field::Temperament, "temperament"),
        (Field::Likes, "likes"),
        (Field::Notes, "notes"),
        (Field::Gender, "gender"),
        (Field::Birthday, "birthday"),
    ] {
        let text = cell(field);
        if !text.is_empty() {
            person.texts.insert(column, text);
        }
    }
    let buyer_id = cell(Field::BuyerId);
    if !buyer_id.is_empty() && !is_masked(&buyer_id) {
        person.identities.push((reading.platform.platform.clone(), buyer_id));
    }
    person.identities.extend(split_list(&cell(Field::Identities)).into_iter().filter_map(|part| {
        let (platform, id) = part.split_once(':')?;
        (!platform.is_empty() && !id.is_empty()).then(|| (platform.to_owned(), id.to_owned()))
    }));
    let country = cell(Field::Country);
    let phones = [cell(Field::Phone), cell(Field::Telephone)].into_iter().chain(split_list(&cell(Field::Phones)));
    for text in phones {
        if let Some(phone @ Phone::Full(_)) = Phone::parse_in(&text, &country)
            && !person.phones.contains(&phone)
        {
            person.phones.push(phone);
        }
    }
    let email = cell(Field::Email).to_lowercase();
    if email.contains('@') && !is_masked(&email) {
        person.email = email;
    }
    person.tags = if exact {
        split_list(&cell(Field::Tags))
    } else {
        cell(Field::Tags).split([',', '，', ';', '；', '、']).filter_map(clean).map(str::to_owned).collect()
    };
    let mut parts =
        [Field::Province, Field::City, Field::District, Field::Address, Field::Zip, Field::Country, Field::AddressTwo].map(cell);
    let second = std::mem::take(&mut parts[6]);
    if !second.is_empty() {
        parts[3] = format!("{} {second}", parts[3]).trim().to_owned();
    }
    if !exact {
        let [province, city, district, address, zip, ..] = &mut parts;
        crate::regions::complete(province, city, district, address, zip);
    }
    person.address = parts;
    person
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

    proptest! {
        #[test]
        fn lists_in_a_cell_read_back(parts in proptest::collection::vec("[^\\x00]{1,8}", 0..5)) {
            prop_assume!(parts.iter().all(|p| !p.is_empty() && !p.starts_with(' ')));
            prop_assert_eq!(split_list(&join_list(parts.iter().map(String::as_str))), parts);
        }
    }
}
