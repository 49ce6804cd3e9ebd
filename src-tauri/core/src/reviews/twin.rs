//! Whether a reply says again what the shop said before: a reader of many replies sees it at once.
//!
//! Two texts are alike by the share of pieces they have in common (Dice's coefficient over sets): pairs of
//! neighbouring characters for Chinese, words and pairs of words for texts in letters. Widths, case, traditional forms,
//! punctuation, emoji, spaces and contractions do not count, so a copy with other marks is still a copy.
//!
//! [`ALIKE`] was chosen on the odd lines of `tests/fixtures/reviews/twins.tsv` and measured on the even ones
//! (`tests/reply_checks.rs` prints both): the value between the highest likeness of texts on the same subject that were
//! written freshly and the lowest of a copy with two clauses changed.

use rustc_hash::{FxHashMap, FxHasher};
use serde::Serialize;

use crate::text::{fold_width, simplified};

/// From this likeness on, two texts are twins.
pub const ALIKE: f64 = 0.5;
/// A text of fewer pieces says too little to be a repetition (谢谢！).
const FEWEST_PIECES: usize = 4;

/// An earlier text that is said again.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Twin {
    /// The earlier text.
    pub text: String,
    /// How alike, from [`ALIKE`] to 1.
    pub likeness: f64,
}

/// Earlier texts, ready to be compared with.
#[derive(Debug, Default)]
pub struct TwinIndex {
    texts: Vec<String>,
    /// The review each is a reply to.
    reviews: Vec<Option<i64>>,
    /// How many different pieces each has.
    sizes: Vec<u32>,
    /// The texts that have a piece.
    by_piece: FxHashMap<u64, Vec<u32>>,
}

impl TwinIndex {
    /// Adds a text.
    pub fn add(&mut self, review: Option<i64>, text: &str) {
        let pieces = pieces(text);
        let number = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.reviews.push(review);
        self.sizes.push(pieces.len() as u32);
        for piece in pieces {
            self.by_piece.entry(piece).or_default().push(number);
        }
    }

    /// The earlier text that is most alike, if any is a twin; of equal ones the first. That of the review itself
    /// does not count.
    pub fn closest(&self, text: &str, of: Option<i64>) -> Option<Twin> {
        let pieces = pieces(text);
        if pieces.len() < FEWEST_PIECES {
            return None;
        }
        let mut shared = vec![0u32; self.texts.len()];
        for number in pieces.iter().filter_map(|piece| self.by_piece.get(piece)).flatten() {
            if let Some(count) = shared.get_mut(*number as usize) {
                *count += 1;
            }
        }
        let mut best: Option<(f64, usize)> = None;
        for (number, (shared, size)) in shared.into_iter().zip(&self.sizes).enumerate() {
            let itself = of.is_some() && self.reviews.get(number).is_some_and(|review| *review == of);
            if shared == 0 || (*size as usize) < FEWEST_PIECES || itself {
                continue;
            }
            let alike = dice(shared, *size, pieces.len() as u32);
            if best.is_none_or(|(most, _)| alike > most) {
                best = Some((alike, number));
            }
        }
        let (alike, number) = best.filter(|(alike, _)| *alike >= ALIKE)?;
        Some(Twin { text: self.texts.get(number)?.clone(), likeness: (alike * 100.0).round() / 100.0 })
    }
}

/// How alike two texts are, from 0 to 1.
pub fn likeness(first: &str, second: &str) -> f64 {
    let (first, second) = (pieces(first), pieces(second));
    let shared = first.iter().filter(|piece| second.binary_search(piece).is_ok()).count();
    dice(shared as u32, first.len() as u32, second.len() as u32)
}

fn dice(shared: u32, first: u32, second: u32) -> f64 {
    if first + second == 0 { 0.0 } else { 2.0 * f64::from(shared) / f64::from(first + second) }
}

/// The different pieces of a text, sorted.
fn pieces(text: &str) -> Vec<u64> {
    let words = words(text);
    let mut pieces: Vec<u64> = words.iter().filter(|w| !is_chinese(w)).map(|w| hash(&[w])).collect();
    pieces.extend(words.windows(2).map(|pair| hash(&[&pair[0], &pair[1]])));
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Characters of Chinese one by one, words of letters and digits whole, everything else left out.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars().map(fold_width).map(simplified) {
        match c {
            '\'' | '’' => {}
            c if c.is_alphanumeric() && !is_han(c) => {
                let lower = c.to_lowercase();
                match words.last_mut() {
                    Some(word) if open => word.extend(lower),
                    _ => words.push(lower.collect()),
                }
                open = true;
            }
            c if is_han(c) => {
                words.push(c.to_string());
                open = false;
            }
            _ => open = false,
        }
    }
    words
}

fn is_han(c: char) -> bool {
    c.is_alphanumeric() && matches!(c as u32, 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

fn is_chinese(word: &str) -> bool {
    word.chars().next().is_some_and(is_han)
}

fn hash(words: &[&str]) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = FxHasher::default();
    words.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_other_marks_is_a_copy_and_a_fresh_reply_is_not() {
        let mut index = TwinIndex::default();
        index.add(Some(1), "杯沿的缺口是我打包时没看见，给您补寄一只，旧的不用退。");
        index.add(Some(2), "Thank you! The strap is adjustable, so it fits most cameras.");
        let twin = index.closest("杯沿的缺口，是我打包时没看见！给您补寄一只~旧的不用退😊", None).unwrap();
        assert_eq!(twin.likeness, 1.0);
        assert!(index.closest("THANK YOU! the strap is adjustable so it fits most bags", None).is_some());
        assert_eq!(index.closest("颜色和图上不一样，是我拍照时灯太黄，已经换了一组照片。", None), None);
        assert_eq!(index.closest("谢谢", None), None, "a word of thanks is no repetition");
        assert_eq!(index.closest("", None), None);
        assert_eq!(index.closest("杯沿的缺口是我打包时没看见，给您补寄一只，旧的不用退。", Some(1)), None, "a reply is no twin of itself");
    }
}
