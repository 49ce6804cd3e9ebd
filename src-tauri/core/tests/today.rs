//! A seller's day: what is due, in which order, with which words; contacts, phrases, the timeline and the card.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use common::{Desk, logical_dump};
use zhanggui_core::Error;
use zhanggui_core::calendar::quiet::QuietHours;
use zhanggui_core::calendar::rules::{AddressBy, Rules};
use zhanggui_core::complaints::state::Stage;
use zhanggui_core::complaints::steps::FormEdit;
use zhanggui_core::complaints::take_in::NewComplaint;
use zhanggui_core::complaints::words::Cause;
use zhanggui_core::contacts::channel::{ContactChannel, ContactOutcome};
use zhanggui_core::contacts::preference::{MayContact, Preference};
use zhanggui_core::contacts::record::{About, ContactResult, ContactText};
use zhanggui_core::customers::birthday::Birthday;
use zhanggui_core::customers::edit::{CustomerEdit, TextField};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::source::Source;
use zhanggui_core::language::Language;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::phrases::library::PhraseQuery;
use zhanggui_core::phrases::values::PhraseAbout;
use zhanggui_core::promises::PromiseText;
use zhanggui_core::task::Task;
use zhanggui_core::time::{Moment, parse_time, parse_zone};
use zhanggui_core::today::list::{Section, Today, TodayAct};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> Moment {
    let zone = parse_zone("Asia/Shanghai").unwrap();
    Moment { at: parse_time(text, zone, None).unwrap(), zone }
}

fn later(moment: Moment, seconds: i64) -> Moment {
    Moment { at: moment.at + seconds, ..moment }
}

/// One order that ended four days before the day of these tests, one that is on the way since two weeks.
const ORDERS: &str = "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,宝贝标题,宝贝总数量,物流公司,物流单号,发货时间,确认收货时间\n\
    7000000000000000001,zhang_xiaoman,66.00,66.00,交易成功,张小满,浙江省 杭州市 西湖区 文三路 1 号,13800000001,2026-11-15 10:00:00,青瓷茶杯,1,中通快递,7001,2026-11-16 10:00:00,2026-11-20 12:00:00\n\
    7000000000000000002,li_lei,30.00,30.00,卖家已发货，等待买家确认,李雷,浙江省 杭州市 西湖区 文三路 2 号,13800000002,2026-11-08 10:00:00,竹杯垫,2,圆通速递,7002,2026-11-09 10:00:00,\n";

fn desk() -> (Desk, Moment) {
    let desk = Desk::new();
    desk.import_text("orders.csv", ORDERS, &Choices::default()).unwrap();
    (desk, at("2026-11-24 10:00:00"))
}

fn person(desk: &Desk, handle: &str, now: Moment) -> i64 {
    desk.shop.who_is(handle, 1, now).unwrap().people[0].id
}

fn today(desk: &Desk, now: Moment) -> Today {
    desk.shop.today(50, Language::Chinese, now).unwrap()
}

fn lines(desk: &Desk, now: Moment) -> Vec<(String, Section)> {
    today(desk, now).lines.into_iter().map(|l| (l.source, l.section)).collect()
}

fn complain(desk: &Desk, customer: i64, now: Moment) -> i64 {
    let new = NewComplaint {
        customer_id: Some(customer),
        order_id: None,
        product: "青瓷茶杯".into(),
        channel: ContactChannel::Wechat,
        words: "裂了".into(),
        received_at: now.at,
    };
    desk.shop.take_complaint(&new, now).unwrap().1.id
}

fn wish(desk: &Desk, customer: i64, value: Preference, now: Moment) {
    desk.shop.edit_customer(customer, &CustomerEdit::Preference { value }, now.at).unwrap();
}

#[test]
fn the_day_begins_with_what_is_overdue_and_ends_with_wishes() {
    let (desk, now) = desk();
    let li = person(&desk, "李雷", now);
    complain(&desk, li, later(now, -DAY));
    let promise = |hours: i64| PromiseText {
        about: About { customer_id: Some(li), ..About::default() },
        what: "补发杯垫".into(),
        due_at: now.at + hours * HOUR,
    };
    desk.shop.make_promise(&promise(5), now.at).unwrap();
    desk.shop.make_promise(&promise(30), now.at).unwrap();
    desk.shop.make_promise(&promise(24 * 30), now.at).unwrap();
    assert_eq!(
        lines(&desk, now),
        [
            ("complaint".to_owned(), Section::First),
            ("promise".to_owned(), Section::Today),
            ("stuck".to_owned(), Section::Today),
            ("check_in".to_owned(), Section::Today),
            ("promise".to_owned(), Section::Soon),
        ]
    );
    let day = today(&desk, now);
    assert_eq!((day.date.as_str(), day.lunar.as_str(), day.counts.first, day.total), ("2026-11-24", "十月十六", 1, 5));
    assert_eq!(day.summary, "1 个投诉步骤已经超时，1 个承诺今天到时间，1 个包裹走得太久。之后可以问问 1 位买家东西怎么样。");
    assert_eq!((day.lines[3].subject.as_str(), day.lines[3].days), ("青瓷茶杯", Some(3)));
}

#[test]
fn a_line_is_done_put_off_or_skipped_by_one_undoable_change() {
    let (desk, now) = desk();
    let li = person(&desk, "李雷", now);
    let before = logical_dump(&desk);
    let act = |source: &str, key: &str, act: TodayAct| desk.shop.act_today(source, key, &act, now);
    let promise = PromiseText { about: About { customer_id: Some(li), ..About::default() }, what: "补发".into(), due_at: now.at + HOUR };
    desk.shop.make_promise(&promise, now.at).unwrap();
    let keys: BTreeMap<String, String> = today(&desk, now).lines.into_iter().map(|l| (l.source, l.key)).collect();
    act("promise", &keys["promise"], TodayAct::Done).unwrap();
    act("check_in", &keys["check_in"], TodayAct::Skip { reason: "刚聊过".into() }).unwrap();
    act("stuck", &keys["stuck"], TodayAct::Snooze { until: now.at + DAY }).unwrap();
    assert!(lines(&desk, now).is_empty());
    assert_eq!(today(&desk, now).summary, "今天的事都做完了，一共 1 件。");
    assert_eq!(lines(&desk, later(now, DAY + 1)), [("stuck".to_owned(), Section::Today)]);
    for (source, key, bad, code) in [
        ("stuck", keys["stuck"].as_str(), TodayAct::Skip { reason: " ".into() }, "bad_value"),
        ("stuck", keys["stuck"].as_str(), TodayAct::Snooze { until: now.at - 1 }, "bad_value"),
        ("promise", "promise:99", TodayAct::Done, "not_found"),
        ("promise", "nonsense", TodayAct::Done, "not_found"),
        ("weather", "x:1", TodayAct::Done, "not_found"),
    ] {
        assert_eq!(act(source, key, bad).unwrap_err().code(), code, "{source} {key}");
    }
    for _ in 0..4 {
        desk.shop.undo(now.at).unwrap();
    }
    assert_eq!(logical_dump(&desk), before);
}

#[test]
fn a_complaints_step_is_done_from_the_list_only_when_nothing_lacks() {
    let (desk, now) = desk();
    let id = complain(&desk, person(&desk, "张小满", now), now);
    let key = format!("complaint:{id}");
    match desk.shop.act_today("complaint", &key, &TodayAct::Done, now) {
        Err(Error::Refused { .. }) => {}
        other => panic!("{other:?}"),
    }
    desk.shop.edit_complaint(id, &FormEdit::Said { value: "对不起".into() }, now).unwrap();
    desk.shop.act_today("complaint", &key, &TodayAct::Done, now).unwrap();
    assert_eq!(desk.shop.complaint(id, now).unwrap().stage, Stage::Respond);
}

#[test]
fn nobody_is_proposed_in_their_quiet_hours_or_against_their_will() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    let quiet = Preference { quiet: Some(QuietHours { from: 9 * 60, to: 14 * 60 }), ..Preference::default() };
    wish(&desk, zhang, quiet.clone(), now);
    complain(&desk, zhang, later(now, -DAY));
    let line = today(&desk, now).lines.into_iter().find(|l| l.source == "complaint").unwrap();
    assert_eq!((line.section, line.overdue), (Section::Today, true), "overdue, but not before 14:00");
    assert_eq!(line.may_contact, MayContact::QuietUntil { at: at("2026-11-24 14:00:00").at });
    assert!(desk.shop.snooze_times(Some(zhang), now).unwrap().iter().all(|t| !QuietHours { from: 540, to: 840 }.holds(t.at, now.zone)));

    // A wish is not proposed at all to someone who wants no contact; a duty is, and says so.
    desk.shop.delete_complaint(1, now.at).unwrap();
    assert!(lines(&desk, later(now, 5 * HOUR)).iter().any(|(source, _)| source == "check_in"));
    wish(&desk, zhang, Preference { no_contact: true, ..quiet }, now);
    assert!(!lines(&desk, later(now, 5 * HOUR)).iter().any(|(source, _)| source == "check_in"));
    complain(&desk, zhang, now);
    assert_eq!(today(&desk, now).lines.iter().find(|l| l.source == "complaint").unwrap().may_contact, MayContact::Never);
}

#[test]
fn arrivals_are_asked_about_once_and_not_after_a_contact_or_in_a_complaint() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    let asks = |now: Moment| lines(&desk, now).iter().any(|(source, _)| source == "check_in");
    assert!(asks(now) && !asks(later(now, -2 * DAY)) && !asks(later(now, 9 * DAY)));
    let contact = ContactText {
        about: About { customer_id: Some(zhang), ..About::default() },
        at: now.at,
        channel: ContactChannel::Phone,
        outgoing: true,
        outcome: ContactOutcome::Reached,
        text: "说很好".into(),
        anyway: None,
    };
    let (_, id) = desk.shop.record_contact(&contact, now.at).unwrap();
    assert!(!asks(now));
    desk.shop.delete_contact(id, now.at).unwrap();
    complain(&desk, zhang, now);
    assert!(!asks(now));
    desk.shop.undo(now.at).unwrap();
    let mut rules = desk.shop.rules().unwrap();
    rules.day.check_in_days = None;
    desk.shop.set_rules(&rules, now).unwrap();
    assert!(!asks(now));
}

#[test]
fn a_contact_its_promise_and_its_wish_are_one_change() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    let contact = ContactText {
        about: About { customer_id: Some(zhang), ..About::default() },
        at: now.at,
        channel: ContactChannel::Phone,
        outgoing: true,
        outcome: ContactOutcome::Refused,
        text: "请别再打了".into(),
        anyway: None,
    };
    let before = common::logical_dump(&desk);
    let far =
        ContactResult {
            promise: Some(("不再打".into(), i64::MAX)), no_more: Some("说过不要".into()), temperament: Some("急".into())
        };
    assert!(desk.shop.record_contact_with(&contact, &far, now.at).is_err());
    assert_eq!(common::logical_dump(&desk), before, "a promise that cannot be kept leaves no contact behind");
    let result = ContactResult { promise: Some(("寄回执".into(), now.at + DAY)), ..far };
    desk.shop.record_contact_with(&contact, &result, now.at).unwrap();
    let card = desk.shop.card(zhang, now).unwrap();
    assert!(card.temperament == "急" && card.preference.no_contact && card.preference.reason == "说过不要");
    assert_eq!(card.promises.iter().map(|p| p.promise.what.as_str()).collect::<Vec<_>>(), ["寄回执"]);
    desk.shop.undo(now.at).unwrap();
    assert_eq!(common::logical_dump(&desk), before, "one step back takes all of it");
}

#[test]
fn birthdays_are_listed_by_both_calendars() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    // 2026-11-24 is the sixteenth of the tenth lunar month.
    let born = Birthday { lunar: true, year: None, month: 10, leap: false, day: 16 };
    desk.shop.edit_customer(zhang, &CustomerEdit::Birthday { value: Some(born) }, now.at).unwrap();
    let line = today(&desk, now).lines.into_iter().find(|l| l.source == "birthday").unwrap();
    assert_eq!((line.name.as_str(), line.subject.as_str(), line.days, line.section), ("张小满", "十月十六", Some(0), Section::Today));
    desk.shop.act_today("birthday", &line.key, &TodayAct::Done, now).unwrap();
    assert!(!lines(&desk, now).iter().any(|(source, _)| source == "birthday"));
}

#[test]
fn a_parcel_is_stuck_by_what_its_courier_usually_takes() {
    let (desk, now) = desk();
    let stuck = |desk: &Desk| lines(desk, now).iter().any(|(source, _)| source == "stuck");
    assert!(stuck(&desk));
    // Thirty parcels of the same courier that took twenty days each.
    let mut text = ORDERS.lines().next().unwrap().to_owned() + "\n";
    for n in 0..30 {
        text.push_str(&format!(
            "80000000000000000{n:02},buyer_{n},9.00,9.00,交易成功,王某{n},浙江省 杭州市 西湖区 文三路 3 号,,2026-10-01 10:00:00,竹杯垫,1,圆通速递,8{n:03},2026-10-02 10:00:00,2026-10-22 10:00:00\n"
        ));
    }
    desk.import_text("more.csv", &text, &Choices::default()).unwrap();
    desk.shop.learn_courier_days().unwrap();
    assert!(!stuck(&desk), "fifteen days are nothing for this courier");
}

#[test]
fn a_phrase_with_something_missing_is_not_copied_and_says_what() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    desk.shop.edit_customer(zhang, &CustomerEdit::Text { field: TextField::AddressAs, value: "小满姐".into() }, now.at).unwrap();
    let (_, key) =
        desk.shop.save_phrase(None, Language::Chinese, "soothe", "{客户.称呼}，{订单.商品}的{破损位置}我看到了", now.at).unwrap();
    let about = PhraseAbout { about: About { customer_id: Some(zhang), ..About::default() }, promise_id: None };
    let typed = BTreeMap::from([("破损位置".to_owned(), "杯口".to_owned())]);
    match desk.shop.use_phrase(&key, about, &typed, Language::Chinese, now) {
        Err(Error::Unfilled { names }) => assert_eq!(names, ["order.items"]),
        other => panic!("{other:?}"),
    }
    let order = desk.shop.orders(&Default::default(), 0, 10).unwrap().rows.into_iter().find(|o| o.name == "张小满").unwrap().id;
    let about = PhraseAbout { about: About { order_id: Some(order), ..About::default() }, promise_id: None };
    let text = desk.shop.use_phrase(&key, about, &typed, Language::Chinese, now).unwrap();
    assert_eq!(text, "小满姐，青瓷茶杯的杯口我看到了");
    let (_, paid) = desk.shop.save_phrase(None, Language::English, "other", "{order.number}: {order.paid}, {order.date}", now.at).unwrap();
    let text = desk.shop.use_phrase(&paid, about, &BTreeMap::new(), Language::English, now).unwrap();
    assert_eq!(text, "7000000000000000001: CNY 66.00, 15 November");
}

#[test]
fn the_library_is_searched_kept_in_order_of_use_and_restored() {
    let (desk, now) = desk();
    let find = |text: &str, scene: Option<&str>| {
        let query = PhraseQuery { text: text.into(), scene: scene.map(str::to_owned), ..PhraseQuery::default() };
        desk.shop.phrases(&query).unwrap()
    };
    let all = find("", None).len();
    let (_, own) = desk.shop.save_phrase(None, Language::Chinese, "打包", "青瓷要裹三层", now.at).unwrap();
    assert!(find("qingci", None).iter().any(|p| p.key == own) && find("qcy", None).iter().any(|p| p.key == own));
    assert!(desk.shop.phrase_scenes(Language::Chinese).unwrap().iter().any(|s| s.own && s.scene == "打包" && s.count == 1));

    // The one that was just used goes to the end; a favourite stands first.
    let greeting = find("", Some("greeting"));
    let no_slots = PhraseAbout::default();
    let free: Vec<_> = find("", Some("打包"));
    desk.shop.use_phrase(&free[0].key, no_slots, &BTreeMap::new(), Language::Chinese, now).unwrap();
    assert_eq!(find("", None).last().unwrap().key, own);
    desk.shop.set_favourite(&greeting[2].key, true, now.at).unwrap();
    assert_eq!(find("", Some("greeting"))[0].key, greeting[2].key);

    // A phrase of the program can be changed, hidden, and brought back.
    desk.shop.save_phrase(Some(&greeting[0].key), Language::Chinese, "greeting", "你好", now.at).unwrap();
    desk.shop.delete_phrase(&greeting[1].key, now.at).unwrap();
    assert_eq!(find("", None).len(), all);
    assert!(find("你好", Some("greeting")).iter().any(|p| p.edited));
    desk.shop.restore_phrases(Language::Chinese, now.at).unwrap();
    assert_eq!(find("", None).len(), all + 1);
    assert!(find("", None).iter().all(|p| !p.edited));

    for (text, reason) in [("{customer.nmae}", "unknown_variable"), ("{a", "unclosed_brace"), (" ", "blank")] {
        let error = desk.shop.save_phrase(None, Language::Chinese, "greeting", text, now.at).unwrap_err();
        assert_eq!(error.details()["reason"], reason, "{text}");
    }
}

#[test]
fn words_are_proposed_for_the_fault_of_the_case() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    let case = complain(&desk, zhang, now);
    let about = PhraseAbout { about: About { complaint_id: Some(case), ..About::default() }, promise_id: None };
    let proposed = |scene: &str| desk.shop.proposed_phrases(scene, about, &BTreeMap::new(), Language::Chinese, now).unwrap();
    assert!(proposed("compensate")[0].phrase.causes.is_empty(), "nobody knows yet what was at fault");
    desk.shop.edit_complaint(case, &FormEdit::Cause { value: Some(Cause::Damaged) }, now).unwrap();
    for scene in ["soothe", "respond", "empathise", "compensate"] {
        let phrases = proposed(scene);
        assert!(phrases[0].phrase.causes.contains(&Cause::Damaged), "{scene}: {}", phrases[0].phrase.key);
        assert!(phrases.iter().all(|p| p.phrase.causes.is_empty() || p.phrase.causes.contains(&Cause::Damaged)), "{scene}");
        assert!(phrases.iter().any(|p| p.phrase.causes.is_empty()), "{scene}: those for any fault stay");
    }
}

#[test]
fn a_buyer_without_a_form_of_address_is_called_as_the_seller_says() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    let about = PhraseAbout { about: About { customer_id: Some(zhang), ..About::default() }, promise_id: None };
    let (_, key) = desk.shop.save_phrase(None, Language::Chinese, "greeting", "{客户.称呼}，你好", now.at).unwrap();
    let called = || desk.shop.use_phrase(&key, about, &BTreeMap::new(), Language::Chinese, now).unwrap();
    assert_eq!(called(), "亲，你好", "never by the bare full name");
    for (address_by, words) in [(AddressBy::Hello, "您好"), (AddressBy::Name, "张小满")] {
        let rules = Rules { address_by, ..desk.shop.rules().unwrap() };
        desk.shop.set_rules(&rules, now).unwrap();
        assert_eq!(called(), format!("{words}，你好"));
    }
    desk.shop.edit_customer(zhang, &CustomerEdit::Text { field: TextField::AddressAs, value: "满姐".into() }, now.at).unwrap();
    assert_eq!(called(), "满姐，你好");
}

#[test]
fn an_order_whose_buyer_is_hidden_is_found_by_its_number() {
    let desk = Desk::new();
    desk.import_text(
        "orders.csv",
        "主订单编号,子订单编号,选购商品,商品数量,商品金额,订单应付金额,订单提交时间,订单状态,收件人,收件人手机号,详细地址,省,市,区,快递信息\n\
         6917926768823643011,6917926768823643501,雪平锅,1,239.00,238.12,2026-06-09 00:42:32,待发货,##4jHVGcZt8#,$$A5tRq,##地址密文,广东省,广州市,越秀区,\n",
        &Choices::default(),
    )
    .unwrap();
    let now = at("2026-11-24 10:00:00");
    for handle in ["6917926768823643011", "69179267", "3643011", "3011"] {
        let found = desk.shop.who_is(handle, 3, now).unwrap();
        assert_eq!((found.people.len(), found.orders.len()), (0, 1), "{handle}");
    }
    assert_eq!(desk.shop.who_is("2676", 3, now).unwrap().orders.len(), 0, "not by its middle");
    let line = &desk.shop.who_is("6917926768823643011", 3, now).unwrap().orders[0];
    assert_eq!((line.name.as_str(), line.encrypted), ("", true), "a cipher is no name");
    let order = desk.shop.order(line.id).unwrap();
    assert_eq!((order.recipient.as_str(), order.phone.as_str(), order.address.as_str()), ("", "", ""));
    assert_eq!(order.encrypted, ["recipient", "phone", "address"]);
    assert_eq!(desk.shop.orders(&OrderQuery { text: "69179267".into(), ..OrderQuery::default() }, 0, 9).unwrap().total, 1);
}

#[test]
fn a_phrase_that_pays_for_praise_is_flagged_and_not_copied() {
    let (desk, now) = desk();
    let (_, key) = desk.shop.save_phrase(None, Language::Chinese, "other", "五星好评返现 3 元", now.at).unwrap();
    let shown = desk.shop.phrases(&PhraseQuery { text: "返现".into(), ..PhraseQuery::default() }).unwrap();
    assert!(shown.iter().any(|p| p.key == key && p.incentive.is_some()));
    let refused = desk.shop.use_phrase(&key, PhraseAbout::default(), &BTreeMap::new(), Language::Chinese, now).unwrap_err();
    assert_eq!(refused.details()["reason"], "incentive");
}

#[test]
fn phrases_leave_as_a_table_and_come_back_once() {
    let (desk, now) = desk();
    desk.shop.save_phrase(None, Language::Chinese, "打包", "=裹三层，{客户.称呼}", now.at).unwrap();
    let file = desk.folder.path().join("phrases.csv");
    let written = desk.shop.export_phrases(Language::Chinese, &file).unwrap();
    let (_, again) = desk.shop.import_phrases(Language::Chinese, &Source::new(&file), &Task::quiet(), now.at).unwrap();
    assert_eq!((again.added, again.known, again.rejected.len()), (0, written, 0));
    let other = Desk::new();
    let (_, report) = other.shop.import_phrases(Language::Chinese, &Source::new(&file), &Task::quiet(), now.at).unwrap();
    assert_eq!(report.added, 1);
    let mine = other.folder.path().join("mine.csv");
    std::fs::write(&mine, "分类,话术\n打包,包好了\n打包,{没有.这个}\n").unwrap();
    let (_, report) = other.shop.import_phrases(Language::Chinese, &Source::new(&mine), &Task::quiet(), now.at).unwrap();
    assert_eq!((report.added, report.rejected), (1, vec![(3, "{没有.这个}".to_owned(), "unknown_variable".to_owned())]));
}

#[test]
fn everything_that_happened_with_a_person_stands_in_one_stream() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    desk.shop.save_note(None, zhang, "喜欢青色", now.at - DAY).unwrap();
    desk.shop.tag_customers(&[zhang], "老客", true, now.at - HOUR).unwrap();
    complain(&desk, zhang, now);
    let promise =
        PromiseText { about: About { customer_id: Some(zhang), ..About::default() }, what: "补发".into(), due_at: now.at + HOUR };
    desk.shop.make_promise(&promise, now.at + 1).unwrap();
    let kinds = |from, count| {
        let part = desk.shop.timeline(zhang, &[], from, count).unwrap();
        (part.entries.into_iter().map(|e| e.kind).collect::<Vec<_>>(), part.more)
    };
    assert_eq!(kinds(0, 10).0, ["promise", "complaint", "tag", "note", "parcel", "parcel", "order"]);
    assert_eq!(kinds(2, 2), (vec!["tag".to_owned(), "note".to_owned()], true));
    let only = desk.shop.timeline(zhang, &["note".to_owned()], 0, 10).unwrap();
    assert_eq!(only.entries[0].text, "喜欢青色");
    assert_eq!(desk.shop.timeline(999, &[], 0, 1).unwrap_err().code(), "not_found");
}

#[test]
fn a_person_is_recognised_by_anything_they_are_known_by() {
    let (desk, now) = desk();
    let zhang = person(&desk, "张小满", now);
    complain(&desk, zhang, now);
    for handle in
        ["张小满", "小满", "zxm", "zhangxiaoman", "zhang_xiaoman", "13800000001", "138 0000 0001", "0001", "7000000000000000001", "张 zxm"]
    {
        let found = desk.shop.who_is(handle, 3, now).unwrap().people;
        assert_eq!(found.first().map(|c| c.id), Some(zhang), "{handle}");
    }
    let card = desk.shop.who_is("zxm", 1, now).unwrap().people.remove(0);
    assert_eq!((card.order_count, card.paid, card.last_order.unwrap().items.as_str()), (1, 6_600, "青瓷茶杯"));
    assert_eq!(card.last_trouble.unwrap().stage, Stage::Soothe);
    assert_eq!(card.trouble_before, None);
    complain(&desk, zhang, Moment { at: now.at + HOUR, ..now });
    let card = desk.shop.card(zhang, now).unwrap();
    let (last, before) = (card.last_trouble.unwrap(), card.trouble_before.unwrap());
    assert!(last.received_at > before.received_at && last.complaint_id != before.complaint_id, "a case does not hide the one before it");
    assert!(desk.shop.who_is("没有这个人", 3, now).unwrap().people.is_empty() && desk.shop.who_is("  ", 3, now).unwrap().people.is_empty());
}
