//! What patterns miss: a judgement learned from labelled texts.
//!
//! Logistic regression over the pieces of a folded text (characters and their pairs in Chinese, words and their pairs
//! in English), fitted at first use to a file of labelled texts in a fixed order, so that every run judges alike. To
//! teach it something, add a line to the file.

use rustc_hash::FxHashMap;

use super::fold::{self, Folded};

const ROUNDS: u32 = 60;
const RATE: f64 = 0.3;
/// How fast a weight that nothing confirms fades.
const FADE: f64 = 0.000_2;

/// A judgement of one kind.
pub(super) struct Learned {
    weights: FxHashMap<String, f64>,
    bias: [f64; 2],
}

impl Learned {
    /// Fits to labelled texts: a header, then lines of `label, language, kind, text` with tabs between.
    pub fn from(labelled: &str, label: &str) -> Learned {
        let mut examples: Vec<(Vec<String>, usize, f64)> = labelled
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let wanted = if cells.next()? == label { 1.0 } else { 0.0 };
                let (pieces, language) = pieces(cells.nth(2)?);
                Some((pieces, language, wanted))
            })
            .collect();
        mix(&mut examples);
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let rows: Vec<(Vec<usize>, usize, f64)> = examples
            .into_iter()
            .map(|(pieces, language, wanted)| {
                let number = |piece| {
                    let next = numbers.len();
                    *numbers.entry(piece).or_insert(next)
                };
                (pieces.into_iter().map(number).collect(), language, wanted)
            })
            .collect();
        let mut weights = vec![0.0f64; numbers.len()];
        let mut bias = [0.0f64; 2];
        for round in 0..ROUNDS {
            let rate = RATE / (1.0 + f64::from(round) * 0.05);
            for (ids, language, wanted) in &rows {
                let scale = scale(ids.len());
                let score = bias[*language] + ids.iter().map(|id| weights[*id]).sum::<f64>() * scale;
                let step = (wanted - 1.0 / (1.0 + (-score).exp())) * rate;
                bias[*language] += step;
                for id in ids {
                    weights[*id] += step * scale - FADE * weights[*id];
                }
            }
        }
        Learned { weights: numbers.into_iter().map(|(piece, id)| (piece, weights[id])).collect(), bias }
    }

    /// How much a text reads like those of the label: 0 is even odds, 1 nearly three to one.
    pub fn score(&self, text: &str) -> f64 {
        let (pieces, language) = pieces(text);
        let sum: f64 = pieces.iter().filter_map(|piece| self.weights.get(piece)).sum();
        self.bias[language] + sum * scale(pieces.len())
    }
}

/// Neighbours in a file are of one kind; a fixed stride mixes them.
fn mix<T>(examples: &mut Vec<T>) {
    let count = examples.len().max(1);
    let stride = (count / 2..).find(|s| gcd(*s, count) == 1).unwrap_or(1);
    let mut numbered: Vec<(usize, T)> = std::mem::take(examples).into_iter().enumerate().collect();
    numbered.sort_by_key(|(at, _)| (at * stride) % count);
    examples.extend(numbered.into_iter().map(|(_, example)| example));
}

fn scale(pieces: usize) -> f64 {
    1.0 / (pieces as f64 + 1.0).sqrt()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The different pieces of a text, and whether it is Chinese (0) or not (1).
fn pieces(text: &str) -> (Vec<String>, usize) {
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let words: Vec<String> = if chinese { characters(&fold::chinese(text)) } else { words(&fold::english(text)) };
    let glue = if chinese { "" } else { " " };
    let mut pieces: Vec<String> = words.windows(2).map(|pair| pair.join(glue)).collect();
    pieces.extend(words);
    pieces.sort_unstable();
    pieces.dedup();
    (pieces, usize::from(!chinese))
}

/// Letters one by one, any number as 0, no marks.
fn characters(folded: &Folded) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for c in folded.text.chars().filter(|c| c.is_alphanumeric()) {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if c != '0' || found.last().is_none_or(|last| last != "0") {
            found.push(c.to_string());
        }
    }
    found
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
