//! Files of a case or a review: pictures, recordings, documents. They are copied into `attachments` beside the shop under a
//! name made of their content, and never deleted by the program, so that any backup of the shop finds them.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::store;
use crate::attachments::content::{Content, HEAD, NotOpened, why_not_opened};
use crate::attachments::thumbnail::{self, NoThumbnail};
use crate::error::{Error, Result, file_name};
use crate::storage::files::{self, thumbnail_path};
use crate::storage::{Change, Op, Shop};
use crate::task::{Phase, Task};
use crate::time::Seconds;

/// Largest file that is taken in, in MiB.
pub const LIMIT_MIB: u64 = 200;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Picture,
    /// Sound or film.
    Recording,
    /// Anything else.
    Document,
}

impl AttachmentKind {
    fn as_str(self) -> &'static str {
        match self {
            AttachmentKind::Picture => "picture",
            AttachmentKind::Recording => "recording",
            AttachmentKind::Document => "document",
        }
    }

    fn of(content: Content) -> AttachmentKind {
        match content {
            Content::Picture(_) => AttachmentKind::Picture,
            Content::Sound(_) | Content::Film(_) => AttachmentKind::Recording,
            Content::Pdf | Content::Text | Content::Other(..) => AttachmentKind::Document,
        }
    }

    fn parse(text: &str) -> Result<AttachmentKind> {
        [AttachmentKind::Picture, AttachmentKind::Recording, AttachmentKind::Document]
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "attachments.kind", value: text.to_owned() })
    }
}

/// What a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "of", content = "id")]
pub enum Owner {
    /// A case.
    Complaint(i64),
    /// A review.
    Review(i64),
}

impl Owner {
    fn column(self) -> (&'static str, i64) {
        match self {
            Owner::Complaint(id) => ("complaint_id", id),
            Owner::Review(id) => ("review_id", id),
        }
    }

    /// What the change is about in words; for a case an event stays.
    fn say(self, tx: &rusqlite::Transaction<'_>, event: &str, name: &str, now: Seconds) -> Result<String> {
        match self {
            Owner::Complaint(id) => {
                let row = store::by_id(tx, id)?;
                store::record(tx, id, now, event, (row.stage, row.stage), name)?;
                row.subject(tx)
            }
            Owner::Review(id) => crate::reviews::store::by_id(tx, id)?.subject(tx),
        }
    }
}

/// A file of a case or a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Attachment {
    /// Its id.
    pub id: i64,
    /// Its name when it was added.
    pub original_name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The copy's name in the folder.
    #[serde(skip)]
    pub(crate) file: String,
    /// When it was added.
    pub added_at: Seconds,
    /// Whether a small picture of it can be shown.
    pub has_thumbnail: bool,
    /// Why a picture has no small one.
    pub no_thumbnail: Option<NoThumbnail>,
    /// Somebody removed the file behind the program's back.
    pub missing: bool,
}

impl Shop {
    /// Copies a file and adds it to a case or a review. Nothing is left behind where that fails or is cancelled.
    ///
    /// # Errors
    /// [`Error::FileTooLarge`], [`Error::NotAFile`], [`Error::EmptyFile`], [`Error::File`], [`Error::Cancelled`].
    pub fn attach(&self, owner: Owner, path: &Path, task: &Task, now: Seconds) -> Result<(Change, i64)> {
        let kept = keep(&self.attachments_folder(), path, task)?;
        self.transact(Op::Attach, now, |tx| {
            let subject = owner.say(tx, "attached", &file_name(path), now)?;
            let (column, id) = owner.column();
            tx.execute(
                &format!("INSERT INTO attachments ({column}, file, original_name, kind, bytes, sha256, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                params![id, kept.file, file_name(path), kept.kind.as_str(), kept.bytes as i64, kept.sha256, now],
            )?;
            let id = tx.last_insert_rowid();
            Ok((subject, id))
        })
    }

    /// Takes a file from what it belongs to. The copy stays on the disk, so that undo brings it back.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn detach(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::Attach, now, |tx| {
            let (complaint, review, name): (Option<i64>, Option<i64>, String) = tx
                .query_row("SELECT complaint_id, review_id, original_name FROM attachments WHERE id = ?1", [id], |r| {
                    Ok((r.get(0)?, r.get(1)?, r.get(2)?))
                })
                .optional()?
                .ok_or_else(|| Error::NotFound { what: "attachment", key: id.to_string() })?;
            tx.execute("DELETE FROM attachments WHERE id = ?1", [id])?;
            let owner = complaint.map(Owner::Complaint).or(review.map(Owner::Review));
            Ok((owner.map(|owner| owner.say(tx, "detached", &name, now)).transpose()?.unwrap_or_default(), ()))
        })?;
        Ok(change)
    }

    /// Where the copy of a file lies.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::File`] (`file_missing`) where somebody removed it.
    pub fn attachment_path(&self, id: i64) -> Result<PathBuf> {
        let file: Option<(String, String)> = self.read(|connection| {
            Ok(connection
                .query_row("SELECT file, original_name FROM attachments WHERE id = ?1", [id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?)
        })?;
        let (file, name) = file.ok_or_else(|| Error::NotFound { what: "attachment", key: id.to_string() })?;
        if !files::is_ours(&file) {
            return Err(Error::File { path: name, source: std::io::ErrorKind::NotFound.into() });
        }
        let path = self.attachments_folder().join(file);
        match fs::metadata(&path) {
            Ok(_) => Ok(path),
            Err(source) => Err(Error::File { path: name, source }),
        }
    }

    /// Where a file lies, and why it is only shown in its folder where it is not to be opened: [`NotOpened`].
    ///
    /// # Errors
    /// As [`Shop::attachment_path`].
    pub fn attachment_to_open(&self, id: i64) -> Result<(PathBuf, Option<NotOpened>)> {
        let path = self.attachment_path(id)?;
        let why = why_not_opened(&path)?;
        Ok((path, why))
    }

    /// The small picture of a file as JPEG; `None` where it has none.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn thumbnail(&self, id: i64) -> Result<Option<Vec<u8>>> {
        let file: Option<String> =
            self.read(|c| Ok(c.query_row("SELECT file FROM attachments WHERE id = ?1", [id], |r| r.get(0)).optional()?))?;
        let file = file.ok_or_else(|| Error::NotFound { what: "attachment", key: id.to_string() })?;
        if !files::is_ours(&file) {
            return Ok(None);
        }
        thumbnail::read(&self.attachments_folder(), &file)
    }

    pub(crate) fn attachments_folder(&self) -> PathBuf {
        self.folder().join(files::FOLDER)
    }
}

/// The files of a case or a review.
pub(crate) fn of(connection: &Connection, folder: &Path, owner: Owner) -> Result<Vec<Attachment>> {
    let (column, id) = owner.column();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, original_name, kind, bytes, added_at, file, sha256 FROM attachments WHERE {column} = ?1 ORDER BY id"
    ))?;
    let mut rows = statement.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let file: String = row.get(5)?;
        let kind = AttachmentKind::parse(&row.get::<_, String>(2)?)?;
        let path = folder.join(&file);
        let missing = !files::is_ours(&file) || !path.exists();
        let has_thumbnail = !missing && thumbnail_path(folder, &file).exists();
        let expected = kind == AttachmentKind::Picture && !missing;
        found.push(Attachment {
            id: row.get(0)?,
            original_name: row.get(1)?,
            kind,
            bytes: row.get(3)?,
            added_at: row.get(4)?,
            has_thumbnail,
            no_thumbnail: (expected && !has_thumbnail).then(|| thumbnail::why_none(&path)),
            missing,
            sha256: row.get(6)?,
            file,
        });
    }
    Ok(found)
}

struct Kept {
    file: String,
    kind: AttachmentKind,
    bytes: u64,
    sha256: String,
}

/// Copies a file into the folder under a name made of its content.
fn keep(folder: &Path, path: &Path, task: &Task) -> Result<Kept> {
    let wrap = |source| Error::file(path, source);
    let (mut from, length) = crate::files::open_ordinary(path)?;
    let too_large = || Error::FileTooLarge { file: file_name(path), limit_mib: LIMIT_MIB };
    if length > LIMIT_MIB << 20 {
        return Err(too_large());
    }
    crate::files::make_private_folder(folder).map_err(|e| Error::file(folder, e))?;
    let mut copy = tempfile::NamedTempFile::new_in(folder).map_err(|e| Error::file(folder, e))?;
    let mut hash = Sha256::new();
    let mut head = Vec::new();
    let mut buffer = vec![0u8; 1 << 18];
    let mut bytes = 0u64;
    loop {
        task.step(Phase::Copying, bytes, length)?;
        let read = from.read(&mut buffer).map_err(wrap)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        // It may grow while it is read.
        if bytes > LIMIT_MIB << 20 {
            return Err(too_large());
        }
        if head.len() < HEAD {
            head.extend_from_slice(&buffer[..read.min(HEAD - head.len())]);
        }
        hash.update(&buffer[..read]);
        copy.write_all(&buffer[..read]).map_err(|e| Error::file(folder, e))?;
    }
    if bytes == 0 {
        return Err(Error::EmptyFile(file_name(path)));
    }
    let content = Content::of(&head);
    let (kind, extension) = (AttachmentKind::of(content), content.ending(path));
    let sha256: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    let file = format!("{}.{extension}", &sha256[..files::NAME_DIGITS]);
    let target = folder.join(&file);
    if !target.exists() {
        copy.as_file().sync_all().map_err(|e| Error::file(&target, e))?;
        copy.persist(&target).map_err(|e| Error::file(&target, e.error))?;
    }
    if kind == AttachmentKind::Picture {
        thumbnail::write(folder, &file, task)?;
    }
    Ok(Kept { file, kind, bytes, sha256 })
}
