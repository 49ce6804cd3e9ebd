//! Questions about fees: regions, the calculator, addresses, what past orders say, how couriers do.

use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::language::Language;
use zhanggui_core::money::Currency;
use zhanggui_core::regions::RegionCode;
use zhanggui_core::regions::groups::{RegionGroup, groups};
use zhanggui_core::regions::search::{RegionNode, search};
use zhanggui_core::shipping::calculator::{CalculatorForm, QuoteView};
use zhanggui_core::shipping::finder::{By, Finder, FinderQuery};
use zhanggui_core::shipping::form::TemplateForm;
use zhanggui_core::shipping::past::Period;
use zhanggui_core::shipping::replay::{Against, Replay, ReplayQuery};
use zhanggui_core::shipping::scorecard::CourierLine;
use zhanggui_core::storage::Shop;
use zhanggui_core::time::{parse_zone, start_of_day};

use super::changing::watched;
use super::templates::template_of;
use crate::desk::{desk, now, today};
use crate::failure::{Answer, off_thread};

/// Days of the shop's own clock, `YYYY-MM-DD`; empty: no end.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct Days {
    from: String,
    to: String,
}

/// Days as seconds, by the clock of the first shop.
fn period(shop: &Shop, days: &Days) -> Result<Period> {
    let zone = shop.read(zhanggui_core::shops::list)?.first().and_then(|s| parse_zone(&s.time_zone));
    let zone = zone.or_else(|| parse_zone(&crate::desk::zone())).unwrap_or_default();
    let day = |text: &str| match text {
        "" => Ok(None),
        text => match chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) => Ok(Some(day)),
            Err(_) => Err(Error::BadValue { field: "day", value: text.to_owned(), reason: "not_a_day" }),
        },
    };
    let since = day(&days.from)?.and_then(|d| start_of_day(d, zone));
    let until = day(&days.to)?.and_then(|d| d.succ_opt()).and_then(|d| start_of_day(d, zone));
    Ok(Period { since, until })
}

/// A region of the tree.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Regions {
    /// Code, name, and the code of what it lies in (empty for a province), in the order of the codes; a
    /// municipality's districts stand directly under it.
    all: Vec<(RegionCode, String, String)>,
    groups: Vec<RegionGroup>,
}

/// The whole tree with the groups sellers use.
#[tauri::command]
#[specta::specta]
pub async fn regions() -> Answer<Regions> {
    off_thread(|| {
        fn add(above: Option<RegionCode>, all: &mut Vec<(RegionCode, String, String)>) {
            for node in zhanggui_core::regions::search::children(above) {
                all.push((node.code, node.name, above.map(|c| c.to_string()).unwrap_or_default()));
                if node.has_children {
                    add(Some(node.code), all);
                }
            }
        }
        let mut all = Vec::new();
        add(None, &mut all);
        Ok(Regions { all, groups: groups() })
    })
    .await
}

/// Regions by name, pinyin, initials or code.
#[tauri::command]
#[specta::specta]
pub async fn search_regions(text: String) -> Answer<Vec<RegionNode>> {
    off_thread(move || Ok(search(&text, 60))).await
}

/// A fee with its steps in words.
#[tauri::command]
#[specta::specta]
pub async fn calculate(app: AppHandle, form: CalculatorForm, language: Language) -> Answer<QuoteView> {
    off_thread(move || desk(&app).shop()?.calculate(&form, language, today())).await
}

/// An order as the calculator's form.
#[tauri::command]
#[specta::specta]
pub async fn calculator_form_of(app: AppHandle, order: i64) -> Answer<CalculatorForm> {
    off_thread(move || desk(&app).shop()?.calculator_form_of(order)).await
}

/// Plays a form over past orders.
#[tauri::command]
#[specta::specta]
pub async fn replay_template(
    app: AppHandle,
    form: TemplateForm,
    method: Option<String>,
    days: Days,
    against: Against,
    task: u32,
) -> Answer<Replay> {
    off_thread(move || {
        let template = template_of(&form)?;
        watched(&app, task, |shop, watch| shop.replay(&ReplayQuery { template, method, period: period(shop, &days)?, against }, watch))
    })
    .await
}

/// What is asked of the free-from finder.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct FreeFromQuestion {
    form: TemplateForm,
    method: Option<String>,
    days: Days,
    by: By,
    fill_up_percent: u32,
    near_percent: u32,
}

/// What each threshold would have meant.
#[tauri::command]
#[specta::specta]
pub async fn find_free_from(app: AppHandle, question: FreeFromQuestion, task: u32) -> Answer<Finder> {
    off_thread(move || {
        let template = template_of(&question.form)?;
        watched(&app, task, |shop, watch| {
            let query = FinderQuery {
                template,
                method: question.method,
                period: period(shop, &question.days)?,
                by: question.by,
                fill_up_percent: question.fill_up_percent,
                near_percent: question.near_percent,
            };
            shop.find_free_from(&query, watch)
        })
    })
    .await
}

/// How couriers do.
#[tauri::command]
#[specta::specta]
pub async fn courier_scorecard(app: AppHandle, days: Days, currency: Currency, task: u32) -> Answer<Vec<CourierLine>> {
    off_thread(move || watched(&app, task, |shop, watch| shop.courier_scorecard(period(shop, &days)?, currency.as_str(), watch, now())))
        .await
}
