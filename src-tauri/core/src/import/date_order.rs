//! Whether a file's numeric dates name the day or the month first.

use std::ops::ControlFlow;

use super::choices::Choices;
use super::columns::Columns;
use super::platforms::{Field, Platform};
use super::source::{Format, Source, sheet_row, visit};
use crate::error::{Error, Result};
use crate::task::Task;
use crate::time::{DateOrder, OrderHint, order_hint};

/// Settles whether the file's numeric dates name the day or the month first: one date that fits only one way
/// decides for all; dates that fit only different ways are damaged; none that decides: the seller is asked.
#[allow(clippy::too_many_arguments)]
pub(super) fn settle_dates(
    order: &mut Option<DateOrder>,
    platform: &Platform,
    source: &Source,
    format: &Format,
    header_row: u32,
    header: &[String],
    choices: &Choices,
    task: &Task,
) -> Result<()> {
    if choices.date_order.is_some() || platform.date_order.is_some() {
        return Ok(());
    }
    let columns = Columns::find(platform, header);
    let dates = [Field::PlacedAt, Field::PaidAt, Field::ShippedAt, Field::CompletedAt, Field::CancelledAt];
    let mut either: Option<(u32, usize, String)> = None;
    let mut numeric = false;
    let mut looked = 0u32;
    visit(source, format, task, |record| {
        if sheet_row(record.row).0 <= header_row {
            return Ok(ControlFlow::Continue(()));
        }
        looked += 1;
        for field in dates {
            let Some((column, text)) = columns.cell(record, field) else { continue };
            match order_hint(text) {
                OrderHint::Only(found) => {
                    *order = Some(found);
                    return Ok(ControlFlow::Break(()));
                }
                OrderHint::Either => {
                    numeric = true;
                    either.get_or_insert_with(|| (record.row, column, text.to_owned()));
                }
                OrderHint::None => {}
            }
        }
        // Years first, or months in letters: nothing to settle.
        Ok(if !numeric && looked >= 200 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    match (&order, either) {
        (None, Some((row, column, value))) => {
            Err(Error::AmbiguousDates { column: columns.header_of(column).unwrap_or_default(), value, row })
        }
        _ => Ok(()),
    }
}
