//! Damage and attacks in numbers: flipped bits, mutated workbooks, killed programs. The tests run a few of each; this
//! runs as many as asked and prints the figures of `docs/security.md`. Whatever it does starts from a number, so that a
//! run can be repeated.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::setup::{everything, root, target_dir};
use crate::steps::cargo;

/// `flips 1000 mutants 100000 kills 300`, in any choice; all three where none is named.
pub fn attacks(words: &[&str]) -> Outcome {
    let mut wanted: Vec<(&str, u32)> = Vec::new();
    for pair in words.chunks(2) {
        let [what, count] = pair else { return Err("each attack is followed by how many".to_owned()) };
        wanted.push((what, count.replace('_', "").parse().map_err(|_| format!("{count} is not a number"))?));
    }
    if wanted.is_empty() {
        wanted = vec![("flips", 1_000), ("mutants", 100_000), ("kills", 300)];
    }
    everything()?;
    cargo("release build of the command line", &["build", "--release", "-p", "zhanggui-cli"])?;
    let folder = target_dir().join("attacks");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let bench = Attack { cli: target_dir().join("release/zhanggui-cli"), folder };
    for (what, count) in wanted {
        match what {
            "flips" => bench.flips(count)?,
            "mutants" => bench.mutants(count)?,
            "kills" => bench.kills(count)?,
            other => return Err(format!("{other}: flips, mutants or kills")),
        }
    }
    Ok(())
}

/// Numbers without any order that are the same in each run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

struct Attack {
    cli: PathBuf,
    folder: PathBuf,
}

fn io(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Attack {
    fn call(&self, data: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(&self.cli);
        command.arg("--json").arg("--data-dir").arg(data).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }

    /// What a call answers, and its exit code; an error where a signal ended it.
    fn answer(&self, data: &Path, words: &[&str]) -> Outcome<(i32, serde_json::Value)> {
        let output = self.call(data, words).output().map_err(io)?;
        let code = output.status.code().ok_or_else(|| format!("{words:?} was ended by a signal: {}", output.status))?;
        if code == 101 {
            return Err(format!("{words:?} panicked"));
        }
        Ok((code, serde_json::from_slice(&output.stdout).unwrap_or_default()))
    }

    /// Everything a shop file holds, as SQLite's own shell writes it.
    fn content(&self, file: &Path) -> Outcome<Vec<u8>> {
        let output = Command::new("sqlite3").arg("-readonly").arg(file).arg(".dump").output().map_err(io)?;
        Ok(output.stdout)
    }

    /// A shop with 600 orders, closed, and a backup of it.
    fn shop(&self, name: &str) -> Outcome<(PathBuf, PathBuf)> {
        let data = self.folder.join(name);
        self.answer(&data, &["demo", "--orders", "600"])?;
        let (_, taken) = self.answer(&data, &["backup"])?;
        let backup = taken["file"].as_str().ok_or("no backup was taken")?;
        Ok((data.join("shop.zhanggui"), data.join("backups").join(backup)))
    }

    /// Turns single bits of a backup, of one that lost its digest, and of a closed shop. Each must be refused by a restore
    /// or named by the check; one that is not must have changed nothing.
    fn flips(&self, count: u32) -> Outcome {
        let (shop, backup) = self.shop("flips")?;
        let whole = fs::read(&backup).map_err(io)?;
        let pages = self.folder.join("pages.zhanggui");
        fs::write(&pages, &whole[..whole.len() - 40]).map_err(io)?;
        for (what, file) in [("a backup", &backup), ("a backup without its digest", &pages), ("a closed shop", &shop)] {
            let whole = fs::read(file).map_err(io)?;
            let before = self.content(file)?;
            let (mut noticed, mut unchanged, mut unnoticed) = (0, 0, 0);
            let mut numbers = Numbers(1);
            for _ in 0..count {
                let bit = numbers.below(whole.len() * 8);
                let mut bytes = whole.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let place = self.folder.join("flipped");
                let _ = fs::remove_dir_all(&place);
                fs::create_dir_all(&place).map_err(io)?;
                let flipped = place.join("shop.zhanggui");
                fs::write(&flipped, &bytes).map_err(io)?;
                let (code, _) = if file == &shop {
                    self.answer(&place, &["check"])?
                } else {
                    self.answer(&place.join("new"), &["restore", &flipped.display().to_string()])?
                };
                match code {
                    0 if self.content(&flipped)? == before => unchanged += 1,
                    0 => unnoticed += 1,
                    _ => noticed += 1,
                }
            }
            println!(
                "{count} single bits turned in {what} ({} KiB): {noticed} noticed, {unchanged} without effect, {unnoticed} changed content unnoticed",
                whole.len() >> 10
            );
            if unnoticed > 0 {
                return Err("changed content passed".to_owned());
            }
        }
        Ok(())
    }

    /// Damages workbooks of four kinds and has each looked at. The program that looks must never end because of one.
    fn mutants(&self, count: u32) -> Outcome {
        let seeds = self.workbooks()?;
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u32).min(count.max(1));
        let answers = std::thread::scope(|scope| {
            let running: Vec<_> = (0..workers)
                .map(|worker| {
                    let share = count / workers + u32::from(worker < count % workers);
                    let seeds = &seeds;
                    scope.spawn(move || self.look_at_mutants(seeds, share, worker))
                })
                .collect();
            running.into_iter().map(|r| r.join().unwrap_or_else(|_| Err("a worker panicked".to_owned()))).collect::<Outcome<Vec<_>>>()
        })?;
        let mut all = Answers::new();
        for (reason, times) in answers.into_iter().flatten() {
            *all.entry(reason).or_default() += times;
        }
        println!("{count} mutants of XLS, XLSX, XLSB and ODS, each answered, 0 ends of the program: {all:?}");
        if all.values().sum::<u64>() == u64::from(count) { Ok(()) } else { Err("some mutants had no answer".to_owned()) }
    }

    fn look_at_mutants(&self, seeds: &[(&'static str, Parts)], count: u32, worker: u32) -> Outcome<Answers> {
        const AT_ONCE: u32 = 250;
        let mut numbers = Numbers(u64::from(worker) << 32);
        let (place, shop) = (self.folder.join(format!("mutants-{worker}")), self.folder.join(format!("mutants-shop-{worker}")));
        let mut answers = Answers::new();
        let mut done = 0;
        while done < count {
            let _ = fs::remove_dir_all(&place);
            fs::create_dir_all(&place).map_err(io)?;
            for at in 0..AT_ONCE.min(count - done) {
                let (ending, parts) = &seeds[numbers.below(seeds.len())];
                fs::write(place.join(format!("{at}.{ending}")), mutant(parts, &mut numbers)?).map_err(io)?;
            }
            let (code, answer) = self.answer(&shop, &["measure-tables", &place.display().to_string()])?;
            if code != 0 {
                return Err(format!("looking at tables ended with {code}: {answer}"));
            }
            *answers.entry("read".to_owned()).or_default() += answer["read"].as_u64().unwrap_or_default();
            for (reason, times) in answer["refused"].as_object().into_iter().flatten() {
                *answers.entry(reason.clone()).or_default() += times.as_u64().unwrap_or_default();
            }
            done += AT_ONCE.min(count - done);
        }
        Ok(answers)
    }

    /// Whole workbooks to begin from, each as the parts that are damaged one by one: LibreOffice writes three kinds; the
    /// fourth has the form of an XLSB with the parts of the XLSX.
    fn workbooks(&self) -> Outcome<Vec<(&'static str, Parts)>> {
        let table = self.folder.join("seed.csv");
        self.answer(&self.folder.join("none"), &["demo", "--orders", "12", "--as", "taobao", &table.display().to_string()])?;
        let mut seeds = Vec::new();
        for ending in ["xls", "xlsx", "ods"] {
            let made = Command::new("soffice")
                .args(["--headless", "--convert-to", ending, "--infilter=CSV:44,34,85,1", "--outdir"])
                .arg(&self.folder)
                .arg(&table)
                .env("HOME", &self.folder)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            if !made.is_ok_and(|s| s.success()) {
                return Err("LibreOffice writes no workbooks; `cargo xtask setup` installs it".to_owned());
            }
            let bytes = fs::read(self.folder.join(format!("seed.{ending}"))).map_err(io)?;
            if ending == "xls" {
                seeds.push(("xls", Parts::Whole(bytes.clone())));
                seeds.push(("xls", Parts::Whole(fs::read(root().join("tests/fixtures/hostile/fz_0.xls")).map_err(io)?)));
            } else {
                let parts = unpacked(&bytes)?;
                if ending == "xlsx" {
                    let renamed = parts.iter().map(|(name, part)| (name.replace(".xml", ".bin"), part.clone())).collect();
                    seeds.push(("xlsb", Parts::Packed(renamed)));
                }
                seeds.push((ending, Parts::Packed(parts)));
                seeds.push((ending, Parts::Whole(bytes)));
            }
        }
        Ok(seeds)
    }

    /// Kills the program in the middle of an import, an undo, a backup and a restore. What was acknowledged is there, the
    /// rest is whole or not there, the check is clean, and nothing unfinished stays.
    fn kills(&self, count: u32) -> Outcome {
        let file = self.folder.join("kills.csv");
        self.answer(&self.folder.join("none"), &["demo", "--orders", "3000", "--as", "taobao", &file.display().to_string()])?;
        let file = file.display().to_string();
        let start = self.folder.join("kills-start");
        self.answer(&start, &["demo", "--orders", "600"])?;
        let orders = |data: &Path| -> Outcome<i64> {
            self.answer(data, &["orders"])?.1["total"].as_i64().ok_or_else(|| format!("no orders: {}", data.display()))
        };
        let before = orders(&start)?;
        let plan = self.answer(&start, &["import", "--dry-run", &file])?.1;
        let after = before + plan["files"][0]["orders"]["new"].as_i64().ok_or("no plan for the orders")?;
        // Orders with a history stay when their import is taken back.
        let data = self.folder.join("kills-undone");
        copy_folder(&start, &data)?;
        self.answer(&data, &["imports", "undo", "1"])?;
        let taken_back = orders(&data)?;
        let mut numbers = Numbers(3);
        let mut killed = 0;
        let mut lengths = [Duration::ZERO; 4];
        for round in 0..count {
            let data = self.folder.join("killed");
            let _ = fs::remove_dir_all(&data);
            copy_folder(&start, &data)?;
            let words: Vec<String> = match round % 4 {
                0 => vec!["import".to_owned(), file.clone()],
                1 => ["imports", "undo", "1"].map(str::to_owned).to_vec(),
                2 => vec!["backup".to_owned()],
                _ => {
                    self.answer(&data, &["backup"])?;
                    let newest = self.answer(&data, &["backups"])?.1["backups"][0]["file"].as_str().unwrap_or_default().to_owned();
                    vec!["restore".to_owned(), data.join("backups").join(newest).display().to_string()]
                }
            };
            let mut child = self.call(&data, &words.iter().map(String::as_str).collect::<Vec<_>>()).spawn().map_err(io)?;
            // The first of each kind runs to its end and tells how long there is to be killed in.
            let kind = round as usize % 4;
            if round < 4 {
                let began = Instant::now();
                let _ = child.wait();
                lengths[kind] = began.elapsed();
            } else {
                std::thread::sleep(Duration::from_micros(numbers.below(lengths[kind].as_micros() as usize) as u64));
            }
            if child.try_wait().map_err(io)?.is_none() {
                killed += 1;
            }
            let _ = child.kill();
            let _ = child.wait();
            let (code, checks) = self.answer(&data, &["check"])?;
            let there = orders(&data)?;
            let whole = match round % 4 {
                0 => there == before || there == after,
                1 => there == before || there == taken_back,
                _ => there == before,
            };
            if code != 0 || !whole {
                return Err(format!("round {round}, {words:?}: {there} orders, {checks}"));
            }
            let left: Vec<String> = [data.clone(), data.join("backups")]
                .iter()
                .flat_map(|f| fs::read_dir(f).into_iter().flatten().flatten())
                .map(|e| e.file_name().to_string_lossy().into_owned())
                .filter(|n| n.starts_with('.') || n.contains(".restored") || n.contains(".rewritten"))
                .collect();
            if !left.is_empty() {
                return Err(format!("round {round}, {words:?} left {left:?}"));
            }
        }
        println!(
            "{count} imports, undos, backups and restores, {killed} of them killed on the way: nothing lost, nothing half-done, nothing left behind"
        );
        Ok(())
    }
}

/// How many were read, and why how many were not.
type Answers = std::collections::BTreeMap<String, u64>;

/// A workbook as it is damaged: as it stands on the disk, or part by part inside its archive.
enum Parts {
    Whole(Vec<u8>),
    Packed(Vec<(String, Vec<u8>)>),
}

fn unpacked(bytes: &[u8]) -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(io)?;
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(io)?;
        let name = part.name().map_err(io)?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).map_err(io)?;
        parts.push((name, content));
    }
    Ok(parts)
}

/// A workbook with a few things wrong.
fn mutant(parts: &Parts, numbers: &mut Numbers) -> Outcome<Vec<u8>> {
    match parts {
        Parts::Whole(bytes) => Ok(damaged(bytes.clone(), numbers)),
        Parts::Packed(parts) => {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            let hurt = numbers.below(parts.len());
            for (at, (name, content)) in parts.iter().enumerate() {
                zip.start_file(name.as_str(), stored).map_err(io)?;
                let content = if at == hurt { damaged(content.clone(), numbers) } else { content.clone() };
                zip.write_all(&content).map_err(io)?;
            }
            Ok(zip.finish().map_err(io)?.into_inner())
        }
    }
}

fn damaged(mut bytes: Vec<u8>, numbers: &mut Numbers) -> Vec<u8> {
    for _ in 0..=numbers.below(3) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = numbers.below(bytes.len());
        match numbers.below(8) {
            0..=2 => bytes[at] = numbers.below(256) as u8,
            3 => bytes[at] ^= 1 << numbers.below(8),
            // Numbers of two and four bytes at their bounds.
            4 | 5 => {
                let value = [0u32, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, u32::MAX][numbers.below(6)].to_le_bytes();
                let end = (at + 4).min(bytes.len());
                bytes[at..end].copy_from_slice(&value[..end - at]);
            }
            // A digit becomes many.
            6 => match bytes.iter().skip(at).position(u8::is_ascii_digit) {
                Some(digit) => drop(bytes.splice(at + digit..=at + digit, *b"99999999999")),
                None => bytes.truncate(at),
            },
            _ => {
                let end = (at + numbers.below(4096)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len());
                if numbers.below(2) == 0 { drop(bytes.splice(to..to, piece)) } else { drop(bytes.drain(at..end)) }
            }
        }
    }
    bytes
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to).map_err(io)?;
    for entry in fs::read_dir(from).map_err(io)?.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy_folder(&entry.path(), &target)? } else { fs::copy(entry.path(), target).map(drop).map_err(io)? }
    }
    Ok(())
}
