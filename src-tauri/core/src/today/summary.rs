//! The day in one sentence.

use serde::Serialize;

use super::list::Section;
use crate::language::Language;

/// How many lines there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Counts {
    /// Overdue, or due first.
    pub first: i64,
    /// Due today.
    pub today: i64,
    /// Due within three days.
    pub soon: i64,
    /// Complaint steps due by the end of today, and how many of them are overdue.
    pub complaints: (i64, i64),
    /// Promises, as above.
    pub promises: (i64, i64),
    /// Steps of reviews, as above.
    pub reviews: (i64, i64),
    /// Parcels that are stuck.
    pub stuck: i64,
    /// Buyers to ask how the goods are.
    pub check_ins: i64,
    /// Positive reviews to reply to.
    pub thanks: i64,
    /// Buyers to invite to review.
    pub invitations: i64,
    /// Birthdays today.
    pub birthdays: i64,
    /// Fixes due.
    pub fixes: i64,
}

impl Counts {
    pub(crate) fn add(&mut self, section: Section, source: &str, overdue: bool, wish: bool) {
        match section {
            Section::First => self.first += 1,
            Section::Today => self.today += 1,
            Section::Soon => {
                self.soon += 1;
                return;
            }
        }
        let late = i64::from(overdue);
        match source {
            "complaint" => self.complaints = (self.complaints.0 + 1, self.complaints.1 + late),
            "review" if wish => self.thanks += 1,
            "review" => self.reviews = (self.reviews.0 + 1, self.reviews.1 + late),
            "invitation" => self.invitations += 1,
            "promise" => self.promises = (self.promises.0 + 1, self.promises.1 + late),
            "stuck" => self.stuck += 1,
            "check_in" => self.check_ins += 1,
            "birthday" => self.birthdays += 1,
            _ => self.fixes += 1,
        }
    }
}

/// The day in one sentence: duties first, wishes after.
pub fn sentence(counts: &Counts, done: i64, language: Language) -> String {
    match language {
        Language::Chinese => chinese(counts, done),
        Language::English => english(counts, done),
    }
}

fn chinese(counts: &Counts, done: i64) -> String {
    let mut duties = Vec::new();
    let duty = |(all, late): (i64, i64), what: &str| match (all, late) {
        (0, _) => None,
        (all, 0) => Some(format!("{all} {what}今天到时间")),
        (all, late) if all == late => Some(format!("{all} {what}已经超时")),
        (all, late) => Some(format!("{all} {what}要处理（{late} 个已超时）")),
    };
    duties.extend(duty(counts.complaints, "个投诉步骤"));
    duties.extend(duty(counts.reviews, "条评价"));
    duties.extend(duty(counts.promises, "个承诺"));
    if counts.stuck > 0 {
        duties.push(format!("{} 个包裹走得太久", counts.stuck));
    }
    if counts.fixes > 0 {
        duties.push(format!("{} 项改进到期", counts.fixes));
    }
    let mut wishes = Vec::new();
    if counts.check_ins > 0 {
        wishes.push(format!("问问 {} 位买家东西怎么样", counts.check_ins));
    }
    if counts.thanks > 0 {
        wishes.push(format!("回复 {} 条好评", counts.thanks));
    }
    if counts.invitations > 0 {
        wishes.push(format!("请 {} 位买家说说感受", counts.invitations));
    }
    if counts.birthdays > 0 {
        wishes.push(format!("给 {} 位过生日的买家道声好", counts.birthdays));
    }
    match (duties.is_empty(), wishes.is_empty()) {
        (true, true) if done > 0 => format!("今天的事都做完了，一共 {done} 件。"),
        (true, true) => "今天没有到期的事。".to_owned(),
        (true, false) => format!("没有急事。有空可以{}。", wishes.join("，")),
        (false, true) => format!("{}。", duties.join("，")),
        (false, false) => format!("{}。之后可以{}。", duties.join("，"), wishes.join("，")),
    }
}

fn english(counts: &Counts, done: i64) -> String {
    let of = |n: i64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let duty = |(all, late): (i64, i64), one: &str, many: &str| match (all, late) {
        (0, _) => None,
        (all, 0) => Some(format!("{} due today", of(all, one, many))),
        (all, late) if all == late => Some(format!("{} overdue", of(all, one, many))),
        (all, late) => Some(format!("{} to handle ({late} overdue)", of(all, one, many))),
    };
    let mut duties = Vec::new();
    duties.extend(duty(counts.complaints, "complaint step", "complaint steps"));
    duties.extend(duty(counts.reviews, "review", "reviews"));
    duties.extend(duty(counts.promises, "promise", "promises"));
    if counts.stuck > 0 {
        duties.push(format!("{} under way too long", of(counts.stuck, "parcel", "parcels")));
    }
    if counts.fixes > 0 {
        duties.push(format!("{} due", of(counts.fixes, "fix", "fixes")));
    }
    let mut wishes = Vec::new();
    if counts.check_ins > 0 {
        wishes.push(format!("ask {} how the goods are", of(counts.check_ins, "buyer", "buyers")));
    }
    if counts.thanks > 0 {
        wishes.push(format!("reply to {}", of(counts.thanks, "positive review", "positive reviews")));
    }
    if counts.invitations > 0 {
        wishes.push(format!("invite {} to review", of(counts.invitations, "buyer", "buyers")));
    }
    if counts.birthdays > 0 {
        wishes.push(format!("wish {} a happy birthday", of(counts.birthdays, "buyer", "buyers")));
    }
    match (duties.is_empty(), wishes.is_empty()) {
        (true, true) if done > 0 => format!("Everything for today is done: {done} in all."),
        (true, true) => "Nothing is due today.".to_owned(),
        (true, false) => format!("Nothing urgent. When you have time, {}.", wishes.join(" and ")),
        (false, true) => format!("{}.", duties.join(", ")),
        (false, false) => format!("{}. After that, {}.", duties.join(", "), wishes.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_said_in_one_sentence() {
        let quiet = Counts::default();
        assert_eq!(sentence(&quiet, 0, Language::Chinese), "今天没有到期的事。");
        assert_eq!(sentence(&quiet, 4, Language::English), "Everything for today is done: 4 in all.");
        let busy = Counts { complaints: (3, 1), promises: (1, 0), check_ins: 1, ..quiet };
        assert_eq!(
            sentence(&busy, 0, Language::Chinese),
            "3 个投诉步骤要处理（1 个已超时），1 个承诺今天到时间。之后可以问问 1 位买家东西怎么样。"
        );
        assert_eq!(
            sentence(&busy, 0, Language::English),
            "3 complaint steps to handle (1 overdue), 1 promise due today. After that, ask 1 buyer how the goods are."
        );
    }
}
