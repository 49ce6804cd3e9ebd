//! What a column of a file can fill.

use serde::{Deserialize, Serialize};

/// A field of an order, an item or a customer that a column can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
#[allow(missing_docs)] // the names are the documentation; the less obvious ones are explained
pub enum Field {
    /// The order's number; blank on a continuation row.
    Number,
    /// The platform's id of the buyer's account.
    BuyerId,
    /// The buyer's own name where it differs from the recipient.
    BuyerName,
    Recipient,
    FirstName,
    LastName,
    Phone,
    /// A second telephone, used where the first is blank.
    Telephone,
    Email,
    Province,
    City,
    District,
    Street,
    /// Address, all of it or what follows the district.
    Address,
    AddressTwo,
    AddressThree,
    Zip,
    Country,
    PlacedAt,
    PaidAt,
    ShippedAt,
    CompletedAt,
    CancelledAt,
    Status,
    /// A second status, of shipping or after-sales, read where it says more than the first.
    StatusTwo,
    Goods,
    ShippingFee,
    Discount,
    /// What the buyer paid, once per order, before refunds.
    Paid,
    /// What the buyer paid less refunds, once per order.
    PaidNet,
    /// What the buyer still owes of [`Field::Paid`].
    Outstanding,
    /// What was left of the payment after refunds; 0 where nothing was adjusted.
    PaidAdjusted,
    /// What the buyer paid for this row; added over the rows of an order.
    LinePaid,
    /// Tax of this row in a column of its own: part of [`Field::LinePaid`] or on top of it, which the numbers tell.
    LineTax,
    /// What promotions took off [`Field::LinePaid`].
    LineDiscount,
    /// Refunds, once per order.
    Refunded,
    /// Refunds of this row; added over the rows of an order.
    LineRefunded,
    /// The after-sales status of this row; where it says that money went back, the row's payment did.
    LineStatus,
    Currency,
    ShopName,
    Courier,
    Tracking,
    BuyerMessage,
    SellerNote,
    Title,
    Code,
    Variant,
    Quantity,
    UnitPrice,
    /// The price of all pieces of the row together.
    LineTotal,
    /// Titles of all items in one cell, separated by commas.
    Titles,
    /// An item a column: `name:Mug|sku:MUG-1|quantity:2|total:20.00`.
    LineItem,
    /// How many different items the order has.
    Kinds,
    /// How many pieces the order has.
    Pieces,
    /// `name variant [数量:2] name …` in one cell.
    Packed,
    // Customer lists.
    Name,
    AddressAs,
    Gender,
    Birthday,
    Wechat,
    Qq,
    Temperament,
    Likes,
    Notes,
    IntroducedBy,
    Occupation,
    GroupChat,
    /// Our own lists only: how they want to be contacted, as [`Preference::in_words`](crate::contacts::preference::Preference::in_words) says it.
    ContactWish,
    Tags,
    /// Lists only: a further address, whole in one cell.
    OtherAddress,
    /// Our own lists only: all accounts as `platform:id; …`.
    Identities,
    /// Our own lists only: all numbers, separated by `; `.
    Phones,
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Field::Phones as usize + 1;
}
