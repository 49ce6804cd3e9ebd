//! Makes a disguised text comparable: what is hidden by widths, spaces, marks, traditional forms, homophones,
//! look-alike letters, digits for letters or emoji is written plainly, and each character remembers where it stood.

use pinyin::ToPinyin;
use regex::Regex;

use crate::text::{fold_width, simplified};

/// A text made comparable.
pub(super) struct Folded {
    /// What is searched.
    pub text: String,
    /// Of each byte of `text`: the character of the original.
    origin: Vec<u32>,
}

/// A text with what it reads as in either language, folded once for all who look at it.
pub(super) struct Reading<'t> {
    pub text: &'t str,
    pub chinese: Folded,
    pub english: Folded,
}

impl Reading<'_> {
    pub fn of(text: &str) -> Reading<'_> {
        Reading { text, chinese: chinese(text), english: english(text) }
    }
}

impl Folded {
    fn of(chars: &[(char, u32)]) -> Folded {
        let mut folded = Folded { text: String::with_capacity(chars.len() * 3), origin: Vec::new() };
        for (c, at) in chars {
            folded.text.push(*c);
            folded.origin.extend(std::iter::repeat_n(*at, c.len_utf8()));
        }
        folded
    }

    /// [from, to) in characters of the original, of a place in bytes.
    pub fn span(&self, from: usize, to: usize) -> (u32, u32) {
        let at = |byte: usize| self.origin.get(byte).or(self.origin.last()).copied().unwrap_or(0);
        (at(from), at(to.saturating_sub(1)) + 1)
    }

    /// The text with what fits `sense` blanked, every other byte in its place.
    pub fn without(&self, sense: &Regex) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut end = 0;
        for found in sense.find_iter(&self.text) {
            text.push_str(&self.text[end..found.start()]);
            text.extend(std::iter::repeat_n('\u{1}', found.len()));
            end = found.end();
        }
        text.push_str(&self.text[end..]);
        text
    }
}

/// Folded for Chinese: nothing stands between characters but the marks that end a clause.
pub(super) fn chinese(text: &str) -> Folded {
    let mut chars = Vec::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        let at = at as u32;
        match fold_width(c) {
            '\n' => chars.push(('。', at)),
            c if c.is_whitespace() => {}
            '，' => chars.push((',', at)),
            '⭐' | '🌟' | '★' | '☆' | '✨' => chars.push(('星', at)),
            '🧧' => chars.extend([('红', at), ('包', at)]),
            '💰' | '💵' | '💴' | '💸' | '🤑' => chars.extend([('现', at), ('金', at)]),
            '🎁' => chars.extend([('礼', at), ('物', at)]),
            '📷' | '📸' => chars.extend([('晒', at), ('图', at)]),
            '❤' | '♥' => chars.push(('信', at)),
            '.' | '-' | '/' | '+' | '=' | '、' | '"' | '\'' | '“' | '”' | '(' | ')' | '[' | ']' | '【' | '】' | '「' | '」' | '《'
            | '》' | '<' | '>' | '{' | '}' | '#' | '\\' | '…' | '—' => {}
            c if is_filler(c) => {}
            c => chars.extend(simplified(c).to_lowercase().map(|lower| (lower, at))),
        }
    }
    let mut chars = without_lone_marks(&chars);
    homophones(&mut chars);
    Folded::of(&chars)
}

/// A mark after every single character (五。星。好。评) ends no clause.
fn without_lone_marks(chars: &[(char, u32)]) -> Vec<(char, u32)> {
    let mark = |at: usize| chars.get(at).is_some_and(|(c, _)| matches!(c, '。' | ',' | '!' | ';' | ':'));
    let lone = |at: usize| {
        let one_before = at >= 1 && !mark(at - 1) && (at < 2 || mark(at - 2));
        let one_after = !mark(at + 1) && (at + 2 >= chars.len() || mark(at + 2));
        mark(at) && one_before && one_after
    };
    let beside = |at: usize| lone(at) || at >= 2 && lone(at - 2) || lone(at + 2);
    (0..chars.len()).filter(|at| !(mark(*at) && beside(*at))).map(|at| chars[at]).collect()
}

/// What is heard as one of these words is written as the word: by pinyin, and by pinyin typed as letters.
const HEARD: [(&[&str], &str); 11] = [
    (&["hao", "ping"], "好评"),
    (&["cha", "ping"], "差评"),
    (&["zhong", "ping"], "中评"),
    (&["zhui", "ping"], "追评"),
    (&["ping", "jia"], "评价"),
    (&["ping", "lun"], "评论"),
    (&["wu", "xing"], "五星"),
    (&["fan", "xian"], "返现"),
    (&["hong", "bao"], "红包"),
    (&["shan", "ping"], "删评"),
    (&["gai", "ping"], "改评"),
];

/// Words that are written as they are meant although they sound like one of [`HEARD`].
const MEANT: [&str; 27] = [
    "好苹果",
    "好平稳",
    "好平的",
    "平价",
    "好瓶子",
    "好瓶盖",
    "凭价",
    "评家",
    "五行",
    "无形",
    "物性",
    "五型",
    "红宝",
    "洪宝",
    "鸿宝",
    "中平",
    "平加",
    "评估",
    "屏价",
    "山坪",
    "改瓶",
    "反嫌",
    "茶瓶",
    "叉屏",
    "屏加",
    "好平整",
    "好平滑",
];

fn homophones(chars: &mut Vec<(char, u32)>) {
    let sounds: Vec<Option<&str>> =
        chars.iter().map(|(c, _)| if *c == '差' { Some("cha") } else { c.to_pinyin().map(|p| p.plain()) }).collect();
    let mut at = 0;
    let mut written: Vec<(char, u32)> = Vec::with_capacity(chars.len());
    'chars: while at < chars.len() {
        let rest = &chars[at..];
        let asked = at > 0 && matches!(chars[at - 1].0, '写' | '个' | '给' | '打' | '留' | '删' | '改' | '条');
        let meant = !asked && MEANT.iter().any(|word| word.chars().zip(rest).filter(|(a, (b, _))| a == b).count() == word.chars().count());
        if !meant {
            for (syllables, word) in HEARD {
                if let Some(length) = heard_at(rest, &sounds[at..], syllables) {
                    let last = rest[length - 1].1;
                    let first = rest[0].1;
                    let mut letters = word.chars();
                    written.extend(letters.next().map(|c| (c, first)));
                    written.extend(letters.map(|c| (c, last)));
                    at += length;
                    continue 'chars;
                }
            }
        }
        written.push(chars[at]);
        at += 1;
    }
    *chars = written;
}

/// How many characters the syllables take here, each as one Chinese character or as letters.
fn heard_at(chars: &[(char, u32)], sounds: &[Option<&str>], syllables: &[&str]) -> Option<usize> {
    let mut at = 0;
    for syllable in syllables {
        if sounds.get(at).copied().flatten() == Some(*syllable) {
            at += 1;
        } else if syllable.chars().enumerate().all(|(n, c)| chars.get(at + n).is_some_and(|(have, _)| *have == c)) {
            at += syllable.len();
        } else {
            return None;
        }
    }
    Some(at)
}

/// Folded for English: words by single spaces, letters by what they look like, digits that stand for letters read.
pub(super) fn english(text: &str) -> Folded {
    let mut chars: Vec<(char, u32)> = Vec::with_capacity(text.len());
    let word = |letters: &str, at: u32, chars: &mut Vec<(char, u32)>| {
        chars.push((' ', at));
        chars.extend(letters.chars().map(|c| (c, at)));
        chars.push((' ', at));
    };
    for (at, c) in text.chars().enumerate() {
        let at = at as u32;
        match fold_width(c) {
            '\n' => chars.push(('\n', at)),
            c if c.is_whitespace() => chars.push((' ', at)),
            '⭐' | '🌟' | '★' | '☆' | '✨' => word("star", at, &mut chars),
            '🧧' | '💰' | '💵' | '💴' | '💸' | '🤑' => word("cash", at, &mut chars),
            '🎁' => word("gift", at, &mut chars),
            '📷' | '📸' => word("photo", at, &mut chars),
            '✍' => word("write", at, &mut chars),
            '💲' => chars.push(('$', at)),
            '’' | '‘' => chars.push(('\'', at)),
            '，' => chars.push((',', at)),
            // A dot ends a clause only where a space follows.
            '.' if text.chars().nth(at as usize + 1).is_none_or(char::is_whitespace) => chars.push(('。', at)),
            '.' => chars.push(('.', at)),
            '_' | '|' | '^' | '`' | '·' | '•' => {}
            '*' => chars.push(('*', at)),
            '-' | '–' | '—' | '/' | '"' | '“' | '”' | '(' | ')' => chars.push((' ', at)),
            c if is_filler(c) => {}
            c => chars.extend(look_alike(c).to_lowercase().map(|lower| (lower, at))),
        }
    }
    let chars = spelled_words(&joined_letters(&chars));
    Folded::of(&chars)
}

/// Letters that stand alone one after another (`r e v i e w`, `r.e.v.i.e.w`) are one word.
fn joined_letters(chars: &[(char, u32)]) -> Vec<(char, u32)> {
    let single = |at: usize| {
        let letter = |n: usize| chars.get(n).is_some_and(|(c, _)| c.is_ascii_alphanumeric());
        letter(at) && !(at > 0 && letter(at - 1)) && !letter(at + 1)
    };
    let separator = |at: usize| chars.get(at).map(|(c, _)| *c).filter(|c| matches!(c, ' ' | '.' | '*' | '~'));
    let mut joined = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let mut end = at;
        let mut count = 0;
        while single(end) {
            count += 1;
            end += 1;
            // "p.o.s.i.t.i.v.e r.e.v.i.e.w" are two words.
            let same = separator(end).is_some() && separator(end) == separator(at + 1);
            if same && single(end + 1) {
                end += 1;
            } else {
                break;
            }
        }
        if count >= 4 {
            let letters: Vec<(char, u32)> = chars[at..end].iter().filter(|(c, _)| c.is_ascii_alphanumeric()).copied().collect();
            let after_article: String = letters.iter().skip(1).map(|(c, _)| *c).collect();
            let article = letters[0].0 == 'a' && ROOTS.iter().any(|root| after_article.starts_with(root));
            if article {
                joined.extend([letters[0], (' ', letters[0].1)]);
            }
            joined.extend(&letters[usize::from(article)..]);
            at = end;
        } else {
            joined.push(chars[at]);
            at += 1;
        }
    }
    joined
}

/// Roots of words that offers are made of; a word with digits or signs for letters that reads as one is that word.
const ROOTS: [&str; 26] = [
    "review", "rating", "rate", "star", "feedback", "refund", "free", "cash", "gift", "discount", "coupon", "voucher", "money", "reward",
    "delete", "remove", "change", "edit", "paypal", "bonus", "positive", "negative", "five", "good", "bucks", "stars",
];

/// Short forms and slips of the pen.
const SHORT: [(&str, &str); 20] = [
    ("rvw", "review"),
    ("rvws", "reviews"),
    ("reveiw", "review"),
    ("reveiws", "reviews"),
    ("reviw", "review"),
    ("revew", "review"),
    ("riview", "review"),
    ("fdbk", "feedback"),
    ("feedbak", "feedback"),
    ("fback", "feedback"),
    ("rtng", "rating"),
    ("dolar", "dollar"),
    ("dolars", "dollars"),
    ("refnd", "refund"),
    ("bak", "back"),
    ("pls", "please"),
    ("revue", "review"),
    ("revues", "reviews"),
    ("fyve", "five"),
    ("starr", "star"),
];

fn spelled_words(chars: &[(char, u32)]) -> Vec<(char, u32)> {
    let mut written = Vec::with_capacity(chars.len());
    let of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '@' | '*' | '!');
    let mut at = 0;
    while at < chars.len() {
        let length = chars[at..].iter().take_while(|(c, _)| of_word(*c)).count();
        if length == 0 {
            written.push(chars[at]);
            at += 1;
            continue;
        }
        let piece = &chars[at..at + length];
        let plain: String = piece.iter().map(|(c, _)| *c).collect();
        let read: String = plain.chars().map(letter_for).collect();
        let short = SHORT.iter().find(|(short, _)| *short == plain).map(|(_, word)| *word);
        let letters: String = plain.chars().take_while(char::is_ascii_alphabetic).collect();
        // STAR5 is a code, fr33 is none.
        let spelled = ROOTS.contains(&letters.as_str());
        let fits = |root: &&&str| read.len() >= root.len() && read.chars().zip(root.chars()).all(|(c, r)| c == r || c == '*');
        let root = ROOTS.iter().filter(|_| !spelled && plain.chars().any(|c| c.is_ascii_alphabetic())).find(fits);
        let place = |n: usize| piece.get(n).or(piece.last()).map_or(0, |(_, at)| *at);
        if let Some(word) = short {
            written.extend(word.chars().enumerate().map(|(n, c)| (c, place(n))));
        } else if let Some(root) = root {
            let rest = read.chars().skip(root.len());
            written.extend(root.chars().chain(rest).enumerate().map(|(n, c)| (c, place(n))));
        } else {
            written.extend(piece);
        }
        at += length;
    }
    written
}

fn letter_for(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    }
}

/// The Latin letter that a Cyrillic, Greek, mathematical or circled one looks like.
fn look_alike(c: char) -> char {
    let letter = |n: u32| char::from_u32('a' as u32 + n % 26).unwrap_or(c);
    match c as u32 {
        code @ 0x1D400..=0x1D6A3 => letter((code - 0x1D400) % 52),
        code @ 0x1D7CE..=0x1D7FF => char::from_u32('0' as u32 + (code - 0x1D7CE) % 10).unwrap_or(c),
        code @ 0x24B6..=0x24E9 => letter((code - 0x24B6) % 26),
        _ => match c {
            'а' | 'α' | 'А' | 'Α' => 'a',
            'е' | 'ε' | 'Е' | 'Ε' => 'e',
            'о' | 'ο' | 'О' | 'Ο' => 'o',
            'р' | 'ρ' | 'Р' | 'Ρ' => 'p',
            'с' | 'С' => 'c',
            'х' | 'Х' | 'χ' => 'x',
            'у' | 'У' => 'y',
            'і' | 'І' | 'ι' => 'i',
            'ѕ' | 'Ѕ' => 's',
            'ԁ' => 'd',
            'ν' | 'ѵ' => 'v',
            'ɡ' => 'g',
            'ѡ' | 'ω' => 'w',
            'т' | 'τ' | 'Т' => 't',
            'к' | 'κ' | 'К' => 'k',
            'м' | 'М' => 'm',
            'г' => 'r',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'á' | 'à' | 'ä' | 'â' => 'a',
            'í' | 'ì' | 'ï' => 'i',
            'ó' | 'ò' | 'ö' => 'o',
            'ú' | 'ù' | 'ü' => 'u',
            c => c,
        },
    }
}

/// Marks that are put between characters so that nobody finds them, and pictures without a meaning here.
fn is_filler(c: char) -> bool {
    matches!(c, '·' | '*' | '_' | '~' | '～' | '丨' | '|' | '^' | '`' | '•')
        || matches!(c as u32, 0x200B..=0x200F | 0x2060 | 0xFE0F | 0x20E3 | 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2190..=0x21FF | 0xFEFF)
}
