//! The process that reads a workbook: started, watched and ended here, and what it does when it is the one that was
//! started.
//!
//! A program that wants workbooks read this way calls [`serve`] first thing in its `main`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::frames::{Frame, read_frame, write_end, write_piece};
use super::{Ask, Piece, Take, Workbook, answer as answer_here};
use crate::error::{Error, Result};
use crate::import::source::Source;
use crate::import::tokens::Record;
use crate::task::{Phase, Task};

/// The word by which the program knows that it was started to read a workbook.
const WORD: &str = "--read-workbook";

/// What reading a workbook may take besides what is in proportion to its size.
const MEMORY: u64 = 192 << 20;
/// A file of orders takes a few times its packed size while it is read.
const MEMORY_PER_BYTE: u64 = 8;
const MOST_MEMORY: u64 = 2 << 30;
/// Memory that is asked for and not used does no harm; more than this is never asked for by a whole file.
const ASKED_AT_ONCE: u64 = 1 << 30;
/// How long a reader may leave everybody waiting for its next row…
const PATIENCE: Duration = Duration::from_secs(18);
/// …and how much longer for so many bytes of the file.
const A_SECOND_MORE_FOR: u64 = 4 << 20;
/// How often is looked whether it keeps to that, or to its memory.
const LOOK: Duration = Duration::from_millis(20);
/// The exit code of a reader that used more memory than it may.
const TOO_MUCH: u8 = 77;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// The program that reads workbooks, where this one said that it does.
pub(super) fn program() -> Option<&'static Path> {
    PROGRAM.get().map(PathBuf::as_path)
}

fn memory_for(bytes: u64) -> u64 {
    MEMORY.saturating_add(bytes.saturating_mul(MEMORY_PER_BYTE)).min(MOST_MEMORY)
}

fn patience_for(bytes: u64) -> Duration {
    PATIENCE + Duration::from_secs(bytes / A_SECOND_MORE_FOR)
}

/// To be called before anything else in `main`. Where the program was started to read a workbook it does so, and the code
/// to end with comes back. Else workbooks are read from now on by this same program, started for each.
pub fn serve() -> Option<ExitCode> {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_none_or(|word| word != WORD) {
        if let Ok(own) = std::env::current_exe() {
            let _ = PROGRAM.set(own);
        }
        return None;
    }
    Some(read(words))
}

/// The words after the first: kind, what is asked for, which sheet or how many rows, path.
fn words(kind: Workbook, ask: Ask<'_>, path: &Path) -> [OsString; 5] {
    let kind = match kind {
        Workbook::Xlsx => "xlsx",
        Workbook::Xls => "xls",
    };
    let (what, which) = match ask {
        Ask::Heads(rows) => ("heads", rows.to_string()),
        Ask::Rows(sheet) => ("rows", sheet.to_owned()),
    };
    [WORD.into(), kind.into(), what.into(), which.into(), path.into()]
}

/// Reads a workbook and writes the answer into the pipe.
fn read(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    let mut next = || words.next().unwrap_or_default();
    let (kind, what, which, path) = (next(), next(), next(), PathBuf::from(next()));
    let kind = if kind == "xls" { Workbook::Xls } else { Workbook::Xlsx };
    let which = which.to_string_lossy().into_owned();
    let ask = if what == "rows" { Ask::Rows(&which) } else { Ask::Heads(which.parse().unwrap_or(0)) };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let answered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let (file, bytes) = crate::files::open_ordinary(&path)?;
        let memory = memory_for(bytes);
        limit(memory);
        answer_in_pipe(file, bytes, kind, ask, memory, &mut out)
    }));
    let answer = answered.unwrap_or_else(|_| Err(Error::Workbook { file: String::new(), reason: "it is damaged".to_owned() }));
    // Where the pipe is gone nobody waits for the answer.
    match write_end(&mut out, answer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_in_pipe(file: File, bytes: u64, kind: Workbook, ask: Ask<'_>, memory: u64, out: &mut impl std::io::Write) -> Result<bool> {
    let mut told = 0;
    answer_here(file, bytes, kind, ask, memory / 4 * 3, &mut |piece| {
        let tell_now = match piece {
            // Often enough to be seen to work.
            Piece::Progress(done) if done - told < 4 << 20 => return Ok(ControlFlow::Continue(())),
            Piece::Progress(done) => {
                told = done;
                true
            }
            _ => false,
        };
        let written = write_piece(out, &piece).and_then(|()| if tell_now { out.flush() } else { Ok(()) });
        Ok(if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })
}

/// Bounds this process: what it asks for at once by the system where that can be had, what it uses by looking.
fn limit(memory: u64) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let most = Some(memory + ASKED_AT_ONCE);
        // Without it, what follows still holds.
        let _ = setrlimit(Resource::Data, Rlimit { current: most, maximum: most });
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    // Whoever asked holds the other end of standard input: where that is gone nobody waits for the answer any more.
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        std::process::exit(i32::from(TOO_MUCH));
    });
    let used = || memory_stats::memory_stats().map_or(0, |m| m.physical_mem as u64);
    let before = used();
    std::thread::spawn(move || {
        loop {
            if used().saturating_sub(before) > memory {
                std::process::exit(i32::from(TOO_MUCH));
            }
            std::thread::sleep(LOOK / 2);
        }
    });
}

/// Starts the program, hands over what it answers and ends it, whatever happens.
pub(super) fn answer(
    program: &Path,
    source: &Source,
    kind: Workbook,
    ask: Ask<'_>,
    bytes: u64,
    task: &Task,
    take: Take<'_>,
) -> Result<bool> {
    let path = std::path::absolute(&source.path).map_err(|e| Error::file(&source.path, e))?;
    let mut command = Command::new(program);
    command.args(words(kind, ask, &path)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        // No console window comes up.
        command.creation_flags(0x0800_0000);
    }
    let failed = |e: std::io::Error| Error::Workbook { file: String::new(), reason: format!("its reader did not start: {e}") };
    let mut child = command.spawn().map_err(failed)?;
    let out = child.stdout.take().ok_or_else(|| failed(std::io::ErrorKind::BrokenPipe.into()))?;
    let running = Running::watch(child, patience_for(bytes), task);
    let mut pipe = BufReader::with_capacity(1 << 16, Timed { out, running: &running });
    let (mut record, mut cell) = (Record::default(), String::new());
    let mut rows = 0u64;
    loop {
        let flow = match read_frame(&mut pipe, &mut record, &mut cell) {
            Frame::Progress(done) => {
                task.step(Phase::Reading, done.min(bytes), bytes)?;
                take(Piece::Progress(done))?
            }
            Frame::Sheet(name) => {
                running.said_something();
                take(Piece::Sheet(&name))?
            }
            Frame::Hidden(name) => {
                running.said_something();
                take(Piece::Hidden(&name))?
            }
            Frame::From1904 => take(Piece::From1904)?,
            Frame::Row => {
                running.said_something();
                rows += 1;
                if rows.is_multiple_of(2048) {
                    task.step(Phase::Reading, u64::from(record.row), 0)?;
                }
                take(Piece::Row(&record))?
            }
            Frame::Done(whole) => return Ok(whole),
            Frame::Failed(error) => return Err(error),
            Frame::Broken => {
                task.step(Phase::Reading, 0, 0)?;
                return Err(running.why_it_ended(memory_for(bytes)));
            }
        };
        if flow.is_break() {
            return Ok(false);
        }
    }
}

/// A reader at work. Dropping it ends it.
struct Running {
    state: Arc<State>,
}

struct State {
    child: Mutex<Child>,
    began: Instant,
    patience: Duration,
    /// Since when somebody waits for it, in milliseconds after `began`; 0 where nobody does.
    waiting: AtomicU64,
    /// How long somebody waited before that since its last row.
    waited: AtomicU64,
    over: AtomicBool,
    too_slow: AtomicBool,
}

impl State {
    fn end(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }

    /// How the process ended. One that has not is given a moment and then ended: it may be writing what nobody reads.
    fn ended(&self) -> Option<ExitStatus> {
        const MOMENT: Duration = Duration::from_secs(1);
        let began = Instant::now();
        while began.elapsed() < MOMENT {
            let ended = self.child.lock().unwrap_or_else(PoisonError::into_inner).try_wait().ok().flatten();
            if ended.is_some() {
                return ended;
            }
            std::thread::sleep(LOOK / 4);
        }
        self.end();
        None
    }

    /// How long somebody has waited since its last row.
    fn waited(&self) -> Duration {
        let since = self.waiting.load(Ordering::Acquire);
        let now = if since == 0 { 0 } else { self.milliseconds().saturating_sub(since) };
        Duration::from_millis(self.waited.load(Ordering::Acquire) + now)
    }

    fn milliseconds(&self) -> u64 {
        (self.began.elapsed().as_millis() as u64).max(1)
    }
}

impl Running {
    /// Ends the reader when it is cancelled, or lets everybody wait for too long.
    fn watch(child: Child, patience: Duration, task: &Task) -> Running {
        let state = Arc::new(State {
            child: Mutex::new(child),
            began: Instant::now(),
            patience,
            waiting: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            over: AtomicBool::new(false),
            too_slow: AtomicBool::new(false),
        });
        let (watched, task) = (Arc::clone(&state), task.clone());
        std::thread::spawn(move || {
            while !watched.over.load(Ordering::Acquire) {
                let too_slow = watched.waited() > watched.patience;
                if too_slow || task.is_cancelled() {
                    watched.too_slow.store(too_slow, Ordering::Release);
                    watched.end();
                    return;
                }
                std::thread::park_timeout(LOOK);
            }
        });
        Running { state }
    }

    fn said_something(&self) {
        self.state.waited.store(0, Ordering::Release);
    }

    /// Why the pipe ended before the answer did.
    fn why_it_ended(&self, memory: u64) -> Error {
        let file = String::new();
        if self.state.too_slow.load(Ordering::Acquire) {
            return Error::Workbook {
                file,
                reason: format!("no row of it could be read within {} seconds", self.state.patience.as_secs()),
            };
        }
        match self.state.ended().and_then(|status| status.code()) {
            Some(code) if code == i32::from(TOO_MUCH) => Error::WorkbookTooLarge { file, limit_mib: (memory >> 20) as u32 },
            _ => Error::Workbook { file, reason: "it is damaged: it asks for more memory than any workbook needs".to_owned() },
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Release);
        self.state.end();
    }
}

/// The pipe, with the time somebody waits for it.
struct Timed<'r> {
    out: ChildStdout,
    running: &'r Running,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let state = &self.running.state;
        let began = state.milliseconds();
        state.waiting.store(began, Ordering::Release);
        let read = self.out.read(buffer);
        state.waiting.store(0, Ordering::Release);
        state.waited.fetch_add(state.milliseconds() - began, Ordering::AcqRel);
        read
    }
}
