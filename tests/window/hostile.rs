//! Files, texts and pages that are damaged or made to do harm, in front of the real window.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::complaints::with_a_picture;
use super::driver::{Start, Window, fixture};
use fantoccini::key::Key;
use serde_json::json;

#[tokio::test]
async fn a_workbook_that_would_end_a_program_is_refused_in_words() {
    let data = tempfile::tempdir().unwrap();
    for (name, words) in [
        ("unique_9999999999999.xlsx", "打不开，可能没下载完整或有密码"),
        ("fz_0.xls", "打不开，可能没下载完整或有密码"),
        ("many_sheets.xlsx", "的工作表超过 256 张，没有打开"),
    ] {
        let window = Window::open(Start { files: vec![fixture("hostile").join(name)], ..Start::new(data.path()) }).await;
        window.see_text(words).await;
        window.press("nav button[data-page=customers]").await;
        window.see_text("客户").await;
        window.close().await;
    }
    // Whatever the window wrote, its log too, is the seller's alone.
    let mut look = vec![data.path().join("zhanggui")];
    while let Some(path) = look.pop() {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(&path).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o077, 0, "{} can be read by others", path.display());
        if metadata.is_dir() {
            look.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
        }
    }
}

#[tokio::test]
async fn a_file_that_goes_away_while_its_plan_is_shown_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("orders.csv");
    std::fs::copy(fixture("samples/weidian_orders.csv"), &file).unwrap();
    let window = Window::open(Start { files: vec![file.clone()], ..Start::new(data.path()) }).await;
    window.see_text("现在还没有写入任何东西").await;
    std::fs::remove_file(&file).unwrap();
    window.ctrl(&Key::Enter).await;
    window.until("words for a file that has gone", "return /不见了|找不到|不在了/.test(document.body.innerText)", vec![]).await;
    window.picture("import-file-gone-zh-light").await;
    window.press("nav button[data-page=orders]").await;
    window.close().await;
}

#[tokio::test]
async fn the_window_shows_the_programs_own_pages_alone() {
    let data = tempfile::tempdir().unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let port = server.local_addr().unwrap().port();
    let window = Window::open(Start::new(data.path())).await;
    window.see("nav").await;
    let addresses = [
        format!("http://tauri.localhost:{port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("https://tauri.localhost:{port}/"),
        format!("tauri://localhost:{port}/"),
        "about:blank".to_owned(),
        "data:text/html,<h1>elsewhere</h1>".to_owned(),
        "mailto:a@example.com".to_owned(),
        "file:///etc/hostname".to_owned(),
        "javascript:document.write('elsewhere')".to_owned(),
    ];
    let ways = [
        "location.href = arguments[0]",
        "location.replace(arguments[0])",
        "window.open(arguments[0])",
        "const a = document.createElement('a'); a.href = arguments[0]; document.body.append(a); a.click(); a.remove()",
        "const f = document.createElement('form'); f.action = arguments[0]; document.body.append(f); f.submit(); f.remove()",
        "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + arguments[0]; document.head.append(m)",
        "location.href = URL.createObjectURL(new Blob(['<h1>elsewhere</h1>'], {type: 'text/html'}))",
    ];
    for address in &addresses {
        for way in ways {
            // A refused way out may be an error of the script; what counts is where the window is.
            let _ = window.client.execute(way, vec![json!(address)]).await;
        }
    }
    let here = "return location.protocol === 'tauri:' && location.host === 'localhost' && document.querySelector('nav') !== null";
    window.until("the program's own page", here, vec![]).await;
    window.press("nav button[data-page=settings]").await;
    window.see_text("备份").await;
    // WebKit may connect to where a link leads before it asks whether it may go there; it sends no request.
    while let Ok((mut caller, _)) = server.accept() {
        caller.set_nonblocking(true).unwrap();
        let mut sent = [0; 16];
        let read = caller.read(&mut sent).unwrap_or(0);
        let asks = ["GET", "POST", "HEAD"].iter().any(|word| sent[..read].starts_with(word.as_bytes()));
        assert!(!asks, "a page of somebody else was asked for");
    }
    window.close().await;
}

/// Programs in the place of the system's own that note down what they are asked to open.
fn recording(folder: &Path) -> (PathBuf, PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let (programs, log) = (folder.join("programs"), folder.join("opened.txt"));
    std::fs::create_dir(&programs).unwrap();
    for name in ["xdg-open", "gio", "gnome-open", "kde-open", "wslview"] {
        let path = programs.join(name);
        let mut file = std::fs::File::create(&path).unwrap();
        writeln!(file, "#!/bin/sh\necho \"$@\" >> '{}'", log.display()).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    (programs, log)
}

#[tokio::test]
async fn evidence_that_can_run_is_kept_and_only_shown_in_its_folder() {
    let data = tempfile::tempdir().unwrap();
    with_a_picture(data.path()).await.close().await;
    let (programs, log) = recording(data.path());
    let window = Window::open(Start { programs: Some(programs), ..Start::new(data.path()) }).await;
    window.press("nav button[data-page=complaints]").await;
    window.press("[role=row][aria-rowindex='1'] button").await;
    window.see(".file img").await;
    for (name, words) in [
        ("setup.msi", "没有打开"),
        ("run.sh", "这是一段脚本，打开就会执行。没有打开"),
        ("bill.html", "这是网页，打开后里面的内容会自己运行。没有打开"),
        ("pkg.deb", "这是压缩包或安装包，里面可能有程序。没有打开"),
    ] {
        let path = data.path().join(name);
        std::fs::copy(fixture("hostile").join(name), &path).unwrap();
        window.click("添加").await;
        window.native_open("选择图片、录音或文件", &path.display().to_string()).await;
        window.click(name).await;
        window.see_text(words).await;
    }
    window.picture("attachment-not-opened-zh-light").await;
    window.click("crack.png").await;
    // The picture comes last, so that what came before it has been asked for.
    let opened = || std::fs::read_to_string(&log).unwrap_or_default();
    let began = std::time::Instant::now();
    while !opened().contains(".png") {
        assert!(began.elapsed().as_secs() < 60, "the picture is not opened: {}", opened());
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    for line in opened().lines() {
        let harmless = line.ends_with(".png") || line.ends_with("/attachments");
        assert!(harmless, "the system was asked to open {line}");
    }
    window.close().await;
}

#[tokio::test]
async fn characters_that_nobody_sees_are_marked_on_the_screen() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("orders.csv");
    let row = |number: u32, name: &str| {
        format!(
            "70000000000000000{number:02},buyer{number},66.00,66.00,交易成功,{name},浙江省 杭州市 西湖区 文三路 1 号,138000000{number:02},2026-08-01 10:00:00,杯,1\n"
        )
    };
    let header =
        "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,宝贝标题,宝贝总数量\n";
    std::fs::write(&file, [header, &row(1, "张\u{202e}三小"), &row(2, "李\u{1b}[2J雷")].concat()).unwrap();
    let window = Window::open(Start { files: vec![file], ..Start::new(data.path()) }).await;
    window.see_text("现在还没有写入任何东西").await;
    window.ctrl(&Key::Enter).await;
    window.see_text("导入完成").await;
    window.press("nav button[data-page=customers]").await;
    window.see_text("张⟪RLO⟫三小").await;
    window.see_text("李⟪ESC⟫[2J雷").await;
    window.pictures("hidden-characters-zh").await;
    window.close().await;
}

/// A small disk of its own, gone with the journey; `None` where this machine does not let one be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn at(folder: PathBuf) -> Option<SmallDisk> {
        std::fs::create_dir_all(&folder).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(&folder).status();
        if mounted.is_ok_and(|s| s.success()) {
            return Some(SmallDisk(folder));
        }
        let _ = writeln!(std::io::stderr(), "\n!!! SKIPPED, NOTHING PROVEN: no file system can be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_shop_on_a_full_disk_is_shown_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::at(data.path().join("zhanggui")) else { return };
    let files = vec![fixture("samples/weidian_orders.csv")];
    let window = Window::open(Start { files, ..Start::new(data.path()) }).await;
    window.see_text("现在还没有写入任何东西").await;
    window.ctrl(&Key::Enter).await;
    window.see_text("导入完成").await;
    window.close().await;
    // The driver ends the program without a goodbye; a program that goes by itself leaves no log behind.
    let emptied = Command::new("sqlite3").arg(disk.0.join("shop/shop.zhanggui")).arg("PRAGMA wal_checkpoint(TRUNCATE)").status();
    assert!(emptied.is_ok_and(|s| s.success()));
    let mut filler = std::fs::File::create(disk.0.join("filler")).unwrap();
    for size in [1 << 16, 4096, 1] {
        while filler.write_all(&vec![7; size]).is_ok() {}
    }
    drop(filler);
    for (language, words, page) in
        [("zh-CN", "磁盘满了：只能查看和导出到别处", "full-disk-zh"), ("en", "The disk is full: you can look", "full-disk-en")]
    {
        let window = Window::open(Start { language, ..Start::new(data.path()) }).await;
        window.see_text(words).await;
        window.press("nav button[data-page=customers]").await;
        window.see_text("张小满").await;
        window.pictures(page).await;
        if language == "en" {
            window.client.set_window_size(1024, 700).await.unwrap();
            window.pictures("full-disk-en-1024").await;
            // With room again nobody has to start anything anew.
            std::fs::remove_file(disk.0.join("filler")).unwrap();
            window.until("a shop that can be changed", "return !document.body.innerText.includes('The disk is full')", vec![]).await;
        }
        window.close().await;
    }
}
