//! The check for offers made for a review, measured on labelled texts that were written without knowledge of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::Path;

use zhanggui_core::reviews::incentive::check;

/// Precision and recall on a file of labelled texts, and what was wrong among them.
fn measured(file: &Path) -> (f64, f64, usize, Vec<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut wrong = Vec::new();
    let (mut found, mut missed, mut false_alarms, mut quiet) = (0usize, 0usize, 0usize, 0usize);
    for line in text.lines().skip(1) {
        let [label, _, kind, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("four columns: {line}") };
        let flagged = check(text).is_some();
        match (label, flagged) {
            ("offer", true) => found += 1,
            ("offer", false) => missed += 1,
            ("clean", true) => false_alarms += 1,
            ("clean", false) => quiet += 1,
            other => panic!("no such label: {other:?}"),
        }
        if (label == "offer") != flagged {
            wrong.push(format!("{label} {kind}: {text}"));
        }
    }
    let share = |of: usize, with: usize| of as f64 / (of + with) as f64;
    (share(found, false_alarms), share(found, missed), found + missed + false_alarms + quiet, wrong)
}

#[test]
fn offers_for_a_review_are_found_and_plain_words_are_left_alone() {
    let (precision, recall, texts, wrong) = measured(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/reviews/offers.tsv"));
    println!("{texts} texts the words were chosen on: precision {precision:.3}, recall {recall:.3}\n{}", wrong.join("\n"));
    assert!(texts >= 500, "the labelled texts are all there");
    assert!(precision >= 0.97 && recall >= 0.97, "precision {precision:.3}, recall {recall:.3}:\n{}", wrong.join("\n"));
}

/// Written without knowledge of the check, and never looked at while its words were chosen; nothing may be fitted to
/// these.
#[test]
fn offers_in_texts_never_seen_are_found_too() {
    let (precision, recall, texts, _) = measured(&common::fixture("reviews/incentive_unseen.tsv"));
    println!("{texts} texts never seen: precision {precision:.3}, recall {recall:.3}");
    assert!(texts >= 380, "the labelled texts are all there");
    assert!(precision >= 0.93 && recall >= 0.86, "precision {precision:.3}, recall {recall:.3}");
}
