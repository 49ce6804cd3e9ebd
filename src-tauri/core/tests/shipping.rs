//! Templates of a shop, products, and what past orders say about a template.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Desk, NOW};
use zhanggui_core::address::Habits;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::language::Language;
use zhanggui_core::money::{Currency, DecimalMark, parse_decimal};
use zhanggui_core::orders::add::{NewLine, NewOrder};
use zhanggui_core::products::edit::{ProductField, ProductValue};
use zhanggui_core::shipping::calculator::{CalculatorForm, CalculatorLine};
use zhanggui_core::shipping::exchange::read_template;
use zhanggui_core::shipping::finder::{By, FinderQuery};
use zhanggui_core::shipping::lint::What;
use zhanggui_core::shipping::past::{Past, Period, Place};
use zhanggui_core::shipping::replay::{Against, Replay, ReplayQuery};
use zhanggui_core::shipping::rulebook::{Rulebook, Uncounted};
use zhanggui_core::shipping::store::{Kind, TemplateDraft};
use zhanggui_core::shipping::template::{Bound, FreeCondition, Place as TemplatePlace, When};
use zhanggui_core::shipping::{Basket, Line, Template, quote};
use zhanggui_core::task::Task;

/// A seller's own table of orders: one row an item, the money repeated.
const HEADER: &str = "订单号,买家,省,市,区,地址,国家,商品,数量,单价,运费,实付,下单时间,状态,快递,运单号,发货,签收\n";

fn own_table() -> Choices {
    let mapping = serde_json::json!({
        "id": "own", "platform": "own", "name_zh": "自己的表", "name_en": "own table", "rows": "items", "time_zone": "Asia/Shanghai",
        "currency": "CNY", "require": ["订单号", "商品"],
        "columns": {"number": "订单号", "buyer_id": "买家", "province": "省", "city": "市", "district": "区", "address": "地址",
            "country": "国家", "title": "商品", "quantity": "数量", "unit_price": "单价", "shipping_fee": "运费", "paid": "实付",
            "placed_at": "下单时间", "status": "状态", "courier": "快递", "tracking": "运单号", "shipped_at": "发货", "completed_at": "签收"},
        "status": {"completed": ["完成"], "shipped": ["已发"], "closed": ["关闭"], "unpaid": ["未付"]},
    });
    Choices { mapping: Some(serde_json::from_value(mapping).unwrap()), ..Choices::default() }
}

/// A shop with these orders.
fn shop_with(rows: &str) -> Desk {
    let desk = Desk::new();
    let report = desk.import_text("orders.csv", &format!("{HEADER}{rows}"), &own_table()).unwrap();
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    desk
}

fn product(desk: &Desk, title: &str) -> i64 {
    desk.shop.products().unwrap().into_iter().find(|p| p.title == title).unwrap_or_else(|| panic!("no {title}")).id
}

fn set(desk: &Desk, values: &[(&str, ProductField, &str)]) {
    let values: Vec<ProductValue> = values
        .iter()
        .map(|(title, field, text)| ProductValue { id: product(desk, title), field: *field, text: (*text).to_owned() })
        .collect();
    desk.shop.edit_products(&values, Currency::CNY, NOW).unwrap();
}

fn template(name: &str, first_fee: i64) -> Template {
    read_template(&format!(
        r#"{{"name": "{name}", "payer": "buyer", "measure": "weight", "methods": [{{"method": "express",
            "rules": [{{"regions": ["default"], "first": 1000, "first_fee": {first_fee}, "step": 500, "step_fee": 300}}]}}]}}"#
    ))
    .unwrap()
}

fn draft(template: Template) -> TemplateDraft {
    TemplateDraft { id: None, replaces: None, kind: Kind::Charge, courier: String::new(), template }
}

#[test]
fn a_template_is_saved_versioned_copied_archived_and_undone() {
    let desk = Desk::new();
    let shop = &desk.shop;
    let (_, id) = shop.save_template(&draft(template("全国", 800)), NOW).unwrap();
    assert!(shop.template(id).unwrap().line.is_default, "the first template is the default one");
    let mut later = template("全国", 900);
    later.valid_from = Some("2026-03-01".into());
    shop.save_template(&TemplateDraft { id: Some(id), ..draft(later.clone()) }, NOW).unwrap();
    let stored = shop.template(id).unwrap();
    let day = |text: &str| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
    let fee_on = |text: &str| stored.on(day(text)).unwrap().methods[0].rules[0].first_fee;
    assert_eq!((fee_on("2026-02-28"), fee_on("2026-03-01")), (800, 900));
    assert_eq!(shop.save_template(&TemplateDraft { id: Some(id), ..draft(later) }, NOW).unwrap_err().code(), "exists", "one version a day");
    assert_eq!(shop.save_template(&draft(template(" 全国 ", 700)), NOW).unwrap_err().code(), "exists", "names are unique");
    let (_, copy) = shop.copy_template(id, "全国二", NOW).unwrap();
    assert_eq!(shop.template(copy).unwrap().versions.len(), 2);
    shop.default_template(copy, NOW).unwrap();
    assert_eq!(shop.templates().unwrap().iter().filter(|t| t.is_default).map(|t| t.id).collect::<Vec<_>>(), [copy]);
    shop.archive_template(copy, true, NOW).unwrap();
    assert!(shop.template_book().unwrap().usual().is_none(), "an archived template is no default");
    shop.undo(NOW).unwrap();
    assert_eq!(shop.template_book().unwrap().usual().map(|t| t.line.id), Some(copy));
    shop.delete_template_version(id, "2026-03-01", NOW).unwrap();
    shop.delete_template_version(id, "", NOW).unwrap();
    assert_eq!(shop.template(id).unwrap_err().code(), "not_found");
    shop.undo(NOW).unwrap();
    shop.undo(NOW).unwrap();
    assert_eq!(shop.template(id).unwrap().versions.len(), 2);
    assert!(shop.check().unwrap().iter().all(|c| c.violations == 0));
}

#[test]
fn a_couriers_table_is_never_mixed_with_what_buyers_pay() {
    let desk = Desk::new();
    let (_, id) = desk.shop.save_template(&draft(template("甲", 800)), NOW).unwrap();
    let mut later = template("甲", 900);
    later.valid_from = Some("2026-03-01".into());
    let cost = TemplateDraft { id: Some(id), kind: Kind::Cost, courier: "中通".into(), ..draft(later.clone()) };
    assert_eq!(desk.shop.save_template(&cost, NOW).unwrap_err().details()["reason"], "other_kind");
    later.payer = zhanggui_core::shipping::template::Payer::Seller;
    let free = TemplateDraft { id: None, kind: Kind::Cost, courier: "中通".into(), ..draft(later) };
    assert_eq!(desk.shop.save_template(&free, NOW).unwrap_err().details()["reason"], "courier_takes_money");
    assert_eq!(desk.shop.template(id).unwrap().versions.len(), 1);
}

#[test]
fn a_wrong_template_leaves_nothing_behind() {
    let desk = Desk::new();
    let mut wrong = template("全国", 800);
    wrong.methods[0].rules[0].step = 0;
    assert_eq!(desk.shop.save_template(&draft(wrong), NOW).unwrap_err().code(), "zero_step");
    assert!(desk.shop.templates().unwrap().is_empty());
}

const ORDERS: &str = "\
1,a,浙江省,杭州市,西湖区,文三路1号,,茶,2,40,10,90,2026-03-01 10:00:00,完成,中通,Z1,2026-03-02,2026-03-04\n\
2,b,新疆维吾尔自治区,乌鲁木齐市,天山区,人民路1号,,茶,3,40,10,130,2026-03-02 10:00:00,完成,中通,Z2,2026-03-03,2026-03-09\n\
2,b,新疆维吾尔自治区,乌鲁木齐市,天山区,人民路1号,,杯,1,20,10,130,2026-03-02 10:00:00,完成,中通,Z2,2026-03-03,2026-03-09\n\
3,c,浙江省,,,,,罐,1,30,0,30,2026-03-03 10:00:00,完成,,,,\n\
4,d,,,,鼓楼区中山路1号,,茶,1,40,10,50,2026-03-04 10:00:00,完成,,,,\n\
5,e,California,Los Angeles,,1 Main St,United States,茶,1,40,10,50,2026-03-05 10:00:00,完成,,,,\n\
6,f,浙江省,杭州市,西湖区,文三路2号,,茶,,40,10,50,2026-03-06 10:00:00,完成,,,,\n\
7,g,浙江省,杭州市,西湖区,文三路3号,,茶,1,40,10,0,2026-03-07 10:00:00,关闭,,,,\n\
8,h,台湾省,台北市,信义区,一号,,茶,1,40,10,50,2026-03-08 10:00:00,完成,,,,\n";

fn tea_template() -> Template {
    read_template(
        r#"{"name": "按重", "payer": "buyer", "measure": "weight", "methods": [{"method": "express",
            "rules": [{"regions": ["default"], "first": 1000, "first_fee": 800, "step": 500, "step_fee": 300},
                      {"regions": ["650000"], "first": 1000, "first_fee": 2000, "step": 500, "step_fee": 1200}],
            "free": [{"regions": ["330000"], "any": [{"amount_at_least": 9900}]}],
            "no_delivery": [{"regions": ["710000"], "reason": "没有快递"}]}]}"#,
    )
    .unwrap()
}

fn replayed(desk: &Desk, template: Template) -> Replay {
    let query = ReplayQuery { template, method: None, period: Period::default(), against: Against::Charged };
    desk.shop.replay(&query, &Task::quiet()).unwrap()
}

#[test]
fn a_replay_counts_every_order_once_and_drops_none() {
    let desk = shop_with(ORDERS);
    set(&desk, &[("茶", ProductField::Weight, "600 g"), ("杯", ProductField::Weight, "0.4kg")]);
    let found = replayed(&desk, tea_template());
    // 1: 1200 g = 800 + 300 = 1100. 2: 2200 g to Xinjiang = 2000 + 3 × 1200 = 5600.
    assert_eq!((found.orders, found.computed, found.compared, found.not_sent), (7, 2, 2, 1));
    assert_eq!((found.old_fees, found.new_fees), (2000, 1100 + 5600));
    assert_eq!((found.more.orders, found.more.amount, found.less.orders, found.same), (2, 4700, 0, 0));
    let reasons: Vec<(Uncounted, u64)> = found.not_computed.iter().map(|n| (n.reason, n.orders)).collect();
    assert_eq!(
        reasons,
        [
            (Uncounted::NotDelivered, 1),
            (Uncounted::MissingWeight, 1),
            (Uncounted::AmbiguousRegion, 1),
            (Uncounted::Abroad, 1),
            (Uncounted::UnknownPieces, 1)
        ]
    );
    assert_eq!(found.computed + found.not_computed.iter().map(|n| n.orders).sum::<u64>(), found.orders);
    assert_eq!(found.missing.iter().map(|m| (m.title.as_str(), m.orders)).collect::<Vec<_>>(), [("罐", 1)]);
    assert_eq!(found.bars.iter().map(|b| b.orders).sum::<u64>(), found.compared);
    let raised = found.bars.iter().find(|b| b.to.is_none()).unwrap();
    assert_eq!((raised.orders, raised.examples[0].new, raised.examples[0].region.as_str()), (1, 5600, "新疆维吾尔自治区乌鲁木齐市天山区"));
}

#[test]
fn a_replay_knows_what_couriers_took_and_which_orders_lose_money() {
    let desk = shop_with(ORDERS);
    set(
        &desk,
        &[
            ("茶", ProductField::Weight, "600"),
            ("杯", ProductField::Weight, "400"),
            ("茶", ProductField::Cost, "39.5"),
            ("杯", ProductField::Cost, "5"),
        ],
    );
    let mut table = template("中通", 600);
    table.methods[0].rules[0].step_fee = 200;
    desk.shop.save_template(&TemplateDraft { kind: Kind::Cost, courier: "中通".into(), ..draft(table) }, NOW).unwrap();
    let found = replayed(&desk, tea_template());
    // Cost: order 1 1200 g = 600 + 200 = 800; order 2 2200 g = 600 + 3 × 200 = 1200.
    assert_eq!((found.cost.known, found.cost.sum), (2, 2000));
    assert_eq!((found.cost.old_below.orders, found.cost.old_below.amount), (1, 200), "order 2 was charged 10 and cost 12");
    assert_eq!(found.cost.new_below.orders, 0);
    // Order 1: 80 + 10 − 79 − 8 = 3; order 2: 120 + 10 − 123.50 − 12 = −5.50. Then: 80 + 11 … and 120 + 56 …
    assert_eq!((found.loss.known, found.loss.old.orders, found.loss.old.amount, found.loss.new.orders), (2, 1, 550, 0));
}

#[test]
fn old_orders_are_held_against_the_version_of_their_day() {
    let desk = shop_with(ORDERS);
    set(&desk, &[("茶", ProductField::Weight, "600"), ("杯", ProductField::Weight, "400")]);
    let (_, id) = desk.shop.save_template(&draft(template("全国", 800)), NOW).unwrap();
    let mut later = template("全国", 1800);
    later.valid_from = Some("2026-03-02".into());
    desk.shop.save_template(&TemplateDraft { id: Some(id), ..draft(later) }, NOW).unwrap();
    let query = ReplayQuery { template: tea_template(), method: None, period: Period::default(), against: Against::Templates };
    let found = desk.shop.replay(&query, &Task::quiet()).unwrap();
    // Order 1 by the first version: 800 + 300; order 2 by the second: 1800 + 3 × 300.
    assert_eq!(found.old_fees, 1100 + 2700);
}

#[test]
fn a_cancelled_replay_ends_and_a_period_is_kept() {
    let desk = shop_with(ORDERS);
    set(&desk, &[("茶", ProductField::Weight, "600"), ("杯", ProductField::Weight, "400")]);
    let task = Task::quiet();
    task.cancel();
    let query =
        |since, until| ReplayQuery { template: tea_template(), method: None, period: Period { since, until }, against: Against::Charged };
    assert_eq!(desk.shop.replay(&query(None, None), &task).unwrap_err().code(), "cancelled");
    let day =
        |d: u32| chrono::NaiveDate::from_ymd_opt(2026, 3, d).and_then(|d| zhanggui_core::time::start_of_day(d, chrono_tz::Asia::Shanghai));
    let found = desk.shop.replay(&query(day(2), day(3)), &Task::quiet()).unwrap();
    assert_eq!((found.orders, found.computed, found.new_fees), (1, 1, 5600));
}

/// The quick way over many orders gives what the explained quote of one basket gives.
#[test]
fn a_past_fee_is_the_quote_of_its_basket() {
    let mut rows = String::new();
    let regions = [
        ("浙江省", "杭州市", "西湖区"),
        ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"),
        ("台湾省", "台北市", "信义区"),
        ("北京市", "北京市", "朝阳区"),
    ];
    for n in 0..60u32 {
        let (province, city, district) = regions[n as usize % 4];
        let (tea, cup, jar) = (n % 5, n % 3, n % 2);
        let amount = tea * 40 + cup * 20 + jar * 30;
        for (title, pieces, price) in [("茶", tea, 40), ("杯", cup, 20), ("罐", jar, 30)] {
            if pieces > 0 {
                rows.push_str(&format!(
                    "{n},b{n},{province},{city},{district},路{n}号,,{title},{pieces},{price},10,{},2026-03-01 10:00:00,完成,,,,\n",
                    amount + 10
                ));
            }
        }
    }
    let desk = shop_with(&rows);
    set(
        &desk,
        &[
            ("茶", ProductField::Weight, "600"),
            ("杯", ProductField::Weight, "400"),
            ("罐", ProductField::Weight, "900"),
            ("杯", ProductField::ExcludedFromFree, "是"),
            ("罐", ProductField::OwnFee, "5"),
        ],
    );
    let template = tea_template();
    let past = Past::load(&desk.shop, Period::default(), "CNY", &Task::quiet()).unwrap();
    let book = Rulebook::of_one(&template, None).unwrap();
    let weights = [("茶", 600), ("杯", 400), ("罐", 900)];
    let mut compared = 0;
    for order in &past.orders {
        let Place::Known(region) = order.place else { panic!("every region is known") };
        let code = zhanggui_core::regions::table::table().get(region).code.to_string();
        let lines = past.content(order).map(|(product, pieces)| {
            let title = product.unwrap().title.clone();
            let weight = weights.iter().find(|w| w.0 == title).map(|w| w.1);
            Line {
                pieces: pieces.unwrap(),
                weight,
                own_fee: (title == "罐").then_some(500),
                excluded_from_free: title == "杯",
                name: title,
                ..Line::default()
            }
        });
        let mut lines: Vec<Line> = lines.collect();
        // Only what is pooled counts for free shipping.
        if let Some(tea) = lines.iter_mut().find(|l| l.name == "茶") {
            tea.amount = tea.pieces * 4000;
        }
        let basket = Basket { to: code, method: None, combine: None, lines };
        let quick = book.fee(&past, order).map(|f| f.fee).map_err(|e| serde_json::to_value(e).unwrap().as_str().unwrap().to_owned());
        let whole = quote(&template, &basket, &Habits::default()).map(|q| q.fee).map_err(|e| e.code().to_owned());
        assert_eq!(quick, whole, "{basket:?}");
        compared += 1;
    }
    assert!(compared > 40);
}

#[test]
fn a_table_of_products_says_what_it_changes_and_changes_that() {
    let desk = shop_with(ORDERS);
    let table =
        PlainTable::pasted("商品名称\t重量(kg)\t成本\t运费模板\n茶\t0.6\t12.5\t\n杯\t重\t5\t没有的模板\n没有的商品\t1\t\t").unwrap();
    let plan = desk.shop.plan_product_table(&table, Currency::CNY).unwrap();
    assert_eq!((plan.rows, plan.products, plan.values.len()), (3, 2, 3));
    let reasons: Vec<(u32, &str, &str)> = plan.rejected.iter().map(|r| (r.row, r.value.as_str(), r.reason.as_str())).collect();
    assert_eq!(reasons, [(3, "重", "not_a_weight"), (3, "没有的模板", "unknown_template"), (4, "没有的商品", "unknown_product")]);
    assert!(desk.shop.products().unwrap().iter().all(|p| p.weight.is_none()), "a plan writes nothing");
    desk.shop.apply_product_table(&plan, Currency::CNY, NOW).unwrap();
    let tea = desk.shop.products().unwrap().into_iter().find(|p| p.title == "茶").unwrap();
    assert_eq!((tea.weight, tea.cost, tea.cost_currency.as_deref()), (Some(600), Some(1250), Some("CNY")));
    desk.shop.undo(NOW).unwrap();
    assert!(desk.shop.products().unwrap().iter().all(|p| p.weight.is_none() && p.cost.is_none()));
}

#[test]
fn a_wrong_value_of_many_products_changes_none_of_them() {
    let desk = shop_with(ORDERS);
    let value = |title: &str, text: &str| ProductValue { id: product(&desk, title), field: ProductField::Weight, text: text.into() };
    let error = desk.shop.edit_products(&[value("茶", "600"), value("杯", "viel")], Currency::CNY, NOW).unwrap_err();
    assert_eq!((error.code(), error.details()["value"].as_str()), ("bad_value", Some("viel")));
    assert!(desk.shop.products().unwrap().iter().all(|p| p.weight.is_none()));
}

#[test]
fn the_finder_tells_what_each_threshold_waives_and_brings() {
    // Ten orders of one piece at 40 and ten of two at 80, all to Hangzhou at 8, courier 6, goods 10 a piece.
    let mut rows = String::new();
    for n in 0..20 {
        let pieces = 1 + n / 10;
        rows.push_str(&format!(
            "{n},b{n},浙江省,杭州市,西湖区,路{n}号,,茶,{pieces},40,8,{},2026-03-01 10:00:00,完成,中通,Z{n},,\n",
            pieces * 40 + 8
        ));
    }
    let desk = shop_with(&rows);
    set(&desk, &[("茶", ProductField::Weight, "100"), ("茶", ProductField::Cost, "10")]);
    desk.shop.save_template(&TemplateDraft { kind: Kind::Cost, courier: "中通".into(), ..draft(template("中通", 600)) }, NOW).unwrap();
    let query = |by| FinderQuery {
        template: template("全国", 800),
        method: None,
        period: Period::default(),
        by,
        fill_up_percent: 50,
        near_percent: 60,
    };
    let found = desk.shop.find_free_from(&query(By::Amount), &Task::quiet()).unwrap();
    assert_eq!((found.orders, found.left_out, found.margin_known, found.margin_rate), (20, 0, 20, Some(7500)));
    let at = |from: i64| found.thresholds.iter().find(|t| t.from == from).unwrap_or_else(|| panic!("no {from}: {:?}", found.thresholds));
    let eighty = at(8000);
    assert_eq!((eighty.free, eighty.waived, eighty.charged, eighty.near, eighty.short), (10, 8000, 8000, 10, 40_000));
    // Half of the ten short of 40 each fill up: 200 at a rate of 75 in 100.
    assert_eq!(eighty.fill_up, Some(15_000 - 4_000), "less the fees of those who fill up");
    // 1200 of goods, 300 their cost, 120 the courier's, 80 of fees are left.
    assert_eq!(eighty.margin, Some(120_000 - 30_000 - 12_000 + 8_000));
    assert_eq!(found.break_even, Some(8000), "at 40 all is waived and nothing fills up");
    let pieces = desk.shop.find_free_from(&query(By::Pieces), &Task::quiet()).unwrap();
    let two = pieces.thresholds.iter().find(|t| t.from == 2).unwrap();
    assert_eq!((two.free, two.near, two.short, two.fill_up), (10, 10, 10, Some(11_000)));
}

#[test]
fn free_shipping_a_margin_cannot_carry_is_pointed_out_with_the_numbers() {
    let desk = shop_with(ORDERS);
    set(&desk, &[("茶", ProductField::Weight, "600"), ("茶", ProductField::Cost, "37"), ("杯", ProductField::Cost, "2")]);
    let (_, first) = desk.shop.save_template(&draft(template("一", 800)), NOW).unwrap();
    desk.shop.save_template(&draft(template("二", 800)), NOW).unwrap();
    desk.shop.archive_template(first, true, NOW).unwrap();
    let findings = desk.shop.lint_template(&tea_template(), &Task::quiet()).unwrap();
    let thin: Vec<_> = findings.iter().filter_map(|f| if let What::ThinMargin(t) = &f.what { Some(t) } else { None }).collect();
    // Three of the tea at 40 reach 99; 3 × 3 are left; 1800 g to Zhejiang are 800 + 2 × 300.
    assert_eq!(thin.len(), 1, "{thin:?}");
    assert_eq!((thin[0].product.as_str(), thin[0].pieces, thin[0].margin, thin[0].shipping), ("茶", 3, 900, 1400));
    assert!(thin[0].usual && thin[0].estimated && thin[0].region == "浙江省");
    let generous = Template { payer: zhanggui_core::shipping::template::Payer::Seller, ..tea_template() };
    let all = desk.shop.lint_template(&generous, &Task::quiet()).unwrap();
    let one = all.iter().find_map(|f| if let What::ThinMargin(t) = &f.what { Some(t) } else { None }).unwrap();
    assert_eq!((one.pieces, one.margin, one.shipping, one.condition), (1, 300, 800, None), "one piece sent free already loses money");
    set(&desk, &[("茶", ProductField::Template, "二")]);
    let bound = desk.shop.lint_template(&tea_template(), &Task::quiet()).unwrap();
    assert!(!bound.iter().any(|f| matches!(f.what, What::ThinMargin(_))), "it is bound to another template");
    assert!(findings.iter().any(|f| matches!(&f.what, What::MissingWeights { products: 2, .. })), "{findings:?}");
    assert!(findings.iter().any(|f| matches!(&f.what, What::UnboundProducts { products: 3 })));
}

#[test]
fn free_conditions_are_held_against_the_last_orders() {
    let mut rows = String::new();
    for n in 0..30 {
        rows.push_str(&format!("{n},b{n},浙江省,杭州市,西湖区,路{n}号,,茶,1,40,8,48,2026-03-01 10:00:00,完成,,,,\n"));
    }
    let desk = shop_with(&rows);
    let with = |amount: i64| {
        let mut template = tea_template();
        template.methods[0].free[0].when = When::Any(vec![Bound::AmountAtLeast(amount)]);
        desk.shop.lint_template(&template, &Task::quiet()).unwrap().into_iter().map(|f| f.what).collect::<Vec<_>>()
    };
    assert!(with(9900).contains(&What::FreeNever { orders: 30 }));
    assert!(with(3000).contains(&What::FreeNearlyAlways { orders: 30, met: 30 }));
}

#[test]
fn a_bill_is_joined_to_orders_kept_once_and_taken_away() {
    let desk = shop_with(ORDERS);
    set(&desk, &[("茶", ProductField::Weight, "600"), ("杯", ProductField::Weight, "400")]);
    desk.shop.save_template(&TemplateDraft { kind: Kind::Cost, courier: "中通".into(), ..draft(template("中通", 600)) }, NOW).unwrap();
    let table =
        PlainTable::pasted("运单号\t计费重量(kg)\t运费\nZ1\t1.2\t8.50\nZ2\t2.2\t15\nZ9\t1\t6\nZ1x\t1\t多少\n合计\t\t29.50").unwrap();
    let plan = desk.shop.plan_bill(&table, None, Currency::CNY, &Task::quiet()).unwrap();
    assert_eq!((plan.rows, plan.matched, plan.unmatched, plan.sum), (5, 2, 1, 2950));
    let first = &plan.lines[0];
    assert_eq!(
        (first.order_number.as_str(), first.weight, first.cost, first.expected, first.charged),
        ("1", Some(1200), 850, Some(900), Some(1000))
    );
    assert_eq!(
        plan.rejected.iter().map(|r| (r.row, r.reason.as_str())).collect::<Vec<_>>(),
        [(5, "not_an_amount"), (6, "no_parcel_number")]
    );
    desk.shop.keep_bill(&plan, "中通", Currency::CNY, NOW).unwrap();
    let found = replayed(&desk, tea_template());
    assert_eq!((found.cost.known, found.cost.sum), (2, 850 + 1500), "the bill is believed before the table");
    // Orders that come, or come back, after their bill are joined as well.
    let run = desk.shop.imports().unwrap()[0].id;
    desk.shop.undo_import(run, NOW).unwrap();
    assert_eq!(replayed(&desk, tea_template()).orders, 0);
    desk.shop.undo(NOW).unwrap();
    assert_eq!(replayed(&desk, tea_template()).cost.sum, 850 + 1500);
    let again = desk.shop.plan_bill(&table, None, Currency::CNY, &Task::quiet()).unwrap();
    assert_eq!(again.billed_before, 3);
    desk.shop.keep_bill(&again, "中通", Currency::CNY, NOW).unwrap();
    let bills = desk.shop.bills().unwrap();
    assert_eq!(bills.iter().map(|b| (b.lines, b.matched, b.sum)).collect::<Vec<_>>(), [(0, 0, 0), (3, 2, 2950)]);
    desk.shop.delete_bill(bills[1].id, NOW).unwrap();
    assert_eq!(replayed(&desk, tea_template()).cost.sum, 900 + 1500, "by the courier's table again");
    desk.shop.undo(NOW).unwrap();
    assert_eq!(replayed(&desk, tea_template()).cost.sum, 850 + 1500);
}

#[test]
fn an_order_takes_its_amount_and_weight_to_the_calculator() {
    let desk = shop_with(ORDERS);
    let id = |number: &str| desk.shop.order_by_number(number).unwrap();
    set(&desk, &[("茶", ProductField::Weight, "600")]);
    let priced = desk.shop.calculator_form_of(id("1")).unwrap();
    let order = desk.shop.order(id("1")).unwrap();
    let goods = order.paid.unwrap() - order.shipping_fee.unwrap_or(0);
    let sum: i64 = priced.lines.iter().map(|l| parse_decimal(&l.amount, 2, DecimalMark::Point).unwrap()).sum();
    assert_eq!(sum, goods, "the lines are what was paid for the goods");
    assert!(priced.lines.iter().any(|l| l.name == "茶" && l.weight == "600 g"), "{:?}", priced.lines);
    // Without prices of the items, and with a parcel that was weighed whole.
    let plain = shop_with("7001,甲,浙江省,杭州市,西湖区,文三路 1 号,中国,青瓷茶杯,3,,0,66,2026-11-15 10:00:00,完成,中通,Z1,,\n");
    let table = PlainTable::pasted("运单号\t计费重量(kg)\t运费\nZ1\t1.0\t8.50").unwrap();
    let bill = plain.shop.plan_bill(&table, None, Currency::CNY, &Task::quiet()).unwrap();
    plain.shop.keep_bill(&bill, "中通", Currency::CNY, NOW).unwrap();
    let form = plain.shop.calculator_form_of(plain.shop.order_by_number("7001").unwrap()).unwrap();
    assert_eq!((form.lines[0].amount.as_str(), form.lines[0].weight.as_str()), ("66.00", "334 g"));
}

#[test]
fn couriers_are_told_apart_by_province_and_too_few_is_said() {
    let mut rows = String::new();
    for n in 0..25 {
        let day = 2 + n % 5;
        rows.push_str(&format!(
            "{n},b{n},浙江省,杭州市,西湖区,路{n}号,,茶,1,40,8,48,2026-03-01 10:00:00,完成,中通,Z{n},2026-03-01,2026-03-0{day}\n"
        ));
    }
    rows.push_str("90,x,西藏自治区,拉萨市,城关区,路1号,,茶,1,40,8,48,2026-03-01 10:00:00,已发,中通,Y1,2026-03-01,\n");
    let desk = shop_with(&rows);
    let now =
        chrono::NaiveDate::from_ymd_opt(2026, 3, 20).and_then(|d| zhanggui_core::time::start_of_day(d, chrono_tz::Asia::Shanghai)).unwrap();
    let lines = desk.shop.courier_scorecard(Period::default(), "CNY", &Task::quiet(), now).unwrap();
    let shown: Vec<_> = lines.iter().map(|l| (l.courier.as_str(), l.province.as_str(), l.parcels, l.stuck, l.too_few)).collect();
    assert_eq!(shown, [("中通", "", 26, 1, false), ("中通", "浙江省", 25, 0, false), ("中通", "西藏自治区", 1, 1, true)]);
    assert_eq!((lines[1].days_known, lines[1].median_days, lines[1].ninetieth_days), (25, Some(30), Some(50)));
    assert_eq!(lines[0].stuck_orders.len(), 1);
}

#[test]
fn a_pasted_message_becomes_an_order_of_the_person_it_is_from() {
    let desk = shop_with(ORDERS);
    let pasted = desk.shop.read_pasted_order("张小满 13800138001，北京朝阳区建国路1号院2号楼").unwrap();
    let order = &pasted.order;
    assert_eq!(
        (order.recipient.as_str(), order.phone.as_str(), order.province.as_str(), order.city.as_str(), order.district.as_str()),
        ("张小满", "13800138001", "北京市", "北京市", "朝阳区")
    );
    assert!(pasted.buyers.is_empty());
    let whole = desk
        .shop
        .read_pasted_order("你好老板，茶叶礼盒两个，每个40元，运费8元，尽快发货，谢谢\n张小满 13800138001 北京朝阳区建国路1号院2号楼")
        .unwrap()
        .order;
    assert_eq!(
        (whole.recipient.as_str(), whole.address.as_str()),
        ("张小满", order.address.as_str()),
        "goods are no street, thanks no name"
    );
    assert_eq!(
        (whole.lines[0].title.as_str(), whole.lines[0].quantity.as_str(), whole.lines[0].unit_price.as_str()),
        ("茶叶礼盒", "2", "40")
    );
    assert_eq!((whole.shipping_fee.as_str(), whole.seller_note.as_str()), ("8", "尽快发货"));
    assert_eq!(desk.shop.read_pasted_order("谢谢老板").unwrap().order.recipient, "");
    let line = |title: &str, quantity: &str, unit_price: &str| NewLine {
        title: title.into(),
        quantity: quantity.into(),
        unit_price: unit_price.into(),
    };
    let new = NewOrder { lines: vec![line("茶", "2", "40"), line("新茶杯", "", "25.50")], shipping_fee: "8".into(), ..order.clone() };
    let (_, id) = desk.shop.add_order(&new, "Asia/Shanghai", NOW).unwrap();
    let stored = desk.shop.order(id).unwrap();
    assert_eq!((stored.paid, stored.goods, stored.items.len()), (Some(11_350), Some(10_550), 2));
    let again = desk.shop.read_pasted_order("张小满 138 0013 8001 北京朝阳区建国路1号院2号楼").unwrap();
    assert_eq!(again.buyers.iter().map(|b| (b.name.as_str(), b.orders, b.same_name)).collect::<Vec<_>>(), [("张小满", 1, true)]);
    let second = NewOrder { customer: Some(again.buyers[0].id), lines: vec![line("茶", "1", "40")], ..again.order };
    let (_, other) = desk.shop.add_order(&second, "Asia/Shanghai", NOW).unwrap();
    assert_ne!(desk.shop.order(other).unwrap().number, stored.number, "two orders of one minute have two numbers");
    assert!(desk.shop.check().unwrap().iter().all(|c| c.violations == 0));
    let before = desk.shop.orders(&Default::default(), 0, 0).unwrap().total;
    desk.shop.undo(NOW).unwrap();
    desk.shop.undo(NOW).unwrap();
    assert_eq!(desk.shop.orders(&Default::default(), 0, 0).unwrap().total, before - 2);
    assert!(desk.shop.read_pasted_order("张小满 13800138001").unwrap().buyers.is_empty(), "the buyer went with their order");
    desk.shop.redo(NOW).unwrap();
    desk.shop.redo(NOW).unwrap();
    assert_eq!(desk.shop.order(other).unwrap().customer_id, desk.shop.order(id).unwrap().customer_id);
    assert!(desk.shop.check().unwrap().iter().all(|c| c.violations == 0));
    for (wrong, field) in [
        (NewOrder { recipient: " ".into(), ..new.clone() }, "order.recipient"),
        (NewOrder { phone: "12".into(), ..new.clone() }, "order.phone"),
        (NewOrder { shipping_fee: "八".into(), ..new.clone() }, "order.shipping_fee"),
        (NewOrder { lines: vec![line("茶", "0", "1")], ..new.clone() }, "order.quantity"),
        (NewOrder { lines: vec![], ..new.clone() }, "order.lines"),
    ] {
        let error = desk.shop.add_order(&wrong, "Asia/Shanghai", NOW).unwrap_err();
        assert_eq!(error.details()["field"], field, "{error}");
    }
}

#[test]
fn how_much_more_to_buy_is_said_only_where_the_amount_is_known() {
    let desk = Desk::new();
    let mut whole = template("全国", 800);
    let all = When::Any(vec![Bound::AmountAtLeast(9_900)]);
    whole.methods[0].free.push(FreeCondition { regions: vec![TemplatePlace::Default], except: vec![], when: all });
    desk.shop.save_template(&draft(whole), NOW).unwrap();
    let ask = |amounts: &[&str]| {
        let line = |amount: &&str| CalculatorLine {
            pieces: "1".into(),
            weight: "400 g".into(),
            amount: (*amount).into(),
            ..CalculatorLine::default()
        };
        let lines = amounts.iter().map(line).collect();
        let form = CalculatorForm { to: "330106".into(), template: None, method: None, combine: None, lines };
        desk.shop.calculate(&form, Language::Chinese, chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()).unwrap()
    };
    let known = ask(&["90", "8"]);
    assert!(known.message.contains("再买1元就可以包邮") && known.words.iter().any(|w| w.contains("再买1元")), "{}", known.message);
    for unknown in [ask(&[""]), ask(&["90", ""])] {
        assert!(unknown.message.contains("满99元就可以包邮") && !unknown.words.iter().any(|w| w.contains("再买")), "{}", unknown.message);
    }
}
