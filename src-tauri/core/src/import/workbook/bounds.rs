//! What a workbook unpacks to, counted before anything of it is believed or kept. The sizes that the archive declares
//! about itself are not looked at.

use std::fs::File;
use std::io::{BufReader, Read};

use super::MOST_SHEETS;
use crate::error::{Error, Result};
use crate::import::tokens::MAX_CELL;

/// All parts of a workbook may unpack to this much; a million orders need less.
const MOST_UNPACKED: u64 = 2 << 30;
/// XML of orders packs to a tenth or a thirtieth; a part that packs to a two-hundredth is made to do harm.
const MOST_RATIO: u64 = 200;
/// Small parts may pack as well as they like.
const RATIO_FROM: u64 = 8 << 20;
/// XLS files end at 65,536 rows; real ones are far smaller than this.
const MOST_XLS: u64 = 96 << 20;
/// The longest stretch of a part without a tag: a text, and whatever a picture may have.
const LONGEST_TEXT: u64 = 4 * MAX_CELL as u64;
/// What a text of the shared ones takes beside its bytes.
const BESIDE_TEXT: u64 = 48;

fn too_large(limit: u64) -> Error {
    Error::WorkbookTooLarge { file: String::new(), limit_mib: (limit >> 20) as u32 }
}

fn unreadable(error: &dyn std::fmt::Display) -> Error {
    Error::Workbook { file: String::new(), reason: error.to_string() }
}

/// Unpacks an XLSX workbook into nothing. `memory` is what its shared texts, which are held as a whole, may take.
/// `progress` is told how many bytes were unpacked. Says whether cells are merged anywhere in it.
pub(super) fn check_xlsx(file: &File, packed: u64, memory: u64, progress: &mut dyn FnMut(u64) -> Result<()>) -> Result<bool> {
    let file = file.try_clone().map_err(|e| unreadable(&e))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| unreadable(&e))?;
    for (part, what) in [("content.xml", "an OpenDocument table"), ("xl/workbook.bin", "a binary workbook (XLSB)")] {
        if archive.index_for_name(part).is_some() {
            return Err(unreadable(&format!("it is {what}; save it as XLSX")));
        }
    }
    let sheets = archive.file_names().flatten().filter(|name| name.to_lowercase().contains("worksheets/sheet")).count();
    if sheets > MOST_SHEETS {
        return Err(Error::TooManySheets { file: String::new(), limit: MOST_SHEETS as u32 });
    }
    let mut total = 0u64;
    let mut merged = false;
    let mut piece = vec![0u8; 64 * 1024];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| unreadable(&e))?;
        let shared = part.name().is_ok_and(|name| is_shared_texts(&name));
        let compressed = part.compressed_size().min(packed).max(1);
        let mut size = 0u64;
        let mut tags = Tags::default();
        loop {
            let read = part.read(&mut piece).map_err(|e| unreadable(&e))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            total += read as u64;
            tags.feed(&piece[..read]);
            if size > RATIO_FROM && size / compressed > MOST_RATIO {
                return Err(too_large(RATIO_FROM));
            }
            if total > MOST_UNPACKED {
                return Err(too_large(MOST_UNPACKED));
            }
            if tags.longest > LONGEST_TEXT {
                return Err(too_large(LONGEST_TEXT));
            }
            if shared && size + BESIDE_TEXT * tags.texts > memory {
                return Err(too_large(memory));
            }
            progress(total)?;
        }
        merged |= tags.merged;
    }
    Ok(merged)
}

/// Refuses an XLS workbook by its size alone; what is in it is bounded by the memory its reader may have.
pub(super) fn check_xls(bytes: u64) -> Result<()> {
    if bytes > MOST_XLS { Err(too_large(MOST_XLS)) } else { Ok(()) }
}

/// Readers look for the part whatever the case of its name and however its folders are written.
fn is_shared_texts(name: &str) -> bool {
    name.rsplit(['/', '\\']).next().is_some_and(|own| own.eq_ignore_ascii_case("sharedStrings.xml"))
}

/// Counts in XML as it streams by.
#[derive(Default)]
struct Tags {
    /// Elements `si`, one for each shared text, with whatever prefix.
    texts: u64,
    /// There is an element `mergeCell`.
    merged: bool,
    /// The longest stretch without `<`.
    longest: u64,
    since: u64,
    /// The name of the tag that is being read: its last two letters and how many it has; `None` outside.
    name: Option<([u8; 2], usize)>,
}

impl Tags {
    fn feed(&mut self, piece: &[u8]) {
        for &byte in piece {
            if byte == b'<' {
                self.since = 0;
                self.name = Some(([0; 2], 0));
                continue;
            }
            self.since += 1;
            self.longest = self.longest.max(self.since);
            let Some((last, length)) = &mut self.name else { continue };
            match byte {
                b':' => *length = 0,
                b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n' => {
                    self.texts += u64::from(*length == 2 && last == b"si");
                    self.merged |= *length == "mergeCell".len() && last == b"ll";
                    self.name = None;
                }
                _ => {
                    *last = [last[1], byte];
                    *length += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_texts_are_counted_however_they_are_written() {
        let mut tags = Tags::default();
        for byte in b"<sst><si><t>a</t></si><si/><x:si ><si\n/><six/><s:i/></sst>" {
            tags.feed(&[*byte]);
        }
        assert_eq!(tags.texts, 4);
        tags.feed(&[b' '; 70_000]);
        assert_eq!(tags.longest, 70_000 + "/sst>".len() as u64);
        for name in ["xl/sharedStrings.xml", "XL/SharedStrings.XML", "x\\SHAREDSTRINGS.xml"] {
            assert!(is_shared_texts(name), "{name}");
        }
        assert!(!is_shared_texts("xl/notSharedStrings.xml"));
    }
}
