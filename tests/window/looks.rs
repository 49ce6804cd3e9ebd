//! Every page in both languages, both themes, both sizes: pictures to look at, and axe-core on each.

use super::driver::{Start, Window, fixture};

async fn walk(language: &str, words: [&str; 8]) {
    let [import, customers, orders, settings, see, name, palette, keys] = words;
    let data = tempfile::tempdir().unwrap();
    let files =
        vec![fixture("samples/taobao_ExportOrderList202604101016.csv"), fixture("samples/taobao_ExportOrderDetailList202604101016.csv")];
    let window = Window::open(Start { language, files, ..Start::new(data.path()) }).await;
    window.see("[role=tabpanel]").await;
    window.pictures(&format!("two-files-{language}")).await;
    window.click(import).await;
    window.click(see).await;
    window.see_text("张小满").await;
    window.press("[role=row][aria-rowindex='1']").await;
    window.see(".pane .fig").await;
    window.pictures(&format!("customers-{language}")).await;
    window.ctrl("k").await;
    window.see(".palette").await;
    window.keys("oyxx").await;
    window.see_text("欧阳晓晓").await;
    window.picture(&format!("palette-{language}-light")).await;
    window.see_text(palette).await;
    window.keys(&fantoccini::key::Key::Escape).await;
    window.press("nav button[data-page=orders]").await;
    window.see_text(orders).await;
    window.press("[role=row][aria-rowindex='6']").await;
    window.see(".pane .sums").await;
    window.see_text("三德刀").await;
    window.pictures(&format!("orders-{language}")).await;
    window.press("nav button[data-page=settings]").await;
    window.see_text(settings).await;
    window.pictures(&format!("settings-{language}")).await;
    window.keys("?").await;
    window.see_text(keys).await;
    window.picture(&format!("keys-{language}-light")).await;
    window.keys(&fantoccini::key::Key::Escape).await;
    window.client.set_window_size(1024, 700).await.unwrap();
    window.press("nav button[data-page=customers]").await;
    window.see_text(customers).await;
    window.see_text(name).await;
    window.pictures(&format!("customers-{language}-1024")).await;
    window.press("nav button[data-page=orders]").await;
    window.see_text(orders).await;
    window.pictures(&format!("orders-{language}-1024")).await;
    window.close().await;
}

#[tokio::test]
async fn every_page_in_chinese() {
    walk("zh-CN", ["导入 6 个订单", "客户", "订单", "外观", "去看客户", "姓名", "客户", "任何地方"]).await;
}

#[tokio::test]
async fn every_page_in_english() {
    walk("en", ["Import 6 orders", "Customers", "Orders", "Appearance", "See the customers", "Name", "Customers", "Anywhere"]).await;
}
