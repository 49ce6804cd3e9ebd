//! What happened between the invented seller and their buyers: complaints in every state, contacts, promises,
//! wishes, birthdays. All of it goes through the same calls as a real seller's day, at times in the past.

use chrono::{Datelike, Days};

use crate::calendar::lunar;
use crate::calendar::quiet::QuietHours;
use crate::complaints::fixes::FixText;
use crate::complaints::remedies::{RemedyKind, RemedyText};
use crate::complaints::state::{Move, Stage};
use crate::complaints::steps::FormEdit;
use crate::complaints::take_in::NewComplaint;
use crate::complaints::words::{Cause, Outcome};
use crate::contacts::channel::{ContactChannel, ContactOutcome};
use crate::contacts::preference::Preference;
use crate::contacts::record::{About, ContactText};
use crate::customers::birthday::Birthday;
use crate::customers::edit::{CustomerEdit, TextField};
use crate::error::Result;
use crate::orders::list::{OrderLine, OrderQuery};
use crate::promises::{PromiseEnd, PromiseText};
use crate::storage::Shop;
use crate::time::{Moment, local_day};

use super::stories::{End, STORIES, Story};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

impl Shop {
    /// Fills an invented shop with what lies between a seller and buyers. A shop that has complaints already is left
    /// as it is.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn furnish_care(&self, now: Moment) -> Result<()> {
        if self.complaints(&crate::complaints::list::CaseQuery { closed: true, ..Default::default() }, 0, 0, now)?.total > 0 {
            return Ok(());
        }
        let orders: Vec<OrderLine> =
            self.orders(&OrderQuery::default(), 0, 400)?.rows.into_iter().filter(|o| o.customer_id.is_some()).collect();
        let mut used = Vec::new();
        for (n, story) in STORIES.iter().enumerate() {
            let before = now.at - story.hours_ago * HOUR;
            // Each story about an order of its own that had been placed by then; those about cups, about cups.
            let fits = |o: &&OrderLine| o.placed_at.is_some_and(|at| at < before - 4 * DAY) && !used.contains(&o.customer_id);
            let about_cups = story.words.contains('杯');
            let order =
                orders.iter().filter(fits).find(|o| !about_cups || o.items.contains("杯 月白")).or_else(|| orders.iter().find(fits));
            let Some(order) = order else { continue };
            used.push(order.customer_id);
            self.tell(story, order, Moment { at: before, ..now }, n)?;
        }
        let others: Vec<&OrderLine> = orders.iter().filter(|o| !used.contains(&o.customer_id)).take(12).collect();
        self.promise_things(&others, now)?;
        self.know_people(&others, now)?;
        let fix = FixText {
            cause: Cause::Late,
            product: String::new(),
            product_id: None,
            courier: "圆通速递".to_owned(),
            what: "发往西北的包裹改走顺丰".to_owned(),
            due_on: local_day(now.at, now.zone).map(|d| d.to_string()).unwrap_or_default(),
        };
        self.save_fix(None, &fix, now.at)?;
        Ok(())
    }

    /// Leads a case as far as its story goes.
    fn tell(&self, story: &Story, order: &OrderLine, start: Moment, n: usize) -> Result<()> {
        let channel = [ContactChannel::PlatformChat, ContactChannel::Wechat, ContactChannel::Phone][n % 3];
        let new = NewComplaint {
            customer_id: order.customer_id,
            order_id: Some(order.id),
            product: order.items.split(['、', '×']).next().unwrap_or("").trim().to_owned(),
            channel,
            words: story.words.to_owned(),
            received_at: start.at,
        };
        let id = self.take_complaint(&new, start)?.1.id;
        let mut clock = start;
        let mut pass = |hours: i64| {
            clock.at += hours * HOUR;
            clock
        };
        if story.until == Stage::Soothe {
            return Ok(());
        }
        let said = "收到您的消息了，先跟您说声对不起。我现在就去查，今天一定给您一个说法。";
        self.edit_complaint(id, &FormEdit::Said { value: said.to_owned() }, pass(1))?;
        self.record_notice(id, channel, said, None, start.at + HOUR)?;
        self.move_complaint(id, &Move::Done, pass(0))?;
        if story.end == End::Waits {
            self.move_complaint(id, &Move::Wait { reason: "等买家发照片".to_owned() }, pass(1))?;
            return Ok(());
        }
        if story.until == Stage::Respond {
            return Ok(());
        }
        self.edit_complaint(id, &FormEdit::Problem { value: story.problem.to_owned() }, pass(1))?;
        self.edit_complaint(id, &FormEdit::Agrees { value: Some(true) }, pass(0))?;
        let next = start.at + (story.hours_ago + 4).min(24) * HOUR;
        self.edit_complaint(id, &FormEdit::NextUpdate { value: Some(next) }, pass(0))?;
        self.move_complaint(id, &Move::Done, pass(0))?;
        if story.until == Stage::Empathise {
            return Ok(());
        }
        self.edit_complaint(id, &FormEdit::Meaning { value: "期待了好几天，拆开那一下很失望".to_owned() }, pass(1))?;
        self.edit_complaint(id, &FormEdit::Cause { value: Some(story.cause) }, pass(0))?;
        self.move_complaint(id, &Move::Done, pass(0))?;
        let remedy =
            |kind, cost| RemedyText { kind, note: String::new(), cost, currency: "CNY".to_owned(), due_at: Some(start.at + 3 * DAY) };
        self.add_remedy(id, &remedy(RemedyKind::Apology, 0), pass(1))?;
        let (_, given) = self.add_remedy(id, &remedy(story.remedy, story.cost), pass(0))?;
        if story.until == Stage::Compensate {
            return Ok(());
        }
        let delivered = pass(20);
        self.deliver_remedy(given, Some(delivered.at), delivered)?;
        self.move_complaint(id, &Move::Done, pass(0))?;
        match story.end {
            End::Satisfied => {
                self.edit_complaint(id, &FormEdit::Satisfied { value: Some(true) }, pass(5 * 24))?;
                self.move_complaint(id, &Move::Done, pass(0))?;
            }
            End::NoAnswer => {
                let made = Move::Close { outcome: Outcome::NoAnswer, reason: "打了两次电话都没有接".to_owned() };
                self.move_complaint(id, &made, pass(6 * 24))?;
            }
            End::Reopened => {
                self.edit_complaint(id, &FormEdit::Satisfied { value: Some(false) }, pass(5 * 24))?;
                self.move_complaint(id, &Move::Done, pass(0))?;
            }
            End::Runs | End::Waits => {}
        }
        Ok(())
    }

    /// Promises to some people: kept, late, broken, overdue, open.
    fn promise_things(&self, others: &[&OrderLine], now: Moment) -> Result<()> {
        let stories = [
            ("把开片的那只留给她", -40, 24, Some(10)),
            ("补一张手写卡片", -90, 24, Some(40)),
            ("找同款茶针", -120, 48, None),
            ("周末前寄出第二只杯子", -30, 26, None),
            ("问烧窑师傅下一窑的日子", -5, 9, None),
            ("发洗涤说明给她", -2, 60, None),
        ];
        for (order, (n, (what, made, within, kept))) in others.iter().zip(stories.into_iter().enumerate()) {
            let made_at = now.at + made * HOUR;
            let about = About { customer_id: order.customer_id, order_id: Some(order.id), ..About::default() };
            let text = PromiseText { about, what: what.to_owned(), due_at: made_at + within * HOUR };
            let (_, id) = self.make_promise(&text, made_at)?;
            if let Some(hours) = kept {
                self.end_promise(id, &PromiseEnd::Kept { at: made_at + hours * HOUR }, now.at)?;
            } else if n == 2 {
                self.end_promise(id, &PromiseEnd::Broken { at: made_at + 60 * HOUR }, now.at)?;
            }
        }
        Ok(())
    }

    /// What the seller knows of some people: how to address them, wishes, a birthday soon, a call.
    fn know_people(&self, others: &[&OrderLine], now: Moment) -> Result<()> {
        let today = local_day(now.at, now.zone);
        let mut customers: Vec<i64> = Vec::new();
        for customer in others.iter().filter_map(|o| o.customer_id) {
            if !customers.contains(&customer) {
                customers.push(customer);
            }
        }
        for (n, customer) in customers.into_iter().enumerate() {
            let edit = |edit: CustomerEdit| self.edit_customer(customer, &edit, now.at).map(drop);
            let text = |field, value: &str| CustomerEdit::Text { field, value: value.to_owned() };
            match n {
                0 | 3 => {
                    edit(text(TextField::AddressAs, "小满姐"))?;
                    edit(text(TextField::Temperament, "爽快，怕等"))?;
                    edit(text(TextField::Likes, "青瓷、开片"))?;
                }
                1 => {
                    let quiet = Some(QuietHours { from: 12 * 60, to: 14 * 60 });
                    let value = Preference {
                        channel: Some(ContactChannel::Wechat),
                        quiet,
                        avoid: "不要打电话".to_owned(),
                        ..Preference::default()
                    };
                    edit(CustomerEdit::Preference { value })?;
                }
                2 => {
                    let value = Preference { no_contact: true, reason: "说过不要再联系".to_owned(), ..Preference::default() };
                    edit(CustomerEdit::Preference { value })?;
                }
                4 => {
                    if let Some(day) = today {
                        let value = Birthday { lunar: false, year: None, month: day.month(), leap: false, day: day.day() };
                        edit(CustomerEdit::Birthday { value: Some(value) })?;
                    }
                }
                5 => {
                    if let Some(day) = today.and_then(|d| d.checked_add_days(Days::new(2))).and_then(lunar::of) {
                        let value = Birthday { lunar: true, year: None, month: day.month, leap: day.leap, day: day.day };
                        edit(CustomerEdit::Birthday { value: Some(value) })?;
                    }
                }
                _ => {
                    let contact = ContactText {
                        about: About { customer_id: Some(customer), ..About::default() },
                        at: now.at - (n as i64) * DAY,
                        channel: ContactChannel::Phone,
                        outgoing: true,
                        outcome: ContactOutcome::Reached,
                        text: "问了茶盘用得怎么样，说很顺手，想要再大一号的".to_owned(),
                        anyway: None,
                    };
                    self.record_contact(&contact, now.at)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::complaints::list::CaseQuery;
    use crate::import::choices::Choices;
    use crate::import::source::Source;
    use crate::task::Task;

    #[test]
    fn an_invented_shop_has_a_case_in_every_state_and_a_day_of_every_kind() {
        let folder = tempfile::tempdir().unwrap();
        let now = Moment { at: 1_795_500_000, zone: chrono_tz::Asia::Shanghai };
        let shop = Shop::open(folder.path(), now.at).unwrap();
        let file = folder.path().join("demo.csv");
        super::super::write_taobao(super::super::Demo { orders: 2_000, seed: 1, until: now.at }, &file).unwrap();
        let plan = shop.plan_import(&Source::new(&file), &Choices::default(), &Task::quiet()).unwrap();
        shop.apply_imports(&[(&plan, Vec::new())], &Task::quiet(), now.at).unwrap();
        shop.learn_courier_days().unwrap();
        shop.furnish_care(now).unwrap();
        shop.furnish_reviews(now).unwrap();
        let all = shop.complaints(&CaseQuery { closed: true, ..CaseQuery::default() }, 0, 100, now).unwrap();
        assert_eq!(all.total, STORIES.len() as i64);
        assert_eq!(all.by_stage.len(), Stage::ALL.len(), "{:?}", all.by_stage);
        assert!(all.rows.iter().any(|c| c.waiting_since.is_some()) && all.rows.iter().any(|c| c.reopened > 0));
        let day = shop.today(500, crate::language::Language::Chinese, now).unwrap();
        for source in ["complaint", "review", "promise", "stuck", "check_in", "birthday", "fix"] {
            assert!(day.lines.iter().any(|l| l.source == source), "{source}: {}", day.summary);
        }
        assert!(!shop.repeats(now).unwrap().is_empty());
    }
}
