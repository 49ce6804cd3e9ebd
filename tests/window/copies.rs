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
