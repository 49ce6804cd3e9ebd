//! Opens the app; on a machine without a display, shows that it works.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::setup::{everything, root};
use crate::steps::{cargo, npm};
use crate::{Outcome, setup};

/// Builds and opens the window, with files to import where some are named.
pub fn run(files: &[&str]) -> Outcome {
    everything()?;
    npm("build of the window", &["run", "build"])?;
    cargo("build of the app", &["build", "-p", "zhanggui"])?;
    let has_display = !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if has_display {
        let mut words = vec!["run", "-p", "zhanggui", "--"];
        words.extend(files);
        return cargo("Zhanggui", &words);
    }
    show_without_display()
}

/// The same window in a virtual display, with the sample orders imported, and a picture of it.
fn show_without_display() -> Outcome {
    println!("There is no display here, so the window opens in a virtual one.");
    let folder = setup::target_dir().join("xtask-run");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let sample = root().join("tests/fixtures/samples/taobao_ExportOrderList202604101016.csv");
    let shop = folder.join("shop");
    let words =
        ["run", "-q", "-p", "zhanggui-cli", "--", "--data-dir", &shop.display().to_string(), "import", &sample.display().to_string()]
            .map(str::to_owned);
    cargo("the sample orders", &words.iter().map(String::as_str).collect::<Vec<_>>())?;
    let number = ":97";
    let server = start(Command::new("Xvfb").args([number, "-screen", "0", "1280x800x24", "-nolisten", "tcp"]))?;
    let app = start(
        Command::new("dbus-run-session")
            .arg("--")
            .arg(setup::target_dir().join("debug/zhanggui"))
            .arg("--data-dir")
            .arg(&folder)
            .env("DISPLAY", number),
    )?;
    let picture = folder.join("window.png");
    let taken = settled_picture(number, &picture);
    for mut process in [app, server] {
        let _ = process.kill();
        let _ = process.wait();
    }
    taken?;
    println!("The window opened with the sample orders in it. Its picture: {}", picture.display());
    Ok(())
}

fn start(command: &mut Command) -> Outcome<Child> {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|e| format!("{:?} does not start: {e}", command.get_program()))
}

/// Takes pictures until two that follow each other are the same and show something.
fn settled_picture(display: &str, picture: &Path) -> Outcome {
    const PATIENCE: Duration = Duration::from_secs(60);
    const EMPTY: u64 = 15_000;
    let began = Instant::now();
    let mut last = Vec::new();
    while began.elapsed() < PATIENCE {
        let taken = Command::new("import").args(["-display", display, "-window", "root"]).arg(picture).stderr(Stdio::null()).status();
        let bytes = std::fs::read(picture).unwrap_or_default();
        if taken.is_ok_and(|s| s.success()) && bytes.len() as u64 > EMPTY && bytes.len() == last.len() {
            return Ok(());
        }
        last = bytes;
        std::thread::sleep(Duration::from_millis(300));
    }
    Err("the window did not come up within a minute".to_owned())
}
