//! Phrases as a table: out to a file, and in again from one. What comes in twice is there once.

use std::path::Path;

use serde::Serialize;

use super::library::{all, checked_phrase};
use super::starter::SCENES;
use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::import::plain_table::PlainTable;
use crate::import::source::Source;
use crate::language::Language;
use crate::storage::{Change, Op, Shop};
use crate::task::Task;
use crate::text::{checked_text, guard_formula, normalised, unguard_formula};
use crate::time::Seconds;

const SCENE: [&str; 4] = ["场景", "分类", "scene", "category"];
const TEXT: [&str; 5] = ["话术", "内容", "文本", "text", "phrase"];

/// What came in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct PhraseImport {
    /// Phrases that are new.
    pub added: u32,
    /// Phrases that are there already.
    pub known: u32,
    /// Rows that cannot come in: (row, the beginning of the text, a stable word for why).
    pub rejected: Vec<(u32, String, String)>,
}

impl Shop {
    /// Writes all phrases of a language as CSV (UTF-8 with BOM): scene, text. Returns how many.
    ///
    /// # Errors
    /// Those of the file system; then the target is as before.
    pub fn export_phrases(&self, language: Language, target: &Path) -> Result<u32> {
        let phrases = self.read(|connection| all(connection, language))?;
        write_whole(target, |file| {
            let failed = |e: csv::Error| Error::file(target, std::io::Error::other(e));
            std::io::Write::write_all(file, "\u{feff}".as_bytes()).map_err(|e| Error::file(target, e))?;
            let mut writer = csv::Writer::from_writer(file);
            writer.write_record(language.say(["场景", "话术"], ["scene", "text"])).map_err(failed)?;
            for phrase in &phrases {
                writer.write_record([scene_words(&phrase.scene, language), &guard_formula(&phrase.text)]).map_err(failed)?;
            }
            writer.flush().map_err(|e| Error::file(target, e))
        })?;
        Ok(phrases.len() as u32)
    }

    /// Adds the phrases of a table. One undoable change.
    ///
    /// # Errors
    /// Those of reading a table; [`Error::BadMapping`] for one without a column of texts.
    pub fn import_phrases(&self, language: Language, source: &Source, task: &Task, now: Seconds) -> Result<(Change, PhraseImport)> {
        let table = PlainTable::read(self, source, task)?;
        let text_at = table.column(&TEXT).ok_or_else(|| Error::BadMapping(TEXT[0].to_owned()))?;
        let scene_at = table.column(&SCENE);
        self.transact(Op::EditPhrase, now, |tx| {
            let mut known: Vec<String> = all(tx, language)?.iter().map(|p| normalised(&p.text)).collect();
            let mut report = PhraseImport::default();
            for (row, cells) in &table.rows {
                let cell = |at: usize| unguard_formula(cells.get(at).map_or("", String::as_str));
                let scene = scene_at.map(cell).map(str::trim).filter(|s| !s.is_empty()).unwrap_or(language.say("其他", "other"));
                let checked = checked_phrase(cell(text_at)).and_then(|text| Ok((text, checked_text("scene", scene, 40)?)));
                match checked {
                    Ok((text, _)) if known.contains(&normalised(&text)) => report.known += 1,
                    Ok((text, scene)) => {
                        let tag = language.say("zh-CN", "en");
                        tx.execute("INSERT INTO phrases (language, scene, text) VALUES (?1, ?2, ?3)", (tag, scene_id(&scene), &text))?;
                        known.push(normalised(&text));
                        report.added += 1;
                    }
                    Err(Error::BadValue { value, reason, .. }) => report.rejected.push((*row, value, reason.to_owned())),
                    Err(other) => return Err(other),
                }
            }
            Ok((table.file.clone(), report))
        })
    }
}

/// The scenes as a table names them.
const WORDS: [(&str, &str); 22] = [
    ("greeting", "问候"),
    ("product_question", "商品咨询"),
    ("bargaining", "议价"),
    ("out_of_stock", "缺货"),
    ("ordered", "下单致谢"),
    ("shipped", "已发货"),
    ("delayed", "物流延误"),
    ("arrived", "已到货"),
    ("after_sale", "售后"),
    ("soothe", "安抚并道歉"),
    ("respond", "快速反应"),
    ("empathise", "移情"),
    ("compensate", "补偿"),
    ("follow_up", "跟踪"),
    ("promise", "承诺"),
    ("review_positive", "好评回复"),
    ("review_neutral", "中评回复"),
    ("review_negative", "差评回复"),
    ("invitation", "邀请"),
    ("birthday", "生日"),
    ("holiday", "节日"),
    ("win_back", "回访"),
];

/// Words of scenes in tables that an earlier version wrote.
const EARLIER_WORDS: [(&str, &str); 2] = [("soothe", "安抚"), ("respond", "回应")];

fn scene_words(scene: &str, language: Language) -> &str {
    match language {
        Language::Chinese => WORDS.iter().find(|(id, _)| *id == scene).map_or(scene, |(_, words)| words),
        Language::English => scene,
    }
}

fn scene_id(words: &str) -> &str {
    let folded = normalised(words);
    if let Some(scene) = SCENES.iter().find(|s| normalised(s) == folded) {
        return scene;
    }
    WORDS.iter().chain(&EARLIER_WORDS).find(|(_, w)| *w == words).map_or(words, |(id, _)| id)
}
