//! A customer as a row of a list tells them.

use std::collections::BTreeMap;

use super::cells::joined_name;
use super::columns::clean;
use super::fault::Fault;
use super::platforms::Field;
use super::reading::Reading;
use super::source::Format;
use super::tokens::Record;
use crate::contacts::preference::Preference;
use crate::customers::birthday::{birthday_text, parse_birthday_in};
use crate::phone::Phone;
use crate::text::{is_masked, split_list};
use crate::time::is_no_date;

/// A customer as a list tells them.
#[derive(Debug, Default, Clone)]
pub(super) struct PersonDraft {
    pub(super) identities: Vec<(String, String)>,
    pub(super) phones: Vec<Phone>,
    pub(super) emails: Vec<String>,
    /// Province, city, district, detail, postcode, country of each place they live at.
    pub(super) addresses: Vec<[String; 6]>,
    pub(super) tags: Vec<String>,
    /// Columns of the customers table with their text, only those the file fills.
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) name: String,
    /// How they want to be contacted, of our own lists.
    pub(super) wish: Option<Preference>,
    /// Fields of the seller's own with their values, of our own lists.
    pub(super) own: Vec<(String, String)>,
    /// Values that could not be read, with the header of their column.
    pub(super) unread: Vec<(Fault, String, String)>,
}

/// Reads a row of a list.
pub(super) fn read(record: &Record, reading: &Reading) -> PersonDraft {
    let exact = reading.platform.exact;
    let columns = &reading.columns;
    // A workbook keeps every text as it is, so nothing of ours guards one.
    let guarded = matches!(reading.format, Format::Text { .. });
    let cell = |field: Field| -> String {
        if exact {
            let text = columns.of(field).first().map_or("", |c| record.get(*c));
            if guarded { crate::text::unguard_formula(text) } else { text }.to_owned()
        } else {
            columns.text(record, field).to_owned()
        }
    };
    // All columns of a field, and all values in each of their cells, with the header of the column.
    let values = |field: Field| -> Vec<(String, String)> {
        let filled = columns.of(field).iter().filter_map(|c| Some((*c, clean(record.get(*c))?)));
        filled.flat_map(|(c, text)| several(text).map(move |value| (columns.header_of(c).unwrap_or_default(), value.to_owned()))).collect()
    };
    // A list that has both tells a person by the two, and a firm by the one.
    let mut person = PersonDraft { name: joined_name(&cell(Field::FirstName), &cell(Field::LastName)), ..PersonDraft::default() };
    if person.name.is_empty() {
        person.name = cell(Field::Name);
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
        (Field::IntroducedBy, "introduced_by"),
        (Field::Occupation, "occupation"),
        (Field::GroupChat, "group_chat"),
        (Field::Gender, "gender"),
        (Field::Birthday, "birthday"),
    ] {
        let text = cell(field);
        if text.is_empty() {
            continue;
        }
        if field == Field::Birthday && !exact {
            let header = columns.of(field).first().and_then(|c| columns.header_of(*c)).unwrap_or_default();
            match parse_birthday_in(&text, reading.date_order) {
                Some(birthday) => _ = person.texts.insert(column, birthday_text(&birthday)),
                None if is_no_date(&text) || is_masked(&text) => {}
                None => person.unread.push((Fault::BirthdayUnread, header, text)),
            }
            continue;
        }
        person.texts.insert(column, text);
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
    let listed = split_list(&cell(Field::Phones)).into_iter().map(|text| (String::new(), text));
    for (header, text) in values(Field::Phone).into_iter().chain(values(Field::Telephone)).chain(listed) {
        match Phone::parse_in(&text, &country) {
            Some(phone @ Phone::Full(_)) => {
                if !person.phones.contains(&phone) {
                    person.phones.push(phone);
                }
            }
            Some(Phone::Masked(_)) => {}
            None => person.unread.push((Fault::PhoneUnread, header, text)),
        }
    }
    for (header, text) in values(Field::Email) {
        let email = text.to_lowercase();
        if is_masked(&email) {
            continue;
        }
        if !email.contains('@') {
            person.unread.push((Fault::EmailUnread, header, text));
        } else if !person.emails.contains(&email) {
            person.emails.push(email);
        }
    }
    person.tags = if exact {
        split_list(&cell(Field::Tags))
    } else {
        let tags = cell(Field::Tags).replace(":::", ";");
        // Google's own groups are marked with a star: everybody is in one of them.
        let parts = tags.split([',', '，', ';', '；', '、', '\n']).map(str::trim).filter(|tag| !tag.starts_with("* "));
        parts.filter_map(clean).map(str::to_owned).collect()
    };
    if exact {
        let words = cell(Field::ContactWish);
        match Preference::from_words(&words) {
            _ if words.is_empty() => {}
            Some(wish) => person.wish = Some(wish),
            None => {
                let header = columns.of(Field::ContactWish).first().and_then(|c| columns.header_of(*c)).unwrap_or_default();
                person.unread.push((Fault::WishUnread, header, words));
            }
        }
        for (index, name) in &reading.own_fields {
            let text = record.get(*index);
            let value = if guarded { crate::text::unguard_formula(text) } else { text };
            if !value.is_empty() {
                person.own.push((name.clone(), value.to_owned()));
            }
        }
    }
    let others = columns.of(Field::OtherAddress).iter().filter_map(|c| clean(record.get(*c))).flat_map(|text| text.split(":::"));
    person.addresses = addresses(exact, &cell, others);
    person
}

/// The place the columns tell, and those that stand whole in cells of their own.
fn addresses<'t>(exact: bool, cell: &dyn Fn(Field) -> String, others: impl Iterator<Item = &'t str>) -> Vec<[String; 6]> {
    let mut first = [Field::Province, Field::City, Field::District, Field::Address, Field::Zip, Field::Country].map(cell);
    let second = cell(Field::AddressTwo);
    if !second.is_empty() {
        first[3] = format!("{} {second}", first[3]).trim().to_owned();
    }
    let whole = |text: &str| -> [String; 6] { ["", "", "", text, "", ""].map(str::to_owned) };
    let mut places: Vec<[String; 6]> = match first[3].split_once(":::") {
        // Several in one cell: each is whole.
        Some(_) if !exact => first[3].split(":::").map(str::trim).filter(|t| !t.is_empty()).map(whole).collect(),
        _ => vec![first],
    };
    places.extend(others.map(|text| whole(&text.split_whitespace().collect::<Vec<_>>().join(" "))));
    if !exact {
        for [province, city, district, address, zip, _] in &mut places {
            crate::regions::complete(province, city, district, address, zip);
        }
    }
    places.retain(|[province, city, _, detail, ..]| !province.is_empty() || !city.is_empty() || !detail.is_empty());
    let mut known: Vec<[String; 6]> = Vec::new();
    for place in places {
        if !known.contains(&place) {
            known.push(place);
        }
    }
    known
}

/// The values of a cell that may hold several: `a ::: b`, a line each, `a; b`.
fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(":::").flat_map(|part| part.split(['\n', ';', '；', '、', '|'])).map(str::trim).filter(|part| !part.is_empty())
}
