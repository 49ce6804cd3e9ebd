//! What is typed into one box, as people: part of a name, pinyin or its initials, a buyer id, the beginning or
//! the last four digits of a number, the beginning or the end of an order number, a tag. Several words must all fit.

use rusqlite::Connection;
use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::text::normalised;

/// From so many characters on a word may be the beginning or the end of an order number.
const TAIL_FROM: usize = 4;

/// Everyone who fits the text; `None` where the text is blank and everyone does.
///
/// # Errors
/// Failures of the file.
pub fn find(connection: &Connection, text: &str) -> Result<Option<FxHashSet<i64>>> {
    let mut found: Option<FxHashSet<i64>> = None;
    for word in &words_of(text) {
        let mut people = FxHashSet::default();
        by_key(connection, word, &mut people)?;
        by_tag(connection, word, &mut people)?;
        by_order_tail(connection, word, &mut people)?;
        found = Some(match found {
            None => people,
            Some(before) => before.intersection(&people).copied().collect(),
        });
    }
    Ok(found)
}

/// The words that must all fit. A number that is written in groups (138 0000 0001) is one word.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() >= 7 && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-')) {
        return vec![digits];
    }
    text.split_whitespace().map(str::to_owned).collect()
}

/// The end of the range of texts that begin with `prefix`: its last character raised by one.
pub(crate) fn after_prefix(prefix: &str) -> String {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last as u32 {
            0xD7FF => Some('\u{E000}'),
            code => char::from_u32(code + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return chars.into_iter().collect();
        }
    }
    "\u{10FFFF}".to_owned()
}

/// A word as the keys have it: a number is stored by its digits alone.
pub(super) fn key_of(word: &str) -> String {
    let mut key = normalised(word);
    if key.len() >= 5 && key.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-')) {
        key.retain(|c| c.is_ascii_digit());
    }
    key
}

fn by_key(connection: &Connection, word: &str, people: &mut FxHashSet<i64>) -> Result<()> {
    let key = key_of(word);
    if key.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("SELECT customer_id FROM customer_keys WHERE key >= ?1 AND key < ?2")?;
    let mut rows = statement.query((&key, after_prefix(&key)))?;
    while let Some(row) = rows.next()? {
        people.insert(row.get(0)?);
    }
    Ok(())
}

fn by_tag(connection: &Connection, word: &str, people: &mut FxHashSet<i64>) -> Result<()> {
    let word = normalised(word.trim_start_matches('#'));
    let mut tags = connection.prepare_cached("SELECT id, name FROM tags")?;
    let mut rows = tags.query([])?;
    while let Some(row) = rows.next()? {
        if normalised(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?).starts_with(&word) && !word.is_empty() {
            let mut members = connection.prepare_cached("SELECT customer_id FROM customer_tags WHERE tag_id = ?1")?;
            let mut ids = members.query([row.get::<_, i64>(0)?])?;
            while let Some(id) = ids.next()? {
                people.insert(id.get(0)?);
            }
        }
    }
    Ok(())
}

fn by_order_tail(connection: &Connection, word: &str, people: &mut FxHashSet<i64>) -> Result<()> {
    /// Of orders whose number begins so.
    const MOST: usize = 2_000;
    people.extend(of_orders(connection, word, MOST)?);
    Ok(())
}

/// Whose orders have this number, this beginning or this end of it; of those that begin so, the first `most`.
pub(super) fn of_orders(connection: &Connection, word: &str, most: usize) -> Result<Vec<i64>> {
    if word.len() < TAIL_FROM || !word.bytes().all(|b| b.is_ascii_graphic()) || !word.bytes().any(|b| b.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    let mut people = Vec::new();
    let mut statement = connection.prepare_cached("SELECT customer_id FROM orders WHERE id = ?1")?;
    for order in crate::orders::list::ids_by_part_of_number(connection, word, most)? {
        if let Some(person) = statement.query_row([order], |r| r.get::<_, Option<i64>>(0))? {
            people.push(person);
        }
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::after_prefix;

    #[test]
    fn a_prefix_ends_before_the_next_text() {
        assert_eq!(after_prefix("zxm"), "zxn");
        assert_eq!(after_prefix("张小"), "张尐");
        assert!("a\u{10FFFF}b" < after_prefix("a\u{10FFFF}").as_str());
    }
}
