//! Shipping: templates, the calculator, products, what past orders say, couriers.

use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::address::{AddressParts, Habits};
use zhanggui_core::error::{Error, Result, file_name};
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::import::source::Source;
use zhanggui_core::language::Language;
use zhanggui_core::money::Currency;
use zhanggui_core::products::edit::ProductValue;
use zhanggui_core::products::list::{ProductLine, ProductSales};
use zhanggui_core::products::table_file::ProductTablePlan;
use zhanggui_core::regions::RegionCode;
use zhanggui_core::regions::groups::{RegionGroup, groups};
use zhanggui_core::regions::search::{RegionNode, search};
use zhanggui_core::shipping::bill::{BillColumns, BillPlan, KeptBill};
use zhanggui_core::shipping::calculator::{CalculatorForm, QuoteView};
use zhanggui_core::shipping::exchange::{read_template, write_template};
use zhanggui_core::shipping::finder::{By, Finder, FinderQuery};
use zhanggui_core::shipping::form::{FormError, TemplateForm};
use zhanggui_core::shipping::lint::{Finding, look_over};
use zhanggui_core::shipping::past::Period;
use zhanggui_core::shipping::replay::{Against, Replay, ReplayQuery};
use zhanggui_core::shipping::scorecard::CourierLine;
use zhanggui_core::shipping::store::{Kind, TemplateDraft, TemplateLine};
use zhanggui_core::shipping::{Template, validate};
use zhanggui_core::storage::{Change, Shop};
use zhanggui_core::task::Task;
use zhanggui_core::time::{parse_zone, start_of_day};

use super::customers::op_name;
use crate::desk::{changed, desk, now, today};
use crate::failure::{Answer, Failure, off_thread};

/// A template with a form for each of its versions, the newest first.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TemplateForms {
    line: TemplateLine,
    forms: Vec<TemplateForm>,
}

/// What a look at a form says.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct FormCheck {
    /// Fields that are not understood.
    errors: Vec<FormError>,
    /// Why it cannot be saved, where its fields are understood.
    failure: Option<Failure>,
    /// What looks wrong.
    findings: Vec<FormFinding>,
}

/// A finding with the mended template as a form.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct FormFinding {
    finding: Finding,
    mended: Option<TemplateForm>,
}

/// Days of the shop's own clock, `YYYY-MM-DD`; empty: no end.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct Days {
    from: String,
    to: String,
}

fn changes(app: &AppHandle, change: impl FnOnce(&Shop) -> Result<Change>) -> Result<Change> {
    let change = change(&*desk(app).shop()?)?;
    changed(app, &op_name(&change));
    Ok(change)
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

/// The template a form says, or the first field that is not understood.
fn template_of(form: &TemplateForm) -> Result<Template> {
    form.read().map_err(|errors| match errors.into_iter().next() {
        Some(error) => Error::BadTemplate { place: error.place, reason: error.value },
        None => Error::BadTemplate { place: String::new(), reason: String::new() },
    })
}

/// Runs long work under the window's number, so that it can be watched and stopped.
fn watched<T>(app: &AppHandle, task: u32, work: impl FnOnce(&Shop, &Task) -> Result<T>) -> Result<T> {
    let desk = desk(app);
    let shop = desk.shop()?;
    let watch = desk.begin(app, task);
    let done = work(&shop, &watch);
    desk.end(task);
    done
}

/// All templates.
#[tauri::command]
#[specta::specta]
pub async fn templates(app: AppHandle) -> Answer<Vec<TemplateLine>> {
    off_thread(move || desk(&app).shop()?.templates()).await
}

/// One template as forms.
#[tauri::command]
#[specta::specta]
pub async fn template_forms(app: AppHandle, id: i64) -> Answer<TemplateForms> {
    off_thread(move || {
        let stored = desk(&app).shop()?.template(id)?;
        Ok(TemplateForms { forms: stored.versions.iter().map(TemplateForm::of).collect(), line: stored.line })
    })
    .await
}

/// An empty form in the currency of the shop.
#[tauri::command]
#[specta::specta]
pub async fn blank_template(app: AppHandle) -> Answer<TemplateForm> {
    off_thread(move || {
        let shops = desk(&app).shop()?.read(zhanggui_core::shops::list)?;
        let currency = shops.first().and_then(|s| Currency::parse(&s.currency)).unwrap_or(Currency::CNY);
        Ok(TemplateForm::blank(currency))
    })
    .await
}

/// Looks a form over; `deep` beside the shop's products and last orders as well.
#[tauri::command]
#[specta::specta]
pub async fn check_template(app: AppHandle, form: TemplateForm, deep: bool) -> Answer<FormCheck> {
    off_thread(move || {
        let template = match form.read() {
            Ok(template) => template,
            Err(errors) => return Ok(FormCheck { errors, failure: None, findings: Vec::new() }),
        };
        let failure = validate::template(&template).err().map(Failure::from);
        let findings =
            if deep && failure.is_none() { desk(&app).shop()?.lint_template(&template, &Task::quiet())? } else { look_over(&template) };
        let findings = findings
            .into_iter()
            .map(|finding| FormFinding {
                mended: finding.mended.as_ref().map(TemplateForm::of),
                finding: Finding { mended: None, ..finding },
            })
            .collect();
        Ok(FormCheck { errors: Vec::new(), failure, findings })
    })
    .await
}

/// What is saved of a form.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct SaveTemplate {
    id: Option<i64>,
    replaces: Option<String>,
    kind: Kind,
    courier: String,
    form: TemplateForm,
}

/// Saves a template or a version of one; its id comes back.
#[tauri::command]
#[specta::specta]
pub async fn save_template(app: AppHandle, save: SaveTemplate) -> Answer<i64> {
    off_thread(move || {
        let template = template_of(&save.form)?;
        let draft = TemplateDraft { id: save.id, replaces: save.replaces, kind: save.kind, courier: save.courier, template };
        let (change, id) = desk(&app).shop()?.save_template(&draft, now())?;
        changed(&app, &op_name(&change));
        Ok(id)
    })
    .await
}

/// Copies a template; the copy's id comes back.
#[tauri::command]
#[specta::specta]
pub async fn copy_template(app: AppHandle, id: i64, name: String) -> Answer<i64> {
    off_thread(move || {
        let (change, copy) = desk(&app).shop()?.copy_template(id, &name, now())?;
        changed(&app, &op_name(&change));
        Ok(copy)
    })
    .await
}

/// Puts a template away or takes it out again.
#[tauri::command]
#[specta::specta]
pub async fn archive_template(app: AppHandle, id: i64, archived: bool) -> Answer<Change> {
    off_thread(move || changes(&app, |shop| shop.archive_template(id, archived, now()))).await
}

/// Makes a template the default one.
#[tauri::command]
#[specta::specta]
pub async fn default_template(app: AppHandle, id: i64) -> Answer<Change> {
    off_thread(move || changes(&app, |shop| shop.default_template(id, now()))).await
}

/// Deletes a version of a template, or the template with its last one.
#[tauri::command]
#[specta::specta]
pub async fn delete_template_version(app: AppHandle, id: i64, valid_from: String) -> Answer<Change> {
    off_thread(move || changes(&app, |shop| shop.delete_template_version(id, &valid_from, now()))).await
}

/// Reads a template from a file that the system's dialog asks for, as a form to look at; `None` where it was left.
#[tauri::command]
#[specta::specta]
pub async fn open_template_file(app: AppHandle) -> Answer<Option<TemplateForm>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        let dialog = app.dialog().file().set_title(language.say("选择运费模板文件", "Choose a template file"));
        let picked = dialog.add_filter("JSON", &["json"]).blocking_pick_file();
        let Some(path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        let bytes = std::fs::read(&path).map_err(|e| Error::file(&path, e))?;
        let text =
            String::from_utf8(bytes).map_err(|_| Error::BadTemplate { place: file_name(&path), reason: "not UTF-8 text".to_owned() })?;
        Ok(Some(TemplateForm::of(&read_template(&text)?)))
    })
    .await
}

/// Writes a version of a template to a file that the system's dialog asks for; its name comes back.
#[tauri::command]
#[specta::specta]
pub async fn save_template_file(app: AppHandle, id: i64, valid_from: String) -> Answer<Option<String>> {
    off_thread(move || {
        let stored = desk(&app).shop()?.template(id)?;
        let version = stored.versions.iter().find(|v| v.valid_from.as_deref().unwrap_or("") == valid_from);
        let template = version.ok_or_else(|| Error::NotFound { what: "template", key: stored.line.name.clone() })?;
        let language = crate::menu::language(&app);
        let dialog = app.dialog().file().set_title(language.say("保存运费模板", "Save the template"));
        let picked = dialog.set_file_name(format!("{}.json", stored.line.name)).add_filter("JSON", &["json"]).blocking_save_file();
        let Some(mut path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        if path.extension().is_none() {
            path.set_extension("json");
        }
        zhanggui_core::export::files::write_text(&path, &write_template(template)?)?;
        Ok(Some(file_name(&path)))
    })
    .await
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

/// A pasted text as name, phone, place and detail.
#[tauri::command]
#[specta::specta]
pub async fn parse_address(text: String) -> Answer<AddressParts> {
    off_thread(move || Ok(zhanggui_core::address::parse(&text, &Habits::default()))).await
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

/// Every product.
#[tauri::command]
#[specta::specta]
pub async fn products(app: AppHandle) -> Answer<Vec<ProductLine>> {
    off_thread(move || desk(&app).shop()?.products()).await
}

/// What was sold of each product.
#[tauri::command]
#[specta::specta]
pub async fn product_sales(app: AppHandle) -> Answer<Vec<ProductSales>> {
    off_thread(move || desk(&app).shop()?.product_sales()).await
}

/// Sets values of products.
#[tauri::command]
#[specta::specta]
pub async fn edit_products(app: AppHandle, values: Vec<ProductValue>, currency: Currency) -> Answer<Change> {
    off_thread(move || changes(&app, |shop| shop.edit_products(&values, currency, now()))).await
}

/// A plan with the number to apply it by.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct KeptPlan<T> {
    id: u32,
    plan: T,
}

/// What a pasted table of products would change.
#[tauri::command]
#[specta::specta]
pub async fn plan_pasted_products(app: AppHandle, text: String, currency: Currency) -> Answer<KeptPlan<ProductTablePlan>> {
    off_thread(move || {
        let desk = desk(&app);
        let plan = desk.shop()?.plan_product_table(&PlainTable::pasted(&text)?, currency)?;
        Ok(KeptPlan { id: desk.keep_product_plan(plan.clone()), plan })
    })
    .await
}

/// What a file of products would change; the system's dialog asks for it.
#[tauri::command]
#[specta::specta]
pub async fn plan_product_file(app: AppHandle, currency: Currency, task: u32) -> Answer<Option<KeptPlan<ProductTablePlan>>> {
    off_thread(move || {
        let Some(source) = pick_table(&app, "选择商品表", "Choose a table of products") else { return Ok(None) };
        let plan = watched(&app, task, |shop, watch| shop.plan_product_table(&PlainTable::read(shop, &source, watch)?, currency))?;
        Ok(Some(KeptPlan { id: desk(&app).keep_product_plan(plan.clone()), plan }))
    })
    .await
}

/// Sets what a plan says.
#[tauri::command]
#[specta::specta]
pub async fn apply_product_plan(app: AppHandle, plan: u32, currency: Currency) -> Answer<Change> {
    off_thread(move || {
        let kept = desk(&app).take_product_plan(plan)?;
        changes(&app, |shop| shop.apply_product_table(&kept, currency, now()))
    })
    .await
}

pub(super) fn pick_table(app: &AppHandle, chinese: &'static str, english: &'static str) -> Option<Source> {
    let language = crate::menu::language(app);
    let dialog = app.dialog().file().set_title(language.say(chinese, english));
    let dialog = dialog.add_filter(language.say("表格", "Tables"), &["csv", "tsv", "txt", "xlsx", "xls", "CSV", "XLSX", "XLS"]);
    dialog.blocking_pick_file().and_then(|p| p.into_path().ok()).map(|path| Source::new(&path))
}

/// Lines of a bill the window shows.
const SHOWN_LINES: usize = 500;

/// What a courier's bill says; the system's dialog asks for it.
#[tauri::command]
#[specta::specta]
pub async fn plan_bill(app: AppHandle, currency: Currency, task: u32) -> Answer<Option<KeptPlan<BillPlan>>> {
    off_thread(move || {
        let Some(source) = pick_table(&app, "选择快递账单", "Choose a courier's bill") else { return Ok(None) };
        let table = watched(&app, task, |shop, watch| PlainTable::read(shop, &source, watch))?;
        let plan = watched(&app, task, |shop, watch| shop.plan_bill(&table, None, currency, watch))?;
        Ok(Some(shown_bill(&app, table, plan)))
    })
    .await
}

/// The same bill with other columns.
#[tauri::command]
#[specta::specta]
pub async fn map_bill(app: AppHandle, plan: u32, columns: BillColumns, currency: Currency, task: u32) -> Answer<KeptPlan<BillPlan>> {
    off_thread(move || {
        let (table, _) = desk(&app).take_bill_plan(plan)?;
        let plan = watched(&app, task, |shop, watch| shop.plan_bill(&table, Some(columns), currency, watch))?;
        Ok(shown_bill(&app, table, plan))
    })
    .await
}

/// The differences first: they are what a bill is looked through for.
fn shown_bill(app: &AppHandle, table: PlainTable, plan: BillPlan) -> KeptPlan<BillPlan> {
    let mut shown = plan.clone();
    shown.lines.sort_by_key(|l| (l.expected.is_none_or(|e| e == l.cost) && l.order.is_some(), l.row));
    shown.lines.truncate(SHOWN_LINES);
    shown.rejected.truncate(SHOWN_LINES);
    KeptPlan { id: desk(app).keep_bill_plan(table, plan), plan: shown }
}

/// Keeps a bill.
#[tauri::command]
#[specta::specta]
pub async fn keep_bill(app: AppHandle, plan: u32, courier: String, currency: Currency) -> Answer<Change> {
    off_thread(move || {
        let (_, kept) = desk(&app).take_bill_plan(plan)?;
        changes(&app, |shop| shop.keep_bill(&kept, &courier, currency, now()))
    })
    .await
}

/// The bills that were kept.
#[tauri::command]
#[specta::specta]
pub async fn bills(app: AppHandle) -> Answer<Vec<KeptBill>> {
    off_thread(move || desk(&app).shop()?.bills()).await
}

/// Takes a kept bill away.
#[tauri::command]
#[specta::specta]
pub async fn delete_bill(app: AppHandle, id: i64) -> Answer<Change> {
    off_thread(move || changes(&app, |shop| shop.delete_bill(id, now()))).await
}

/// How couriers do.
#[tauri::command]
#[specta::specta]
pub async fn courier_scorecard(app: AppHandle, days: Days, currency: Currency, task: u32) -> Answer<Vec<CourierLine>> {
    off_thread(move || watched(&app, task, |shop, watch| shop.courier_scorecard(period(shop, &days)?, currency.as_str(), watch, now())))
        .await
}
