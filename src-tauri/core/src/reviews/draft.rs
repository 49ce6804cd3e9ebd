//! What a file, a paste or the seller says of one review, before it is compared with what is known.

use serde::{Deserialize, Serialize};

use super::words::Rating;
use crate::error::{Error, Result};
use crate::text::{checked_text, normalised};
use crate::time::{Seconds, plausible};

/// Longest text of a review or a reply that is kept, in characters.
pub const LONGEST: usize = 10_000;

/// A review as a source has it; empty texts are unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct ReviewDraft {
    /// The platform's own number of the review.
    pub platform_id: String,
    /// The order it is about.
    pub order_number: String,
    /// The buyer's account or the name shown beside it.
    pub buyer: String,
    /// The item's title.
    pub product: String,
    /// Positive, neutral, negative; where only stars are known they say it.
    pub rating: Option<Rating>,
    /// 1 to 5.
    pub stars: Option<u8>,
    /// The buyer's words.
    pub text: String,
    /// What they added later (追评).
    pub appended: String,
    /// When they added it.
    pub appended_at: Option<Seconds>,
    /// How many pictures it has.
    pub pictures: u32,
    /// The seller's public reply.
    pub reply: String,
    /// When it was replied to.
    pub replied_at: Option<Seconds>,
    /// When it was written.
    pub reviewed_at: Seconds,
    /// Whether it is deleted or hidden on the platform; `None`: the source does not say.
    pub gone: Option<bool>,
}

impl ReviewDraft {
    /// The rating, in words or by stars.
    ///
    /// # Errors
    /// [`Error::BadValue`] where neither is there.
    pub(crate) fn settled_rating(&self) -> Result<Rating> {
        match (self.rating, self.stars) {
            (Some(rating), _) => Ok(rating),
            (None, Some(stars)) => Ok(Rating::of_stars(stars)),
            (None, None) => Err(Error::BadValue { field: "review.rating", value: String::new(), reason: "blank" }),
        }
    }

    /// Checks lengths, times and stars, and trims.
    ///
    /// # Errors
    /// [`Error::BadValue`] with the field, its value and the reason.
    pub(crate) fn checked(mut self, now: Seconds) -> Result<ReviewDraft> {
        for (field, text, longest) in [
            ("review.platform_id", &mut self.platform_id, 200),
            ("review.order_number", &mut self.order_number, 200),
            ("review.buyer", &mut self.buyer, 200),
            ("review.product", &mut self.product, 500),
            ("review.text", &mut self.text, LONGEST),
            ("review.appended", &mut self.appended, LONGEST),
            ("review.reply", &mut self.reply, LONGEST),
        ] {
            *text = checked_text(field, text, longest)?;
        }
        self.settled_rating()?;
        if self.stars.is_some_and(|s| !(1..=5).contains(&s)) {
            return Err(Error::BadValue {
                field: "review.stars",
                value: self.stars.unwrap_or_default().to_string(),
                reason: "one_to_five",
            });
        }
        for (field, at) in [
            ("review.reviewed_at", Some(self.reviewed_at)),
            ("review.appended_at", self.appended_at),
            ("review.replied_at", self.replied_at),
        ] {
            let Some(at) = at else { continue };
            plausible(field, at)?;
            // A shop's clock may run in a zone ahead of the laptop's.
            if at > now + 86_400 {
                return Err(Error::BadValue { field, value: crate::time::format_local(at, chrono_tz::UTC), reason: "in_future" });
            }
        }
        Ok(self)
    }

    /// What makes two records the same review. Where several reviews share it (two cups of one order), those after the
    /// first carry a number behind `#`.
    pub(crate) fn match_key(&self) -> String {
        let product = normalised(&self.product);
        let base = if !self.platform_id.is_empty() {
            format!("id:{}", normalised(&self.platform_id))
        } else if !self.order_number.is_empty() {
            format!("order:{}|{product}", normalised(&self.order_number))
        } else {
            format!("buyer:{}|{product}|{}", normalised(&self.buyer), self.reviewed_at)
        };
        base.replace('#', "\u{1}")
    }
}
