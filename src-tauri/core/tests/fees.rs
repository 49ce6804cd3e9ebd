//! Fees against cases worked out by somebody who did not know the engine, against the mistakes of other systems,
//! and against what must hold for every template.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use zhanggui_core::address::Habits;
use zhanggui_core::regions::table::table;
use zhanggui_core::shipping::exchange::{read_template, write_template};
use zhanggui_core::shipping::quote::{Alternatives, Templates};
use zhanggui_core::shipping::template::{Bound, Combine, FreeCondition, Measure, Method, NoDelivery, Payer, Place, Rule, When};
use zhanggui_core::shipping::{Basket, FeeError, Line, Quote, Template, quote};

#[derive(Deserialize)]
struct Worked {
    templates: BTreeMap<String, Template>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    template: Option<String>,
    templates: Option<BTreeMap<String, String>>,
    basket: Basket,
    combine: Option<Combine>,
    fee: Option<i64>,
    shares: Option<Vec<i64>>,
    free: Option<bool>,
    alternatives: Option<BTreeMap<String, i64>>,
    error: Option<String>,
    why: String,
}

/// The templates of a case under the keys its lines use.
struct Keyed<'a>(BTreeMap<&'a str, &'a Template>, Option<&'a Template>);

impl Templates for Keyed<'_> {
    fn usual(&self) -> Option<&Template> {
        self.1
    }
    fn named(&self, name: &str) -> Option<&Template> {
        self.0.get(name).copied()
    }
}

fn worked() -> Worked {
    let text = std::fs::read_to_string(common::fixture("shipping/worked-cases.json")).unwrap();
    serde_json::from_str(&text).expect("worked-cases.json has templates and cases")
}

fn ask(template: &Template, basket: &Basket) -> Result<Quote, FeeError> {
    quote(template, basket, &Habits::default())
}

#[test]
fn the_worked_cases_come_out() {
    let worked = worked();
    assert!(worked.cases.len() >= 60);
    let mut wrong = Vec::new();
    for case in &worked.cases {
        let keyed = match (&case.templates, &case.template) {
            (Some(keys), _) => Keyed(keys.iter().map(|(key, name)| (key.as_str(), &worked.templates[name])).collect(), None),
            (None, name) => Keyed(BTreeMap::new(), name.as_ref().map(|n| &worked.templates[n])),
        };
        let basket = Basket { combine: case.combine, ..case.basket.clone() };
        let found = quote(&keyed, &basket, &Habits::default());
        let mut say = |what: String| wrong.push(format!("{}: {what}  ({})", case.name, case.why));
        match (found, &case.error) {
            (Err(error), Some(code)) if error.code() == code => {}
            (Err(error), _) => say(format!("{error} [{}], wanted {:?} {:?}", error.code(), case.fee, case.error)),
            (Ok(quote), Some(code)) => say(format!("{} instead of {code}", quote.fee)),
            (Ok(quote), None) => {
                let shares: Vec<i64> = quote.lines.iter().map(|l| l.share).collect();
                if Some(quote.fee) != case.fee {
                    say(format!("{} instead of {:?}", quote.fee, case.fee));
                }
                if case.shares.as_ref().is_some_and(|s| *s != shares) {
                    say(format!("shares {shares:?} instead of {:?}", case.shares));
                }
                if shares.iter().sum::<i64>() != quote.fee {
                    say(format!("shares {shares:?} do not add up to {}", quote.fee));
                }
                if case.free.is_some_and(|f| f != quote.free) {
                    say(format!("free is {}", quote.free));
                }
                if let Some(wanted) = &case.alternatives {
                    let Alternatives { sum, highest_first, max } = quote.alternatives;
                    if (wanted["sum"], wanted["highest_first"], wanted["max"]) != (sum, highest_first, max) {
                        say(format!("alternatives {:?} instead of {wanted:?}", quote.alternatives));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), worked.cases.len(), wrong.join("\n"));
}

#[test]
fn every_worked_template_survives_export_and_import() {
    for (key, template) in worked().templates {
        assert_eq!(read_template(&write_template(&template).unwrap()).unwrap(), template, "{key}");
    }
}

/// Numbers of a public mall: 10 and 2 of two products, first 10 pieces 1000, each further 10 or part of them 2000.
#[test]
fn the_public_cases_of_pooled_pieces_come_out() {
    #[derive(Deserialize)]
    struct Mall {
        items: Vec<Item>,
        cases: Vec<MallCase>,
    }
    #[derive(Deserialize)]
    struct Item {
        sku: u32,
        count: i64,
        unit_price: i64,
        selected: bool,
    }
    #[derive(Deserialize)]
    struct MallCase {
        name: String,
        free: MallFree,
        expect_fee: i64,
        expect_split: Option<BTreeMap<u32, i64>>,
    }
    #[derive(Deserialize)]
    struct MallFree {
        count: i64,
        amount: i64,
    }
    let text = std::fs::read_to_string(common::fixture("shipping/pooled-pieces.json")).unwrap();
    let mall: Mall = serde_json::from_str(&text).unwrap();
    let items: Vec<&Item> = mall.items.iter().filter(|i| i.selected).collect();
    for case in mall.cases {
        let when = When::All(vec![Bound::PiecesAtLeast(case.free.count), Bound::AmountAtLeast(case.free.amount)]);
        let mut template = simple(Measure::Piece, rule(&["default"], 10, 1000, 10, 2000));
        template.methods[0].free = vec![FreeCondition { regions: vec![Place::Default], except: vec![], when }];
        let lines =
            items.iter().map(|i| Line { name: i.sku.to_string(), pieces: i.count, amount: i.count * i.unit_price, ..Line::default() });
        let found = ask(&template, &basket("310104", lines.collect())).unwrap();
        assert_eq!(found.fee, case.expect_fee, "{}", case.name);
        if let Some(split) = case.expect_split {
            for (item, share) in items.iter().zip(&found.lines) {
                assert_eq!(share.share, split[&item.sku], "{}: {}", case.name, item.sku);
            }
        }
    }
}

fn rule(regions: &[&str], first: i64, first_fee: i64, step: i64, step_fee: i64) -> Rule {
    let regions = regions.iter().map(|r| Place::try_from((*r).to_owned()).unwrap()).collect();
    Rule { regions, except: vec![], first, first_fee, step, step_fee }
}

fn simple(measure: Measure, rule: Rule) -> Template {
    Template {
        name: "一口价".into(),
        origin: None,
        payer: Payer::Buyer,
        measure,
        combine: Combine::Sum,
        volumetric_divisor: None,
        valid_from: None,
        currency: zhanggui_core::money::Currency::CNY,
        methods: vec![Method { method: "express".into(), rules: vec![rule], free: vec![], no_delivery: vec![] }],
    }
}

fn basket(to: &str, lines: Vec<Line>) -> Basket {
    Basket { to: to.into(), method: None, combine: None, lines }
}

fn tea(pieces: i64, weight: i64, amount: i64) -> Line {
    Line { name: "茶".into(), pieces, weight: Some(weight), volume: Some(1), amount, ..Line::default() }
}

mod mistakes_of_other_systems {
    use super::*;

    #[test]
    fn two_lines_on_one_template_pay_one_first_fee() {
        let template = simple(Measure::Piece, rule(&["default"], 1, 800, 1, 200));
        assert_eq!(ask(&template, &basket("330106", vec![tea(1, 1, 0), tea(1, 1, 0)])).unwrap().fee, 1000);
    }

    #[test]
    fn a_step_too_many_is_never_charged() {
        let template = simple(Measure::Weight, rule(&["default"], 1000, 800, 100, 50));
        for (grams, steps) in [(1300, 3), (1100, 1), (1000, 0), (1001, 1)] {
            assert_eq!(ask(&template, &basket("330106", vec![tea(1, grams, 0)])).unwrap().fee, 800 + steps * 50, "{grams} g");
        }
    }

    #[test]
    fn an_uncovered_region_is_an_error() {
        let template = simple(Measure::Piece, rule(&["330000"], 1, 800, 1, 200));
        assert_eq!(ask(&template, &basket("650102", vec![tea(1, 1, 0)])).unwrap_err().code(), "no_rule_for_region");
    }

    #[test]
    fn a_district_inherits_its_provinces_rule() {
        let template = simple(Measure::Piece, rule(&["330000"], 1, 800, 1, 200));
        assert_eq!(ask(&template, &basket("330106", vec![tea(1, 1, 0)])).unwrap().fee, 800);
    }

    #[test]
    fn a_free_region_is_free_and_the_others_are_not() {
        let mut template = simple(Measure::Piece, rule(&["default"], 1, 800, 1, 200));
        let regions = vec![Place::try_from("310000".to_owned()).unwrap()];
        template.methods[0].free = vec![FreeCondition { regions, except: vec![], when: When::All(vec![Bound::PiecesAtLeast(1)]) }];
        assert_eq!(ask(&template, &basket("310104", vec![tea(1, 1, 0)])).map(|q| (q.fee, q.free)), Ok((0, true)));
        assert_eq!(ask(&template, &basket("330106", vec![tea(1, 1, 0)])).map(|q| (q.fee, q.free)), Ok((800, false)));
    }

    #[test]
    fn every_bound_is_inclusive() {
        let with = |bound: Bound| {
            let mut template = simple(Measure::Weight, rule(&["default"], 1000, 800, 500, 300));
            template.methods[0].free = vec![FreeCondition { regions: vec![Place::Default], except: vec![], when: When::Any(vec![bound]) }];
            template
        };
        let free = |bound, pieces, weight, amount| ask(&with(bound), &basket("330106", vec![tea(pieces, weight, amount)])).unwrap().free;
        assert!(free(Bound::AmountAtLeast(9900), 1, 100, 9900) && !free(Bound::AmountAtLeast(9900), 1, 100, 9899));
        assert!(free(Bound::PiecesAtLeast(3), 3, 100, 0) && !free(Bound::PiecesAtLeast(3), 2, 100, 0));
        assert!(free(Bound::WeightAtMost(300), 3, 100, 0) && !free(Bound::WeightAtMost(299), 3, 100, 0));
        assert!(free(Bound::WeightAtLeast(300), 3, 100, 0) && !free(Bound::WeightAtLeast(301), 3, 100, 0));
    }

    #[test]
    fn a_missing_template_is_an_error() {
        let none: [Template; 0] = [];
        let found = quote(&none[..], &basket("330106", vec![tea(1, 1, 0)]), &Habits::default());
        assert_eq!(found.unwrap_err().code(), "missing_template");
    }

    #[test]
    fn an_unknown_and_an_ambiguous_address_are_errors() {
        let template = simple(Measure::Piece, rule(&["default"], 1, 800, 1, 200));
        let code = |to: &str| ask(&template, &basket(to, vec![tea(1, 1, 0)])).unwrap_err().code();
        assert_eq!(code("某地某处"), "unknown_region");
        assert_eq!(code("鼓楼区中山路1号"), "ambiguous_region");
        assert_eq!(ask(&template, &basket("福建省鼓楼区", vec![tea(1, 1, 0)])).unwrap().region_name, "福建省福州市鼓楼区");
    }

    #[test]
    fn an_unknown_weight_among_known_ones_is_an_error_that_names_the_product() {
        let template = simple(Measure::Weight, rule(&["default"], 1000, 800, 500, 300));
        let unknown = Line { name: "贺卡".into(), pieces: 1, ..Line::default() };
        let error = ask(&template, &basket("330106", vec![tea(1, 500, 0), unknown])).unwrap_err();
        assert_eq!(error, FeeError::MissingWeight { product: "贺卡".into() });
    }
}

#[test]
fn an_address_known_only_to_the_province_says_that_the_answer_depends_on_the_city() {
    let mut template = simple(Measure::Piece, rule(&["default"], 1, 800, 1, 200));
    template.methods[0].rules.push(rule(&["330127"], 1, 2000, 1, 500));
    let found = ask(&template, &basket("浙江省", vec![tea(1, 1, 0)])).unwrap();
    assert_eq!((found.fee, found.depends_on.iter().map(ToString::to_string).collect::<Vec<_>>()), (800, vec!["330127".to_owned()]));
    assert!(ask(&template, &basket("330106", vec![tea(1, 1, 0)])).unwrap().depends_on.is_empty());
}

#[test]
fn what_is_wrong_in_a_template_file_is_named_with_its_place() {
    let whole = write_template(&simple(Measure::Weight, rule(&["default"], 1000, 800, 500, 300))).unwrap();
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        read_template(&whole.replacen(from, to, 1)).unwrap_err()
    };
    for (from, to, code, place) in [
        ("\"first\": 1000", "\"first\": 1000.5", "bad_template", "methods[0].rules[0].first"),
        ("\"first\": 1000", "\"first\": \"1000\"", "bad_template", "methods[0].rules[0].first"),
        ("\"first\": 1000", "\"first\": -1", "bad_template", "methods[0].rules[0].first"),
        ("\"first_fee\": 800", "\"first_fee\": 99999999999999999", "bad_template", "methods[0].rules[0].first_fee"),
        ("\"step\": 500", "\"step\": 0", "zero_step", "methods[0].rules[0].step"),
        ("\"default\"", "\"999999\"", "unknown_region", "methods[0].rules[0].regions[0]"),
        ("\"default\"", "\"Zhejiang\"", "bad_template", "methods[0].rules[0].regions[0]"),
        ("\"payer\": \"buyer\"", "\"payer\": \"nobody\"", "bad_template", "payer"),
        ("\"name\": \"一口价\"", "\"name\": \"  \"", "bad_template", "name"),
        ("\"valid_from\": null", "\"valid_from\": \"2026-02-30\"", "bad_template", "valid_from"),
        ("\"volumetric_divisor\": null", "\"volumetric_divisor\": 0", "bad_template", "volumetric_divisor"),
        ("\"free\": []", "\"free\": [{\"regions\": [\"default\"], \"any\": []}]", "bad_template", "methods[0].free[0].any"),
        ("\"rules\":", "\"rulez\":", "bad_template", "methods[0]"),
    ] {
        let error = with(from, to);
        assert_eq!(error.code(), code, "{to}: {error}");
        assert!(error.to_string().contains(place), "{to}: {error}");
    }
    assert_eq!(read_template(&whole[..whole.len() / 2]).unwrap_err().code(), "bad_template", "cut off");
    assert_eq!(read_template(&format!("{whole} {{}}")).unwrap_err().code(), "bad_template", "something behind it");
    let mut twice = simple(Measure::Piece, rule(&["330000", "310000"], 1, 800, 1, 200));
    twice.methods[0].rules.push(rule(&["310000"], 1, 900, 1, 200));
    let error = read_template(&write_template(&twice).unwrap()).unwrap_err();
    assert_eq!(error.code(), "overlapping_rules");
    assert!(error.to_string().contains("310000") && error.to_string().contains("rules[1]"), "{error}");
}

#[test]
fn a_fee_is_explained_in_both_languages() {
    let mut template = simple(Measure::Weight, rule(&["default"], 1000, 800, 500, 300));
    template.methods[0].rules.push(rule(&["650000", "540000"], 1000, 2000, 500, 1200));
    let when = When::Any(vec![Bound::AmountAtLeast(9900), Bound::PiecesAtLeast(3)]);
    template.methods[0].free = vec![FreeCondition { regions: vec![Place::try_from("330000".to_owned()).unwrap()], except: vec![], when }];
    use zhanggui_core::language::Language::{Chinese, English};
    use zhanggui_core::shipping::explain::{message, words};
    let found = ask(&template, &basket("浙江省杭州市西湖区", vec![tea(2, 650, 8800)])).unwrap();
    insta::assert_snapshot!(words(&found, Chinese).join("\n"), @r"
    寄到：浙江省杭州市西湖区（330106）
    模板：一口价（快递）
    计费重量：1.3 kg
    默认的规则：1 kg以内 8元，超出部分每500 g 3元 × 1 = 11元
    再买11元，或者再买1件，即可包邮
    ");
    insta::assert_snapshot!(words(&found, English).join("\n"), @r"
    To: 浙江省杭州市西湖区 (330106)
    Template: 一口价 (express)
    Billed: 1.3 kg
    Rule of the default: ¥8 up to 1 kg, above it 1 × ¥3 per 500 g = ¥11
    Free shipping with ¥11 more or 1 piece more
    ");
    insta::assert_snapshot!(message(&found, Chinese), @"您好，寄到浙江省杭州市西湖区的运费是11元。再买11元，或者再买1件就可以包邮。");
    insta::assert_snapshot!(message(&found, English), @"Hello, shipping to 浙江省杭州市西湖区 is ¥11. With ¥11 more or 1 piece more it would be free.");
}

#[test]
fn two_codes_of_one_region_overlap_and_two_currencies_do_not_add_up() {
    let mut twice = simple(Measure::Piece, rule(&["330100"], 1, 800, 1, 200));
    twice.methods[0].rules.push(rule(&["330101"], 1, 2000, 1, 200));
    assert_eq!(read_template(&write_template(&twice).unwrap()).unwrap_err().code(), "overlapping_rules");
    let yuan = simple(Measure::Piece, rule(&["default"], 1, 800, 1, 200));
    let dollars = Template { name: "D".into(), currency: zhanggui_core::money::Currency::parse("USD").unwrap(), ..yuan.clone() };
    let mut two = basket("330106", vec![tea(1, 1, 0), tea(1, 1, 0)]);
    two.lines[1].template = Some("D".into());
    assert_eq!(quote(&[yuan, dollars][..], &two, &Habits::default()).unwrap_err().code(), "mixed_currencies");
}

#[test]
fn how_templates_combine_does_not_follow_the_order_of_lines() {
    let a = simple(Measure::Piece, rule(&["default"], 1, 800, 1, 200));
    let b = Template { name: "B".into(), combine: Combine::Max, ..a.clone() };
    let mut lines = vec![tea(1, 1, 0), Line { template: Some("B".into()), ..tea(1, 1, 0) }];
    let templates = [a, b];
    let fee = |lines: &[Line]| quote(&templates[..], &basket("330106", lines.to_vec()), &Habits::default()).unwrap().fee;
    let one_way = fee(&lines);
    lines.reverse();
    assert_eq!((one_way, fee(&lines)), (1600, 1600));
}

#[test]
fn free_shipping_everywhere_else_leaves_the_dear_regions_out() {
    let fees = r#""rules": [{"regions": ["default"], "first": 1, "first_fee": 800, "step": 1, "step_fee": 200},
        {"regions": ["310000", "330000"], "first": 1, "first_fee": 600, "step": 1, "step_fee": 100},
        {"regions": ["650000", "540000"], "first": 1, "first_fee": 2000, "step": 1, "step_fee": 900}]"#;
    let with = |free: &str| -> Template {
        read_template(&format!(
            r#"{{"name": "T", "payer": "buyer", "measure": "piece", "methods": [{{"method": "express", {fees}, "free": [{free}]}}]}}"#
        ))
        .unwrap_or_else(|e| panic!("{free}: {e}"))
    };
    let fee = |template: &Template, to: &str| ask(template, &basket(to, vec![tea(1, 1, 9_900)])).unwrap().fee;
    let fees_of = |free: &str| ["440106", "330106", "650102"].map(|to| fee(&with(free), to));
    let usual = r#"{"regions": ["default"], "any": [{"amount_at_least": 9900}]}"#;
    assert_eq!(fees_of(usual), [0, 0, 2000], "free where it costs the usual price or less, and not to 新疆");
    assert_eq!(fees_of(r#"{"regions": ["everywhere"], "any": [{"amount_at_least": 9900}]}"#), [0, 0, 0]);
    assert_eq!(fees_of(r#"{"regions": ["everywhere"], "except": ["650000"], "any": [{"amount_at_least": 9900}]}"#), [0, 0, 2000]);
    assert_eq!(fees_of(r#"{"regions": ["default"], "except": ["440000"], "any": [{"amount_at_least": 9900}]}"#), [800, 0, 2000]);
    let both = format!(r#"{usual}, {{"regions": ["650000"], "any": [{{"amount_at_least": 9900}}]}}"#);
    assert_eq!(fees_of(&both), [0, 0, 0], "said by name it is free there");
    let found = zhanggui_core::shipping::lint::look_over(&with(r#"{"regions": ["everywhere"], "any": [{"amount_at_least": 9900}]}"#));
    assert!(found.iter().any(|f| matches!(&f.what, zhanggui_core::shipping::lint::What::DearRegionsGoFree { fee: 2000, .. })), "{found:?}");
    assert!(
        !zhanggui_core::shipping::lint::look_over(&with(usual))
            .iter()
            .any(|f| matches!(f.what, zhanggui_core::shipping::lint::What::DearRegionsGoFree { .. }))
    );
    assert_eq!(read_template(&write_template(&with(usual)).unwrap()).unwrap(), with(usual));
}

#[test]
fn a_free_condition_without_a_condition_and_a_table_for_everywhere_are_refused() {
    let text = |rules: &str, free: &str| {
        format!(
            r#"{{"name": "T", "payer": "buyer", "measure": "piece", "methods": [{{"method": "express",
            "rules": [{{"regions": [{rules}], "first": 1, "first_fee": 800, "step": 1, "step_fee": 200}}], "free": [{free}]}}]}}"#
        )
    };
    for (rules, free, place) in [
        (r#""default""#, r#"{"regions": ["default"], "all": []}"#, "methods[0].free[0].all"),
        (r#""default""#, r#"{"regions": ["default"], "any": []}"#, "methods[0].free[0].any"),
        (r#""everywhere""#, "", "methods[0].rules[0].regions"),
    ] {
        let error = read_template(&text(rules, free)).unwrap_err();
        assert_eq!(error.details()["place"], place, "{error}");
    }
    let unknown =
        read_template(&text(r#""default""#, r#"{"regions": ["default"], "except": ["999999"], "any": [{"pieces_at_least": 1}]}"#))
            .unwrap_err();
    assert_eq!(unknown.code(), "unknown_region");
    let twice =
        r#"{"regions": ["default"], "any": [{"pieces_at_least": 2}]}, {"regions": ["everywhere"], "any": [{"pieces_at_least": 3}]}"#;
    assert_eq!(read_template(&text(r#""default""#, twice)).unwrap_err().code(), "overlapping_rules");
}

#[test]
fn a_rule_for_everywhere_else_can_leave_regions_out() {
    let template = read_template(
        r#"{"name": "T", "payer": "buyer", "measure": "piece", "methods": [{"method": "express",
            "rules": [{"regions": ["default"], "except": ["650000"], "first": 1, "first_fee": 800, "step": 1, "step_fee": 200}],
            "no_delivery": [{"regions": ["650000"], "except": ["650100"], "reason": "x"}]}]}"#,
    )
    .unwrap();
    let ask = |to: &str| ask(&template, &basket(to, vec![tea(1, 1, 0)])).map(|q| q.fee).map_err(|e| e.code());
    assert_eq!((ask("330106"), ask("652901"), ask("650102")), (Ok(800), Err("not_delivered"), Err("no_rule_for_region")));
}

#[test]
fn slips_of_the_point_are_found() {
    use zhanggui_core::shipping::lint::{What, look_over};
    let heavy = |first: i64, step: i64, fee: i64| {
        simple(Measure::Weight, Rule { first, step, first_fee: fee, ..rule(&["default"], 1, 800, 1, 200) })
    };
    let odd = |template: &Template| {
        look_over(template)
            .into_iter()
            .filter(|f| matches!(f.what, What::OddWeight { .. } | What::OddFee { .. }))
            .map(|f| f.place)
            .collect::<Vec<_>>()
    };
    assert_eq!(odd(&heavy(1, 1000, 800)), ["methods[0].rules[0].first"]);
    assert_eq!(odd(&heavy(1000, 1_000_000, 800)), ["methods[0].rules[0].step"]);
    assert_eq!(odd(&heavy(1000, 500, 800)), Vec::<String>::new());
    assert_eq!(odd(&heavy(0, 100, 800)), Vec::<String>::new(), "charged from the first gram on");
    assert_eq!(odd(&heavy(1000, 500, 1_000_000)), ["methods[0].rules[0].first_fee"]);
    let mut two = heavy(1000, 500, 800);
    two.methods[0].rules.push(Rule { first_fee: 80_000, ..rule(&["650000"], 1000, 2000, 500, 200) });
    assert_eq!(odd(&two), ["methods[0].rules[1].first_fee"], "a hundred times the other one");
}

fn any_region() -> impl Strategy<Value = String> {
    (0..table().len()).prop_map(|at| table().all().nth(at).unwrap().1.code.to_string())
}

prop_compose! {
    fn any_rule()(first in 0i64..5000, first_fee in 0i64..5000, step in 1i64..2000, step_fee in 0i64..3000) -> Rule {
        Rule { regions: vec![], except: vec![], first, first_fee, step, step_fee }
    }
}

prop_compose! {
    /// A template whose rules, free conditions and exclusions name different regions each.
    fn any_template()(
        measure in prop_oneof![Just(Measure::Piece), Just(Measure::Weight), Just(Measure::Volume)],
        rules in prop::collection::vec(any_rule(), 1..5),
        regions in prop::collection::btree_set(any_region(), 12),
        frees in prop::collection::vec((0i64..20_000, 0i64..20, any::<bool>()), 0..3),
        closed in 0usize..2,
    ) -> Template {
        let mut regions = regions.into_iter().map(|r| Place::try_from(r).unwrap());
        let mut template = simple(measure, Rule { regions: vec![Place::Default], ..rules[0].clone() });
        for rule in &rules[1..] {
            template.methods[0].rules.push(Rule { regions: regions.by_ref().take(2).collect(), ..rule.clone() });
        }
        for (amount, pieces, all) in frees {
            let bounds = vec![Bound::AmountAtLeast(amount), Bound::PiecesAtLeast(pieces)];
            let when = if all { When::All(bounds) } else { When::Any(bounds) };
            template.methods[0].free.push(FreeCondition { regions: regions.by_ref().take(1).collect(), except: vec![], when });
        }
        template.methods[0].no_delivery =
            regions.take(closed).map(|r| NoDelivery { regions: vec![r], except: vec![], reason: "没有快递".into() }).collect();
        template
    }
}

prop_compose! {
    fn any_line()(pieces in 1i64..20, weight in 1i64..5000, volume in 1i64..5000, amount in 0i64..30_000) -> Line {
        Line { name: "货".into(), pieces, weight: Some(weight), volume: Some(volume), amount, ..Line::default() }
    }
}

fn without_free(template: &Template) -> Template {
    let mut plain = template.clone();
    plain.methods[0].free.clear();
    plain
}

proptest! {
    #[test]
    fn export_then_import_is_identity(template in any_template()) {
        prop_assert_eq!(read_template(&write_template(&template).unwrap()).unwrap(), template);
    }

    #[test]
    fn more_never_costs_less_without_free_shipping(template in any_template(), line in any_line(), more in 0i64..50, to in any_region()) {
        let template = without_free(&template);
        let fee = |pieces| ask(&template, &basket(&to, vec![Line { pieces, ..line.clone() }])).map(|q| q.fee);
        if let (Ok(small), Ok(large)) = (fee(line.pieces), fee(line.pieces + more)) {
            prop_assert!(small <= large, "{} pieces {small}, {} pieces {large}", line.pieces, line.pieces + more);
        }
    }

    #[test]
    fn shares_add_up_and_none_is_negative(template in any_template(), lines in prop::collection::vec(any_line(), 1..6), to in any_region()) {
        if let Ok(found) = ask(&template, &basket(&to, lines)) {
            prop_assert_eq!(found.lines.iter().map(|l| l.share).sum::<i64>(), found.fee);
            prop_assert!(found.lines.iter().all(|l| l.share >= 0));
        }
    }

    #[test]
    fn pooled_lines_are_one_line(template in any_template(), line in any_line(), extra in 1i64..9, to in any_region()) {
        let second = Line { pieces: extra, amount: 17, ..line.clone() };
        let one = Line { pieces: line.pieces + extra, amount: line.amount + 17, ..line.clone() };
        let fee = |lines| ask(&template, &basket(&to, lines)).map(|q| q.fee);
        prop_assert_eq!(fee(vec![line, second]), fee(vec![one]));
    }

    #[test]
    fn the_order_of_lines_and_rules_does_not_matter(template in any_template(), lines in prop::collection::vec(any_line(), 1..6), to in any_region()) {
        let mut turned = template.clone();
        turned.methods[0].rules.reverse();
        turned.methods[0].free.reverse();
        turned.methods[0].no_delivery.reverse();
        let mut other = lines.clone();
        other.reverse();
        let fee = |template: &Template, lines| ask(template, &basket(&to, lines)).map(|q| q.fee);
        prop_assert_eq!(fee(&template, lines), fee(&turned, other));
    }

    #[test]
    fn a_district_differs_from_its_province_only_where_an_entry_says_so(template in any_template(), line in any_line(), to in any_region()) {
        let region = table().find(zhanggui_core::regions::RegionCode::parse(&to).unwrap()).unwrap();
        let province = table().upwards(region).last().unwrap();
        let method = &template.methods[0];
        let all = method.rules.iter().map(|r| &r.regions).chain(method.free.iter().map(|f| &f.regions)).chain(method.no_delivery.iter().map(|n| &n.regions));
        let named = all.flatten().any(|p| match p {
            Place::Region(code) => table().find(*code).is_some_and(|i| i != province && table().contains(i, region)),
            Place::Default | Place::Everywhere => false,
        });
        let fee = |to: String| ask(&template, &basket(&to, vec![line.clone()])).map(|q| q.fee).map_err(|e| e.code());
        if !named {
            prop_assert_eq!(fee(to.clone()), fee(table().get(province).code.to_string()));
        }
    }

    #[test]
    fn no_quantity_overflows_unsaid(template in any_template(), pieces in any::<i64>(), weight in any::<i64>(), amount in any::<i64>()) {
        let line = Line { pieces: pieces.saturating_abs(), weight: Some(weight.saturating_abs()), volume: Some(weight.saturating_abs()), amount: amount.saturating_abs(), ..Line::default() };
        match ask(&template, &basket("330106", vec![line.clone(), line])) {
            Ok(found) => prop_assert!(found.fee >= 0),
            Err(error) => prop_assert!(["overflow", "not_delivered", "missing_weight", "missing_volume"].contains(&error.code()), "{}", error),
        }
    }

    #[test]
    fn no_text_is_a_template_that_makes_it_panic(text in "\\PC{0,80}") {
        let _ = read_template(&text);
    }
}
