//! A complaint as a seller lives it: taken in by keyboard, five steps, a week later the question whether all is
//! well, reopened, closed; files of a case; the board, causes and fixes.

use fantoccini::key::Key;

use super::drag::Hand;
use super::driver::{Start, Window, fixture};

const DAY: i64 = 86_400;

fn samples() -> Vec<std::path::PathBuf> {
    vec![fixture("samples/taobao_ExportOrderList202604101016.csv"), fixture("samples/taobao_ExportOrderDetailList202604101016.csv")]
}

/// A window on a shop with the sample orders, on the page of complaints.
async fn with_orders(data: &std::path::Path) -> Window {
    let window = Window::open(Start { files: samples(), ..Start::new(data) }).await;
    window.click("导入 6 个订单").await;
    window.see_text("去看客户").await;
    window.press("nav button[data-page=complaints]").await;
    window.see_text("登记投诉").await;
    window
}

/// Takes a complaint of 欧阳晓晓 in without the mouse.
async fn take_in(window: &Window, words: &str) {
    window.press("h1").await;
    window.keys("a").await;
    window.type_into("[aria-label^='是谁']", "oyxx").await;
    window.see(".dialog .found button.sel").await;
    window.keys(&Key::Enter).await;
    window.see("#t-order").await;
    window.type_into(".dialog textarea", words).await;
}

#[tokio::test]
async fn a_complaint_goes_through_five_steps_and_is_asked_about_a_week_later() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path()).await;
    window.picture("complaints-empty-zh-light").await;
    window.accessible("complaints, empty").await;
    take_in(&window, "杯沿有个缺口，不敢用。").await;
    window.picture("take-in-zh-light").await;
    window.accessible("taking in").await;
    window.ctrl(&Key::Enter).await;
    window.see_text("已登记为 #1").await;
    window.see_text("杯沿有个缺口").await;
    window.picture("case-soothe-zh-light").await;
    window.accessible("case, first step").await;

    // A step that lacks something says what, and stays.
    window.press("h1").await;
    window.keys("d").await;
    window.see_text("先写下对买家说了什么").await;
    // The proposed words are copied by one key, kept as a contact and as what was said.
    window.see("#step-panel .box").await;
    window.keys("c").await;
    window.see_text("并记为").await;
    window.until("what was said", "return document.querySelector('#f-said').value.length > 5", vec![]).await;
    window.keys("d").await;
    window.see("#f-problem").await;

    window.fill("#f-problem", "杯沿有一处小缺口").await;
    window.press("input[name=agrees]").await;
    window.click("明天这时候").await;
    window.until("the next update", "return document.querySelectorAll('#step-panel .when[data-at^=\"20\"]').length === 1", vec![]).await;
    window.picture("case-respond-zh-light").await;
    window.press("h1").await;
    window.keys("d").await;
    window.see("#f-meaning").await;

    // The buyer has to answer first: the clock stands and says so.
    window.press("h1").await;
    window.keys("w").await;
    window.see_text("等买家").await;
    window.click_in_dialog("好").await;
    window.see_text("在等买家，暂停计时").await;
    window.press("h1").await;
    window.keys("w").await;
    window.until("the clock runs", "return !document.body.innerText.includes('在等买家，暂停计时')", vec![]).await;

    window.fill("#f-meaning", "准备送给妈妈的").await;
    window.click("破损").await;
    window.until("the cause", "return document.querySelector('.pick[aria-pressed=true]') !== null", vec![]).await;
    window.picture("case-empathise-zh-light").await;
    window.press("h1").await;
    window.keys("d").await;
    window.see_text("针对：破损").await;
    // Owning the fault, and something that makes it good.
    window.click("加上").await;
    window.see_text("这一轮还没有补偿").await;
    window.choose("select[aria-label=补偿]", "reship").await;
    window.fill("input[aria-label=成本]", "31").await;
    window.click("加上").await;
    window.see_text("¥31.00").await;
    window.picture("case-compensate-zh-light").await;
    window.accessible("case, remedies").await;
    // A remedy is done when it arrived, not when it was promised.
    window.press("h1").await;
    window.keys("d").await;
    window.see_text("补偿还没送到").await;
    window.click("送到了").await;
    window.see(".chip.g").await;
    window.press("h1").await;
    window.keys("d").await;
    window.see_text("满意").await;
    window.picture("case-follow-up-zh-light").await;
    window.theme("dark").await;
    window.picture("case-follow-up-zh-dark").await;
    window.accessible("case, dark").await;
    window.close().await;

    let window = Window::open(Start { ahead: 8 * DAY, ..Start::new(data.path()) }).await;
    window.see_text("逾期").await;
    window.see_text("跟踪").await;
    window.picture("today-follow-up-zh-light").await;
    window.keys(&Key::Enter).await;
    window.see("[name=satisfied]").await;
    // Not satisfied leads back to the second step.
    window.click_label("还没有").await;
    window.see_text("不满意，回到").await;
    window.press("h1").await;
    window.keys("d").await;
    window.see("#f-problem").await;
    window.see_text("重开 1 次").await;
    // One key takes it back, and once more forward.
    window.press("h1").await;
    window.ctrl("z").await;
    window.see_text("已撤销").await;
    window.see("[name=satisfied]").await;
    window.click_label("满意").await;
    window.see_text("完成，结束").await;
    window.press("h1").await;
    window.keys("d").await;
    window.see_text("重新打开").await;
    window.picture("case-closed-zh-light").await;
    window.accessible("case, closed").await;
    window.click("重新打开").await;
    window.type_into("[aria-label=原因]", "补寄的又碎了").await;
    window.keys(&Key::Enter).await;
    window.see_text("已重新打开").await;
    window.see("#f-problem").await;
    // The rest in one go, and back again.
    window.press("h1").await;
    window.keys("g").await;
    window.see_text("小事一次记完五步").await;
    window.client.set_window_size(1024, 700).await.unwrap();
    window.pictures("case-one-go-zh").await;
    window.fill(".dialog [aria-label=成本]", "1,000").await;
    // In this round nobody has owned the fault yet, whatever was said in the one before.
    window.click_in_dialog("记下五步").await;
    window.see_text("这一轮还没有承担责任").await;
    window.pictures("case-one-go-refused-zh").await;
    window.fill("#og-owning", "是我们没包好").await;
    window.click_in_dialog("记下五步").await;
    window.see_text("已补好并关闭").await;
    window.see_text("¥1,000.00").await;
    window.click("买家其实不满意").await;
    window.see_text("重新打开 · 买家其实不满意").await;
    window.press("h1").await;
    window.ctrl("z").await;
    window.see_text("买家其实不满意").await;
    window.press("h1").await;
    window.ctrl("z").await;
    window.see("#f-problem").await;
    window.click("结束").await;
    window.see("[aria-label=结果]").await;
    window.fill(".dialog [aria-label=原因]", "换货后满意").await;
    window.click_in_dialog("结束").await;
    window.see_text("已结束").await;
    window.close().await;
}

/// A window on a case that a picture belongs to.
pub(super) async fn with_a_picture(data: &std::path::Path) -> Window {
    let window = with_orders(data).await;
    take_in(&window, "杯子裂了。").await;
    window.ctrl(&Key::Enter).await;
    window.see_text("已登记为 #1").await;
    attach(&window, data, "crack.png").await;
    window
}

/// Adds a picture through the system's dialog.
pub(super) async fn attach(window: &Window, data: &std::path::Path, name: &str) {
    let picture = data.join(name);
    std::fs::copy(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots/customers-en.png"), &picture).unwrap();
    window.click("添加").await;
    window.native_open("选择图片、录音或文件", &picture.display().to_string()).await;
    window.see_text(name).await;
    window.see(".file img").await;
}

#[tokio::test]
async fn files_of_a_case_are_copied_by_the_dialog_and_by_dropping() {
    let data = tempfile::tempdir().unwrap();
    let window = with_a_picture(data.path()).await;
    // A file dropped on an open case belongs to it and is not taken for orders.
    let note = data.path().join("聊天记录.txt");
    std::fs::write(&note, "买家：裂了").unwrap();
    let hand = Hand::over_window(&window.display, &note);
    window.see_text("松开").await;
    hand.drop_it();
    window.see_text("聊天记录.txt").await;
    window.picture("case-files-zh-light").await;
    window.accessible("case with files").await;
    // Somebody removes the copies behind the program's back.
    let kept = data.path().join("zhanggui/shop/attachments");
    for file in std::fs::read_dir(&kept).unwrap().flatten() {
        if file.path().is_file() {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    window.press("nav button[data-page=orders]").await;
    window.press("nav button[data-page=complaints]").await;
    window.press("[role=row][aria-rowindex='1'] button").await;
    window.see_text("文件不见了").await;
    window.close().await;
}

/// The invented shop has cases in every state: list, board, causes, one case, in a language, both themes and sizes.
async fn walk(language: &str, words: [&str; 4]) {
    let [open, board, causes, saved] = words;
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start { language, ..Start::new(data.path()) }).await;
    window.click(open).await;
    window.see(".line").await;
    window.pictures(&format!("today-{language}")).await;
    window.press("nav button[data-page=complaints]").await;
    window.see("[role=row][aria-rowindex='6']").await;
    window.pictures(&format!("complaints-{language}")).await;
    window.click(board).await;
    window.see(".card").await;
    window.pictures(&format!("board-{language}")).await;
    window.click(causes).await;
    window.see("td .chip").await;
    window.pictures(&format!("causes-{language}")).await;
    // A filter kept under a name.
    window.press("[id=tab-list]").await;
    let clock = if language == "en" { "select[aria-label=Due]" } else { "select[aria-label=时限]" };
    window.choose(clock, "overdue").await;
    window.click(saved).await;
    window.type_into(".bar form input", "A").await;
    window.keys(&Key::Enter).await;
    window.see(".views .view").await;
    window.press("[role=row][aria-rowindex='1'] button").await;
    window.see(".steps").await;
    window.pictures(&format!("case-{language}")).await;
    window.client.set_window_size(1024, 700).await.unwrap();
    window.pictures(&format!("case-{language}-1024")).await;
    window.press("nav button[data-page=complaints]").await;
    window.see(".views .view").await;
    window.pictures(&format!("complaints-{language}-1024")).await;
    window.click(board).await;
    window.see(".card").await;
    window.pictures(&format!("board-{language}-1024")).await;
    window.press("nav button[data-page=today]").await;
    window.see(".line").await;
    window.pictures(&format!("today-{language}-1024")).await;
    window.press("nav button[data-page=phrases]").await;
    window.see(".phrase").await;
    window.pictures(&format!("phrases-{language}-1024")).await;
    window.press("nav button[data-page=complaints]").await;
    window.press("[id=tab-list]").await;
    window.press("[role=row][aria-rowindex='1'] button").await;
    window.see(".steps").await;
    window.printed(&format!("case-printed-{language}")).await;
    window.close().await;
}

#[tokio::test]
async fn a_shop_with_cases_in_every_state_in_chinese() {
    walk("zh-CN", ["看看示例店", "看板", "原因与改进", "保存筛选"]).await;
}

#[tokio::test]
async fn a_shop_with_cases_in_every_state_in_english() {
    walk("en", ["Open the sample shop", "Board", "Causes and fixes", "Save this filter"]).await;
}
