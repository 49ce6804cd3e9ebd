//! The phrases that come with the program, and the scenes they belong to.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::complaints::words::Cause;
use crate::language::Language;

/// The scenes of a seller's day, in the order of an order's life. A category of the seller's own is any other text.
pub const SCENES: [&str; 23] = [
    "greeting",
    "product_question",
    "bargaining",
    "out_of_stock",
    "ordered",
    "shipped",
    "delayed",
    "arrived",
    "after_sale",
    "soothe",
    "respond",
    "empathise",
    "compensate",
    "follow_up",
    "promise",
    "review_positive",
    "review_neutral",
    "review_negative",
    "review_invitation",
    "invitation",
    "birthday",
    "holiday",
    "win_back",
];

/// A phrase that comes with the program.
#[derive(Debug, Clone, Deserialize)]
pub struct Starter {
    /// Its name, the same in both languages.
    pub id: String,
    /// One of [`SCENES`].
    pub scene: String,
    /// For which faults it was written; none: for any.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// The text with its slots.
    pub text: String,
}

#[derive(Deserialize)]
struct StarterFile {
    phrase: Vec<Starter>,
}

fn read(text: &str) -> Vec<Starter> {
    // Part of the program and read whole by a test.
    toml::from_str(text).map(|file: StarterFile| file.phrase).unwrap_or_else(|error| {
        tracing::error!(%error, "the phrases of this build cannot be read");
        Vec::new()
    })
}

static CHINESE: LazyLock<Vec<Starter>> = LazyLock::new(|| read(include_str!("../../../../assets/phrases/zh-CN.toml")));
static ENGLISH: LazyLock<Vec<Starter>> = LazyLock::new(|| read(include_str!("../../../../assets/phrases/en.toml")));

/// The starter set of a language.
pub fn of(language: Language) -> &'static [Starter] {
    language.say(&CHINESE, &ENGLISH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::variables::canonical;
    use crate::reviews::incentive;

    #[test]
    fn the_starter_set_is_large_sound_and_lawful() {
        for language in [Language::Chinese, Language::English] {
            let phrases = of(language);
            assert!(phrases.len() >= 80, "{} phrases", phrases.len());
            let mut ids: Vec<&str> = phrases.iter().map(|p| p.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), phrases.len(), "an id twice");
            for phrase in phrases {
                assert!(SCENES.contains(&phrase.scene.as_str()), "{}: scene {}", phrase.id, phrase.scene);
                assert_eq!(canonical(&phrase.text).ok().as_deref(), Some(phrase.text.trim()), "{}", phrase.id);
                for address in ["{customer.address_as}", "亲", "您好", "张小满", "Emma"] {
                    let text = phrase.text.replace("{customer.address_as}", address);
                    assert!(incentive::check(&text).is_none(), "{}: {text}", phrase.id);
                }
            }
            for scene in SCENES {
                assert!(phrases.iter().filter(|p| p.scene == scene).count() >= 3, "{scene}");
            }
        }
    }
}
