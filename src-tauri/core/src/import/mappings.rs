//! Columns the seller mapped by hand, remembered by the file's header.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::columns::Columns;
use super::detect::Recognised;
use super::platforms::{self, Field, Headers, Platform, Status, header_key};
use crate::error::{Error, Result};
use crate::time::Seconds;

/// What makes two headers the same: their names in order.
fn key_of(header: &[String]) -> String {
    let mut names: Vec<String> = header.iter().map(|h| header_key(h)).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names.join("\u{1}")
}

/// The mapping saved for this header, if there is one.
///
/// # Errors
/// [`Error::Stored`] where a saved mapping cannot be read.
pub fn find(connection: &Connection, header: &[String]) -> Result<Option<Platform>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT mapping FROM mappings WHERE header_key = ?1")?
        .query_row([key_of(header)], |r| r.get(0))
        .optional()?;
    text.map(|t| serde_json::from_str(&t).map_err(|e| Error::Stored { field: "mappings.mapping", value: e.to_string() })).transpose()
}

/// Remembers a mapping for files with this header.
///
/// # Errors
/// Failures of the shop file.
pub fn save(connection: &Connection, header: &[String], mapping: &Platform, now: Seconds) -> Result<()> {
    let text = serde_json::to_string(mapping).map_err(|e| Error::BadMapping(e.to_string()))?;
    connection.execute(
        "INSERT INTO mappings (header_key, name, mapping, saved_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (header_key) DO UPDATE SET name = excluded.name, mapping = excluded.mapping, saved_at = excluded.saved_at",
        params![key_of(header), mapping.name_zh, text, now],
    )?;
    Ok(())
}

/// What columns most likely are, for the seller to correct: as the platform knows them that the file is of or is nearly of,
/// and the rest by common words.
///
/// # Errors
/// Those of [`platforms::by_id`].
pub fn proposal(found: &Recognised) -> Result<Vec<(Field, String)>> {
    let platform = match (&found.platform, &found.nearly) {
        (Some(platform), _) => return Ok(known(platform, &found.header)),
        (None, Some(nearly)) => platforms::by_id(&nearly.platform)?,
        (None, None) => return Ok(propose(&found.header)),
    };
    let mut proposed = known(platform, &found.header);
    for (field, name) in propose(&found.header) {
        if !proposed.iter().any(|(taken, column)| *taken == field || *column == name) {
            proposed.push((field, name));
        }
    }
    Ok(proposed)
}

/// What a platform's description says of the columns of a header, each with the first field it fills.
fn known(platform: &Platform, header: &[String]) -> Vec<(Field, String)> {
    let columns = Columns::find(platform, header);
    let mut known: Vec<(Field, String)> = Vec::new();
    for field in platform.columns.keys() {
        for name in columns.of(*field).iter().filter_map(|column| header.get(*column)) {
            if !known.iter().any(|(_, taken)| taken == name) {
                known.push((*field, name.clone()));
            }
        }
    }
    known
}

/// A first proposal for a header that is not known: each field gets the column whose name is a common word for
/// it. The seller corrects it.
fn propose(header: &[String]) -> Vec<(Field, String)> {
    const WORDS: &[(Field, &[&str])] = &[
        (
            Field::Number,
            &["订单编号", "订单号", "单号", "訂單編號", "訂單號", "order number", "order no", "order id", "order", "ordernumber", "number"],
        ),
        (Field::BuyerId, &["买家会员名", "买家账号", "会员名", "buyer id", "buyer username", "username", "buyer user id", "customer id"]),
        (
            Field::Recipient,
            &[
                "收货人姓名",
                "收件人姓名",
                "收货人",
                "收件人",
                "客户姓名",
                "姓名",
                "买家",
                "買家",
                "收件人姓名",
                "customer",
                "customer name",
                "name",
                "buyer",
                "buyer name",
                "ship name",
                "recipient",
            ],
        ),
        (Field::Phone, &["联系手机", "手机号", "手机", "电话", "联系电话", "電話", "手機", "phone", "mobile", "telephone", "tel"]),
        (Field::Email, &["邮箱", "电子邮件", "email", "e-mail", "email address"]),
        (
            Field::PlacedAt,
            &[
                "下单时间",
                "订单创建时间",
                "日期",
                "时间",
                "訂購日期",
                "date",
                "order date",
                "created at",
                "sale date",
                "purchase date",
                "placed at",
            ],
        ),
        (Field::PaidAt, &["付款时间", "订单付款时间", "支付时间", "paid at", "payment date", "date paid"]),
        (Field::Status, &["订单状态", "状态", "狀態", "status", "order status"]),
        (
            Field::Paid,
            &[
                "实付金额",
                "实付",
                "买家实际支付金额",
                "金额",
                "总金额",
                "金額",
                "total",
                "amount",
                "order total",
                "total price",
                "grand total",
                "paid",
            ],
        ),
        (Field::Refunded, &["退款金额", "退款", "refund", "refunded", "refunded amount"]),
        (Field::ShippingFee, &["运费", "邮费", "shipping", "shipping fee", "postage"]),
        (Field::Currency, &["币种", "currency"]),
        (Field::Province, &["省", "省份", "province", "state", "ship state"]),
        (Field::City, &["市", "城市", "city", "ship city"]),
        (Field::District, &["区", "区县", "district"]),
        (Field::Address, &["收货地址", "详细地址", "地址", "address", "address 1", "street", "street 1"]),
        (Field::Zip, &["邮编", "zip", "postcode", "postal code", "zip code"]),
        (Field::Country, &["国家", "country"]),
        (Field::Title, &["商品名称", "商品", "宝贝标题", "标题", "品名", "item", "product", "item name", "title", "lineitem name"]),
        (Field::Code, &["商家编码", "商品编码", "货号", "sku"]),
        (Field::Variant, &["规格", "商品规格", "型号", "variant", "variation", "option"]),
        (Field::Quantity, &["数量", "數量", "购买数量", "商品数量", "quantity", "qty"]),
        (Field::UnitPrice, &["单价", "价格", "商品价格", "price", "unit price", "item price"]),
        (Field::Courier, &["物流公司", "快递公司", "courier", "carrier"]),
        (Field::Tracking, &["物流单号", "快递单号", "运单号", "tracking", "tracking number"]),
        (Field::BuyerMessage, &["买家留言", "留言", "customer note", "message"]),
        (Field::SellerNote, &["备注", "備註", "卖家备注", "商家备注", "notes", "note"]),
    ];
    let mut proposed: Vec<(Field, String)> = Vec::new();
    for (field, words) in WORDS {
        let found = words.iter().find_map(|word| header.iter().find(|h| header_key(h) == header_key(word)));
        if let Some(name) = found
            && !proposed.iter().any(|(_, taken)| taken == name)
        {
            proposed.push((*field, name.clone()));
        }
    }
    proposed
}

/// Words for statuses that most shops use, for mappings that bring none of their own.
pub(super) fn common_status_words() -> BTreeMap<Status, Vec<String>> {
    const WORDS: [(Status, &[&str]); 5] = [
        (Status::Unpaid, &["待付款", "未付款", "unpaid", "pending"]),
        (Status::Paid, &["待发货", "待出貨", "已付款", "paid", "processing"]),
        (Status::Shipped, &["已发货", "已出貨", "shipped", "fulfilled"]),
        (Status::Completed, &["已完成", "交易成功", "completed", "delivered"]),
        (Status::Closed, &["已关闭", "已取消", "交易关闭", "cancelled", "canceled", "refunded", "void"]),
    ];
    WORDS.iter().map(|(status, words)| (*status, words.iter().map(|w| (*w).to_owned()).collect())).collect()
}

/// Checks a mapping against a header: what it needs is there.
///
/// # Errors
/// [`Error::BadMapping`] naming the column or field.
pub fn check(mapping: &Platform, header: &[String]) -> Result<()> {
    let present: Vec<String> = header.iter().map(|h| header_key(h)).collect();
    for (field, headers) in &mapping.columns {
        for name in headers.names() {
            if !present.contains(&header_key(name)) {
                return Err(Error::BadMapping(format!("there is no column {name} (for {field:?})")));
            }
        }
    }
    let has = |f: Field| mapping.columns.get(&f).is_some_and(|h: &Headers| !h.names().is_empty());
    if !has(Field::Number) && mapping.provides != super::platforms::Provides::Customers {
        return Err(Error::BadMapping("say which column is the order number".to_owned()));
    }
    if crate::money::Currency::parse(&mapping.currency).is_none() {
        return Err(Error::BadMapping(format!("{} is not a currency", mapping.currency)));
    }
    Ok(())
}
