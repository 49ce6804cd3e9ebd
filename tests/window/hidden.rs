//! Buyers whom the platform hides: their orders come in without customers, and every box that asks who finds them.

use fantoccini::key::Key;

use super::driver::{Start, Window, fixture};

#[tokio::test]
async fn orders_of_hidden_buyers_are_led_to_and_found_by_their_number() {
    for language in ["zh-CN", "en"] {
        let say = |chinese: &'static str, english: &'static str| if language == "en" { english } else { chinese };
        let data = tempfile::tempdir().unwrap();
        let files = vec![fixture("platforms/pdd_orders_full.csv")];
        let window = Window::open(Start { language, files, ..Start::new(data.path()) }).await;
        window.client.set_window_size(1024, 700).await.unwrap();
        window.see_text(say("现在还没有写入任何东西", "Nothing is written yet")).await;
        window.ctrl(&Key::Enter).await;
        window.see_text(say("买家被平台隐藏", "the platform hides")).await;
        window.pictures(&format!("hidden-done-{language}")).await;
        window.accessible("the result of hidden buyers").await;

        // An empty list of customers says why, and offers no filter to clear.
        window.press("nav button[data-page=customers]").await;
        window.see_text(say("还没有客户", "No customers yet")).await;
        window.until("nothing to clear", "return !/清除条件|Clear filters/.test(document.body.innerText)", vec![]).await;
        window.pictures(&format!("hidden-customers-{language}")).await;
        window.click(say("看订单", "See orders")).await;
        window.see_text("260301-100000000001111").await;
        window.pictures(&format!("hidden-orders-{language}")).await;

        // Who is this? By the beginning of the number; Enter opens the order.
        window.press("h1").await;
        window.keys("w").await;
        window.type_into(".dialog .find input", "260301-1").await;
        window.see(".dialog .found button.sel").await;
        window.picture(&format!("hidden-who-{language}")).await;
        window.accessible("who is this").await;
        window.keys(&Key::Enter).await;
        window.no_dialog().await;
        window.see_text(say("平锅", "平锅")).await;
        window
            .until("the order is shown", "return document.querySelector('.pane .number')?.textContent === '260301-100000000001111'", vec![])
            .await;
        window
            .until(
                "its row is the highlighted one",
                "return document.querySelector('.line.sel')?.textContent.includes('260301-100000000001111') === true",
                vec![],
            )
            .await;

        // A complaint about it, by the end of the number; Escape closes the dialog and nothing else.
        window.press("nav button[data-page=complaints]").await;
        window.press("h1").await;
        window.keys("a").await;
        window.type_into(".dialog .found + textarea, .dialog input.wide", "1111").await;
        window.see(".dialog .found button.sel").await;
        window.keys(&Key::Enter).await;
        window.until("the words are typed next", "return document.activeElement?.tagName === 'TEXTAREA'", vec![]).await;
        window.keys("锅底有划痕").await;
        window.picture(&format!("hidden-complaint-{language}")).await;
        window.ctrl(&Key::Enter).await;
        window.no_dialog().await;
        window.see_text("锅底有划痕").await;

        // On the case: a field is the innermost layer, then a dialog, then the page.
        window.press("#f-said").await;
        window.keys(&Key::Escape).await;
        window
            .until(
                "the field was left",
                "return document.activeElement?.id !== 'f-said' && document.querySelector('.case') !== null",
                vec![],
            )
            .await;
        window.keys("w").await;
        window.see(".dialog").await;
        window.keys(&Key::Escape).await;
        window.no_dialog().await;
        window.until("the case is still shown", "return document.querySelector('.case') !== null", vec![]).await;
        window.keys(&Key::Escape).await;
        window.until("the list", "return document.querySelector('.case') === null", vec![]).await;
        // One click opens it again.
        window.press("[role=row][aria-rowindex='1'] [role=gridcell]:nth-child(3)").await;
        window.until("the case", "return document.querySelector('.case') !== null", vec![]).await;

        // The palette keeps what was typed, to be typed over.
        window.ctrl("k").await;
        window.type_into(".palette input", "260301").await;
        window.keys(&Key::Escape).await;
        window.no_dialog().await;
        window.ctrl("k").await;
        window
            .until("the old text is selected", "const box = document.querySelector('.palette input'); return box !== null && document.activeElement === box && box.value === '260301' && box.selectionStart === 0 && box.selectionEnd === 6", vec![])
            .await;
        window.keys(&Key::Escape).await;
        window.close().await;

        // The same folder with the shop right in it, as the command line makes one: it is opened and not an empty one.
        let named = data.path().join("zhanggui");
        let aside = data.path().join("aside");
        std::fs::rename(named.join("shop"), &aside).unwrap();
        std::fs::remove_dir_all(&named).unwrap();
        std::fs::rename(&aside, &named).unwrap();
        let window = Window::open(Start { language, ..Start::new(data.path()) }).await;
        window.press("nav button[data-page=orders]").await;
        window.see_text("260410").await;
        window.close().await;
    }
}
