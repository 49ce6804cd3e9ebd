//! The window over a large shop: how long until it can be used, and its memory.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::setup::{root, target_dir};
use crate::steps::{cargo, npm};
use crate::{Outcome, setup};

const DISPLAY: &str = ":98";
const PATIENCE: Duration = Duration::from_secs(120);

/// Opens the window over a data folder some times and prints the median.
pub fn measure(data: &Path) -> Outcome {
    if !cfg!(target_os = "linux") {
        println!("the window is measured on Linux only");
        return Ok(());
    }
    setup::everything()?;
    npm("build of the window", &["run", "build"])?;
    cargo("release build of the app", &["build", "--release", "-p", "zhanggui", "--features", "custom-protocol"])?;
    let server = Ending(start(Command::new("Xvfb").args([DISPLAY, "-screen", "0", "1280x800x24", "-nolisten", "tcp"]))?);
    let mut starts = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..5 {
        let (seconds, mib) = one_start(data)?;
        starts.push(seconds);
        memory.push(mib);
    }
    drop(server);
    starts.sort_by(f64::total_cmp);
    memory.sort_by(f64::total_cmp);
    println!("window over that shop: usable after {:.2} s (median of 5), {:.0} MiB with WebKit's processes", starts[2], memory[2]);
    Ok(())
}

/// Seconds until the window says that it can be used, and the proportional memory of all its processes then.
fn one_start(data: &Path) -> Outcome<(f64, f64)> {
    let logs = data.join("logs");
    let _ = std::fs::remove_dir_all(&logs);
    let began = Instant::now();
    let app = Ending(start(
        Command::new("dbus-run-session")
            .arg("--")
            .arg(target_dir().join("release/zhanggui"))
            .arg("--data-dir")
            .arg(data)
            .env("DISPLAY", DISPLAY)
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(root()),
    )?);
    while !says_usable(&logs) {
        if began.elapsed() > PATIENCE {
            return Err("the window never said that it can be used".to_owned());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok((seconds, memory_below(app.0.id())))
}

fn says_usable(logs: &Path) -> bool {
    let Ok(files) = std::fs::read_dir(logs) else { return false };
    files.flatten().any(|f| std::fs::read_to_string(f.path()).is_ok_and(|text| text.contains("the window can be used")))
}

/// MiB of a process and all it started, shared pages counted by share.
fn memory_below(ancestor: u32) -> f64 {
    let parents: HashMap<u32, u32> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid: u32| {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            Some((pid, status.lines().find_map(|l| l.strip_prefix("PPid:"))?.trim().parse().ok()?))
        })
        .collect();
    let is_below = |pid: u32| {
        let mut at = pid;
        while let Some(&parent) = parents.get(&at) {
            if at == ancestor {
                return true;
            }
            at = parent;
        }
        at == ancestor
    };
    let kib: f64 = parents
        .keys()
        .filter(|pid| is_below(**pid))
        .filter_map(|pid| std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .filter_map(|text| text.lines().find_map(|l| l.strip_prefix("Pss:"))?.trim().trim_end_matches(" kB").trim().parse::<f64>().ok())
        .sum();
    kib / 1024.0
}

/// A process that ends, with what it started, when it is no longer needed.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["--", &format!("-{}", self.0.id())]).status();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command) -> Outcome<Child> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // A group of its own, so that ending it ends what it started as well.
        command.process_group(0);
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|e| format!("{:?} does not start: {e}", command.get_program()))
}
