//! An order whose rows are its parts: it is what most of its money says, not what its first row says.

use super::cells::{Reader, StatusWord};
use super::draft::Draft;
use super::platforms::{Field, Status};

/// What one row of an order says of its own goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its status as a number in [`Reader::words`].
    pub(super) status: Option<u16>,
    /// Paid for it, or else the price of its goods.
    pub(super) paid: Option<i64>,
    /// Given back for it.
    pub(super) refunded: Option<i64>,
    /// The row has a time of payment.
    pub(super) has_paid_time: bool,
}

impl Reader<'_> {
    /// Settles the status of an order by those of its parts, and what was paid of them.
    pub(super) fn settle_parts(&self, draft: &mut Draft) {
        let says = |word: &StatusWord| (word.status, word.refunded, word.void);
        let word = |part: &Part| part.status.and_then(|n| self.words.get(usize::from(n)));
        let mut told = draft.parts.iter().filter_map(word);
        let Some(first) = told.next() else { return };
        if told.all(|other| says(other) == says(first)) {
            return;
        }
        let has_paid_time = self.reading.columns.has(Field::PaidAt) && draft.parts.iter().any(|p| p.has_paid_time);
        let mut settled = Settled::default();
        for part in &draft.parts {
            let Some(word) = word(part) else { continue };
            let paid = part.paid.unwrap_or(0).max(0);
            // Its words say that it went back, and not how much: all of it.
            let back = if word.refunded && part.refunded.unwrap_or(0) == 0 { paid } else { part.refunded.unwrap_or(0) };
            if word.refunded && part.refunded.unwrap_or(0) == 0 {
                settled.refunded_by_words += paid;
            }
            if word.void || has_paid_time && !part.has_paid_time && back == 0 && matches!(word.status, Status::Closed | Status::Unpaid) {
                settled.never_paid += paid;
            }
            settled.void += usize::from(word.void);
            settled.parts += 1;
            settled.add(word, paid, word.status == Status::Closed || paid > 0 && back >= paid);
        }
        if self.reading.platform.refund_is_whole && settled.refunded_by_words > 0 && draft.line_refunded.unwrap_or(0) == 0 {
            draft.line_refunded = Some(settled.refunded_by_words);
            draft.refunded = draft.refunded.filter(|sum| *sum != 0);
        }
        if settled.never_paid > 0 {
            draft.line_paid = draft.line_paid.map(|sum| sum.saturating_sub(settled.never_paid).max(0));
        }
        draft.is_void = settled.void == settled.parts;
        if let Some((status, text)) = settled.outcome() {
            draft.status = Some(status);
            draft.status_text.clear();
            draft.status_text.push_str(text);
        }
    }
}

/// The parts of one order, summed by status.
#[derive(Default)]
struct Settled<'w> {
    /// Status, its text, the money behind it; those that are alive and those that came to nothing.
    alive: Vec<(Status, &'w str, i64)>,
    over: Vec<(Status, &'w str, i64)>,
    refunded_by_words: i64,
    never_paid: i64,
    void: usize,
    parts: usize,
}

impl<'w> Settled<'w> {
    fn add(&mut self, word: &'w StatusWord, paid: i64, is_over: bool) {
        let sums = if is_over { &mut self.over } else { &mut self.alive };
        match sums.iter_mut().find(|(status, ..)| *status == word.status) {
            Some((_, _, sum)) => *sum = sum.saturating_add(paid),
            None => sums.push((word.status, &word.text, paid)),
        }
    }

    /// The status with most of the money that did not come to nothing; parts that cost nothing count only where all do.
    /// Of two with as much money the one that is less far: something is still to be done there.
    fn outcome(&self) -> Option<(Status, &'w str)> {
        let most = |sums: &[(Status, &'w str, i64)]| {
            let known = sums.iter().filter(|(status, ..)| *status != Status::Unknown);
            known.max_by_key(|(status, _, sum)| (*sum, std::cmp::Reverse(*status))).copied()
        };
        let money = |sums: &[(Status, &'w str, i64)]| sums.iter().map(|(_, _, sum)| sum).sum::<i64>();
        if money(&self.alive) == 0 && money(&self.over) > 0 || self.alive.is_empty() {
            // All that was paid for went back: closed, whatever word stands there.
            return most(&self.over).map(|(_, text, _)| (Status::Closed, text));
        }
        most(&self.alive).map(|(status, text, _)| (status, text))
    }
}
