//! What a file is by its bytes: text in which encodings, or a workbook.

use std::io::{Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::encodings::ENCODINGS;
use super::origin;
use super::source::Source;
use crate::error::{Error, OtherKind, Result};

/// So much of a file must make sense in an encoding.
const PREFIX: usize = 256 * 1024;
/// So much of it is enough to guess the likeliest.
const GUESSED_FROM: usize = 64 * 1024;

/// Which way a file is read.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Text,
    Xlsx,
    Xls,
}

/// What a file is by its first bytes.
///
/// # Errors
/// [`Error::EmptyFile`], [`Error::NotATable`], and those of the file.
pub(super) fn kind_of(source: &Source) -> Result<Kind> {
    let (file, bytes) = source.open()?;
    if bytes == 0 {
        return Err(Error::EmptyFile(source.name.clone()));
    }
    let head = read_prefix(source, file, 8192)?;
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Xlsx);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok(Kind::Xls);
    }
    let not_a_table = || Error::NotATable(source.name.clone());
    if is_utf16(&head).is_some() {
        return Ok(Kind::Text);
    }
    let text = String::from_utf8_lossy(&head);
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
    if start.is_empty() {
        return Err(Error::EmptyFile(source.name.clone()));
    }
    if let Some(what) = other_kind(&start) {
        return Err(Error::OtherKindOfFile { file: source.name.clone(), what });
    }
    let control = head.iter().filter(|b| matches!(b, 0..=8 | 11 | 12 | 14..=31 | 127)).count();
    let nuls = head.iter().filter(|b| **b == 0).count();
    let is_text = std::str::from_utf8(whole_characters(&head)).is_ok();
    // A NUL or two are a buyer's; a file in which each fiftieth byte is one is no text.
    if control * 50 > head.len() && !is_text || nuls * 50 > head.len() || head.starts_with(&[0x89, b'P', b'N', b'G']) {
        return Err(not_a_table());
    }
    Ok(Kind::Text)
}

/// What a text is that is no table, by how it starts.
fn other_kind(start: &str) -> Option<OtherKind> {
    if start.starts_with("<?xml") || start.starts_with("<workbook") {
        let spreadsheet = start.contains("mso-application") && start.contains("excel") || start.contains("office:spreadsheet");
        return Some(if spreadsheet { OtherKind::XmlSpreadsheet } else { OtherKind::Xml });
    }
    // Platforms and bookkeeping programs write a web page and call it .xls; comments may stand before it.
    let page = ["<!doctype", "<html", "<table", "<head", "<meta", "<style", "<body", "<!--"].iter().any(|tag| start.starts_with(tag));
    match page {
        true => Some(OtherKind::WebPage),
        false => start.starts_with("%pdf").then_some(OtherKind::Pdf),
    }
}

fn read_prefix(source: &Source, mut file: impl Read, most: usize) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(most);
    file.by_ref().take(most as u64).read_to_end(&mut head).map_err(|e| Error::File { path: source.name.clone(), source: e })?;
    Ok(head)
}

/// UTF-16 by its byte order mark, or by zeros in every other place.
fn is_utf16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xFF, 0xFE, ..] => return Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let pairs = head.len() / 2;
    if pairs < 8 {
        return None;
    }
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs && even == 0 {
        Some(encoding_rs::UTF_16LE)
    } else if even * 10 > pairs && odd == 0 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// Some of a file from where its first character beyond ASCII stands.
fn telling_sample(source: &Source) -> Result<Vec<u8>> {
    let (mut file, _) = source.open()?;
    let error = |e| Error::File { path: source.name.clone(), source: e };
    let mut piece = vec![0u8; PREFIX];
    let mut at = 0u64;
    loop {
        let read = file.read(&mut piece).map_err(error)?;
        if read == 0 {
            return Ok(Vec::new());
        }
        if let Some(first) = piece[..read].iter().position(|b| *b >= 0x80) {
            file.seek(SeekFrom::Start(at + first as u64)).map_err(error)?;
            return read_prefix(source, file, PREFIX);
        }
        at += read as u64;
    }
}

/// The encodings a file may have.
pub(super) struct Likely {
    /// The likeliest first.
    pub(super) encodings: Vec<&'static Encoding>,
    /// The first one is told by the bytes alone, and not by what is usual where the file seems to come from.
    pub(super) is_sure: bool,
}

impl Likely {
    fn only(encoding: &'static Encoding) -> Likely {
        Likely { encodings: vec![encoding], is_sure: true }
    }
}

/// The encodings a file may have, by its bytes and by the countries, currencies and addresses it names.
pub(super) fn encodings_of(source: &Source) -> Result<Likely> {
    /// With fewer bytes beyond ASCII a guess is a guess.
    const FEW_BYTES: usize = 60;
    let (file, _) = source.open()?;
    let head = read_prefix(source, file, 8192)?;
    if let Some((bom, _)) = Encoding::for_bom(&head) {
        return Ok(Likely::only(bom));
    }
    if let Some(utf16) = is_utf16(&head) {
        return Ok(Likely::only(utf16));
    }
    let sample = telling_sample(source)?;
    let whole = whole_characters(&sample);
    if std::str::from_utf8(whole).is_ok() {
        return Ok(Likely::only(encoding_rs::UTF_8));
    }
    let looked_at = &sample[..sample.len().min(GUESSED_FROM)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(looked_at, false);
    let plain = |guess| if guess == encoding_rs::GBK { encoding_rs::GB18030 } else { of_windows(guess, looked_at) };
    let by_bytes = plain(detector.guess(None, Utf8Detection::Deny));
    let guess = match origin::of(looked_at) {
        Some(country) => plain(detector.guess(Some(country.as_bytes()), Utf8Detection::Deny)),
        None => by_bytes,
    };
    let is_sure = guess == by_bytes && looked_at.iter().filter(|b| **b >= 0x80).take(FEW_BYTES).count() == FEW_BYTES;
    let mut likely = vec![guess];
    for other in [by_bytes, encoding_rs::GB18030, encoding_rs::BIG5, encoding_rs::SHIFT_JIS, encoding_rs::WINDOWS_1252] {
        if !likely.contains(&other) {
            likely.push(other);
        }
    }
    let (whole, broken): (Vec<_>, Vec<_>) =
        likely.into_iter().filter(|e| ENCODINGS.contains(e)).map(|e| (e, faults(e, &sample))).partition(|(_, faults)| *faults == 0);
    // An encoding in which a character or two are broken comes after those in which none is.
    let few = 1 + sample.len() / 8192;
    let mut likely: Vec<_> = whole.into_iter().chain(broken.into_iter().filter(|(_, faults)| *faults <= few)).map(|(e, _)| e).collect();
    if !likely.contains(&encoding_rs::WINDOWS_1252) {
        likely.push(encoding_rs::WINDOWS_1252);
    }
    Ok(Likely { is_sure: is_sure && likely.first() == Some(&guess), encodings: likely })
}

/// The code page of Windows in place of the ISO one of the same script, where the bytes are words in both: spreadsheets on
/// Windows write far more files than anything that still uses the other.
fn of_windows(guess: &'static Encoding, sample: &[u8]) -> &'static Encoding {
    let pairs = [
        (encoding_rs::ISO_8859_2, encoding_rs::WINDOWS_1250),
        (encoding_rs::ISO_8859_5, encoding_rs::WINDOWS_1251),
        (encoding_rs::ISO_8859_7, encoding_rs::WINDOWS_1253),
        (encoding_rs::ISO_8859_8, encoding_rs::WINDOWS_1255),
        (encoding_rs::ISO_8859_6, encoding_rs::WINDOWS_1256),
        (encoding_rs::ISO_8859_4, encoding_rs::WINDOWS_1257),
        (encoding_rs::ISO_8859_13, encoding_rs::WINDOWS_1257),
    ];
    let Some((_, windows)) = pairs.into_iter().find(|(iso, _)| *iso == guess) else { return guess };
    let (text, _) = windows.decode_without_bom_handling(sample);
    let is_written = |c: char| c.is_ascii() || c.is_alphabetic() || "–—‘’“”„…€°№«»§\u{a0}".contains(c);
    if text.chars().all(is_written) { windows } else { guess }
}

/// A sample without the UTF-8 character that its end may have cut.
fn whole_characters(sample: &[u8]) -> &[u8] {
    let cut = sample.iter().rev().take(3).position(|b| *b >= 0xC0).map_or(0, |i| i + 1);
    match std::str::from_utf8(sample) {
        Err(e) if e.error_len().is_none() => &sample[..sample.len() - cut],
        _ => sample,
    }
}

/// How many places of a sample an encoding has nothing for.
fn faults(encoding: &'static Encoding, sample: &[u8]) -> usize {
    // The last character may be cut.
    let end = sample.len().saturating_sub(4).max(sample.len().min(1));
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(sample.len() * 3 + 16);
    let (mut rest, mut faults) = (&sample[..end], 0);
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, false);
        rest = &rest[read..];
        match result {
            encoding_rs::DecoderResult::InputEmpty => break,
            encoding_rs::DecoderResult::OutputFull => text.reserve(rest.len() * 3 + 16),
            encoding_rs::DecoderResult::Malformed(..) => faults += 1,
        }
    }
    faults + text.chars().filter(|c| matches!(*c as u32, 0x80..=0x9F | 0xE000..=0xF8FF)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_both_code_pages_are_of_windows() {
        let iso = |text| encoding_rs::ISO_8859_2.encode(text).0.into_owned();
        let windows = |text| encoding_rs::WINDOWS_1250.encode(text).0.into_owned();
        assert_eq!(of_windows(encoding_rs::ISO_8859_2, &windows("Paweł Dąbrowski")), encoding_rs::WINDOWS_1250);
        assert_eq!(of_windows(encoding_rs::ISO_8859_2, &iso("Paweł Dąbrowski")), encoding_rs::ISO_8859_2);
        assert_eq!(of_windows(encoding_rs::SHIFT_JIS, b""), encoding_rs::SHIFT_JIS);
    }

    #[test]
    fn utf16_is_seen_without_a_mark() {
        let text: Vec<u8> = "Order,Customer,Total\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(is_utf16(&text), Some(encoding_rs::UTF_16LE));
        let text: Vec<u8> = "Order,Customer,Total\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(is_utf16(&text), Some(encoding_rs::UTF_16BE));
        assert_eq!(is_utf16(b"Order,Customer,Total"), None);
    }
}
