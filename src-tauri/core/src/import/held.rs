//! Which orders a run found as they were already, and which other runs hold an order still.

use rusqlite::{Connection, Transaction, params};
use rustc_hash::FxHashMap;

use crate::error::Result;

/// Stored orders as runs of ids without gaps: a file that comes in again names them one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    ranges: Vec<(i64, i64)>,
}

impl Seen {
    pub(super) fn add(&mut self, id: i64) {
        match self.ranges.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => self.ranges.push((id, id)),
        }
    }

    /// Stores them for a run.
    pub(super) fn store(&self, tx: &Transaction<'_>, run: i64) -> Result<()> {
        let mut statement = tx.prepare("INSERT INTO import_seen (run_id, first_id, last_id) VALUES (?1, ?2, ?3)")?;
        for (first, last) in joined(self.ranges.clone()) {
            statement.execute(params![run, first, last])?;
        }
        Ok(())
    }
}

/// The same ids in ascending order, in as few ranges as there can be.
fn joined(mut ranges: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    ranges.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if first <= *end + 1 => *end = (*end).max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// The runs besides one that are applied and hold orders: those that changed them and those that found them unchanged.
pub(super) struct Holders {
    run: i64,
    /// By order: the runs that changed it.
    changed: FxHashMap<i64, Vec<i64>>,
    /// Run and what it found, by run.
    seen: Vec<(i64, Vec<(i64, i64)>)>,
}

impl Holders {
    pub(super) fn besides(connection: &Connection, run: i64) -> Result<Holders> {
        let mut changed: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
        let mut statement = connection.prepare(
            "SELECT b.order_id, b.run_id FROM import_before b JOIN import_runs r ON r.id = b.run_id
             WHERE b.run_id <> ?1 AND b.order_id > 0 AND r.undone_at IS NULL",
        )?;
        let mut rows = statement.query([run])?;
        while let Some(row) = rows.next()? {
            changed.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        let mut seen: Vec<(i64, Vec<(i64, i64)>)> = Vec::new();
        let mut statement = connection.prepare(
            "SELECT s.run_id, s.first_id, s.last_id FROM import_seen s JOIN import_runs r ON r.id = s.run_id
             WHERE s.run_id <> ?1 AND r.undone_at IS NULL ORDER BY s.run_id, s.first_id",
        )?;
        let mut rows = statement.query([run])?;
        while let Some(row) = rows.next()? {
            let (of, range) = (row.get(0)?, (row.get(1)?, row.get(2)?));
            match seen.last_mut() {
                Some((last, ranges)) if *last == of => ranges.push(range),
                _ => seen.push((of, vec![range])),
            }
        }
        Ok(Holders { run, changed, seen })
    }

    /// The run after the one asked about that holds this order, or else the first that does.
    pub(super) fn of(&self, order: i64) -> Option<i64> {
        let found = |ranges: &[(i64, i64)]| {
            let after = ranges.partition_point(|(first, _)| *first <= order);
            after > 0 && ranges[after - 1].1 >= order
        };
        let seen = self.seen.iter().filter(|(_, ranges)| found(ranges)).map(|(run, _)| *run);
        let changed = self.changed.get(&order).into_iter().flatten().copied();
        seen.chain(changed).min_by_key(|run| (*run < self.run, *run))
    }

    /// The run after the one asked about that holds this order.
    pub(super) fn later(&self, order: i64) -> Option<i64> {
        self.of(order).filter(|run| *run > self.run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kept_as_ranges() {
        let mut seen = Seen::default();
        [1, 2, 3, 9, 8, 4, 20].into_iter().for_each(|id| seen.add(id));
        assert_eq!(joined(seen.ranges), [(1, 4), (8, 9), (20, 20)]);
    }

    #[test]
    fn the_next_run_that_holds_an_order_is_found() {
        let changed = FxHashMap::from_iter([(5, vec![7]), (6, vec![2])]);
        let holders = Holders { run: 3, changed, seen: vec![(4, vec![(1, 4), (8, 9)]), (9, vec![(5, 5)])] };
        assert_eq!([1, 4, 5, 6, 7, 8].map(|order| holders.of(order)), [Some(4), Some(4), Some(7), Some(2), None, Some(4)]);
        assert_eq!(holders.later(6), None);
    }
}
