//! What to have before one's eyes in a call about a review: an outline, questions and offers that fit the cause, and
//! what is never said.

use serde::Serialize;

use super::words::ReviewCause;
use crate::language::Language;

/// A call, prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CallSheet {
    /// Step by step.
    pub outline: Vec<String>,
    /// What fits this cause.
    pub about_cause: Vec<String>,
    /// What is never said.
    pub never: Vec<String>,
}

/// The sheet for a cause.
pub fn call_sheet(cause: ReviewCause, language: Language) -> CallSheet {
    let texts = |lines: &[(&'static str, &'static str)]| lines.iter().map(|&(zh, en)| language.say(zh, en).to_owned()).collect();
    let outline: &[_] = if cause == ReviewCause::ExtortionSuspected { &LISTENING } else { &OUTLINE };
    CallSheet { outline: texts(outline), about_cause: texts(about(cause)), never: texts(&NEVER) }
}

const OUTLINE: [(&str, &str); 6] = [
    (
        "报上店名和自己是谁，问现在方便说两分钟吗；不方便就约时间。",
        "Say which shop you are and who you are; ask whether two minutes are all right now, else agree on a time.",
    ),
    ("说明来电原因：看到了这条评价，想弄清哪里没做好。", "Say why you call: you read the review and want to understand what went wrong."),
    ("让对方把话说完，不打断，不解释。", "Let them finish. Do not interrupt, do not explain."),
    ("用自己的话复述一遍，问“我理解得对吗”。", "Say it back in your own words and ask whether you got it right."),
    (
        "是我们的过错就直接认，说清怎么处理、什么时候办完。",
        "Where the fault is ours, own it plainly, and say what will be done and by when.",
    ),
    ("谢谢对方花时间；评价改不改，一句不提。", "Thank them for their time. Whether the review changes is not mentioned at all."),
];

/// Where extortion is suspected nothing is owned and nothing promised in the call.
const LISTENING: [(&str, &str); 5] = [
    (
        "报上店名和自己是谁，说明看到了评价，想听听是怎么回事。",
        "Say which shop you are and who you are, and that you would like to hear what happened.",
    ),
    ("让对方说，原话记下来，连同几点几分。", "Let them speak; write it down word for word, with the minute."),
    (
        "请对方把问题和照片发到平台聊天里，换地方谈一律婉拒。",
        "Ask for the problem and pictures in the platform's chat; politely decline any other place.",
    ),
    (
        "不答应，不拒绝，不争论：“我记下了，核实之后在平台上答复您。”",
        "Promise nothing, refuse nothing, argue about nothing: “I have written it down and will answer you on the platform.”",
    ),
    ("挂断后马上补齐记录，保存截图和录音。", "Complete your notes at once; keep screenshots and recordings."),
];

const NEVER: [(&str, &str); 6] = [
    (
        "“改成好评就给您退款／红包”——用好处换评价是违法的，也会害了自己。",
        "“Change it and we refund you”: paying for a review is unlawful, and it comes back to you.",
    ),
    (
        "“别的买家都没说”“您是不是用错了”——等于说对方在撒谎。",
        "“Nobody else said so”, “did you use it wrongly?”: that calls the buyer a liar.",
    ),
    ("“您看清详情页了吗”——对方只会更生气。", "“Did you read the description?”: it only makes it worse."),
    ("任何威胁：曝光、报警、不发货、公开电话地址。", "Any threat: exposing, reporting, not shipping, publishing a number or an address."),
    ("“我们小店不容易”——对方不欠我们同情。", "“We are only a small shop”: the buyer owes us no pity."),
    ("答应做不到的事，或说不准的时间。", "Anything you cannot keep, or a time you are not sure of."),
];

fn about(cause: ReviewCause) -> &'static [(&'static str, &'static str)] {
    match cause {
        ReviewCause::Product => &[
            (
                "问清：哪个部位、什么时候发现、用过几次；能不能拍张照片。",
                "Ask: which part, when it was noticed, how often it was used; whether they can send a picture.",
            ),
            (
                "可以给的：换货、维修、按问题退部分或全部货款，来回运费我们出。",
                "What can be given: an exchange, a repair, part or all of the price for the fault; we pay both ways.",
            ),
        ],
        ReviewCause::Description => &[
            ("问清：哪一句话、哪张图和实物不一样。", "Ask: which sentence or picture differs from what arrived."),
            (
                "可以给的：退换；当天改好详情页，并告诉对方改了哪里。",
                "What can be given: a return or exchange; correct the page today and tell them what was changed.",
            ),
        ],
        ReviewCause::Size => &[
            ("问清：身高体重或实测尺寸，紧在哪里、长在哪里。", "Ask: their measurements, and where it is tight or long."),
            (
                "可以给的：换码，来回运费按约定；补充实测尺寸表。",
                "What can be given: another size, postage as agreed; add measured sizes to the page.",
            ),
        ],
        ReviewCause::ColourDifference => &[
            ("问清：在什么光线下看的，和哪张图比。", "Ask: in which light they looked, and against which picture."),
            (
                "可以给的：退换；用自然光重拍一张放到首图后面。",
                "What can be given: a return or exchange; a new picture in daylight on the page.",
            ),
        ],
        ReviewCause::Damage => &[
            (
                "问清：外箱有没有压痕，里面怎么垫的，照片还在不在。",
                "Ask: whether the box was dented, how it was padded, whether there are pictures.",
            ),
            (
                "可以给的：马上补发，不用寄回；责任找快递是我们的事。",
                "What can be given: a replacement at once, nothing to send back; the courier is for us to settle.",
            ),
        ],
        ReviewCause::Late => &[
            (
                "先查好物流每一步的时间再打，问清有没有耽误对方的事。",
                "Look up every step of the parcel before calling; ask whether the delay cost them something.",
            ),
            ("可以给的：退运费，或按耽误的程度补偿。", "What can be given: the postage back, or something that fits the delay."),
        ],
        ReviewCause::Courier => &[
            ("问清：哪一天、怎么说的、放在了哪里。", "Ask: which day, what was said, where the parcel was left."),
            (
                "可以给的：我们去投诉快递并告诉对方结果；以后换一家送。",
                "What can be given: we complain to the courier and tell them the result; another courier next time.",
            ),
        ],
        ReviewCause::Service => &[
            ("问清：哪次聊天、等了多久、哪句话不舒服。", "Ask: which chat, how long they waited, which words hurt."),
            ("可以给的：道歉，由店主本人跟到底。", "What can be given: an apology, and the owner sees it through in person."),
        ],
        ReviewCause::MisunderstoodScale => &[
            (
                "只问东西合不合用；对方自己说起打错了，告诉在哪里能看到自己的评价即可。",
                "Only ask how the goods are. Where they say themselves that it was a slip, tell where one finds one's own reviews.",
            ),
            ("不要请对方改。", "Do not ask them to change it."),
        ],
        ReviewCause::WrongItem => &[
            ("问清：收到的是什么，标签上的款号。", "Ask: what arrived, and the number on its label."),
            (
                "可以给的：今天发对的，错的到付寄回或送给对方。",
                "What can be given: the right one today; the wrong one comes back at our cost or stays with them.",
            ),
        ],
        ReviewCause::ExtortionSuspected => &[
            (
                "只听，只记：对方要什么、怎么说的、几点几分；通话前后都写进记录。",
                "Only listen and write down: what is asked for, in which words, at which minute.",
            ),
            (
                "不当场答应，也不当场拒绝：“我记下了，核实后答复您”。之后走平台，再到消协、法院。",
                "Neither accept nor refuse: “I have written it down and will answer you.” Then the platform, the consumer association, the court.",
            ),
        ],
        ReviewCause::Other | ReviewCause::UnknownAsk => &[
            ("问一句开放的话：“能说说这次哪里让您不满意吗？”", "Ask one open question: “Could you tell me what was not right this time?”"),
            (
                "听到原因后先记下，再说怎么处理；当场答不了就说几点之前回复。",
                "Write the cause down first, then say what will be done; else say by when you will answer.",
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::incentive;

    #[test]
    fn no_sheet_offers_anything_for_a_review() {
        for cause in ReviewCause::ALL {
            for language in [Language::Chinese, Language::English] {
                let sheet = call_sheet(cause, language);
                assert!(sheet.outline.len() >= 5 && !sheet.about_cause.is_empty() && sheet.never.len() >= 5);
                for line in sheet.about_cause {
                    assert_eq!(incentive::check(&line), None, "{line}");
                }
            }
        }
    }
}
