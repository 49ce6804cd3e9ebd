//! A copy of the shop goes to another place with its files, and comes back on another computer.

use super::complaints::with_a_picture;
use super::driver::{Start, Window};

#[tokio::test]
async fn a_shop_moves_to_another_computer_with_its_files() {
    let data = tempfile::tempdir().unwrap();
    let window = with_a_picture(data.path()).await;
    window.press("nav button[data-page=settings]").await;
    window.click("备份到别处").await;
    let copy = data.path().join("mine.zhanggui");
    window.native("备份到别处", &copy.display().to_string()).await;
    window.see_text("已备份并验证：mine.zhanggui。 新增 1 个附件。").await;
    window.see(".body").await;
    window.picture("settings-backups-zh-light").await;
    window.close().await;
    assert!(copy.exists() && copy.with_extension("files").is_dir());

    let other = tempfile::tempdir().unwrap();
    let window = Window::open(Start::new(other.path())).await;
    window.see_text("从一个订单文件开始").await;
    let broken = data.path().join("broken.zhanggui");
    std::fs::write(&broken, vec![7u8; 40_000]).unwrap();
    window.click("从备份文件恢复").await;
    window.native_open("选择备份文件", &broken.display().to_string()).await;
    window.see_text("这不是掌柜的店铺文件").await;
    window.picture("restore-broken-zh-light").await;
    window.click("从备份文件恢复").await;
    window.native_open("选择备份文件", &copy.display().to_string()).await;
    window.see_text("里面有 4 位客户、6 个订单").await;
    window.picture("restore-ask-zh-light").await;
    window.accessible("restore from a file").await;
    window.click_in_dialog("恢复").await;
    window.see_text("已恢复 mine.zhanggui。 新增 1 个附件。").await;
    window.press("nav button[data-page=complaints]").await;
    window.press("[role=row][aria-rowindex='1'] button").await;
    window.see(".file img").await;
    window.close().await;
}

#[tokio::test]
async fn every_day_brings_a_backup_and_one_that_fails_is_said() {
    const DAY: i64 = 86_400;
    let data = tempfile::tempdir().unwrap();
    let window = with_a_picture(data.path()).await;
    window.close().await;
    let window = Window::open(Start { ahead: 2 * DAY, ..Start::new(data.path()) }).await;
    window.press("nav button[data-page=settings]").await;
    window.see_text("每日").await;
    // Something changes, and the place of the backups is taken by something else.
    window.press("nav button[data-page=complaints]").await;
    window.press("[role=row][aria-rowindex='1'] button").await;
    window.see(".file img").await;
    window.click("删除这件投诉").await;
    window.see_text("投诉已删除").await;
    window.close().await;
    let backups = data.path().join("zhanggui/shop/backups");
    std::fs::rename(&backups, data.path().join("elsewhere")).unwrap();
    std::fs::write(&backups, "").unwrap();

    let window = Window::open(Start { ahead: 4 * DAY, ..Start::new(data.path()) }).await;
    window.click("自动备份没有成功").await;
    window.see("[role=alert]").await;
    window.picture("settings-backup-failed-zh-light").await;
    window.accessible("settings with a failed backup").await;
    // Once its place is free again, one by hand is possible.
    std::fs::remove_file(&backups).unwrap();
    window.click("立即备份").await;
    window.see_text("已备份并验证").await;
    window.until("no warning", "return !document.body.innerText.includes('自动备份没有成功')", vec![]).await;
    window.close().await;

    // A shop whose file has gone is not a first start: its backup is at hand.
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(data.path().join(format!("zhanggui/shop/shop.zhanggui{ending}")));
    }
    let window = Window::open(Start::new(data.path())).await;
    window.see_text("这家店有一份").await;
    window.pictures("welcome-backup-zh").await;
    window.press("[role=note] .btn").await;
    window.see_text("已恢复").await;
    window.press("nav button[data-page=customers]").await;
    window.see_text("张小满").await;
    window.close().await;
}

#[tokio::test]
async fn a_clock_that_may_be_wrong_is_said_and_old_backups_stay() {
    const DAY: i64 = 86_400;
    let data = tempfile::tempdir().unwrap();
    let window = with_a_picture(data.path()).await;
    window.see_text("上次备份").await;
    window.close().await;
    let backups = || {
        let entries = std::fs::read_dir(data.path().join("zhanggui/shop/backups")).unwrap();
        entries.map(|e| e.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    let before = backups();
    for (language, words, by_hand, done, name) in [
        ("zh-CN", "电脑时钟可能不对", "立即备份", "已备份并验证", "clock-doubt-zh"),
        ("en", "The computer's clock may be wrong", "Back up now", "Backed up and verified", "clock-doubt-en"),
    ] {
        let window = Window::open(Start { language, ahead: 400 * DAY, ..Start::new(data.path()) }).await;
        window.see_text(words).await;
        window.pictures(name).await;
        window.click(words).await;
        window.see("[role=alert]").await;
        window.pictures(&format!("{name}-settings")).await;
        // A backup by the clock in doubt does not clear it, neither now nor at the next start.
        window.click(by_hand).await;
        window.see_text(done).await;
        window.press("nav button[data-page=today]").await;
        window.see_text(words).await;
        window.client.set_window_size(1024, 700).await.unwrap();
        window.pictures(&format!("{name}-1024")).await;
        window.close().await;
    }
    assert!(backups().is_superset(&before), "a backup has gone");
    // The clock is right again: nothing more to say.
    let window = Window::open(Start::new(data.path())).await;
    window.press("nav button[data-page=customers]").await;
    window.see_text("张小满").await;
    window.until("no notice", "return !/电脑时钟可能不对/.test(document.body.innerText)", vec![]).await;
    window.close().await;
}
