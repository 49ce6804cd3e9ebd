//! Complaints and the day's list.

use serde_json::json;
use zhanggui_core::complaints::case::Case;
use zhanggui_core::complaints::list::{CaseLine, CaseQuery};
use zhanggui_core::error::Result;
use zhanggui_core::language::Language;
use zhanggui_core::storage::Shop;
use zhanggui_core::time::{Moment, format_local};

use crate::{bad, print};

fn due(line_due: Option<i64>, waiting: bool, now: Moment) -> String {
    match line_due {
        _ if waiting => "waiting for the buyer".to_owned(),
        Some(at) if at < now.at => format!("overdue since {}", format_local(at, now.zone)),
        Some(at) => format!("due {}", format_local(at, now.zone)),
        None => String::new(),
    }
}

fn in_words(line: &CaseLine, now: Moment) -> String {
    let words: String = line.words.chars().take(30).collect();
    format!(
        "{:>5}  {:<10}  {}  {}  {}  {words}",
        format!("#{}", line.id),
        line.stage.as_str(),
        line.name,
        due(line.due_at, line.waiting_since.is_some(), now),
        line.product
    )
}

/// Open cases, or with `all` closed ones too.
pub fn complaints(shop: &Shop, query: Option<&str>, all: bool, limit: i64, json: bool, now: Moment) -> Result<()> {
    let query = CaseQuery { text: query.unwrap_or("").to_owned(), closed: all, ..CaseQuery::default() };
    let page = shop.complaints(&query, 0, limit.max(0), now)?;
    print::value(json, &json!({"total": page.total, "by_stage": page.by_stage, "complaints": page.rows}), |_| {
        let mut lines: Vec<String> = page.rows.iter().map(|line| in_words(line, now)).collect();
        lines.push(format!("{} in all", page.total));
        lines.join("\n")
    })
}

/// One case, whole.
pub fn complaint(shop: &Shop, key: &str, json: bool, now: Moment) -> Result<()> {
    let id = key.trim_start_matches('#').parse().map_err(|_| bad("complaint", key, "not_an_id"))?;
    let case = shop.complaint(id, now)?;
    print::value(json, &case, |case| whole(case, now))
}

fn whole(case: &Case, now: Moment) -> String {
    let mut lines = vec![
        format!("#{} · {} · {}", case.id, case.name, case.stage.as_str()),
        format!("  {}", due(case.due_at, case.waiting_since.is_some(), now)),
        format!("  {} · {} · {}", format_local(case.received_at, now.zone), case.channel.as_str(), case.words),
        format!("  order {} · {} · {}", case.order_number, case.product, case.cause.map_or("", |c| c.as_str())),
    ];
    for remedy in &case.remedies {
        let state = match (remedy.withdrawn_at, remedy.delivered_at) {
            (Some(_), _) => "withdrawn",
            (None, Some(_)) => "delivered",
            (None, None) => "promised",
        };
        let cost = print::money(remedy.remedy.cost, &remedy.remedy.currency);
        lines.push(format!("  {} {cost} {state} {}", remedy.remedy.kind.as_str(), remedy.remedy.note));
    }
    for event in &case.events {
        let text = match event.text.split_once('\t') {
            Some((field, value)) => match value.parse() {
                Ok(at) => format!("{field}: {}", format_local(at, now.zone)),
                Err(_) => format!("{field}: {value}"),
            },
            None => event.text.clone(),
        };
        lines.push(format!("  {}  {} {} {text}", format_local(event.at, now.zone), event.kind, event.stage_after.as_str()));
    }
    lines.join("\n")
}

/// What is due today.
pub fn today(shop: &Shop, chinese: bool, limit: usize, json: bool, now: Moment) -> Result<()> {
    let language = if chinese { Language::Chinese } else { Language::English };
    let today = shop.today(limit, language, now)?;
    print::value(json, &today, |today| {
        let mut lines = vec![today.summary.clone()];
        lines.extend(today.lines.iter().map(|line| {
            let mark = if line.overdue { "!" } else { " " };
            format!("{mark} {:<10} {}  {}  {}  {}", line.source, format_local(line.due_at, now.zone), line.name, line.subject, line.detail)
        }));
        lines.push(format!("{} in all", today.total));
        lines.join("\n")
    })
}
