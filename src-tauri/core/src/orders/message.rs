//! A message that orders something: what of it are goods, their number and price, what is courtesy; the rest says where it goes.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::add::NewLine;
use crate::address::is_courtesy;
use crate::money::{DecimalMark, parse_decimal};

/// What a message says besides who and where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ordered {
    pub(super) lines: Vec<NewLine>,
    /// As typed; empty where nothing is said.
    pub(super) shipping_fee: String,
    /// Requests, and sums that belong to no single line.
    pub(super) note: String,
    /// What is left of the message.
    pub(super) rest: String,
    /// A number that stands before its goods, as in `2份 青瓷茶杯`.
    counted: Option<u32>,
    /// The last line was named without a number, which may follow it.
    uncounted: bool,
}

const NUMBER: &str = "[0-9]{1,4}|[一二两三四五六七八九十]{1,3}";
const UNIT: &str = "个|件|只|包|盒|瓶|套|条|双|把|本|斤|箱|袋|罐|份|块|张|支|台|对|桶|提|枚|朵|盆|串|副|顶|pcs?|pieces?";
const PRICE: &str = r"[0-9]{1,6}(?:\.[0-9]{1,2})?";
const LEAD: &str = "^(?:(?:您好|你好|老板|亲|麻烦|请|帮我|给我|我|再|还|想|要|买|拿|来|拍|订购|订|下单|下|需要|加)+)";

/// What may stand before goods of any name: words that no name of goods begins with.
const SAFE_LEAD: &str = "^(?:您好|你好|老板|亲|麻烦|帮我|给我|我想要?|我要|想要|还要|再要|再来|要买|要|买|我)+";

/// The patterns of this module; a test reads all of them.
struct Patterns {
    /// `青瓷茶杯 ×2`, `杯垫*3`
    times: Regex,
    /// `两个青瓷茶杯`
    counted_before: Regex,
    /// `青瓷茶杯两个`
    counted_after: Regex,
    /// `2个`, `×2` alone.
    count: Regex,
    /// `每个25元`, `25元一个`, `单价25`
    each: Regex,
    /// `一共50元`
    sum: Regex,
    /// `50元`, `¥50` at the end.
    bare: Regex,
    shipping: Regex,
    free: Regex,
    lead: Regex,
    safe_lead: Regex,
    /// `22号`: what stands before it is a street.
    house: Regex,
    request: Regex,
    /// What no name of goods holds: the words of an address, a telephone number.
    place: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let read = |text: String| {
        Regex::new(&format!("(?i){text}")).map_err(|error| tracing::error!(%error, "a pattern of this build cannot be read"))
    };
    let all = || -> Result<Patterns, ()> {
        Ok(Patterns {
            times: read(format!(r"^(?P<title>.*(?:[^0-9]\s*[×✕]|[\p{{Han}}）)]\s*[x*]))\s*(?P<n>[0-9]{{1,4}})(?:{UNIT})?$"))?,
            counted_before: read(format!(r"^(?P<n>{NUMBER})\s*(?:{UNIT})\s*的?(?P<title>[^0-9\s].*)$"))?,
            counted_after: read(format!(r"^(?P<title>.*[^0-9\s.])\s*(?P<n>{NUMBER})\s*(?:{UNIT})$"))?,
            count: read(format!(r"^(?:[x×✕*]\s*(?P<a>[0-9]{{1,4}})|(?P<n>{NUMBER})\s*(?:{UNIT}))$"))?,
            each: read(format!(
                r"(?:单价|每(?:{UNIT})|一(?:{UNIT}))\s*[¥￥]?(?P<p>{PRICE})\s*(?:元|块钱?)?$|[¥￥]?(?P<q>{PRICE})\s*(?:元|块钱?)?\s*(?:/|一|每)\s*(?:{UNIT})$"
            ))?,
            sum: read(format!(r"(?:一共|总共|合计|总价|总计|共)\s*[¥￥]?(?P<p>{PRICE})\s*(?:元|块钱?)?$"))?,
            bare: read(format!(r"(?:[¥￥]\s*(?P<p>{PRICE})|(?P<q>{PRICE})\s*(?:元|块钱?))$"))?,
            shipping: read(format!(r"^(?:运费|邮费|快递费)\s*[¥￥]?(?P<p>{PRICE})\s*(?:元|块钱?)?$"))?,
            free: read("^包邮$".to_owned())?,
            lead: read(LEAD.to_owned())?,
            safe_lead: read(SAFE_LEAD.to_owned())?,
            house: read("^[0-9]+(?:-[0-9]+)?(?:号|幢|栋|楼|弄|室|单元)".to_owned())?,
            request: read("^(?:请|麻烦)?(?:尽快|快点|早点|今天|明天|赶紧)?(?:发货?|寄出?)(?:哦|吧|呀|啊)?$|^[^0-9]{0,6}(?:包好|包严实|包结实|轻拿轻放|送人|当礼物|不要发票|开发票|放驿站|放门口)[^0-9]{0,6}$".to_owned())?,
            place: read("省|市|区|县|镇|乡|村|路|街|巷|弄|号|栋|幢|楼|室|单元|小区|大厦|花园|公寓|[0-9-]{7,}".to_owned())?,
        })
    };
    all().ok()
});

/// The digits of `两`, `十二` or `12`; `None` for what is no number of pieces.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|n| *n > 0);
    }
    let digit = |c: char| "一二三四五六七八九".chars().position(|d| d == c).map(|at| at as u32 + 1).or((c == '两').then_some(2));
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        ['十', last] => Some(10 + digit(*last)?),
        [first, '十'] => Some(digit(*first)? * 10),
        [first, '十', last] => Some(digit(*first)? * 10 + digit(*last)?),
        [one] => digit(*one),
        _ => None,
    }
}

fn group<'t>(found: &Captures<'t>, names: &[&str]) -> Option<&'t str> {
    names.iter().find_map(|name| found.name(name)).map(|m| m.as_str())
}

/// Reads a message; `products` are titles that the shop sells.
pub(super) fn read(text: &str, products: &[String]) -> Ordered {
    let mut ordered = Ordered { rest: text.to_owned(), ..Ordered::default() };
    let Some(patterns) = PATTERNS.as_ref() else { return ordered };
    let mut taken: Vec<Range<usize>> = Vec::new();
    let all = tokens(text);
    for (index, token) in all.iter().enumerate() {
        let token = token.clone();
        // A street is followed by its house.
        let street = all.get(index + 1).is_some_and(|next| patterns.house.is_match(&text[next.clone()]));
        if !street && understand(patterns, &text[token.clone()], products, &mut ordered) {
            taken.push(token);
        }
    }
    let mut rest = String::new();
    let mut at = 0;
    for token in taken {
        rest.push_str(&text[at..token.start]);
        at = token.end;
    }
    rest.push_str(&text[at..]);
    if let Some(n) = ordered.counted.take() {
        note(&mut ordered, &n.to_string());
    }
    ordered.rest = rest;
    ordered
}

/// The runs between separators.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let separates = c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '。' | '!' | '！' | '、' | '+' | '~' | '～');
        match (separates, start) {
            (true, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    found.extend(start.map(|from| from..text.len()));
    found
}

/// Whether a run says something of the order; then it stands in `ordered`.
fn understand(patterns: &Patterns, token: &str, products: &[String], ordered: &mut Ordered) -> bool {
    if is_courtesy(token) {
        return true;
    }
    if let Some(found) = patterns.shipping.captures(token) {
        ordered.shipping_fee = group(&found, &["p"]).unwrap_or_default().to_owned();
        return true;
    }
    if patterns.free.is_match(token) {
        ordered.shipping_fee = "0".to_owned();
        return true;
    }
    if patterns.request.is_match(token) {
        note(ordered, token);
        return true;
    }
    if let Some(n) = patterns.count.captures(token).and_then(|found| group(&found, &["a", "n"]).and_then(number)) {
        match ordered.lines.last_mut() {
            Some(line) if ordered.uncounted => line.quantity = n.to_string(),
            _ => ordered.counted = Some(n),
        }
        ordered.uncounted = false;
        return true;
    }
    // The price stands at the end; what is before it is the goods.
    let (goods, priced) = match price(patterns, token) {
        Some((price, at)) => (token[..at].trim(), Some(price)),
        None => (token, None),
    };
    if !goods.is_empty() {
        let Some(mut line) = line_of(patterns, goods, products).or_else(|| priced.as_ref().and_then(|_| one(patterns, goods))) else {
            return false;
        };
        ordered.uncounted = line.quantity.is_empty();
        if let Some(n) = ordered.counted.take().filter(|_| ordered.uncounted) {
            line.quantity = n.to_string();
            ordered.uncounted = false;
        } else if ordered.uncounted {
            line.quantity = "1".to_owned();
        }
        ordered.lines.push(line);
    }
    match priced {
        Some(_) if ordered.lines.is_empty() => return false,
        Some(price) => set_price(ordered, &price, token),
        None => {}
    }
    !goods.is_empty() || priced_alone(token, patterns)
}

fn priced_alone(token: &str, patterns: &Patterns) -> bool {
    price(patterns, token).is_some()
}

enum Price {
    Each(String),
    Sum(String),
    /// Of the whole line, where it has several pieces.
    Bare(String),
}

/// Which kind of price it is.
type Made = fn(String) -> Price;

/// A price at the end of a run, and where it begins.
fn price(patterns: &Patterns, token: &str) -> Option<(Price, usize)> {
    let made: [(&Regex, Made); 3] = [(&patterns.each, Price::Each), (&patterns.sum, Price::Sum), (&patterns.bare, Price::Bare)];
    made.into_iter().find_map(|(pattern, make)| {
        let found = pattern.captures(token)?;
        Some((make(group(&found, &["p", "q"])?.to_owned()), found.get(0)?.start()))
    })
}

fn set_price(ordered: &mut Ordered, price: &Price, token: &str) {
    let lines = ordered.lines.len();
    let Some(line) = ordered.lines.last_mut() else { return };
    let pieces = line.quantity.parse::<i64>().unwrap_or(1).max(1);
    match price {
        Price::Each(text) => line.unit_price = text.clone(),
        Price::Bare(text) | Price::Sum(text) if lines == 1 || matches!(price, Price::Bare(_)) => match of_one(text, pieces) {
            Some(each) => line.unit_price = each,
            None => note(ordered, token),
        },
        // A sum of several lines belongs to none of them.
        Price::Bare(_) | Price::Sum(_) => note(ordered, token),
    }
}

/// What one of so many pieces costs; `None` where the sum does not go into them.
fn of_one(sum: &str, pieces: i64) -> Option<String> {
    let cents = parse_decimal(sum, 2, DecimalMark::Point)?;
    (cents % pieces == 0).then(|| crate::money::to_decimal(cents / pieces, crate::money::Currency::CNY))
}

fn note(ordered: &mut Ordered, text: &str) {
    if !ordered.note.is_empty() {
        ordered.note.push('，');
    }
    ordered.note.push_str(text);
}

/// A run with a price is goods, and one piece where no number stands with it.
fn one(patterns: &Patterns, goods: &str) -> Option<NewLine> {
    const LONGEST: usize = 30;
    let title = patterns.safe_lead.replace(goods, "");
    let named = title.chars().any(char::is_alphabetic) && title.chars().count() <= LONGEST && !patterns.place.is_match(&title);
    named.then(|| NewLine { title: title.trim().to_owned(), ..NewLine::default() })
}

/// A run as goods with their number, which is blank where none stands with them; `None` where it is no goods.
fn line_of(patterns: &Patterns, goods: &str, products: &[String]) -> Option<NewLine> {
    let line =
        |title: &str, quantity: u32| NewLine { title: title.trim().to_owned(), quantity: quantity.to_string(), unit_price: String::new() };
    // What the shop sells is known by its name, wherever it stands in the run.
    let known =
        products.iter().filter(|title| title.chars().count() >= 2 && goods.contains(title.as_str())).max_by_key(|title| title.len());
    let bare = patterns.lead.replace(goods, "");
    // Where a number follows, words before it are no part of a name.
    let counted = patterns.counted_before.is_match(&bare);
    for text in [goods, if counted { &bare } else { goods }] {
        for pattern in [&patterns.times, &patterns.counted_before, &patterns.counted_after] {
            let Some(found) = pattern.captures(text) else { continue };
            let (title, n) = (group(&found, &["title"])?.trim(), group(&found, &["n"]).and_then(number)?);
            if let Some(known) = known.filter(|known| title.contains(known.as_str())) {
                return Some(line(known, n));
            }
            let title = title.trim_end_matches(['x', 'X', '×', '✕', '*']).trim_end();
            let title = patterns.safe_lead.replace(title, "");
            if !title.is_empty() && !patterns.place.is_match(&title) && title.chars().any(char::is_alphabetic) {
                return Some(line(&title, n));
            }
        }
    }
    // Named without a number, and nothing else said but that it is wanted.
    let rest = |known: &str| bare.replacen(known, "", 1).trim_matches(|c: char| "的吧哦呀啊呢".contains(c) || c.is_whitespace()).to_owned();
    known.filter(|known| rest(known).is_empty()).map(|known| NewLine { title: known.clone(), ..NewLine::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Vec<String>, String, String, String) {
        let ordered = read(text, &["青瓷茶杯".to_owned(), "Mug".to_owned()]);
        let lines = ordered.lines.iter().map(|l| format!("{}×{}@{}", l.title, l.quantity, l.unit_price)).collect();
        (
            lines,
            ordered.shipping_fee,
            ordered.note,
            ordered.rest.split(|c: char| c.is_whitespace() || "，,。".contains(c)).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" "),
        )
    }

    #[test]
    fn the_patterns_are_read() {
        assert!(PATTERNS.is_some());
    }

    #[test]
    fn goods_number_and_price_are_taken_out_of_the_message() {
        for (text, lines, fee, note, rest) in [
            (
                "你好老板，青瓷茶杯两个，张小满 13800138001 北京朝阳区建国路1号院2号楼",
                vec!["青瓷茶杯×2@"],
                "",
                "",
                "张小满 13800138001 北京朝阳区建国路1号院2号楼",
            ),
            ("我要2个青瓷茶杯 25元一个，运费8元", vec!["青瓷茶杯×2@25"], "8", "", ""),
            ("麻烦来三只竹杯垫，一共30元，包邮，谢谢", vec!["竹杯垫×3@10.00"], "0", "", ""),
            ("青瓷茶杯*2 茶垫×3 尽快发货\n李雷 138 0013 8001", vec!["青瓷茶杯×2@", "茶垫×3@"], "", "尽快发货", "李雷 138 0013 8001"),
            ("要青瓷茶杯，66元", vec!["青瓷茶杯×1@66.00"], "", "", ""),
            ("杯子两个 茶垫一个 共100元", vec!["杯子×2@", "茶垫×1@"], "", "共100元", ""),
            ("杭州市西湖区文三路1号2幢301室，李雷收", vec![], "", "", "杭州市西湖区文三路1号2幢301室 李雷收"),
            ("东城区东四十条22号", vec![], "", "", "东城区东四十条22号"),
            ("谢谢老板", vec![], "", "", ""),
            ("李雷 2份 青瓷茶杯", vec!["青瓷茶杯×2@"], "", "", "李雷"),
            ("茶垫一个25元", vec!["茶垫×1@25"], "", "", ""),
            ("青瓷茶杯 1个，2份 Mug 10元", vec!["青瓷茶杯×1@", "Mug×2@5.00"], "", "", ""),
            ("北京市 东城区 东四十条 22号 李雷", vec![], "", "", "北京市 东城区 东四十条 22号 李雷"),
            ("文三路1号 2幢301放门口 李雷", vec![], "", "", "文三路1号 2幢301放门口 李雷"),
            ("加湿器2个 拍立得1台", vec!["加湿器×2@", "拍立得×1@"], "", "", ""),
            ("Box12 wx1234 桌布120x180", vec![], "", "", "Box12 wx1234 桌布120x180"),
            ("Mug x2", vec!["Mug×2@"], "", "", ""),
        ] {
            let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
            assert_eq!(of(text), (lines, fee.to_owned(), note.to_owned(), rest.to_owned()), "{text}");
        }
    }
}
