//! The shop's templates with their versions.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::quote::Templates;
use super::template::{Measure, Payer, Template};
use super::validate;
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::time::Seconds;

/// What a template is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What buyers pay.
    Charge,
    /// What a courier charges the seller.
    Cost,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Charge => "charge",
            Kind::Cost => "cost",
        }
    }

    fn parse(text: &str) -> Result<Kind> {
        match text {
            "charge" => Ok(Kind::Charge),
            "cost" => Ok(Kind::Cost),
            other => Err(Error::Stored { field: "shipping_templates.kind", value: other.to_owned() }),
        }
    }
}

/// A template in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TemplateLine {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Of a cost table: the courier.
    pub courier: String,
    /// Whether products bound to none use it.
    pub is_default: bool,
    /// Whether it was put away.
    pub archived: bool,
    /// Who pays, in the newest version.
    pub payer: Payer,
    /// What it counts, in the newest version.
    pub measure: Measure,
    /// Its methods, in the newest version.
    pub methods: Vec<String>,
    /// The first days of its versions, the newest first; empty text: since ever.
    pub versions: Vec<String>,
    /// Products bound to it.
    pub products: i64,
}

/// A template with all its versions, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct StoredTemplate {
    /// As in the list.
    pub line: TemplateLine,
    /// Its versions.
    pub versions: Vec<Template>,
}

impl StoredTemplate {
    /// The version of a day: the newest that began on it or before; the oldest for the time before all of them.
    pub fn on(&self, day: NaiveDate) -> Option<&Template> {
        let day = day.format("%Y-%m-%d").to_string();
        self.versions.iter().find(|v| v.valid_from.as_deref().unwrap_or("") <= day.as_str()).or(self.versions.last())
    }
}

/// All templates of a shop, to be asked by day.
#[derive(Debug, Clone, Default)]
pub struct TemplateBook {
    /// Every template, archived ones included: old orders are judged by them.
    pub all: Vec<StoredTemplate>,
}

/// A [`TemplateBook`] opened at a day, for quotes.
#[derive(Debug, Clone, Copy)]
pub struct BookOn<'b> {
    book: &'b TemplateBook,
    day: NaiveDate,
}

impl TemplateBook {
    /// The book as it is on a day.
    pub fn on(&self, day: NaiveDate) -> BookOn<'_> {
        BookOn { book: self, day }
    }

    /// The cost table of a courier.
    pub fn cost_of(&self, courier: &str) -> Option<&StoredTemplate> {
        let courier = crate::text::normalised(courier);
        self.all.iter().find(|t| t.line.kind == Kind::Cost && !t.line.archived && crate::text::normalised(&t.line.courier) == courier)
    }

    /// The default template for buyers.
    pub fn usual(&self) -> Option<&StoredTemplate> {
        self.all.iter().find(|t| t.line.kind == Kind::Charge && t.line.is_default && !t.line.archived)
    }
}

impl Templates for BookOn<'_> {
    fn usual(&self) -> Option<&Template> {
        self.book.usual()?.on(self.day)
    }
    fn named(&self, name: &str) -> Option<&Template> {
        self.book.all.iter().find(|t| t.line.kind == Kind::Charge && !t.line.archived && t.line.name == name)?.on(self.day)
    }
}

/// Reads the templates; of one id, or all of them, active ones first, by name.
pub(crate) fn load(connection: &Connection, id: Option<i64>) -> Result<Vec<StoredTemplate>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, name, courier, is_default, archived_at IS NOT NULL,
                (SELECT count(*) FROM products p WHERE p.template_id = t.id)
         FROM shipping_templates t WHERE ?1 IS NULL OR id = ?1
         ORDER BY archived_at IS NOT NULL, kind, is_default DESC, name, id",
    )?;
    let mut rows = statement.query([id])?;
    let mut versions =
        connection.prepare_cached("SELECT valid_from, body FROM shipping_versions WHERE template_id = ?1 ORDER BY valid_from DESC")?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, name): (i64, String) = (row.get(0)?, row.get(2)?);
        let bodies: Vec<(String, String)> = versions.query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let parsed: Vec<Template> = bodies.iter().map(|(_, body)| read_body(body, &name)).collect::<Result<_>>()?;
        let newest = parsed.first().ok_or_else(|| Error::Stored { field: "shipping_versions", value: name.clone() })?;
        let line = TemplateLine {
            id,
            kind: Kind::parse(&row.get::<_, String>(1)?)?,
            courier: row.get(3)?,
            is_default: row.get(4)?,
            archived: row.get(5)?,
            payer: newest.payer,
            measure: newest.measure,
            methods: newest.methods.iter().map(|m| m.method.clone()).collect(),
            versions: bodies.into_iter().map(|(day, _)| day).collect(),
            products: row.get(6)?,
            name,
        };
        all.push(StoredTemplate { line, versions: parsed });
    }
    Ok(all)
}

fn read_body(body: &str, name: &str) -> Result<Template> {
    let mut template: Template =
        serde_json::from_str(body).map_err(|e| Error::Stored { field: "shipping_versions.body", value: format!("{name}: {e}") })?;
    // The name is that of the template, whichever version.
    name.clone_into(&mut template.name);
    Ok(template)
}

/// What is saved: a template under what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
pub struct TemplateDraft {
    /// The template it is a version of; none for a new one.
    pub id: Option<i64>,
    /// The first day of the version it takes the place of; none adds a version (empty text: the one since ever).
    pub replaces: Option<String>,
    /// What it is for.
    pub kind: Kind,
    /// Of a cost table: the courier.
    pub courier: String,
    /// The template.
    pub template: Template,
}

impl Shop {
    /// All templates.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn templates(&self) -> Result<Vec<TemplateLine>> {
        Ok(self.template_book()?.all.into_iter().map(|t| t.line).collect())
    }

    /// All templates with their versions.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn template_book(&self) -> Result<TemplateBook> {
        self.read(|connection| Ok(TemplateBook { all: load(connection, None)? }))
    }

    /// One template with its versions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn template(&self, id: i64) -> Result<StoredTemplate> {
        self.read(|connection| load(connection, Some(id))?.pop().ok_or_else(|| not_found(&id.to_string())))
    }

    /// The active template of this name.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn template_by_name(&self, name: &str, kind: Kind) -> Result<StoredTemplate> {
        let fits = |t: &StoredTemplate| !t.line.archived && t.line.kind == kind && t.line.name == name.trim();
        let found = self.template_book()?.all.into_iter().find(fits);
        found.ok_or_else(|| not_found(name))
    }

    /// Saves a new template, a new version of one, or another form of a version. The first template for buyers
    /// becomes the default one.
    ///
    /// # Errors
    /// Whatever [`validate::template`] finds; [`Error::Exists`] where an active template has the name or the day
    /// has a version; [`Error::NotFound`]. Then nothing was saved.
    pub fn save_template(&self, draft: &TemplateDraft, now: Seconds) -> Result<(Change, i64)> {
        validate::template(&draft.template)?;
        let mut template = draft.template.clone();
        template.name = template.name.trim().to_owned();
        let name = template.name.clone();
        let day = template.valid_from.clone().unwrap_or_default();
        if draft.kind == Kind::Cost && draft.courier.trim().is_empty() {
            return Err(Error::BadValue { field: "template.courier", value: String::new(), reason: "blank" });
        }
        if draft.kind == Kind::Cost && template.payer == Payer::Seller {
            // Every parcel would cost nothing.
            return Err(Error::BadValue { field: "template.payer", value: "seller".to_owned(), reason: "courier_takes_money" });
        }
        let body = serde_json::to_string(&template).map_err(|e| Error::BadTemplate { place: String::new(), reason: e.to_string() })?;
        self.transact(Op::EditTemplate, now, |tx| {
            require_free_name(tx, draft.kind, &name, draft.id)?;
            let id = match draft.id {
                Some(id) => {
                    if name_of(tx, id)?.0 != draft.kind {
                        return Err(Error::BadValue { field: "template.kind", value: name.clone(), reason: "other_kind" });
                    }
                    let changed = tx.execute(
                        "UPDATE shipping_templates SET name = ?2, courier = ?3 WHERE id = ?1",
                        params![id, name, draft.courier.trim()],
                    )?;
                    if changed == 0 {
                        return Err(not_found(&id.to_string()));
                    }
                    id
                }
                None => {
                    let first: bool = tx.query_row(
                        "SELECT NOT EXISTS (SELECT 1 FROM shipping_templates WHERE kind = 'charge' AND is_default = 1)",
                        [],
                        |r| r.get(0),
                    )?;
                    tx.execute(
                        "INSERT INTO shipping_templates (kind, name, courier, is_default) VALUES (?1, ?2, ?3, ?4)",
                        params![draft.kind.as_str(), name, draft.courier.trim(), first && draft.kind == Kind::Charge],
                    )?;
                    tx.last_insert_rowid()
                }
            };
            let own = draft.replaces.as_deref();
            let taken: bool = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM shipping_versions WHERE template_id = ?1 AND valid_from = ?2)",
                params![id, day],
                |r| r.get(0),
            )?;
            if taken && own != Some(day.as_str()) {
                return Err(Error::Exists { field: "template.valid_from", value: day.clone() });
            }
            let replaced = match own {
                Some(old) => tx.execute(
                    "UPDATE shipping_versions SET valid_from = ?3, body = ?4 WHERE template_id = ?1 AND valid_from = ?2",
                    params![id, old, day, body],
                )?,
                None => 0,
            };
            if replaced == 0 {
                tx.execute("INSERT INTO shipping_versions (template_id, valid_from, body) VALUES (?1, ?2, ?3)", params![id, day, body])?;
            }
            Ok((name.clone(), id))
        })
    }

    /// Copies a template with all its versions under a name of its own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Exists`].
    pub fn copy_template(&self, id: i64, name: &str, now: Seconds) -> Result<(Change, i64)> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::BadValue { field: "template.name", value: String::new(), reason: "blank" });
        }
        self.transact(Op::EditTemplate, now, |tx| {
            let kind: Option<String> = tx.query_row("SELECT kind FROM shipping_templates WHERE id = ?1", [id], |r| r.get(0)).optional()?;
            let kind = Kind::parse(&kind.ok_or_else(|| not_found(&id.to_string()))?)?;
            require_free_name(tx, kind, name, None)?;
            tx.execute(
                "INSERT INTO shipping_templates (kind, name, courier) SELECT kind, ?2, courier FROM shipping_templates WHERE id = ?1",
                params![id, name],
            )?;
            let copy = tx.last_insert_rowid();
            tx.execute(
                "INSERT INTO shipping_versions (template_id, valid_from, body)
                 SELECT ?2, valid_from, json_set(body, '$.name', ?3) FROM shipping_versions WHERE template_id = ?1",
                params![id, copy, name],
            )?;
            Ok((name.to_owned(), copy))
        })
    }

    /// Puts a template away or takes it out again. One that is put away is no longer the default.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Exists`] where its name is in use meanwhile.
    pub fn archive_template(&self, id: i64, archived: bool, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditTemplate, now, |tx| {
            let (kind, name) = name_of(tx, id)?;
            if !archived {
                require_free_name(tx, kind, &name, Some(id))?;
            }
            tx.execute(
                "UPDATE shipping_templates SET archived_at = ?2, is_default = CASE WHEN ?2 IS NULL THEN is_default ELSE 0 END WHERE id = ?1",
                params![id, archived.then_some(now)],
            )?;
            Ok((name, ()))
        })?;
        Ok(change)
    }

    /// Makes a template the one of products that are bound to none.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] for a cost table or an archived one.
    pub fn default_template(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditTemplate, now, |tx| {
            let (kind, name) = name_of(tx, id)?;
            let archived: bool =
                tx.query_row("SELECT archived_at IS NOT NULL FROM shipping_templates WHERE id = ?1", [id], |r| r.get(0))?;
            if kind == Kind::Cost || archived {
                return Err(Error::BadValue { field: "template.default", value: name, reason: "not_for_buyers" });
            }
            tx.execute("UPDATE shipping_templates SET is_default = (id = ?1) WHERE is_default <> (id = ?1)", [id])?;
            Ok((name, ()))
        })?;
        Ok(change)
    }

    /// Deletes one version of a template, or the template with its last one. Products bound to it use the
    /// default again.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_template_version(&self, id: i64, valid_from: &str, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditTemplate, now, |tx| {
            let (_, name) = name_of(tx, id)?;
            let removed =
                tx.execute("DELETE FROM shipping_versions WHERE template_id = ?1 AND valid_from = ?2", params![id, valid_from])?;
            if removed == 0 {
                return Err(not_found(valid_from));
            }
            let left: i64 = tx.query_row("SELECT count(*) FROM shipping_versions WHERE template_id = ?1", [id], |r| r.get(0))?;
            if left == 0 {
                tx.execute("UPDATE products SET template_id = NULL WHERE template_id = ?1", [id])?;
                tx.execute("DELETE FROM shipping_templates WHERE id = ?1", [id])?;
            }
            Ok((name, ()))
        })?;
        Ok(change)
    }
}

fn name_of(connection: &Connection, id: i64) -> Result<(Kind, String)> {
    let found: Option<(String, String)> =
        connection.query_row("SELECT kind, name FROM shipping_templates WHERE id = ?1", [id], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let (kind, name) = found.ok_or_else(|| not_found(&id.to_string()))?;
    Ok((Kind::parse(&kind)?, name))
}

fn require_free_name(connection: &Connection, kind: Kind, name: &str, own: Option<i64>) -> Result<()> {
    let taken: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM shipping_templates WHERE kind = ?1 AND name = ?2 AND archived_at IS NULL AND id IS NOT ?3)",
        params![kind.as_str(), name, own],
        |r| r.get(0),
    )?;
    if taken { Err(Error::Exists { field: "template.name", value: name.to_owned() }) } else { Ok(()) }
}

fn not_found(key: &str) -> Error {
    Error::NotFound { what: "template", key: key.to_owned() }
}
