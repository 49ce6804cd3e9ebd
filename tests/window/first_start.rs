//! First start, the Taobao sample in, the buyer found by initials, the same file again, a broken file, a shop in use.

use fantoccini::key::Key;

use super::driver::{Start, Window, fixture};

const LIST: &str = "samples/taobao_ExportOrderList202604101016.csv";

#[tokio::test]
async fn a_seller_imports_a_file_and_finds_a_buyer() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start::new(data.path())).await;
    window.see_text("从一个订单文件开始").await;
    window.picture("welcome-zh-light").await;
    window.accessible("welcome").await;
    window.close().await;

    let window = Window::open(Start { files: vec![fixture(LIST)], ..Start::new(data.path()) }).await;
    window.see_text("现在还没有写入任何东西").await;
    window.see_text("淘宝/天猫订单").await;
    window.see_text("GB18030").await;
    window.see_text("¥2,356.66").await;
    window.picture("import-check-zh-light").await;
    window.accessible("import check").await;
    window.ctrl(&Key::Enter).await;
    window.see_text("导入完成").await;
    window.picture("import-done-zh-light").await;

    window.click("去看客户").await;
    window.see_text("4 位").await;
    let search = window.see("input[aria-label^='姓名']").await;
    search.send_keys("zxm").await.unwrap();
    window.see_text("1 位").await;
    window.see_text("张小满").await;
    window.keys(&Key::Enter).await;
    window.see_text("tb张小满01").await;
    window.see_text("139 0000 0001").await;
    window.picture("customers-zh-light").await;
    window.accessible("customers").await;
    window.theme("dark").await;
    window.picture("customers-zh-dark").await;
    window.accessible("customers, dark").await;
    window.close().await;

    let window = Window::open(Start { files: vec![fixture(LIST)], ..Start::new(data.path()) }).await;
    window.see_text("没有新内容").await;
    window.until("0 new", "return document.querySelector('.sum b').textContent === '0'", vec![]).await;
    window.close().await;
}

#[tokio::test]
async fn a_broken_file_is_named_and_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start { language: "en", files: vec![fixture("bad/unclosed_quote.csv")], ..Start::new(data.path()) }).await;
    window.see_text("is never closed").await;
    window.see_text("Use the file as the platform gave it").await;
    window.picture("import-broken-en-light").await;
    window.accessible("broken file").await;
    window.click("Cancel").await;
    window.see_text("Drop the order file").await;
    window.picture("import-empty-en-light").await;
    window.close().await;
}

#[tokio::test]
async fn a_shop_that_another_window_has_opens_when_that_one_lets_go() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("zhanggui/shop");
    std::fs::create_dir_all(&folder).unwrap();
    let other = std::fs::File::create(folder.join("lock")).unwrap();
    other.lock().unwrap();
    let window = Window::open(Start { files: vec![fixture(LIST)], ..Start::new(data.path()) }).await;
    window.see_text("掌柜已在另一个窗口打开了这家店").await;
    window.picture("in-use-zh-light").await;
    window.accessible("shop in use").await;
    other.unlock().unwrap();
    // Nobody presses anything, and the file it was started with is read.
    window.see_text("现在还没有写入任何东西").await;
    window.close().await;
}
