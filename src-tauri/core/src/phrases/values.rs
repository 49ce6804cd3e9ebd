//! What the variables of a phrase stand for: the person, the order, the case, the promise, the day.

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::fill::Values;
use super::variables::Variable;
use crate::calendar::holidays;
use crate::calendar::rules::{self, AddressBy};
use crate::complaints::remedies::{self, RemedyKind};
use crate::complaints::store as complaints;
use crate::contacts::record::About;
use crate::error::Result;
use crate::language::Language;
use crate::money::to_decimal;
use crate::orders::store as orders;
use crate::text::is_ideograph;
use crate::time::{Moment, Seconds, Zone, local_day};

/// The seller's name under a message, kept as a preference.
pub const SELLER_NAME: &str = "seller.name";

/// What a phrase is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct PhraseAbout {
    /// The person, their case, their order.
    #[serde(flatten)]
    pub about: About,
    /// A promise made to them.
    pub promise_id: Option<i64>,
}

/// A greeting names a holiday up to so many days before it.
const HOLIDAY_DAYS: u64 = 10;

/// The values of everything that is known. What lacks is left out.
pub(crate) fn values(connection: &Connection, about: PhraseAbout, language: Language, now: Moment) -> Result<Values> {
    let mut values = Values::new();
    let mut set = |variable, text: String| {
        if !text.trim().is_empty() {
            values.insert(variable, text);
        }
    };
    let mut target = about.about;
    let mut shop = None;
    if let Some(id) = about.promise_id {
        let promise = crate::promises::by_id(connection, id, now.at)?;
        target.customer_id = target.customer_id.or(promise.promise.about.customer_id);
        target.order_id = target.order_id.or(promise.promise.about.order_id);
        set(Variable::PromiseWhat, promise.promise.what);
        set(Variable::PromiseDue, moment_words(promise.promise.due_at, now, language));
    }
    if let Some(id) = target.complaint_id {
        let row = complaints::by_id(connection, id)?;
        target.customer_id = target.customer_id.or(row.customer_id);
        target.order_id = target.order_id.or(row.order_id);
        set(Variable::ProductName, row.product.clone());
        set(Variable::OrderNumber, row.order_number.clone());
        set(Variable::OrderCourier, row.courier.clone());
        set(Variable::Problem, row.problem.trim_end_matches(['。', '.', '！', '!']).to_owned());
        if let Some(at) = row.next_update_at {
            set(Variable::NextUpdate, moment_words(at, now, language));
        }
        set(Variable::Remedy, remedy_words(connection, id, language)?);
    }
    if let Some(id) = target.review_id {
        let review = crate::reviews::store::by_id(connection, id)?;
        target.customer_id = target.customer_id.or(review.customer_id);
        target.order_id = target.order_id.or(review.order_id);
        set(Variable::ProductName, review.product);
    }
    if let Some(id) = target.order_id {
        let order = orders::by_id(connection, id)?;
        target.customer_id = target.customer_id.or(order.customer_id);
        let (name, zone): (String, String) = connection
            .prepare_cached("SELECT name, time_zone FROM shops WHERE id = ?1")?
            .query_row([order.shop_id], |r| Ok((r.get(0)?, r.get(1)?)))?;
        if let Some(day) = order.placed_at.and_then(|at| local_day(at, crate::time::parse_zone(&zone).unwrap_or(now.zone))) {
            set(Variable::OrderDate, day_words(day, local_day(now.at, now.zone), language));
        }
        let titles: Vec<String> = orders::items_of(connection, id)?.into_iter().map(|i| i.title).filter(|t| !t.is_empty()).collect();
        if let [only] = titles.as_slice()
            && target.complaint_id.is_none()
            && target.review_id.is_none()
        {
            set(Variable::ProductName, only.clone());
        }
        set(Variable::OrderItems, titles.join(language.say("、", ", ")));
        if let Some(paid) = order.paid {
            let amount = to_decimal(paid, order.currency);
            set(
                Variable::OrderPaid,
                match (order.currency.as_str(), language) {
                    ("CNY", Language::Chinese) => format!("{amount} 元"),
                    (currency, _) => format!("{currency} {amount}"),
                },
            );
        }
        set(Variable::OrderNumber, order.number);
        set(Variable::OrderCourier, order.courier);
        set(Variable::OrderTracking, order.tracking);
        set(Variable::OrderShop, name.clone());
        shop = Some(name);
    }
    if let Some(id) = target.customer_id {
        let found: Option<(String, String)> = connection
            .prepare_cached("SELECT name, address_as FROM customers WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if let Some((name, address_as)) = found {
            let address = if address_as.is_empty() { address_by_rule(connection, &name, language)? } else { address_as };
            set(Variable::AddressAs, address);
            set(Variable::CustomerName, name);
        }
    }
    if shop.is_none() {
        // With one shop there is no question whose name it is.
        let names: Vec<String> = connection
            .prepare_cached("SELECT DISTINCT name FROM shops LIMIT 2")?
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        shop = if let [only] = names.as_slice() { Some(only.clone()) } else { None };
    }
    set(Variable::ShopName, shop.unwrap_or_default());
    let signature: Option<String> =
        connection.prepare_cached("SELECT value FROM settings WHERE key = ?1")?.query_row([SELLER_NAME], |r| r.get(0)).optional()?;
    set(Variable::SellerName, signature.and_then(|text| serde_json::from_str::<String>(&text).ok()).unwrap_or_default());
    if let Some(today) = local_day(now.at, now.zone) {
        set(Variable::Today, day_words(today, None, language));
        let next = today.iter_days().take_while(|d| *d <= today.checked_add_days(Days::new(HOLIDAY_DAYS)).unwrap_or(today));
        if let Some(holiday) = next.filter_map(holidays::of).find(|day| day.off) {
            set(Variable::HolidayName, holiday_words(&holiday.name, language).to_owned());
        }
    }
    Ok(values)
}

/// How a buyer is addressed of whom no form of address is noted.
fn address_by_rule(connection: &Connection, name: &str, language: Language) -> Result<String> {
    let chinese_name = name.chars().any(is_ideograph);
    Ok(match language {
        Language::English if chinese_name => name.to_owned(),
        Language::English => name.split_whitespace().next().unwrap_or_default().to_owned(),
        Language::Chinese => match rules::address_by(connection)? {
            AddressBy::Dear => "亲".to_owned(),
            AddressBy::Hello => "您好".to_owned(),
            AddressBy::Name => name.to_owned(),
        },
    })
}

/// A day in words; the year only where it is not that of `now`.
fn day_words(day: NaiveDate, now: Option<NaiveDate>, language: Language) -> String {
    let same_year = now.is_none_or(|n| n.year() == day.year());
    match (language, same_year) {
        (Language::Chinese, true) => format!("{}月{}日", day.month(), day.day()),
        (Language::Chinese, false) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        (Language::English, true) => day.format("%-d %B").to_string(),
        (Language::English, false) => day.format("%-d %B %Y").to_string(),
    }
}

/// A time in words: today and tomorrow by name.
pub(crate) fn moment_words(at: Seconds, now: Moment, language: Language) -> String {
    let Some(local) = local(at, now.zone) else { return String::new() };
    let (day, today) = (local.date_naive(), local_day(now.at, now.zone));
    let named = match today.map(|today| (day - today).num_days()) {
        Some(0) => language.say("今天", "today").to_owned(),
        Some(1) => language.say("明天", "tomorrow").to_owned(),
        Some(2) if language == Language::Chinese => "后天".to_owned(),
        _ => day_words(day, today, language),
    };
    match language {
        Language::Chinese => format!("{named} {:02}:{:02}", local.hour(), local.minute()),
        Language::English => format!("{named} at {:02}:{:02}", local.hour(), local.minute()),
    }
}

fn local(at: Seconds, zone: Zone) -> Option<DateTime<Zone>> {
    Some(DateTime::from_timestamp(at, 0)?.with_timezone(&zone))
}

/// What was given in a case, in words for the buyer: never its cost.
fn remedy_words(connection: &Connection, complaint: i64, language: Language) -> Result<String> {
    let given: Vec<String> = remedies::of_complaint(connection, complaint)?
        .into_iter()
        .filter(|r| r.withdrawn_at.is_none() && r.remedy.kind != RemedyKind::Apology)
        .map(|r| if r.remedy.note.is_empty() { kind_words(r.remedy.kind, language).to_owned() } else { r.remedy.note })
        .collect();
    Ok(given.join(language.say("、", " and ")))
}

fn kind_words(kind: RemedyKind, language: Language) -> &'static str {
    match kind {
        RemedyKind::Apology => language.say("道歉", "an apology"),
        RemedyKind::Refund => language.say("退款", "a refund"),
        RemedyKind::Exchange => language.say("换货", "an exchange"),
        RemedyKind::Repair => language.say("维修", "a repair"),
        RemedyKind::Reship => language.say("重新寄出", "a replacement parcel"),
        RemedyKind::Coupon => language.say("优惠券", "a coupon"),
        RemedyKind::Gift => language.say("一份小礼物", "a small gift"),
        RemedyKind::NextOrderDiscount => language.say("下单优惠", "something off the next order"),
    }
}

/// The public holidays by their English names.
fn holiday_words(name: &str, language: Language) -> &str {
    match (language, name) {
        (Language::Chinese, name) => name,
        (_, "元旦") => "New Year",
        (_, "春节") => "Spring Festival",
        (_, "清明节") => "Qingming",
        (_, "劳动节") => "May Day",
        (_, "端午节") => "Dragon Boat Festival",
        (_, "中秋节") => "Mid-Autumn Festival",
        (_, "国庆节") => "National Day",
        (_, other) if other.contains('、') => "Mid-Autumn Festival and National Day",
        (_, other) => other,
    }
}
