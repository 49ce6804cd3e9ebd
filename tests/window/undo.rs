//! Edit, undo, restart, redo; and the import taken back.

use fantoccini::key::Key;

use super::driver::{Start, Window, fixture};

#[tokio::test]
async fn an_edit_can_be_undone_and_redone_after_a_restart_and_an_import_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let file = fixture("samples/weidian_orders.csv");
    let window = Window::open(Start { files: vec![file], ..Start::new(data.path()) }).await;
    window.click("导入 6 个订单").await;
    window.click("去看客户").await;
    window.see_text("欧阳晓晓").await;
    let search = window.see("input[aria-label^='姓名']").await;
    search.send_keys("oyxx").await.unwrap();
    window.see_text("1 位").await;
    window.keys(&Key::Enter).await;
    // A blank fact is brought out and typed at once.
    window.see("select[aria-label='添加…']").await;
    let script = "const s = document.querySelector(\"select[aria-label='添加…']\"); s.value = 'temperament'; \
                  s.dispatchEvent(new Event('change', {bubbles: true})); return true";
    window.until("the fact chosen", script, vec![]).await;
    window.see("textarea[aria-label='性格']").await;
    window.keys("爽快").await;
    window.ctrl(&Key::Enter).await;
    window
        .until("the edit", "return document.querySelector(\"button[aria-label^='性格']\")?.textContent.includes('爽快') === true", vec![])
        .await;
    window.press("[role=grid]").await;
    window.ctrl("z").await;
    window.see_text("已撤销").await;
    window
        .until("undone", "return document.querySelector(\"button[aria-label^='性格']\")?.textContent.includes('爽快') !== true", vec![])
        .await;
    window.close().await;

    let window = Window::open(Start::new(data.path())).await;
    window.press("nav button[data-page=customers]").await;
    window.see_text("欧阳晓晓").await;
    window.press("[role=grid]").await;
    window.keys(&(Key::Control + &(Key::Shift + "z"))).await;
    window.see_text("已重做").await;
    window.ctrl("z").await;
    window.see_text("已撤销").await;

    window.click("导入订单").await;
    window.see_text("weidian_orders.csv").await;
    window.picture("history-zh-light").await;
    window.accessible("history").await;
    window.click("撤销导入").await;
    window.see_text("撤销这次导入？").await;
    window.see_text("删除 6 个订单").await;
    window.picture("import-undo-asks-zh-light").await;
    // Escape leaves everything as it is.
    window.keys(&Key::Escape).await;
    window.no_dialog().await;
    window.click("撤销导入").await;
    window.see_text("删除 6 个订单").await;
    window.click_in_dialog("撤销导入").await;
    window.see_text("这次导入已撤销").await;
    window.picture("import-undone-zh-light").await;
    // The notice brings it back.
    window.press("[data-sonner-toast] [data-button]").await;
    window.see_text("已重做").await;
    window.click("撤销导入").await;
    window.click_in_dialog("撤销导入").await;
    window.see_text("这次导入已撤销").await;
    window.click("客户").await;
    window.see_text("从一个订单文件开始").await;
    window.close().await;
}
