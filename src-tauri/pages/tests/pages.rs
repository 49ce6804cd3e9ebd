//! Files whose pages carry checksums, through SQLite and past it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use zhanggui_pages::{NAME, register, reserve, scan, seal};

fn open(path: &Path) -> Connection {
    register().unwrap();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    Connection::open_with_flags_and_vfs(path, flags, NAME).unwrap()
}

/// A closed file with `rows` rows, some of them far longer than a page, written through the log.
fn written(path: &Path, rows: i64) {
    let file = open(path);
    file.pragma_update(None, "page_size", 4096).unwrap();
    reserve(&file).unwrap();
    file.pragma_update(None, "application_id", 7).unwrap();
    file.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
    file.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, long BLOB); CREATE INDEX by_word ON t (word);").unwrap();
    for row in 0..rows {
        let long = vec![b'a' + (row % 26) as u8; if row % 10 == 0 { 30_000 } else { 40 }];
        file.execute("INSERT INTO t VALUES (?1, ?2, ?3)", (row, format!("word {row}"), long)).unwrap();
    }
    file.execute("DELETE FROM t WHERE id % 7 = 3", []).unwrap();
}

fn content(path: &Path) -> rusqlite::Result<Vec<(i64, String, Vec<u8>)>> {
    let file = open(path);
    let mut statement = file.prepare("SELECT id, word, long FROM t ORDER BY id")?;
    statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()
}

#[test]
fn every_page_is_sealed_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    written(&path, 200);
    let found = scan(&mut File::open(&path).unwrap(), u64::MAX).unwrap().expect("its pages have room");
    assert_eq!(found.wrong, 0, "{found:?}");
    assert!(found.right > 100, "{found:?}");
    assert_eq!(content(&path).unwrap().len(), 171);
    let answer: String = open(&path).query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(answer, "ok");
}

#[test]
fn no_changed_bit_is_ever_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    written(&path, 60);
    let whole = fs::read(&path).unwrap();
    let before = content(&path).unwrap();
    let bits = whole.len() * 8;
    for step in 0..400 {
        let bit = step * (bits / 400) + step % 8;
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bytes).unwrap();
        match content(&path) {
            // A page that the question does not touch.
            Ok(found) => assert_eq!(found, before, "bit {bit} changed an answer"),
            Err(error) => assert!(error.sqlite_error_code().is_some(), "bit {bit}: {error}"),
        }
        let found = scan(&mut File::open(&path).unwrap(), u64::MAX).unwrap();
        assert!(found.as_ref().is_none_or(|f| f.wrong > 0), "bit {bit} passes the scan: {found:?}");
    }
}

#[test]
fn a_page_in_the_place_of_another_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    written(&path, 60);
    let mut bytes = fs::read(&path).unwrap();
    let (from, to) = bytes.split_at_mut(5 * 4096);
    to[..4096].copy_from_slice(&from[4 * 4096..5 * 4096]);
    fs::write(&path, bytes).unwrap();
    let found = scan(&mut File::open(&path).unwrap(), u64::MAX).unwrap().unwrap();
    assert_eq!((found.wrong, found.first_wrong), (1, Some(6)));
}

#[test]
fn a_file_written_by_another_program_is_sealed_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("b.db"));
    written(&path, 60);
    {
        let plain = Connection::open(&path).unwrap();
        plain.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    }
    let look = || scan(&mut File::open(&copy).unwrap(), u64::MAX).unwrap().unwrap();
    assert_eq!((look().right, look().wrong), (0, 0));
    assert_eq!(content(&copy).unwrap(), content(&path).unwrap(), "and is read before that as it is");
    seal(&mut OpenOptions::new().read(true).write(true).open(&copy).unwrap()).unwrap();
    assert_eq!((look().wrong, look().without), (0, 0));
    assert_eq!(content(&copy).unwrap(), content(&path).unwrap());
}

#[test]
fn a_log_that_another_program_empties_breaks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("a.db"), folder.path().join("b.db"));
    written(&path, 60);
    // As a program that was killed leaves it: the file, and a log with what came last.
    let running = open(&path);
    running.execute("UPDATE t SET word = word || '!'", []).unwrap();
    for end in ["", "-wal"] {
        fs::copy(folder.path().join(format!("a.db{end}")), folder.path().join(format!("b.db{end}"))).unwrap();
    }
    let plain = Connection::open(&other).unwrap();
    assert_eq!(plain.query_row("SELECT count(*) FROM t WHERE word LIKE '%!'", [], |r| r.get::<_, i64>(0)).unwrap(), 51);
    drop(plain);
    assert!(!folder.path().join("b.db-wal").exists(), "it emptied the log");
    let found = scan(&mut File::open(&other).unwrap(), u64::MAX).unwrap().unwrap();
    assert!(found.wrong == 0 && found.without > 0 && found.right > 0, "{found:?}");
    assert_eq!(content(&other).unwrap(), content(&path).unwrap());
    // What it changes in a page that has a checksum is another matter.
    let third = folder.path().join("c.db");
    written(&third, 60);
    Connection::open(&third).unwrap().execute("UPDATE t SET long = 'x' WHERE id = 30", []).unwrap();
    assert!(scan(&mut File::open(&third).unwrap(), u64::MAX).unwrap().unwrap().wrong > 0);
}

#[test]
fn files_without_room_are_read_and_written_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    open(&path).execute("INSERT INTO t VALUES (2)", []).unwrap();
    assert_eq!(open(&path).query_row("SELECT sum(x) FROM t", [], |r| r.get::<_, i64>(0)).unwrap(), 3);
    assert_eq!(scan(&mut File::open(&path).unwrap(), u64::MAX).unwrap(), None);
}
