//! Reviews against a stored shop: the ledger, what stays of a changed review, the follow-up, the checks of a reply,
//! the evidence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io::Read;

use common::{Desk, logical_dump};
use zhanggui_core::Error;
use zhanggui_core::calendar::quiet::QuietHours;
use zhanggui_core::calendar::rules::{CallHours, ReviewRules, Rules};
use zhanggui_core::complaints::attachments::Owner;
use zhanggui_core::contacts::channel::{ContactChannel, ContactOutcome};
use zhanggui_core::contacts::hold::Hold;
use zhanggui_core::contacts::preference::Preference;
use zhanggui_core::contacts::record::{About, ContactText};
use zhanggui_core::customers::edit::CustomerEdit;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::import::source::Source;
use zhanggui_core::language::Language;
use zhanggui_core::money::Currency;
use zhanggui_core::products::edit::{ProductField, ProductValue};
use zhanggui_core::reviews::contact_plan::{NoContact, TimeReason};
use zhanggui_core::reviews::detail::Review;
use zhanggui_core::reviews::draft::ReviewDraft;
use zhanggui_core::reviews::follow::{ReviewEdit, ReviewStep};
use zhanggui_core::reviews::insight::MonthOfProduct;
use zhanggui_core::reviews::list::{ReviewList, ReviewQuery};
use zhanggui_core::reviews::paste::Pasted;
use zhanggui_core::reviews::plan::{ReviewImport, ReviewPlan};
use zhanggui_core::reviews::reader::ReaderFinding;
use zhanggui_core::reviews::reply::ReplyKind;
use zhanggui_core::reviews::scores::ShopScore;
use zhanggui_core::reviews::suspicion::SignKind;
use zhanggui_core::reviews::table::{ReviewColumns, ReviewField};
use zhanggui_core::reviews::words::{Rating, ReviewCause, ReviewOutcome};
use zhanggui_core::task::Task;
use zhanggui_core::time::{Moment, format_local, parse_time, parse_zone};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

const ORDERS: &str = "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,宝贝标题,宝贝总数量,物流公司,物流单号,发货时间,确认收货时间\n\
    7000000000000000001,zhang_xiaoman,26.00,26.00,交易成功,张小满,浙江省 杭州市 西湖区 枫林里甲 19 号,13800000001,2026-11-15 19:10:00,青瓷茶杯,1,中通快递,7001,2026-11-16 10:00:00,2026-11-20 12:00:00\n\
    7000000000000000002,li_lei,30.00,30.00,交易成功,李雷,浙江省 杭州市 西湖区 文三路 2 号,13800000002,2026-11-08 10:00:00,竹杯垫,2,圆通速递,7002,2026-11-09 10:00:00,2026-11-12 10:00:00\n\
    7000000000000000003,zhang_xiaoman,40.00,40.00,交易成功,张小满,浙江省 杭州市 西湖区 枫林里甲 19 号,13800000001,2026-11-12 19:40:00,竹杯垫,1,中通快递,7003,2026-11-13 10:00:00,2026-11-16 12:00:00\n";

const REVIEWS: &str = "订单编号,买家昵称,商品名称,评价类型,评价内容,追评内容,商家回复,评价时间,评价图片\n\
    7000000000000000001,z**n,青瓷茶杯,差评,收到时杯口有个缺口，包装太薄,,,2026-11-23 20:00:00,\"a.jpg,b.jpg\"\n\
    7000000000000000002,li_lei,竹杯垫,好评,很喜欢,,,2026-11-20 09:00:00,\n\
    ,匿名,竹杯垫,中评,一般,,谢谢您，竹子有天然色差，我们在详情里补了照片。,2026-11-18 09:00:00,\n\
    7000000000000000003,z**n,竹杯垫,很好,不错,,,2026-11-18 09:00:00,\n";

fn at(text: &str) -> Moment {
    let zone = parse_zone("Asia/Shanghai").unwrap();
    Moment { at: parse_time(text, zone, None).unwrap(), zone }
}

fn desk() -> (Desk, Moment) {
    let desk = Desk::new();
    desk.import_text("orders.csv", ORDERS, &Choices::default()).unwrap();
    (desk, at("2026-11-24 10:00:00"))
}

fn table(desk: &Desk, text: &str) -> PlainTable {
    let path = desk.folder.path().join("评价.csv");
    std::fs::write(&path, text).unwrap();
    PlainTable::read(&desk.shop, &Source::new(&path), &Task::quiet()).unwrap()
}

fn plan(desk: &Desk, text: &str, now: Moment) -> ReviewPlan {
    desk.shop.plan_reviews(&table(desk, text), None, &Task::quiet(), now).unwrap()
}

fn import(desk: &Desk, text: &str, now: Moment) -> ReviewImport {
    desk.shop.apply_reviews(&plan(desk, text, now), &Task::quiet(), now.at).unwrap().1
}

fn shop_with_reviews() -> (Desk, Moment, i64) {
    let (desk, now) = desk();
    import(&desk, REVIEWS, now);
    let negative = ReviewQuery { rating: Some(Rating::Negative), ..Default::default() };
    let bad = desk.shop.reviews(&negative, 0, 9, now).unwrap().rows[0].id;
    (desk, now, bad)
}

#[test]
fn a_pasted_review_names_who_and_what_the_shop_knows() {
    let (desk, now) = desk();
    let blocks = |text: &str| match desk.shop.read_pasted_reviews(text, now).unwrap() {
        Pasted::Blocks(blocks) => blocks,
        Pasted::Table(_) => panic!("no table"),
    };
    let found = blocks(
        "zhang_xiaoman 差评 青瓷茶杯\n杯口缺了一块。\n2026-11-23 20:00\n\n张小满 好评\n青瓷茶杯很润，喜欢\n\n一般般 没有这个人\n中评",
    );
    let said = |index: usize| {
        let draft = &found[index].draft;
        (draft.buyer.as_str(), draft.rating, draft.product.as_str(), draft.text.as_str())
    };
    assert_eq!(said(0), ("zhang_xiaoman", Some(Rating::Negative), "青瓷茶杯", "杯口缺了一块。"));
    assert_eq!(found[0].missing, Vec::<String>::new());
    assert_eq!(said(1), ("张小满", Some(Rating::Positive), "青瓷茶杯", "青瓷茶杯很润，喜欢"));
    assert_eq!(found[1].missing, ["reviewed_at"]);
    assert_eq!(said(2), ("", Some(Rating::Neutral), "", "一般般 没有这个人"));
    assert_eq!(found[2].missing, ["reviewed_at", "who"]);
    let own = blocks("张小满 喜欢 青瓷茶杯\n本来想给 好评 但是\nzhang_xiaoman | 差评 | 有缺口");
    assert_eq!(
        (own[0].draft.text.as_str(), own[0].draft.buyer.as_str(), own[0].draft.rating, own[0].draft.product.as_str()),
        ("张小满 喜欢 青瓷茶杯\n本来想给 好评 但是\n有缺口", "zhang_xiaoman", Some(Rating::Negative), "青瓷茶杯"),
        "a buyer's own words stay whole"
    );
}

#[test]
fn what_is_to_be_done_stands_in_the_order_of_its_urgency() {
    let (desk, now, bad) = shop_with_reviews();
    let queue = |from, count, now| desk.shop.reviews(&ReviewQuery::default(), from, count, now).unwrap();
    let all = queue(0, 9, now);
    let due: Vec<_> = all.rows.iter().map(|r| r.due_at).collect();
    assert!(due.len() == 2 && due.is_sorted() && due[0] < due[1], "{due:?}");
    assert_eq!(all.rows[1].id, bad, "the older one is due first");
    assert_eq!(queue(1, 1, now).rows, all.rows[1..], "a window of it is a part of it");
    // Once the older one waits for another attempt, the fresh one comes first.
    let older = all.rows[0].id;
    set_cause(&desk, older, now);
    desk.shop.record_contact(&contact(older, ContactChannel::PlatformChat, ContactOutcome::NoAnswer, now), now.at).unwrap();
    assert_eq!(queue(0, 9, now).rows[0].id, bad);
}

fn set_cause(desk: &Desk, id: i64, now: Moment) {
    let edit = ReviewEdit::Cause { cause: Some(ReviewCause::Damage), note: "垫得太薄".into() };
    desk.shop.edit_review(id, &edit, now.at).unwrap();
}

fn contact(review: i64, channel: ContactChannel, outcome: ContactOutcome, now: Moment) -> ContactText {
    ContactText {
        about: About { review_id: Some(review), ..About::default() },
        at: now.at,
        channel,
        outgoing: true,
        outcome,
        text: String::new(),
        anyway: None,
    }
}

fn review(desk: &Desk, id: i64, now: Moment) -> Review {
    desk.shop.review(id, now).unwrap()
}

#[test]
fn a_file_is_shown_before_it_comes_in_and_the_same_file_twice_changes_nothing() {
    let (desk, now) = desk();
    let before = logical_dump(&desk);
    let plan = plan(&desk, REVIEWS, now);
    assert_eq!((plan.rows, plan.new, plan.changed, plan.unchanged, plan.linked, plan.unlinked), (4, 3, 0, 0, 2, 1));
    assert_eq!(plan.ratings, (1, 1, 1));
    let wrong = &plan.rejected[0];
    assert_eq!((wrong.row, wrong.column.as_str(), wrong.value.as_str(), wrong.reason.as_str()), (5, "评价类型", "很好", "not_a_rating"));
    assert_eq!(logical_dump(&desk), before, "a plan writes nothing");
    let done = desk.shop.apply_reviews(&plan, &Task::quiet(), now.at).unwrap().1;
    assert_eq!((done.new, done.linked, done.unlinked, done.rejected.len()), (3, 2, 1, 1));
    let page = desk.shop.reviews(&ReviewQuery { list: ReviewList::All, ..Default::default() }, 0, 9, now).unwrap();
    assert_eq!(page.counts, (2, 1, 1, 3));
    let bad = &page.rows[0];
    assert_eq!(
        (bad.name.as_str(), bad.product.as_str(), bad.hours, bad.pictures, bad.step),
        ("张小满", "青瓷茶杯", 14, 2, ReviewStep::SetCause)
    );
    let stored = logical_dump(&desk);
    let again = import(&desk, REVIEWS, now);
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 3));
    assert_eq!(logical_dump(&desk), stored);
    desk.shop.undo(now.at).unwrap();
    assert_eq!(logical_dump(&desk), before, "one step back takes all of it");
    desk.shop.redo(now.at).unwrap();
    assert_eq!(logical_dump(&desk), stored);
    assert!(desk.shop.check().unwrap().iter().all(|c| c.violations == 0));
}

#[test]
fn a_plan_is_not_applied_to_a_shop_that_changed() {
    let (desk, now) = desk();
    let plan = plan(&desk, REVIEWS, now);
    desk.shop.add_shop_note("2026-11-01", "换了快递", now.at).unwrap();
    let refused = desk.shop.apply_reviews(&plan, &Task::quiet(), now.at).unwrap_err();
    assert_eq!(refused.code(), "plan_stale");
    let task = Task::quiet();
    task.cancel();
    let plan = self::plan(&desk, REVIEWS, now);
    let before = logical_dump(&desk);
    assert_eq!(desk.shop.apply_reviews(&plan, &task, now.at).unwrap_err().code(), "cancelled");
    assert_eq!(logical_dump(&desk), before, "a cancelled import leaves nothing");
}

#[test]
fn what_a_review_was_stays_and_an_older_file_does_not_turn_it_back() {
    let (desk, now, bad) = shop_with_reviews();
    let later =
        REVIEWS.replace("差评,收到时杯口有个缺口，包装太薄,,,", "好评,收到时杯口有个缺口，包装太薄,店主当天就补发了,谢谢您再来说一声。,");
    let done = import(&desk, &later, now);
    assert_eq!((done.new, done.changed, done.unchanged), (0, 1, 2));
    let now_it_is = review(&desk, bad, now);
    assert_eq!((now_it_is.line.rating, now_it_is.appended_text.as_str()), (Rating::Positive, "店主当天就补发了"));
    let was = &now_it_is.versions[0];
    assert_eq!(
        (was.rating, was.text.as_str(), was.appended.as_str(), was.reply.as_str()),
        (Rating::Negative, "收到时杯口有个缺口，包装太薄", "", "")
    );
    let stored = logical_dump(&desk);
    assert_eq!(import(&desk, REVIEWS, now).changed, 0, "the first file is older");
    assert_eq!(logical_dump(&desk), stored);
    let gone =
        later.replace('\n', ",\n").replace("评价图片,\n", "评价图片,评价状态\n").replace("\"a.jpg,b.jpg\",\n", "\"a.jpg,b.jpg\",已删除\n");
    assert_eq!(import(&desk, &gone, now).changed, 1);
    let seen = review(&desk, bad, now);
    assert!(seen.line.gone && seen.line.step == ReviewStep::Done && seen.versions.len() == 2);
}

#[test]
fn rows_that_cannot_come_in_say_where_and_why() {
    let (desk, now) = desk();
    let text = "order id,buyer,rating,review,date\n\
        1,a,,no rating,2026-11-20\n\
        2,b,9,too many,2026-11-20\n\
        3,c,5,when,someday\n\
        4,d,5,when,2026-13-40\n\
        5,e,4,tomorrow,2027-11-20\n\
        ,,4,nobody,2026-11-20\n\
        6,f,2,fine,2026-11-20\n\
        6,f,2,fine,2026-11-20\n\
        6,f,5,the other cup,2026-11-20\n";
    let plan = plan(&desk, text, now);
    let reasons: Vec<(u32, &str, &str)> = plan.rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (2, "rating", "blank"),
            (3, "rating", "not_a_rating"),
            (4, "date", "not_a_time"),
            (5, "date", "no_such_time"),
            (6, "reviewed_at", "in_future"),
            (7, "order id", "nobody")
        ]
    );
    assert_eq!((plan.new, plan.unchanged), (2, 1), "the same row twice is one review, another of the same order is another");
    let unknown = table(&desk, "编号,谁,几颗,说了什么,哪天\n1,a,5,好,2026-11-20\n");
    let refused = desk.shop.plan_reviews(&unknown, None, &Task::quiet(), now).unwrap_err();
    assert_eq!(refused.code(), "bad_mapping");
    let columns = ReviewColumns(vec![
        (ReviewField::PlatformId, 0),
        (ReviewField::Buyer, 1),
        (ReviewField::Stars, 2),
        (ReviewField::Text, 3),
        (ReviewField::ReviewedAt, 4),
    ]);
    let mapped = desk.shop.plan_reviews(&unknown, Some(&columns), &Task::quiet(), now).unwrap();
    desk.shop.apply_reviews(&mapped, &Task::quiet(), now.at).unwrap();
    let again = desk.shop.plan_reviews(&unknown, None, &Task::quiet(), now).unwrap();
    assert_eq!((again.columns, again.unchanged), (columns, 1), "the mapping of a header is remembered");
}

#[test]
fn reviews_come_in_by_hand_and_by_paste_too() {
    let (desk, now) = desk();
    let Pasted::Blocks(blocks) = desk.shop.read_pasted_reviews("2星\n2026-11-22\n订单号：7000000000000000002\n有毛刺", now).unwrap()
    else {
        panic!("no table was pasted")
    };
    let plan = desk.shop.plan_review_drafts(blocks.into_iter().map(|b| b.draft).collect(), now).unwrap();
    assert_eq!((plan.new, plan.linked, plan.reviews[0].customer.as_str(), plan.reviews[0].rating), (1, 1, "李雷", Rating::Negative));
    let Pasted::Table(pasted) = desk.shop.read_pasted_reviews("订单号\t评分\t评价时间\n7000000000000000002\t1\t2026-11-22", now).unwrap()
    else {
        panic!("a table was pasted")
    };
    assert_eq!(desk.shop.plan_reviews(&pasted, None, &Task::quiet(), now).unwrap().new, 1);
    let nobody = ReviewDraft { stars: Some(1), reviewed_at: now.at, ..ReviewDraft::default() };
    assert_eq!(desk.shop.plan_review_drafts(vec![nobody.clone()], now).unwrap_err().code(), "bad_value");
    let unrated = ReviewDraft { stars: None, buyer: "a".into(), ..nobody };
    assert_eq!(desk.shop.plan_review_drafts(vec![unrated], now).unwrap_err().code(), "bad_value");
}

#[test]
fn no_contact_before_the_cause_and_none_after_a_refusal() {
    let (desk, now, bad) = shop_with_reviews();
    let call = contact(bad, ContactChannel::Phone, ContactOutcome::NoAnswer, now);
    assert_eq!(review(&desk, bad, now).plan.none, Some(NoContact::CauseFirst));
    assert!(matches!(desk.shop.record_contact(&call, now.at), Err(Error::ReviewRefused { reason: "cause_first" })));
    set_cause(&desk, bad, now);
    let plan = review(&desk, bad, now).plan;
    assert_eq!((plan.none, plan.channel, plan.attempt, plan.of), (None, ContactChannel::Phone, 1, 3));
    desk.shop.record_contact(&call, now.at).unwrap();
    let after = review(&desk, bad, now);
    assert_ne!(after.plan.channel, ContactChannel::Phone, "who did not answer the telephone is written to");
    assert_eq!((after.line.attempts.made, after.line.step), (1, ReviewStep::Contact));
    assert!(after.contacts[0].contact.about.customer_id.is_some(), "the contact stands in the person's stream");
    desk.shop.record_contact(&contact(bad, ContactChannel::Wechat, ContactOutcome::Refused, now), now.at).unwrap();
    let refused = review(&desk, bad, now);
    assert_eq!((refused.plan.none, refused.line.step, refused.plan.times.len()), (Some(NoContact::Refused), ReviewStep::Reply, 0));
    desk.shop.undo(now.at).unwrap();
    desk.shop.record_contact(&contact(bad, ContactChannel::Sms, ContactOutcome::Sent, now), now.at).unwrap();
    desk.shop.record_contact(&contact(bad, ContactChannel::Sms, ContactOutcome::Sent, now), now.at).unwrap();
    assert_eq!(review(&desk, bad, now).plan.none, Some(NoContact::AttemptsUsed), "the seller's number of attempts is made");
}

#[test]
fn a_contact_that_is_held_back_needs_a_reason() {
    let (desk, now, bad) = shop_with_reviews();
    set_cause(&desk, bad, now);
    let tried = |text: &str, anyway: Option<&str>, outgoing: bool, at: i64| {
        let contact = contact(bad, ContactChannel::Sms, ContactOutcome::Sent, now);
        let contact = ContactText { text: text.into(), anyway: anyway.map(str::to_owned), outgoing, at, ..contact };
        desk.shop.record_contact(&contact, now.at).map(|(_, id)| id)
    };
    let held = |result: zhanggui_core::Result<i64>| match result {
        Err(Error::HeldBack { hold }) => Some(hold),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    };
    let start = now.at - 5 * DAY;
    for n in 0..3 {
        assert_eq!(held(tried("您好", None, true, start + n)), None);
    }
    let before = logical_dump(&desk);
    assert_eq!(held(tried("您好", None, true, start + 4)), Some(Hold::AttemptsUsed));
    assert_eq!(held(tried("您好", Some("  "), true, start + 4)), Some(Hold::AttemptsUsed), "a blank is no reason");
    assert_eq!(logical_dump(&desk), before, "what is held back leaves nothing behind");
    assert_eq!(held(tried("您好", Some("她请我晚上再打"), true, start + 5)), None);
    assert_eq!(review(&desk, bad, now).contacts[0].contact.anyway.as_deref(), Some("她请我晚上再打"));
    let refusal = ContactText {
        outgoing: false,
        at: start + DAY,
        outcome: ContactOutcome::Refused,
        ..contact(bad, ContactChannel::Sms, ContactOutcome::Refused, now)
    };
    let (_, refusal_id) = desk.shop.record_contact(&refusal, now.at).unwrap();
    assert_eq!(held(tried("", None, true, now.at)), Some(Hold::Refused));
    assert_eq!(held(tried("", None, false, now.at)), None, "what they say is never held back");
    assert_eq!(held(tried("", None, true, start + DAY - 9)), None, "what was said before the refusal may be written down later");
    // Correcting what is written down is no further contact; turning what they said into what was said to them is.
    let correction = ContactText { text: "改".into(), outgoing: true, ..refusal.clone() };
    assert!(matches!(desk.shop.edit_contact(refusal_id, &correction, now.at), Err(Error::HeldBack { hold: Hold::Refused })));
    let future = ContactText { at: now.at + 1, ..contact(bad, ContactChannel::Sms, ContactOutcome::Sent, now) };
    for refused in [desk.shop.record_contact(&future, now.at).map(drop), desk.shop.edit_contact(refusal_id, &future, now.at).map(drop)] {
        assert!(matches!(refused, Err(Error::BadValue { field: "contact.at", reason: "in_future", .. })));
    }
    let customer = review(&desk, bad, now).line.customer_id.unwrap();
    let wish = Preference { no_contact: true, ..Preference::default() };
    desk.shop.edit_customer(customer, &CustomerEdit::Preference { value: wish }, now.at).unwrap();
    let chat = ContactText {
        about: About { customer_id: Some(customer), ..About::default() },
        ..contact(bad, ContactChannel::Wechat, ContactOutcome::Sent, now)
    };
    assert_eq!(held(desk.shop.record_contact(&chat, now.at).map(|(_, id)| id)), Some(Hold::DoNotContact));
    let chat = ContactText { anyway: Some("召回通知".into()), ..chat };
    assert_eq!(held(desk.shop.record_contact(&chat, now.at).map(|(_, id)| id)), None);
}

#[test]
fn a_refusal_that_was_none_stays_none_when_other_contacts_change() {
    let (desk, now, bad) = shop_with_reviews();
    set_cause(&desk, bad, now);
    let refused = |at: i64| ContactText { at, ..contact(bad, ContactChannel::Phone, ContactOutcome::Refused, now) };
    let (_, other) = desk.shop.record_contact(&contact(bad, ContactChannel::Phone, ContactOutcome::NoAnswer, now), now.at).unwrap();
    let (_, first) = desk.shop.record_contact(&refused(now.at - 60), now.at).unwrap();
    desk.shop.edit_review(bad, &ReviewEdit::NotRefused, now.at).unwrap();
    desk.shop.delete_contact(other, now.at).unwrap();
    assert!(!review(&desk, bad, now).line.refused);
    // A second one counts, and with it gone again the first is none still.
    let (_, second) = desk.shop.record_contact(&refused(now.at - 30), now.at).unwrap();
    assert!(review(&desk, bad, now).line.refused);
    desk.shop.delete_contact(second, now.at).unwrap();
    assert!(!review(&desk, bad, now).line.refused);
    // Corrected to something else and back it is said anew.
    desk.shop.edit_contact(first, &ContactText { outcome: ContactOutcome::Reached, ..refused(now.at - 60) }, now.at).unwrap();
    desk.shop.edit_contact(first, &refused(now.at - 60), now.at).unwrap();
    assert!(review(&desk, bad, now).line.refused);
}

#[test]
fn the_next_attempt_comes_after_the_sellers_pause_at_the_sellers_hours() {
    let (desk, now, bad) = shop_with_reviews();
    set_cause(&desk, bad, now);
    let at = |text: &str| parse_time(text, now.zone, None).unwrap();
    let proposed = |made: &str, rules: &ReviewRules| {
        let made = Moment { at: at(made), ..now };
        let all = desk.shop.rules().unwrap();
        desk.shop.set_rules(&Rules { reviews: rules.clone(), ..all }, now).unwrap();
        let call = contact(bad, ContactChannel::Phone, ContactOutcome::NoAnswer, made);
        let (_, id) = desk.shop.record_contact(&call, made.at).unwrap();
        let plan = review(&desk, bad, made).plan;
        desk.shop.delete_contact(id, made.at).unwrap();
        format_local(plan.times[0].at, now.zone)
    };
    let rules = ReviewRules::default();
    assert_eq!(proposed("2026-11-25 09:30:00", &rules), "2026-11-25 14:00:00", "in the afternoon, not at once");
    assert_eq!(proposed("2026-11-25 15:00:00", &rules), "2026-11-26 09:00:00");
    let pause = ReviewRules { attempt_pause_hours: Some(30), ..rules.clone() };
    assert_eq!(proposed("2026-11-25 09:30:00", &pause), "2026-11-26 15:30:00");
    let hours = ReviewRules { call_hours: [CallHours { from: 0, to: 0 }, CallHours { from: 18 * 60, to: 20 * 60 }], ..rules.clone() };
    assert_eq!(proposed("2026-11-25 15:00:00", &hours), "2026-11-26 18:00:00");
    let sundays = ReviewRules { call_days: Some([false, false, false, false, false, false, true]), ..rules.clone() };
    assert_eq!(proposed("2026-11-25 15:00:00", &sundays), "2026-11-29 09:00:00");
    let wrong = [
        ReviewRules { call_hours: [CallHours { from: 1, to: 0 }, CallHours { from: 1, to: 2 }], ..rules.clone() },
        ReviewRules { call_hours: [CallHours { from: 1, to: 1 }; 2], ..rules.clone() },
        ReviewRules { call_days: Some([false; 7]), ..rules.clone() },
        ReviewRules { attempt_pause_hours: Some(0), ..rules },
    ];
    for reviews in wrong {
        let all = desk.shop.rules().unwrap();
        assert_eq!(desk.shop.set_rules(&Rules { reviews, ..all }, now).unwrap_err().code(), "bad_value");
    }
}

#[test]
fn times_are_proposed_from_habits_quiet_hours_and_free_days() {
    let (desk, now, bad) = shop_with_reviews();
    set_cause(&desk, bad, now);
    let customer = review(&desk, bad, now).line.customer_id.unwrap();
    let times = |now: Moment| {
        let plan = review(&desk, bad, now).plan;
        plan.times.iter().map(|t| (format_local(t.at, now.zone), t.reasons.clone())).collect::<Vec<_>>()
    };
    // Two orders were placed after seven in the evening.
    assert_eq!(
        times(now),
        [
            ("2026-11-24 10:00:00".to_owned(), vec![TimeReason::Soonest]),
            ("2026-11-24 14:00:00".to_owned(), vec![TimeReason::DecentHour]),
            ("2026-11-24 19:00:00".to_owned(), vec![TimeReason::OrderedAt { times: 2 }]),
        ]
    );
    let quiet = Preference { quiet: Some(QuietHours { from: 8 * 60, to: 15 * 60 }), ..Preference::default() };
    desk.shop.edit_customer(customer, &CustomerEdit::Preference { value: quiet }, now.at).unwrap();
    assert_eq!(times(now)[0], ("2026-11-24 15:00:00".to_owned(), vec![TimeReason::AfterQuietHours]));
    for day in ["2026-11-24", "2026-11-25"] {
        desk.shop.set_day(day, Some((true, "搬家")), now).unwrap();
    }
    assert_eq!(&times(now)[0].0, "2026-11-26 15:00:00", "nothing on the seller's days off");
    desk.shop
        .edit_customer(customer, &CustomerEdit::Preference { value: Preference { no_contact: true, ..Preference::default() } }, now.at)
        .unwrap();
    assert_eq!(review(&desk, bad, now).plan.none, Some(NoContact::DoNotContact));
}

#[test]
fn a_reply_that_repeats_offers_or_tells_is_seen() {
    let (desk, now, bad) = shop_with_reviews();
    let check = |text: &str| desk.shop.check_reply(Some(bad), ReplyKind::Public, text, Language::Chinese).unwrap();
    let twin = check("谢谢您！竹子有天然的色差，我们在详情里补了照片").twin.unwrap();
    assert!(twin.likeness > 0.8 && twin.text.starts_with("谢谢您，竹子"), "{twin:?}");
    let offer = check("改成好评给您退20元");
    assert!(offer.refused && offer.offers.iter().all(|o| !o.advice.is_empty() && !o.lawful.is_empty()) && offer.offers.len() == 1);
    assert_eq!(check("张小满您好，缺口是我们垫得太薄").reader, [ReaderFinding::Name]);
    assert_eq!(check("寄到枫林里甲 19 号的那只").reader, [ReaderFinding::Address]);
    let private = desk.shop.check_reply(Some(bad), ReplyKind::Private, "张小满您好", Language::Chinese).unwrap();
    assert!(private.reader.is_empty() && private.twin.is_none(), "what only the buyer reads may name them");
    let kept = |text: &str| desk.shop.keep_reply(bad, text, now.at);
    assert!(matches!(kept("张小满您好，已补寄"), Err(Error::ReviewRefused { reason: "private_data" })));
    assert!(matches!(kept("好评返现5元"), Err(Error::ReviewRefused { reason: "offers_for_review" })));
    let reply = "杯口的缺口是我们垫得太薄，新的今天寄出，旧的不用寄回。";
    kept(reply).unwrap();
    assert!(check(reply).twin.is_none(), "a reply does not repeat itself");
    let other = desk.shop.check_reply(None, ReplyKind::Public, reply, Language::Chinese).unwrap();
    assert_eq!(other.twin.unwrap().likeness, 1.0, "a new reply is compared with from then on");
}

#[test]
fn a_bad_review_is_followed_to_its_end() {
    let (desk, now, bad) = shop_with_reviews();
    let outcome = |outcome| desk.shop.edit_review(bad, &ReviewEdit::Outcome { outcome }, now.at);
    assert!(matches!(outcome(Some(ReviewOutcome::Kept)), Err(Error::ReviewRefused { reason: "cause_first" })));
    let today = |now: Moment| desk.shop.today(50, Language::Chinese, now).unwrap();
    let line = today(now).lines.into_iter().find(|l| l.key.starts_with(&format!("review:{bad}:"))).unwrap();
    assert_eq!((line.word.as_str(), line.scene.as_str(), line.name.as_str()), ("set_cause", "review_negative", "张小满"));
    assert!(today(now).counts.reviews.0 >= 1);
    let late = Moment { at: now.at + 2 * DAY, ..now };
    assert!(today(late).lines.iter().any(|l| l.key.starts_with(&format!("review:{bad}:")) && l.overdue));
    set_cause(&desk, bad, now);
    desk.shop.record_contact(&contact(bad, ContactChannel::Phone, ContactOutcome::Reached, now), now.at).unwrap();
    assert_eq!(review(&desk, bad, now).line.step, ReviewStep::Reply);
    let (_, case) = desk.shop.open_case_of_review(bad, now).unwrap();
    assert_eq!(desk.shop.open_case_of_review(bad, now).unwrap().1, case, "a second time joins the case");
    let words = desk.shop.complaint(case, now).unwrap().words;
    assert_eq!(words, "收到时杯口有个缺口，包装太薄");
    desk.shop.keep_reply(bad, "缺口是我们垫得太薄，新的今天寄出。", now.at).unwrap();
    assert_eq!(review(&desk, bad, now).line.step, ReviewStep::Close);
    outcome(Some(ReviewOutcome::Kept)).unwrap();
    assert_eq!(review(&desk, bad, now).line.step, ReviewStep::Done);
    assert!(!today(late).lines.iter().any(|l| l.key.starts_with(&format!("review:{bad}:"))));
    let insight = desk.shop.review_insight(0, now.at + DAY, now).unwrap();
    assert_eq!((insight.first_contact, insight.open), ((1, Some(14 * 60)), 1));
    assert_eq!(insight.outcomes.iter().find(|(o, _)| *o == ReviewOutcome::Kept).unwrap().1, 1);
    assert_eq!((insight.orders, insight.negative_per_hundred), (3, None), "three orders are too few to say");
    assert_eq!(
        insight.products.iter().map(|p| (p.key.as_str(), p.by_month.as_slice())).collect::<Vec<_>>(),
        [
            ("竹杯垫", [MonthOfProduct { month: "2026-11".to_owned(), bad: 1, causes: vec![] }].as_slice()),
            ("青瓷茶杯", [MonthOfProduct { month: "2026-11".to_owned(), bad: 1, causes: vec![(ReviewCause::Damage, 1)] }].as_slice()),
        ],
        "without a cause there is none to show"
    );
    assert!(insight.products.iter().any(|p| p.key == "青瓷茶杯" && p.causes == [(ReviewCause::Damage, 1)]));
    let kinds: Vec<String> = desk
        .shop
        .timeline(review(&desk, bad, now).line.customer_id.unwrap(), &["review".into()], 0, 9)
        .unwrap()
        .entries
        .into_iter()
        .map(|e| e.word)
        .collect();
    assert_eq!(kinds, ["replied", "written"]);
}

#[test]
fn positive_reviews_wait_for_thanks_and_buyers_are_invited_once() {
    let (desk, now, _) = shop_with_reviews();
    let lines = |now: Moment| desk.shop.today(50, Language::Chinese, now).unwrap().lines;
    assert!(lines(now).iter().any(|l| l.source == "review" && l.scene == "review_positive" && !l.overdue));
    assert!(!lines(now).iter().any(|l| l.source == "invitation"), "off until the seller sets the days");
    let mut rules = desk.shop.rules().unwrap();
    rules.reviews.invite_days = Some(3);
    desk.shop.set_rules(&rules, now).unwrap();
    let invited: Vec<String> = lines(now).into_iter().filter(|l| l.source == "invitation").map(|l| l.detail).collect();
    assert_eq!(invited, Vec::<String>::new(), "both buyers have a review of the order or an open bad one");
    let (desk, now) = self::desk();
    desk.shop.set_rules(&rules, now).unwrap();
    let line = desk.shop.today(50, Language::Chinese, now).unwrap().lines.into_iter().find(|l| l.source == "invitation").unwrap();
    desk.shop.act_today("invitation", &line.key, &zhanggui_core::today::list::TodayAct::Done, now).unwrap();
    assert!(!desk.shop.today(50, Language::Chinese, now).unwrap().lines.iter().any(|l| l.key == line.key && l.source == "invitation"));
}

#[test]
fn signs_are_facts_and_the_evidence_is_whole() {
    let (desk, now, bad) = shop_with_reviews();
    let product = desk.shop.products().unwrap().into_iter().find(|p| p.title == "青瓷茶杯").unwrap().id;
    desk.shop
        .edit_products(&[ProductValue { id: product, field: ProductField::Fragile, text: "是".into() }], Currency::CNY, now.at)
        .unwrap();
    desk.shop.edit_review(bad, &ReviewEdit::OffPlatform { asked: true, note: "要求加<微信>谈".into() }, now.at).unwrap();
    let signs = desk.shop.review_signs(bad).unwrap();
    let of = |kind| signs.iter().find(|s| s.kind == kind).unwrap();
    assert_eq!((of(SignKind::NewBuyer).present, of(SignKind::NewBuyer).numbers.as_slice()), (Some(false), [2].as_slice()));
    assert_eq!((of(SignKind::YoungShop).present, of(SignKind::YoungShop).numbers.as_slice()), (Some(true), [7].as_slice()));
    assert_eq!(of(SignKind::CheapFragile).numbers, [1]);
    assert_eq!(of(SignKind::UnusualProvince).present, None, "three orders have no usual provinces");
    assert_eq!(of(SignKind::OffPlatform).present, Some(true));
    let file = desk.folder.path().join("聊天<1>.txt");
    std::fs::write(&file, "给50块就删").unwrap();
    let (_, attachment) = desk.shop.attach(Owner::Review(bad), &file, &Task::quiet(), now.at).unwrap();
    let sha = review(&desk, bad, now).attachments[0].sha256.clone();
    set_cause(&desk, bad, now);
    desk.shop.record_contact(&contact(bad, ContactChannel::Phone, ContactOutcome::Reached, now), now.at).unwrap();
    let target = desk.folder.path().join("evidence.zip");
    desk.shop.write_evidence(bad, &target, &Task::quiet(), now).unwrap();
    let mut pack = zip::ZipArchive::new(std::fs::File::open(&target).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        pack.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let (chinese, english, sums) = (read("证据-中文.html"), read("evidence-english.html"), read("SHA256SUMS.txt"));
    assert!(chinese.contains("收到时杯口有个缺口") && chinese.contains("要求加&lt;微信&gt;谈") && chinese.contains("聊天&lt;1&gt;.txt"));
    assert!(english.contains("phone") && english.contains("marked fragile") && english.contains(&sha));
    assert!(!chinese.contains("<微信>"), "what a buyer writes is text and never markup");
    assert!(sums.contains(&format!("{sha}  files/{attachment:04}.txt")), "{sums}");
    assert_eq!(read(&format!("files/{attachment:04}.txt")), "给50块就删");
    std::fs::remove_file(desk.shop.attachment_path(attachment).unwrap()).unwrap();
    desk.shop.write_evidence(bad, &target, &Task::quiet(), now).unwrap();
    let mut pack = zip::ZipArchive::new(std::fs::File::open(&target).unwrap()).unwrap();
    let mut text = String::new();
    pack.by_name("证据-中文.html").unwrap().read_to_string(&mut text).unwrap();
    assert!(text.contains("文件已丢失"));
}

#[test]
fn reviews_outlive_their_buyer_and_order_and_everything_can_be_undone() {
    let (desk, now, bad) = shop_with_reviews();
    let before = logical_dump(&desk);
    let customer = review(&desk, bad, now).line.customer_id.unwrap();
    set_cause(&desk, bad, now);
    desk.shop.edit_review(bad, &ReviewEdit::Gone { gone: true }, now.at).unwrap();
    desk.shop
        .edit_review(
            bad,
            &ReviewEdit::Words { rating: Rating::Neutral, stars: Some(3), text: "还行".into(), appended: String::new() },
            now.at,
        )
        .unwrap();
    desk.shop.delete_customers(&[customer], now.at).unwrap();
    let left = review(&desk, bad, now);
    assert_eq!((left.line.customer_id, left.words.as_str(), left.versions.len()), (None, "还行", 2));
    desk.shop.delete_review(bad, now.at).unwrap();
    for _ in 0..5 {
        desk.shop.undo(now.at).unwrap();
    }
    assert_eq!(logical_dump(&desk), before);
    let unlinked = ReviewQuery { list: ReviewList::Unlinked, ..Default::default() };
    let id = desk.shop.reviews(&unlinked, 0, 9, now).unwrap().rows[0].id;
    let order = desk.shop.orders(&Default::default(), 0, 9).unwrap().rows.iter().find(|o| o.number.ends_with('2')).unwrap().id;
    desk.shop.edit_review(id, &ReviewEdit::Order { id: Some(order) }, now.at).unwrap();
    assert_eq!(review(&desk, id, now).line.name, "李雷", "the order brings its buyer");
}

#[test]
fn what_was_written_down_by_hand_is_the_review_of_the_file_that_comes_later() {
    let (desk, now) = desk();
    let draft = |text: &str, stars| ReviewDraft {
        order_number: "7000000000000000001".into(),
        stars: Some(stars),
        text: text.into(),
        reviewed_at: now.at - HOUR,
        ..ReviewDraft::default()
    };
    let take = |draft: ReviewDraft| {
        let plan = desk.shop.plan_review_drafts(vec![draft], now).unwrap();
        desk.shop.apply_reviews(&plan, &Task::quiet(), now.at).unwrap().1
    };
    assert_eq!(take(draft("有缺口", 1)).new, 1);
    let negative = ReviewQuery { rating: Some(Rating::Negative), ..Default::default() };
    let row = desk.shop.reviews(&negative, 0, 1, now).unwrap().rows.remove(0);
    assert_eq!(row.product, "青瓷茶杯", "the order's only item is what it is about");
    let file = ReviewDraft { platform_id: "9001".into(), product: "青瓷茶杯".into(), ..draft("有缺口", 1) };
    assert_eq!((take(file.clone()).new, desk.shop.reviews(&ReviewQuery::default(), 0, 9, now).unwrap().total), (0, 1));
    let second = ReviewDraft { platform_id: "9002".into(), ..file.clone() };
    assert_eq!(take(second).new, 1, "another number is another review");
    let made_good = ReviewDraft { text: "补发了，好评".into(), stars: Some(5), ..file };
    assert_eq!(take(made_good).changed, 1);
    let seen = review(&desk, row.id, now);
    assert_eq!((seen.line.outcome, seen.line.step), (Some(ReviewOutcome::Changed), ReviewStep::Done), "what was made good has ended");
    let insight = desk.shop.review_insight(0, now.at + DAY, now).unwrap();
    assert_eq!(insight.outcomes.iter().find(|(o, _)| *o == ReviewOutcome::Changed).unwrap().1, 1);
}

#[test]
fn reviews_that_came_before_their_orders_are_linked_when_the_file_comes_again() {
    let desk = Desk::new();
    let now = at("2026-11-24 10:00:00");
    assert_eq!(import(&desk, REVIEWS, now).unlinked, 3);
    desk.import_text("orders.csv", ORDERS, &Choices::default()).unwrap();
    let again = import(&desk, REVIEWS, now);
    assert_eq!((again.new, again.changed, again.unchanged), (0, 2, 1));
    let negative = ReviewQuery { rating: Some(Rating::Negative), ..Default::default() };
    let bad = desk.shop.reviews(&negative, 0, 1, now).unwrap().rows.remove(0);
    assert_eq!(bad.name, "张小满");
    // Taking the orders back keeps what a review refers to, and the way back stays open.
    let runs = desk.shop.imports().unwrap();
    let stored = logical_dump(&desk);
    let report = desk.shop.undo_import(runs[0].id, now.at).unwrap();
    assert_eq!((report.orders_removed, review(&desk, bad.id, now).line.name.as_str()), (1, "张小满"));
    desk.shop.undo(now.at).unwrap();
    assert_eq!(logical_dump(&desk), stored);
    desk.shop.undo(now.at).unwrap();
}

#[test]
fn two_reviews_of_one_order_keep_apart_whatever_file_they_come_in() {
    let (desk, now) = desk();
    let header = "order id,buyer,rating,review,date\n";
    let (first, second) = ("8,f,2,fine,2026-11-20\n", "8,f,5,the other cup,2026-11-20\n");
    assert_eq!(import(&desk, &format!("{header}{first}{second}"), now).new, 2);
    let stored = logical_dump(&desk);
    assert_eq!(import(&desk, &format!("{header}{second}"), now).unchanged, 1);
    assert_eq!(import(&desk, &format!("{header}{second}{first}"), now).unchanged, 2);
    assert_eq!(logical_dump(&desk), stored);
    let nameless = "buyer,product,rating,review,date\n匿名,杯,5,甲,2026-11-20\n";
    assert_eq!(import(&desk, nameless, now).new, 1);
    let newest_first = nameless.replace("匿名,杯,5,甲", "匿名,杯,1,乙,2026-11-20\n匿名,杯,5,甲");
    let both = import(&desk, &newest_first, now);
    assert_eq!((both.new, both.changed, both.unchanged), (1, 0, 1), "who has no name is not mistaken for another");
    let damaged = "order id,buyer,rating,review,date\n7.00000E+18,f,2,fine,2026-11-20\n9,g,2,fine,2026-11-20\n";
    assert_eq!(plan(&desk, damaged, now).rejected[0].reason, "scientific_number");
}

#[test]
fn a_later_addition_opens_a_closed_review_and_a_removed_refusal_is_none() {
    let (desk, now, bad) = shop_with_reviews();
    set_cause(&desk, bad, now);
    let (_, contact_id) = desk.shop.record_contact(&contact(bad, ContactChannel::Phone, ContactOutcome::Refused, now), now.at).unwrap();
    assert_eq!(review(&desk, bad, now).plan.none, Some(NoContact::Refused));
    desk.shop.delete_contact(contact_id, now.at).unwrap();
    assert_eq!(review(&desk, bad, now).plan.none, None);
    let offer =
        ContactText { text: "改成好评给您退20元".into(), ..contact(bad, ContactChannel::PlatformChat, ContactOutcome::Sent, now) };
    assert!(matches!(desk.shop.record_contact(&offer, now.at), Err(Error::ReviewRefused { reason: "offers_for_review" })));
    desk.shop.record_contact(&contact(bad, ContactChannel::Phone, ContactOutcome::NoAnswer, now), now.at).unwrap();
    desk.shop.edit_review(bad, &ReviewEdit::Outcome { outcome: Some(ReviewOutcome::Kept) }, now.at).unwrap();
    let later = Moment { at: now.at + 3 * DAY, ..now };
    let words = ReviewEdit::Words { rating: Rating::Negative, stars: None, text: "有缺口".into(), appended: "还是没人管".into() };
    desk.shop.edit_review(bad, &words, later.at).unwrap();
    let open = review(&desk, bad, later);
    assert_eq!((open.line.outcome, open.line.hours), (None, 0), "it is as fresh as what was added");
    assert!(open.line.due_at.unwrap() > later.at, "what was done before says nothing of what was added since");
    // Also where it was answered, long before.
    desk.shop.record_contact(&contact(bad, ContactChannel::Phone, ContactOutcome::Reached, now), now.at).unwrap();
    desk.shop.keep_reply(bad, "缺口的事我们处理了，新的当天寄出。", now.at).unwrap();
    let month = Moment { at: now.at + 30 * DAY, ..now };
    let more =
        ReviewEdit::Words {
            rating: Rating::Negative, stars: None, text: "有缺口".into(), appended: "还是没人管，过了一个月".into()
        };
    desk.shop.edit_review(bad, &more, month.at).unwrap();
    let again = review(&desk, bad, month);
    assert_eq!(again.line.step, ReviewStep::Close);
    assert!(again.line.due_at.unwrap() > month.at);
    let customer = open.line.customer_id.unwrap();
    let wish = Preference { channel: Some(ContactChannel::Wechat), ..Preference::default() };
    desk.shop.edit_customer(customer, &CustomerEdit::Preference { value: wish }, now.at).unwrap();
    assert_eq!(review(&desk, bad, later).plan.channel, ContactChannel::Wechat, "their wish goes before the telephone");
}

#[test]
fn scores_stand_beside_what_happened() {
    let (desk, now) = desk();
    let score =
        ShopScore { id: None, shop: String::new(), day: "2026-11-20".into(), description: Some(486), service: None, logistics: Some(479) };
    desk.shop.save_score(&score, now).unwrap();
    desk.shop.save_score(&ShopScore { description: Some(487), ..score.clone() }, now).unwrap();
    desk.shop.add_shop_note("2026-11-18", "换了中通", now.at).unwrap();
    let log = desk.shop.score_log(now).unwrap();
    assert_eq!((log.scores.len(), log.scores[0].description, log.events[0].text.as_str()), (1, Some(487), "换了中通"));
    for wrong in [
        ShopScore { day: "明天".into(), ..score.clone() },
        ShopScore { day: "2027-01-01".into(), ..score.clone() },
        ShopScore { description: Some(10_001), ..score.clone() },
        ShopScore { description: None, logistics: None, ..score },
    ] {
        assert_eq!(desk.shop.save_score(&wrong, now).unwrap_err().code(), "bad_value");
    }
}
