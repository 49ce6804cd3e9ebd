//! A bad review as a seller lives it: written down, its cause set, a call, a refusal, a public reply that repeats an
//! earlier one, the fault mended in a complaint, closed; the evidence saved. Files of reviews; what they teach.

use fantoccini::key::Key;

use super::complaints::attach;
use super::drag::Hand;
use super::driver::{Start, Window, fixture};

async fn with_orders(data: &std::path::Path, language: &'static str) -> Window {
    let files = vec![fixture("samples/taobao_ExportOrderList202604101016.csv")];
    let window = Window::open(Start { language, files, ..Start::new(data) }).await;
    window.click(if language == "en" { "Import 6 orders" } else { "导入 6 个订单" }).await;
    window.see_text(if language == "en" { "See the customers" } else { "去看客户" }).await;
    window.press("nav button[data-page=reviews]").await;
    window.see_text(if language == "en" { "No reviews yet" } else { "还没有评价" }).await;
    window
}

/// Pastes reviews, looks at what they would do, takes them in.
async fn paste(window: &Window, text: &str, take: &str) {
    window.press("h1").await;
    window.keys("a").await;
    window.click_in_dialog("粘贴").await;
    // A line ends with Enter as it is typed.
    window.fill(".dialog textarea", &text.replace('\n', &Key::Enter)).await;
    window.click_in_dialog("识别").await;
    window.see("#d-rating-0").await;
    window.picture("review-pasted-zh-light").await;
    window.click_in_dialog("预览").await;
    window.see(".dialog table").await;
    window.click_in_dialog(take).await;
    window.no_dialog().await;
}

/// Writes a message down about the review that is open, to a buyer who is better left alone.
async fn write_all_the_same(window: &Window, asked: &str) {
    window.press("h1").await;
    window.keys("r").await;
    window.see("#c-outcome").await;
    window.choose("#c-way", "out").await;
    window.choose("#c-outcome", "sent").await;
    window.ctrl(&Key::Enter).await;
    window.see_text(asked).await;
}

const REPLY: &str = "杯口的缺口是打包时垫得太薄，新的今天寄出，旧的不用寄回。";

#[tokio::test]
async fn a_bad_review_goes_from_its_cause_to_its_end() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path(), "zh-CN").await;
    window.pictures("reviews-empty-zh").await;
    let earlier = format!("1星\n2026-03-20 21:14\n买家：tb_old\n杯子有缺口\n商家回复：{REPLY}");
    paste(&window, &earlier, "录入 1 条").await;
    window.press("h1").await;
    window.keys("a").await;
    window.click_in_dialog("自己录入").await;
    window.picture("review-by-hand-zh-light").await;
    window.accessible("a review by hand").await;
    window.choose("#d-rating-0", "1").await;
    window.fill("#d-order-0", "2026030200000000012").await;
    window.fill("#d-text-0", "杯口缺了一块，包装薄得像纸。").await;
    window.click_in_dialog("预览").await;
    window.see_text("欧阳晓晓").await;
    window.picture("review-plan-zh-light").await;
    window.click_in_dialog("录入 1 条").await;
    window.no_dialog().await;
    window.see_text("定原因").await;
    window.pictures("reviews-queue-zh").await;

    // The earlier one is due first. One click on a row opens it; no contact before the cause.
    window.press("[role=row][aria-rowindex='2'] [role=gridcell]:nth-child(4)").await;
    window.see_text("先定原因，再联系").await;
    window.pictures("review-cause-zh").await;
    window.press("h1").await;
    window.keys("r").await;
    window.until("no dialog", "return document.querySelector('[role=dialog]') === null", vec![]).await;
    window.click("破损").await;
    window.see_text("合适的时间").await;
    window.picture("review-contact-zh-light").await;

    // The call sheet; nobody answers, then a refusal: it ends there.
    window.press("h1").await;
    window.keys("l").await;
    window.see_text("绝不说").await;
    window.picture("call-sheet-zh-light").await;
    window.accessible("call sheet").await;
    window.fill("#cs-note", "响了六声没人接").await;
    window.fill(".dialog [aria-label^=答应了什么]", "明天上午再打一次").await;
    window.picture("call-sheet-promise-zh-light").await;
    window.click_in_dialog("没人应").await;
    window.no_dialog().await;
    window.see_text("响了六声没人接").await;
    window.see_text("第 2 次，最多 3 次").await;
    window.see_text("明天上午再打一次").await;
    window.press("h1").await;
    window.keys("r").await;
    window.see("#c-outcome").await;
    window.choose("#c-outcome", "refused").await;
    window.ctrl(&Key::Enter).await;
    window.no_dialog().await;
    window.see_text("买家明确拒绝联系").await;
    // A message all the same is not written down without a reason.
    write_all_the_same(&window, "还是联系了？").await;
    window.pictures("contact-anyway-zh").await;
    window.accessible("a contact that is held back").await;
    window.fill("#anyway-why", "她让我把单号发过去").await;
    window.click_in_dialog("写明原因并记下").await;
    window.no_dialog().await;
    window.see_text("仍联系：她让我把单号发过去").await;

    // The reply: an offer and private data are refused, a repetition is shown.
    let reply = "section textarea";
    window.fill(reply, "改成五星给您退20元").await;
    window.see_text("用好处换评价").await;
    window.picture("reply-offer-zh-light").await;
    window.until("no sending", "return [...document.querySelectorAll('.btn.p')].some(b => b.disabled)", vec![]).await;
    window.fill(reply, "欧阳晓晓您好，电话 13900000002 打不通").await;
    window.see_text("公开回复里有买家的私人信息").await;
    window.see_text("“13900000002”").await;
    window.picture("reply-private-data-zh-light").await;
    window.fill(reply, "杯口的缺口是打包时垫得太薄，新的今天寄出，旧的不用退回").await;
    window.see_text("和以前的一条回复很像").await;
    window.pictures("reply-twin-zh").await;
    window.fill(reply, "缺口是我们的责任：泡沫换成了两厘米厚的，每一只都单独装盒。").await;
    window.see_text("没有重复").await;
    window.press(reply).await;
    window.ctrl(&Key::Enter).await;
    window.see_text("记为公开回复").await;

    // The fault is mended in a complaint, and the review ends.
    window.click("开投诉（同单已有就并入）").await;
    window.see_text("杯口缺了一块").await;
    window.see_text("#1").await;
    window.press("nav button[data-page=reviews]").await;
    window.see("[role=row][aria-rowindex='2'] .open").await;
    window.press("[role=row][aria-rowindex='2'] .open").await;
    window.see_text("去投诉 #1").await;
    window.click("保留不变").await;
    window.see_text("重新处理").await;
    window.pictures("review-closed-zh").await;

    // A picture of the fault belongs to the review as it does to a case.
    attach(&window, data.path(), "rim.png").await;

    // The evidence is one file that opens.
    let target = data.path().join("evidence.zip");
    window.click("保存证据包…").await;
    window.native("保存证据包", &target.display().to_string()).await;
    window.see_text("已保存 evidence.zip").await;
    let mut pack = zip::ZipArchive::new(std::fs::File::open(&target).unwrap()).unwrap();
    let mut page = String::new();
    std::io::Read::read_to_string(&mut pack.by_name("evidence-english.html").unwrap(), &mut page).unwrap();
    assert!(page.contains("杯口缺了一块") && page.contains("no answer") && page.contains("refused"));
    window.close().await;
}

#[tokio::test]
async fn a_file_with_unknown_columns_is_mapped_and_the_same_file_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("hand.csv");
    std::fs::write(
        &file,
        "no,who,what they gave,said,day\n1,tb_a,1,cracked on arrival,2026-03-02\n2,tb_b,5,lovely,2026-03-03\n3,tb_c,seven,hm,2026-03-04\n",
    )
    .unwrap();
    let window = with_orders(data.path(), "en").await;
    window.picture("reviews-empty-en-light").await;
    window.click("Add reviews").await;
    window.click_in_dialog("From a file").await;
    window.native_open("Choose a file of reviews", &file.display().to_string()).await;
    window.see_text("Match the columns first").await;
    window.picture("reviews-mapping-en-light").await;
    window.accessible("mapping of reviews").await;
    for (field, column) in [("platform_id", "0"), ("buyer", "1"), ("stars", "2"), ("text", "3"), ("reviewed_at", "4")] {
        window.choose(&format!("#col-{field}"), column).await;
        window
            .until(
                "the mapping",
                "return document.querySelector(arguments[0])?.value === arguments[1]",
                vec![format!("#col-{field}").into(), column.into()],
            )
            .await;
    }
    window.see_text("not a rating").await;
    window.picture("reviews-plan-en-light").await;
    window.click_in_dialog("Add 2").await;
    window.no_dialog().await;
    window.see_text("cracked on arrival").await;
    window.pictures("reviews-queue-en").await;
    window.click("Add reviews").await;
    window.click_in_dialog("From a file").await;
    window.native_open("Choose a file of reviews", &file.display().to_string()).await;
    window.see_text("Nothing new").await;
    window.keys(&Key::Escape).await;
    window.no_dialog().await;

    // A file dropped on the list is one of reviews, and none of orders.
    let more = data.path().join("more.csv");
    std::fs::write(&more, "order id,buyer,rating,review,date\n9,tb_d,2,too small,2026-03-05\n").unwrap();
    let hand = Hand::over_window(&window.display, &more);
    window.see(".drop").await;
    hand.drop_it();
    window.click_in_dialog("Add 1").await;
    window.no_dialog().await;
    window.see_text("too small").await;

    // Three messages are enough; a fourth is asked about, and left out where there is no reason for it.
    window.press("[role=row][aria-rowindex='1'] .open").await;
    window.click("Damage").await;
    for _ in 0..3 {
        window.press("h1").await;
        window.keys("r").await;
        window.see("#c-outcome").await;
        window.choose("#c-outcome", "sent").await;
        window.ctrl(&Key::Enter).await;
        window.no_dialog().await;
    }
    window.see_text("The attempts are used up").await;
    write_all_the_same(&window, "Contacted anyway?").await;
    window.client.set_window_size(1024, 700).await.unwrap();
    window.pictures("contact-anyway-en").await;
    window.click_in_dialog("Cancel").await;
    window.keys(&Key::Escape).await;
    window.no_dialog().await;
    window.press("nav button[data-page=settings]").await;
    window.click_label("The same as my working days").await;
    window.see("#call-day-6").await;
    window.pictures("settings-call-hours-en").await;
    window.close().await;
}

async fn walk(language: &'static str, demo: &str, learning: &str, narrow: bool) {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start { language, ..Start::new(data.path()) }).await;
    window.click(demo).await;
    window.see(".line").await;
    window.pictures(&format!("today-with-reviews-{language}")).await;
    window.press("nav button[data-page=reviews]").await;
    window.see("[role=row][aria-rowindex='1'] .open").await;
    window.pictures(&format!("reviews-demo-{language}")).await;
    window.press("[role=row][aria-rowindex='4'] .open").await;
    window.see(".pane").await;
    window.see(".pick[aria-pressed=true]").await;
    window.pictures(&format!("review-demo-{language}")).await;
    if narrow {
        window.client.set_window_size(1024, 700).await.unwrap();
        window.pictures(&format!("review-demo-{language}-1024")).await;
    }
    window.press("nav button[data-page=reviews]").await;
    window.click(learning).await;
    window.see("#panel-learning table").await;
    window.pictures(&format!("reviews-learning-{language}")).await;
    window.close().await;
}

#[tokio::test]
async fn the_sample_shop_shows_reviews_in_chinese() {
    walk("zh-CN", "看看示例店", "原因与结果", true).await;
}

#[tokio::test]
async fn the_sample_shop_shows_reviews_in_english() {
    walk("en", "Open the sample shop", "Causes and outcomes", true).await;
}

#[tokio::test]
async fn a_review_without_a_buyer_is_linked_answered_in_private_and_the_scores_are_kept() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path(), "zh-CN").await;
    paste(&window, "1星\n2026-11-20 21:14\n买家：tb_old\n杯子有缺口", "录入 1 条").await;
    window.press("[role=row][aria-rowindex='1'] .open").await;
    window.see_text("买家不明").await;
    window.fill("aside form input", "2026030200000000012").await;
    window.press("aside form .btn").await;
    window.see("aside .link").await;
    window.see_text("对错人了").await;
    window.click("破损").await;
    window.see_text("合适的时间").await;
    window.click("私下回复").await;
    window.fill("section textarea", "您好，缺口的事我来处理，新的今天寄出。").await;
    window.see_text("没有违规的话").await;
    window.press("section textarea").await;
    window.ctrl(&Key::Enter).await;
    window.see("#c-outcome").await;
    window.ctrl(&Key::Enter).await;
    window.no_dialog().await;
    window.see_text("平台聊天 →").await;
    // What was sent is not left to be sent again, and nothing failed.
    window.until("an empty reply", "return document.querySelector('section textarea').value === ''", vec![]).await;
    window.until("no failure", "return !document.body.innerText.includes('没有成功')", vec![]).await;
    window.picture("review-private-zh-light").await;

    window.press("nav button[data-page=reviews]").await;
    window.click("原因与结果").await;
    window.fill("input[aria-label=描述]", "4.86").await;
    window.press(".two > div:first-child .btn").await;
    window.see_text("4.86").await;
    window.fill("input[aria-label^=换了快递]", "换了中通").await;
    window.press(".two > div:last-child .btn").await;
    window.see_text("换了中通").await;
    window.picture("review-scores-zh-light").await;

    window.press("nav button[data-page=settings]").await;
    window.fill("#rv-invite", "3").await;
    window.press("h1").await;
    window.picture("settings-reviews-zh-light").await;
    // When a call is decent: hours of two halves of a day, days that follow the seller's or are chosen.
    window.click_label("和我的工作日一样").await;
    window.see("#call-day-6").await;
    window.fill("#rv-pause", "30").await;
    // What was typed is saved too where the next click comes at once.
    window.press("#call-day-6").await;
    window
        .until(
            "both changes",
            "return document.querySelector('#rv-pause').value === '30' && document.querySelector('#call-day-6').checked === false",
            vec![],
        )
        .await;
    window.press("#rv-pause").await;
    window.pictures("settings-call-hours-zh").await;
    window.accessible("decent hours").await;
    window.press("nav button[data-page=today]").await;
    window.press("nav button[data-page=settings]").await;
    window.until("the pause that was set", "return document.querySelector('#rv-pause')?.value === '30'", vec![]).await;
    window.until("the days that were set", "return document.querySelector('#rv-invite')?.value === '3'", vec![]).await;
    window.close().await;
}
