//! Times the day's list and the recognition card in a shop with many open tasks, for `cargo xtask bench`.

use serde_json::json;
use zhanggui_core::complaints::list::CaseQuery;
use zhanggui_core::complaints::take_in::NewComplaint;
use zhanggui_core::contacts::channel::ContactChannel;
use zhanggui_core::contacts::record::About;
use zhanggui_core::customers::list::CustomerQuery;
use zhanggui_core::error::Result;
use zhanggui_core::language::Language;
use zhanggui_core::promises::PromiseText;
use zhanggui_core::storage::Shop;
use zhanggui_core::time::Moment;

use crate::measure::{p95, searches, timed};
use crate::print;

/// Lines the window shows.
const SHOWN: usize = 200;
const HOUR: i64 = 3_600;

/// Adds open complaints and promises until there are `tasks`, half of each, then times what the window asks.
pub fn measure(shop: &Shop, tasks: i64, json: bool, now: Moment) -> Result<()> {
    let known = shop.complaints(&CaseQuery::default(), 0, 0, now)?.total * 2;
    let people = shop.customers(&CustomerQuery::default(), 0, 1_000)?.rows;
    for (index, person) in people.iter().cycle().enumerate().take(if people.is_empty() { 0 } else { ((tasks - known) / 2).max(0) as usize })
    {
        let ago = 1 + index as i64 % 400;
        shop.take_complaint(
            &NewComplaint {
                customer_id: Some(person.id),
                order_id: None,
                product: String::new(),
                channel: ContactChannel::PlatformChat,
                words: format!("杯沿有个缺口 {index}"),
                received_at: now.at - ago * HOUR,
            },
            now,
        )?;
        let about = About { customer_id: Some(person.id), ..About::default() };
        shop.make_promise(&PromiseText { about, what: format!("补寄第 {index} 只"), due_at: now.at + (ago - 200) * HOUR }, now.at)?;
    }
    shop.learn_courier_days()?;
    let today = timed(50, |_| shop.today(SHOWN, Language::Chinese, now).map(drop))?;
    let handles = searches(shop)?;
    let cards = timed(handles.len(), |index| shop.who_is(&handles[index], 8, now).map(drop))?;
    let lines = shop.today(0, Language::Chinese, now)?.total;
    let answer = json!({"today_p95_ms": p95(&today), "lines": lines, "card_p95_ms": p95(&cards), "cards": cards.len()});
    print::value(json, &answer, |v| v.to_string())
}
