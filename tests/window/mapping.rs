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
