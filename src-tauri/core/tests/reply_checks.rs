//! The twin check and the check for later readers, measured on labelled texts that were written without knowledge
//! of either. The odd lines are those a threshold may be fitted to; the
//! even ones only measure. The patterns of private data were corrected once on both halves; the judgement of blame
//! learns from other texts (`assets/reviews/blame.tsv`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use zhanggui_core::reviews::reader::{KnownBuyer, ReaderFinding, check};
use zhanggui_core::reviews::twin::{ALIKE, likeness};

/// True and false positives and negatives.
#[derive(Default)]
struct Counts {
    found: f64,
    false_alarms: f64,
    missed: f64,
}

impl Counts {
    fn add(&mut self, wanted: bool, found: bool) {
        match (wanted, found) {
            (true, true) => self.found += 1.0,
            (false, true) => self.false_alarms += 1.0,
            (true, false) => self.missed += 1.0,
            (false, false) => {}
        }
    }

    fn precision(&self) -> f64 {
        self.found / (self.found + self.false_alarms).max(1.0)
    }

    fn recall(&self) -> f64 {
        self.found / (self.found + self.missed).max(1.0)
    }
}

fn lines(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(common::fixture(file)).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn repetitions_are_found_and_fresh_replies_are_not() {
    let pairs = lines("reviews/twins.tsv");
    assert!(pairs.len() >= 220, "the labelled pairs are all there");
    let mut halves = [Counts::default(), Counts::default()];
    for (index, pair) in pairs.iter().enumerate() {
        let alike = likeness(&pair[3], &pair[4]);
        if (alike >= ALIKE) != (pair[0] == "twin") {
            println!("{alike:.2} {} {}: {} | {}", pair[0], pair[2], pair[3], pair[4]);
        }
        halves[index % 2].add(pair[0] == "twin", alike >= ALIKE);
    }
    for (name, half) in ["fitted", "measured"].iter().zip(&halves) {
        println!("twins, {name}: precision {:.3}, recall {:.3}", half.precision(), half.recall());
    }
    let measured = &halves[1];
    assert!(measured.precision() >= 0.95 && measured.recall() >= 0.95, "{:.3} {:.3}", measured.precision(), measured.recall());
}

/// Written after the likeness was chosen, with synonyms and other orders that share few pairs of words: how far it
/// carries.
#[test]
fn repetitions_in_other_words_are_found_too() {
    let mut counts = Counts::default();
    for pair in lines("reviews/twins_unseen.tsv") {
        counts.add(pair[0] == "twin", likeness(&pair[3], &pair[4]) >= ALIKE);
    }
    println!("twins never seen: precision {:.3}, recall {:.3}", counts.precision(), counts.recall());
    assert!(counts.precision() >= 0.95 && counts.recall() >= 0.8, "{:.3} {:.3}", counts.precision(), counts.recall());
}

/// Precision and recall over the odd and the even records of a file, all findings together.
fn read_by_later_readers(file: &str) -> [Counts; 2] {
    let records = lines(file);
    let all: [ReaderFinding; 9] = [
        ReaderFinding::Address,
        ReaderFinding::Blame,
        ReaderFinding::Email,
        ReaderFinding::IdNumber,
        ReaderFinding::Name,
        ReaderFinding::OrderNumber,
        ReaderFinding::Phone,
        ReaderFinding::TooLong,
        ReaderFinding::WechatOrQq,
    ];
    let mut total = [Counts::default(), Counts::default()];
    for finding in all {
        let mut halves = [Counts::default(), Counts::default()];
        for (index, record) in records.iter().enumerate() {
            let wanted = record[0].split(',').any(|w| w == finding.as_str() || w == "phone" && finding == ReaderFinding::Phone);
            let found = check(&record[3], &KnownBuyer::default()).contains(&finding);
            if wanted != found {
                println!("{} {} {}: {}", if wanted { "missed" } else { "false" }, finding.as_str(), record[2], record[3]);
            }
            halves[index % 2].add(wanted, found);
            total[index % 2].add(wanted, found);
        }
        println!("{}: precision {:.2}, recall {:.2} (measured half)", finding.as_str(), halves[1].precision(), halves[1].recall());
    }
    for (name, half) in ["odd", "even"].iter().zip(&total) {
        println!("{file}, {name}: precision {:.3}, recall {:.3}", half.precision(), half.recall());
    }
    total
}

#[test]
fn what_a_later_reader_sees_is_found() {
    assert!(lines("reviews/reader.tsv").len() >= 300, "the labelled texts are all there");
    let total = read_by_later_readers("reviews/reader.tsv");
    assert!(total[1].precision() >= 0.93 && total[1].recall() >= 0.9, "{:.3} {:.3}", total[1].precision(), total[1].recall());
}

/// The patterns were corrected on these as well, so that they only keep what was reached.
#[test]
fn what_was_found_once_stays_found() {
    assert!(lines("reviews/reader_more.tsv").len() >= 550, "the labelled texts are all there");
    for half in read_by_later_readers("reviews/reader_more.tsv") {
        assert!(half.precision() >= 0.95 && half.recall() >= 0.9, "{:.3} {:.3}", half.precision(), half.recall());
    }
}
