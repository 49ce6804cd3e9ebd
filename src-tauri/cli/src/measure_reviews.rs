//! Times an import of many reviews and the check of a reply against as many earlier ones, for `cargo xtask bench`.

use std::time::Instant;

use serde_json::json;
use zhanggui_core::error::Result;
use zhanggui_core::language::Language;
use zhanggui_core::reviews::draft::ReviewDraft;
use zhanggui_core::reviews::list::ReviewQuery;
use zhanggui_core::reviews::reply::ReplyKind;
use zhanggui_core::storage::Shop;
use zhanggui_core::task::Task;
use zhanggui_core::time::Moment;

use crate::measure::{p95, timed};
use crate::print;

const DAY: i64 = 86_400;

/// Replies of a shop: a beginning, a matter, an end, of which no two are the same.
fn reply(n: i64) -> String {
    const BEGIN: [&str; 7] = [
        "谢谢您的支持",
        "您好，看到您的评价了",
        "感谢您花时间写下感受",
        "抱歉让您失望了",
        "您提的问题我们收到了",
        "谢谢您的照片",
        "Thank you for writing",
    ];
    const MATTER: [&str; 11] = [
        "杯口的缺口是打包时垫得太薄",
        "颜色和图上有差别是拍照的灯光造成的",
        "尺寸表已经补上了实测数据",
        "物流走得慢我们已经去催了",
        "木头有天然的纹路",
        "少发的那一件今天补寄",
        "the handle was packed without padding",
        "包装换成了更厚的纸箱",
        "您说的味道放两天就散了",
        "线头剪得不够仔细",
        "说明书印得不够清楚",
    ];
    const END: [&str; 5] =
        ["有事随时找我们。", "祝您用得顺手。", "这次是我们没做好。", "下一批会改。", "please tell us if anything is still not right."];
    let pick = |words: &[&'static str], by: i64| words[(by % words.len() as i64).unsigned_abs() as usize];
    format!("{}，{}（批次 {}），{}{}", pick(&BEGIN, n), pick(&MATTER, n / 7), n, pick(&MATTER, n / 77), pick(&END, n / 847))
}

/// Adds `count` reviews with replies, then times what the window asks.
pub fn measure(shop: &Shop, count: i64, json: bool, now: Moment) -> Result<()> {
    let drafts: Vec<ReviewDraft> = (0..count)
        .map(|n| ReviewDraft {
            platform_id: format!("r{n}"),
            buyer: format!("buyer{n}"),
            product: format!("青瓷茶杯 {}", n % 200),
            stars: Some(1 + (n * 7 % 5) as u8),
            text: format!("第 {n} 条：收到的时候包装完好，颜色和图片上差不多，用了几天感觉还可以。"),
            reply: reply(n),
            reviewed_at: now.at - (n % 700) * DAY,
            ..ReviewDraft::default()
        })
        .collect();
    let began = Instant::now();
    let plan = shop.plan_review_drafts(drafts, now)?;
    let planned = began.elapsed();
    shop.apply_reviews(&plan, &Task::quiet(), now.at)?;
    let applied = began.elapsed();
    let began = Instant::now();
    shop.check_reply(None, ReplyKind::Public, &reply(count + 1), Language::Chinese)?;
    let first = began.elapsed();
    let checks = timed(60, |n| shop.check_reply(None, ReplyKind::Public, &reply(count + n as i64 * 31), Language::Chinese).map(drop))?;
    let lists = timed(30, |_| shop.reviews(&ReviewQuery::default(), 0, 100, now).map(drop))?;
    let answer = json!({
        "reviews": count,
        "plan_s": planned.as_secs_f64(),
        "import_s": applied.as_secs_f64(),
        "first_reply_ms": first.as_secs_f64() * 1_000.0,
        "reply_p95_ms": p95(&checks),
        "queue_p95_ms": p95(&lists),
    });
    print::value(json, &answer, |v| v.to_string())
}
