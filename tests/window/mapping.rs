//! A file whose columns are not known is mapped once and recognised the next time.

use super::driver::{Start, Window, fixture};

#[tokio::test]
async fn unknown_columns_are_mapped_once() {
    let data = tempfile::tempdir().unwrap();
    let file = fixture("quirks/generic_big5.csv");
    let window = Window::open(Start { files: vec![file.clone()], ..Start::new(data.path()) }).await;
    window.see_text("告诉掌柜").await;
    window.until("Big5", "return [...document.querySelectorAll('select')].some((s) => s.value === 'Big5')", vec![]).await;
    window.picture("mapping-zh-light").await;
    window.accessible("mapping").await;
    window.click("就这样读").await;
    window.see_text("现在还没有写入任何东西").await;
    window.close().await;

    let window = Window::open(Start { files: vec![file], ..Start::new(data.path()) }).await;
    window.see_text("现在还没有写入任何东西").await;
    window.close().await;
}

#[tokio::test]
async fn a_file_that_is_nearly_known_says_so_and_is_read_as_that() {
    let data = tempfile::tempdir().unwrap();
    let file = fixture("real/W16-one-required-header-missing-unhelpful/ExportOrderList.csv");
    let window = Window::open(Start { files: vec![file], ..Start::new(data.path()) }).await;
    window.see_text("这很像“淘宝/天猫订单”，但是没有这些列：买家会员名").await;
    window.pictures("mapping-nearly-zh").await;
    window.accessible("mapping").await;
    window.click("按“淘宝/天猫订单”读").await;
    window.see_text("文件里没有这些列：买家会员名").await;
    window.see_text("现在还没有写入任何东西").await;
    window.close().await;
}

#[tokio::test]
async fn a_guessed_encoding_is_asked_about_and_columns_without_a_use_are_mapped_on() {
    for language in ["zh-CN", "en"] {
        let data = tempfile::tempdir().unwrap();
        let file = fixture("real/W19-other-code-pages-read-wrong-in-silence/polish_windows_1250.csv");
        let window = Window::open(Start { files: vec![file], language, ..Start::new(data.path()) }).await;
        window.see_text("Łukasz").await;
        window.see_text("Accepts Marketing").await;
        window.client.set_window_size(1024, 700).await.unwrap();
        window.pictures(&format!("check-how-read-{language}")).await;
        window.accessible("check").await;
        window.click(if language == "en" { "Say what they are" } else { "给它们指定用途" }).await;
        window.choose("select[aria-label='Discount Code']", "seller_note").await;
        window.picture(&format!("mapping-more-{language}")).await;
        window.click(if language == "en" { "Read it like this" } else { "就这样读" }).await;
        window.until("the column is used", "return !document.body.innerText.includes('Discount Code,') && !document.body.innerText.includes('Discount Code，') && document.body.innerText.includes('Accepts Marketing')", vec![]).await;
        window.close().await;
    }
}
