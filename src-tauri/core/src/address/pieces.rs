//! The text cut at separators and labels.

use std::sync::LazyLock;

use regex::Regex;

use super::phones::TAKEN;

/// What a label before a piece says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// 收货人:
    Name,
    /// 电话:
    Phone,
    /// 所在地区:, 详细地址:
    Place,
    /// 邮编:
    Zip,
}

/// A run of text between separators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its characters, without white space at the ends.
    pub text: Vec<char>,
    /// The label it stands behind.
    pub label: Option<Label>,
    /// Whether a telephone number stands directly before it.
    pub after_phone: bool,
    /// Whether a telephone number stands directly behind it.
    pub before_phone: bool,
    /// Whether more than a space stands before it: a comma, a line break, a label.
    pub apart: bool,
}

/// Replaces a label by this character and the letter of its kind.
const MARK: char = '\u{1e}';

const NAME: &str = "收件人姓名|收货人姓名|客户姓名|买家姓名|收件人|收货人|联系人|姓名|名字|Name";
const PHONE: &str =
    "收件人电话|收货人电话|收件电话|收货电话|手机号码|电话号码|联系电话|联系方式|联系手机|手机号|手机|电话|Phone|Tel|Mobile";
const PLACE: &str =
    "所在地区|所在省市|所在区域|省市区|收货地区|收货地址|收件地址|邮寄地址|送货地址|详细地址|街道地址|地址信息|地区|地址|街道|Address";
const ZIP: &str = "邮政编码|邮编|Zip|Postcode";
/// Labels long enough to be known without a colon at the beginning of a piece.
const PLAIN: [(&str, &str); 3] = [
    ("N", "收件人姓名|收货人姓名|收件人|收货人|联系人"),
    ("T", "手机号码|电话号码|联系电话|联系方式|手机号"),
    ("P", "所在地区|收货地址|收件地址|邮寄地址|详细地址"),
];

/// A word for a number directly before it, with or without a colon.
static BEFORE_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i)(?:{PHONE})[.:：\\s]*{TAKEN}")).ok());

static LABELS: LazyLock<Vec<(&str, Option<Regex>)>> = LazyLock::new(|| {
    let with_colon = |kinds: &str| Regex::new(&format!("(?i)(?:[\\[【(（](?:{kinds})[\\]】)）]\\s*[:：]?|(?:{kinds})\\s*[:：=])\\s*")).ok();
    let mut all = vec![("N", with_colon(NAME)), ("T", with_colon(PHONE)), ("P", with_colon(PLACE)), ("Z", with_colon(ZIP))];
    all.extend(PLAIN.map(|(letter, kinds)| (letter, Regex::new(&format!("(?m)(?:^|[\\s,，;；]){{1}}(?:{kinds})\\s*")).ok())));
    all.push(("Z", Regex::new(r"(?:邮政编码|邮编)\s*").ok()));
    all
});

/// Cuts a folded text from which the telephone numbers were taken.
pub(super) fn cut(text: &str) -> Vec<Piece> {
    let mut marked = match &*BEFORE_NUMBER {
        Some(regex) if text.contains(TAKEN) => regex.replace_all(text, TAKEN.to_string()).into_owned(),
        _ => text.to_owned(),
    };
    // Labels are made of these: most texts have none of them.
    if marked.contains([':', '：', '=', '【', '['])
        || ["收", "联系", "手机", "电话", "地区", "地址", "邮"].iter().any(|w| marked.contains(w))
    {
        for (letter, regex) in LABELS.iter() {
            if let Some(regex) = regex
                && regex.is_match(&marked)
            {
                marked = regex.replace_all(&marked, format!("\n{MARK}{letter}")).into_owned();
            }
        }
    }
    let mut pieces = Vec::new();
    let mut current = Open::default();
    let mut characters = marked.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            MARK => {
                current.close(&mut pieces);
                current.label = match characters.next() {
                    Some('N') => Some(Label::Name),
                    Some('T') => Some(Label::Phone),
                    Some('P') => Some(Label::Place),
                    _ => Some(Label::Zip),
                };
                current.apart = true;
            }
            TAKEN => {
                current.close(&mut pieces);
                if let Some(last) = pieces.last_mut().filter(|_| current.label != Some(Label::Phone)) {
                    last.before_phone = true;
                }
                current = Open { after_phone: true, apart: true, ..Open::default() };
            }
            '\n' | '\r' => {
                current.close(&mut pieces);
                current = Open { apart: true, ..Open::default() };
            }
            '\t' | ',' | '，' | ';' | '；' | '|' | '。' | '!' | '！' | '?' | '？' => {
                current.close(&mut pieces);
                current.apart = true;
                // A label speaks for its first piece, one of places for its whole line.
                current.label = current.label.filter(|l| *l == Label::Place);
            }
            c if c.is_whitespace() => {
                let had_text = current.close(&mut pieces);
                if had_text {
                    current.label = current.label.filter(|l| *l == Label::Place);
                }
            }
            c => current.text.push(c),
        }
    }
    current.close(&mut pieces);
    pieces
}

#[derive(Default)]
struct Open {
    text: Vec<char>,
    label: Option<Label>,
    after_phone: bool,
    apart: bool,
}

impl Open {
    /// Ends the piece; whether there was any.
    fn close(&mut self, pieces: &mut Vec<Piece>) -> bool {
        if self.text.is_empty() {
            return false;
        }
        // 李雷 收
        if let Some(last) = pieces.last_mut().filter(|_| !self.apart && matches!(self.text[..], ['收'] | ['亲', '收'] | ['签', '收']))
        {
            last.text.append(&mut self.text);
            return true;
        }
        pieces.push(Piece {
            text: std::mem::take(&mut self.text),
            label: self.label,
            after_phone: self.after_phone,
            before_phone: false,
            apart: self.apart,
        });
        self.after_phone = false;
        self.apart = false;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, Option<Label>)> {
        cut(text).into_iter().map(|p| (p.text.into_iter().collect(), p.label)).collect()
    }

    #[test]
    fn labels_say_what_stands_behind_them() {
        assert_eq!(
            shown("收货人: 张小满\n手机号码: \u{1f}\n所在地区: 浙江省 杭州市\n详细地址: 文三路"),
            [
                ("张小满".into(), Some(Label::Name)),
                ("浙江省".into(), Some(Label::Place)),
                ("杭州市".into(), Some(Label::Place)),
                ("文三路".into(), Some(Label::Place))
            ]
        );
        assert_eq!(shown("收件人李雷 邮编310012"), [("李雷".into(), Some(Label::Name)), ("310012".into(), Some(Label::Zip))]);
    }

    #[test]
    fn a_word_for_a_number_goes_with_it() {
        assert_eq!(shown("李先生 收 电话 \u{1f}"), [("李先生收".into(), None)]);
        assert_eq!(shown("王五，手机：\u{1f}，文三路"), [("王五".into(), None), ("文三路".into(), None)]);
    }

    #[test]
    fn a_street_that_sounds_like_a_label_stays() {
        assert_eq!(shown("东明路街道三林路15号"), [("东明路街道三林路15号".into(), None)]);
    }
}
