//! Order numbers that a spreadsheet damaged, found again among the stored orders.

use rusqlite::Connection;

use super::damage::remaining_digits;
use super::draft::Draft;
use super::fault::{Fault, Problem};
use crate::error::Result;

/// A stored order whose number may be the one that was damaged.
struct Candidate {
    number: String,
    buyer_agrees: bool,
}

/// A damaged number is taken for a stored order's where digits, time, amount and buyer all agree.
///
/// # Errors
/// Failures of the shop file.
pub(super) fn repair(connection: &Connection, platform: &str, draft: &mut Draft) -> Result<()> {
    let candidates = candidates(connection, platform, draft)?;
    let mut sure = candidates.iter().filter(|c| c.buyer_agrees);
    if let (Some(only), None) = (sure.next(), sure.next()) {
        let mut place = draft.problems.remove(0).place;
        place.value = Some(format!("{} → {}", draft.number, only.number));
        draft.number.clone_from(&only.number);
        draft.notices.push(Problem { fault: Fault::RepairedNumber, place });
    }
    Ok(())
}

/// The only stored number that fits, where the buyer is not certain.
///
/// # Errors
/// Failures of the shop file.
pub(super) fn suggestion(connection: &Connection, platform: &str, draft: &Draft) -> Result<Option<String>> {
    let mut candidates = candidates(connection, platform, draft)?;
    Ok(if candidates.len() == 1 { candidates.pop().map(|c| c.number) } else { None })
}

fn candidates(connection: &Connection, platform: &str, draft: &Draft) -> Result<Vec<Candidate>> {
    let (Some((digits, length)), Some(placed_at)) = (remaining_digits(&draft.number), draft.placed_at) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT o.number, o.paid, o.phone, EXISTS (
             SELECT 1 FROM identities i WHERE i.customer_id = o.customer_id AND i.platform = ?2 AND i.buyer_id = ?3 AND ?3 <> '')
         FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.placed_at = ?1 AND s.platform = ?2",
    )?;
    let mut rows = statement.query((placed_at, platform, &draft.buyer_id))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let number: String = row.get(0)?;
        let paid: Option<i64> = row.get(1)?;
        let phone: String = row.get(2)?;
        let same_phone = draft.phone.as_ref().is_some_and(|p| p.as_str() == phone);
        if number.starts_with(&digits) && number.len() == length && paid == draft.paid {
            found.push(Candidate { number, buyer_agrees: row.get::<_, bool>(3)? || same_phone });
        }
    }
    Ok(found)
}
