//! Delimited text in any encoding, row by row.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use encoding_rs::{Decoder, DecoderResult, Encoding};
use sha2::{Digest as _, Sha256};

use super::encodings::encoding_label;
use super::source::{PIECE, Source};
use super::tokens::{Dialect, Record, Step, read_record};
use crate::error::{Error, Result};
use crate::task::{Phase, Task};

/// Reads delimited text row by row until it ends or `each` breaks off; the SHA-256 of the whole file where it
/// was read to its end. Reading, decoding and hashing run on a thread of their own, a few pieces ahead.
pub(super) fn visit_text(
    source: &Source,
    encoding: &'static Encoding,
    dialect: Dialect,
    task: &Task,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<Option<[u8; 32]>> {
    const AHEAD: usize = 3;
    let (file, total) = source.open()?;
    std::thread::scope(|scope| {
        let (decoded, pieces) = sync_channel(AHEAD);
        let (used, again) = channel();
        let decoding = Decoding { source, file, decoder: encoding.new_decoder_with_bom_removal(), hash: Sha256::new(), decoded, again };
        let decoder = scope.spawn(move || decoding.run());
        let rows = Rows { encoding, dialect, task, total, pieces, used };
        let ended = rows.visit(each)?;
        // Where `each` broke off, the decoder stops at its next piece.
        let digest = decoder.join().map_err(|_| Error::FileChanged(source.name.clone()))?;
        Ok(if ended { Some(digest) } else { None })
    })
}

/// Decoded text, and where in it bytes stood that do not exist in the encoding.
struct Piece {
    text: String,
    bad: Vec<usize>,
    /// Bytes of the file up to its end.
    done: u64,
    last: bool,
}

/// The thread that reads and decodes.
struct Decoding<'a> {
    source: &'a Source,
    file: File,
    decoder: Decoder,
    hash: Sha256,
    decoded: SyncSender<Result<Piece>>,
    again: Receiver<String>,
}

impl Decoding<'_> {
    /// Hands over all pieces; the digest of what was read.
    fn run(mut self) -> [u8; 32] {
        let mut bytes = vec![0u8; PIECE];
        let mut done = 0;
        loop {
            let piece = self.file.read(&mut bytes).map(|read| {
                self.hash.update(&bytes[..read]);
                done += read as u64;
                let last = read == 0;
                let mut text = self.again.try_recv().unwrap_or_default();
                text.clear();
                let bad = decode(&mut self.decoder, &bytes[..read], last, &mut text);
                Piece { text, bad, done, last }
            });
            let piece = piece.map_err(|e| Error::File { path: self.source.name.clone(), source: e });
            let last = piece.as_ref().map_or(true, |p| p.last);
            // The other side is gone when it has seen enough.
            if self.decoded.send(piece).is_err() || last {
                return self.hash.finalize().into();
            }
        }
    }
}

/// Appends what the bytes say; the places of those that say nothing.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool, text: &mut String) -> Vec<usize> {
    let mut bad = Vec::new();
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        text.reserve(room);
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, text, last);
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return bad,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                bad.push(text.len());
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}

/// The side that makes rows of the pieces.
struct Rows<'a> {
    encoding: &'static Encoding,
    dialect: Dialect,
    task: &'a Task,
    total: u64,
    pieces: Receiver<Result<Piece>>,
    used: Sender<String>,
}

impl Rows<'_> {
    /// Whether the file was read to its end.
    fn visit(self, each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>) -> Result<bool> {
        let mut buffer = String::with_capacity(2 * PIECE);
        let mut start = 0; // of what is not yet read
        // A broken character spoils its cell and not its file; where many rows have one, the encoding is another.
        const FEW: u32 = 3;
        const ONE_OF: u32 = 50;
        let mut bad: VecDeque<usize> = VecDeque::new();
        let (mut rows, mut bad_rows) = (0u32, 0u32);
        let mut at_end = false;
        let mut record = Record::at(1);
        loop {
            let row = record.row;
            match read_record(&buffer[start..], at_end, self.dialect, &mut record)? {
                Step::Record(used) => {
                    start += used;
                    rows += 1;
                    if bad.front().is_some_and(|at| *at < start) {
                        bad.drain(..bad.partition_point(|at| *at < start));
                        record.is_damaged = true;
                        bad_rows += 1;
                        if bad_rows > FEW + rows / ONE_OF {
                            return Err(Error::Undecodable { row: record.row, encoding: encoding_label(self.encoding).to_owned() });
                        }
                    }
                    if each(&record)?.is_break() {
                        return Ok(false);
                    }
                    record.row += 1;
                }
                Step::End => return Ok(true),
                Step::NeedMore => {
                    record.row = row;
                    buffer.drain(..start);
                    bad.iter_mut().for_each(|at| *at -= start);
                    start = 0;
                    // The decoder only goes after its last piece, or with the reason why there is none.
                    let Ok(piece) = self.pieces.recv() else { return Ok(false) };
                    let piece = piece?;
                    self.task.step(Phase::Reading, piece.done, self.total)?;
                    bad.extend(piece.bad.iter().map(|at| buffer.len() + at));
                    buffer.push_str(&piece.text);
                    at_end = piece.last;
                    let _ = self.used.send(piece.text);
                }
            }
        }
    }
}
