//! Reviews: lists, one whole, what is done about it, files in, replies, evidence, outcomes and scores.

use std::sync::Arc;

use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::error::{Error, Result, file_name};
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::import::source::Source;
use zhanggui_core::language::Language;
use zhanggui_core::reviews::call_sheet::CallSheet;
use zhanggui_core::reviews::detail::Review;
use zhanggui_core::reviews::draft::ReviewDraft;
use zhanggui_core::reviews::follow::ReviewEdit;
use zhanggui_core::reviews::insight::ReviewInsight;
use zhanggui_core::reviews::list::{ReviewPage, ReviewQuery};
use zhanggui_core::reviews::paste::{Pasted, PastedReview};
use zhanggui_core::reviews::plan::{ReviewImport, ReviewPlan};
use zhanggui_core::reviews::reply::{ReplyCheck, ReplyKind};
use zhanggui_core::reviews::scores::{ScoreLog, ShopScore};
use zhanggui_core::reviews::suspicion::Sign;
use zhanggui_core::reviews::table::ReviewColumns;
use zhanggui_core::reviews::words::ReviewCause;
use zhanggui_core::storage::Change;

use crate::desk::{desk, moment, now};
use crate::failure::{Answer, off_thread};

use super::changing::{change, changes, pick_table, reads, watched};

/// A window of the reviews.
#[tauri::command]
#[specta::specta]
pub async fn reviews(app: AppHandle, query: ReviewQuery, from: i64, count: i64) -> Answer<ReviewPage> {
    reads(app, move |shop| shop.reviews(&query, from.max(0), count.clamp(0, 1000), moment())).await
}

/// One review, whole.
#[tauri::command]
#[specta::specta]
pub async fn review(app: AppHandle, id: i64) -> Answer<Review> {
    reads(app, move |shop| shop.review(id, moment())).await
}

/// The five signs of a review, as facts.
#[tauri::command]
#[specta::specta]
pub async fn review_signs(app: AppHandle, id: i64) -> Answer<Vec<Sign>> {
    reads(app, move |shop| shop.review_signs(id)).await
}

/// Says something of a review.
#[tauri::command]
#[specta::specta]
pub async fn edit_review(app: AppHandle, id: i64, edit: ReviewEdit) -> Answer<Change> {
    changes(app, move |shop| shop.edit_review(id, &edit, now())).await
}

/// Removes a review.
#[tauri::command]
#[specta::specta]
pub async fn delete_review(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_review(id, now())).await
}

/// Opens or joins a case for the fault behind a review; the case's number.
#[tauri::command]
#[specta::specta]
pub async fn open_case_of_review(app: AppHandle, id: i64) -> Answer<i64> {
    off_thread(move || {
        let (done, case) = desk(&app).shop()?.open_case_of_review(id, moment())?;
        change(&app, &done);
        Ok(case)
    })
    .await
}

/// What to have before one's eyes in a call.
#[tauri::command]
#[specta::specta]
pub fn call_sheet(cause: ReviewCause, language: Language) -> CallSheet {
    zhanggui_core::reviews::call_sheet::call_sheet(cause, language)
}

/// Checks a reply while it is written.
#[tauri::command]
#[specta::specta]
pub async fn check_reply(app: AppHandle, id: i64, kind: ReplyKind, text: String, language: Language) -> Answer<ReplyCheck> {
    reads(app, move |shop| shop.check_reply(Some(id), kind, &text, language)).await
}

/// Keeps the public reply that was put on the platform.
#[tauri::command]
#[specta::specta]
pub async fn keep_reply(app: AppHandle, id: i64, text: String) -> Answer<Change> {
    changes(app, move |shop| shop.keep_reply(id, &text, now())).await
}

/// A table of reviews that is looked at: what it would do, or why its columns must be said first.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct LookedAtReviews {
    id: u32,
    file: String,
    header: Vec<String>,
    /// The first rows, to map the columns by.
    first_rows: Vec<Vec<String>>,
    columns: ReviewColumns,
    plan: Option<ReviewPlan>,
    /// What is not known yet, where there is no plan: `rating`, `reviewed_at`, `who`.
    lacks: String,
}

/// What was pasted: a table that is looked at, or single reviews to complete.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum PastedReviews {
    /// A table.
    Table(Box<LookedAtReviews>),
    /// Single ones.
    Single(Vec<PastedReview>),
}

/// Lines the window shows of a plan.
const SHOWN: usize = 300;

/// What a file of reviews would do: one that waits, or the one that the system's dialog asks for.
#[tauri::command]
#[specta::specta]
pub async fn plan_review_file(app: AppHandle, file: Option<u32>, task: u32) -> Answer<Option<LookedAtReviews>> {
    off_thread(move || {
        let source = match file {
            Some(id) => {
                let path = desk(&app).path(id)?;
                desk(&app).forget_files(&[id]);
                Source::new(&path)
            }
            None => match pick_table(&app, "选择评价表", "Choose a file of reviews") {
                Some(source) => source,
                None => return Ok(None),
            },
        };
        let table = watched(&app, task, |shop, watch| PlainTable::read(shop, &source, watch))?;
        looked_at(&app, Arc::new(table), None, None, task).map(Some)
    })
    .await
}

/// What pasted reviews would do, or what they say.
#[tauri::command]
#[specta::specta]
pub async fn plan_pasted_reviews(app: AppHandle, text: String, task: u32) -> Answer<PastedReviews> {
    off_thread(move || {
        let pasted = desk(&app).shop()?.read_pasted_reviews(&text, moment())?;
        Ok(match pasted {
            Pasted::Table(table) => PastedReviews::Table(Box::new(looked_at(&app, Arc::new(table), None, None, task)?)),
            Pasted::Blocks(blocks) => PastedReviews::Single(blocks),
        })
    })
    .await
}

/// The same table with other columns.
#[tauri::command]
#[specta::specta]
pub async fn map_reviews(app: AppHandle, plan: u32, columns: ReviewColumns, task: u32) -> Answer<LookedAtReviews> {
    off_thread(move || {
        let table = desk(&app).reviews.get(plan)?.0.clone();
        looked_at(&app, table, Some(columns), Some(plan), task)
    })
    .await
}

/// What reviews entered by hand would do.
#[tauri::command]
#[specta::specta]
pub async fn plan_review_drafts(app: AppHandle, drafts: Vec<ReviewDraft>) -> Answer<LookedAtReviews> {
    off_thread(move || {
        let plan = desk(&app).shop()?.plan_review_drafts(drafts, moment())?;
        let table = PlainTable { file: String::new(), header: Vec::new(), rows: Vec::new() };
        Ok(shown(&app, Arc::new(table), ReviewColumns::default(), None, Some(plan), String::new()))
    })
    .await
}

/// Does what a plan says.
#[tauri::command]
#[specta::specta]
pub async fn apply_reviews(app: AppHandle, plan: u32, task: u32) -> Answer<ReviewImport> {
    off_thread(move || {
        let (done, mut report) = desk(&app).reviews.once(plan, |(_, kept)| {
            let kept = kept.as_ref().ok_or_else(|| Error::NotFound { what: "plan", key: plan.to_string() })?;
            watched(&app, task, |shop, watch| shop.apply_reviews(kept, watch, now()))
        })?;
        change(&app, &done);
        report.rejected.truncate(SHOWN);
        Ok(report)
    })
    .await
}

fn looked_at(
    app: &AppHandle,
    table: Arc<PlainTable>,
    columns: Option<ReviewColumns>,
    after: Option<u32>,
    task: u32,
) -> Result<LookedAtReviews> {
    match watched(app, task, |shop, watch| shop.plan_reviews(&table, columns.as_ref(), watch, moment())) {
        Ok(plan) => {
            let columns = plan.columns.clone();
            Ok(shown(app, table, columns, after, Some(plan), String::new()))
        }
        Err(Error::BadMapping(_)) => {
            let columns = columns.unwrap_or_else(|| ReviewColumns::proposed(&table));
            let lacks = columns.lacks().unwrap_or_default().to_owned();
            Ok(shown(app, table, columns, after, None, lacks))
        }
        Err(error) => Err(error),
    }
}

/// What the window sees of it: changes and new bad ones first, a part of many. `after` is what it comes from.
fn shown(
    app: &AppHandle,
    table: Arc<PlainTable>,
    columns: ReviewColumns,
    after: Option<u32>,
    plan: Option<ReviewPlan>,
    lacks: String,
) -> LookedAtReviews {
    let (file, header) = (table.file.clone(), table.header.clone());
    let first_rows = table.rows.iter().take(3).map(|(_, cells)| cells.clone()).collect();
    let seen = plan.as_ref().map(|plan| plan.excerpt(SHOWN));
    let desk = desk(app);
    let id = desk.number();
    match after {
        Some(old) => desk.reviews.put_after(old, id, (table, plan)),
        None => desk.reviews.put(id, (table, plan)),
    }
    LookedAtReviews { id, file, header, first_rows, columns, plan: seen, lacks }
}

/// Writes the evidence of a review to a file that the system's dialog asks for; its name.
#[tauri::command]
#[specta::specta]
pub async fn save_evidence(app: AppHandle, id: i64, task: u32) -> Answer<Option<String>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        let dialog = app.dialog().file().set_title(language.say("保存证据包", "Save the evidence"));
        let name = format!("{}-{id}.zip", language.say("评价证据", "review-evidence"));
        let picked = dialog.set_file_name(name).add_filter("ZIP", &["zip"]).blocking_save_file();
        let Some(mut path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        if path.extension().is_none() {
            path.set_extension("zip");
        }
        watched(&app, task, |shop, watch| shop.write_evidence(id, &path, watch, moment()))?;
        Ok(Some(file_name(&path)))
    })
    .await
}

/// What reviews of the last so many days teach.
#[tauri::command]
#[specta::specta]
pub async fn review_insight(app: AppHandle, days: u32) -> Answer<ReviewInsight> {
    reads(app, move |shop| shop.review_insight(now() - i64::from(days) * 86_400, now() + 86_400, moment())).await
}

/// The shop's scores and what happened beside them.
#[tauri::command]
#[specta::specta]
pub async fn score_log(app: AppHandle) -> Answer<ScoreLog> {
    reads(app, |shop| shop.score_log(moment())).await
}

/// Writes a day's scores down.
#[tauri::command]
#[specta::specta]
pub async fn save_score(app: AppHandle, score: ShopScore) -> Answer<Change> {
    changes(app, move |shop| shop.save_score(&score, moment())).await
}

/// Takes a day's scores away.
#[tauri::command]
#[specta::specta]
pub async fn delete_score(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_score(id, now())).await
}

/// Notes what happened on a day.
#[tauri::command]
#[specta::specta]
pub async fn add_shop_note(app: AppHandle, day: String, text: String) -> Answer<Change> {
    changes(app, move |shop| shop.add_shop_note(&day, &text, now())).await
}

/// Takes a note away.
#[tauri::command]
#[specta::specta]
pub async fn delete_shop_note(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_shop_note(id, now())).await
}
