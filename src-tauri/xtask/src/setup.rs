//! Brings a fresh machine to where the app builds and its tests run: system packages on Debian and Ubuntu, npm
//! packages everywhere. On other systems it says exactly what to install.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::steps::{command, exists, npm, npm_command};

/// What the window needs to build, to run and to be driven by tests; what bindgen needs; what the checks of
/// exported files and the fault tests need.
const PACKAGES: [&str; 22] = [
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libclang-dev",
    "clang",
    "file",
    "webkit2gtk-driver",
    "xvfb",
    "dbus",
    "xdotool",
    "imagemagick",
    "fonts-noto-cjk",
    "locales",
    "libreoffice-calc-nogui",
    "sqlite3",
    "time",
    "procps",
    "mount",
    "e2fsprogs",
    "faketime",
];

/// The top of the tree.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Everything that `run` and `test` need.
pub fn everything() -> Outcome {
    system_packages()?;
    npm_packages()
}

/// What measurements need besides the compiler.
pub fn bench() -> Outcome {
    system_packages()
}

fn system_packages() -> Outcome {
    if !cfg!(target_os = "linux") {
        let hint = if cfg!(windows) {
            "Windows: install the Visual Studio C++ build tools, WebView2 (part of Windows 11) and LLVM (for bindgen), Rust and Node 20 or newer."
        } else {
            "macOS: run `xcode-select --install`; install Rust and Node 20 or newer."
        };
        println!("{hint}");
        return Ok(());
    }
    if !exists("apt-get") {
        println!("This system has no apt-get. Install what these Debian packages hold: {}", PACKAGES.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = PACKAGES.into_iter().filter(|p| !is_installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    let apt = |words: &[&str]| {
        let mut apt = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root() {
            apt.arg("apt-get");
        }
        apt.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    command("list of packages", &mut apt(&["update", "-qq"]))?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(&missing);
    command("system packages", &mut apt(&words))
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .output()
        .is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains("install ok installed"))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

fn npm_packages() -> Outcome {
    if npm_command().arg("--version").output().is_err() {
        return Err("Node is missing: install Node 20 or newer, with npm".to_owned());
    }
    let lock = root().join("ui/package-lock.json");
    let installed = root().join("ui/node_modules/.package-lock.json");
    let modified = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    match (modified(&lock), modified(&installed)) {
        (Some(lock), Some(installed)) if installed >= lock => {}
        _ => npm("npm packages", &["ci", "--no-audit", "--no-fund"])?,
    }
    // The shell embeds the built window; without one it does not compile.
    if !root().join("ui/dist/index.html").exists() {
        npm("build of the window", &["run", "build"])?;
    }
    Ok(())
}
