//! What can be wrong with a row, and what was noticed about one that came in.

use serde::{Deserialize, Serialize};

use crate::error::Place;

/// Why a row cannot come in, or what was noticed about one that did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No order number, and no order above that this row could belong to.
    MissingNumber,
    /// A spreadsheet turned the order number into a rounded one.
    DamagedNumber,
    /// Not a time.
    BadTime,
    /// A month, day or hour that does not exist.
    ImpossibleTime,
    /// Day and month could be either.
    AmbiguousTime,
    /// A spreadsheet turned the date into a number and its clock is lost.
    DateAsNumber,
    /// Not an amount.
    BadAmount,
    /// Rows of one order say different sums.
    ConflictingAmounts,
    /// Not a count.
    BadQuantity,
    /// More cells than the header has: a delimiter inside a cell that is not quoted.
    TooManyCells,
    /// Another row of the same order cannot come in, so this one does not either.
    OrderRejected,
    /// The file has this order again with other content; the first was taken.
    RepeatedNumber,
    /// The shop has another order of the same number, placed at another time.
    OtherOrderSameNumber,
    /// A whole row stands in one cell and does not come apart into the columns of the header.
    RowInOneCell,
    /// A number and nothing else that an order has: no time, money, person or item.
    OnlyANumber,
    /// A customer without name, phone and account.
    NothingToKeep,
    // Noticed, not refused:
    /// The phone number was rounded by a spreadsheet; it is not used.
    DamagedPhone,
    /// A status word that is not known; kept as text.
    UnknownStatus,
    /// A date that a spreadsheet had turned into a number, read back exactly.
    DateFromNumber,
    /// A damaged order number was recognised by its digits, buyer, time and amount.
    RepairedNumber,
    /// A postcode got its leading zero back.
    RepairedZip,
    /// The seller's own edit was kept against the file.
    HandEditKept,
    /// The file says "refunded" and no sum; the whole sum was taken.
    RefundTakenAsWhole,
    /// No cell names the currency; the platform's usual one was taken.
    CurrencyAssumed,
    /// Someone of another name has this number; a list keeps the two apart.
    SharedPhone,
    /// Characters of the row were broken; what is left of them was taken.
    BrokenCharacters,
    /// The price agrees with the sum of the row neither as that of one piece nor as that of all.
    PriceUnclear,
    /// A birthday of a list that no calendar has, or whose day and month could be either.
    BirthdayUnread,
    /// A wish of our own list that cannot be read.
    WishUnread,
    /// A telephone number of a list that is none.
    PhoneUnread,
    /// An e-mail address of a list that is none.
    EmailUnread,
    /// No column says what was paid; the prices of the items were added.
    PaidFromItems,
    /// No column says what was paid, and nothing that it could be worked out from.
    PaidUnknown,
}

impl Fault {
    /// The stable text of the JSON report.
    pub fn code(self) -> &'static str {
        match self {
            Fault::MissingNumber => "missing_number",
            Fault::DamagedNumber => "damaged_number",
            Fault::BadTime => "bad_time",
            Fault::ImpossibleTime => "impossible_time",
            Fault::AmbiguousTime => "ambiguous_time",
            Fault::DateAsNumber => "date_as_number",
            Fault::BadAmount => "bad_amount",
            Fault::ConflictingAmounts => "conflicting_amounts",
            Fault::BadQuantity => "bad_quantity",
            Fault::TooManyCells => "too_many_cells",
            Fault::OrderRejected => "order_rejected",
            Fault::RepeatedNumber => "repeated_number",
            Fault::OtherOrderSameNumber => "other_order_same_number",
            Fault::RowInOneCell => "row_in_one_cell",
            Fault::OnlyANumber => "only_a_number",
            Fault::NothingToKeep => "nothing_to_keep",
            Fault::DamagedPhone => "damaged_phone",
            Fault::UnknownStatus => "unknown_status",
            Fault::DateFromNumber => "date_from_number",
            Fault::RepairedNumber => "repaired_number",
            Fault::RepairedZip => "repaired_zip",
            Fault::HandEditKept => "hand_edit_kept",
            Fault::RefundTakenAsWhole => "refund_taken_as_whole",
            Fault::CurrencyAssumed => "currency_assumed",
            Fault::SharedPhone => "shared_phone",
            Fault::BrokenCharacters => "broken_characters",
            Fault::PriceUnclear => "price_unclear",
            Fault::BirthdayUnread => "birthday_unread",
            Fault::WishUnread => "wish_unread",
            Fault::PhoneUnread => "phone_unread",
            Fault::EmailUnread => "email_unread",
            Fault::PaidFromItems => "paid_from_items",
            Fault::PaidUnknown => "paid_unknown",
        }
    }

    /// Reads the stored text.
    pub fn parse(code: &str) -> Option<Fault> {
        serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
    }

    /// What happened and what to do, for people at a terminal. The window has its own words.
    pub fn advice(self) -> &'static str {
        match self {
            Fault::MissingNumber => "the row has no order number and follows no order",
            Fault::DamagedNumber => "a spreadsheet rounded this number; import the platform's original file instead of the re-saved one",
            Fault::BadTime => "this is not a date; correct it or leave the row out",
            Fault::ImpossibleTime => "there is no such date; correct it or leave the row out",
            Fault::AmbiguousTime => "day and month could be either; say which comes first",
            Fault::DateAsNumber => "a spreadsheet turned this date into a number and lost its clock; import the original file",
            Fault::BadAmount => "this is not an amount of money; correct it or leave the row out",
            Fault::ConflictingAmounts => "rows of this order say different sums; correct one or leave the order out",
            Fault::BadQuantity => "this is not a number of pieces; correct it or leave the row out",
            Fault::TooManyCells => "the row has more cells than the header; a cell contains an unquoted delimiter",
            Fault::OrderRejected => "another row of this order cannot come in",
            Fault::RepeatedNumber => "the file has this order twice with different content; the first was taken",
            Fault::OtherOrderSameNumber => "the shop has another order of this number; is this file from another shop? name it",
            Fault::RowInOneCell => {
                "the whole row stands in one cell; import the platform's original file, or split the cell into its columns"
            }
            Fault::OnlyANumber => "nothing but a number stands here: no time, sum, buyer or item; leave the row out",
            Fault::NothingToKeep => "the row names nobody",
            Fault::DamagedPhone => "a spreadsheet rounded this phone number; it was left out",
            Fault::UnknownStatus => "this status is not known; it was kept as text",
            Fault::DateFromNumber => "a spreadsheet had turned this date into a number; it was read back",
            Fault::RepairedNumber => "the number was damaged and recognised by its digits, buyer, time and amount",
            Fault::RepairedZip => "the postcode got its leading zero back",
            Fault::HandEditKept => "your own edit was kept",
            Fault::CurrencyAssumed => "the file names no currency; say which if this one is wrong",
            Fault::SharedPhone => "another customer has this phone number under another name; the two were kept apart",
            Fault::BrokenCharacters => "some characters of this row are broken; look at its texts",
            Fault::PriceUnclear => {
                "this price fits the sum of its row neither for one piece nor for all; it was kept as the platform means it"
            }
            Fault::BirthdayUnread => {
                "this birthday could not be read and was left out; say whether the day or the month comes first, or type it in"
            }
            Fault::WishUnread => "how this buyer wants to be contacted could not be read and was left out",
            Fault::PhoneUnread => "this is not a telephone number and was left out",
            Fault::EmailUnread => "this is not an e-mail address and was left out",
            Fault::PaidFromItems => "no column says what was paid; the prices of the items were added up",
            Fault::PaidUnknown => "no column says what was paid, so it stays unknown",
            Fault::RefundTakenAsWhole => "the file names no sum for the refund; the whole payment was taken",
        }
    }
}

/// A fault with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Problem {
    /// What.
    pub fault: Fault,
    /// Where.
    pub place: Place,
}
