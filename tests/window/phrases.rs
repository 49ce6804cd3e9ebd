//! Words at hand: a phrase that lacks something, one put into a text field, one that pays for praise.

use fantoccini::key::Key;

use super::driver::{Start, Window, fixture};

#[tokio::test]
async fn a_phrase_with_something_missing_is_not_copied_until_it_is_filled_in() {
    let data = tempfile::tempdir().unwrap();
    let files = vec![fixture("samples/taobao_ExportOrderList202604101016.csv")];
    let window = Window::open(Start { files, ..Start::new(data.path()) }).await;
    window.click("导入 6 个订单").await;
    window.see_text("去看客户").await;
    window.press("nav button[data-page=phrases]").await;
    window.see(".phrase").await;
    window.pictures("phrases-zh").await;
    window.press("h1").await;
    window.keys("/").await;
    window.keys("产品尺寸").await;
    window.see_text("没有这样的话术").await;
    window.picture("phrases-none-zh-light").await;
    window.fill("input[type=search], .find input, header input", "实测尺寸").await;
    window.see(".slot.lacks").await;
    window.press("h1").await;
    window.keys("c").await;
    window.see_text("还有没填的").await;
    window.picture("phrase-missing-zh-light").await;
    loop {
        let slots = window.client.find_all(fantoccini::Locator::Css(".slot.lacks")).await.unwrap();
        let Some(slot) = slots.into_iter().next() else { break };
        slot.send_keys("十二厘米").await.unwrap();
    }
    window.press("h1").await;
    window.keys("c").await;
    window.see_text("已复制").await;

    // A phrase of one's own that pays for praise is flagged while it is written.
    window.press("h1").await;
    window.keys("a").await;
    window.see(".dialog textarea").await;
    window.fill(".dialog textarea", "给个五 星 好 评，返您 5 元红包").await;
    window.see(".dialog [role=alert]").await;
    window.picture("phrase-unlawful-zh-light").await;
    window.keys(&Key::Escape).await;
    window.no_dialog().await;

    // From any text field, one key inserts a phrase.
    window.press("nav button[data-page=customers]").await;
    window.press("[role=row][aria-rowindex='1']").await;
    window.press("h1").await;
    window.keys("r").await;
    window.see(".dialog textarea").await;
    window.press(".dialog textarea").await;
    window.ctrl("j").await;
    window.see(".palette-item").await;
    window.picture("phrase-picker-zh-light").await;
    window.type_into(".palette-input", "拍一张实物").await;
    window.until("one phrase", "return document.querySelectorAll('.palette-item').length === 1", vec![]).await;
    window.keys(&Key::Enter).await;
    window.picture("phrase-inserted-zh-light").await;
    window
        .until(
            "the phrase in the field",
            "return [...document.querySelectorAll('.dialog textarea')].some(t => t.value.includes('拍一张实物'))",
            vec![],
        )
        .await;
    window.picture("contact-zh-light").await;
    window.accessible("contact").await;
    window.ctrl(&Key::Enter).await;
    window.see_text("拍一张实物").await;
    window.close().await;
}
