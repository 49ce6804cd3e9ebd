//! Times what the window asks most, inside one process, for `cargo xtask bench`.

use std::time::Instant;

use serde_json::json;
use zhanggui_core::customers::list::{CustomerQuery, Sort};
use zhanggui_core::error::Result;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::storage::Shop;
use zhanggui_core::text::pinyin_readings;

use crate::print;

/// Rows the window asks for at once.
const WINDOW: i64 = 60;
const TIMES: usize = 200;

/// Searches as a seller types them, and windows of the lists as a scroll bar jumps to them.
pub fn measure(shop: &Shop, json: bool) -> Result<()> {
    let searches = searches(shop)?;
    let search = timed(searches.len(), |index| {
        shop.customers(&CustomerQuery { text: searches[index].clone(), ..CustomerQuery::default() }, 0, WINDOW).map(drop)
    })?;
    let customers = shop.customers(&CustomerQuery::default(), 0, 1)?.total;
    let orders = shop.orders(&OrderQuery::default(), 0, 1)?.total;
    let sorts = [Sort::LastOrder, Sort::Name, Sort::Orders, Sort::Paid];
    // Positions spread over the whole list, in no order.
    let place = |index: usize, total: i64| (index as i64 * 7919) % TIMES as i64 * total / TIMES as i64;
    let list = timed(TIMES, |index| {
        let query = CustomerQuery { sort: sorts[index % sorts.len()], ascending: index % 3 == 0, ..CustomerQuery::default() };
        shop.customers(&query, place(index, customers), WINDOW).map(drop)
    })?;
    let order_list = timed(TIMES, |index| shop.orders(&OrderQuery::default(), place(index, orders), WINDOW).map(drop))?;
    let answer = json!({
        "searches": search.len(), "search_p95_ms": p95(&search), "list_p95_ms": p95(&list), "orders_p95_ms": p95(&order_list),
    });
    print::value(json, &answer, |v| v.to_string())
}

/// Names, parts of them, initials, numbers, their ends, accounts and ends of order numbers.
fn searches(shop: &Shop) -> Result<Vec<String>> {
    let people = shop.customers(&CustomerQuery::default(), 0, TIMES as i64)?.rows;
    let orders = shop.orders(&OrderQuery::default(), 0, TIMES as i64)?.rows;
    let end = |text: &str, length: usize| text.chars().skip(text.chars().count().saturating_sub(length)).collect();
    Ok(people
        .iter()
        .zip(&orders)
        .enumerate()
        .map(|(index, (person, order))| {
            let name = person.name.clone();
            let phone = person.phones.first().cloned().unwrap_or_default();
            match index % 7 {
                0 => name,
                1 => name.chars().take(2).collect(),
                2 => pinyin_readings(&name).into_iter().next().map(|r| r.1).unwrap_or(name),
                3 => phone,
                4 => end(&phone, 4),
                5 => end(&order.number, 6),
                _ => person.identities.first().map(|(_, id)| id.clone()).unwrap_or(name),
            }
        })
        .collect())
}

/// Milliseconds of each, ascending.
fn timed(times: usize, mut run: impl FnMut(usize) -> Result<()>) -> Result<Vec<f64>> {
    let mut all = Vec::with_capacity(times);
    for index in 0..times {
        let began = Instant::now();
        run(index)?;
        all.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

fn p95(ascending: &[f64]) -> f64 {
    ascending.get(ascending.len() * 95 / 100).copied().unwrap_or(0.0)
}
