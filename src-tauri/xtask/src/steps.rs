//! Running other programs, with a line that says which.

use std::process::Command;

use crate::Outcome;
use crate::setup::root;

/// Runs a command; its own output is shown.
pub fn command(title: &str, command: &mut Command) -> Outcome {
    println!("── {title}");
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{title}: {program} ended with {status}")),
        Err(e) => Err(format!("{title}: {program} does not start: {e}")),
    }
}

/// Runs cargo in the workspace.
pub fn cargo(title: &str, words: &[&str]) -> Outcome {
    cargo_with(title, words, &[])
}

/// Runs cargo with some of the environment set.
pub fn cargo_with(title: &str, words: &[&str], environment: &[(&str, &str)]) -> Outcome {
    command(title, Command::new("cargo").args(words).envs(environment.iter().copied()).current_dir(root()))
}

/// Runs npm for the window.
pub fn npm(title: &str, words: &[&str]) -> Outcome {
    command(title, npm_command().args(words).current_dir(root().join("ui")))
}

/// npm by its name on this system.
pub fn npm_command() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Whether a program can be started.
pub fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
