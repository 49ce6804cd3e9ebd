//! What a file is by its content, under which ending it is kept, and whether it is opened from the program. Files come
//! from the other side of a dispute: only what cannot run is handed to the system.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use crate::error::{Error, Result};

/// So much of a file tells what it is.
pub(crate) const HEAD: usize = 8192;

/// Why a file is shown in its folder and not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum NotOpened {
    /// It runs on a computer: a program, or an installer.
    Program,
    /// It holds other files: an archive or a package.
    Package,
    /// Its text is one that a computer carries out.
    Script,
    /// A page that a browser would show, with whatever is in it.
    WebPage,
    /// It only leads to another place.
    Link,
    /// A document of an office program, which may have macros.
    OfficeDocument,
    /// Its ending says something other than its content.
    OtherEnding,
    /// Nothing that we know.
    Unknown,
}

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Picture(&'static str),
    Sound(&'static str),
    Film(&'static str),
    Pdf,
    Text,
    /// Not opened, and kept under this ending.
    Other(NotOpened, &'static str),
}

/// Endings under which text is opened. A table of values is none: a spreadsheet computes what is in it.
const TEXTS: [&str; 3] = ["txt", "log", "md"];
/// Endings that text keeps.
const KEPT_TEXTS: [&str; 7] = ["txt", "log", "md", "csv", "tsv", "json", "eml"];
/// What a file is kept under that could do something where it lies.
const HARMLESS: &str = "bin";

impl Content {
    pub(crate) fn of(head: &[u8]) -> Content {
        use NotOpened as Not;
        let Some(found) = infer::get(head) else { return of_text(head) };
        match (found.matcher_type(), found.extension()) {
            (infer::MatcherType::Image, ending) if ending != "svg" => Content::Picture(ending),
            (infer::MatcherType::Audio, ending) => Content::Sound(ending),
            // Films of this kind can name a page that the player opens.
            (infer::MatcherType::Video, "wmv") => Content::Other(Not::Unknown, HARMLESS),
            (infer::MatcherType::Video, ending) => Content::Film(ending),
            (_, "pdf") => Content::Pdf,
            (infer::MatcherType::Doc, "rtf") => Content::Other(Not::OfficeDocument, "rtf"),
            (infer::MatcherType::Doc | infer::MatcherType::Book, ending) => Content::Other(Not::OfficeDocument, ending),
            (_, ending @ ("zip" | "7z" | "rar" | "gz" | "tar" | "xz" | "zst" | "bz2")) => Content::Other(Not::Package, ending),
            (infer::MatcherType::App, "sh") => Content::Other(Not::Script, HARMLESS),
            (infer::MatcherType::App, _) => Content::Other(Not::Program, HARMLESS),
            (infer::MatcherType::Archive, _) => Content::Other(Not::Package, HARMLESS),
            (infer::MatcherType::Text, "sh" | "ps1") => Content::Other(Not::Script, HARMLESS),
            (infer::MatcherType::Text, _) | (infer::MatcherType::Image, _) => Content::Other(Not::WebPage, HARMLESS),
            _ => Content::Other(Not::Unknown, HARMLESS),
        }
    }

    /// The ending a file is kept under. That of the original decides only between kinds of text.
    pub(crate) fn ending(self, original: &Path) -> String {
        match self {
            Content::Picture(ending) | Content::Sound(ending) | Content::Film(ending) | Content::Other(_, ending) => ending.to_owned(),
            Content::Pdf => "pdf".to_owned(),
            Content::Text => {
                let own = ending_of(original);
                if KEPT_TEXTS.contains(&own.as_str()) { own } else { HARMLESS.to_owned() }
            }
        }
    }

    /// Why a file of this content is not opened under an ending; `None` where it is.
    fn not_opened(self, ending: &str) -> Option<NotOpened> {
        let fits = match self {
            Content::Picture(own) | Content::Sound(own) | Content::Film(own) => ending == own || is_alias(ending, own),
            Content::Pdf => ending == "pdf",
            Content::Text => TEXTS.contains(&ending),
            Content::Other(why, _) => return Some(why),
        };
        (!fits).then(|| if self == Content::Text && KEPT_TEXTS.contains(&ending) { NotOpened::Unknown } else { NotOpened::OtherEnding })
    }
}

fn is_alias(ending: &str, own: &str) -> bool {
    [("jpeg", "jpg"), ("tiff", "tif"), ("m4a", "mp4"), ("m4v", "mp4"), ("oga", "ogg")].contains(&(ending, own))
}

fn ending_of(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Files without a mark of their own: text, and what text can be.
fn of_text(head: &[u8]) -> Content {
    use NotOpened as Not;
    let utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    if head.contains(&0) && !utf16 {
        // The first bytes of a link of Windows: its length and its class.
        let link = head.starts_with(&[0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0]);
        return Content::Other(if link { Not::Link } else { Not::Unknown }, HARMLESS);
    }
    let text: String = if utf16 { String::from_utf8_lossy(head).replace('\0', "") } else { String::from_utf8_lossy(head).into_owned() };
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{fffd}').to_lowercase();
    if text.starts_with('<') || text.contains("<script") || text.contains("<html") {
        return Content::Other(Not::WebPage, HARMLESS);
    }
    if text.starts_with("#!") || text.starts_with("@echo") || text.starts_with("rem ") || text.starts_with("on error resume") {
        return Content::Other(Not::Script, HARMLESS);
    }
    if ["[internetshortcut]", "[desktop entry]", "[.shellclassinfo]"].iter().any(|mark| text.contains(mark)) {
        return Content::Other(Not::Link, HARMLESS);
    }
    if text.starts_with("windows registry editor") || text.starts_with("regedit4") {
        return Content::Other(Not::Script, HARMLESS);
    }
    Content::Text
}

/// Why a file that was kept is not opened; `None` where it is. Decided by what it is now and by its ending.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn why_not_opened(path: &Path) -> Result<Option<NotOpened>> {
    let mut head = Vec::new();
    let (file, _) = crate::files::open_ordinary(path)?;
    File::take(file, HEAD as u64).read_to_end(&mut head).map_err(|e| Error::file(path, e))?;
    Ok(Content::of(&head).not_opened(&ending_of(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
    const ELF: [u8; 64] = {
        let mut head = [0; 64];
        head[0] = 0x7f;
        head[1] = b'E';
        head[2] = b'L';
        head[3] = b'F';
        head
    };
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

    fn opened(head: &[u8], ending: &str) -> Option<NotOpened> {
        Content::of(head).not_opened(ending)
    }

    #[test]
    fn pictures_documents_sound_film_and_text_are_opened() {
        let mp4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2avc1mp41";
        for (head, ending) in [
            (PNG, "png"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF".as_slice(), "jpg"),
            (b"GIF89a", "gif"),
            (b"%PDF-1.7", "pdf"),
            (b"ID3\x03\0\0\0\0\0\0", "mp3"),
            (mp4, "mp4"),
            ("聊天记录\n第一次".as_bytes(), "txt"),
            (b"\xBA\xC3\xB5\xC4".as_slice(), "txt"),
        ] {
            assert_eq!(opened(head, ending), None, "{ending}");
        }
    }

    #[test]
    fn what_can_run_is_not_whatever_it_is_called() {
        for (head, why) in [
            (EXE, NotOpened::Program),
            (&ELF, NotOpened::Program),
            (b"#!/bin/sh\nrm -rf ~", NotOpened::Script),
            (b"\xEF\xBB\xBF#!/usr/bin/env python3", NotOpened::Script),
            (b"@echo off\r\ndel *", NotOpened::Script),
            (b"<html><body>", NotOpened::WebPage),
            (b"  <!DOCTYPE html>", NotOpened::WebPage),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", NotOpened::WebPage),
            (b"<?xml version='1.0'?>", NotOpened::WebPage),
            (b"[InternetShortcut]\r\nURL=file:///c:/x.exe", NotOpened::Link),
            (b"[Desktop Entry]\nExec=sh", NotOpened::Link),
            (b"\x4C\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0", NotOpened::Link),
            (b"!<arch>\ndebian-binary   ", NotOpened::Package),
            (b"PK\x03\x04\x14\0\0\0", NotOpened::Package),
        ] {
            for ending in ["txt", "jpg", "pdf", "exe", "sh", "msi", "html", "bin", ""] {
                assert_eq!(opened(head, ending), Some(why), "{ending} {:?}", String::from_utf8_lossy(head));
            }
        }
        assert!(opened(OLE, "msi").is_some() && opened(OLE, "doc").is_some(), "an installer and a letter begin alike");
        assert_eq!(opened(PNG, "exe"), Some(NotOpened::OtherEnding), "the system goes by the ending");
        assert_eq!(opened(b"a,b\n=1+1,2", "csv"), Some(NotOpened::Unknown));
        assert_eq!(opened("一句话".as_bytes(), "sh"), Some(NotOpened::OtherEnding));
        assert_eq!(opened(&[0, 1, 2, 3, 0xFF], "txt"), Some(NotOpened::Unknown));
    }

    #[test]
    fn what_can_run_is_kept_under_an_ending_that_does_nothing() {
        for head in [EXE, b"#!/bin/sh", b"<html>", b"!<arch>\ndebian-binary   "] {
            assert_eq!(Content::of(head).ending(Path::new("photo.jpg")), "bin");
        }
        assert_eq!(Content::of(b"note").ending(Path::new("x.TXT")), "txt");
        assert_eq!(Content::of(b"note").ending(Path::new("x.bat")), "bin");
        assert_eq!(Content::of(PNG).ending(Path::new("x.exe")), "png");
    }
}
