//! Times what the window asks most, inside one process, for `cargo xtask bench`.

use std::time::Instant;

use serde_json::json;
use zhanggui_core::address::{Habits, parse};
use zhanggui_core::customers::list::{CustomerQuery, Sort};
use zhanggui_core::error::Result;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::shipping::exchange::read_template;
use zhanggui_core::shipping::past::Period;
use zhanggui_core::shipping::replay::{Against, ReplayQuery};
use zhanggui_core::shipping::{Basket, Line, quote};
use zhanggui_core::storage::Shop;
use zhanggui_core::task::Task;
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
    let replay = timed(5, |_| shop.replay(&replay_query()?, &Task::quiet()).map(drop))?;
    let replayed = shop.replay(&replay_query()?, &Task::quiet())?;
    let answer = json!({
        "replay_s": replay[replay.len() / 2] / 1000.0, "replayed": replayed.orders,
        "searches": search.len(), "search_p95_ms": p95(&search), "list_p95_ms": p95(&list), "orders_p95_ms": p95(&order_list),
    });
    print::value(json, &answer, |v| v.to_string())
}

/// The template the replay is measured with: two prices and free shipping from an amount.
fn replay_query() -> Result<ReplayQuery> {
    const TEMPLATE: &str = r#"{"name": "bench", "payer": "buyer", "measure": "piece", "methods": [{"method": "express",
        "rules": [{"regions": ["default"], "first": 1, "first_fee": 800, "step": 1, "step_fee": 300},
                  {"regions": ["650000", "540000"], "first": 1, "first_fee": 2000, "step": 1, "step_fee": 1200}],
        "free": [{"regions": ["default"], "any": [{"amount_at_least": 9900}]}]}]}"#;
    Ok(ReplayQuery { template: read_template(TEMPLATE)?, method: None, period: Period::default(), against: Against::Charged })
}

/// Addresses and quotes a second, on one core.
pub fn measure_fees(json: bool) -> Result<()> {
    const ADDRESSES: [&str; 8] = [
        "张小满，13800138001，浙江省杭州市余杭区仓前街道良睦路15号",
        "收货人: 李雷\n手机号码: 139 1234 0002\n所在地区: 江苏省 南京市 玄武区\n详细地址: 珠江路88号",
        "北京朝阳区建国路1号院2号楼",
        "昆山花桥镇绿地大道12号 王女士 13912340003",
        "上海市上海市浦东新区东明路街道三林路15号",
        "黔南州长顺县长寨街道和平中路28号",
        "我家的地址是江苏淮安清江浦区上海路111号",
        "新疆维吾尔自治区 伊犁哈萨克自治州 伊宁市 解放西路23号",
    ];
    const ROUNDS: usize = 20_000;
    let began = Instant::now();
    let mut known = 0usize;
    for round in 0..ROUNDS {
        known += usize::from(parse(ADDRESSES[round % ADDRESSES.len()], &Habits::default()).code.is_some());
    }
    let addresses = ROUNDS as f64 / began.elapsed().as_secs_f64();
    let template = replay_query()?.template;
    let line = Line { name: "tea".to_owned(), pieces: 2, weight: Some(650), amount: 8800, ..Line::default() };
    let basket = Basket { to: "330106".to_owned(), method: None, combine: None, lines: vec![line] };
    let began = Instant::now();
    for _ in 0..ROUNDS / 10 {
        quote(&template, &basket, &Habits::default())?;
    }
    let quotes = (ROUNDS / 10) as f64 / began.elapsed().as_secs_f64();
    print::value(json, &json!({"addresses_per_s": addresses, "explained_quotes_per_s": quotes, "understood": known}), |v| v.to_string())
}

/// Names, parts of them, initials, numbers, their ends, accounts and ends of order numbers.
pub fn searches(shop: &Shop) -> Result<Vec<String>> {
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
pub fn timed(times: usize, mut run: impl FnMut(usize) -> Result<()>) -> Result<Vec<f64>> {
    let mut all = Vec::with_capacity(times);
    for index in 0..times {
        let began = Instant::now();
        run(index)?;
        all.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

pub fn p95(ascending: &[f64]) -> f64 {
    ascending.get(ascending.len() * 95 / 100).copied().unwrap_or(0.0)
}
