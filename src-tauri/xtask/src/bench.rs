//! Measurements, as ratios within one run against `sqlite3` on the same file. Never part of the tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::setup::{root, target_dir};
use crate::steps::cargo;
use crate::{Outcome, setup};

/// Seconds and the highest memory in MiB of one command.
struct Cost {
    seconds: f64,
    mib: f64,
}

/// Imports, exports and searches at these sizes (10,000, 100,000 and 1,000,000 orders where none are named).
pub fn bench(sizes: &[&str]) -> Outcome {
    let sizes: Vec<u32> = if sizes.is_empty() {
        vec![10_000, 100_000, 1_000_000]
    } else {
        sizes
            .iter()
            .map(|s| s.replace(['_', ','], "").parse().map_err(|_| format!("{s} is not a number of orders")))
            .collect::<Result<_, _>>()?
    };
    cargo("release build of the command line", &["build", "--release", "-p", "zhanggui-cli"])?;
    let cli = target_dir().join("release/zhanggui-cli");
    let folder = target_dir().join("bench");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    println!(
        "{:>9} {:>9} {:>9} {:>7} {:>8} {:>10} {:>8} {:>8} {:>9} {:>9} {:>9} {:>11}",
        "orders", ".import", "import", "ratio", "MiB", "µs/row", "second", "export", "search p95", "list p95", "replay", "replayed/s"
    );
    let mut per_row = Vec::new();
    for &size in &sizes {
        per_row.push(one_size(&cli, &folder, size)?);
    }
    if let (Some(first), Some(last)) = (per_row.first(), per_row.last()) {
        println!("growth of time per row from the smallest to the largest: {:.2}×", last / first);
    }
    fees(&cli)?;
    if let Some(largest) = sizes.last() {
        let shop = folder.join(format!("{largest}-shop")).join("shop");
        backups(&cli, &folder, &shop)?;
        day(&cli, &shop)?;
        reviews(&cli, &shop)?;
        super::bench_window::measure(&folder.join(format!("{largest}-shop")))?;
    }
    println!("shops are under {}; start the app with --data-dir to look at one", folder.display());
    Ok(())
}

fn one_size(cli: &Path, folder: &Path, size: u32) -> Outcome<f64> {
    let file = |seed: u32| folder.join(format!("{size}-{seed}.csv"));
    for seed in [1, 2] {
        let path = file(seed);
        measured(
            Command::new(cli).args(["demo", "--orders", &size.to_string(), "--seed", &seed.to_string(), "--as", "taobao"]).arg(&path),
        )?;
    }
    let plain = folder.join(format!("{size}.db"));
    let sqlite = measured(Command::new("sqlite3").arg(&plain).arg(format!(".import --csv {} t", file(1).display())))?;
    let shop = folder.join(format!("{size}-shop")).join("shop");
    let import = |path: PathBuf| {
        let mut command = Command::new(cli);
        command.arg("--data-dir").arg(&shop).arg("--json").arg("import").arg(path);
        measured(&mut command)
    };
    let first = import(file(1))?;
    let second = import(file(2))?;
    let out = folder.join(format!("{size}-customers.csv"));
    let ours = measured(Command::new(cli).arg("--data-dir").arg(&shop).args(["export", "customers", "--encoding", "utf8"]).arg(&out))?;
    let theirs = export_by_sqlite(&shop, folder)?;
    let Answers { search, list, replay, replayed } = answers(cli, &shop)?;
    println!(
        "{size:>9} {:>8.2}s {:>8.2}s {:>6.2}× {:>8.0} {:>10.1} {:>7.2}× {:>7.2}× {:>7.1}ms {:>7.1}ms {:>8.2}s {:>11.0}",
        sqlite.seconds,
        first.seconds,
        first.seconds / sqlite.seconds,
        first.mib,
        first.seconds * 1e6 / f64::from(size),
        second.seconds / first.seconds,
        ours.seconds / theirs.seconds,
        search,
        list,
        replay,
        replayed / replay,
    );
    Ok(first.seconds / f64::from(size))
}

/// The same columns by `sqlite3 -csv`.
fn export_by_sqlite(shop: &Path, folder: &Path) -> Outcome<Cost> {
    let sql = root().join("src-tauri/xtask/src/export.sql");
    let query = std::fs::read_to_string(&sql).map_err(|e| e.to_string())?;
    let out = folder.join("plain.csv");
    measured(
        Command::new("sqlite3")
            .args(["-readonly", "-csv", "-header"])
            .arg(shop.join("shop.zhanggui"))
            .arg(format!(".once {}", out.display()))
            .arg(query),
    )
}

/// What the window asks, measured inside one process.
struct Answers {
    /// The 95th percentile of 200 searches, in milliseconds.
    search: f64,
    /// The 95th percentile of 200 windows of the slower of the two lists, in milliseconds.
    list: f64,
    /// Seconds to play a template over all past orders, the median of five, reading them included.
    replay: f64,
    /// How many orders that were.
    replayed: f64,
}

fn answers(cli: &Path, shop: &Path) -> Outcome<Answers> {
    let output = Command::new(cli).arg("--data-dir").arg(shop).args(["--json", "measure"]).output().map_err(|e| e.to_string())?;
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|e| format!("measure: {e}"))?;
    let number = |name: &str| value[name].as_f64().ok_or_else(|| format!("measure gave no {name}"));
    Ok(Answers {
        search: number("search_p95_ms")?,
        list: number("list_p95_ms")?.max(number("orders_p95_ms")?),
        replay: number("replay_s")?,
        replayed: number("replayed")?,
    })
}

/// Addresses and explained quotes a second on one core.
fn fees(cli: &Path) -> Outcome {
    let output = Command::new(cli).args(["--json", "measure-fees"]).output().map_err(|e| e.to_string())?;
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|e| format!("measure-fees: {e}"))?;
    let number = |name: &str| value[name].as_f64().ok_or_else(|| format!("measure-fees gave no {name}"));
    println!(
        "addresses: {:.0} a second; explained quotes: {:.0} a second, each with its template made ready anew",
        number("addresses_per_s")?,
        number("explained_quotes_per_s")?
    );
    Ok(())
}

/// A verified copy of the largest shop, against SQLite's own; a restore of it, and the check of every page.
fn backups(cli: &Path, folder: &Path, shop: &Path) -> Outcome {
    let (ours, theirs, new) = (folder.join("copy.zhanggui"), folder.join("copy.db"), folder.join("restored"));
    let plain =
        measured(Command::new("sqlite3").arg("-readonly").arg(shop.join("shop.zhanggui")).arg(format!(".backup {}", theirs.display())))?;
    let copy = measured(Command::new(cli).arg("--data-dir").arg(shop).arg("backup").arg(&ours))?;
    let restored = measured(Command::new(cli).arg("--data-dir").arg(&new).arg("restore").arg(&ours))?;
    let check = measured(Command::new(cli).arg("--data-dir").arg(shop).arg("check"))?;
    println!(
        "a verified copy: {:.2} s, {:.1}× `sqlite3 .backup` ({:.2} s); proven and restored: {:.2} s; checked: {:.2} s",
        copy.seconds,
        copy.seconds / plain.seconds,
        plain.seconds,
        restored.seconds,
        check.seconds
    );
    for made in [&ours, &theirs] {
        std::fs::remove_file(made).map_err(|e| e.to_string())?;
    }
    std::fs::remove_dir_all(&new).map_err(|e| e.to_string())
}

/// The day's list and a person's card over the largest shop, with 10,000 open tasks.
fn day(cli: &Path, shop: &Path) -> Outcome {
    let output = Command::new(cli).arg("--data-dir").arg(shop).args(["--json", "measure-day"]).output().map_err(|e| e.to_string())?;
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|e| format!("measure-day: {e}"))?;
    let number = |name: &str| value[name].as_f64().ok_or_else(|| format!("measure-day gave no {name}"));
    println!(
        "today with {:.0} lines: p95 {:.1} ms; recognising a person: p95 {:.1} ms",
        number("lines")?,
        number("today_p95_ms")?,
        number("card_p95_ms")?
    );
    Ok(())
}

/// Reviews in, and a reply against as many earlier ones, over the largest shop.
fn reviews(cli: &Path, shop: &Path) -> Outcome {
    let output = Command::new(cli).arg("--data-dir").arg(shop).args(["--json", "measure-reviews"]).output().map_err(|e| e.to_string())?;
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|e| format!("measure-reviews: {e}"))?;
    let number = |name: &str| value[name].as_f64().ok_or_else(|| format!("measure-reviews gave no {name}"));
    println!(
        "{:.0} reviews: planned in {:.2} s, in within {:.2} s; a reply checked against them: p95 {:.1} ms (the first {:.0} ms); the queue: p95 {:.1} ms",
        number("reviews")?,
        number("plan_s")?,
        number("import_s")?,
        number("reply_p95_ms")?,
        number("first_reply_ms")?,
        number("queue_p95_ms")?
    );
    Ok(())
}

/// Runs a command under `time`, which knows its highest memory.
fn measured(command: &mut Command) -> Outcome<Cost> {
    let report = setup::target_dir().join("bench/time.txt");
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%M", "-o"]).arg(&report).arg(command.get_program()).args(command.get_args()).stdout(std::process::Stdio::null());
    let began = Instant::now();
    let status = timed.status().map_err(|e| format!("time: {e}"))?;
    let seconds = began.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{:?} failed", command.get_program()));
    }
    let kib: f64 = std::fs::read_to_string(&report).ok().and_then(|t| t.lines().last().and_then(|l| l.trim().parse().ok())).unwrap_or(0.0);
    Ok(Cost { seconds, mib: kib / 1024.0 })
}
