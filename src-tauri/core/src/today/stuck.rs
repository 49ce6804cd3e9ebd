//! Parcels that are on the way for longer than nine of ten of their courier to their province take; where too few
//! are known, for longer than the seller's own number of days.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use rustc_hash::FxHashMap;

use super::{Day, Due, Said, Source, id_in, marks};
use crate::contacts::record::About;
use crate::error::Result;
use crate::phrases::values::PhraseAbout;
use crate::storage::Shop;

pub(crate) struct StuckParcels;

const DAY: i64 = 86_400;
/// Parcels that left longer ago are not stuck but lost or never closed by their platform.
const LONGEST: i64 = 60;
/// At most so many of the newest are looked at.
const LOOKED_AT: i64 = 500;
/// Orders that were completed last, from which the days are learnt.
const LEARNT_FROM: i64 = 20_000;
/// Below so many parcels a courier's days say nothing.
const TOO_FEW: usize = 20;

impl Source for StuckParcels {
    fn name(&self) -> &'static str {
        "stuck"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let mut statement = day.connection.prepare_cached(
            "SELECT id, customer_id, shipped_at, courier, province FROM orders
             WHERE status = 'shipped' AND shipped_at BETWEEN ?1 AND ?2 AND completed_at IS NULL ORDER BY shipped_at DESC LIMIT ?3",
        )?;
        let mut rows = statement.query(params![day.now.at - LONGEST * DAY, day.now.at - DAY, LOOKED_AT])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (order, shipped_at): (i64, i64) = (row.get(0)?, row.get(2)?);
            let limit = days_of(day.connection, &row.get::<_, String>(3)?, &row.get::<_, String>(4)?)?;
            let limit = limit.unwrap_or(i64::from(day.day.stuck_days) * DAY);
            let key = format!("order:{order}");
            if day.now.at - shipped_at > limit && !marks::is_over(day.connection, self.name(), &key)? {
                let about = About { customer_id: row.get(1)?, order_id: Some(order), ..About::default() };
                found.push(Due { key, at: day.ends, wish: false, about: PhraseAbout { about, promise_id: None } });
            }
        }
        Ok(found)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let order = crate::orders::store::by_id(day.connection, id_in(&due.key)?)?;
        Ok(Said {
            subject: order.courier,
            detail: order.tracking,
            days: order.shipped_at.map(|at| (day.now.at - at) / DAY),
            scene: "delayed",
            ..Said::default()
        })
    }
}

/// Seconds that nine of ten parcels of a courier take to a province, else to all of them.
fn days_of(connection: &Connection, courier: &str, province: &str) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT ninetieth FROM courier_days WHERE courier = ?1 AND province IN (?2, '') ORDER BY province DESC LIMIT 1")?
        .query_row([courier, province], |r| r.get(0))
        .optional()?)
}

impl Shop {
    /// Learns from the newest completed orders how long parcels take. Called now and then, such as after an import;
    /// not part of undo. A shop that can only be read keeps what it learnt before.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn learn_courier_days(&self) -> Result<()> {
        if self.read_only().is_some() {
            return Ok(());
        }
        let learnt = self.read(learn)?;
        let mut writer = self.writer()?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute("DELETE FROM courier_days", [])?;
        for ((courier, province), (ninetieth, parcels)) in learnt {
            tx.execute(
                "INSERT INTO courier_days (courier, province, ninetieth, parcels) VALUES (?1, ?2, ?3, ?4)",
                params![courier, province, ninetieth, parcels],
            )?;
        }
        Ok(tx.commit()?)
    }
}

type Learnt = FxHashMap<(String, String), (i64, i64)>;

fn learn(connection: &Connection) -> Result<Learnt> {
    let mut statement = connection.prepare_cached(
        "SELECT courier, province, completed_at - shipped_at FROM orders
         WHERE completed_at IS NOT NULL AND shipped_at <= completed_at AND courier <> '' ORDER BY completed_at DESC LIMIT ?1",
    )?;
    let mut taken: FxHashMap<(String, String), Vec<i64>> = FxHashMap::default();
    let mut rows = statement.query([LEARNT_FROM])?;
    while let Some(row) = rows.next()? {
        let (courier, province, seconds): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if !province.is_empty() {
            taken.entry((courier.clone(), province)).or_default().push(seconds);
        }
        taken.entry((courier, String::new())).or_default().push(seconds);
    }
    let enough = taken.into_iter().filter(|(_, seconds)| seconds.len() >= TOO_FEW);
    Ok(enough
        .map(|(key, mut seconds)| {
            seconds.sort_unstable();
            let ninetieth = seconds[(seconds.len() * 9).div_ceil(10) - 1];
            (key, (ninetieth.max(DAY), seconds.len() as i64))
        })
        .collect())
}
