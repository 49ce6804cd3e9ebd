//! The steps of a fee, and how they are said.

use serde::Serialize;

use super::fee::Pool;
use super::quote::Quote;
use super::template::{Bound, Combine, Measure, Rule};
use crate::language::Language;
use crate::money::Currency;
use crate::regions::RegionCode;

/// One step of a fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Where it goes.
    Region {
        /// With what it lies in.
        name: String,
        /// Its code.
        code: RegionCode,
    },
    /// Which template speaks.
    Uses {
        /// Its name.
        template: String,
        /// The first day of the version.
        valid_from: Option<String>,
        /// The way to send.
        method: String,
    },
    /// A product that pays its own share.
    Alone {
        /// The product.
        product: String,
    },
    /// What is billed.
    Quantity {
        /// Lines counted together.
        lines: u32,
        /// In the template's measure.
        quantity: i64,
        /// The measure.
        measure: Measure,
    },
    /// The volume weighs more than the goods.
    Volumetric {
        /// Grams on the scales.
        actual: i64,
        /// Grams billed.
        billed: i64,
        /// cm³ per kg.
        divisor: i64,
    },
    /// The rule and what it makes of the quantity.
    Rule {
        /// The region it names; none for the default.
        region: Option<String>,
        /// The rule.
        rule: Rule,
        /// Its measure.
        measure: Measure,
        /// Begun steps.
        steps: i64,
        /// Minor units.
        fee: i64,
    },
    /// A condition for free shipping is met.
    FreeMet {
        /// The bounds that are kept; none where it is always free there.
        bounds: Vec<Bound>,
    },
    /// A condition for free shipping is missed.
    FreeMissed {
        /// By how much.
        gap: Gap,
    },
    /// 包邮
    SellerPays,
    /// A product with its own fee.
    OwnFee {
        /// The product.
        product: String,
        /// Minor units.
        fee: i64,
    },
    /// A product that is always sent free.
    AlwaysFree {
        /// The product.
        product: String,
    },
    /// Several templates became one fee.
    Combined {
        /// How.
        combine: Combine,
        /// Minor units.
        fee: i64,
        /// How many templates.
        groups: u32,
    },
    /// The address does not say enough.
    DependsOn {
        /// Regions inside it where the answer is another.
        regions: Vec<String>,
    },
}

/// How far from free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Gap {
    /// Whether all of them are needed; otherwise one is enough.
    pub all: bool,
    /// Bounds that are not kept, and by how much, in their unit.
    pub missing: Vec<(Bound, i64)>,
}

impl Gap {
    /// Whole bounds in the place of what is missing of an amount that is not known.
    pub(super) fn forget_amount(&mut self) {
        for (bound, by) in &mut self.missing {
            if let Bound::AmountAtLeast(amount) = bound {
                *by = *amount;
            }
        }
    }
}

/// By how much a pool misses a bound, in the bound's unit.
pub fn distance(bound: Bound, pool: &Pool) -> i64 {
    let weight = pool.weight.unwrap_or(0);
    match bound {
        Bound::AmountAtLeast(n) => n.saturating_sub(pool.amount),
        Bound::PiecesAtLeast(n) => n.saturating_sub(pool.pieces),
        Bound::WeightAtMost(n) => weight.saturating_sub(n),
        Bound::WeightAtLeast(n) => n.saturating_sub(weight),
    }
}

/// A way to send in words.
pub fn method_name(method: &str, language: Language) -> String {
    match method {
        "express" => language.say("快递", "express"),
        "ems" => "EMS",
        "surface" => language.say("平邮", "surface mail"),
        other => other,
    }
    .to_owned()
}

/// Minor units as a buyer reads them: `8元`, `8.50元`, `USD 8.50`.
pub fn money(minor: i64, currency: &str, language: Language) -> String {
    let Some(known) = Currency::parse(currency) else { return minor.to_string() };
    let decimal = crate::money::to_decimal(minor, known);
    let short = decimal.strip_suffix(".00").unwrap_or(&decimal);
    match (known == Currency::CNY, language) {
        (true, Language::Chinese) => format!("{short}元"),
        (true, Language::English) => format!("¥{short}"),
        (false, _) => format!("{known} {decimal}"),
    }
}

/// A quantity in words: `3件`, `1.3 kg`, `800 g`, `1200 cm³`.
pub fn quantity(value: i64, measure: Measure, language: Language) -> String {
    match measure {
        Measure::Piece => match language {
            Language::Chinese => format!("{value}件"),
            Language::English if value == 1 => "1 piece".to_owned(),
            Language::English => format!("{value} pieces"),
        },
        Measure::Weight if value >= 1000 => format!("{} kg", thousandths(value)),
        Measure::Weight => format!("{value} g"),
        Measure::Volume if value >= 100_000 && value % 1000 == 0 => format!("{} m³", thousandths(value / 1000)),
        Measure::Volume => format!("{value} cm³"),
    }
}

pub(super) fn thousandths(value: i64) -> String {
    let text = format!("{}.{:03}", value / 1000, value % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn bound(bound: Bound, currency: &str, language: Language) -> String {
    match bound {
        Bound::AmountAtLeast(n) => {
            language.say(format!("满{}", money(n, currency, language)), format!("{} or more", money(n, currency, language)))
        }
        Bound::PiecesAtLeast(n) => language.say(format!("满{n}件"), format!("{n} pieces or more")),
        Bound::WeightAtMost(n) => {
            let weight = quantity(n, Measure::Weight, language);
            language.say(format!("不超过{weight}"), format!("{weight} or less"))
        }
        Bound::WeightAtLeast(n) => {
            let weight = quantity(n, Measure::Weight, language);
            language.say(format!("满{weight}"), format!("{weight} or more"))
        }
    }
}

fn missing((what, by): &(Bound, i64), currency: &str, language: Language) -> String {
    match what {
        // Nothing counts towards it yet, or nothing is known of: the bound itself says it.
        Bound::AmountAtLeast(n) if by == n => bound(*what, currency, language),
        Bound::AmountAtLeast(_) => {
            language.say(format!("再买{}", money(*by, currency, language)), format!("{} more", money(*by, currency, language)))
        }
        Bound::PiecesAtLeast(_) => language.say(format!("再买{by}件"), format!("{} more", quantity(*by, Measure::Piece, language))),
        Bound::WeightAtMost(_) => {
            let weight = quantity(*by, Measure::Weight, language);
            language.say(format!("少{weight}"), format!("{weight} less"))
        }
        Bound::WeightAtLeast(_) => {
            let weight = quantity(*by, Measure::Weight, language);
            language.say(format!("再加{weight}"), format!("{weight} more"))
        }
    }
}

/// How far from free in words; `None` where nothing that is missing can be named.
pub fn gap(gap: &Gap, currency: &str, language: Language) -> Option<String> {
    let parts: Vec<String> = gap.missing.iter().map(|m| missing(m, currency, language)).collect();
    let join = if gap.all { language.say("，并且", " and ") } else { language.say("，或者", " or ") };
    (!parts.is_empty()).then(|| parts.join(join))
}

fn rule(rule: &Rule, measure: Measure, steps: i64, currency: &str, language: Language) -> String {
    let first = quantity(rule.first, measure, language);
    let step = quantity(rule.step, measure, language);
    let (first_fee, step_fee) = (money(rule.first_fee, currency, language), money(rule.step_fee, currency, language));
    let above = match steps {
        0 => language.say("没有超出".to_owned(), "nothing above it".to_owned()),
        n => language.say(format!("超出部分每{step} {step_fee} × {n}"), format!("above it {n} × {step_fee} per {step}")),
    };
    language.say(format!("{first}以内 {first_fee}，{above}"), format!("{first_fee} up to {first}, {above}"))
}

/// One step in words.
pub fn say(step: &Step, currency: &str, language: Language) -> String {
    let amount = |minor: i64| money(minor, currency, language);
    match step {
        Step::Region { name, code } => language.say(format!("寄到：{name}（{code}）"), format!("To: {name} ({code})")),
        Step::Uses { template, valid_from, method } => {
            let method = method_name(method, language);
            let version = valid_from.as_ref().map(|day| language.say(format!("，{day}起的版本"), format!(", version from {day}")));
            let version = version.unwrap_or_default();
            language.say(format!("模板：{template}（{method}{version}）"), format!("Template: {template} ({method}{version})"))
        }
        Step::Alone { product } => {
            language.say(format!("“{product}”不参加包邮，单独计费"), format!("{product:?} has no part in free shipping and pays alone"))
        }
        Step::Quantity { lines, quantity: value, measure } => {
            let what = match measure {
                Measure::Piece => "计费件数",
                Measure::Weight => "计费重量",
                Measure::Volume => "计费体积",
            };
            let value = quantity(*value, *measure, language);
            match lines {
                1 => language.say(format!("{what}：{value}"), format!("Billed: {value}")),
                n => language.say(format!("{what}：{n} 项合计 {value}"), format!("Billed: {value}, {n} lines together")),
            }
        }
        Step::Volumetric { actual, billed, divisor } => {
            let (actual, billed) = (quantity(*actual, Measure::Weight, language), quantity(*billed, Measure::Weight, language));
            language.say(
                format!("按体积计重（÷{divisor}）：实重 {actual}，计费 {billed}"),
                format!("By volume (÷{divisor}): {actual} on the scales, {billed} billed"),
            )
        }
        Step::Rule { region, rule: r, measure, steps, fee } => {
            let place = region.clone().unwrap_or_else(|| language.say("默认", "the default").to_owned());
            let how = rule(r, *measure, *steps, currency, language);
            let fee = amount(*fee);
            language.say(format!("{place}的规则：{how} = {fee}"), format!("Rule of {place}: {how} = {fee}"))
        }
        Step::FreeMet { bounds } if bounds.is_empty() => language.say("这个地区包邮".to_owned(), "Shipping there is free".to_owned()),
        Step::FreeMet { bounds } => {
            let met = bounds.iter().map(|b| bound(*b, currency, language)).collect::<Vec<_>>().join(language.say("、", ", "));
            language.say(format!("已达到包邮条件：{met}"), format!("Free shipping reached: {met}"))
        }
        Step::FreeMissed { gap: g } => match gap(g, currency, language) {
            Some(missing) => language.say(format!("{missing}，即可包邮"), format!("Free shipping with {missing}")),
            None => language.say("没有达到包邮条件".to_owned(), "Free shipping is not reached".to_owned()),
        },
        Step::SellerPays => language.say("卖家承担运费".to_owned(), "The seller pays".to_owned()),
        Step::OwnFee { product, fee } => {
            language.say(format!("“{product}”固定运费 {}", amount(*fee)), format!("{product:?} has a flat fee of {}", amount(*fee)))
        }
        Step::AlwaysFree { product } => language.say(format!("“{product}”始终包邮"), format!("{product:?} is always sent free")),
        Step::Combined { combine, fee, groups } => {
            let how = match combine {
                Combine::Sum => language.say("相加", "added"),
                Combine::HighestFirst => {
                    language.say("首费最高的全额，其余只计续费", "the highest first fee whole, of the others only the steps")
                }
                Combine::Max => language.say("只收最高的一个", "only the highest"),
            };
            language.say(format!("{groups} 个模板{how} = {}", amount(*fee)), format!("{groups} templates, {how} = {}", amount(*fee)))
        }
        Step::DependsOn { regions } => {
            const SHOWN: usize = 5;
            let named = regions.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(language.say("、", ", "));
            let more = regions.len().saturating_sub(SHOWN);
            let more =
                if more == 0 { String::new() } else { language.say(format!("等 {} 处", regions.len()), format!(" and {more} more")) };
            language.say(
                format!("地址不够细：{named}{more}另有规定，请确认"),
                format!("The address does not say enough: other rules hold in {named}{more}"),
            )
        }
    }
}

/// All steps in words.
pub fn words(quote: &Quote, language: Language) -> Vec<String> {
    quote.steps.iter().map(|step| say(step, &quote.currency, language)).collect()
}

/// The answer as a message to the buyer.
pub fn message(quote: &Quote, language: Language) -> String {
    let place = &quote.region_name;
    let mut text = if quote.free {
        language.say(format!("您好，寄到{place}包邮。"), format!("Hello, shipping to {place} is free."))
    } else {
        let fee = money(quote.fee, &quote.currency, language);
        language.say(format!("您好，寄到{place}的运费是{fee}。"), format!("Hello, shipping to {place} is {fee}."))
    };
    if !quote.free
        && let Some(missing) = quote.to_free.as_ref().and_then(|g| gap(g, &quote.currency, language))
    {
        text.push_str(&language.say(format!("{missing}就可以包邮。"), format!(" With {missing} it would be free.")));
    }
    if !quote.depends_on.is_empty() {
        text.push_str(language.say("请告诉我具体的市和区，我再核对一下。", " Please tell me the city and district, so that I can check."));
    }
    text
}
