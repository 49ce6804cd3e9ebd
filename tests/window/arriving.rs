//! Files that come to a window that is open: by a second start of the program, by drag and drop.

use super::drag::Hand;
use super::driver::{Start, Window, fixture};

#[tokio::test]
async fn a_second_start_brings_its_file_to_the_first() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start { usual_folder: true, ..Start::new(data.path()) }).await;
    window.see_text("从一个订单文件开始").await;
    // By a name that only means something in the second start's folder.
    window.second_start(&fixture("samples"), &["weidian_orders.csv"]);
    window.see_text("现在还没有写入任何东西").await;
    window.see_text("weidian_orders.csv").await;
    window.close().await;
}

#[tokio::test]
async fn a_file_dropped_on_any_page_is_read() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start::new(data.path())).await;
    window.see_text("从一个订单文件开始").await;
    let file = fixture("samples/weidian_orders.csv");
    let hand = Hand::over_window(&window.display, &file);
    window.see_text("松开").await;
    hand.leave();
    window.until("no more dragging", "return document.querySelector('.drop') === null", vec![]).await;
    let hand = Hand::over_window(&window.display, &file);
    window.see_text("松开").await;
    window.picture("drop-zh-light").await;
    hand.drop_it();
    window.see_text("现在还没有写入任何东西").await;
    window.see_text("weidian_orders.csv").await;
    window.close().await;
}
