//! Reviews: in, listed, one whole, and the three checks of a text.

use std::path::Path;

use serde_json::json;
use zhanggui_core::error::Result;
use zhanggui_core::files::{read_text, read_text_from};
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::import::source::Source;
use zhanggui_core::language::Language;
use zhanggui_core::reviews::list::{ReviewLine, ReviewList, ReviewQuery};
use zhanggui_core::reviews::reply::{ReplyKind, TextCheck};
use zhanggui_core::reviews::table::ReviewColumns;
use zhanggui_core::storage::Shop;
use zhanggui_core::task::Task;
use zhanggui_core::time::{Moment, format_local};

use crate::{bad, print};

/// Imports a file of reviews, or says what it would do.
pub fn import(shop: &Shop, file: &Path, mapping: Option<&Path>, dry_run: bool, json: bool, now: Moment) -> Result<()> {
    let task = Task::quiet();
    let table = PlainTable::read(shop, &Source::new(file), &task)?;
    let names = mapping.map(crate::import::read_mapping).transpose()?;
    let columns = names.map(|names| ReviewColumns::named(&table, &names)).transpose()?;
    let plan = shop.plan_reviews(&table, columns.as_ref(), &task, now)?;
    if !dry_run {
        shop.apply_reviews(&plan, &task, now.at)?;
    }
    let answer = json!({
        "file": plan.file,
        "rows": plan.rows,
        "reviews": {"new": plan.new, "changed": plan.changed, "unchanged": plan.unchanged},
        "linked": plan.linked,
        "unlinked": plan.unlinked,
        "negative": plan.ratings.0,
        "neutral": plan.ratings.1,
        "positive": plan.ratings.2,
        "rejected": plan.rejected,
        "applied": !dry_run,
    });
    print::value(json, &answer, |_| {
        let mut lines = vec![format!(
            "{}: {} new ({} negative, {} neutral, {} positive), {} changed, {} unchanged; {} of the new ones without a known buyer",
            plan.file, plan.new, plan.ratings.0, plan.ratings.1, plan.ratings.2, plan.changed, plan.unchanged, plan.unlinked
        )];
        lines.extend(plan.rejected.iter().map(|r| format!("  row {}, {}: {:?}: {}", r.row, r.column, r.value, r.reason)));
        lines.join("\n")
    })
}

fn in_words(line: &ReviewLine, now: Moment) -> String {
    let words: String = line.text.chars().take(40).collect();
    format!(
        "{:>6}  {:<8}  {}  {:>5} h  {:<9}  {}  {}  {words}",
        line.id,
        line.rating.as_str(),
        format_local(line.reviewed_at, now.zone),
        line.hours,
        line.step.as_str(),
        line.name,
        line.product
    )
}

/// The reviews to be seen to, or with `all` every one.
pub fn list(shop: &Shop, query: Option<&str>, all: bool, limit: i64, json: bool, now: Moment) -> Result<()> {
    let list = if all { ReviewList::All } else { ReviewList::Queue };
    let query = ReviewQuery { list, text: query.unwrap_or("").to_owned(), ..ReviewQuery::default() };
    let page = shop.reviews(&query, 0, limit.max(0), now)?;
    print::value(json, &json!({"total": page.total, "reviews": page.rows}), |_| {
        let mut lines: Vec<String> = page.rows.iter().map(|line| in_words(line, now)).collect();
        lines.push(format!("{} in all", page.total));
        lines.join("\n")
    })
}

/// One review, whole.
pub fn show(shop: &Shop, key: &str, json: bool, now: Moment) -> Result<()> {
    let id = key.trim_start_matches('#').parse().map_err(|_| bad("review", key, "not_an_id"))?;
    let review = shop.review(id, now)?;
    print::value(json, &review, |review| {
        let mut lines = vec![in_words(&review.line, now), format!("  {}", review.words)];
        if !review.reply.is_empty() {
            lines.push(format!("  reply: {}", review.reply));
        }
        lines.extend(
            review.versions.iter().map(|v| format!("  until {}: {} {}", format_local(v.seen_at, now.zone), v.rating.as_str(), v.text)),
        );
        lines.join("\n")
    })
}

/// Checks each line of a file.
pub fn check_text(shop: &Shop, file: &Path, json: bool) -> Result<()> {
    let text =
        if file == Path::new("-") { read_text_from(std::io::stdin().lock(), Path::new("standard input"))? } else { read_text(file)? };
    let texts: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let checks = shop.check_texts(&texts, ReplyKind::Public, Language::English)?;
    print::value(json, &checks, |checks| checks.iter().map(said).collect::<Vec<_>>().join("\n"))
}

fn said(check: &TextCheck) -> String {
    let mut found = Vec::new();
    if check.incentive.found {
        found.push(format!("offer for a review: {}", check.incentive.advice));
    }
    if let Some(twin) = &check.twin {
        found.push(format!("{:.0}% like: {}", twin.likeness * 100.0, twin.text));
    }
    found.extend(check.reader.iter().map(|finding| finding.as_str().to_owned()));
    format!("{}\n  {}", check.text, if found.is_empty() { "nothing found".to_owned() } else { found.join("\n  ") })
}
