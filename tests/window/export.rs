//! The list of customers leaves as a file, through the system's own dialog.

use super::driver::{Start, Window, fixture};

#[tokio::test]
async fn customers_are_exported_where_the_seller_says() {
    let data = tempfile::tempdir().unwrap();
    let file = fixture("samples/taobao_ExportOrderList202604101016.csv");
    let window = Window::open(Start { files: vec![file], ..Start::new(data.path()) }).await;
    window.click("导入 6 个订单").await;
    window.click("去看客户").await;
    window.see_text("张小满").await;
    window.press("[role=grid]").await;
    window.keys("e").await;
    window.see_text("选择位置并导出").await;
    window.picture("export-zh-light").await;
    window.accessible("export").await;
    // Without a choice it is a workbook, in which every digit stays.
    window.click("选择位置并导出").await;
    let target = data.path().join("out.xlsx");
    window.native("导出客户", &target.display().to_string()).await;
    window.see_text("已导出 4 位客户").await;
    assert!(std::fs::read(&target).unwrap().starts_with(b"PK"), "a workbook is a zip");
    window.press("[role=grid]").await;
    window.keys("e").await;
    window.see_text("选择位置并导出").await;
    window.choose(".dialog fieldset select", "csv_utf8_bom").await;
    window.click("选择位置并导出").await;
    let target = data.path().join("out.csv");
    window.native("导出客户", &target.display().to_string()).await;
    window.see_text("out.csv").await;
    let text = std::fs::read_to_string(&target).unwrap();
    assert!(text.starts_with("\u{feff}姓名,"), "Excel needs the mark: {text}");
    assert!(text.contains("'-小王"), "a name that looks like a formula is guarded: {text}");
    window.close().await;
}
