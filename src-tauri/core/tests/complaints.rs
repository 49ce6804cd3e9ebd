//! Complaints as a seller has them: taken in, led through five steps, with clocks, remedies, files and promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Desk, logical_dump};
use proptest::prelude::*;
use zhanggui_core::Error;
use zhanggui_core::attachments::content::NotOpened;
use zhanggui_core::attachments::thumbnail::NoThumbnail;
use zhanggui_core::calendar::quiet::QuietHours;
use zhanggui_core::complaints::attachments::Owner;
use zhanggui_core::complaints::attachments::{AttachmentKind, LIMIT_MIB};
use zhanggui_core::complaints::case::Case;
use zhanggui_core::complaints::causes::CauseBy;
use zhanggui_core::complaints::clock::Clock;
use zhanggui_core::complaints::fixes::FixText;
use zhanggui_core::complaints::list::{CaseQuery, ClockState};
use zhanggui_core::complaints::one_go::OneGo;
use zhanggui_core::complaints::remedies::{RemedyForm, RemedyKind, RemedyOf, RemedyText};
use zhanggui_core::complaints::similar::Likeness;
use zhanggui_core::complaints::state::{Move, Refused, Stage};
use zhanggui_core::complaints::steps::FormEdit;
use zhanggui_core::complaints::take_in::NewComplaint;
use zhanggui_core::complaints::words::{Asked, Cause, Outcome};
use zhanggui_core::contacts::channel::ContactChannel;
use zhanggui_core::contacts::preference::{MayContact, Preference};
use zhanggui_core::contacts::record::About;
use zhanggui_core::customers::edit::CustomerEdit;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::promises::{PromiseEnd, PromiseState, PromiseText};
use zhanggui_core::task::Task;
use zhanggui_core::time::{Moment, format_local, parse_time, parse_zone};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A second of the seller's clock in Shanghai.
fn at(text: &str) -> Moment {
    let zone = parse_zone("Asia/Shanghai").unwrap();
    Moment { at: parse_time(text, zone, None).unwrap(), zone }
}

fn later(moment: Moment, seconds: i64) -> Moment {
    Moment { at: moment.at + seconds, ..moment }
}

fn shown(moment: Option<i64>) -> String {
    moment.map_or("-".to_owned(), |t| format_local(t, parse_zone("Asia/Shanghai").unwrap()))
}

const ORDERS: &str = "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,宝贝标题,宝贝总数量,物流公司,物流单号\n\
    7000000000000000001,zhang_xiaoman,66.00,66.00,交易成功,张小满,浙江省 杭州市 西湖区 文三路 1 号,13800000001,2026-11-01 10:00:00,青瓷茶杯,1,中通快递,7001\n\
    7000000000000000002,li_lei,30.00,30.00,交易成功,李雷,浙江省 杭州市 西湖区 文三路 2 号,13800000002,2026-11-02 10:00:00,竹杯垫,2,圆通速递,7002\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.import_text("orders.csv", ORDERS, &Choices::default()).unwrap();
    desk
}

fn order_of(desk: &Desk, number: &str) -> i64 {
    let query = zhanggui_core::orders::list::OrderQuery { text: number.to_owned(), ..Default::default() };
    desk.shop.orders(&query, 0, 1).unwrap().rows[0].id
}

fn take(desk: &Desk, now: Moment) -> i64 {
    let new = NewComplaint {
        customer_id: None,
        order_id: Some(order_of(desk, "7000000000000000001")),
        product: String::new(),
        channel: ContactChannel::PlatformChat,
        words: "杯子到手就是裂的".to_owned(),
        received_at: now.at,
    };
    desk.shop.take_complaint(&new, now).unwrap().1.id
}

fn edit(desk: &Desk, id: i64, edits: &[FormEdit], now: Moment) {
    for edit in edits {
        desk.shop.edit_complaint(id, edit, now).unwrap();
    }
}

fn go(desk: &Desk, id: i64, made: Move, now: Moment) {
    desk.shop.move_complaint(id, &made, now).unwrap();
}

fn case(desk: &Desk, id: i64, now: Moment) -> Case {
    desk.shop.complaint(id, now).unwrap()
}

fn refund(cost: i64) -> RemedyText {
    RemedyText { kind: RemedyKind::Refund, note: String::new(), cost, currency: "CNY".into(), due_at: None }
}

fn owning() -> RemedyText {
    RemedyText { kind: RemedyKind::Apology, note: "是我们没包好".into(), ..refund(0) }
}

/// Leads a case to a step with everything the steps before it need.
fn lead_to(desk: &Desk, id: i64, stage: Stage, now: Moment) {
    edit(desk, id, &[FormEdit::Said { value: "对不起".into() }], now);
    go(desk, id, Move::Done, now);
    if stage == Stage::Respond {
        return;
    }
    let next = Some(now.at + 2 * HOUR);
    let edits =
        [FormEdit::Problem { value: "杯口裂了".into() }, FormEdit::Agrees { value: Some(true) }, FormEdit::NextUpdate { value: next }];
    edit(desk, id, &edits, now);
    go(desk, id, Move::Done, now);
    if stage == Stage::Empathise {
        return;
    }
    edit(desk, id, &[FormEdit::Meaning { value: "要送人的".into() }, FormEdit::Cause { value: Some(Cause::Damaged) }], now);
    go(desk, id, Move::Done, now);
    if stage == Stage::Compensate {
        return;
    }
    desk.shop.add_remedy(id, &owning(), now).unwrap();
    let remedy = desk.shop.add_remedy(id, &refund(3_000), now).unwrap().1;
    desk.shop.deliver_remedy(remedy, Some(now.at), now).unwrap();
    go(desk, id, Move::Done, now);
}

#[test]
fn a_case_goes_through_five_steps_is_reopened_and_ends() {
    let desk = desk();
    let start = at("2026-11-24 10:00:00");
    let id = take(&desk, start);
    let taken = case(&desk, id, start);
    assert_eq!((taken.name.as_str(), taken.product.as_str(), taken.courier.as_str()), ("张小满", "青瓷茶杯", "中通快递"));
    assert_eq!((taken.order_value, taken.stage, taken.clock), (Some(6_600), Stage::Soothe, Some(Clock::FirstAnswer)));
    assert_eq!(taken.lacks, Some(Refused::SaidMissing));

    lead_to(&desk, id, Stage::FollowUp, start);
    let follow = case(&desk, id, start);
    assert_eq!((follow.stage, follow.clock), (Stage::FollowUp, Some(Clock::FollowUp)));
    assert_eq!(shown(follow.due_at), "2026-12-01 10:00:00", "seven days after the remedy arrived");

    // A week later the buyer is not satisfied: back to step 2, to be asked anew.
    let week = later(start, 7 * DAY);
    edit(&desk, id, &[FormEdit::Satisfied { value: Some(false) }], week);
    go(&desk, id, Move::Done, week);
    let again = case(&desk, id, week);
    assert_eq!((again.stage, again.reopened, again.agrees, again.satisfied), (Stage::Respond, 1, None, None));
    assert_eq!(again.problem, "杯口裂了", "what was found out stays");

    go(&desk, id, Move::Skip { reason: "同一个问题".into() }, week);
    go(&desk, id, Move::Done, week);
    // What was given the first time answers nothing now.
    assert_eq!(case(&desk, id, week).lacks, Some(Refused::OwningMissing));
    desk.shop.add_remedy(id, &owning(), week).unwrap();
    assert_eq!(case(&desk, id, week).lacks, Some(Refused::RemedyMissing));
    let gift = RemedyText { kind: RemedyKind::Gift, note: "补一只杯子".into(), cost: 1_200, currency: "CNY".into(), due_at: None };
    let gift = desk.shop.add_remedy(id, &gift, week).unwrap().1;
    desk.shop.deliver_remedy(gift, Some(week.at), week).unwrap();
    go(&desk, id, Move::Done, week);
    assert_eq!(shown(case(&desk, id, week).due_at), "2026-12-08 10:00:00", "seven days after what this round brought");
    edit(&desk, id, &[FormEdit::Satisfied { value: Some(true) }], later(week, DAY));
    go(&desk, id, Move::Done, later(week, DAY));
    let closed = case(&desk, id, later(week, DAY));
    assert_eq!((closed.stage, closed.outcome, closed.due_at), (Stage::Closed, Some(Outcome::Satisfied), None));
    let kinds: Vec<&str> = closed.events.iter().map(|e| e.kind.as_str()).filter(|k| !k.starts_with("remedy") && *k != "edited").collect();
    assert_eq!(kinds, ["taken_in", "done", "done", "done", "done", "reopen", "skip", "done", "done", "done"]);

    go(&desk, id, Move::Reopen { reason: "又裂了".into() }, later(week, 2 * DAY));
    assert_eq!(case(&desk, id, later(week, 2 * DAY)).reopened, 2);
}

#[test]
fn the_buyer_answers_at_the_last_step_and_a_no_reopens_a_closed_case() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let refused = |edit: &FormEdit| desk.shop.edit_complaint(id, edit, now).unwrap_err().details()["reason"].clone();
    lead_to(&desk, id, Stage::Compensate, now);
    assert_eq!(refused(&FormEdit::Satisfied { value: Some(true) }), "asked_at_the_end");
    assert_eq!(refused(&FormEdit::Cause { value: None }), "cause_stays");
    edit(&desk, id, &[FormEdit::Cause { value: Some(Cause::Late) }], now);
    desk.shop.add_remedy(id, &owning(), now).unwrap();
    let remedy = desk.shop.add_remedy(id, &refund(3_000), now).unwrap().1;
    desk.shop.deliver_remedy(remedy, Some(now.at), now).unwrap();
    go(&desk, id, Move::Done, now);
    let asked = [FormEdit::Asked { value: Some(Asked::Later) }, FormEdit::AskedChannel { value: Some(ContactChannel::Phone) }];
    edit(&desk, id, &asked, now);
    edit(&desk, id, &[FormEdit::Thanks { value: "谢谢您告诉我们".into() }, FormEdit::Satisfied { value: Some(true) }], now);
    go(&desk, id, Move::Done, now);
    assert_eq!(refused(&FormEdit::Satisfied { value: Some(true) }), "asked_at_the_end", "the case is over");
    edit(&desk, id, &[FormEdit::Satisfied { value: Some(false) }], later(now, DAY));
    let again = case(&desk, id, later(now, DAY));
    assert_eq!((again.stage, again.reopened, again.satisfied, again.asked), (Stage::Respond, 1, None, None));
    assert_eq!(again.thanks, "谢谢您告诉我们");
}

#[test]
fn an_update_that_was_promised_for_a_time_that_is_over_answers_nothing() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    lead_to(&desk, id, Stage::Respond, now);
    let next = Some(now.at + HOUR);
    edit(
        &desk,
        id,
        &[FormEdit::Problem { value: "裂".into() }, FormEdit::Agrees { value: Some(true) }, FormEdit::NextUpdate { value: next }],
        now,
    );
    assert_eq!(case(&desk, id, now).lacks, None);
    assert_eq!(case(&desk, id, later(now, 2 * HOUR)).lacks, Some(Refused::NextUpdateMissing));
}

#[test]
fn a_small_case_is_made_good_and_closed_in_one_go() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let given = RemedyForm { kind: RemedyKind::Refund, note: String::new(), cost: "5.00".into(), currency: "CNY".into(), due_at: None };
    let form = OneGo {
        said: "对不起，马上给您处理".into(),
        problem: String::new(),
        meaning: "要送人的".into(),
        cause: Cause::Damaged,
        owning: "是我们没包好".into(),
        remedy: given.clone(),
        thanks: "谢谢您告诉我们".into(),
    };
    let before = logical_dump(&desk);
    for (wrong, code) in [
        (OneGo { said: " ".into(), ..form.clone() }, "refused"),
        (OneGo { meaning: String::new(), ..form.clone() }, "refused"),
        (OneGo { owning: " ".into(), ..form.clone() }, "refused"),
        (OneGo { remedy: RemedyForm { kind: RemedyKind::Apology, ..given.clone() }, ..form.clone() }, "bad_value"),
        (OneGo { remedy: RemedyForm { cost: "五块".into(), ..given.clone() }, ..form.clone() }, "bad_value"),
    ] {
        assert_eq!(desk.shop.make_good_and_close(id, &wrong, now).unwrap_err().code(), code);
        assert_eq!(logical_dump(&desk), before, "nothing is half done");
    }
    desk.shop.make_good_and_close(id, &form, now).unwrap();
    let closed = case(&desk, id, now);
    assert_eq!((closed.stage, closed.outcome, closed.satisfied), (Stage::Closed, Some(Outcome::Satisfied), Some(true)));
    assert_eq!(closed.events.iter().filter(|e| e.kind == "done").count(), 5);
    assert_eq!(
        closed.remedies.iter().map(|r| (r.remedy.kind, r.delivered_at.is_some())).collect::<Vec<_>>(),
        [(RemedyKind::Apology, true), (RemedyKind::Refund, true)]
    );
    desk.shop.undo(now.at).unwrap();
    assert_eq!(logical_dump(&desk), before, "one change to take back");
    // From the middle of the way too.
    lead_to(&desk, id, Stage::Empathise, now);
    desk.shop.make_good_and_close(id, &form, now).unwrap();
    assert_eq!((case(&desk, id, now).stage, case(&desk, id, now).said.as_str()), (Stage::Closed, "对不起"));
}

#[test]
fn what_a_remedy_costs_is_read_as_it_is_typed() {
    for (text, currency, minor) in [
        ("1,000", "CNY", 100_000),
        ("1,000.50", "CNY", 100_050),
        ("¥8", "CNY", 800),
        ("", "CNY", 0),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
    ] {
        assert_eq!(RemedyText::read_cost(text, currency).unwrap(), minor, "{text} {currency}");
    }
    for text in ["八块", "-3", "$5", "1,00"] {
        assert!(RemedyText::read_cost(text, "CNY").is_err(), "{text}");
    }
}

#[test]
fn a_move_that_is_not_in_the_table_says_why_and_changes_nothing() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let before = logical_dump(&desk);
    for (made, reason) in [
        (Move::Done, Refused::SaidMissing),
        (Move::Skip { reason: " ".into() }, Refused::ReasonMissing),
        (Move::Back { to: Stage::Soothe, reason: String::new() }, Refused::FirstStep),
        (Move::Answered, Refused::NotWaiting),
        (Move::Reopen { reason: "x".into() }, Refused::NotClosed),
    ] {
        match desk.shop.move_complaint(id, &made, now) {
            Err(Error::Refused { refused, stage: "soothe", .. }) => assert_eq!(refused, reason),
            other => panic!("{made:?}: {other:?}"),
        }
    }
    assert_eq!(logical_dump(&desk), before);
    assert_eq!(desk.shop.move_complaint(99, &Move::Done, now).unwrap_err().code(), "not_found");
}

#[test]
fn every_change_of_a_case_can_be_taken_back_after_a_restart() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let before = logical_dump(&desk);
    let id = take(&desk, now);
    lead_to(&desk, id, Stage::FollowUp, now);
    let full = logical_dump(&desk);
    let mut steps = 0;
    while logical_dump(&desk) != before {
        desk.shop.undo(now.at).unwrap();
        steps += 1;
        assert!(steps < 40);
    }
    assert_eq!(steps, 14, "one entry for each change");
    for _ in 0..steps {
        desk.shop.redo(now.at).unwrap();
    }
    assert_eq!(logical_dump(&desk), full);
}

#[test]
fn the_clock_keeps_to_working_hours_and_stands_while_the_buyer_is_waited_for() {
    let desk = desk();
    // 20:30, half an hour before closing time; the first answer is due within a working hour.
    let evening = at("2026-11-24 20:30:00");
    let id = take(&desk, evening);
    assert_eq!(shown(case(&desk, id, evening).due_at), "2026-11-25 09:30:00");
    go(&desk, id, Move::Wait { reason: "等照片".into() }, later(evening, 600));
    let waiting = case(&desk, id, evening);
    assert_eq!((waiting.due_at, waiting.clock, waiting.waiting_since), (None, None, Some(evening.at + 600)));
    // Ten minutes had run; fifty are left when the buyer answers two days later.
    let answered = at("2026-11-26 20:40:00");
    go(&desk, id, Move::Answered, answered);
    assert_eq!(shown(case(&desk, id, answered).due_at), "2026-11-27 09:30:00");
}

#[test]
fn a_laptop_whose_clock_was_set_back_gives_no_time_away() {
    let desk = desk();
    let now = at("2026-11-24 12:00:00");
    let id = take(&desk, now);
    go(&desk, id, Move::Wait { reason: String::new() }, later(now, 1_800));
    go(&desk, id, Move::Answered, later(now, -DAY));
    assert_eq!(shown(case(&desk, id, now).due_at), "2026-11-24 13:00:00", "half an hour had run at 12:30");
}

#[test]
fn changing_a_rule_moves_the_clocks_that_run_in_the_same_undoable_change() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let mut rules = desk.shop.rules().unwrap();
    rules.standards.first_answer_minutes = 30;
    desk.shop.set_rules(&rules, now).unwrap();
    assert_eq!(shown(case(&desk, id, now).due_at), "2026-11-24 10:30:00");
    desk.shop.set_day("2026-11-24", Some((true, "盘点")), now).unwrap();
    assert_eq!(shown(case(&desk, id, now).due_at), "2026-11-25 09:30:00");
    assert!(desk.shop.year_of_days(2026).unwrap().days.iter().any(|(day, own)| *own && day.name == "盘点"));
    desk.shop.undo(now.at).unwrap();
    desk.shop.undo(now.at).unwrap();
    assert_eq!(shown(case(&desk, id, now).due_at), "2026-11-24 11:00:00");
    rules.standards.follow_up_days = 8;
    assert_eq!(desk.shop.set_rules(&rules, now).unwrap_err().details()["reason"], "one_to_seven");
    assert_eq!(desk.shop.set_day("2026-02-30", None, now).unwrap_err().details()["reason"], "no_such_day");
}

#[test]
fn taking_in_needs_words_a_person_or_an_order_and_a_time_that_can_be() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let good = NewComplaint {
        customer_id: None,
        order_id: Some(order_of(&desk, "7000000000000000002")),
        product: String::new(),
        channel: ContactChannel::Phone,
        words: "少了一个".into(),
        received_at: now.at,
    };
    let reason = |new: NewComplaint| desk.shop.take_complaint(&new, now).unwrap_err().details()["reason"].clone();
    assert_eq!(reason(NewComplaint { words: "  ".into(), ..good.clone() }), "blank");
    assert_eq!(reason(NewComplaint { order_id: None, ..good.clone() }), "nobody");
    assert_eq!(reason(NewComplaint { received_at: now.at + DAY, ..good.clone() }), "in_future");
    assert_eq!(reason(NewComplaint { received_at: 0, ..good.clone() }), "far_time");
    assert_eq!(reason(NewComplaint { received_at: i64::MAX, ..good.clone() }), "far_time");
    assert_eq!(desk.shop.complaints(&CaseQuery::default(), 0, 10, now).unwrap().total, 0);
    // Two cases for one order are two cases, and the second says that there is a first.
    let first = desk.shop.take_complaint(&good, now).unwrap().1;
    let second = desk.shop.take_complaint(&good, now).unwrap().1;
    assert_eq!((first.others, second.others), (vec![], vec![first.id]));
    assert_eq!(case(&desk, first.id, now).others, [second.id]);
}

#[test]
fn a_remedy_answers_a_fault_and_never_a_review() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    match desk.shop.add_remedy(id, &refund(1_000), now) {
        Err(Error::Refused { refused: Refused::CauseMissing, .. }) => {}
        other => panic!("{other:?}"),
    }
    edit(&desk, id, &[FormEdit::Cause { value: Some(Cause::Damaged) }], now);
    for note in ["改好评后返 10 元", "五星好评补偿", "for changing the review"] {
        let tied = RemedyText { note: note.into(), ..refund(1_000) };
        assert_eq!(desk.shop.add_remedy(id, &tied, now).unwrap_err().details()["reason"], "tied_to_review", "{note}");
    }
    assert_eq!(desk.shop.add_remedy(id, &refund(-1), now).unwrap_err().details()["reason"], "negative");
    let apology = RemedyText { kind: RemedyKind::Apology, note: "是我们没包好".into(), ..refund(0) };
    desk.shop.add_remedy(id, &apology, now).unwrap();
    let kept = desk.shop.add_remedy(id, &refund(1_500), now).unwrap().1;
    let dropped = desk.shop.add_remedy(id, &refund(9_900), now).unwrap().1;
    desk.shop.withdraw_remedy(dropped, now).unwrap();
    assert_eq!(desk.shop.deliver_remedy(dropped, Some(now.at), now).unwrap_err().code(), "not_found");
    let ledger = case(&desk, id, now).remedies;
    assert_eq!(ledger.iter().map(|r| r.delivered_at.is_some()).collect::<Vec<_>>(), [true, false, false]);
    assert!(ledger.iter().all(|r| r.cause == Cause::Damaged));
    let customer = case(&desk, id, now).customer_id.unwrap();
    let sums = desk.shop.remedy_sums(RemedyOf::Customer(customer), now.zone).unwrap();
    assert_eq!(sums.iter().map(|s| (s.of.as_str(), s.count, s.cost)).collect::<Vec<_>>(), [("2026-11", 2, 1_500), ("", 2, 1_500)]);
    desk.shop.deliver_remedy(kept, Some(now.at), now).unwrap();
}

#[test]
fn earlier_cases_of_the_same_cause_say_what_is_fair() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    for cost in [500, 2_000, 1_000] {
        let id = take(&desk, now);
        edit(&desk, id, &[FormEdit::Cause { value: Some(Cause::Damaged) }], now);
        desk.shop.add_remedy(id, &refund(cost), now).unwrap();
    }
    let id = take(&desk, now);
    assert_eq!(desk.shop.similar_complaints(id).unwrap(), None, "without a cause nothing is like it");
    edit(&desk, id, &[FormEdit::Cause { value: Some(Cause::Damaged) }], now);
    let similar = desk.shop.similar_complaints(id).unwrap().unwrap();
    assert_eq!((similar.likeness, similar.count), (Likeness::Product, 3));
    assert_eq!((similar.median, similar.least, similar.most), (Some(1_000), Some(500), Some(2_000)));
    edit(&desk, id, &[FormEdit::Cause { value: Some(Cause::Late) }], now);
    let none = desk.shop.similar_complaints(id).unwrap().unwrap();
    assert_eq!((none.count, none.median), (0, None));
}

#[test]
fn files_are_copied_under_their_own_names_and_missed_when_somebody_removes_them() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("破损 照片.png");
    image::RgbImage::from_pixel(900, 600, image::Rgb([200, 30, 30])).save(&picture).unwrap();
    let (_, attached) = desk.shop.attach(Owner::Complaint(id), &picture, &Task::quiet(), now.at).unwrap();
    let shown = &case(&desk, id, now).attachments[0];
    assert_eq!((shown.original_name.as_str(), shown.kind, shown.has_thumbnail), ("破损 照片.png", AttachmentKind::Picture, true));
    let copy = desk.shop.attachment_path(attached).unwrap();
    assert_eq!(std::fs::read(&copy).unwrap(), std::fs::read(&picture).unwrap());
    assert!(copy.file_name().unwrap().to_str().unwrap().is_ascii());
    let small = image::load_from_memory(&desk.shop.thumbnail(attached).unwrap().unwrap()).unwrap();
    assert_eq!((small.width(), small.height()), (320, 213));

    std::fs::remove_file(&copy).unwrap();
    assert!(case(&desk, id, now).attachments[0].missing);
    assert_eq!(desk.shop.attachment_path(attached).unwrap_err().code(), "file_missing");
    // Adding it again brings the copy back.
    desk.shop.attach(Owner::Complaint(id), &picture, &Task::quiet(), now.at).unwrap();
    assert!(desk.shop.attachment_path(attached).is_ok());
    desk.shop.detach(attached, now.at).unwrap();
    assert!(copy.exists(), "undo and older backups need it");
}

#[test]
fn a_file_that_is_too_large_empty_or_a_folder_is_refused_and_leaves_nothing() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.mp4");
    // A sparse file: two gigabytes by its size, none on the disk.
    std::fs::File::create(&large).unwrap().set_len(2 << 30).unwrap();
    let empty = folder.path().join("empty.jpg");
    std::fs::write(&empty, b"").unwrap();
    let try_it = |path: &std::path::Path| desk.shop.attach(Owner::Complaint(id), path, &Task::quiet(), now.at).unwrap_err();
    let too_large = try_it(&large);
    assert_eq!((too_large.code(), too_large.details()["limit_mib"].as_u64()), ("file_too_large", Some(LIMIT_MIB)));
    assert_eq!(try_it(&empty).code(), "empty_file");
    assert_eq!(try_it(folder.path()).code(), "not_a_file");
    assert_eq!(try_it(&folder.path().join("none.png")).code(), "file_missing");
    let cancelled = Task::quiet();
    cancelled.cancel();
    let note = folder.path().join("note.txt");
    std::fs::write(&note, "记录").unwrap();
    assert_eq!(desk.shop.attach(Owner::Complaint(id), &note, &cancelled, now.at).unwrap_err().code(), "cancelled");
    let left: Vec<_> = std::fs::read_dir(desk.shop.folder().join("attachments")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn programs_scripts_packages_and_web_pages_are_kept_and_never_opened() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let folder = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8], Option<NotOpened>); 7] = [
        ("photo.jpg", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", Some(NotOpened::Program)),
        ("run.sh", b"#!/bin/sh\necho hi\n", Some(NotOpened::Script)),
        ("bill.html", b"<html><body>bill</body></html>", Some(NotOpened::WebPage)),
        ("pkg.deb", b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n", Some(NotOpened::Package)),
        ("scan.pdf", b"%PDF-1.7\n", None),
        ("\u{804a}\u{5929}.txt", "第一次".as_bytes(), None),
        ("sums.csv", b"a,b\n=1+1,2\n", Some(NotOpened::Unknown)),
    ];
    for (name, bytes, why) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let (_, attached) = desk.shop.attach(Owner::Complaint(id), &path, &Task::quiet(), now.at).unwrap();
        let (kept, not_opened) = desk.shop.attachment_to_open(attached).unwrap();
        assert_eq!(std::fs::read(&kept).unwrap(), bytes, "{name} is kept as it is");
        assert_eq!(not_opened, why, "{name}");
        // Somebody gives the copy an ending that the system would run.
        let renamed = kept.with_extension("exe");
        std::fs::rename(&kept, &renamed).unwrap();
        assert_eq!(desk.shop.attachment_to_open(attached).unwrap_err().code(), "file_missing");
    }
    #[cfg(unix)]
    {
        let pipe = folder.path().join("pipe.txt");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let refused = desk.shop.attach(Owner::Complaint(id), &pipe, &Task::quiet(), now.at).unwrap_err();
        assert_eq!(refused.code(), "not_a_file", "nobody waits for what is written into a pipe");
    }
}

#[test]
fn a_picture_that_is_not_one_inside_is_kept_without_a_thumbnail() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\nnothing more").unwrap();
    desk.shop.attach(Owner::Complaint(id), &broken, &Task::quiet(), now.at).unwrap();
    let shown = &case(&desk, id, now).attachments[0];
    assert_eq!((shown.kind, shown.has_thumbnail, shown.missing), (AttachmentKind::Picture, false, false));
    assert_eq!(shown.no_thumbnail, Some(NoThumbnail::Unreadable));
}

#[test]
fn promises_are_kept_late_or_broken_and_counted() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let order = order_of(&desk, "7000000000000000002");
    let promise = |about: About, hours: i64| {
        let text = PromiseText { about, what: "今天补发".into(), due_at: now.at + hours * HOUR };
        desk.shop.make_promise(&text, now.at).unwrap().1
    };
    let about_case = About { complaint_id: Some(id), ..About::default() };
    let about_order = About { order_id: Some(order), ..About::default() };
    let (kept, late, broken, open) = (promise(about_case, 4), promise(about_case, 1), promise(about_order, 2), promise(about_order, 48));
    let afterwards = now.at + 3 * HOUR;
    desk.shop.end_promise(kept, &PromiseEnd::Kept { at: afterwards }, afterwards).unwrap();
    desk.shop.end_promise(late, &PromiseEnd::Kept { at: afterwards }, afterwards).unwrap();
    desk.shop.end_promise(broken, &PromiseEnd::Broken { at: afterwards }, afterwards).unwrap();
    let rate = desk.shop.kept_rate(0, afterwards).unwrap();
    assert_eq!((rate.kept, rate.late, rate.broken, rate.overdue, rate.percent), (1, 1, 1, 0, Some(33)));
    let states: Vec<PromiseState> = case(&desk, id, later(now, 3 * HOUR)).promises.iter().map(|p| p.state).collect();
    assert_eq!(states, [PromiseState::Late, PromiseState::Kept]);
    // To whom it was made follows from the order.
    let li = desk.shop.who_is("李雷", 1, now).unwrap().people.remove(0);
    assert_eq!(li.promises.iter().map(|p| p.id).collect::<Vec<_>>(), [open]);
    let nobody = PromiseText { about: About::default(), what: "x".into(), due_at: now.at };
    assert_eq!(desk.shop.make_promise(&nobody, now.at).unwrap_err().details()["reason"], "nobody");
    let far = PromiseText { about: about_order, what: "x".into(), due_at: 9_999_999_999 };
    assert_eq!(desk.shop.make_promise(&far, now.at).unwrap_err().details()["reason"], "far_time");
}

#[test]
fn a_case_outlives_its_customer_its_order_and_the_import_that_brought_them() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    lead_to(&desk, id, Stage::FollowUp, now);
    // Taking the import back keeps what the case is about, and says so.
    let run = desk.shop.imports().unwrap()[0].id;
    let report = desk.shop.undo_import(run, now.at).unwrap();
    assert_eq!((report.orders_removed, report.customers_removed), (1, 1));
    assert_eq!(case(&desk, id, now).name, "张小满");
    // Deleting the person leaves the case without a name, and undo brings all of it back.
    let full = logical_dump(&desk);
    let customer = case(&desk, id, now).customer_id.unwrap();
    desk.shop.delete_customers(&[customer], now.at).unwrap();
    let nameless = case(&desk, id, now);
    assert_eq!((nameless.customer_id, nameless.name.as_str(), nameless.stage), (None, "", Stage::FollowUp));
    edit(&desk, id, &[FormEdit::Satisfied { value: Some(true) }], now);
    go(&desk, id, Move::Done, now);
    for _ in 0..3 {
        desk.shop.undo(now.at).unwrap();
    }
    assert_eq!(logical_dump(&desk), full);
}

#[test]
fn an_order_that_is_given_to_somebody_else_takes_its_case_along() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    let order = order_of(&desk, "7000000000000000001");
    let (_, other) = desk.shop.add_customer("张小满的先生", now.at).unwrap();
    desk.shop.link_order(order, Some(other), now.at).unwrap();
    assert_eq!(case(&desk, id, now).customer_id, Some(other));
}

#[test]
fn cases_are_found_by_clock_cause_person_number_and_words() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let first = take(&desk, now);
    let second = take(&desk, later(now, -20 * HOUR));
    edit(&desk, second, &[FormEdit::Cause { value: Some(Cause::Late) }], now);
    let find = |query: CaseQuery| desk.shop.complaints(&query, 0, 10, now).unwrap().rows.iter().map(|r| r.id).collect::<Vec<_>>();
    assert_eq!(find(CaseQuery::default()), [second, first], "the more urgent first");
    assert_eq!(find(CaseQuery { clock: Some(ClockState::Overdue), ..Default::default() }), [second]);
    assert_eq!(find(CaseQuery { clock: Some(ClockState::Today), ..Default::default() }), [first]);
    assert_eq!(find(CaseQuery { cause: Some(Cause::Late), ..Default::default() }), [second]);
    for text in ["zxm", "0001", "裂的", "#2", "张小满 青瓷", "7000000000000000001"] {
        assert!(find(CaseQuery { text: text.into(), ..Default::default() }).contains(&second), "{text}");
    }
    assert!(find(CaseQuery { text: "没有的".into(), ..Default::default() }).is_empty());
    go(&desk, first, Move::Close { outcome: Outcome::Withdrawn, reason: "撤回".into() }, now);
    assert_eq!(find(CaseQuery::default()), [second]);
    assert_eq!(find(CaseQuery { closed: true, ..Default::default() }), [second, first]);
    assert_eq!(find(CaseQuery { stages: vec![Stage::Closed], ..Default::default() }), [first]);
}

#[test]
fn a_cause_that_comes_back_becomes_a_fix_whose_effect_is_not_guessed() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    for _ in 0..2 {
        let id = take(&desk, now);
        edit(&desk, id, &[FormEdit::Cause { value: Some(Cause::Damaged) }], now);
    }
    let repeat = desk.shop.repeats(now).unwrap().remove(0);
    assert_eq!((repeat.cause, repeat.product.as_str(), repeat.count), (Cause::Damaged, "青瓷茶杯", 2));
    let lines = desk.shop.causes(CauseBy::Product, now.at - 30 * DAY, now.at + DAY, now).unwrap();
    assert_eq!((lines[0].key.as_str(), lines[0].total, lines[0].orders, lines[0].per_hundred), ("青瓷茶杯", 2, Some(1), None));
    let months = desk.shop.causes(CauseBy::Month, now.at - 30 * DAY, now.at + DAY, now).unwrap();
    assert_eq!((months[0].key.as_str(), months[0].causes.as_slice()), ("2026-11", &[(Cause::Damaged, 2)][..]));
    let fix = FixText {
        cause: Cause::Damaged,
        product: "青瓷茶杯".into(),
        product_id: repeat.product_id,
        courier: String::new(),
        what: "换成蜂窝纸".into(),
        due_on: "2026-12-01".into(),
    };
    desk.shop.save_fix(None, &fix, now.at).unwrap();
    assert!(desk.shop.repeats(now).unwrap().is_empty(), "it is being mended");
    let id = desk.shop.fixes(now.at).unwrap()[0].id;
    desk.shop.finish_fix(id, true, now.at).unwrap();
    let done = &desk.shop.fixes(now.at + 10 * DAY).unwrap()[0];
    assert_eq!((done.days, done.before.unwrap().cases, done.too_few), (10, 0, true));
    assert_eq!(
        desk.shop.save_fix(None, &FixText { due_on: "morgen".into(), ..fix }, now.at).unwrap_err().details()["reason"],
        "no_such_day"
    );
}

#[test]
fn wishes_of_a_person_are_kept_and_checked() {
    let desk = desk();
    let now = at("2026-11-24 23:00:00");
    let id = desk.shop.who_is("zxm", 1, now).unwrap().people[0].id;
    let wish =
        Preference { channel: Some(ContactChannel::Wechat), quiet: Some(QuietHours { from: 1320, to: 480 }), ..Preference::default() };
    desk.shop.edit_customer(id, &CustomerEdit::Preference { value: wish.clone() }, now.at).unwrap();
    let card = desk.shop.card(id, now).unwrap();
    assert_eq!(card.preference, wish);
    assert_eq!(card.may_contact, MayContact::QuietUntil { at: at("2026-11-25 08:00:00").at });
    let never = Preference { no_contact: true, reason: "要求不再联系".into(), ..wish };
    desk.shop.edit_customer(id, &CustomerEdit::Preference { value: never }, now.at).unwrap();
    assert_eq!(desk.shop.card(id, now).unwrap().may_contact, MayContact::Never);
    let none = Preference { quiet: Some(QuietHours { from: 600, to: 600 }), ..Preference::default() };
    assert!(desk.shop.edit_customer(id, &CustomerEdit::Preference { value: none }, now.at).is_err());
}

/// Random moves and edits of a stored case: it follows the table, its row is what its events add up to, and undo
/// takes each of them back.
#[derive(Debug, Clone)]
enum Action {
    Move(Move),
    Edit(FormEdit),
    Remedy,
    Own,
    Deliver,
    Pass(i64),
}

fn any_action() -> impl Strategy<Value = Action> {
    let reason = prop_oneof![Just(String::new()), Just("原因".to_owned())];
    let moves = prop_oneof![
        4 => Just(Move::Done),
        1 => reason.clone().prop_map(|reason| Move::Skip { reason }),
        1 => (0usize..6).prop_map(|to| Move::Back { to: Stage::ALL[to], reason: String::new() }),
        1 => Just(Move::Wait { reason: String::new() }),
        1 => Just(Move::Answered),
        1 => reason.clone().prop_map(|reason| Move::Close { outcome: Outcome::NoAnswer, reason }),
        1 => reason.prop_map(|reason| Move::Reopen { reason }),
    ];
    let edits = prop_oneof![
        Just(FormEdit::Said { value: "说了".into() }),
        Just(FormEdit::Problem { value: "问题".into() }),
        any::<Option<bool>>().prop_map(|value| FormEdit::Agrees { value }),
        Just(FormEdit::NextUpdate { value: Some(at("2026-11-25 12:00:00").at) }),
        prop_oneof![Just(None), Just(Some(Cause::Quality))].prop_map(|value| FormEdit::Cause { value }),
        Just(FormEdit::Meaning { value: "要送人的".into() }),
        any::<Option<bool>>().prop_map(|value| FormEdit::Satisfied { value }),
    ];
    prop_oneof![
        4 => moves.prop_map(Action::Move),
        5 => edits.prop_map(Action::Edit),
        1 => Just(Action::Remedy),
        1 => Just(Action::Own),
        1 => Just(Action::Deliver),
        1 => (0i64..3 * DAY).prop_map(Action::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn a_stored_case_is_what_its_events_add_up_to(actions in proptest::collection::vec(any_action(), 1..40)) {
        let desk = desk();
        let mut now = at("2026-11-24 10:00:00");
        let id = take(&desk, now);
        let start = logical_dump(&desk);
        let mut changes = 0;
        // How many remedies were there when the present round began.
        let mut given = 0;
        for action in actions {
            let before = case(&desk, id, now);
            let tried = match &action {
                Action::Move(made) => desk.shop.move_complaint(id, made, now),
                Action::Edit(edit) => desk.shop.edit_complaint(id, edit, now),
                Action::Remedy => desk.shop.add_remedy(id, &refund(100), now).map(|(change, _)| change),
                Action::Own => desk.shop.add_remedy(id, &owning(), now).map(|(change, _)| change),
                Action::Deliver => match before.remedies.iter().find(|r| r.delivered_at.is_none()) {
                    Some(remedy) => desk.shop.deliver_remedy(remedy.id, Some(now.at), now),
                    None => continue,
                },
                Action::Pass(seconds) => {
                    now = later(now, *seconds);
                    continue;
                }
            };
            let after = case(&desk, id, now);
            match tried {
                Ok(_) => {
                    changes += usize::from(after.events.len() > before.events.len());
                    let last = after.events.last().unwrap();
                    prop_assert_eq!(last.stage_after, after.stage);
                    if let Action::Move(made) = &action {
                        prop_assert!(before.offers.iter().any(|o| o == made.name()));
                        prop_assert_eq!(last.stage, before.stage);
                    }
                    prop_assert_eq!(after.due_at.is_none(), after.stage == Stage::Closed || after.waiting_since.is_some());
                    prop_assert_eq!(after.closed_at.is_some(), after.stage == Stage::Closed);
                    prop_assert_eq!(after.outcome.is_some(), after.stage == Stage::Closed);
                    prop_assert!(after.satisfied.is_none() || matches!(after.stage, Stage::FollowUp | Stage::Closed), "answered before it was asked");
                    prop_assert!(before.cause.is_none() || after.cause.is_some() || after.stage <= Stage::Empathise, "the cause is gone");
                    if matches!(&action, Action::Move(Move::Done)) && before.stage == Stage::Compensate {
                        let round = &before.remedies[given..];
                        prop_assert!(round.iter().any(|r| r.remedy.kind == RemedyKind::Apology), "nobody owned the fault in this round");
                        prop_assert!(round.iter().any(|r| r.remedy.kind == RemedyKind::Refund), "nothing made it good in this round");
                    }
                    if matches!(&action, Action::Move(Move::Done)) && before.stage == Stage::Respond {
                        prop_assert!(before.next_update_at.is_some_and(|at| at > now.at));
                    }
                    if after.reopened > before.reopened {
                        given = after.remedies.len();
                        prop_assert_eq!((after.stage, after.satisfied), (Stage::Respond, None));
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error.code(), "refused");
                    prop_assert_eq!(&after, &before, "a refused change left something behind");
                }
            }
        }
        for _ in 0..changes {
            desk.shop.undo(now.at).unwrap();
        }
        prop_assert_eq!(logical_dump(&desk), start);
    }
}

#[test]
fn whether_the_buyer_ordered_again_is_filled_in_by_itself() {
    let desk = desk();
    let now = at("2026-11-24 10:00:00");
    let id = take(&desk, now);
    assert_eq!(case(&desk, id, now).ordered_again, None);
    let more = "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,宝贝标题,宝贝总数量\n\
        7000000000000000009,zhang_xiaoman,20.00,20.00,交易成功,张小满,浙江省 杭州市 西湖区 文三路 1 号,13800000001,2026-11-28 10:00:00,竹杯垫,1\n";
    desk.import_text("more.csv", more, &Choices::default()).unwrap();
    assert_eq!(case(&desk, id, now).ordered_again.unwrap().1, "7000000000000000009");
}
