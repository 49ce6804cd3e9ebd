//! Starts the program in a virtual display and talks to its window.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long a condition may take before the journey has failed. Only a failing journey waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program with its window.
pub struct Window {
    pub client: Client,
    pub display: String,
    data: PathBuf,
    processes: Vec<Child>,
}

/// How a journey's window is started.
pub struct Start<'a> {
    pub data: &'a Path,
    pub language: &'a str,
    pub files: Vec<PathBuf>,
    /// The account's usual folder (below `data`) and not one named on the command line.
    pub usual_folder: bool,
    /// Seconds by which the program's clock is ahead of this computer's: what a week brings.
    pub ahead: i64,
    /// A folder whose programs come before the system's own.
    pub programs: Option<PathBuf>,
}

impl<'a> Start<'a> {
    /// A start in Chinese with its data below `data`.
    pub fn new(data: &'a Path) -> Start<'a> {
        Start { data, language: "zh-CN", files: Vec::new(), usual_folder: false, ahead: 0, programs: None }
    }
}

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn spawn(command: &mut Command) -> Child {
    let name = command.get_program().to_string_lossy().into_owned();
    // A group of its own, so that ending it ends what it started as well.
    command.process_group(0).spawn().unwrap_or_else(|e| panic!("{name} does not start ({e}); `cargo xtask test` installs what is missing"))
}

/// A display of its own; its number comes from the server.
fn display() -> (Child, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    // The server inherits standard output and writes its number there.
    let child = spawn(
        Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .stdout(writer.try_clone().unwrap())
            .stderr(Stdio::null()),
    );
    drop(writer);
    let mut number = String::new();
    BufReader::new(reader).read_line(&mut number).expect("the display's number");
    (child, format!(":{}", number.trim()))
}

/// The search path with a folder before all others.
fn path_with(first: Option<&Path>) -> std::ffi::OsString {
    let system = std::env::var_os("PATH").unwrap_or_default();
    let folders = first.map(Path::to_owned).into_iter().chain(std::env::split_paths(&system));
    std::env::join_paths(folders).expect("folders without a colon in their names")
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port()
}

impl Window {
    /// Starts the program and waits until its frame is there.
    pub async fn open(start: Start<'_>) -> Window {
        let (server, display) = display();
        let port = free_port();
        let driver = spawn(
            Command::new("dbus-run-session")
                .args(["--", "WebKitWebDriver", &format!("--port={port}"), "--host=127.0.0.1"])
                .env("DISPLAY", &display)
                .env("TAURI_AUTOMATION", "true")
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env("LANG", if start.language == "en" { "en_US.UTF-8" } else { "zh_CN.UTF-8" })
                .env("LC_ALL", if start.language == "en" { "en_US.UTF-8" } else { "zh_CN.UTF-8" })
                .env("TZ", "Asia/Shanghai")
                .env("PATH", path_with(start.programs.as_deref()))
                .env("ZHANGGUI_CLOCK_AHEAD", start.ahead.to_string())
                .env("XDG_CONFIG_HOME", start.data.join("config"))
                .env("XDG_DATA_HOME", start.data.join("share"))
                .env("XDG_CACHE_HOME", start.data.join("cache"))
                .env_remove("WAYLAND_DISPLAY")
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        let mut arguments =
            if start.usual_folder { Vec::new() } else { vec!["--data-dir".to_owned(), start.data.join("zhanggui").display().to_string()] };
        arguments.extend(start.files.iter().map(|f| f.display().to_string()));
        let wanted = json!({"webkitgtk:browserOptions": {"binary": env!("CARGO_BIN_EXE_zhanggui"), "args": arguments}});
        let began = Instant::now();
        let client = loop {
            let tried = ClientBuilder::new(HttpConnector::new())
                .capabilities(wanted.as_object().cloned().unwrap_or_default())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match tried {
                Ok(client) => break client,
                Err(e) if began.elapsed() > PATIENCE => panic!("no session: {e}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let window = Window { client, display, data: start.data.to_owned(), processes: vec![driver, server] };
        window.see("nav").await;
        window
    }

    /// Closes the window as its owner does, and waits until the program has ended and let go of its shop.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
        let began = Instant::now();
        while self.running().is_some() {
            assert!(began.elapsed() < PATIENCE, "the program goes on after its window was closed");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// What the program runs in: its display, its bus, its folders.
    pub fn environment(&self) -> String {
        self.running().expect("the program is running")
    }

    /// The environment of the program in this display, while it runs.
    fn running(&self) -> Option<String> {
        std::fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter(|p| std::fs::read_link(p.path().join("exe")).is_ok_and(|exe| exe == Path::new(env!("CARGO_BIN_EXE_zhanggui"))))
            .filter_map(|p| std::fs::read(p.path().join("environ")).ok())
            .map(|e| String::from_utf8_lossy(&e).into_owned())
            .find(|e| e.split('\0').any(|v| v == format!("DISPLAY={}", self.display)))
    }

    /// The last lines of the program's log; none where it stands in the account's usual folder.
    fn log(&self) -> String {
        let files = std::fs::read_dir(self.data.join("zhanggui/logs")).into_iter().flatten().flatten();
        let lines: String = files.filter_map(|f| std::fs::read_to_string(f.path()).ok()).collect();
        let from = lines.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
        lines.get(from..).unwrap_or_default().to_owned()
    }

    /// Starts the program once more, as the same person would, from a folder; waits until that start has ended.
    pub fn second_start(&self, folder: &Path, files: &[&str]) {
        let environment = self.environment();
        let status = Command::new(env!("CARGO_BIN_EXE_zhanggui"))
            .args(files)
            .env_clear()
            .envs(environment.split('\0').filter_map(|v| v.split_once('=')))
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("a second start");
        assert!(status.success(), "the second start hands its files over and ends: {status}");
    }

    /// Waits until something is there.
    pub async fn see(&self, css: &str) -> Element {
        self.client
            .wait()
            .at_most(PATIENCE)
            .every(Duration::from_millis(30))
            .for_element(Locator::Css(css))
            .await
            .unwrap_or_else(|e| panic!("{css} does not appear: {e}"))
    }

    /// Clicks what fits, once it is there and takes a click.
    pub async fn press(&self, css: &str) {
        let began = Instant::now();
        loop {
            let element = self.see(css).await;
            if self.takes_a_click(&element).await && element.click().await.is_ok() {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{css} takes no click");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Whether a click now would reach it: it is enabled and does not move from one frame to the next.
    async fn takes_a_click(&self, element: &Element) -> bool {
        let script = "const [e, done] = arguments; const place = () => { const r = e.getBoundingClientRect(); \
                      return [r.x, r.y, r.width, r.height].join(); }; const before = place(); \
                      requestAnimationFrame(() => requestAnimationFrame(() => done(!e.disabled && e.isConnected && place() === before)))";
        let Ok(element) = serde_json::to_value(element) else { return false };
        self.client.execute_async(script, vec![element]).await.ok() == Some(json!(true))
    }

    /// Puts text into a field in the place of what stands there, and leaves it.
    pub async fn fill(&self, css: &str, text: &str) {
        self.press(css).await;
        self.ctrl("a").await;
        self.see(css).await.send_keys(text).await.expect("typing");
    }

    /// Chooses an entry of a list, as a person does who opens it.
    pub async fn choose(&self, css: &str, value: &str) {
        self.see(css).await;
        let script = "const s = document.querySelector(arguments[0]); s.value = arguments[1]; \
                      s.dispatchEvent(new Event('change', {bubbles: true})); return s.value === arguments[1]";
        self.until(&format!("{value} in {css}"), script, vec![json!(css), json!(value)]).await;
    }

    /// Waits until this text stands somewhere in the window.
    pub async fn see_text(&self, text: &str) {
        self.until(&format!("the text {text:?}"), "return document.body.innerText.includes(arguments[0])", vec![json!(text)]).await;
    }

    /// Waits until a script says true.
    pub async fn until(&self, what: &str, script: &str, arguments: Vec<Value>) {
        let began = Instant::now();
        loop {
            if self.client.execute(script, arguments.clone()).await.ok() == Some(json!(true)) {
                return;
            }
            if began.elapsed() > PATIENCE {
                let text = self.client.execute("return document.body.innerText", vec![]).await.unwrap_or_default();
                // What failed earlier has been said and has gone; the program's own log still has it.
                let log = self.log();
                self.picture("failed").await;
                panic!("{what} does not come; the window says:\n{}\nand the log:\n{log}", text.as_str().unwrap_or(""));
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Clicks the button, tab or link that says this.
    pub async fn click(&self, text: &str) {
        let path = format!(
            "//*[self::button or @role='tab' or @role='option' or @role='menuitem'][contains(normalize-space(.), {})]",
            quoted(text)
        );
        let began = Instant::now();
        loop {
            for element in self.client.find_all(Locator::XPath(&path)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) && self.takes_a_click(&element).await && element.click().await.is_ok() {
                    return;
                }
            }
            if began.elapsed() > PATIENCE {
                self.picture("failed").await;
                panic!("nothing to click that says {text:?}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Clicks the field that this label names.
    pub async fn click_label(&self, text: &str) {
        let path = format!("//label[contains(normalize-space(.), {})]", quoted(text));
        let began = Instant::now();
        while self.client.find(Locator::XPath(&path)).await.is_err() {
            assert!(began.elapsed() < PATIENCE, "no label {text:?}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        self.client.find(Locator::XPath(&path)).await.expect("a label").click().await.expect("a click");
    }

    /// Clicks the button of the dialog in front that says this.
    pub async fn click_in_dialog(&self, text: &str) {
        let path = format!("//*[@role='dialog']//button[contains(normalize-space(.), {})]", quoted(text));
        let began = Instant::now();
        loop {
            if let Ok(button) = self.client.find(Locator::XPath(&path)).await
                && self.takes_a_click(&button).await
                && button.click().await.is_ok()
            {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "no button {text:?} in a dialog");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Types into what fits once it has the focus by itself, as a dialog gives it to its first field.
    pub async fn type_into(&self, css: &str, text: &str) {
        let script = "return document.activeElement?.matches(arguments[0]) === true";
        self.until(&format!("the focus in {css}"), script, vec![json!(css)]).await;
        self.keys(text).await;
    }

    /// Waits until no dialog is open.
    pub async fn no_dialog(&self) {
        self.until("the end of the dialog", "return document.querySelector('[role=dialog]') === null", vec![]).await;
    }

    /// Presses keys where the focus is, once the window is ready for them: no dialog fades out, and the one that
    /// has come last has the focus.
    pub async fn keys(&self, keys: &str) {
        let ready = "const dialogs = [...document.querySelectorAll('[role=dialog]')]; \
                     return dialogs.every(d => d.dataset.state !== 'closed') \
                       && (dialogs.length === 0 || dialogs.some(d => d.contains(document.activeElement)))";
        self.until("a window that takes keys", ready, vec![]).await;
        let began = Instant::now();
        loop {
            let element = match self.client.active_element().await {
                Ok(element) => element,
                Err(_) => self.see("body").await,
            };
            match element.send_keys(keys).await {
                Ok(()) => return,
                // What had the focus has gone or takes none any more; nothing was typed.
                Err(e) if began.elapsed() > PATIENCE => panic!("keys: {e}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(30)).await,
            }
        }
    }

    /// Presses a key with Ctrl.
    pub async fn ctrl(&self, key: &str) {
        self.keys(&(Key::Control + key)).await;
    }

    /// Types into a native dialog that asks where to save, which no page can see, and waits until it has gone.
    pub async fn native(&self, title: &str, text: &str) {
        self.type_path(title, &["ctrl+a"], text).await;
    }

    /// Names a file to a native dialog that asks which one to open, and waits until it has gone.
    pub async fn native_open(&self, title: &str, path: &str) {
        // Ctrl L opens the line for a path.
        self.type_path(title, &["ctrl+l", "ctrl+a"], path).await;
    }

    async fn type_path(&self, title: &str, before: &[&str], path: &str) {
        let window = self.dialog(title).await;
        let began = Instant::now();
        // A dialog that has just come may not listen yet; then everything is typed again.
        while self.dialog_of(title).is_some() {
            self.xdotool(&["windowfocus", &window]);
            for key in before {
                self.xdotool(&["key", key]);
            }
            self.xdotool(&["type", "--delay", "12", path]);
            for _ in 0..20 {
                // The first Return may only take the completion of the path. It goes to the dialog alone: one that comes
                // when the dialog has gone would press the button behind it once more.
                self.xdotool(&["key", "--window", &window, "Return"]);
                tokio::time::sleep(Duration::from_millis(150)).await;
                if self.dialog_of(title).is_none() {
                    return;
                }
            }
            assert!(began.elapsed() < PATIENCE, "the dialog {title:?} stays");
        }
    }

    fn xdotool(&self, arguments: &[&str]) -> String {
        let done =
            Command::new("xdotool").args(arguments).env("DISPLAY", &self.display).env("LC_ALL", "C.UTF-8").output().expect("xdotool");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// The native window with this title. xdotool compares names without knowing UTF-8; so they are compared here.
    fn dialog_of(&self, title: &str) -> Option<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", ".*"]);
        found.lines().find(|id| self.xdotool(&["getwindowname", id]).trim() == title).map(str::to_owned)
    }

    async fn dialog(&self, title: &str) -> String {
        let began = Instant::now();
        loop {
            if let Some(id) = self.dialog_of(title) {
                return id;
            }
            assert!(began.elapsed() < PATIENCE, "no native dialog {title:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Keeps a picture.
    pub async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        // What was changed last is on the screen only after the next frame.
        let painted = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        let _ = self.client.execute_async(painted, vec![]).await;
        if let Ok(png) = self.client.screenshot().await {
            std::fs::write(folder.join(format!("{name}.png")), png).expect("a picture");
        }
    }

    /// Keeps a picture in the READMEs' folder.
    pub async fn picture_for_readers(&self, name: &str) {
        self.picture(name).await;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let taken = root.join("tests/screenshots").join(format!("{name}.png"));
        std::fs::copy(taken, root.join("assets/screenshots").join(format!("{name}.png"))).expect("a picture");
    }

    /// Keeps a picture of the page as it goes to paper: the rules for print hold, those for the screen alone do not.
    pub async fn printed(&self, name: &str) {
        let script = "for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) \
                      if (rule instanceof CSSMediaRule && rule.media.mediaText === 'print') rule.media.mediaText = 'all'";
        self.client.execute(script, vec![]).await.expect("the rules for print");
        self.picture(name).await;
        let script = "const page = document.querySelector('.page').getBoundingClientRect(); \
                      const shown = css => [...document.querySelectorAll(css)].some(e => e.getClientRects().length > 0); \
                      return !shown('nav') && !shown('header button') && page.left < 20 && !shown('.status')";
        self.until("a page without what is only for the screen", script, vec![]).await;
    }

    /// Keeps a picture in both themes and lets axe-core look at the page.
    pub async fn pictures(&self, name: &str) {
        for theme in ["dark", "light"] {
            self.theme(theme).await;
            self.picture(&format!("{name}-{theme}")).await;
            self.accessible(&format!("{name}, {theme}")).await;
        }
    }

    /// Sets the theme as the settings do.
    pub async fn theme(&self, theme: &str) {
        self.client.execute("document.documentElement.dataset.theme = arguments[0]", vec![json!(theme)]).await.expect("theme");
    }

    /// Lets axe-core look at the page; serious findings fail the journey.
    pub async fn accessible(&self, page: &str) {
        let axe =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js")).expect("axe-core");
        self.client.execute(&axe, vec![]).await.expect("axe-core loads");
        // Notices fade in and out: while they do, no contrast can be measured.
        let script = "const done = arguments[0]; axe.run({exclude: [['[data-sonner-toaster]']]}, {resultTypes: ['violations']}).then(r => done(r.violations \
                      .filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes.slice(0, 3) \
                      .map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | '))), e => done([String(e)]))";
        let found = self.client.execute_async(script, vec![]).await.expect("axe-core runs");
        assert_eq!(found, json!([]), "{page} has serious findings");
    }
}

impl Drop for Window {
    /// Ends what was started for this window, also when the journey failed.
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = Command::new("kill").args(["--", &format!("-{}", process.id())]).status();
            let _ = process.wait();
        }
    }
}

fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
