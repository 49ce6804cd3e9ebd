//! The pictures of both READMEs, made of the sample shop: `cargo xtask pictures`.

use super::driver::{Start, Window};

#[tokio::test]
#[ignore = "writes the pictures of the READMEs; run by `cargo xtask pictures`"]
async fn pictures_of_the_readmes() {
    for (language, short) in [("zh-CN", "zh"), ("en", "en")] {
        let say = |chinese: &'static str, english: &'static str| if language == "en" { english } else { chinese };
        let data = tempfile::tempdir().unwrap();
        let window = Window::open(Start { language, ..Start::new(data.path()) }).await;
        window.theme("light").await;
        window.click(say("看看示例店", "Open the sample shop")).await;
        window.see(".line").await;
        window.see(".pane .row").await;
        window.picture_for_readers(&format!("today-{short}")).await;

        window.press("nav button[data-page=customers]").await;
        window.see("[role=row][aria-rowindex='1']").await;
        window.press("[role=row][aria-rowindex='3']").await;
        window.see(".pane .who").await;
        window.picture_for_readers(&format!("customers-{short}")).await;

        window.press("nav button[data-page=reviews]").await;
        window.press("[role=row][aria-rowindex='4'] .open").await;
        window.see(".pick[aria-pressed=true]").await;
        window.picture_for_readers(&format!("review-{short}")).await;

        window.press("nav button[data-page=shipping]").await;
        window.see(".editor").await;
        window.press(".pane .tabs button:nth-child(2)").await;
        window.press(".pane .btn.p").await;
        window.see_text(say("有成本的件数", "Cost known")).await;
        window.picture_for_readers(&format!("shipping-{short}")).await;
        window.close().await;
    }
}
