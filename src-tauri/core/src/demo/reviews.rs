//! What invented buyers wrote about their orders, and what the invented seller did about it.

use crate::contacts::channel::{ContactChannel, ContactOutcome};
use crate::contacts::preference;
use crate::contacts::record::{About, ContactText};
use crate::error::Result;
use crate::orders::list::{OrderLine, OrderQuery};
use crate::reviews::draft::ReviewDraft;
use crate::reviews::follow::ReviewEdit;
use crate::reviews::list::{ReviewList, ReviewQuery};
use crate::reviews::scores::ShopScore;
use crate::reviews::words::{ReviewCause, ReviewOutcome};
use crate::storage::Shop;
use crate::task::Task;
use crate::time::{Moment, local_day};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A review: hours ago, stars, words, what was added later, the shop's reply.
struct Told {
    hours_ago: i64,
    stars: u8,
    text: &'static str,
    appended: &'static str,
    reply: &'static str,
    follow: Follow,
}

#[derive(Clone, Copy)]
enum Follow {
    Nothing,
    Cause(ReviewCause),
    Called(ReviewCause, ContactOutcome),
    Ended(ReviewCause, ReviewOutcome),
}

const TOLD: [Told; 18] = {
    use ContactOutcome::{NoAnswer, Reached, Refused};
    use Follow::{Called, Cause, Ended, Nothing};
    const fn told(hours_ago: i64, stars: u8, text: &'static str, appended: &'static str, reply: &'static str, follow: Follow) -> Told {
        Told { hours_ago, stars, text, appended, reply, follow }
    }
    [
        told(3, 1, "杯子拆开就是碎的，垫了两张报纸也敢寄？", "", "", Nothing),
        told(9, 2, "颜色比图上深一大截，不想折腾退货了。", "", "", Cause(ReviewCause::ColourDifference)),
        told(26, 3, "东西还行，等了八天。", "", "", Called(ReviewCause::Late, NoAnswer)),
        told(31, 1, "不加微信谈就别想我改，五十块钱的事。", "", "", Cause(ReviewCause::ExtortionSuspected)),
        told(50, 2, "木勺有股味道，用了两次还在。", "晾了三天好一点。", "", Called(ReviewCause::Product, Reached)),
        told(
            74,
            1,
            "客服三个小时不回，着急送人的。",
            "",
            "那天下午店里只有我一个人在打包，消息回得太晚，耽误您送礼了。现在设了值班，下班前一定清完消息。",
            Called(ReviewCause::Service, Refused),
        ),
        told(
            160,
            3,
            "尺寸比想的小，自己没看清，算了。",
            "",
            "实物图里加了一只手做比例，尺寸也写进了标题。",
            Ended(ReviewCause::Size, ReviewOutcome::Kept),
        ),
        told(
            300,
            2,
            "收到时盖子有道裂。",
            "补发的收到了，处理得很快。",
            "盖子是我们没包好，新的当天寄出，现在每只盖子单独套一层气泡袋。",
            Ended(ReviewCause::Damage, ReviewOutcome::Changed),
        ),
        told(6, 5, "杯子很轻，釉色温润，给爸妈又下了一单。", "", "", Nothing),
        told(18, 5, "包得严严实实，一点没碎。", "", "", Nothing),
        told(40, 5, "茶盘编得细，边角不扎手。", "", "", Nothing),
        told(90, 5, "桌布厚实，洗了没缩水。", "", "谢谢您洗完还回来说一声，这块布下水前我们自己先缩过一遍。", Nothing),
        told(140, 4, "茶壶沉得住气，盖子有点紧。", "", "盖子紧的地方用一阵会顺，觉得还紧就寄来，我们磨一下。", Nothing),
        told(200, 5, "闻起来是真桂花。", "", "桂花是九月自己收的，一年只做这一批，您喜欢就好。", Nothing),
        told(420, 5, "第二次买了，还是好。", "", "看到老朋友回来特别高兴，这次多垫了一层棉纸。", Nothing),
        told(700, 5, "送朋友，她很喜欢。", "", "能当一份礼物送出去，是我们的荣幸。", Nothing),
        told(
            900,
            1,
            "发错颜色。",
            "",
            "拿错了一格货架，是我们的失误，对的那只已经寄出，错的您留着用。",
            Ended(ReviewCause::WrongItem, ReviewOutcome::Deleted),
        ),
        told(1_100, 4, "", "", "", Nothing),
    ]
};

impl Shop {
    /// Fills an invented shop with reviews. A shop that has some already is left as it is.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn furnish_reviews(&self, now: Moment) -> Result<()> {
        let all = ReviewQuery { list: ReviewList::All, ..ReviewQuery::default() };
        if self.reviews(&all, 0, 0, now)?.total > 0 {
            return Ok(());
        }
        let mut orders: Vec<OrderLine> = Vec::new();
        for order in self.orders(&OrderQuery::default(), 0, 600)?.rows {
            // Those who want no contact are not called about a review either.
            let willing = |customer| self.read(|connection| Ok(!preference::of(connection, customer)?.no_contact));
            if order.customer_id.map(willing).transpose()? == Some(true) {
                orders.push(order);
            }
        }
        let mut used = Vec::new();
        let mut drafts = Vec::new();
        for told in &TOLD {
            let at = now.at - told.hours_ago * HOUR;
            let fits = |o: &&OrderLine| o.placed_at.is_some_and(|placed| placed < at - 5 * DAY) && !used.contains(&o.customer_id);
            // A review about a cup belongs to an order with a cup.
            let thing =
                ["杯", "勺", "桌布", "桂花", "茶盘", "茶壶"].into_iter().find(|thing| told.text.contains(thing)).unwrap_or_default();
            let Some(order) = orders.iter().rev().filter(fits).find(|o| o.items.contains(thing)) else { continue };
            used.push(order.customer_id);
            drafts.push((
                told,
                ReviewDraft {
                    order_number: order.number.clone(),
                    product: order
                        .items
                        .split('、')
                        .find(|title| title.contains(thing))
                        .and_then(|title| title.split(" ×").next())
                        .unwrap_or_default()
                        .to_owned(),
                    stars: Some(told.stars),
                    text: told.text.to_owned(),
                    appended: told.appended.to_owned(),
                    appended_at: (!told.appended.is_empty()).then_some(at + 2 * DAY).filter(|added| *added < now.at),
                    reply: told.reply.to_owned(),
                    replied_at: (!told.reply.is_empty()).then_some(at + 5 * HOUR),
                    pictures: u32::from(told.stars < 3),
                    reviewed_at: at,
                    ..ReviewDraft::default()
                },
            ));
        }
        let plan = self.plan_review_drafts(drafts.iter().map(|(_, draft)| draft.clone()).collect(), now)?;
        self.apply_reviews(&plan, &Task::quiet(), now.at)?;
        for line in self.reviews(&all, 0, TOLD.len() as i64, now)?.rows {
            if let Some((told, _)) = drafts.iter().find(|(_, draft)| draft.reviewed_at == line.reviewed_at) {
                self.follow(line.id, told, now)?;
            }
        }
        for (days_ago, description, service, logistics) in
            [(28, 486, 479, 471), (21, 486, 480, 472), (14, 485, 478, 474), (7, 486, 481, 477), (0, 487, 481, 480)]
        {
            let Some(day) = local_day(now.at - days_ago * DAY, now.zone) else { continue };
            let score = ShopScore {
                id: None,
                shop: String::new(),
                day: day.to_string(),
                description: Some(description),
                service: Some(service),
                logistics: Some(logistics),
            };
            self.save_score(&score, now)?;
        }
        if let Some(day) = local_day(now.at - 19 * DAY, now.zone) {
            self.add_shop_note(&day.to_string(), "西北的包裹换了快递", now.at)?;
        }
        Ok(())
    }

    fn follow(&self, id: i64, told: &Told, now: Moment) -> Result<()> {
        let (cause, called, outcome) = match told.follow {
            Follow::Nothing => return Ok(()),
            Follow::Cause(cause) => (cause, None, None),
            Follow::Called(cause, called) => (cause, Some(called), None),
            Follow::Ended(cause, outcome) => (cause, Some(ContactOutcome::Reached), Some(outcome)),
        };
        let written = now.at - told.hours_ago * HOUR;
        self.edit_review(id, &ReviewEdit::Cause { cause: Some(cause), note: String::new() }, now.at)?;
        if let Some(outcome) = called {
            let contact = ContactText {
                about: About { review_id: Some(id), ..About::default() },
                at: written + 2 * HOUR,
                channel: ContactChannel::Phone,
                outgoing: true,
                outcome,
                text: String::new(),
                anyway: None,
            };
            self.record_contact(&contact, now.at)?;
        }
        if outcome.is_some() {
            self.edit_review(id, &ReviewEdit::Outcome { outcome }, written + 3 * DAY)?;
        }
        Ok(())
    }
}
