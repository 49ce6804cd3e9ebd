//! Shipping as a seller meets it: a first simple template, a full one with the tree, what the check says and
//! mends, a draft tried on past orders, the free-from line, the calculator with a pasted message, products,
//! couriers.

use std::path::Path;

use fantoccini::key::Key;
use serde_json::json;

use super::driver::{Start, Window, fixture};

/// A window on a shop with the sample orders, on the shipping page.
async fn with_orders(data: &Path, language: &'static str) -> Window {
    let files =
        vec![fixture("samples/taobao_ExportOrderList202604101016.csv"), fixture("samples/taobao_ExportOrderDetailList202604101016.csv")];
    let window = Window::open(Start { language, files, ..Start::new(data) }).await;
    window.see("[role=tabpanel]").await;
    window.click(if language == "en" { "Import 6 orders" } else { "导入 6 个订单" }).await;
    window.see_text(if language == "en" { "See the customers" } else { "去看客户" }).await;
    window.press("nav button[data-page=shipping]").await;
    window
}

#[tokio::test]
async fn a_simple_template_is_made_checked_mended_and_saved() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path(), "zh-CN").await;
    window.see_text("还没有运费模板").await;
    window.picture("shipping-empty-zh-light").await;
    window.accessible("shipping, empty").await;
    window.click("新模板").await;
    window.fill("[aria-label=模板名称]", "全国统一").await;
    window.fill("[data-place='methods[0].rules[0].first_fee']", "八块").await;
    window.see_text("不是金额").await;
    window.picture("shipping-wrong-zh-light").await;
    window.fill("[data-place='methods[0].rules[0].first_fee']", "8").await;
    window.see_text("偏远地区按普通价").await;
    window.click("照此修改").await;
    window.see("[data-place='methods[0].rules[1].first_fee']").await;
    window.fill("[data-place='methods[0].rules[1].first_fee']", "20").await;
    window.see_text("没有发现问题").await;
    window.ctrl("s").await;
    window.see_text("已保存 全国统一").await;
    window.see_text("默认").await;
    window.picture("shipping-simple-zh-light").await;
    window.accessible("shipping, simple template").await;
    // One key takes it back, one brings it again.
    window.press("h1").await;
    window.ctrl("z").await;
    window.see_text("还没有运费模板").await;
    window.close().await;
}

#[tokio::test]
async fn a_full_template_is_built_with_the_tree_tried_on_the_past_and_quoted() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path(), "zh-CN").await;
    window.click("新模板").await;
    window.fill("[aria-label=模板名称]", "按重量").await;
    window
        .client
        .execute(
            "const s = [...document.querySelectorAll('select')].find(s => [...s.options].some(o => o.value === 'flat')); s.value = 'weight'; \
             s.dispatchEvent(new Event('change', {bubbles: true}))",
            vec![],
        )
        .await
        .unwrap();
    window.see("[data-place='methods[0].rules[0].step_fee']").await;
    window.fill("[data-place='methods[0].rules[0].first_fee']", "8").await;
    window.fill("[data-place='methods[0].rules[0].step_fee']", "3").await;
    window.click("不同运费的地区").await;
    window.see(".dialog .tree input").await;
    window.click("西北").await;
    window.fill(".dialog .search", "hz").await;
    window.see_text("330100").await;
    window.picture("shipping-tree-zh-light").await;
    window.click("选定").await;
    window.fill("[data-place='methods[0].rules[1].first_fee']", "18").await;
    window.fill("[data-place='methods[0].rules[1].step_fee']", "9").await;
    window.click("全国满额包邮").await;
    window.see("[data-place='methods[0].free[0].bounds[0]']").await;
    window.see_text("没有填重量").await;
    window.picture("shipping-full-zh-light").await;
    window.accessible("shipping, full template").await;
    // A draft is tried without being saved: the weights are missing, and that is said, not guessed.
    window.click("试算历史").await;
    window.click("试算").await;
    window.press(".pane .btn.p").await;
    window.see_text("商品没有填重量").await;
    window.ctrl("s").await;
    window.see_text("已保存 按重量").await;
    window.click("商品").await;
    window.see("[data-cell='0,0']").await;
    let cells = window.client.find_all(fantoccini::Locator::Css("[data-cell$=',0']")).await.unwrap().len();
    for row in 0..cells {
        let field = window.see(&format!("[data-cell='{row},0']")).await;
        field.click().await.unwrap();
        field.send_keys(&format!("{} g{}", 300 + 100 * row, char::from(Key::Enter))).await.unwrap();
        let written = format!("return document.querySelector(\"[data-cell='{row},0']\").value === '{} g'", 300 + 100 * row);
        window.until("the weight", &written, vec![]).await;
    }
    window.picture("shipping-products-zh-light").await;
    window.accessible("shipping, products").await;
    window.click("模板").await;
    window.click("试算历史").await;
    window.press(".pane .btn.p").await;
    window.see_text("会多付").await;
    window.picture("shipping-replay-zh-light").await;
    window.accessible("shipping, replay").await;
    window.click("包邮线").await;
    window.press(".pane .btn.p").await;
    window.see_text("让掉的运费").await;
    window.picture("shipping-finder-zh-light").await;
    window.click("计算").await;
    window.fill("[data-field=to]", "张小满 13900000001 浙江省杭州市西湖区文三路1号").await;
    window.fill("table [aria-label=商品]", "试一试").await;
    window.see_text("没有填重量").await;
    window.picture("shipping-no-fee-zh-light").await;
    window.fill("table [aria-label=单件重量]", "1.3 kg").await;
    window.see_text("您好，寄到浙江省杭州市西湖区的运费是").await;
    window.picture("shipping-calculator-zh-light").await;
    window.accessible("shipping, calculator").await;
    window.fill("[data-field=to]", "鼓楼区中山路1号").await;
    window.click("福建省福州市鼓楼区").await;
    window.see_text("您好，寄到福建省福州市鼓楼区的运费是").await;
    window.close().await;
}

#[tokio::test]
async fn templates_bills_and_weights_come_from_files() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path(), "zh-CN").await;
    let file = |name: &str, text: &str| {
        let path = data.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    window.click("从文件打开").await;
    let wrong = r#"{"name": "T", "payer": "buyer", "measure": "piece", "methods": [{"method": "express", "rules": [{"regions": ["default"], "first": 1.5, "first_fee": 800, "step": 1, "step_fee": 200}]}]}"#;
    window.native_open("选择运费模板文件", &file("wrong.json", wrong)).await;
    window.see_text("methods[0].rules[0].first").await;
    window.picture("shipping-wrong-file-zh-light").await;
    window.click("从文件打开").await;
    window.native_open("选择运费模板文件", &file("right.json", &wrong.replace("1.5", "1"))).await;
    window.see("[data-place='methods[0].rules[0].first_fee']").await;
    window.ctrl("s").await;
    window.see_text("已保存 T").await;
    window.press("#tab-products").await;
    window.see("[data-cell='0,0']").await;
    window.click("从文件填").await;
    window.native_open("选择商品表", &file("weights.csv", "商品名称,重量(kg)\n陶瓷杯,0.4\n没有这个,1\n")).await;
    window.see_text("店里没有这个商品").await;
    window.picture("shipping-weights-zh-light").await;
    window.accessible("weights from a file").await;
    window.click("应用").await;
    window.until("the weight", "return [...document.querySelectorAll('[data-cell]')].some(c => c.value === '400 g')", vec![]).await;
    // Several at once: a flag is a choice of yes and no.
    window.press("[aria-label=全选]").await;
    window.choose("select[aria-label=填哪一栏]", "fragile").await;
    window.choose("select[aria-label=填什么]", "yes").await;
    window.click("应用").await;
    let all = "const flags = [...document.querySelectorAll(\"tbody [aria-label^='易碎']\")]; return flags.length > 1 && flags.every(f => f.checked)";
    window.until("all are fragile", all, vec![]).await;
    window.press("#tab-couriers").await;
    window.click("导入快递账单").await;
    window.native_open("选择快递账单", &file("bill.csv", "运单号,重量,运费\n75000000001,1.2,8.50\n没有的,1,六块\n")).await;
    window.see_text("1 行没有读进来").await;
    window.picture("shipping-bill-zh-light").await;
    window.accessible("a courier's bill").await;
    window.click("记下账单").await;
    window.see_text("已记下 bill.csv").await;
    window.close().await;
}

#[tokio::test]
async fn a_pasted_message_becomes_an_order() {
    let data = tempfile::tempdir().unwrap();
    let window = with_orders(data.path(), "zh-CN").await;
    window.press("nav button[data-page=orders]").await;
    window.see("[role=row][aria-rowindex='2']").await;
    window.keys("n").await;
    window.fill(".dialog textarea", "欧阳新雨 139 0000 7777 北京朝阳区建国路1号院2号楼").await;
    window.until("the district", "return [...document.querySelectorAll('.dialog input')].some(i => i.value === '朝阳区')", vec![]).await;
    window.fill(".dialog table [aria-label=商品]", "试一试的杯子").await;
    window.fill(".dialog [aria-label=单价]", "25.50").await;
    window.picture("new-order-zh-light").await;
    window.accessible("new order").await;
    window.click("记下订单").await;
    window.see_text("订单已记下").await;
    window.see(".pane .sums").await;
    window.see_text("试一试的杯子").await;
    window.close().await;
}

#[tokio::test]
async fn every_shipping_page_over_a_full_shop_in_both_languages() {
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(Start::new(data.path())).await;
    window.click("看看示例店").await;
    window.see(".line").await;
    for language in ["zh-CN", "en"] {
        window.press("nav button[data-page=settings]").await;
        window
            .client
            .execute(
                "const s = document.getElementById('language'); s.value = arguments[0]; s.dispatchEvent(new Event('change', {bubbles: true}))",
                vec![json!(language)],
            )
            .await
            .unwrap();
        window.press("nav button[data-page=shipping]").await;
        for (width, height) in [(1280, 800), (1024, 700)] {
            window.client.set_window_size(width, height).await.unwrap();
            let words: [&str; 4] = if language == "en" {
                ["Templates", "Calculator", "Products", "Couriers"]
            } else {
                ["模板", "计算", "商品", "快递"]
            };
            for (at, (tab, seen)) in words.iter().zip([".editor", "[data-field=to]", "[data-cell='0,0']", ".fold"]).enumerate() {
                window.press(&format!("#tab-{}", ["templates", "calculator", "products", "couriers"][at])).await;
                window.see(seen).await;
                if at == 0 {
                    window.press(".pane .tabs button:nth-child(2)").await;
                    window.press(".pane .btn.p").await;
                    window.see(".chart").await;
                }
                if at == 3 {
                    // Parcels, days and costs, and the complaints and breakages behind a courier.
                    let script = "const cell = n => [...document.querySelectorAll('tbody tr')].map(r => Number(r.querySelector(`td:nth-last-child(${n})`)?.textContent)); \
                                  return cell(2).some(n => n > 0) && cell(1).some(n => n > 0)";
                    window.until("complaints and damage of a courier", script, vec![]).await;
                }
                for theme in ["light", "dark"] {
                    window.theme(theme).await;
                    window
                        .picture(&format!(
                            "shipping-{}-{language}-{width}-{theme}",
                            ["templates", "calculator", "products", "couriers"][at]
                        ))
                        .await;
                }
                window.theme("light").await;
                window.accessible(&format!("shipping, {tab}")).await;
            }
        }
    }
    window.close().await;
}
