//! The words a customer is found by, stored ready for prefix search: a typed text finds everyone who has a key
//! beginning with it.
//!
//! A name gives each of its endings (张小满, 小满, 满), its pinyin from each syllable on (zhangxiaoman, xiaoman,
//! man) and its initials (zxm, xm); a number gives itself and its last four digits; accounts, WeChat and QQ
//! give themselves.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::error::Result;
use crate::text::{normalised, pinyin_readings};

/// Longer names are companies; the first so many characters are enough to find them.
const NAME_CHARS: usize = 24;

/// The keys of a name.
pub fn of_name(name: &str, add: &mut impl FnMut(&str)) {
    let folded = normalised(name);
    let chars: Vec<(usize, char)> = folded.char_indices().take(NAME_CHARS).collect();
    for (index, (at, c)) in chars.iter().enumerate() {
        // Latin words are found from their beginnings, Chinese from any character.
        let starts = index == 0 || !c.is_ascii_alphanumeric() || !chars[index - 1].1.is_ascii_alphanumeric();
        if starts {
            add(&folded[*at..]);
        }
    }
    // Words of a Latin name, which lost their spaces above.
    for word in name.split_whitespace().skip(1) {
        let word = normalised(word);
        if word.is_ascii() {
            add(&word);
        }
    }
    if folded.is_ascii() {
        return;
    }
    for (syllables, initials) in pinyin_readings(&folded.chars().take(NAME_CHARS).collect::<String>()) {
        for from in 0..syllables.len() {
            add(&syllables[from..].concat());
        }
        for from in 0..initials.len().saturating_sub(1) {
            add(&initials[from..]);
        }
        if initials.len() == 1 {
            add(&initials);
        }
    }
}

/// The keys of a telephone number.
pub fn of_phone(number: &str, add: &mut impl FnMut(&str)) {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    add(&digits);
    if digits.len() > 6 {
        add(&digits[digits.len() - 4..]);
    }
}

/// The keys of an account or another handle.
pub fn of_handle(handle: &str, add: &mut impl FnMut(&str)) {
    let folded = normalised(handle);
    add(&folded);
    if !folded.is_ascii() {
        of_name(handle, add);
    }
}

const SOURCES: &str = "
    SELECT id, 0, name FROM customers WHERE name <> '' {AND id = ?1}
    UNION ALL SELECT id, 0, address_as FROM customers WHERE address_as <> '' {AND id = ?1}
    UNION ALL SELECT id, 1, wechat FROM customers WHERE wechat <> '' {AND id = ?1}
    UNION ALL SELECT id, 1, qq FROM customers WHERE qq <> '' {AND id = ?1}
    UNION ALL SELECT customer_id, 1, buyer_id FROM identities WHERE true {AND customer_id = ?1}
    UNION ALL SELECT customer_id, 2, number FROM phones WHERE true {AND customer_id = ?1}
    UNION ALL SELECT customer_id, 1, address FROM emails WHERE true {AND customer_id = ?1}";

fn sources(of_one: bool) -> String {
    let mut sql = String::new();
    for part in SOURCES.split(['{', '}']).enumerate() {
        match part {
            (index, text) if index % 2 == 0 || of_one => sql.push_str(text),
            _ => {}
        }
    }
    sql
}

fn keys_of(kind: i64, text: &str, add: &mut impl FnMut(&str)) {
    match kind {
        0 => of_name(text, add),
        1 => of_handle(text, add),
        _ => of_phone(text, add),
    }
}

/// The keys that a customer should have now; none for one who does not exist.
fn wanted(connection: &Connection, customer: i64) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    let mut statement = connection.prepare_cached(&sources(true))?;
    let mut rows = statement.query([customer])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        keys_of(row.get(1)?, text, &mut |key| {
            keys.insert(key.to_owned());
        });
    }
    keys.remove("");
    Ok(keys)
}

/// Runs a change and lets the keys of these customers follow it.
///
/// # Errors
/// Whatever `change` returns, and failures of the file.
pub fn following<T>(connection: &Connection, customers: &[i64], change: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = customers.iter().map(|c| wanted(connection, *c)).collect::<Result<Vec<_>>>()?;
    let done = change()?;
    let mut remove = connection.prepare_cached("DELETE FROM customer_keys WHERE key = ?1 AND customer_id = ?2")?;
    let mut add = connection.prepare_cached("INSERT OR IGNORE INTO customer_keys (key, customer_id) VALUES (?1, ?2)")?;
    for (customer, before) in customers.iter().zip(before) {
        let after = wanted(connection, *customer)?;
        for key in before.difference(&after) {
            remove.execute((key, customer))?;
        }
        for key in after.difference(&before) {
            add.execute((key, customer))?;
        }
    }
    Ok(done)
}

/// Adds what keys these customers lack, after a change that only added to them.
///
/// # Errors
/// Failures of the file.
pub fn add(connection: &Connection, customers: &[i64]) -> Result<()> {
    let mut add = connection.prepare_cached("INSERT OR IGNORE INTO customer_keys (key, customer_id) VALUES (?1, ?2)")?;
    for customer in customers {
        for key in wanted(connection, *customer)? {
            add.execute((key, customer))?;
        }
    }
    Ok(())
}

/// Makes everyone's keys anew: gathered in one buffer, sorted once, written in order.
///
/// # Errors
/// Failures of the file.
pub fn rebuild_all(connection: &Connection) -> Result<()> {
    let mut text = Vec::<u8>::new();
    let mut entries = Vec::<(u32, u16, u32)>::new();
    let mut large = Vec::<(String, i64)>::new();
    let mut statement = connection.prepare(&sources(false))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let customer: i64 = row.get(0)?;
        let source = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        keys_of(row.get(1)?, source, &mut |key| match (u32::try_from(text.len()), u16::try_from(key.len()), u32::try_from(customer)) {
            (_, Ok(0), _) => {}
            (Ok(at), Ok(len), Ok(customer)) => {
                text.extend_from_slice(key.as_bytes());
                entries.push((at, len, customer));
            }
            _ => large.push((key.to_owned(), customer)),
        });
    }
    drop(rows);
    let key = |(at, len, _): &(u32, u16, u32)| &text[*at as usize..*at as usize + usize::from(*len)];
    entries.sort_unstable_by(|a, b| key(a).cmp(key(b)).then(a.2.cmp(&b.2)));
    entries.dedup_by(|a, b| a.2 == b.2 && key(a) == key(b));
    connection.execute("DELETE FROM customer_keys", [])?;
    let mut add = connection.prepare("INSERT OR IGNORE INTO customer_keys (key, customer_id) VALUES (?1, ?2)")?;
    for entry in &entries {
        let key = std::str::from_utf8(key(entry)).map_err(|e| crate::Error::Stored { field: "customer_keys.key", value: e.to_string() })?;
        add.execute((key, entry.2))?;
    }
    for (key, customer) in large {
        add.execute((key, customer))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(of: impl Fn(&mut dyn FnMut(&str))) -> Vec<String> {
        let mut found = Vec::new();
        of(&mut |key: &str| found.push(key.to_owned()));
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn a_name_is_found_from_each_of_its_characters() {
        let found = keys(|add| of_name("张小满", &mut |k: &str| add(k)));
        for key in ["张小满", "小满", "满", "zhangxiaoman", "xiaoman", "man", "zxm", "xm"] {
            assert!(found.iter().any(|k| k == key), "{key} in {found:?}");
        }
    }

    #[test]
    fn a_latin_name_is_found_from_each_of_its_words() {
        let found = keys(|add| of_name("Anna van Dijk", &mut |k: &str| add(k)));
        for key in ["annavandijk", "van", "dijk"] {
            assert!(found.iter().any(|k| k == key), "{key} in {found:?}");
        }
    }

    #[test]
    fn a_number_is_found_from_its_beginning_and_by_its_last_four() {
        assert_eq!(keys(|add| of_phone("13900000001", &mut |k: &str| add(k))), vec!["0001", "13900000001"]);
    }
}
