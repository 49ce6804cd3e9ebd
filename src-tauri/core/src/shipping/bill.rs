//! A courier's bill joined to the orders it is about, line by line: what was really paid for each parcel.

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::past::{Past, Period};
use super::quantity;
use super::rulebook::Rulebook;
use crate::error::{Error, Result};
use crate::import::plain_table::PlainTable;
use crate::money::{Currency, DecimalMark, parse_amount};
use crate::storage::{Change, Op, Shop};
use crate::task::Task;
use crate::text::normalised;
use crate::time::Seconds;

/// Which columns of a bill say what, by their place from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BillColumns {
    /// The parcel's number.
    pub tracking: u32,
    /// What it weighed.
    pub weight: Option<u32>,
    /// What it cost.
    pub cost: u32,
}

/// What a bill says, before it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BillPlan {
    /// The file.
    pub file: String,
    /// The header as it stands in the file.
    pub header: Vec<String>,
    /// Which columns were taken.
    pub columns: BillColumns,
    /// Rows of the file.
    pub rows: u32,
    /// Lines whose parcel belongs to an order.
    pub matched: u32,
    /// Lines whose parcel is of no order.
    pub unmatched: u32,
    /// Lines that an earlier bill has already.
    pub billed_before: u32,
    /// What the bill comes to, minor units.
    pub sum: i64,
    /// Each line.
    pub lines: Vec<BillLine>,
    /// Cells that cannot be read: row, column, value, reason.
    pub rejected: Vec<crate::products::table_file::RejectedCell>,
}

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BillLine {
    /// Row as a spreadsheet counts it.
    pub row: u32,
    /// The parcel's number.
    pub tracking: String,
    /// Grams.
    pub weight: Option<i64>,
    /// Minor units.
    pub cost: i64,
    /// The order it belongs to.
    pub order: Option<i64>,
    /// The order's number, for the list.
    pub order_number: String,
    /// What the courier's table says it should cost.
    pub expected: Option<i64>,
    /// What the buyer was charged.
    pub charged: Option<i64>,
    /// Whether an earlier bill has this parcel already.
    pub billed_before: bool,
}

const TRACKING: [&str; 10] =
    ["运单号", "快递单号", "运单号码", "物流单号", "单号", "运单编号", "快递运单号", "tracking number", "tracking", "waybill"];
const WEIGHT: [&str; 8] = ["计费重量", "结算重量", "重量", "称重", "实际重量", "weight", "billed weight", "chargeable weight"];
const COST: [&str; 12] =
    ["总费用", "费用合计", "合计", "应付金额", "应收金额", "结算金额", "运费", "金额", "费用", "total", "cost", "charge"];

/// A parcel's number as bills and orders write it: letters and digits only.
fn parcel(text: &str) -> String {
    let plain: String = normalised(text).chars().filter(char::is_ascii_alphanumeric).collect();
    plain.strip_prefix("no").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned).unwrap_or(plain)
}

/// What couriers billed, by order.
pub(super) fn costs(connection: &Connection, currency: &str) -> Result<FxHashMap<i64, i64>> {
    let late = joined_late(connection)?;
    let mut costs: FxHashMap<i64, i64> = FxHashMap::default();
    let mut statement = connection.prepare_cached(
        "SELECT c.id, c.order_id, c.cost FROM courier_charges c JOIN courier_bills b ON b.id = c.bill_id WHERE b.currency = ?1",
    )?;
    let mut rows = statement.query([currency])?;
    while let Some(row) = rows.next()? {
        let order = row.get::<_, Option<i64>>(1)?.or_else(|| late.get(&row.get(0).ok()?).copied());
        if let Some(order) = order {
            let sum = costs.entry(order).or_default();
            *sum = sum.checked_add(row.get(2)?).ok_or(Error::Overflow)?;
        }
    }
    Ok(costs)
}

/// Charges whose order came, or came back, after their bill, with that order: joined by the parcel's number where
/// one order alone has it.
fn joined_late(connection: &Connection) -> Result<FxHashMap<i64, i64>> {
    let mut waiting: FxHashMap<String, (Vec<i64>, Vec<i64>)> = FxHashMap::default();
    let mut statement = connection.prepare_cached("SELECT id, tracking FROM courier_charges WHERE order_id IS NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        waiting.entry(parcel(&row.get::<_, String>(1)?)).or_default().0.push(row.get(0)?);
    }
    if waiting.is_empty() {
        return Ok(FxHashMap::default());
    }
    let mut orders = connection.prepare_cached("SELECT id, tracking FROM orders WHERE tracking <> ''")?;
    let mut rows = orders.query([])?;
    while let Some(row) = rows.next()? {
        let tracking = row.get_ref(1)?.as_str().map_err(|e| Error::Database(e.into()))?;
        for one in parcels(tracking) {
            if let Some((_, found)) = waiting.get_mut(&parcel(one)) {
                found.push(row.get(0)?);
            }
        }
    }
    let mut joined = FxHashMap::default();
    for (charges, found) in waiting.into_values() {
        if let [order] = found[..] {
            joined.extend(charges.into_iter().map(|charge| (charge, order)));
        }
    }
    Ok(joined)
}

/// The parcels an order names: it may have gone in several.
fn parcels(tracking: &str) -> impl Iterator<Item = &str> {
    tracking.split([',', '，', ';', '；', '、', ' ', '/']).filter(|t| !t.is_empty())
}

impl BillColumns {
    /// The columns a header names, as far as it does.
    pub fn of(table: &PlainTable) -> (Option<usize>, Option<usize>, Option<usize>) {
        (table.column(&TRACKING), table.column(&WEIGHT), table.column(&COST))
    }
}

impl Shop {
    /// What a bill says beside the shop's orders. Nothing is kept.
    ///
    /// # Errors
    /// [`Error::BadMapping`] where no column is known for the parcel's number or the cost.
    pub fn plan_bill(&self, table: &PlainTable, chosen: Option<BillColumns>, currency: Currency, task: &Task) -> Result<BillPlan> {
        let columns = match (chosen, BillColumns::of(table)) {
            (Some(columns), _) => columns,
            (None, (Some(tracking), weight, Some(cost))) => {
                BillColumns { tracking: tracking as u32, weight: weight.map(|w| w as u32), cost: cost as u32 }
            }
            (None, (None, ..)) => return Err(Error::BadMapping("no column with the parcel's number (运单号, tracking number)".to_owned())),
            (None, _) => return Err(Error::BadMapping("no column with the cost (运费, 金额, cost)".to_owned())),
        };
        let mut plan = BillPlan {
            file: table.file.clone(),
            header: table.header.clone(),
            columns,
            rows: table.rows.len() as u32,
            matched: 0,
            unmatched: 0,
            billed_before: 0,
            sum: 0,
            lines: Vec::new(),
            rejected: Vec::new(),
        };
        for (row, cells) in &table.rows {
            self.read_bill_line(table, columns, *row, cells, currency, &mut plan)?;
        }
        self.join_orders(&mut plan, currency, task)?;
        plan.matched = plan.lines.iter().filter(|l| l.order.is_some()).count() as u32;
        plan.unmatched = plan.lines.len() as u32 - plan.matched;
        plan.billed_before = plan.lines.iter().filter(|l| l.billed_before).count() as u32;
        Ok(plan)
    }

    fn read_bill_line(
        &self,
        table: &PlainTable,
        columns: BillColumns,
        row: u32,
        cells: &[String],
        currency: Currency,
        plan: &mut BillPlan,
    ) -> Result<()> {
        let cell = |column: u32| cells.get(column as usize).map_or("", |c| c.trim());
        let mut reject = |column: u32, reason: &str| {
            plan.rejected.push(crate::products::table_file::RejectedCell {
                row,
                column: table.header.get(column as usize).cloned().unwrap_or_default(),
                value: cell(column).to_owned(),
                reason: reason.to_owned(),
            });
        };
        let tracking = cell(columns.tracking);
        if parcel(tracking).is_empty() {
            // The line of the sum at the end of a bill names no parcel.
            reject(columns.tracking, "no_parcel_number");
            return Ok(());
        }
        let amount = parse_amount(cell(columns.cost), currency, DecimalMark::Point).filter(|a| a.currency.is_none_or(|c| c == currency));
        let Some(cost) = amount.map(|a| a.minor) else {
            reject(columns.cost, "not_an_amount");
            return Ok(());
        };
        let weight = match columns.weight.map(|column| (column, cell(column))) {
            None | Some((_, "")) => None,
            Some((column, text)) => {
                let unit = crate::products::table_file::unit_of(table.header.get(column as usize).map_or("", String::as_str));
                // Couriers weigh in kilograms; a header or a cell that says grams is believed.
                let unit = if unit.is_empty() && !text.ends_with(|c: char| c.is_alphabetic()) { "kg" } else { unit };
                let text = if text.ends_with(|c: char| c.is_ascii_digit()) { format!("{text}{unit}") } else { text.to_owned() };
                let grams = quantity::grams(&text);
                if grams.is_none() {
                    reject(column, "not_a_weight");
                }
                grams
            }
        };
        plan.sum = plan.sum.checked_add(cost).ok_or(Error::Overflow)?;
        plan.lines.push(BillLine {
            row,
            tracking: tracking.to_owned(),
            weight,
            cost,
            order: None,
            order_number: String::new(),
            expected: None,
            charged: None,
            billed_before: false,
        });
        Ok(())
    }

    fn join_orders(&self, plan: &mut BillPlan, currency: Currency, task: &Task) -> Result<()> {
        let mut wanted: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, line) in plan.lines.iter().enumerate() {
            wanted.entry(parcel(&line.tracking)).or_default().push(at);
        }
        let lines = &mut plan.lines;
        self.read(|connection| {
            let mut orders = connection.prepare_cached("SELECT id, number, tracking FROM orders WHERE tracking <> ''")?;
            let mut rows = orders.query([])?;
            while let Some(row) = rows.next()? {
                let tracking = row.get_ref(2)?.as_str().map_err(|e| Error::Database(e.into()))?;
                for one in parcels(tracking) {
                    for &at in wanted.get(&parcel(one)).map_or(&[][..], Vec::as_slice) {
                        let (id, number): (i64, String) = (row.get(0)?, row.get(1)?);
                        let line = &mut lines[at];
                        // Several orders went in one parcel: what each of them cost is not known.
                        line.order = if line.order_number.is_empty() { Some(id) } else { None };
                        if line.order_number != number {
                            line.order_number = [line.order_number.as_str(), &number].join(" ").trim().to_owned();
                        }
                    }
                }
            }
            let mut earlier = connection.prepare_cached("SELECT tracking FROM courier_charges")?;
            let mut rows = earlier.query([])?;
            while let Some(row) = rows.next()? {
                for &at in wanted.get(&parcel(&row.get::<_, String>(0)?)).map_or(&[][..], Vec::as_slice) {
                    lines[at].billed_before = true;
                }
            }
            Ok(())
        })?;
        let past = Past::load(self, Period::default(), currency.as_str(), task)?;
        let table = Rulebook::of_couriers(&past)?;
        let by_id: FxHashMap<i64, usize> = past.orders.iter().enumerate().map(|(at, o)| (o.id, at)).collect();
        for line in lines.iter_mut() {
            if let Some(order) = line.order.and_then(|id| by_id.get(&id)).map(|at| &past.orders[*at]) {
                line.charged = order.charged;
                line.expected = table.fee(&past, order).ok().map(|f| f.fee);
            }
        }
        Ok(())
    }

    /// Keeps a bill; one change to undo. Lines an earlier bill has are left out.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn keep_bill(&self, plan: &BillPlan, courier: &str, currency: Currency, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::CourierBill, now, |tx| {
            tx.execute(
                "INSERT INTO courier_bills (file_name, courier, currency, added_at) VALUES (?1, ?2, ?3, ?4)",
                params![plan.file, courier.trim(), currency.as_str(), now],
            )?;
            let bill = tx.last_insert_rowid();
            let mut insert = tx.prepare_cached(
                "INSERT INTO courier_charges (bill_id, row, tracking, weight_grams, cost, order_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for line in plan.lines.iter().filter(|l| !l.billed_before) {
                insert.execute(params![bill, line.row, line.tracking, line.weight, line.cost, line.order])?;
            }
            Ok((plan.file.clone(), ()))
        })?;
        Ok(change)
    }

    /// The bills that were kept, the newest first.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn bills(&self) -> Result<Vec<KeptBill>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT b.id, b.file_name, b.courier, b.currency, b.added_at, count(c.id), count(c.order_id), coalesce(sum(c.cost), 0)
                 FROM courier_bills b LEFT JOIN courier_charges c ON c.bill_id = b.id GROUP BY b.id ORDER BY b.id DESC",
            )?;
            let bills = statement.query_map([], |r| {
                Ok(KeptBill {
                    id: r.get(0)?,
                    file: r.get(1)?,
                    courier: r.get(2)?,
                    currency: r.get(3)?,
                    added_at: r.get(4)?,
                    lines: r.get(5)?,
                    matched: r.get(6)?,
                    sum: r.get(7)?,
                })
            })?;
            let mut bills: Vec<KeptBill> = bills.collect::<rusqlite::Result<_>>()?;
            let mut bill_of = connection.prepare_cached("SELECT bill_id FROM courier_charges WHERE id = ?1")?;
            for charge in joined_late(connection)?.into_keys() {
                let bill: i64 = bill_of.query_row([charge], |r| r.get(0))?;
                if let Some(bill) = bills.iter_mut().find(|b| b.id == bill) {
                    bill.matched += 1;
                }
            }
            Ok(bills)
        })
    }

    /// Takes a kept bill away.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_bill(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::CourierBill, now, |tx| {
            let name =
                rusqlite::OptionalExtension::optional(
                    tx.query_row("SELECT file_name FROM courier_bills WHERE id = ?1", [id], |r| r.get(0)),
                )?;
            let name: String = name.ok_or_else(|| Error::NotFound { what: "bill", key: id.to_string() })?;
            tx.execute("DELETE FROM courier_charges WHERE bill_id = ?1", [id])?;
            tx.execute("DELETE FROM courier_bills WHERE id = ?1", [id])?;
            Ok((name, ()))
        })?;
        Ok(change)
    }
}

/// A bill that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)] // as BillPlan
pub struct KeptBill {
    pub id: i64,
    pub file: String,
    pub courier: String,
    pub currency: String,
    pub added_at: Seconds,
    pub lines: i64,
    pub matched: i64,
    pub sum: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parcels_are_the_same_however_they_are_written() {
        for text in ["7312345", "No:7312345", " 7312345 ", "７３１２３４５", "7312-345"] {
            assert_eq!(parcel(text), "7312345", "{text}");
        }
        assert_eq!(parcel("SF1234"), "sf1234");
    }
}
