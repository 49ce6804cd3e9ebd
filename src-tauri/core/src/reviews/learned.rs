//! A judgement learned from labelled texts.
//!
//! Logistic regression over the pieces of a folded text (characters and their pairs in Chinese, words and their pairs
//! in English) and over what patterns say of it, fitted at first use to a file of labelled texts in a fixed order, so
//! that every run judges alike. To teach it something, add a line to the file.

use rustc_hash::FxHashMap;

use super::fold::{self, Folded};

const ROUNDS: u32 = 60;
const RATE: f64 = 0.5;
/// How fast a weight that nothing confirms fades.
const FADE: f64 = 0.000_4;
/// How much what a pattern says counts beside one piece of a short text.
const SIGNAL: f64 = 0.1;

/// A judgement of one kind.
pub(super) struct Learned {
    weights: FxHashMap<String, f64>,
    bias: [f64; 2],
    signals: Signals,
}

/// What patterns say of a text, each by a word of its own.
pub(super) type Signals = fn(&str) -> Vec<&'static str>;

/// A text as numbers: what is in it and how much each counts, and whether it is Chinese (0) or not (1).
struct Features {
    counts: Vec<(String, f64)>,
    language: usize,
}

/// A labelled text with its pieces by number.
struct Example {
    counts: Vec<(usize, f64)>,
    language: usize,
    wanted: f64,
}

impl Learned {
    /// Fits to labelled texts: a header, then lines of `label, language, kind, text` with tabs between.
    pub fn from(labelled: &str, label: &str, signals: Signals) -> Learned {
        let examples: Vec<(Features, f64)> = labelled
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let wanted = if cells.next()? == label { 1.0 } else { 0.0 };
                Some((features(cells.nth(2)?, signals), wanted))
            })
            .collect();
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let rows: Vec<Example> = examples
            .into_iter()
            .map(|(features, wanted)| {
                let number = |(name, count)| {
                    let next = numbers.len();
                    (*numbers.entry(name).or_insert(next), count)
                };
                Example { counts: features.counts.into_iter().map(number).collect(), language: features.language, wanted }
            })
            .collect();
        let mut weights = vec![0.0f64; numbers.len()];
        let mut bias = [0.0f64; 2];
        // The mean over the later rounds is steadier than wherever the last example left them.
        let mut means = vec![0.0f64; numbers.len()];
        let mut mean_bias = [0.0f64; 2];
        let mut order: Vec<usize> = (0..rows.len()).collect();
        for round in 0..ROUNDS {
            let rate = RATE / (1.0 + f64::from(round) * 0.05);
            order.sort_unstable_by_key(|at| mixed(*at as u64 + (u64::from(round) << 32)));
            for Example { counts, language, wanted } in order.iter().map(|at| &rows[*at]) {
                let score = bias[*language] + counts.iter().map(|(id, count)| weights[*id] * count).sum::<f64>();
                let step = (wanted - 1.0 / (1.0 + (-score).exp())) * rate;
                bias[*language] += step;
                for (id, count) in counts {
                    weights[*id] += step * count - FADE * weights[*id];
                }
            }
            if round >= ROUNDS / 2 {
                let share = 1.0 / f64::from(ROUNDS - ROUNDS / 2);
                means.iter_mut().zip(&weights).for_each(|(mean, weight)| *mean += weight * share);
                mean_bias.iter_mut().zip(&bias).for_each(|(mean, bias)| *mean += bias * share);
            }
        }
        let weights = numbers.into_iter().map(|(name, id)| (name, means[id])).collect();
        Learned { weights, bias: mean_bias, signals }
    }

    /// How much a text reads like those of the label: 0 is even odds, 1 nearly three to one.
    pub fn score(&self, text: &str) -> f64 {
        let features = features(text, self.signals);
        let sum: f64 = features.counts.iter().filter_map(|(name, count)| Some(self.weights.get(name)? * count)).sum();
        self.bias[features.language] + sum
    }
}

/// A number without any order, the same on every computer (SplitMix64): neighbours in a file are of one kind, and
/// examples must come mixed.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A long text has many pieces, of which each says less; what a pattern says does not depend on the length.
fn features(text: &str, signals: Signals) -> Features {
    let (pieces, language) = pieces(text);
    let scale = 1.0 / (pieces.len() as f64 + 1.0).sqrt();
    let said = signals(text).into_iter().map(|signal| (format!("§{signal}"), SIGNAL));
    let counts = pieces.into_iter().map(|piece| (piece, scale)).chain(said).collect();
    Features { counts, language }
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
