//! Weights, volumes and costs out of a spreadsheet: a file, or a table that was pasted. First it is said what
//! would change, then exactly that is changed.

use rusqlite::Connection;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::edit::{ProductField, ProductValue};
use crate::error::{Error, Result};
use crate::import::plain_table::PlainTable;
use crate::money::Currency;
use crate::storage::{Change, Op, Shop};
use crate::text::normalised;
use crate::time::Seconds;

/// What a table of products would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProductTablePlan {
    /// The file, where it is one.
    pub file: String,
    /// Rows of the table.
    pub rows: u32,
    /// Products it names.
    pub products: u32,
    /// Columns that were understood, with their header.
    pub columns: Vec<(ProductField, String)>,
    /// What it would set.
    pub values: Vec<PlannedValue>,
    /// Rows or cells that cannot come in, and why.
    pub rejected: Vec<RejectedCell>,
}

/// One value a table would set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PlannedValue {
    /// The product.
    pub product: i64,
    /// Its title, for the list.
    pub title: String,
    /// The column.
    pub field: ProductField,
    /// The text as [`ProductValue`] takes it, with its unit.
    pub text: String,
}

/// A row or cell that cannot come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RejectedCell {
    /// Row as a spreadsheet counts it.
    pub row: u32,
    /// Its column's header.
    pub column: String,
    /// The cell.
    pub value: String,
    /// `unknown_product`, `unknown_template`, or the reason of the value.
    pub reason: String,
}

const CODE: [&str; 10] = ["商品编码", "商家编码", "SKU编码", "SKU", "货号", "编码", "外部系统编号", "code", "Lineitem sku", "商品货号"];
const TITLE: [&str; 9] = ["商品名称", "宝贝标题", "商品标题", "商品", "名称", "标题", "title", "product", "name"];
const VARIANT: [&str; 7] = ["规格", "商品规格", "规格名称", "款式", "型号", "variant", "option"];

fn field_names(field: ProductField) -> &'static [&'static str] {
    match field {
        ProductField::Weight => &["重量", "单件重量", "毛重", "净重", "weight", "weight grams"],
        ProductField::Volume => &["体积", "单件体积", "尺寸", "volume", "size"],
        ProductField::Cost => &["成本", "成本价", "进价", "进货价", "采购价", "cost", "cost per item"],
        ProductField::OwnFee => &["固定运费", "单独运费", "own fee"],
        ProductField::Template => &["运费模板", "模板", "template", "shipping template"],
        ProductField::AlwaysFree => &["始终包邮", "always free"],
        ProductField::ExcludedFromFree => &["不参加包邮", "不包邮", "excluded from free"],
        ProductField::Fragile => &["易碎", "易碎品", "fragile"],
        ProductField::CheckInDays => &["回访天数", "问候天数", "check-in days", "check in days"],
    }
}

const FIELDS: [ProductField; 9] = [
    ProductField::Weight,
    ProductField::Volume,
    ProductField::Cost,
    ProductField::OwnFee,
    ProductField::Template,
    ProductField::AlwaysFree,
    ProductField::ExcludedFromFree,
    ProductField::Fragile,
    ProductField::CheckInDays,
];

/// A unit that stands in the header instead of in the cells: 重量(kg).
pub(crate) fn unit_of(header: &str) -> &'static str {
    let header = normalised(header);
    let inside = header.split_once(['(', '（', '[', '/']).map_or("", |(_, unit)| unit);
    let inside = inside.trim_end_matches([')', '）', ']']);
    match inside {
        "kg" | "公斤" | "千克" => "kg",
        "g" | "克" => "g",
        "斤" => "斤",
        "cm³" | "cm3" | "立方厘米" => "cm³",
        "m³" | "m3" | "立方米" | "方" => "m³",
        "l" | "升" => "L",
        _ => "",
    }
}

struct Known {
    by_code: FxHashMap<String, Vec<i64>>,
    by_title: FxHashMap<(String, String), Vec<i64>>,
    by_title_alone: FxHashMap<String, Vec<i64>>,
    titles: FxHashMap<i64, String>,
}

impl Known {
    fn load(connection: &Connection) -> Result<Known> {
        let mut known = Known {
            by_code: Default::default(),
            by_title: Default::default(),
            by_title_alone: Default::default(),
            titles: Default::default(),
        };
        for product in super::list::all(connection)? {
            if !product.code.is_empty() {
                known.by_code.entry(normalised(&product.code)).or_default().push(product.id);
            }
            let title = normalised(&product.title);
            known.by_title.entry((title.clone(), normalised(&product.variant))).or_default().push(product.id);
            known.by_title_alone.entry(title).or_default().push(product.id);
            let shown = if product.variant.is_empty() { product.title } else { format!("{} {}", product.title, product.variant) };
            known.titles.insert(product.id, shown);
        }
        Ok(known)
    }

    /// By code, else by title and variant, else by a title that only has one variant, or for all variants of a
    /// title where the table names none.
    fn find(&self, code: &str, title: &str, variant: &str) -> &[i64] {
        let none: &[i64] = &[];
        if !code.is_empty()
            && let Some(found) = self.by_code.get(&normalised(code))
        {
            return found;
        }
        let title = normalised(title);
        if title.is_empty() {
            return none;
        }
        match self.by_title.get(&(title.clone(), normalised(variant))) {
            Some(found) => found,
            None if variant.is_empty() => self.by_title_alone.get(&title).map_or(none, Vec::as_slice),
            None => none,
        }
    }
}

impl Shop {
    /// What a table of products would change. Nothing is written.
    ///
    /// # Errors
    /// [`Error::BadMapping`] where it has no column that names products, or none that says something of them.
    pub fn plan_product_table(&self, table: &PlainTable, currency: Currency) -> Result<ProductTablePlan> {
        let (code, title, variant) = (table.column(&CODE), table.column(&TITLE), table.column(&VARIANT));
        if code.is_none() && title.is_none() {
            return Err(Error::BadMapping("no column names the products (商品编码, SKU, 商品名称, title)".to_owned()));
        }
        let columns: Vec<(ProductField, usize)> =
            FIELDS.iter().filter_map(|field| Some((*field, table.column(field_names(*field))?))).collect();
        if columns.is_empty() {
            return Err(Error::BadMapping("no column with weight, volume, cost or template (重量, 体积, 成本, 运费模板)".to_owned()));
        }
        let (known, templates) = self.read(|connection| {
            let names = super::super::shipping::store::load(connection, None)?;
            Ok((
                Known::load(connection)?,
                names
                    .into_iter()
                    .filter(|t| !t.line.archived && t.line.kind == crate::shipping::store::Kind::Charge)
                    .map(|t| t.line.name)
                    .collect::<Vec<_>>(),
            ))
        })?;
        let mut plan = ProductTablePlan {
            file: table.file.clone(),
            rows: table.rows.len() as u32,
            products: 0,
            columns: columns.iter().map(|(field, at)| (*field, table.header[*at].clone())).collect(),
            values: Vec::new(),
            rejected: Vec::new(),
        };
        let mut named = rustc_hash::FxHashSet::default();
        for (row, cells) in &table.rows {
            let at = |column: Option<usize>| column.and_then(|c| cells.get(c)).map_or("", String::as_str);
            let products = known.find(at(code), at(title), at(variant));
            let key = code.filter(|_| !at(code).is_empty()).or(title).or(code);
            let mut reject = |column: Option<usize>, reason: &str| {
                plan.rejected.push(RejectedCell {
                    row: *row,
                    column: column.map(|c| table.header[c].clone()).unwrap_or_default(),
                    value: at(column).to_owned(),
                    reason: reason.to_owned(),
                });
            };
            if products.is_empty() {
                reject(key, "unknown_product");
                continue;
            }
            for &(field, column) in &columns {
                let text = at(Some(column));
                if text.is_empty() {
                    continue;
                }
                let unit = unit_of(&table.header[column]);
                let text = if text.ends_with(|c: char| c.is_ascii_digit()) { format!("{text}{unit}") } else { text.to_owned() };
                let checked = match field {
                    ProductField::Template if !templates.contains(&text) => Err("unknown_template"),
                    _ => super::edit::check(&ProductValue { id: 0, field, text: text.clone() }, currency),
                };
                match checked {
                    Err(reason) => reject(Some(column), reason),
                    Ok(()) => {
                        for product in products {
                            named.insert(*product);
                            let title = known.titles.get(product).cloned().unwrap_or_default();
                            plan.values.push(PlannedValue { product: *product, title, field, text: text.clone() });
                        }
                    }
                }
            }
        }
        plan.products = named.len() as u32;
        Ok(plan)
    }

    /// Sets what a plan says; one change to undo.
    ///
    /// # Errors
    /// As [`Shop::edit_products`].
    pub fn apply_product_table(&self, plan: &ProductTablePlan, currency: Currency, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditProducts, now, |tx| {
            for value in &plan.values {
                let value = ProductValue { id: value.product, field: value.field, text: value.text.clone() };
                super::edit::write(tx, &value, currency, now)?;
            }
            Ok((if plan.file.is_empty() { plan.products.to_string() } else { plan.file.clone() }, ()))
        })?;
        Ok(change)
    }
}
