//! What a public reply shows to those who read it later: private data of the buyer, blame, too many words.
//!
//! A later reader does not judge who was right but how the shop speaks. Private data in a public reply is refused by
//! every platform and by 个人信息保护法 (art. 10, 25).

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use super::learned::Learned;
use crate::text::{fold_width, normalised};
use ReaderFinding::{Address, Blame, Email, IdNumber, Name, OrderNumber, Phone, TooLong, WechatOrQq};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReaderFinding {
    /// A street with its number, a building, a room.
    Address,
    /// The buyer is blamed, mocked or threatened.
    Blame,
    /// An e-mail address.
    Email,
    /// A number of an identity card.
    IdNumber,
    /// The buyer's full name.
    Name,
    /// The number of an order or parcel.
    OrderNumber,
    /// A telephone number.
    #[serde(rename = "phone_number")]
    Phone,
    /// More than a later reader reads: over [`LONGEST_CHINESE`] or [`LONGEST`] characters.
    TooLong,
    /// An account of WeChat or QQ.
    WechatOrQq,
}

impl ReaderFinding {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            ReaderFinding::Address => "address",
            ReaderFinding::Blame => "blame",
            ReaderFinding::Email => "email",
            ReaderFinding::IdNumber => "id_number",
            ReaderFinding::Name => "name",
            ReaderFinding::OrderNumber => "order_number",
            ReaderFinding::Phone => "phone_number",
            ReaderFinding::TooLong => "too_long",
            ReaderFinding::WechatOrQq => "wechat_or_qq",
        }
    }

    /// Whether a public reply with it is refused: private data is, style is only pointed out.
    pub fn is_private(self) -> bool {
        !matches!(self, ReaderFinding::Blame | ReaderFinding::TooLong)
    }
}

/// Longest reply in Chinese that is read to its end, in characters.
pub const LONGEST_CHINESE: usize = 300;
/// As above, for texts in letters.
pub const LONGEST: usize = 1_000;

/// A digit, also as a Chinese character.
const DIGIT: &str = "[0-9零〇一幺二三四五六七八九]";
const NUMERAL: &str = "[0-9零〇一二三四五六七八九十百]";

/// The patterns of each finding, the surest first. A number that one of them took is not looked at again.
static PATTERNS: LazyLock<Vec<(ReaderFinding, Regex)>> = LazyLock::new(|| {
    let all = [
        (
            Email,
            r"(?i)[a-z0-9._%+-]+\s*(?:@|\[at\]|\(at\)|艾特)\s*[a-z0-9-]+\s*(?:\.|\[dot\]|\(dot\)|\sdot\s|点)\s*[a-z]{2,}|[a-z0-9._%+-]+ at [a-z0-9-]+ dot [a-z]{2,}"
                .to_owned(),
        ),
        (
            IdNumber,
            r"(?:^|[^0-9])[1-9][0-9]{5}\s?(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])\s?[0-9]{3}[0-9Xx](?:$|[^0-9])".to_owned(),
        ),
        // A mobile number is one wherever it stands, also beside the word 快递.
        (
            Phone,
            format!(
                r"(?:^|[^0-9*零〇一幺二三四五六七八九])(?:\(?\+?\s?(?:0086|86)\)?[-\s]?)?[1一幺][3-9三四五六七八九]{DIGIT}[-\s.]?{DIGIT}{{4}}[-\s.]?{DIGIT}{{4}}(?:$|[^0-9])"
            ),
        ),
        (
            WechatOrQq,
            r"(?i)(?:微信号?|薇信|威信|wechat|weixin|vx|wx|v信|加[v薇微威➕]|qq群?|扣扣|企鹅号?|群号|\bline\s?id\b|whatsapp|telegram)[^a-z0-9\x{4e00}-\x{9fff}]{0,6}(?:号|群|id|号码)?(?:是|为|is)?[^a-z0-9\x{4e00}-\x{9fff}]{0,6}[a-z0-9][a-z0-9_-]{4,}|(?:微信|wechat)[^。.]{0,14}id[^a-z0-9]{0,4}[a-z0-9][a-z0-9_-]{4,}|qq[^0-9。.]{0,16}[0-9]{5,}|(?:加|私)(?:我|一下)?(?:微信|薇|vx|qq|扣扣)|微信[^。]{0,4}同(?:手机|号)|(?:电话|手机)(?:和)?微信(?:都|同)|(?:add me|find me|message me) on (?:wechat|qq|whatsapp|telegram)"
                .to_owned(),
        ),
        (
            OrderNumber,
            r"(?i)(?:订单号?|单号|运单号?|快递单号|包裹号|编号|\border|\btracking|\bparcel|\bshipment|\bref(?:erence)?\b)[^0-9。.!?！？]{0,14}[a-z]{0,4}-?[0-9]{6,24}(?:-[0-9]{3,})*(?:$|[^0-9])|(?:快递|包裹)[^0-9。.!?！？]{0,4}[0-9]{10,24}|(?:订单|单号|\border|\btracking)[^0-9。.!?！？]{0,14}[0-9]{3,}(?:-[0-9]{4,}){2,}|(?:^|[^a-z0-9])(?:SF|YT|ZTO|JT|JD|STO|YD|EMS|DHL|UPS|1Z|RM|LX)[0-9][0-9A-Z]{7,}|#[0-9]{6,}|(?:^|[^0-9])[0-9]{12,24}(?:$|[^0-9])|(?:^|[^0-9])[0-9]{4}(?: [0-9]{4}){3,6}(?: [0-9]{2,4})?(?:$|[^0-9])|#[0-9]{3,}-[0-9]{4,}|(?:^|[^0-9])[0-9]{3}-[0-9]{7}-[0-9]{7}(?:$|[^0-9])|\b[a-z]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3} ?[a-z]{2}\b"
                .to_owned(),
        ),
        (
            Phone,
            r"\+[0-9]{1,3}[-\s]?\(?[0-9]{2,4}\)?[-\s]?[0-9]{3,4}[-\s]?[0-9]{2,6}|(?:^|[^0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[-\s]?[0-9]{7,8}(?:$|[^0-9])|(?:^|[^0-9])0[0-9]{2} [0-9]{4} [0-9]{4}(?:$|[^0-9])|(?:^|[^0-9])[48]00[-\s]?[0-9]{3}[-\s]?[0-9]{4}(?:$|[^0-9])|\(?[2-9][0-9]{2}\)?[-\s.][0-9]{3}[-\s.][0-9]{4}(?:$|[^0-9])|(?:^|[^0-9])0[0-9]{3,4}\s[0-9]{3}\s?[0-9]{3,4}(?:$|[^0-9])|(?i:(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)[\s,-]+){6})"
                .to_owned(),
        ),
        (
            Address,
            format!(
                r"[\x{{4e00}}-\x{{9fff}}](?:[\x{{4e00}}-\x{{9fff}}](?:路|街|大道|巷|弄|胡同)|[^知味频渠报街]道)\s?{NUMERAL}+\s?(?:号|弄)|(?:小区|公寓|苑|花园|家园|园区|新城|宿舍|校区|大厦|村)[^。，,]{{0,4}}?{NUMERAL}+\s?(?:栋|幢|座|号楼|单元)|村\s?{NUMERAL}+\s?组|(?:大厦|大楼|广场|中心)\s?[A-Za-z]?座?\s?[0-9]{{3,4}}|{NUMERAL}+\s?(?:栋|幢|号楼)\s?{NUMERAL}+\s?(?:单元|室|号|层)?|{NUMERAL}+\s?单元\s?{NUMERAL}+"
            ),
        ),
        (
            Address,
            r"(?:^|\s)[0-9]{1,5}[a-z]?\s(?:[A-Z][A-Za-z']+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Close|Way|Place|Terrace|Boulevard|Blvd|Crescent|Row|Mews|Hill|Square|Gardens|Grove|Park|Walk|Yard)(?:$|[^A-Za-z])|(?i:apt|apartment|flat|unit|suite)\.?\s?(?:#?[0-9]+[A-Za-z]?|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))(?:$|[^A-Za-z0-9])"
                .to_owned(),
        ),
        (
            Name,
            r"(?:^|[^\x{4e00}-\x{9fff}]|[给跟请问您好谢道歉是为向寄予])(?:欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|东方|西门|南宫|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀惠曲封段侯宁仇祖武符刘景詹束龙叶幸司黎白蒲从索赖卓池乔温庄晏柴阎关])[\x{4e00}-\x{9fff}]{1,2}(?:先生|女士|小姐)|(?:收件人|收货人|买家姓名|买家[:：是])[:：是]?\s?[“「]?[\x{4e00}-\x{9fff}]{2,4}(?:[，,。”」]|先生|女士|$)"
                .to_owned(),
        ),
        (Name, r"(?:Mr|Mrs|Ms|Miss|Dr|Mx)\.?\s[A-Z][a-zé'-]+\s[A-Z][a-z'-]+".to_owned()),
        (
            Blame,
            r"玻璃心|恶意差评|同行(?:来|派|恶意)|一分钱一分货|想要什么质量|没素质|爱买不买|法律责任|报警|曝光|走着瞧|黑名单|难伺候|碰瓷|占便宜|白嫖|无理取闹|胡说八道|瞎说|智商|脑子|活该|怪得了谁|怪谁|矫情|吹毛求疵|鸡蛋里|自重|不讲道理|说话要负责|有[您你]这样的|像[您你]这样的[^朋]|[您你]这种[^问情]|[您你]眼神|上门找[您你]|良心不会痛"
                .to_owned(),
        ),
        (
            Blame,
            r"(?i)your own (?:fault|mistake|carelessness)|\byour fault|\bpeople like you\b|\bcustomers like you\b|\byou people\b|\blegal action\b|\bhear from (?:my|our) lawyer|\bblacklist|\ba liar\b|\bpathetic\b|\bstupid\b|\bidiot|\bget what you pa(?:y|id) for\b.{0,1}$|\bstop (?:complaining|whining|lying)|\bhow dare\b|\bshame on\b|\bgrow up\b|\bwast(?:e|ed|ing) my time|\bbother(?:ed)? to read|\bshop elsewhere\b|\bthis one is on you\b"
                .to_owned(),
        ),
    ];
    all.iter()
        .filter_map(|(finding, text)| match Regex::new(text) {
            Ok(regex) => Some((*finding, regex)),
            Err(error) => {
                tracing::error!(%error, "a pattern of this build cannot be read");
                None
            }
        })
        .collect()
});

static BLAMES: LazyLock<Learned> = LazyLock::new(|| Learned::from(include_str!("../../../../assets/reviews/blame.tsv"), "blame"));

/// From this score on a text is judged to blame; above even odds, and not far, because it is only pointed out.
const BLAME_SCORE: f64 = 0.3;

/// What the shop knows of the buyer, so that it is recognised in a reply however it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownBuyer {
    /// Their full names.
    pub names: Vec<String>,
    /// Numbers, accounts, streets, order numbers: each with what it is.
    pub others: Vec<(ReaderFinding, String)>,
}

impl KnownBuyer {
    fn found_in(&self, text: &str) -> Vec<ReaderFinding> {
        /// Shorter texts stand in any reply by chance.
        const FEWEST: usize = 4;
        let whole = normalised(text);
        let spaced = text.chars().map(fold_width).collect::<String>().to_lowercase();
        // What is written in letters and digits must stand alone: Ellen is not in "excellent", nor 2026 in a price.
        let stands = |value: &str| {
            let value = value.trim().to_lowercase();
            spaced.match_indices(&value).any(|(at, found)| {
                let before = spaced[..at].chars().next_back();
                let after = spaced[at + found.len()..].chars().next();
                !before.is_some_and(|c| c.is_ascii_alphanumeric()) && !after.is_some_and(|c| c.is_ascii_alphanumeric())
            })
        };
        let chinese = |value: &str| value.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let named = self.names.iter().any(|name| match (chinese(name), name.trim().chars().count()) {
            // 李 alone is how a shop may well address someone; the full name is not.
            (true, length) => length >= 2 && whole.contains(&normalised(name)),
            (false, length) => length >= FEWEST && stands(name),
        });
        let others = self.others.iter().filter(|(finding, value)| {
            let fewest = if *finding == OrderNumber { 6 } else { FEWEST };
            value.trim().chars().count() >= fewest && if chinese(value) { whole.contains(&normalised(value)) } else { stands(value) }
        });
        others.map(|(finding, _)| *finding).chain(named.then_some(Name)).collect()
    }
}

/// What a later reader would stumble over, each once, sorted.
pub fn check(text: &str, buyer: &KnownBuyer) -> Vec<ReaderFinding> {
    let mut rest: String = text.chars().map(fold_width).collect();
    let mut found = buyer.found_in(text);
    let chinese = rest.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() * 4 > rest.chars().count();
    if rest.chars().count() > if chinese { LONGEST_CHINESE } else { LONGEST } {
        found.push(TooLong);
    }
    if BLAMES.score(text) > BLAME_SCORE {
        found.push(Blame);
    }
    for (finding, pattern) in PATTERNS.iter() {
        if !pattern.is_match(&rest) {
            continue;
        }
        found.push(*finding);
        // A number is of one kind only.
        if matches!(finding, Email | IdNumber | OrderNumber | Phone) {
            rest = pattern.replace_all(&rest, "\u{1f}").into_owned();
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_alone(text: &str) -> Vec<ReaderFinding> {
        check(text, &KnownBuyer::default())
    }

    #[test]
    fn every_pattern_is_read() {
        assert_eq!(PATTERNS.len(), 12);
    }

    #[test]
    fn private_data_is_found_however_it_is_written() {
        assert_eq!(check_alone("有急事打 １３８ ００００ ０００１"), [ReaderFinding::Phone]);
        assert_eq!(check_alone("电池容量 13800 毫安，尺寸 20×30"), []);
        assert_eq!(check_alone("请写信到 hello [at] shanye [dot] example"), [ReaderFinding::Email]);
        assert!(check_alone(&"谢谢您".repeat(101)).contains(&ReaderFinding::TooLong));
        for plain in [
            "亲爱的买家您好，新的今天寄出。",
            "您的快递 2026-11-20 已经签收。",
            "Your order shipped 2026-11-20.",
            "Your parcel took 10 - 12 days.",
            "盒子里有三组电池。",
            "我们都知道3号才发货。",
            "The stonewashed finish fades a little.",
            "Your online identity stays private.",
        ] {
            assert!(!check_alone(plain).iter().any(|f| f.is_private()), "{plain}: {:?}", check_alone(plain));
        }
    }

    #[test]
    fn what_the_shop_knows_of_the_buyer_is_recognised() {
        let buyer =
            KnownBuyer { names: vec!["江晚舟".into()], others: vec![(Address, "枫林里甲9".into()), (OrderNumber, "A17".into())] };
        assert_eq!(check("谢谢江晚舟的好评", &buyer), [Name]);
        assert_eq!(check("寄到枫 林里甲9的那一箱", &buyer), [Address]);
        assert_eq!(check("A17 号色已经补货", &buyer), [], "too short to mean the order");
        let ellen = KnownBuyer { names: vec!["Ellen".into()], others: vec![(OrderNumber, "202610".into())] };
        assert_eq!(check("An excellent point, thank you", &ellen), []);
        assert_eq!(check("Thank you, Ellen!", &ellen), [Name]);
        let rare = KnownBuyer { names: vec!["𠮷一鸣".into()], ..KnownBuyer::default() };
        assert!(check("谢谢𠮷一鸣的照片", &rare).contains(&Name), "a name beyond the basic plane");
        assert!(!check("谢谢一鸣惊人的照片", &rare).contains(&Name));
    }
}
