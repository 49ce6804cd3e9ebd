//! The check for offers made for a review, measured on labelled texts that were written without knowledge of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use zhanggui_core::reviews::incentive::check;

#[test]
fn offers_for_a_review_are_found_and_plain_words_are_left_alone() {
    let text = std::fs::read_to_string(common::fixture("reviews/incentive.tsv")).unwrap();
    let mut wrong = Vec::new();
    let (mut found, mut missed, mut false_alarms, mut quiet) = (0.0f64, 0.0f64, 0.0f64, 0.0f64);
    for line in text.lines().skip(1) {
        let [label, _, kind, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("four columns: {line}") };
        let flagged = check(text).is_some();
        match (label, flagged) {
            ("offer", true) => found += 1.0,
            ("offer", false) => missed += 1.0,
            ("clean", true) => false_alarms += 1.0,
            ("clean", false) => quiet += 1.0,
            other => panic!("no such label: {other:?}"),
        }
        if (label == "offer") != flagged {
            wrong.push(format!("{label} {kind}: {text}"));
        }
    }
    let (precision, recall) = (found / (found + false_alarms), found / (found + missed));
    println!("{} texts: precision {precision:.3}, recall {recall:.3}", found + missed + false_alarms + quiet);
    println!("{}", wrong.join("\n"));
    assert!(found + missed + false_alarms + quiet >= 500.0, "the labelled texts are all there");
    // What this version reaches; it must not fall below.
    assert!(precision >= 0.87 && recall >= 0.41, "precision {precision:.3}, recall {recall:.3}:\n{}", wrong.join("\n"));
}
