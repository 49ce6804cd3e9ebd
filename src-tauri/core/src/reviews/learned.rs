//! A judgement learned from labelled texts.
//!
//! Logistic regression over the pieces of a folded text (characters and their pairs in Chinese, words and their pairs
//! in English) and over what patterns say of it. It is fitted once ([`fit`](super::fit)) and its weights are kept beside
//! the texts, so that every run judges alike and nobody waits for it. To teach it something, add a line to the file of
//! texts and run `cargo xtask learn`.

use rustc_hash::FxHashMap;

use super::fold::{Folded, Reading};

/// How much what a pattern says counts beside one piece of a short text.
const SIGNAL: f64 = 0.1;

/// A judgement of one kind.
pub(super) struct Learned {
    pub weights: FxHashMap<String, f64>,
    /// For Chinese texts, for others.
    pub bias: [f64; 2],
    pub signals: Signals,
}

/// What patterns say of a text, each by a word of its own.
pub(super) type Signals = fn(&Reading<'_>) -> Vec<&'static str>;

/// A text as numbers: what is in it and how much each counts, and whether it is Chinese (0) or not (1).
pub(super) struct Features {
    pub counts: Vec<(String, f64)>,
    pub language: usize,
}

impl Learned {
    /// Reads kept weights: a line with the digest of the texts, a line with the two biases, then a line for each piece
    /// with its weight. What cannot be read weighs nothing; a test compares the file with the texts it is made of.
    pub fn read(kept: &str, signals: Signals) -> Learned {
        let mut lines = kept.lines().skip(1);
        let mut bias = [0.0; 2];
        let first = lines.next().unwrap_or_default();
        bias.iter_mut().zip(first.split('\t').skip(1)).for_each(|(bias, text)| *bias = text.parse().unwrap_or(0.0));
        let weight = |line: &str| line.rsplit_once('\t').and_then(|(piece, weight)| Some((piece.to_owned(), weight.parse().ok()?)));
        Learned { weights: lines.filter_map(weight).collect(), bias, signals }
    }

    /// How much a text reads like those of the label: 0 is even odds, 1 nearly three to one.
    pub fn score(&self, text: &Reading<'_>) -> f64 {
        let features = features(text, self.signals);
        let sum: f64 = features.counts.iter().filter_map(|(name, count)| Some(self.weights.get(name)? * count)).sum();
        self.bias[features.language] + sum
    }
}

/// A long text has many pieces, of which each says less; what a pattern says does not depend on the length.
pub(super) fn features(text: &Reading<'_>, signals: Signals) -> Features {
    let (pieces, language) = pieces(text);
    let scale = 1.0 / (pieces.len() as f64 + 1.0).sqrt();
    let said = signals(text).into_iter().map(|signal| (format!("§{signal}"), SIGNAL));
    let counts = pieces.into_iter().map(|piece| (piece, scale)).chain(said).collect();
    Features { counts, language }
}

/// The different pieces of a text, and whether it is Chinese (0) or not (1).
fn pieces(reading: &Reading<'_>) -> (Vec<String>, usize) {
    let chinese = is_chinese(reading.text);
    let words: Vec<String> = if chinese { characters(&reading.chinese) } else { words(&reading.english) };
    let glue = if chinese { "" } else { " " };
    let mut pieces: Vec<String> = words.windows(2).map(|pair| pair.join(glue)).collect();
    pieces.extend(words);
    pieces.sort_unstable();
    pieces.dedup();
    (pieces, usize::from(!chinese))
}

/// Whether a text is Chinese: a Chinese name in an English sentence does not make it so, nor do the names of variables in a
/// Chinese phrase make that English.
fn is_chinese(text: &str) -> bool {
    let characters = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).count();
    characters > 0 && characters * 3 >= words
}

/// Letters one by one, any number as 0, no marks, and nothing of a variable's name.
fn characters(folded: &Folded) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut in_variable = false;
    for c in without_greeting(&folded.text).chars() {
        in_variable = c == '{' || in_variable && c != '}';
        if in_variable || !c.is_alphanumeric() {
            continue;
        }
        let c = if c.is_ascii_digit() { '0' } else { c };
        if c != '0' || found.last().is_none_or(|last| last != "0") {
            found.push(c.to_string());
        }
    }
    found
}

/// A Chinese text from behind the words by which it addresses its reader: they say nothing of what it wants.
fn without_greeting(text: &str) -> &str {
    const GREETINGS: [&str; 7] = ["亲爱的", "亲亲", "亲", "您好", "你好", "哈喽", "在吗"];
    let mark = |c: char| !c.is_alphanumeric();
    let mut rest = text.trim_start_matches(mark);
    let behind = |rest| {
        GREETINGS.iter().find_map(|greeting| str::strip_prefix(rest, greeting)).filter(|after| !after.starts_with(char::is_alphanumeric))
    };
    while let Some(after) = behind(rest) {
        rest = after.trim_start_matches(mark);
    }
    rest
}

/// Words, any number as 0, signs of money alone.
fn words(folded: &Folded) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in folded.text.chars().chain([' ']) {
        if c.is_alphabetic() || c == '\'' {
            if word == "0" {
                found.push(std::mem::take(&mut word));
            }
            word.push(c);
        } else {
            if !(word.is_empty() || c.is_ascii_digit() && word == "0") {
                found.push(std::mem::take(&mut word));
            }
            if c.is_ascii_digit() {
                "0".clone_into(&mut word);
            } else if matches!(c, '%' | '$' | '€' | '£') {
                found.push(c.to_string());
            }
        }
    }
    found
}
