//! `template`, `quote` and `replay`.

use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;
use zhanggui_core::address::Habits;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::files::read_text;
use zhanggui_core::language::Language;
use zhanggui_core::shipping::exchange::{read_basket, read_template, write_template};
use zhanggui_core::shipping::explain::words;
use zhanggui_core::shipping::past::Period;
use zhanggui_core::shipping::replay::{Against, ReplayQuery};
use zhanggui_core::shipping::store::{Kind, TemplateDraft};
use zhanggui_core::shipping::{Template, quote};
use zhanggui_core::storage::Shop;
use zhanggui_core::time::{parse_zone, start_of_day};

use crate::args::TemplateCall;
use crate::{bad, print};

/// A template by its file, else by its name in the shop.
fn template(key: &str, open: &dyn Fn() -> Result<Shop>, today: NaiveDate) -> Result<Template> {
    let path = Path::new(key);
    if path.is_file() {
        return read_template(&read_text(path)?);
    }
    let stored = open()?.template_by_name(key, Kind::Charge)?;
    stored.on(today).cloned().ok_or_else(|| Error::NotFound { what: "template", key: key.to_owned() })
}

/// Several templates of one basket.
pub fn run_quote(
    keys: &[String],
    basket: &Path,
    chinese: bool,
    json: bool,
    open: &dyn Fn() -> Result<Shop>,
    today: NaiveDate,
) -> Result<()> {
    let templates: Vec<Template> = keys.iter().map(|key| template(key, open, today)).collect::<Result<_>>()?;
    let basket = read_basket(&read_text(basket)?)?;
    let found = quote(&templates[..], &basket, &Habits::default())?;
    let steps = words(&found, if chinese { Language::Chinese } else { Language::English });
    let value = json!({
        "fee": found.fee, "currency": found.currency, "free": found.free, "lines": found.lines, "steps": steps,
        "alternatives": found.alternatives, "region": found.region, "depends_on": found.depends_on,
    });
    print::value(json, &value, |_| format!("{}\n{}", print::money(found.fee, &found.currency), steps.join("\n")))
}

/// What is asked of a replay.
pub struct ReplayArgs<'a> {
    pub template: &'a str,
    pub method: Option<&'a str>,
    pub since: Option<&'a str>,
    pub until: Option<&'a str>,
    pub against_templates: bool,
}

pub fn run_replay(shop: Shop, args: &ReplayArgs<'_>, json: bool, today: NaiveDate) -> Result<()> {
    // Days are those of the first shop's clock.
    let shops = shop.read(zhanggui_core::shops::list)?;
    let zone = shops.first().and_then(|s| parse_zone(&s.time_zone)).unwrap_or(chrono_tz_of_this_computer());
    let day = |text: &str, field: &'static str| {
        let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| bad(field, text, "not_a_day"))?;
        Ok::<_, Error>(parsed)
    };
    let since = args.since.map(|t| day(t, "since")).transpose()?;
    let until = args.until.map(|t| day(t, "until")).transpose()?.and_then(|d| d.succ_opt());
    let period = Period { since: since.and_then(|d| start_of_day(d, zone)), until: until.and_then(|d| start_of_day(d, zone)) };
    let path = Path::new(args.template);
    let template = if path.is_file() {
        read_template(&read_text(path)?)?
    } else {
        let stored = shop.template_by_name(args.template, Kind::Charge)?;
        stored.on(today).cloned().ok_or_else(|| Error::NotFound { what: "template", key: args.template.to_owned() })?
    };
    let against = if args.against_templates { Against::Templates } else { Against::Charged };
    let query = ReplayQuery { template, method: args.method.map(str::to_owned), period, against };
    let found = shop.replay(&query, &crate::import::watched(json))?;
    print::value(json, &found, |r| {
        let money = |minor: i64| print::money(minor, &r.currency);
        let mut lines = vec![
            format!("{} of {} orders computed, {} free", r.computed, r.orders, r.free),
            format!("  buyers: {} before, {} with {}", money(r.old_fees), money(r.new_fees), r.template),
            format!(
                "  {} pay more ({}), {} pay less ({}), {} the same",
                r.more.orders,
                money(r.more.amount),
                r.less.orders,
                money(r.less.amount),
                r.same
            ),
            format!(
                "  below courier's cost: {} before, {} then, of {} with a known cost",
                r.cost.old_below.orders, r.cost.new_below.orders, r.cost.known
            ),
            format!("  losing money: {} before, {} then, of {} with known costs", r.loss.old.orders, r.loss.new.orders, r.loss.known),
            format!("  left out: {} never sent, {} in another currency, {} without a date", r.not_sent, r.other_currency, r.undated),
        ];
        lines.extend(r.not_computed.iter().map(|n| format!("  not computed: {} × {:?}", n.orders, n.reason)));
        lines.join("\n")
    })
}

fn chrono_tz_of_this_computer() -> zhanggui_core::time::Zone {
    parse_zone(&crate::zone()).unwrap_or_default()
}

pub fn run_template(shop: &Shop, call: &TemplateCall, json: bool, now: i64, today: NaiveDate) -> Result<()> {
    match call {
        TemplateCall::Import { file, as_version, courier } => {
            let template = read_template(&read_text(file)?)?;
            let kind = if courier.is_some() { Kind::Cost } else { Kind::Charge };
            let id = if *as_version { Some(shop.template_by_name(&template.name, kind)?.line.id) } else { None };
            let draft = TemplateDraft { id, replaces: None, kind, courier: courier.clone().unwrap_or_default(), template };
            let (_, id) = shop.save_template(&draft, now)?;
            print::value(json, &json!({"id": id, "name": draft.template.name.trim()}), |_| {
                format!("{} is template {id}", draft.template.name)
            })
        }
        TemplateCall::Export { name, out } => {
            let stored = shop.template_by_name(name, Kind::Charge).or_else(|_| shop.template_by_name(name, Kind::Cost))?;
            let template = stored.on(today).ok_or_else(|| Error::NotFound { what: "template", key: name.clone() })?;
            zhanggui_core::files::write_text(out, &write_template(template)?)?;
            print::value(json, &json!({"file": out, "name": name}), |_| format!("{name} written to {}", out.display()))
        }
        TemplateCall::List => {
            let all = shop.templates()?;
            print::value(json, &json!({"templates": all}), |_| {
                let words = |t: &zhanggui_core::shipping::store::TemplateLine| {
                    let marks =
                        [(t.is_default, " default"), (t.archived, " archived")].iter().filter(|m| m.0).map(|m| m.1).collect::<String>();
                    format!("{:>4}  {}{marks}  {}", t.id, t.name, t.methods.join(", "))
                };
                all.iter().map(words).collect::<Vec<_>>().join("\n")
            })
        }
    }
}
