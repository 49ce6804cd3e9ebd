//! Fitting a judgement to labelled texts. The weights are kept beside the texts in assets/reviews and are part of the
//! build; `cargo xtask learn` writes them, and the test here refuses ones that are not those of the texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::fold::Reading;
use super::learned::{Features, Learned, Signals, features};

const ROUNDS: u32 = 60;
const RATE: f64 = 0.5;
/// How fast a weight that nothing confirms fades.
const FADE: f64 = 0.000_4;
/// A weight below this moves no judgement and is not kept.
const LEAST: f64 = 0.000_05;

/// A labelled text with its pieces by number.
struct Example {
    counts: Vec<(usize, f64)>,
    language: usize,
    wanted: f64,
}

/// Fits to labelled texts: a header, then lines of `label, language, kind, text` with tabs between. The examples come in
/// a fixed order that mixes them, so that every run gives the same weights.
fn fit(labelled: &str, label: &str, signals: Signals) -> Learned {
    let examples: Vec<(Features, f64)> = labelled
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let wanted = if cells.next()? == label { 1.0 } else { 0.0 };
            Some((features(&Reading::of(cells.nth(2)?), signals), wanted))
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

/// A number without any order, the same on every computer (SplitMix64): neighbours in a file are of one kind, and
/// examples must come mixed.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The file of the weights.
fn kept(learned: &Learned, labelled: &str) -> String {
    let mut text = format!("texts\t{}\nbias\t{:.5}\t{:.5}\n", digest(labelled), learned.bias[0], learned.bias[1]);
    let mut weights: Vec<(&String, f64)> = learned.weights.iter().map(|(piece, weight)| (piece, *weight)).collect();
    weights.retain(|(_, weight)| weight.abs() >= LEAST);
    weights.sort_unstable_by(|a, b| a.0.cmp(b.0));
    for (piece, weight) in weights {
        let _ = writeln!(text, "{piece}\t{weight:.4}");
    }
    text
}

/// Line ends are a matter of the checkout.
fn digest(labelled: &str) -> String {
    Sha256::digest(labelled.replace('\r', "").as_bytes()).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn assets(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/reviews").join(name)
}

/// Compares the kept weights with those of the texts, or writes them where the environment asks for that.
fn compare(name: &str, label: &str, learned: &Learned) {
    let labelled = std::fs::read_to_string(assets(&format!("{name}.tsv"))).unwrap();
    let path = assets(&format!("{name}.weights.tsv"));
    if std::env::var_os("ZHANGGUI_WRITE_WEIGHTS").is_some() {
        std::fs::write(&path, kept(&fit(&labelled, label, learned.signals), &labelled)).unwrap();
        return;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let stale = format!("{} is not that of the texts; run `cargo xtask learn`", path.display());
    assert_eq!(text.lines().next(), Some(format!("texts\t{}", digest(&labelled)).as_str()), "{stale}");
    // The texts may be the same and what is seen in them another.
    let fitted = fit(&labelled, label, learned.signals);
    for (piece, weight) in &fitted.weights {
        let known = learned.weights.get(piece).copied().unwrap_or(0.0);
        assert!((known - weight).abs() < 0.001, "{stale}: {piece} weighs {weight}, not {known}");
    }
    assert!(learned.weights.keys().all(|piece| fitted.weights.contains_key(piece)), "{stale}");
}

#[test]
fn the_weights_are_those_of_the_texts() {
    compare("offers", "offer", &super::incentive::OFFERS);
    compare("blame", "blame", &super::reader::BLAMES);
}
