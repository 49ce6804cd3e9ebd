//! The words a customer is found by, stored ready for prefix search: a typed text finds everyone who has a key
//! beginning with it.
//!
//! A name gives each of its endings (张小满, 小满, 满), its pinyin from each syllable on (zhangxiaoman, xiaoman,
//! man) and its initials (zxm, xm); a number gives itself and its last four digits; accounts, WeChat and QQ
//! give themselves.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};

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

/// The kinds as the query above numbers them.
fn handle(kind: i64) -> Handle {
    match kind {
        0 => Handle::Name,
        1 => Handle::Account,
        _ => Handle::Phone,
    }
}

fn keys_of(by: Handle, text: &str, add: &mut impl FnMut(&str)) {
    match by {
        Handle::Name => of_name(text, add),
        Handle::Account => of_handle(text, add),
        Handle::Phone => of_phone(text, add),
    }
}

/// The keys that a customer should have now; none for one who does not exist.
fn wanted(connection: &Connection, customer: i64) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    let mut statement = connection.prepare_cached(&sources(true))?;
    let mut rows = statement.query([customer])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        keys_of(handle(row.get(1)?), text, &mut |key| {
            keys.insert(key.to_owned());
        });
    }
    keys.remove("");
    Ok(keys)
}

/// Whether a customer has a key that begins with this.
///
/// # Errors
/// Failures of the file.
pub fn fits(connection: &Connection, customer: i64, prefix: &str) -> Result<bool> {
    Ok(wanted(connection, customer)?.range(prefix.to_owned()..).next().is_some_and(|key| key.starts_with(prefix)))
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

/// What a text says about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handle {
    /// A name.
    Name,
    /// An account, an e-mail address or another handle.
    Account,
    /// A telephone number.
    Phone,
}

/// Something a customer can be found by.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Found<'t> {
    pub customer: i64,
    pub by: Handle,
    pub text: &'t str,
}

/// Keys of many customers, gathered in one buffer so that they can be sorted once and written in order.
#[derive(Debug, Default)]
pub struct Keys {
    /// Each key after its length in one byte.
    text: Vec<u8>,
    /// Where the key stands, and its customer.
    entries: Vec<(u32, u32)>,
    /// What does not fit above.
    large: Vec<(String, i64)>,
}

/// The key at a place of the buffer.
fn key_at(text: &[u8], at: u32) -> &[u8] {
    let start = at as usize + 1;
    &text[start..start + usize::from(text[at as usize])]
}

impl Keys {
    fn add(&mut self, found: Found<'_>) {
        let Keys { text, entries, large } = self;
        keys_of(
            found.by,
            found.text,
            &mut |key| match (u32::try_from(text.len()), u8::try_from(key.len()), u32::try_from(found.customer)) {
                (_, Ok(0), _) => {}
                (Ok(at), Ok(len), Ok(customer)) => {
                    text.push(len);
                    text.extend_from_slice(key.as_bytes());
                    entries.push((at, customer));
                }
                _ => large.push((key.to_owned(), found.customer)),
            },
        );
    }

    fn sort(&mut self) {
        let text = &self.text;
        self.entries.sort_unstable_by(|a, b| key_at(text, a.0).cmp(key_at(text, b.0)).then(a.1.cmp(&b.1)));
        self.entries.dedup_by(|a, b| a.1 == b.1 && key_at(text, a.0) == key_at(text, b.0));
    }

    /// Stores the keys that are not stored yet.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn write(&self, connection: &Connection) -> Result<()> {
        let mut add = connection.prepare("INSERT OR IGNORE INTO customer_keys (key, customer_id) VALUES (?1, ?2)")?;
        for (at, customer) in &self.entries {
            let key = std::str::from_utf8(key_at(&self.text, *at))
                .map_err(|e| crate::Error::Stored { field: "customer_keys.key", value: e.to_string() })?;
            add.execute((key, customer))?;
        }
        for (key, customer) in &self.large {
            add.execute((key, customer))?;
        }
        Ok(())
    }
}

type Batch = Vec<(i64, Handle, String)>;

/// Hands over what customers can be found by, while an import writes.
#[derive(Debug)]
pub struct Gathering {
    batches: Sender<Batch>,
    batch: Batch,
}

/// The other end of [`Gathering`], for a thread of its own: pinyin and sorting take as long as building an index.
#[derive(Debug)]
pub struct Gathered {
    batches: Receiver<Batch>,
}

/// Both ends.
pub fn gather() -> (Gathering, Gathered) {
    let (sender, receiver) = channel();
    (Gathering { batches: sender, batch: Vec::new() }, Gathered { batches: receiver })
}

impl Gathering {
    const BATCH: usize = 1024;

    /// Adds something; the last of it is handed over when this is dropped.
    pub fn add(&mut self, found: Found<'_>) {
        self.batch.push((found.customer, found.by, found.text.to_owned()));
        if self.batch.len() == Self::BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        // The other end only goes when this one does.
        let _ = self.batches.send(std::mem::take(&mut self.batch));
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        self.send();
    }
}

impl Gathered {
    /// Waits for everything and makes sorted keys of it.
    pub fn all(self) -> Keys {
        let mut keys = Keys::default();
        for (customer, by, text) in self.batches.iter().flatten() {
            keys.add(Found { customer, by, text: &text });
        }
        keys.sort();
        keys
    }
}

/// Makes everyone's keys anew: gathered in one buffer, sorted once, written in order.
///
/// # Errors
/// Failures of the file.
pub fn rebuild_all(connection: &Connection) -> Result<()> {
    let mut keys = Keys::default();
    let mut statement = connection.prepare(&sources(false))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        keys.add(Found { customer: row.get(0)?, by: handle(row.get(1)?), text });
    }
    drop(rows);
    keys.sort();
    connection.execute("DELETE FROM customer_keys", [])?;
    keys.write(connection)
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
