//! `cargo xtask …`: what a contributor runs. Each call first sets up what it needs.

mod attacks;
mod bench;
mod bench_window;
mod run;
mod setup;
mod steps;

use std::process::ExitCode;

/// What went wrong, in a sentence.
pub type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["run", files @ ..] => run::run(files),
        ["test"] => test(),
        ["bench", sizes @ ..] => setup::bench().and_then(|()| bench::bench(sizes)),
        ["attacks", words @ ..] => attacks::attacks(words),
        ["bundle"] => bundle(),
        ["bindings"] => bindings(),
        ["learn"] => learn(),
        ["pictures"] => pictures(),
        ["setup"] => setup::everything(),
        _ => {
            Err("cargo xtask run | test | bench [orders…] | bundle | bindings | learn | pictures | setup\n  | attacks [flips N] [mutants N] [kills N]"
                .to_owned())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Everything CI runs, the quick things first.
fn test() -> Outcome {
    setup::everything()?;
    steps::cargo("format", &["fmt", "--all", "--check"])?;
    steps::npm("words and types of the window", &["run", "check"])?;
    steps::npm("lints of the window", &["run", "lint"])?;
    steps::npm("format of the window", &["run", "format:check"])?;
    steps::npm("tests of the window's parts", &["test"])?;
    steps::npm("build of the window", &["run", "build"])?;
    steps::cargo("lints", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    steps::cargo("core, command line", &["test", "-p", "zhanggui-core", "-p", "zhanggui-cli", "-p", "xtask"])?;
    steps::cargo("a list through a spreadsheet", &["test", "-p", "zhanggui-core", "--test", "spreadsheet", "--", "--ignored"])?;
    steps::cargo("shell and bindings", &["test", "-p", "zhanggui", "--lib", "--bins"])?;
    // One window at a time, as a seller has it: two on a small machine starve each other.
    steps::cargo("the real window", &["test", "-p", "zhanggui", "--test", "window", "--", "--test-threads=1"])
}

fn bindings() -> Outcome {
    // The shell is built with a window, whatever it shows; the real one may need the bindings first.
    let dist = setup::root().join("ui/dist");
    if !dist.join("index.html").exists() {
        std::fs::create_dir_all(&dist).and_then(|()| std::fs::write(dist.join("index.html"), "")).map_err(|e| e.to_string())?;
    }
    setup::everything()?;
    steps::cargo_with("bindings", &["test", "-p", "zhanggui", "--lib", "the_bindings"], &[("ZHANGGUI_WRITE_BINDINGS", "1")])
}

/// Fits the judgements of replies to the labelled texts anew.
fn learn() -> Outcome {
    let words = ["test", "-p", "zhanggui-core", "--lib", "the_weights_are_those_of_the_texts"];
    steps::cargo_with("weights", &words, &[("ZHANGGUI_WRITE_WEIGHTS", "1")])
}

/// Makes the pictures of both READMEs from the sample shop, in a window as it is now.
fn pictures() -> Outcome {
    setup::everything()?;
    steps::npm("build of the window", &["run", "build"])?;
    let words = ["test", "-p", "zhanggui", "--test", "window", "--", "--ignored", "pictures_of_the_readmes"];
    steps::cargo("pictures of the READMEs", &words)
}

fn bundle() -> Outcome {
    setup::everything()?;
    steps::npm("build of the window", &["run", "build"])?;
    let targets = if cfg!(target_os = "windows") {
        "nsis"
    } else if cfg!(target_os = "macos") {
        "dmg"
    } else {
        "deb"
    };
    let tauri = setup::root().join("ui/node_modules/.bin/tauri");
    steps::command("installer", std::process::Command::new(tauri).args(["build", "--bundles", targets]).current_dir(setup::root()))
}
