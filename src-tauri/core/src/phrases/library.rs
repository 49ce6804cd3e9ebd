//! The library: found, changed, used. A phrase of the program that the seller never touched has no row of its own;
//! its text gets better with the program. One that was changed keeps the seller's words.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::fill::{Filled, fill};
use super::starter::{self, SCENES};
use super::values::{PhraseAbout, values};
use super::variables::canonical;
use crate::complaints::words::Cause;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::reviews::incentive::{self, Incentive};
use crate::storage::{Change, Op, Shop};
use crate::text::{checked_text, normalised, pinyin_of};
use crate::time::{Moment, Seconds};

/// Which phrases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct PhraseQuery {
    /// In this language.
    pub language: Language,
    /// Of this scene or category.
    pub scene: Option<String>,
    /// Words, or the beginning of their pinyin or its initials.
    pub text: String,
    /// Only favourites.
    pub favourites: bool,
}

/// A phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Phrase {
    /// `zh-CN/soothe-first` of the program, `own/12` of the seller.
    pub key: String,
    /// Scene or category.
    pub scene: String,
    /// The text with its slots.
    pub text: String,
    /// For which faults it was written; none: for any.
    pub causes: Vec<Cause>,
    /// Marked by the seller.
    pub favourite: bool,
    /// Comes with the program.
    pub starter: bool,
    /// Comes with the program and was changed by the seller.
    pub edited: bool,
    /// When it was copied last.
    pub used_at: Option<Seconds>,
    /// How often.
    pub times: i64,
    /// It offers something for a review.
    pub incentive: Option<Incentive>,
}

/// A scene or category and how many phrases it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct SceneCount {
    /// Scene id or the category's name.
    pub scene: String,
    /// A category of the seller's own.
    pub own: bool,
    /// How many phrases.
    pub count: u32,
}

/// A phrase, ready to be read out or copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct FilledPhrase {
    /// The phrase.
    pub phrase: Phrase,
    /// Its text with the slots filled in.
    pub filled: Filled,
}

/// Longest phrase, in characters.
const LONGEST: usize = 2_000;

/// What the seller did with a phrase.
struct Own {
    id: i64,
    starter: Option<String>,
    scene: String,
    text: Option<String>,
    favourite: bool,
    hidden: bool,
}

fn tag(language: Language) -> &'static str {
    language.say("zh-CN", "en")
}

fn own(connection: &Connection, language: Language) -> Result<Vec<Own>> {
    let mut statement =
        connection.prepare_cached("SELECT id, starter, scene, text, favourite, hidden FROM phrases WHERE language = ?1 ORDER BY id")?;
    let rows = statement.query_map([tag(language)], |r| {
        Ok(Own { id: r.get(0)?, starter: r.get(1)?, scene: r.get(2)?, text: r.get(3)?, favourite: r.get(4)?, hidden: r.get(5)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All phrases of a language, those of the program first.
pub(crate) fn all(connection: &Connection, language: Language) -> Result<Vec<Phrase>> {
    let mut uses: BTreeMap<String, (Seconds, i64)> = BTreeMap::new();
    let mut statement = connection.prepare_cached("SELECT key, used_at, times FROM phrase_uses")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        uses.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
    }
    let own = own(connection, language)?;
    let mut phrases = Vec::new();
    let mut add = |key: String, scene: &str, text: &str, causes: &[Cause], favourite: bool, starter: bool, edited: bool| {
        let used = uses.get(&key);
        phrases.push(Phrase {
            scene: scene.to_owned(),
            text: text.to_owned(),
            causes: causes.to_vec(),
            favourite,
            starter,
            edited,
            used_at: used.map(|u| u.0),
            times: used.map_or(0, |u| u.1),
            incentive: incentive::check(text),
            key,
        });
    };
    for phrase in starter::of(language) {
        let touched = own.iter().find(|o| o.starter.as_deref() == Some(&phrase.id));
        if touched.is_some_and(|o| o.hidden) {
            continue;
        }
        let text = touched.and_then(|o| o.text.as_deref());
        let scene = touched.filter(|o| o.text.is_some()).map_or(phrase.scene.as_str(), |o| o.scene.as_str());
        let favourite = touched.is_some_and(|o| o.favourite);
        add(
            format!("{}/{}", tag(language), phrase.id),
            scene,
            text.unwrap_or(&phrase.text),
            &phrase.causes,
            favourite,
            true,
            text.is_some(),
        );
    }
    for phrase in own.iter().filter(|o| o.starter.is_none()) {
        add(format!("own/{}", phrase.id), &phrase.scene, phrase.text.as_deref().unwrap_or(""), &[], phrase.favourite, false, false);
    }
    Ok(phrases)
}

fn fits(phrase: &Phrase, query: &PhraseQuery, words: &[String]) -> bool {
    if query.favourites && !phrase.favourite || query.scene.as_ref().is_some_and(|scene| *scene != phrase.scene) {
        return false;
    }
    if words.is_empty() {
        return true;
    }
    let folded = normalised(&phrase.text);
    let (syllables, initials) = pinyin_of(&phrase.text);
    words.iter().all(|word| folded.contains(word) || word.is_ascii() && (syllables.contains(word) || initials.contains(word)))
}

/// Least recently used first, so that a buyer does not read the same words twice; favourites before others.
fn in_order(phrases: &mut [Phrase]) {
    phrases.sort_by_key(|p| (!p.favourite, p.used_at.unwrap_or(i64::MIN)));
}

/// Phrases of a scene, the one to propose first. Where the fault is known, one that was written for another is none of them,
/// and those that were written for it come before those for any; where it is not, those for any come first.
pub(crate) fn of_scene(connection: &Connection, language: Language, scene: &str, cause: Option<Cause>) -> Result<Vec<Phrase>> {
    let mut phrases = all(connection, language)?;
    phrases.retain(|p| {
        p.scene == scene && p.incentive.is_none() && (p.causes.is_empty() || cause.is_none_or(|cause| p.causes.contains(&cause)))
    });
    in_order(&mut phrases);
    // What the seller marked stays first.
    phrases.sort_by_key(|p| (!p.favourite, p.causes.is_empty() == cause.is_some()));
    Ok(phrases)
}

/// What is known to be at fault in a case or a review.
fn cause_of(connection: &Connection, about: PhraseAbout) -> Result<Option<Cause>> {
    if let Some(id) = about.about.complaint_id {
        return Ok(crate::complaints::store::by_id(connection, id)?.cause);
    }
    let Some(id) = about.about.review_id else { return Ok(None) };
    Ok(crate::reviews::store::by_id(connection, id)?.cause.and_then(crate::reviews::words::ReviewCause::as_cause))
}

/// A key as `(language, starter id)` or the id of a phrase of the seller's own.
enum Key<'k> {
    Starter(Language, &'k str),
    Own(i64),
}

fn parse_key(key: &str) -> Result<Key<'_>> {
    let not_found = || Error::NotFound { what: "phrase", key: key.to_owned() };
    let (kind, id) = key.split_once('/').ok_or_else(not_found)?;
    let language = match kind {
        "own" => return id.parse().map(Key::Own).map_err(|_| not_found()),
        "zh-CN" => Language::Chinese,
        "en" => Language::English,
        _ => return Err(not_found()),
    };
    if starter::of(language).iter().any(|s| s.id == id) { Ok(Key::Starter(language, id)) } else { Err(not_found()) }
}

fn by_key(connection: &Connection, key: &str) -> Result<Phrase> {
    let not_found = || Error::NotFound { what: "phrase", key: key.to_owned() };
    let language = match parse_key(key)? {
        Key::Starter(language, _) => language,
        Key::Own(id) => {
            let tag: Option<String> =
                connection.query_row("SELECT language FROM phrases WHERE id = ?1 AND starter IS NULL", [id], |r| r.get(0)).optional()?;
            Language::of(&tag.ok_or_else(not_found)?)
        }
    };
    all(connection, language)?.into_iter().find(|p| p.key == key).ok_or_else(not_found)
}

fn checked_scene(scene: &str) -> Result<String> {
    let scene = checked_text("scene", scene, 40)?;
    if scene.is_empty() { Err(Error::BadValue { field: "scene", value: scene, reason: "blank" }) } else { Ok(scene) }
}

pub(super) fn checked_phrase(text: &str) -> Result<String> {
    let text = canonical(&checked_text("phrase", text, LONGEST)?)?;
    if text.is_empty() { Err(Error::BadValue { field: "phrase", value: text, reason: "blank" }) } else { Ok(text) }
}

impl Shop {
    /// The phrases that fit a query, least recently used first, favourites before others.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn phrases(&self, query: &PhraseQuery) -> Result<Vec<Phrase>> {
        let words: Vec<String> = query.text.split_whitespace().map(normalised).filter(|w| !w.is_empty()).collect();
        let mut phrases = self.read(|connection| all(connection, query.language))?;
        phrases.retain(|phrase| fits(phrase, query, &words));
        in_order(&mut phrases);
        Ok(phrases)
    }

    /// The scenes in their order, then the seller's own categories by name, with their counts.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn phrase_scenes(&self, language: Language) -> Result<Vec<SceneCount>> {
        let phrases = self.read(|connection| all(connection, language))?;
        let count = |scene: &str| phrases.iter().filter(|p| p.scene == scene).count() as u32;
        let mut scenes: Vec<SceneCount> =
            SCENES.iter().map(|scene| SceneCount { scene: (*scene).to_owned(), own: false, count: count(scene) }).collect();
        let mut own: Vec<&str> = phrases.iter().map(|p| p.scene.as_str()).filter(|s| !SCENES.contains(s)).collect();
        own.sort_unstable();
        own.dedup();
        scenes.extend(own.into_iter().map(|scene| SceneCount { scene: scene.to_owned(), own: true, count: count(scene) }));
        Ok(scenes)
    }

    /// Fills a phrase in for a person, an order, a case.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn fill_phrase(
        &self,
        key: &str,
        about: PhraseAbout,
        typed: &BTreeMap<String, String>,
        language: Language,
        now: Moment,
    ) -> Result<FilledPhrase> {
        self.read(|connection| {
            let phrase = by_key(connection, key)?;
            let filled = fill(&phrase.text, &values(connection, about, language, now)?, typed)?;
            Ok(FilledPhrase { phrase, filled })
        })
    }

    /// Phrases of a scene filled in, the one to propose first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a person, order or case that does not exist.
    pub fn proposed_phrases(
        &self,
        scene: &str,
        about: PhraseAbout,
        typed: &BTreeMap<String, String>,
        language: Language,
        now: Moment,
    ) -> Result<Vec<FilledPhrase>> {
        self.read(|connection| {
            let values = values(connection, about, language, now)?;
            of_scene(connection, language, scene, cause_of(connection, about)?)?
                .into_iter()
                .map(|phrase| Ok(FilledPhrase { filled: fill(&phrase.text, &values, typed)?, phrase }))
                .collect()
        })
    }

    /// The text of a phrase to send, and remembers that it was used.
    ///
    /// # Errors
    /// [`Error::Unfilled`] with the names of what lacks; [`Error::BadValue`] (`incentive`) for one that offers
    /// something for a review; [`Error::NotFound`].
    pub fn use_phrase(
        &self,
        key: &str,
        about: PhraseAbout,
        typed: &BTreeMap<String, String>,
        language: Language,
        now: Moment,
    ) -> Result<String> {
        let ready = self.fill_phrase(key, about, typed, language, now)?;
        let text = ready.filled.complete()?;
        if incentive::check(&text).is_some() {
            return Err(Error::BadValue { field: "phrase", value: text.chars().take(40).collect(), reason: "incentive" });
        }
        self.writer()?.execute(
            "INSERT INTO phrase_uses (key, used_at, times) VALUES (?1, ?2, 1)
             ON CONFLICT (key) DO UPDATE SET used_at = max(used_at, excluded.used_at), times = times + 1",
            params![key, now.at],
        )?;
        Ok(text)
    }

    /// Adds a phrase of the seller's own, or changes one (`key`); its key.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a blank text or scene and for a slot that cannot be; [`Error::NotFound`].
    pub fn save_phrase(&self, key: Option<&str>, language: Language, scene: &str, text: &str, now: Seconds) -> Result<(Change, String)> {
        let (scene, text) = (checked_scene(scene)?, checked_phrase(text)?);
        let target = key.map(parse_key).transpose()?;
        self.transact(Op::EditPhrase, now, |tx| {
            let key = match target {
                None => {
                    tx.execute("INSERT INTO phrases (language, scene, text) VALUES (?1, ?2, ?3)", params![tag(language), scene, text])?;
                    format!("own/{}", tx.last_insert_rowid())
                }
                Some(Key::Own(id)) => {
                    if tx.execute("UPDATE phrases SET scene = ?2, text = ?3 WHERE id = ?1 AND starter IS NULL", params![id, scene, text])?
                        == 0
                    {
                        return Err(Error::NotFound { what: "phrase", key: id.to_string() });
                    }
                    format!("own/{id}")
                }
                Some(Key::Starter(language, id)) => {
                    tx.execute(
                        "INSERT INTO phrases (starter, language, scene, text) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (language, starter) DO UPDATE SET scene = excluded.scene, text = excluded.text",
                        params![id, tag(language), scene, text],
                    )?;
                    format!("{}/{id}", tag(language))
                }
            };
            Ok((text.chars().take(20).collect(), key))
        })
    }

    /// Marks a phrase as a favourite or not.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn set_favourite(&self, key: &str, favourite: bool, now: Seconds) -> Result<Change> {
        self.mark_phrase(key, "favourite", favourite, now)
    }

    /// Removes a phrase; one of the program is hidden.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_phrase(&self, key: &str, now: Seconds) -> Result<Change> {
        self.mark_phrase(key, "hidden", true, now)
    }

    fn mark_phrase(&self, key: &str, column: &'static str, on: bool, now: Seconds) -> Result<Change> {
        let target = parse_key(key)?;
        let (change, ()) = self.transact(Op::EditPhrase, now, |tx| {
            let text: String = by_key(tx, key)?.text.chars().take(20).collect();
            match target {
                Key::Own(id) if column == "hidden" => tx.execute("DELETE FROM phrases WHERE id = ?1", [id])?,
                Key::Own(id) => tx.execute(&format!("UPDATE phrases SET {column} = ?2 WHERE id = ?1"), params![id, on])?,
                Key::Starter(language, id) => tx.execute(
                    &format!(
                        "INSERT INTO phrases (starter, language, scene, {column}) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (language, starter) DO UPDATE SET {column} = excluded.{column}"
                    ),
                    params![id, tag(language), starter_scene(language, id), on],
                )?,
            };
            Ok((text, ()))
        })?;
        Ok(change)
    }

    /// Gives all phrases of the program back as they came: changed ones their text, hidden ones their place.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn restore_phrases(&self, language: Language, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditPhrase, now, |tx| {
            tx.execute("UPDATE phrases SET text = NULL, hidden = 0 WHERE language = ?1 AND starter IS NOT NULL", [tag(language)])?;
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }
}

fn starter_scene(language: Language, id: &str) -> String {
    starter::of(language).iter().find(|s| s.id == id).map(|s| s.scene.clone()).unwrap_or_default()
}
