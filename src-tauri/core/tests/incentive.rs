//! The check for offers made for a review, measured on labelled texts that were written without knowledge of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use zhanggui_core::reviews::incentive::check;

/// Precision and recall of the lines that `chosen` keeps, with what was wrong among them.
fn measured(chosen: impl Fn(usize) -> bool) -> (f64, f64, usize, Vec<String>) {
    let text = std::fs::read_to_string(common::fixture("reviews/incentive.tsv")).unwrap();
    let mut wrong = Vec::new();
    let (mut found, mut missed, mut false_alarms, mut quiet) = (0usize, 0usize, 0usize, 0usize);
    for (_, line) in text.lines().skip(1).enumerate().filter(|(n, _)| chosen(*n)) {
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

/// The words were chosen on every other line; the lines between were not looked at.
#[test]
fn offers_for_a_review_are_found_and_plain_words_are_left_alone() {
    let (precision, recall, texts, wrong) = measured(|line| line % 2 == 0);
    println!("lines the words were chosen on: {texts} texts, precision {precision:.3}, recall {recall:.3}\n{}", wrong.join("\n"));
    let (unseen_precision, unseen_recall, unseen, between) = measured(|line| line % 2 == 1);
    println!("lines between: {unseen} texts, precision {unseen_precision:.3}, recall {unseen_recall:.3}\n{}", between.join("\n"));
    assert!(texts + unseen >= 500, "the labelled texts are all there");
    assert!(precision >= 0.9 && recall >= 0.9, "precision {precision:.3}, recall {recall:.3}:\n{}", wrong.join("\n"));
    assert!(unseen_precision >= 0.9 && unseen_recall >= 0.8, "lines between: {unseen_precision:.3}, {unseen_recall:.3}");
}
