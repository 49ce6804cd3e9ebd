//! Whether a text offers something for a review. Money, gifts or discounts for a review, for a good one, or for
//! changing or deleting a bad one are unlawful in China (反不正当竞争法 art. 9, 电子商务法 art. 17) and against the
//! rules of every platform, and so is a threat. A remedy for a fault is lawful, and so is asking how the goods are:
//! what is looked for is the tie between the two.
//!
//! A text is folded first (widths, spaces between characters, traditional forms, stars and presents drawn as
//! emoji), then searched for an *ask* about a review with a *benefit* or a *threat* near it.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use crate::language::Language;
use crate::text::fold_width;

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
}

/// A text made comparable, with where each of its characters stood.
struct Folded {
    text: String,
    /// Of each byte of `text`: the character of the original.
    origin: Vec<u32>,
    length: u32,
}

fn fold(text: &str, keep_spaces: bool) -> Folded {
    let mut folded = Folded { text: String::with_capacity(text.len()), origin: Vec::new(), length: 0 };
    let mut push = |piece: &str, at: u32| {
        folded.text.push_str(piece);
        folded.origin.extend(std::iter::repeat_n(at, piece.len()));
    };
    for (at, c) in text.chars().enumerate() {
        let at = at as u32;
        folded.length = at + 1;
        let mut buffer = [0u8; 4];
        match fold_width(c) {
            c if c.is_whitespace() => {
                if keep_spaces {
                    push(" ", at);
                }
            }
            '⭐' | '🌟' | '★' | '☆' | '✨' => push(if keep_spaces { " star " } else { "星" }, at),
            '🧧' => push(if keep_spaces { " cash " } else { "红包" }, at),
            '💰' | '💵' | '💴' => push(if keep_spaces { " cash " } else { "现金" }, at),
            '🎁' => push(if keep_spaces { " gift " } else { "礼物" }, at),
            '’' | '‘' => push("'", at),
            // Marks that are put between characters so that nobody finds them.
            '·' | '*' | '_' | '~' | '～' | '丨' | '|' | '^' | '`' | '•' => {}
            '.' | '-' | '/' | '+' if !keep_spaces => {}
            c if is_hidden(c) => {}
            c => {
                let plain = simplified(c);
                for lower in plain.to_lowercase() {
                    push(lower.encode_utf8(&mut buffer), at);
                }
            }
        }
    }
    folded
}

fn is_hidden(c: char) -> bool {
    matches!(c as u32, 0x200B..=0x200F | 0x2060 | 0xFE0F | 0x20E3 | 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFEFF)
}

/// The traditional forms that such offers are written in.
fn simplified(c: char) -> char {
    const PAIRS: &str = "評评價价紅红禮礼獎奖優优現现錢钱圖图單单讚赞贈赠給给寫写發发刪删補补償偿後后換换領领減减滿满曬晒聯联請请論论幫帮點点會会還还塊块卷券劵券們们無无論论與与關关實实誰谁退退轉转帳账動动";
    let mut pairs = PAIRS.chars();
    while let (Some(traditional), Some(plain)) = (pairs.next(), pairs.next()) {
        if traditional == c {
            return plain;
        }
    }
    c
}

/// A pattern of this file; a test compiles all of them.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).map_err(|error| tracing::error!(%error, "a pattern of this build cannot be read")).ok()
}

const REVIEW: &str = "(?:好评|好平|好坪|好苹|h评|[五5]个?星|全?[五5]分|满分|满星|评价|评论|评语|点评|追评|晒[图单]|[带配有]图评?|买家秀|差评|中评|打分|评分)";
const BENEFIT: &str = "(?:返现|返利|返[0-9一二两三五六八十百]|返您|返你|返还|返给|返红|可返|全返|[0-9一二两三五六八十百]+(?:元|块|r\\b|rmb|米)|红包|现金|优惠|[抵代]金|券|礼物|礼品|小礼|赠|奖|免单|立减|再减|减[0-9一二两三五六八十]|折扣|[0-9七八九]+折|打折|补偿|赔偿|赔您|赔你|退款|退您|退你|退全|全额|退一半|退[0-9]|转账|转您|转你|补差|福利|好处|惊喜|积分|送您|送你|送一|送个|送[0-9]|再送|免费|领取|领[0-9一]|补您|补你|话费|会员|找客服|联系客服|加微|加v|加薇|有礼)";

struct Patterns {
    ask: Option<Regex>,
    change: Option<Regex>,
    benefit: Option<Regex>,
    threat: Option<Regex>,
    apart: Option<Regex>,
    thanks: Option<Regex>,
    mention: Option<Regex>,
}

static CHINESE: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    ask: pattern(&format!(
        "(?:给|写|留|来|打|发|晒|点|赏|求|补|传|贴|凭|满)[^。!?;]{{0,6}}{REVIEW}|{REVIEW}[^。!?;]{{0,8}}(?:后|完|即|就|可|得|送|返|领|享|减|换|兑|有|截图|的话|=|给)|收货[^。!?]{{0,6}}{REVIEW}"
    )),
    change: pattern(
        "(?:改|删|撤|更改|取消|追加|升级|调整|去掉|换成|消)[^。!?;]{0,8}(?:评|星)|(?:评价|评论|差评|中评|好评|追评|评分)[^。!?;]{0,6}(?:改|删|撤|去掉|取消|消掉|处理掉|收回)",
    ),
    benefit: pattern(BENEFIT),
    threat: pattern(
        "起诉|律师|曝光|公布|报警|法院|骚扰|拉黑|后果|走着瞧|别怪|不客气|公开您|公开你|您的地址|你的地址|你的电话|您的电话|寄[^。]{0,4}寿衣|不发货|不退|没完|找上门|上门找",
    ),
    apart: pattern(
        "无论|不管|不论|不需要|不用|无需|不必|不会因|无关|不提供|不做|不搞|不参与|不允许|不可以用|不能用|禁止|不要求|不求|从不|绝不|没有关系|不影响|不以|不因|怎么评|谢绝",
    ),
    thanks: pattern("(?:看到|看了|收到|读到|读了|感谢|谢谢|多谢|谢)[^。!?;,，]{0,10}$"),
    mention: pattern(REVIEW),
});

const ENGLISH_REVIEW: &str = "(?:reviews?|ratings?|stars?|feedback|testimonials?|(?:5|five)[- ]?stars?)";

static ENGLISH: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    ask: pattern(&format!(
        r"\b(?:leav\w*|write|writing|wrote|post\w*|giv\w*|drop\w*|rate|rating us|submit\w*|share|sharing|send\w*|show\w*|add\w*|for|with|each|every|any|exchange)\b[^.!?;]{{0,40}}\b{ENGLISH_REVIEW}\b|\b{ENGLISH_REVIEW}\b[^.!?;]{{0,40}}\b(?:get|gets|receive|earn|earns|for a|in exchange|in return|and we|and i|=|means|wins?|unlocks?|enters?|screenshot)"
    )),
    change: pattern(&format!(
        r"\b(?:chang\w*|edit\w*|updat\w*|remov\w*|delet\w*|revis\w*|rais\w*|reconsider\w*|amend\w*|tak\w* (?:it |that |the review )?down|withdraw\w*|upgrad\w*|bump\w*|modif\w*|adjust\w*|turn\w*)\b[^.!?;]{{0,40}}\b{ENGLISH_REVIEW}\b|\b{ENGLISH_REVIEW}\b[^.!?;]{{0,30}}\b(?:change|changed|edited|updated|removed|deleted|revised|comes? down|goes away|taken down|is gone|disappears)\b"
    )),
    benefit: pattern(
        r"\brefund|\bdiscount|% ?off|\boff your\b|\bcoupon|\bvoucher|\bgifts?\b|\bfree\b|\bcash|\bcredit|\bmoney|[$€£] ?[0-9]|[0-9]+ ?(?:dollars|bucks|euros?|usd|gbp|eur|%)|\bcode\b|\bbonus|\breward|\bcompensat|\bpaypal\b|\bvenmo\b|\bpoints\b|\bprize|\bwin\b|\bdraw\b|\braffle|\breplacement|\bon the house|\bthank-?you present|\btreat\b|\bsample|\bsomething extra|\blittle extra|\bupgrade",
    ),
    threat: pattern(
        r"\blawyer|\blegal action|\bsue\b|\bcourt\b|\bor else\b|\breport you\b|\bblacklist|\bblock(?:ed)? (?:you|your)|\bregret|\bpublish your|\bpost your (?:name|address|number)|\bwe know where|\bcancel your order|\bwon'?t (?:ship|refund|send)|\bno refund|\bexpose",
    ),
    apart: pattern(
        r"\bwhatever you (?:write|decide|say|choose|think|rate)|\bno matter\b|\bregardless\b|\bnot in exchange|\bisn'?t tied|\bnot tied|\bdo(?:es)?n'?t depend|\bdo(?:es)? not depend|\bnever (?:offer|ask|pay|give|trade)|\b(?:don'?t|do not|can'?t|cannot|won'?t|will not|we're not able to) (?:offer|pay|give|trade|ask|reward|exchange|need)|\beither way\b|\bno strings|\bnothing to do with|\bseparate from|\bunrelated\b|\bhowever you\b|\bnot allowed\b|\bagainst the rules|\bwhether or not|\bindependent of|\bkeep your review|\bup to you",
    ),
    thanks: pattern(r"\b(?:thank(?:s| you)[^.!?;]{0,20} for|saw|read|noticed|seeing|mentioned in|appreciate)[^.!?;]{0,24}$"),
    mention: pattern(&format!(r"\b{ENGLISH_REVIEW}\b")),
});

/// So many bytes around an ask are looked at for a benefit: two sentences on each side.
const NEAR: usize = 210;

/// What a text offers for a review; `None` for a lawful one.
pub fn check(text: &str) -> Option<Incentive> {
    let chinese = fold(text, false);
    search(&chinese, &CHINESE).or_else(|| search(&fold(text, true), &ENGLISH))
}

/// Whether a text speaks of reviews at all, in either language.
pub fn mentions_review(text: &str) -> bool {
    let found = |folded: Folded, patterns: &Patterns| patterns.mention.as_ref().is_some_and(|m| m.is_match(&folded.text));
    found(fold(text, false), &CHINESE) || found(fold(text, true), &ENGLISH)
}

fn search(folded: &Folded, patterns: &Patterns) -> Option<Incentive> {
    let text = folded.text.as_str();
    let (ask, change) = (patterns.ask.as_ref()?, patterns.change.as_ref()?);
    let (benefit, threat) = (patterns.benefit.as_ref()?, patterns.threat.as_ref()?);
    let (apart, thanks) = (patterns.apart.as_ref()?, patterns.thanks.as_ref()?);
    for (pattern, kind) in [(change, IncentiveKind::PayToChange), (ask, IncentiveKind::Reward)] {
        for tie in pattern.find_iter(text) {
            // "We saw your review and refunded": thanks and answers ask for nothing.
            if kind == IncentiveKind::Reward && thanks.is_match(&text[..tie.start()]) {
                continue;
            }
            let window = around(text, tie.start(), tie.end());
            if apart.is_match(&text[window.clone()]) {
                continue;
            }
            let near = |p: &Regex| p.find(&text[window.clone()]).map(|m| (window.start + m.start(), window.start + m.end()));
            let found = match (near(threat), near(benefit)) {
                (Some(place), _) => Some((IncentiveKind::Threat, place)),
                (None, Some(place)) => Some((kind, place)),
                (None, None) => None,
            };
            if let Some((kind, place)) = found {
                let mut spans = vec![folded.span(tie.start(), tie.end()), folded.span(place.0, place.1)];
                spans.sort_unstable();
                spans.dedup();
                return Some(Incentive { kind, spans });
            }
        }
    }
    None
}

fn around(text: &str, from: usize, to: usize) -> std::ops::Range<usize> {
    let mut start = from.saturating_sub(NEAR);
    let mut end = (to + NEAR).min(text.len());
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    start..end
}

impl Folded {
    fn span(&self, from: usize, to: usize) -> (u32, u32) {
        let first = self.origin.get(from).copied().unwrap_or(0);
        let last = to.checked_sub(1).and_then(|t| self.origin.get(t)).copied().unwrap_or(self.length);
        (first, last + 1)
    }
}
