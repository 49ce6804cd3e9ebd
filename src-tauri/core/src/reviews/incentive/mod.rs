//! Whether a text offers something for a review. Money, gifts or discounts for a review, for a good one, or for
//! changing or deleting a bad one are unlawful in China (反不正当竞争法 art. 9, 电子商务法 art. 17) and against the
//! rules of every platform, and so is a threat. A remedy for a fault is lawful, and so is asking how the goods are:
//! what is looked for is the tie between the two.
//!
//! A text is folded first ([`fold`](super::fold): widths, spaces and marks between characters, traditional forms, homophones,
//! digits for letters, presents drawn as emoji). Then every place that speaks of a review is looked at, in
//! [`chinese`] and [`english`]: what is offered, withheld or threatened near it, and whether the words around it
//! only thank, describe or refuse. The verdict is a judgement learned from labelled texts
//! ([`learned`](super::learned)), which hears what the patterns say and weighs all other words too; the patterns
//! then say where and what it is.

mod chinese;
mod english;

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use super::fold::{Folded, Reading};
use super::learned::Learned;
use crate::language::Language;

pub(super) static OFFERS: LazyLock<Learned> =
    LazyLock::new(|| Learned::read(include_str!("../../../../../assets/reviews/offers.weights.tsv"), signals));

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum IncentiveKind {
    /// Something is offered for a review.
    Reward,
    /// Something is offered for changing or deleting one.
    PayToChange,
    /// Something is threatened because of one.
    Threat,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Incentive {
    /// What is wrong.
    pub kind: IncentiveKind,
    /// Where, as [from, to) in characters of the text.
    pub spans: Vec<(u32, u32)>,
}

impl Incentive {
    /// What to do instead.
    pub fn advice(&self, language: Language) -> &'static str {
        match self.kind {
            IncentiveKind::Reward => language.say(
                "法律和平台规则都不允许用好处换评价。想感谢买家，就把谢意写进回复；有过错，就按过错补偿，不提评价。",
                "Law and platforms forbid giving anything for a review. Thank the buyer in words; where there was a fault, make good the fault and leave the review out of it.",
            ),
            IncentiveKind::PayToChange => language.say(
                "补偿针对的是过错，不能以改评、删评为条件。先把问题解决，改不改由买家自己决定，话里不要提。",
                "A remedy answers the fault and never depends on changing or deleting a review. Put it right first; whether the review changes is up to the buyer, so leave it out.",
            ),
            IncentiveKind::Threat => language.say(
                "不能因为评价威胁买家。只写事实和您愿意怎么解决；评价失实，请走平台的申诉。",
                "Never threaten a buyer over a review. Say the facts and what you will do; if the review is untrue, use the platform's appeal.",
            ),
        }
    }

    /// A lawful wording to begin from, in the language of the text.
    pub fn lawful(&self, text: &str) -> &'static str {
        let language = if text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) { Language::Chinese } else { Language::English };
        match self.kind {
            IncentiveKind::Reward => language.say(
                "方便的话，欢迎如实写写使用感受，好的不足的我们都想听。",
                "If you have a moment, tell others honestly how it is, good or bad.",
            ),
            IncentiveKind::PayToChange => language.say(
                "这次是我们没做好，我会按问题本身处理好。您的评价按自己的感受保留就好，有什么没解决的随时告诉我。",
                "The fault was ours, and I will put it right for its own sake. Your review is yours to keep as it is; tell me if anything is still not right.",
            ),
            IncentiveKind::Threat => language.say(
                "您说的情况我们认真看了。事实经过我写在这里，哪里没解决，请告诉我，我来处理。",
                "We have read what you wrote with care. Here is what happened on our side; tell us what is still open and we will see to it.",
            ),
        }
    }
}

/// The words of one language: where a review is spoken of, and what around it makes it an offer or clears it.
struct Words {
    /// A review is spoken of.
    mention: Regex,
    /// Words that sound like a review and are none (五星级, exam review): blanked first.
    other_sense: Regex,
    /// In the clause: the review is to be changed or taken away.
    change: Regex,
    /// Near it: something is given.
    benefit: Regex,
    /// Near it: something is withheld or threatened.
    threat: Regex,
    /// In the clause: a favour is hinted at, which needs no benefit beside it.
    hint: Regex,
    /// Right before the mention: it is denied or refused.
    denied_before: Regex,
    /// Right after the mention: it is denied or declared free.
    denied_after: Regex,
    /// In the clause, up to the mention: it only thanks or tells what the buyer wrote.
    told: Regex,
    /// In the clause, from the mention on: it only tells what the buyer wrote.
    told_after: Regex,
    /// Near it: the two are said to have nothing to do with each other, or the practice is warned of.
    untied: Regex,
    /// In the clause or its neighbours: the mention is an ask or a condition.
    tie: Regex,
}

impl Words {
    fn changes_a_review(&self, folded: &Folded) -> bool {
        self.mention.find_iter(&folded.text).any(|m| self.change.is_match(&folded.text[clause_around(&folded.text, m.start(), m.end())]))
    }
}

/// From this score on, a text that speaks of a review is an offer: chosen by cross-validation on 480 texts that were
/// written without knowledge of the check, above even odds, because a false alarm blocks a reply.
const SCORE: f64 = 0.2;
/// The same for a text that does not speak of one by any known word.
const SCORE_UNSPOKEN: f64 = 0.7;

/// So many characters on each side are looked at for what is given.
const NEAR: usize = 64;

/// A greeting offers nothing: from so many letters on a text that does not speak of a review is judged at all. A Chinese
/// character counts as two.
const SHORTEST_UNSPOKEN: usize = 9;

/// What a text offers for a review; `None` for a lawful one.
pub fn check(text: &str) -> Option<Incentive> {
    judge(&Reading::of(text)).into_iter().next()
}

fn length(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Every kind of offer that a folded text makes, each once; the one that stands out first.
pub(super) fn judge(text: &Reading<'_>) -> Vec<Incentive> {
    let both = || in_both(text);
    let mentioned = both().any(|(folded, words)| words.mention.is_match(&folded.text));
    if !mentioned && length(text.text) < SHORTEST_UNSPOKEN {
        return Vec::new();
    }
    if OFFERS.score(text) <= if mentioned { SCORE } else { SCORE_UNSPOKEN } {
        return Vec::new();
    }
    let mut found: Vec<Incentive> = Vec::new();
    for one in both().flat_map(|(folded, words)| search(folded, words)) {
        if found.iter().all(|known| known.kind != one.kind) {
            found.push(one);
        }
    }
    if found.is_empty() {
        found.push(Incentive {
            kind: if both().any(|(folded, words)| words.changes_a_review(folded)) {
                IncentiveKind::PayToChange
            } else {
                IncentiveKind::Reward
            },
            spans: both()
                .filter_map(|(folded, words)| words.mention.find(&folded.text).map(|m| folded.span(m.start(), m.end())))
                .take(1)
                .collect(),
        });
    }
    found
}

fn in_both<'a>(text: &'a Reading<'_>) -> impl Iterator<Item = (&'a Folded, &'static Words)> + use<'a> {
    // Without a letter there is no English, and nothing of it to be looked for.
    let letters = text.english.text.bytes().any(|b| b.is_ascii_alphabetic());
    let both = [Some((&text.chinese, &*chinese::WORDS)), letters.then_some((&text.english, &*english::WORDS))];
    both.into_iter().flatten().filter_map(|(folded, words)| words.as_ref().map(|words| (folded, words)))
}

/// What the patterns say of a text, for the judgement.
fn signals(text: &Reading<'_>) -> Vec<&'static str> {
    let mut said = Vec::new();
    for (folded, words) in in_both(text) {
        let text = folded.without(&words.other_sense);
        let mut hears = |signal: &'static str, heard: bool| {
            if heard {
                said.push(signal);
            }
        };
        hears("another sense", words.other_sense.is_match(&folded.text));
        hears("found", !search(folded, words).is_empty());
        let mut mentioned = false;
        for mention in words.mention.find_iter(&text) {
            mentioned = true;
            let clause = clause_around(&text, mention.start(), mention.end());
            let (before, after) = (&text[clause.start..mention.start()], &text[mention.end()..clause.end]);
            let near = &text[window_around(&text, mention.start(), mention.end())];
            hears("told", words.told.is_match(before) || words.told_after.is_match(after));
            hears("denied before", words.denied_before.is_match(before));
            hears("denied after", words.denied_after.is_match(after));
            hears("untied", words.untied.is_match(near));
            hears("change", words.change.is_match(&text[clause]));
            hears("change near", words.change.is_match(near));
            hears("threat", words.threat.is_match(near));
            hears("hint", words.hint.is_match(near));
            hears("benefit before", words.benefit.is_match(before));
            hears("benefit after", words.benefit.is_match(after));
            hears("benefit near", words.benefit.is_match(near));
            hears("tied benefit", words.benefit.is_match(near) && words.tie.is_match(near));
        }
        hears("mention", mentioned);
        hears("benefit alone", !mentioned && words.benefit.is_match(&text));
        hears("hint alone", !mentioned && words.hint.is_match(&text));
    }
    said.sort_unstable();
    said.dedup();
    said
}

/// Whether a text speaks of reviews at all, in either language.
pub fn mentions_review(text: &str) -> bool {
    in_both(&Reading::of(text)).any(|(folded, words)| words.mention.is_match(&folded.text))
}

/// Every offer that the patterns see, in the order of the text.
fn search(folded: &Folded, words: &Words) -> Vec<Incentive> {
    let text = folded.without(&words.other_sense);
    let mut found = Vec::new();
    for mention in words.mention.find_iter(&text) {
        let clause = clause_around(&text, mention.start(), mention.end());
        let (before, after) = (&text[clause.start..mention.start()], &text[mention.end()..clause.end]);
        let window = window_around(&text, mention.start(), mention.end());
        let told = words.told.is_match(before) || words.told_after.is_match(after);
        let denied = words.denied_before.is_match(before) || words.denied_after.is_match(after);
        // "No refund until the review is gone" denies the refund, not the tie.
        let withheld = words.change.is_match(&text[clause.clone()]) && words.threat.is_match(&text[window.clone()]);
        let hinted = words.hint.is_match(&text[window.clone()]);
        if (told || denied && !withheld) && !hinted {
            continue;
        }
        if words.untied.is_match(&text[window.clone()]) {
            continue;
        }
        let place = |p: &Regex, range: &std::ops::Range<usize>| {
            p.find(&text[range.clone()]).map(|m| (range.start + m.start(), range.start + m.end()))
        };
        let change = place(&words.change, &clause);
        let tied = change.is_some() || words.tie.is_match(&text[window.clone()]);
        let offered = if change.is_some() { IncentiveKind::PayToChange } else { IncentiveKind::Reward };
        let benefit = place(&words.hint, &window).or_else(|| place(&words.benefit, &window).filter(|_| tied));
        let threat = place(&words.threat, &window);
        for (kind, place) in
            [threat.map(|place| (IncentiveKind::Threat, place)), benefit.map(|place| (offered, place))].into_iter().flatten()
        {
            let mut spans = vec![folded.span(mention.start(), mention.end()), folded.span(place.0, place.1)];
            spans.sort_unstable();
            spans.dedup();
            found.push(Incentive { kind, spans });
        }
    }
    found
}

fn ends_clause(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | ',' | '\n' | ':')
}

/// A clause without an end is looked at no further than this on either side, in characters.
const LONGEST_CLAUSE: usize = 400;

fn clause_around(text: &str, from: usize, to: usize) -> std::ops::Range<usize> {
    let mut start = from;
    for (at, c) in text[..from].char_indices().rev().take(LONGEST_CLAUSE) {
        if ends_clause(c) {
            break;
        }
        start = at;
    }
    let after = text[to..].char_indices().take(LONGEST_CLAUSE).take_while(|(_, c)| !ends_clause(*c)).last();
    start..after.map_or(to, |(at, c)| to + at + c.len_utf8())
}

fn window_around(text: &str, from: usize, to: usize) -> std::ops::Range<usize> {
    let near = if text[from..to].is_ascii() { NEAR * 2 } else { NEAR };
    let start = text[..from].char_indices().rev().nth(near - 1).map_or(0, |(at, _)| at);
    let end = text[to..].char_indices().nth(near).map_or(text.len(), |(at, _)| to + at);
    start..end
}

/// A pattern of this build; a test compiles all of them.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).map_err(|error| tracing::error!(%error, "a pattern of this build cannot be read")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_this_build_can_be_read() {
        assert!(chinese::WORDS.is_some() && english::WORDS.is_some());
    }

    #[test]
    fn the_place_is_that_of_the_text_as_written() {
        let text = "谢谢！给 五 星 好·评，返 3 元";
        let found = check(text).map(|i| {
            i.spans.iter().map(|(a, b)| text.chars().skip(*a as usize).take((b - a) as usize).collect::<String>()).collect::<Vec<_>>()
        });
        assert_eq!(found, Some(vec!["五 星".to_owned(), "返".to_owned()]));
    }

    #[test]
    fn every_kind_of_offer_is_named() {
        let kinds = |text: &str| judge(&Reading::of(text)).into_iter().map(|i| i.kind).collect::<Vec<_>>();
        assert_eq!(kinds("给五星好评返 5 元。删了差评再返 20 元。"), [IncentiveKind::Reward, IncentiveKind::PayToChange]);
        assert_eq!(
            kinds("改成好评给您 20 块。不改差评就公开您的电话。"),
            [IncentiveKind::Threat, IncentiveKind::PayToChange],
            "the threat and the offer"
        );
        assert_eq!(kinds("杯子裂了是我没包好，今天补寄一只。"), []);
    }

    #[test]
    fn what_is_proposed_instead_is_lawful() {
        for kind in [IncentiveKind::Reward, IncentiveKind::PayToChange, IncentiveKind::Threat] {
            let found = Incentive { kind, spans: Vec::new() };
            for text in ["好", "well"] {
                assert_eq!(check(found.lawful(text)), None, "{}", found.lawful(text));
            }
        }
    }
}
