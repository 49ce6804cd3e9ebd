//! The day by keyboard alone; a promise that becomes overdue; the notice of the system.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use fantoccini::key::Key;

use super::driver::{Start, Window, fixture};

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_promise_becomes_overdue_and_is_kept_late() {
    let data = tempfile::tempdir().unwrap();
    let files = vec![fixture("samples/taobao_ExportOrderList202604101016.csv")];
    let window = Window::open(Start { files, ..Start::new(data.path()) }).await;
    window.click("导入 6 个订单").await;
    window.click("去看客户").await;
    window.press("[role=row][aria-rowindex='1']").await;
    window.see(".pane .fig").await;
    window.click("记一个承诺").await;
    window.type_into("[aria-label=答应了什么]", "告诉她雪平锅什么时候到货").await;
    window.keys(&Key::Enter).await;
    window.see_text("承诺已记下").await;
    window.see_text("告诉她雪平锅什么时候到货").await;
    window.pictures("profile-zh").await;
    window.close().await;

    // What the web view remembers is not needed: the system says the language before anything is asked for in one.
    std::fs::remove_dir_all(data.path().join("share")).unwrap();
    let window = Window::open(Start { ahead: 3 * DAY, ..Start::new(data.path()) }).await;
    window.see_text("逾期").await;
    let sum = window.client.execute("return document.querySelector('.sum').innerText", vec![]).await.unwrap();
    assert!(sum.as_str().is_some_and(|s| s.contains("承诺") && !s.contains("overdue")), "{sum}");
    window.see_text("告诉她雪平锅什么时候到货").await;
    window.picture("today-promise-zh-light").await;
    window.keys("d").await;
    window.see_text("已完成 1").await;
    window.until("no line", "return document.querySelector('.line') === null", vec![]).await;
    window.picture("today-empty-zh-light").await;
    window.accessible("today, nothing due").await;
    window.ctrl("z").await;
    window.see_text("已撤销").await;
    window.see(".line").await;
    window.close().await;
}

#[tokio::test]
async fn a_day_is_worked_through_by_keyboard_alone() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start::new(data.path())).await;
    window.click("看看示例店").await;
    window.see(".line.sel").await;
    let first = "return document.querySelector('.line.sel').dataset.id";
    let chosen = async || window.client.execute(first, vec![]).await.unwrap().as_str().unwrap().to_owned();
    let begin = chosen().await;
    window.press("h1").await;
    window.keys(&Key::Down).await;
    window
        .until("the next line", "return document.querySelector('.line.sel').dataset.id !== arguments[0]", vec![begin.clone().into()])
        .await;
    window.keys(&Key::Up).await;
    window
        .until("the first line", "return document.querySelector('.line.sel').dataset.id === arguments[0]", vec![begin.clone().into()])
        .await;
    // Later, by the number of a natural time.
    window.keys("s").await;
    window.see_text("推迟到").await;
    window.picture("snooze-zh-light").await;
    window.accessible("snooze").await;
    window.keys("1").await;
    window.see_text("已推迟").await;
    let gone = "return document.querySelector(`[data-id=\"${arguments[0]}\"]`) === null";
    window.until("put off", gone, vec![begin.clone().into()]).await;
    // Undone, it is back.
    window.ctrl("z").await;
    window.until("back", "return document.querySelector(`[data-id=\"${arguments[0]}\"]`) !== null", vec![begin.into()]).await;
    // Not at all, with a reason: a wish, which keeps no state of its own.
    for _ in 0..40 {
        if chosen().await.starts_with("check_in/") {
            break;
        }
        window.keys(&Key::Down).await;
    }
    let wish = chosen().await;
    assert!(wish.starts_with("check_in/"), "the sample shop has somebody to ask: {wish}");
    window.keys("x").await;
    window.type_into("[aria-label=原因]", "刚聊过").await;
    window.keys(&Key::Enter).await;
    window.see_text("已略过").await;
    window.until("left out", gone, vec![wish.into()]).await;
    window.no_dialog().await;
    // A call that is refused becomes a wish only if the seller says so.
    window.keys("r").await;
    window.see("#c-outcome").await;
    window.choose("#c-outcome", "refused").await;
    window.press(".dialog textarea").await;
    window.fill(".dialog textarea", "说请别再打了").await;
    window.click_label("记为请勿联系").await;
    window.picture("refused-zh-light").await;
    window.press(".dialog textarea").await;
    window.ctrl(&Key::Enter).await;
    window.no_dialog().await;
    // Who is this?
    window.press("h1").await;
    window.keys("w").await;
    window.see("[aria-label^='名字、账号']").await;
    window.fill("[aria-label^='名字、账号']", "王").await;
    window.see(".dialog .facts").await;
    window.picture("recognise-zh-light").await;
    window.accessible("recognition card").await;
    window.close().await;
}

#[tokio::test]
async fn the_system_is_told_what_is_due_without_names() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start::new(data.path())).await;
    window.click("看看示例店").await;
    window.see(".line").await;
    let environment = window.environment();
    let bus = environment.split('\0').find_map(|v| v.strip_prefix("DBUS_SESSION_BUS_ADDRESS=")).expect("a bus").to_owned();
    let mut monitor = Command::new("dbus-monitor")
        .args(["--address", &bus, "interface='org.freedesktop.Notifications',member='Notify'"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-monitor");
    let mut lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
    // Its first line says that it listens.
    lines.next().unwrap().unwrap();
    window.press("nav button[data-page=settings]").await;
    window.click_label("每天到点用系统通知").await;
    window.see("#d-at").await;
    window.picture("settings-reminder-zh-light").await;
    window.accessible("settings, reminder").await;
    window.click("现在看一眼").await;
    window.see_text("已经发给系统了").await;
    let said = lines.map_while(Result::ok).find(|line| line.contains("string \"") && line.contains('。')).expect("the summary");
    assert!(said.contains("承诺") || said.contains("投诉"), "{said}");
    let _ = monitor.kill();
    let _ = monitor.wait();
    window.close().await;
}

/// The seller's own days: a holiday of their own, a day after which a product is asked about, and one after which a
/// review may be invited.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // The program under test goes by the real clock.
async fn days_of_ones_own_decide_what_today_proposes() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("orders.csv");
    let before = |days: i64| (chrono::Local::now() - chrono::Duration::days(days)).format("%Y-%m-%d 10:00:00");
    let (ordered, received) = (before(10), before(5));
    let orders = format!(
        "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,确认收货时间,宝贝标题,宝贝总数量\n\
         7000000000000000001,zhang_xiaoman,66.00,66.00,交易成功,张小满,浙江省 杭州市 西湖区 文三路 1 号,13800000001,{ordered},{received},青瓷茶杯,1\n"
    );
    std::fs::write(&file, orders).unwrap();
    let window = Window::open(Start { files: vec![file], ..Start::new(data.path()) }).await;
    window.click("导入 1 个订单").await;
    window.see_text("去看客户").await;

    window.press("nav button[data-page=settings]").await;
    window.fill("#rv-invite", "3").await;
    window.press("h1").await;
    window.press("[aria-label=日期] [data-segment=year]").await;
    let year = before(0).to_string()[..4].to_owned();
    for part in [&year, "12", "12"] {
        window.keys(part).await;
    }
    window.fill("[aria-label=叫什么]", "盘点").await;
    window.click("加上").await;
    window.press("section summary").await;
    window.see_text("自己定的").await;
    window.accessible("settings, holidays").await;
    window.picture("settings-days-zh-light").await;

    // This product is asked about after a week and not after the shop's own days: not yet.
    let check_in = |there: bool| {
        format!(
            "return document.querySelector('.sum') !== null && (document.querySelector(\".line[data-id^='check_in/']\") !== null) === {there}"
        )
    };
    for (days, there) in [("7", false), ("4", true)] {
        window.press("nav button[data-page=shipping]").await;
        window.press("#tab-products").await;
        window.fill("[data-cell='0,4']", days).await;
        window.keys(&Key::Tab).await;
        window.press("nav button[data-page=today]").await;
        window.until(&format!("a check-in: {there}"), &check_in(there), vec![]).await;
    }

    // Received five days ago, so that three days are over; asked once, and never again for this order.
    window.press("nav button[data-page=today]").await;
    // Who is asked how the goods are is not invited as well, until that is over.
    window.press(".line[data-id^='check_in/']").await;
    window.until("one line", "return document.querySelectorAll('.line').length === 1", vec![]).await;
    window.keys("d").await;
    window.press(".line[data-id^='invitation/']").await;
    window.see("aside .box").await;
    window.picture("today-invitation-zh-light").await;
    window.accessible("today, an invitation").await;
    window.keys("d").await;
    let none = "return document.querySelector('.sum') !== null && document.querySelector(\".line[data-id^='invitation/']\") === null";
    window.until("no invitation", none, vec![]).await;
    window.close().await;

    let window = Window::open(Start { ahead: DAY, ..Start::new(data.path()) }).await;
    window.until("a list without it", none, vec![]).await;
    window.close().await;
}
