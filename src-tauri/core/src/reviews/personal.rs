//! Private data by its form: numbers, accounts, addresses and names that nobody but the shop should read.

use std::sync::LazyLock;

use regex::Regex;

use super::reader::ReaderFinding::{self, Address, Email, IdNumber, Name, OrderNumber, Phone, WechatOrQq};

/// A digit, also as a Chinese character.
const DIGIT: &str = "[0-9零〇一幺二三四五六七八九]";
const NUMERAL: &str = "[0-9零〇一二三四五六七八九十百]";
/// What may stand between the digits of one number.
const GAP: &str = r"[-\s.,、·_]{0,3}";
/// Surnames that are hardly ever another word.
const CLEAR_SURNAME: &str = "(?:欧阳|上官|司马|诸葛|皇甫|尉迟|慕容|令狐|[赵钱孙李周吴郑王冯陈褚蒋沈韩杨朱秦许吕张曹魏陶姜谢邹苏潘葛彭鲁韦俞袁柳唐薛贺倪罗郝邬傅伍余顾孟黄穆萧尹姚邵汪祁戴宋庞熊董梁杜阮贾郭刁钟徐邱骆蔡樊胡霍虞卢邓洪崔龚邢裴陆翁侯刘詹叶黎赖卓乔晏阎高何林江])";
/// Surnames that may follow a word at once, for they are not the next word of the sentence.
const AFTER_WORD: &str = "(?:欧阳|上官|司马|诸葛|皇甫|尉迟|慕容|令狐|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹章云苏潘葛范彭郎鲁韦昌马苗方俞任袁柳鲍史唐薛雷贺倪汤殷罗郝邬安康伍余元顾孟黄穆萧尹姚邵湛汪祁毛狄贝臧戴宋茅庞熊纪舒屈项祝董梁杜阮蓝季贾路江童郭梅林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房裘丁邓洪左石崔吉龚程邢裴陆荣翁段侯宁刘景詹龙叶黎白赖卓池乔温庄晏柴阎楼])";
/// An account as messengers have it: letters with a digit or a mark among them.
const ACCOUNT: &str = r"\b[A-Za-z][A-Za-z0-9-]{0,20}[0-9_.][A-Za-z0-9_.-]*[A-Za-z0-9]";
/// Couriers, whose service numbers may be said.
static COURIER: Lazy =
    LazyLock::new(|| pattern(r"(?i)fedex|\bups\b|royal mail|\bdhl\b|usps|evri|hermes|顺丰|中通|圆通|申通|韵达|邮政|德邦|京东快递"));
/// What says that a place is the shop's own.
static OWN_PLACE: Lazy = LazyLock::new(|| {
    pattern(r"(?i)实体店|门店|本店|店里|店面|工作室|our (?:shop|store|studio|workshop|showroom)|visit us|find us|we(?:'re| are) at")
});
/// Words beside a number that belongs to goods or to an authority and not to a person.
const OF_GOODS: &str = r"(?i)条码|条形码|商品码|货号|款号|型号|防伪|批号|批次|许可证|备案|标准|证书编号|质检|ISBN|EAN|UPC|GTIN|SKU|barcode|product code|\bbatch|\blot\b|serial|\bmodel|patent|licen[cs]e|certificate|under the bars";
/// What follows a given name where it is a pattern or a model and not a person.
const GOODS: &str = "(?:Dress|Bag|Top|Skirt|Ring|Mug|Lamp|Set|Chair|Table|Collection|Print|Scarf|Necklace|Earrings|Bracelet|Jacket|Jumper|Sweater|Coat|Hat|Shirt|Blouse|Boots?|Shoes?|Rose|Blue|Green|Grey|Gray|Pink|Red|White|Black|Tote|Pouch|Quilt|Pattern|Design|Range|Style|Model|Size|Tea|Blend|Candle|Street|Road|Avenue|Lane|House|Hall|Station|Bay|Day)s?";

/// What follows a name where it is that of an author or a maker.
static GOODS_AFTER: Lazy =
    LazyLock::new(|| pattern(r"^\s(?:mugs?|books?|novels?|editions?|prints?|posters?|dress|bags?|lamps?|collection|tote|edition)\b"));

/// Who is spoken of as the shop's own.
static OURS: Lazy = LazyLock::new(|| pattern(r"\b(?:our|my)\b"));

type Lazy = LazyLock<Option<Regex>>;

/// One form of private data.
struct Rule {
    finding: ReaderFinding,
    pattern: Regex,
    /// Whether what was found is not what it looks like; it gets what stands before, the find, and what stands after.
    spares: fn(&str, &str, &str) -> bool,
}

/// A pattern of this build; a test reads all of them.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    // Edges of words in letters: where words of any script count, texts in Chinese are read many times slower.
    Regex::new(&text.replace("(?-u:\\b)", "\\b").replace("\\b", "(?-u:\\b)"))
        .map_err(|error| tracing::error!(%error, "a pattern of this build cannot be read"))
        .ok()
}

/// The forms, the surest first. A number that one of them took is not looked at again.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    forms()
        .into_iter()
        .filter_map(|(finding, alternatives, spares)| {
            Some(Rule { finding, pattern: pattern(&format!("(?:{})", alternatives.join(")|(?:")))?, spares })
        })
        .collect()
});

/// What this build could not look for, because a pattern of it cannot be read: then no text passes as free of it. A test
/// refuses such a build.
static UNSEEN: LazyLock<Vec<ReaderFinding>> = LazyLock::new(|| {
    let forms = forms();
    // Reading all of them once more is only for a build that is broken.
    if RULES.len() == forms.len() { Vec::new() } else { unseen(&forms) }
});

fn unseen(forms: &[Form]) -> Vec<ReaderFinding> {
    let readable = |alternatives: &[String]| pattern(&format!("(?:{})", alternatives.join(")|(?:"))).is_some();
    forms.iter().filter(|(_, alternatives, _)| !readable(alternatives)).map(|(finding, ..)| *finding).collect()
}

fn never(_: &str, _: &str, _: &str) -> bool {
    false
}

type Form = (ReaderFinding, Vec<String>, fn(&str, &str, &str) -> bool);

fn forms() -> Vec<Form> {
    let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    vec![
        (
            Email,
            own(&[
                r"(?i)[a-z0-9._%+-]+\s*(?:@|\[at\]|\(at\)|\sat\s|艾特)\s*[a-z0-9-]+\s*(?:\.|\[dot\]|\(dot\)|\sdot\s|点)\s*[a-z]{2,}",
                r"(?i)[a-z0-9._%+-]+@[a-z0-9-]+\.[a-z]{2,}",
            ]),
            // "Stop by at noon. We…" has no address in it.
            |_, found, _| !found.contains(['@', '[', '(', '特', '点']) && !found.to_lowercase().contains(" dot "),
        ),
        (
            IdNumber,
            vec![
                // A resident identity card: region, date of birth, serial and check digit (GB 11643).
                format!(
                    r"(?:^|[^0-9])[1-9](?:{GAP}[0-9]){{5}}{GAP}(?:1{GAP}9|2{GAP}0){GAP}[0-9]{GAP}[0-9]{GAP}(?:0{GAP}[1-9]|1{GAP}[0-2]){GAP}(?:[0-2]{GAP}[0-9]|3{GAP}[01])(?:{GAP}[0-9]){{3}}{GAP}[0-9Xx](?:$|[^0-9])"
                ),
                r"(?:身份证|证件)(?:号码?)?[^0-9。.!?！？条件]{0,10}[0-9](?:[-\s]?[0-9*]){5,}(?:[-\s]?[Xx])?".to_owned(),
                format!(r"身份证[^0-9。!?！？]{{0,8}}尾号[^0-9。!?！？]{{0,4}}[0-9Xx]{{3,}}|身份证[^0-9。!?！？]{{0,8}}?{DIGIT}{{15,}}"),
                r"(?:身份证|证件)[^0-9。!?！？]{0,8}[末后尾][^0-9。!?！？]{0,6}[0-9Xx]{3,}".to_owned(),
                r"(?:^|[^0-9])[1-9][0-9]{3,5}\*{4,}[0-9Xx]{2,4}".to_owned(),
                r"护照[^0-9A-Z。!?！？]{0,6}[A-Z]{1,2}\s?[0-9]{6,}".to_owned(),
                r"(?i)\b(?:ic|id|identity card|passport|national id)\b[^.!?]{0,16}\b(?:ending|ends|last)\b[^0-9.!?]{0,16}[0-9]{3,}".to_owned(),
                r"(?i)\b(?:identity card|id card|national id|passport|identity number|id number|social security)\b(?:\s(?:number|no\.?))?[^0-9.!?]{0,24}[A-Z]{0,3}[0-9](?:[-\s]?[0-9]){5,}(?:-[A-Z0-9]{1,4}\b)?".to_owned(),
            ],
            never,
        ),
        // A mobile number is one wherever it stands, also beside the word 快递.
        (
            Phone,
            vec![format!(
                r"(?:^|[^0-9A-Za-z*零〇一幺二三四五六七八九])(?:\(?\+?\s?(?:0086|86)\)?[-\s]?)?[1一幺]{GAP}[3-9三四五六七八九](?:{GAP}{DIGIT}){{9}}(?:$|[^0-9])"
            )],
            |_, found, after| is_list(found, after),
        ),
        (
            WechatOrQq,
            vec![
                r"(?i)(?:微信号?|薇信|威信|wechat|weixin|vx|wx|v信|加[v薇微威➕]|qq群?|扣扣|企鹅号?|群号|\bline\s?id\b|[赖賴]\s?id|whatsapp|telegram)[^a-z0-9\x{4e00}-\x{9fff}:：]{0,6}(?:号|群|id|号码|上的)?\s?(?:[:：]|是|为|\bis\b|\bas\b|\bat\b)[^a-z0-9\x{4e00}-\x{9fff}]{0,6}[a-z0-9][a-z0-9_.-]{4,}".to_owned(),
                r"(?i)(?:微信号?|薇信|威信|wechat|weixin|vx|wx|v信|加[v薇微威➕]|qq群?|扣扣|企鹅号?|群号|\bline\s?id\b|[赖賴]\s?id|whatsapp|telegram)[^a-z0-9\x{4e00}-\x{9fff}]{0,6}(?:号|群|id|号码|上的)?[^a-z0-9\x{4e00}-\x{9fff}]{0,6}(?:[a-z0-9_.-]{4,24}[0-9_]|[0-9_][a-z0-9_-]{4,24})".to_owned(),
                r"(?i)(?:whatsapp|telegram|wechat)\b[^.!?]{0,12}\+[0-9][0-9\s-]{6,}".to_owned(),
                r"(?i)(?:whatsapp|telegram|wechat|微信|qq)[^a-z0-9]{1,4}[a-z0-9]+[._][a-z0-9._]{2,}".to_owned(),
                format!(r"(?:qq|QQ|扣扣)[^0-9。!?！？]{{0,6}}{DIGIT}{{6,}}"),
                // An account stands before or after what it is one of; an account has a digit or a mark in it.
                format!(r"(?:[Ww]hats[Aa]pp|[Tt]elegram|[Ww]e[Cc]hat|(?-u:\bLINE\b)|微信|QQ|qq|薇信)[^。.!?！？]{{0,16}}?{ACCOUNT}"),
                format!(r"{ACCOUNT}[^。.!?！？]{{0,10}}?(?:[Ww]hats[Aa]pp|[Tt]elegram|[Ww]e[Cc]hat|(?-u:\bLINE\b)|微信|QQ|qq|薇信)"),
                r"@[a-zA-Z0-9_]{4,}\s(?:on|at|via)\s(?:Telegram|WhatsApp|WeChat)".to_owned(),
                r"(?i)[加您你我的]v\s?[:：]\s?[a-z0-9_-]{5,}".to_owned(),
                r"(?i)(?:微信|wechat)[^。.]{0,14}id[^a-z0-9]{0,4}[a-z0-9][a-z0-9_-]{4,}".to_owned(),
                r"(?i)(?:qq|扣扣|企鹅号?)[^0-9。.]{0,16}[1-9](?:[-\s]?[0-9]){4,}".to_owned(),
                r"(?i)[薇微威徽v]\s?(?:❤|♥|信)\S{0,2}\s?[:：]?\s?[a-z0-9_-]{5,}".to_owned(),
                r"(?i)(?:加|私)(?:我|一下)?(?:微信|薇|vx|qq|扣扣)".to_owned(),
                r"微信[^。]{0,4}同(?:手机|号)|(?:电话|手机)(?:和)?微信(?:都|同)".to_owned(),
                r"(?i)(?:add me|find me|message me|text me|write to me) on (?:wechat|qq|whatsapp|telegram)".to_owned(),
            ],
            never,
        ),
        (
            OrderNumber,
            own(&[
                r"(?i)(?:订单号?|单号|运单号?|快递单号|包裹号|退货单|编号|\border|\btracking|\bparcel|\bshipment|\bref(?:erence)?\b)[^0-9。.!?！？]{0,14}[a-z]{0,4}-?[0-9]{6,24}(?:-[0-9]{3,})*(?:$|[^0-9])",
                r"(?i)(?:订单|单号|\border|\btracking)[^0-9。.!?！？]{0,14}[0-9]{2,}(?:-[0-9]{2,}){2,}",
                r"(?:单号|订单)[^0-9。.!?！？]{0,4}[零〇一幺二三四五六七八九]{8,}",
                r"#[0-9]{7,}|#[0-9]{3,}-[0-9]{4,}|#[A-Z]{1,3}-?[0-9]{4,}",
                r"(?i)(?:^|[^a-z0-9])(?:SF|YT|ZTO|JT|JD|STO|YD|EMS|DHL|UPS|1Z|RM|LX)[A-Z]{0,2}[0-9][0-9A-Z]{7,}",
                r"(?i)\b[a-z]{2}(?: ?[0-9]){9} ?[a-z]{2}\b",
                r"(?i)\border\s#?[0-9]{3,}(?:-[a-z0-9]{2,}){2,}",
                r"(?:快递|包裹)[^0-9。.!?！？]{0,4}[0-9](?:[-\s]?[0-9]){9,23}",
                r"(?:^|[^0-9])[0-9]{3}-[0-9]{7}-[0-9]{7}(?:$|[^0-9])",
            ]),
            |before, found, after| of_goods(before, after) || is_date(found) || said_before(before, &COURIER) && is_service_number(found),
        ),
        (
            OrderNumber,
            own(&[
                r"(?:^|[^0-9a-zA-Z])[0-9]{12,24}(?:$|[^0-9])",
                r"(?:^|[^0-9])[0-9]{4}(?: [0-9]{4}){2,6}(?: [0-9]{2,4})?(?:$|[^0-9])",
            ]),
            |before, found, after| of_goods(before, after) || is_barcode(found),
        ),
        (
            Phone,
            own(&[
                r"(?:^|[^0-9])09[0-9]{2}[-\s]?[0-9]{3}[-\s]?[0-9]{3}(?:$|[^0-9])",
                r"\+[0-9]{1,3}[-\s]?\(?[0-9]{2,4}\)?[-\s]?[0-9]{3,4}[-\s]?[0-9]{2,6}",
                r"(?:^|[^0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[-\s]?[0-9]{7,8}(?:$|[^0-9])",
                r"(?:^|[^0-9])0[0-9]{2} [0-9]{4} [0-9]{4}(?:$|[^0-9])",
                r"(?:^|[^0-9])[48]00[-\s]?[0-9]{3}[-\s]?[0-9]{4}(?:$|[^0-9])",
                r"\(?[2-9][0-9]{2}\)?[-\s.][0-9]{3}[-\s.][0-9]{4}(?:$|[^0-9])",
                r"(?:^|[^0-9])0[0-9]{3,4}\s[0-9]{3}\s?[0-9]{3,4}(?:$|[^0-9])",
                r"(?i)\b(?:call(?:ed|ing)?|rang|phoned?|tel(?:ephone)?|dial(?:led|ed)?|text(?:ed)?|mobile|cell|number)\b[^0-9.!?]{0,24}(?:[2-9][0-9]{2}[-\s.][0-9]{4}|[0-9](?:[\s-]{0,3}[0-9]){8,12})(?:$|[^0-9])",
                r"(?i)(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)[\s,-]+){6}",
                r"(?:电话|座机|打)[^0-9。.!?！？]{0,8}[2-8](?:[-\s]?[0-9]){6,7}(?:$|[^0-9])",
            ]),
            |before, found, after| of_goods(before, after) || is_date(found) || said_before(before, &COURIER) && is_service_number(found),
        ),
        (
            Address,
            vec![
                format!(
                    r"[\x{{4e00}}-\x{{9fff}}](?:[\x{{4e00}}-\x{{9fff}}](?:路|街|大道|巷|弄|胡同)|[^知味频渠报街第一二三四五六七八九十0-9]道)\s?{NUMERAL}+\s?(?:号|弄|巷)"
                ),
                format!(
                    r"(?:小区|公寓|苑|花园|家园|园区|新城|宿舍|校区|大厦|村)[^。，,]{{0,4}}?(?:{NUMERAL}+\s?(?:栋|幢|号楼|单元)|[0-9A-Za-z]+\s?座)"
                ),
                format!(r"村\s?第?{NUMERAL}+\s?(?:村民)?(?:小)?[组队]"),
                format!(r"第?{NUMERAL}+\s?号?信箱"),
                format!(r"(?:(?:小区|公寓|苑|花园|家园|新村)\s?{NUMERAL}+-{NUMERAL}+(?:-{NUMERAL}+)?|(?:湾|里)\s?{NUMERAL}+-{NUMERAL}+-{NUMERAL}+)"),
                format!(r"{NUMERAL}+\s?号楼\s?[A-Z]座?\s?{NUMERAL}{{2,}}|{NUMERAL}+\s?排\s?{NUMERAL}+\s?号"),
                format!(r"{NUMERAL}+\s?号?(?:宿舍|公寓)?楼\s?{NUMERAL}{{2,}}"),
                r"(?:大厦|大楼|广场|转运中心|客服中心|分拨中心|中心)\s?[A-Za-z]?座?\s?[0-9]{3,4}".to_owned(),
                format!(r"{NUMERAL}+\s?(?:栋|幢|号楼)\s?{NUMERAL}+\s?(?:单元|室|号|层)?|{NUMERAL}+\s?单元\s?{NUMERAL}+"),
            ],
            |before, found, after| said_before(before, &OWN_PLACE) || is_measure(found, after),
        ),
        (
            Address,
            own(&[
                r"(?:^|\s)[0-9]{1,5}[a-z]?\s(?:[A-Z][A-Za-z']+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Close|Way|Place|Terrace|Boulevard|Blvd|Crescent|Row|Mews|Hill|Square|Gardens|Grove|Park|Walk|Yard)(?:$|[^A-Za-z])",
                r"(?i)\b(?:apt|apartment|flat|unit|suite)\.?\s#?[0-9]+[a-z]?\b",
                r"\b(?:[Aa]pt|[Aa]partment|[Ff]lat|[Uu]nit|[Ss]uite)\.?\s(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve)\b",
                r"\b(?:Apt|Apartment|Flat|Unit|Suite)\s(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
                r"(?i)\bp\.?\s?o\.?\s?box\s[0-9]+",
                r"(?:Hall|House|Building|Tower|Court|Dorm|Dormitory|Residence),?\s(?:[Rr]oom|[Rr]m\.?|[Ff]loor)\s?#?[0-9]+",
                r"(?:[Rr]oom|[Rr]m\.?)\s?#?[0-9]{1,4},?\s(?:(?:in|at|of)\s)?(?:[A-Z][a-z']+\s){1,2}(?:Hall|House|Building|Tower|Court|Dorm|Dormitory|Residence)",
            ]),
            |before, found, after| said_before(before, &OWN_PLACE) || is_measure(found, after),
        ),
        (
            Name,
            vec![
                format!(
                    r"(?:^|[^\x{{4e00}}-\x{{9fff}}]|[给跟请问您好谢道歉是为向寄予])(?:{AFTER_WORD}[^色腰领跟尚款码髦季\W]{{1,2}}(?:先生|女士|小姐)|{CLEAR_SURNAME}[^年级中校班女士先生小姐\W]{{2}}(?:老师|同学|师傅|阿姨|[您你]好)|[是由]{CLEAR_SURNAME}[\x{{4e00}}-\x{{9fff}}]{{1,2}}本人)"
                ),
                r"(?:收件人|收货人|买家姓名)(?:[:：是][:：是]?\s?[“「]?|[“「])[\x{4e00}-\x{9fff}]{2,4}(?:[，,。”」]|先生|女士|$)".to_owned(),
                format!(
                    r"(?:收件人|收货人)[:：]?\s?{AFTER_WORD}[\x{{4e00}}-\x{{9fff}}]{{1,2}}[，,、；;]|(?:收件人|收货人|签收人|姓名|抬头|户名|实名|署名)(?:写的|填的|登记的|留的)?(?:是|为|叫|写成|写)?[:：]?\s?[“「]?{CLEAR_SURNAME}[\x{{4e00}}-\x{{9fff}}]{{1,2}}(?:[，,。、；;”」!！\s]|$)"
                ),
            ],
            // 高腰女士牛仔裤 is a pair of jeans.
            |_, _, after| after.starts_with(|c: char| "款装鞋包裤裙衫衣开牛毛针内外短长大表香凉皮帽T".contains(c)),
        ),
        (
            Name,
            own(&[
                r"(?:Mr|Mrs|Ms|Miss|Dr|Mx)\.?\s[A-Z][a-zé'-]+\s[A-Z][a-z'-]+",
                r"(?:Dear|Hello|Hi|Hey)\s[A-Z][a-zé'-]+\s[A-Z][a-zé'-]+",
                r"(?:[Aa]ddressed to|[Ss]igned(?: for)? by(?: you,)?|[Ii]n the name of|[Rr]egistered to|[Rr]ecipient(?: is|:)?|[Nn]ame on (?:the|your) (?:order|label|parcel|account)(?: is|:)?|[Ll]abel (?:says|reads)|[Aa]ccount says)\s[A-Z][a-zé'-]+,?\s[A-Z][a-zé'-]+",
            ]),
            |_, found, _| ["Flat", "Room", "Unit", "House", "Apartment", "Building", "The ", " There", " Valued", "Valued ", "Everyone", "Friend", "Customer", "Buyer", "Folks", "Madam"].iter().any(|place| found.contains(place)),
        ),
        (Name, own(&[r"^[A-Z][a-zé'-]{2,}\s[A-Z][a-zé'-]{2,},\s(?:your|you|we|thank|the|i|I|it|that|this)\b"]), |_, found, _| {
            const OPENINGS: &[&str] = &[
                "Happy", "Good", "Dear", "Thank", "Hello", "Best", "Kind", "Warm", "Great", "Fair", "Sorry", "Many", "Merry", "Sincere",
                "Last", "Next", "This", "That", "Every", "Black", "Cyber", "Royal", "Before", "After", "Since", "Monday", "Tuesday", "Wednesday",
                "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "June", "July", "August", "September",
                "October", "November", "December", "United", "New", "North", "South", "Big", "Huge", "Lovely", "Quick", "Small", "Season's",
            ];
            OPENINGS.iter().any(|opening| found.starts_with(opening))
        }),
        (Name, vec![format!(r"\b(?:{})(?:\s[A-Z]\.)?\s[A-Z][a-zé'’-]+\b", given_names())], |before, found, after| {
            static MODEL: Lazy = LazyLock::new(|| pattern(&format!(r"\s{GOODS}$")));
            // Things are called so, and books are by them.
            let before = before.to_lowercase();
            let of_a_thing =
                ["the ", "our ", "this ", "that ", "a ", "each ", "every ", "of ", "by "].iter().any(|word| before.ends_with(word));
            // Whoever works for the shop is named by it.
            let ours = said_before(&before, &OURS);
            // A signature is the shop's own, and a new sentence is no surname.
            let signed = ["regards,", "wishes,", "love,", "sincerely,", "thanks,", "regards", "wishes"].iter().any(|w| before.trim_end().ends_with(w));
            let second = found.rsplit(' ').next().unwrap_or("");
            let sentence = ["We", "I", "You", "Your", "The", "It", "This", "That", "Our", "They", "He", "She", "There", "Please", "So", "And", "But", "If"]
                .contains(&second.split(['\'', '’']).next().unwrap_or(""));
            let goods = GOODS_AFTER.as_ref().is_some_and(|words| words.is_match(after));
            of_a_thing || ours || signed || sentence || goods || MODEL.as_ref().is_some_and(|m| m.is_match(found))
        }),
    ]
}

fn given_names() -> String {
    include_str!("../../../../assets/reviews/given_names.txt").lines().collect::<Vec<_>>().join("|")
}

/// What stands beside a number says that it is one of goods.
fn of_goods(before: &str, after: &str) -> bool {
    const NEAR: usize = 12;
    static WORDS: Lazy = LazyLock::new(|| pattern(OF_GOODS));
    let start = before.char_indices().rev().nth(NEAR - 1).map_or(0, |(at, _)| at);
    let end = after.char_indices().nth(NEAR * 2).map_or(after.len(), |(at, _)| at);
    let unspoilt = |text: &str| WORDS.as_ref().is_some_and(|words| words.is_match(text));
    // A sentence of its own speaks of something else.
    let same = |c: char| matches!(c, '。' | '!' | '?' | '！' | '？' | '，' | ',' | ';' | '；' | '的');
    let coded = ["商品", "产品", "款式", "证书"].iter().any(|word| before.ends_with(word));
    coded || unspoilt(before[start..].rsplit(same).next().unwrap_or("")) || unspoilt(after[..end].split(same).next().unwrap_or(""))
}

/// Whether a word stands before in the same sentence, not far off.
fn said_before(before: &str, words: &Lazy) -> bool {
    const NEAR: usize = 48;
    let start = before.char_indices().rev().nth(NEAR - 1).map_or(0, |(at, _)| at);
    let sentence = before[start..].rsplit(['。', '.', '!', '?', '！', '？']).next().unwrap_or("");
    words.as_ref().is_some_and(|words| words.is_match(sentence))
}

/// A number that a firm is called at free of charge.
fn is_service_number(found: &str) -> bool {
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    ["800", "1800", "888", "877", "866", "400", "03"].iter().any(|prefix| digits.starts_with(prefix))
}

/// A day as `2026-11-20`, which has the form of a short number.
fn is_date(found: &str) -> bool {
    let digits = found.trim_start_matches(|c: char| !c.is_ascii_digit());
    let day = digits.split(|c: char| !c.is_ascii_digit() && c != '-').next().unwrap_or("");
    let mut parts = day.split('-').map(|part| (part.len(), part.parse::<u32>()));
    let (Some((4, Ok(1900..2200))), Some((1..=2, Ok(1..=12))), Some((1..=2, Ok(1..=31)))) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    parts.next().is_none()
}

/// Whether digits are those of several numbers, as in a list of sizes or prices: a telephone number is parted by one
/// kind of mark, or by spaces and dashes.
fn is_list(found: &str, after: &str) -> bool {
    let number = core(found);
    let mut marks: Vec<char> = number.chars().filter(|c| matches!(c, '.' | ',' | '、' | '·' | '_')).collect();
    let listed = marks.contains(&',') || marks.contains(&'、');
    marks.sort_unstable();
    marks.dedup();
    let next = found.chars().next_back().filter(|c| !c.is_ascii_digit()).into_iter().chain(after.chars()).collect::<String>();
    let goes_on = next.starts_with(['.', ',', '、', '/']) && next.chars().nth(1).is_some_and(|c| c.is_ascii_digit() || c == ' ');
    marks.len() > 1 || listed && goes_on
}

/// Whether a number is how much or when, and not where: 10 点, 42 cm.
fn is_measure(found: &str, after: &str) -> bool {
    const UNITS: [&str; 22] =
        ["点", "天", "块", "元", "个", "颗", "件", "年", "月", "日", "分", "秒", "厘", "毫", "米", "克", "斤", "才", "釉", "前", "后", "-"];
    const LATIN: [&str; 8] = ["cm", "mm", "in ", "inch", "kg", "g ", "ml", "oz"];
    // The find may have taken the character that bounds it.
    let bound = found.rsplit_once(core(found)).map_or("", |(_, bound)| bound);
    let after = format!("{bound}{after}");
    let after = after.trim_start();
    UNITS.iter().chain(&LATIN).any(|unit| after.starts_with(unit))
        || ["半路", "一路", "上路", "转运中心", "客服中心", "分拨中心"].iter().any(|word| found.contains(word))
}

/// Thirteen digits with the check digit of an article number (GS1 GTIN-13).
fn is_barcode(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().enumerate().map(|(at, digit)| digit * if at % 2 == 0 { 1 } else { 3 }).sum();
    digits.len() == 13 && sum.is_multiple_of(10) && !text.trim().contains(' ')
}

/// A find without the characters that only bound it: a number begins and ends with a digit.
fn core(hit: &str) -> &str {
    let digit = |c: char| c.is_ascii_alphanumeric() || "零〇一幺二三四五六七八九".contains(c);
    let bounds = |mut chars: Box<dyn Iterator<Item = char> + '_>| match (chars.next(), chars.next()) {
        (Some(bound), Some(next)) if !digit(bound) && !matches!(bound, '#' | '+') && digit(next) => bound.len_utf8(),
        _ => 0,
    };
    let end = hit.len() - bounds(Box::new(hit.chars().rev()));
    let start = bounds(Box::new(hit.chars())).min(end);
    hit[start..end].trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '#')
}

/// What is found in a text whose widths are folded, and the words it was found in; each kind may come more than once.
pub(super) fn find(folded: &str) -> Vec<(ReaderFinding, String)> {
    let mut rest = folded.to_owned();
    // What cannot be looked for counts as found.
    let mut found: Vec<(ReaderFinding, String)> = UNSEEN.iter().map(|finding| (*finding, String::new())).collect();
    for rule in RULES.iter() {
        let mut kept = String::with_capacity(rest.len());
        let mut end = 0;
        for hit in rule.pattern.find_iter(&rest) {
            let core = core(hit.as_str());
            let (before, after) = hit.as_str().split_once(core).unwrap_or_default();
            if (rule.spares)(&rest[..hit.start() + before.len()], hit.as_str(), &rest[hit.end()..]) {
                continue;
            }
            let words = core.trim_end_matches(['您', '你', '好']).trim_end_matches("本人");
            found.push((rule.finding, if rule.finding == Name { words } else { core }.to_owned()));
            // A number is of one kind only; what bounded it belongs to what comes next.
            let taken = matches!(rule.finding, Email | IdNumber | OrderNumber | Phone);
            kept.extend([&rest[end..hit.start()], before, if taken { "\u{1f}" } else { core }, after]);
            end = hit.end();
        }
        kept.push_str(&rest[end..]);
        rest = kept;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<ReaderFinding> {
        let mut found: Vec<ReaderFinding> = find(text).into_iter().map(|(finding, _)| finding).collect();
        found.dedup();
        found
    }

    #[test]
    fn every_pattern_is_read() {
        assert_eq!(RULES.len(), forms().len());
        assert!(UNSEEN.is_empty());
        let broken: Form = (ReaderFinding::Phone, vec!["(".to_owned()], never);
        assert_eq!(unseen(&[broken]), [ReaderFinding::Phone], "what cannot be read counts as found");
        assert!(pattern(OF_GOODS).is_some() && pattern(GOODS).is_some());
        assert!([&COURIER, &OWN_PLACE, &OURS].iter().all(|words| words.is_some()));
    }

    #[test]
    fn ordinary_replies_are_let_through() {
        for plain in [
            "You can track it online, e.g. with Royal Mail.",
            "The linen dress UK12 runs small.",
            "The neckline of the S925 chain",
            "Our online guide, v2.0, says more.",
            "There is room 5 in the house for it.",
            "亲爱的买家:您好,感谢光临",
            "很多买家是回头客,谢谢。",
            "米色女士开衫今天补货",
            "夏季女士T恤又到了",
            "高腰女士牛仔裤偏大半码",
            "杯子的名字叫江南春,是手绘的。",
            "这里 2-3 天能到",
            "每盒里 10-12 颗",
            "我们店里3-5天就能发货",
            "已到杭州转运中心 2026-11-20",
            "顺丰客服中心95338",
            "放在二楼 10 点后取",
            "卡在半路 12 号才走",
            "第二道 3 号釉",
            "村里有一座龙窑",
            "价格 19.9、29.9、39.9、49.9 元",
            "鞋码 13.5、14.5、15.5、16.5",
            "Sizes 15.5, 16.0, 16.5, 17.0 cm",
            "Last Friday, we posted a replacement.",
            "Royal Mail, the courier, lost it.",
            "Sorry you got a flat one.",
            "Measured flat 42 cm across.",
            "Warm regards, Alison Clarke",
            "The Jane Austen mug is back.",
            "Thank you Amanda We're glad.",
            "Dear Valued Client, thank you.",
            "We called you on 2026-11-20 14:05.",
            "The ring, size 925 2023",
            "Colour #334455",
            "商品编号 1002345",
        ] {
            assert_eq!(find(plain), [], "{plain}");
        }
    }

    #[test]
    fn numbers_of_goods_are_left_alone() {
        for plain in [
            "盒底的条码6923450657713是商品码",
            "ISBN 9787020938654是修订版",
            "食品生产许可证SC11333012200486",
            "The long number 5012345678900 is the product code.",
        ] {
            assert_eq!(found(plain), [], "{plain}");
        }
        assert_eq!(find("包裹 7731 2058 4496 02 已签收"), [(OrderNumber, "包裹 7731 2058 4496 02".to_owned())]);
    }

    #[test]
    fn numbers_are_found_however_they_are_spelled() {
        assert_eq!(found("一八七,零零三五,二九四六,这个电话"), [Phone]);
        assert_eq!(found("1-7-7-5-5-0-3-3-8-2-6打过去"), [Phone]);
        assert_eq!(found("证件号码 3301 0619 9107 1205 4X 有误"), [IdNumber]);
        assert_eq!(found("尺码有 1、2、3、5、7 五种"), []);
    }

    #[test]
    fn a_name_is_a_persons_and_not_a_models() {
        assert_eq!(found("The parcel addressed to Douglas Penhale was signed for."), [Name]);
        assert_eq!(found("The Sophie Dress runs small, and our Emma Tote is back."), []);
        assert_eq!(found("收件人写的是周雅琴,签收的却是别人"), [Name]);
        assert_eq!(found("收件人写的是公司,前台代收"), []);
    }
}
