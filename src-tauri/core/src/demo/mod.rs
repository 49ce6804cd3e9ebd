//! An invented shop of any size: people, addresses over all provinces, goods, repeat buyers, refunds. The same
//! seed gives the same shop. It is made as a platform's export and comes in through the ordinary import, so
//! that what it shows and what it measures is the real way.

pub mod care;
pub mod reviews;
mod stories;

use std::io::Write;
use std::path::Path;

use chrono_tz::Asia::Shanghai;

use crate::error::{Error, Result};
use crate::files::write_whole;
use crate::money::Currency;
use crate::products::edit::{ProductField, ProductValue};
use crate::regions::groups::REMOTE;
use crate::regions::table::table;
use crate::regions::{Level, Region, RegionCode};
use crate::shipping::store::{Kind, TemplateDraft};
use crate::shipping::template::{Bound, Combine, FreeCondition, Measure, Method, Payer, Place, Rule, Template, When};
use crate::storage::Shop;
use crate::time::{Seconds, format_local};

/// A small generator of numbers that look random (SplitMix64, Steele and others 2014).
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.roll(from.len() as u64) as usize)
    }
}

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
const GIVEN: &str = "小晓新秀欣雨雪梅兰竹菊春夏秋冬明亮光辉志强建国华伟芳娜敏静丽勇艳杰娟涛超霞平刚桂英玉珍凤洁琳素云莲真环荣爱妹香月莺媛瑞凡佳嘉琼勤贞莉燕怡婷玲婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑筠柔竹霭凝萱若宁欢一鸣远航";
const STREETS: [&str; 12] =
    ["解放路", "人民路", "中山路", "建设街", "和平路", "文化路", "学府街", "滨河路", "桃园路", "青年街", "湖滨路", "金桥路"];
const MESSAGES: [&str; 6] = ["请周末派送", "麻烦包装结实一点", "送货前打电话", "送人的，请不要放小票", "尽快发货，谢谢", "不要放快递柜"];

struct Ware {
    title: &'static str,
    fen: i64,
    grams: i64,
    cost: i64,
}

const WARES: [Ware; 16] = [
    Ware { title: "手作陶瓷杯 月白", fen: 8850, grams: 420, cost: 3100 },
    Ware { title: "手作陶瓷杯 天青", fen: 8850, grams: 420, cost: 3100 },
    Ware { title: "雪平锅 20厘米", fen: 23900, grams: 980, cost: 9800 },
    Ware { title: "雪平锅 24厘米", fen: 27900, grams: 1250, cost: 11500 },
    Ware { title: "竹编茶盘", fen: 12800, grams: 760, cost: 5200 },
    Ware { title: "棉麻桌布 方形", fen: 6900, grams: 380, cost: 2600 },
    Ware { title: "棉麻桌布 长形", fen: 9900, grams: 560, cost: 3900 },
    Ware { title: "手写书法本", fen: 3600, grams: 300, cost: 1200 },
    Ware { title: "樱桃木勺", fen: 2900, grams: 90, cost: 900 },
    Ware { title: "樱桃木筷 两双", fen: 3900, grams: 120, cost: 1300 },
    Ware { title: "蓝染围裙", fen: 15900, grams: 350, cost: 6400 },
    Ware { title: "香薰蜡烛 桂花", fen: 7900, grams: 520, cost: 2700 },
    Ware { title: "玻璃花瓶 小号", fen: 5900, grams: 640, cost: 2200 },
    Ware { title: "茉莉花茶 100克", fen: 4800, grams: 160, cost: 1700 },
    Ware { title: "铸铁茶壶", fen: 36800, grams: 1900, cost: 15800 },
    Ware { title: "羊毛杯垫 四片", fen: 2600, grams: 70, cost: 800 },
];

/// How the invented shop is made.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    /// Number of orders.
    pub orders: u32,
    /// What makes it this shop and no other.
    pub seed: u64,
    /// The newest order's time.
    pub until: Seconds,
}

struct Buyer {
    nick: String,
    name: String,
    phone: String,
    address: String,
}

/// The districts with their regions, as files write them: a municipality twice.
fn places() -> Vec<(&'static str, &'static str, &'static str)> {
    let districts = table().all().filter(|(_, region)| region.level == Level::District);
    let place = |(index, region): (_, &Region)| {
        let above: Vec<&'static str> = table().upwards(index).skip(1).map(|up| table().get(up).name).collect();
        match above[..] {
            [city, province] => Some((province, if matches!(city, "市辖区" | "县") { province } else { city }, region.name)),
            _ => None,
        }
    };
    districts.filter_map(place).collect()
}

/// The n-th buyer: always the same for the same seed.
fn buyer(seed: u64, n: u64, places: &[(&str, &str, &str)], surnames: &[char], given: &[char]) -> Buyer {
    let mut dice = Dice(seed ^ n.wrapping_mul(0xA24B_AED4_963E_E407));
    let mut name = String::new();
    name.extend(dice.pick(surnames));
    name.extend(dice.pick(given));
    if dice.roll(4) > 0 {
        name.extend(dice.pick(given));
    }
    let (province, city, district) = dice.pick(places).copied().unwrap_or(("北京市", "北京市", "朝阳区"));
    let street = dice.pick(&STREETS).copied().unwrap_or("人民路");
    let address = format!(
        "{province} {city} {district} {street}{}号{}栋{}室({:06})",
        1 + dice.roll(300),
        1 + dice.roll(30),
        101 + dice.roll(2800),
        100_000 + dice.roll(750_000)
    );
    let nick = format!("tb{:08}_{}", n * 37 % 100_000_000, dice.roll(100));
    // 1990000nnnn and onwards: no operator has given these out.
    let phone = format!("199{:08}", n % 100_000_000);
    Buyer { nick, name, phone, address }
}

/// Writes the shop as Taobao's order list (GB18030, its own header and ways of quoting).
///
/// # Errors
/// Failures of the disk.
pub fn write_taobao(demo: Demo, target: &Path) -> Result<()> {
    const HEADER: &str = "\"订单编号\",\"买家会员名\",\"买家支付宝账号\",\"买家应付货款\",\"买家应付邮费\",\"买家支付积分\",\"总金额\",\"返点积分\",\"买家实际支付金额\",\"买家实际支付积分\",\"订单状态\",\"买家留言\",\"收货人姓名\",\"收货地址 \",\"运送方式\",\"联系电话 \",\"联系手机\",\"订单创建时间\",\"订单付款时间 \",\"宝贝标题 \",\"宝贝种类 \",\"物流单号 \",\"物流公司\",\"订单备注\",\"宝贝总数量\",\"店铺Id\",\"店铺名称\",\"订单关闭原因\",\"卖家服务费\",\"买家服务费\",\"发票抬头\",\"是否手机订单\",\"分阶段订单信息\",\"特权订金订单id\",\"是否上传合同照片\",\"是否上传小票\",\"是否代付\",\"定金排名\",\"修改后的sku\",\"修改后的收货地址\",\"异常信息\",\"天猫卡券抵扣\",\"集分宝抵扣\",\"是否是O2O交易\",\"退款金额\",\"预约门店\",\"发货时间\",\"确认收货时间\"\r\n";
    let places = places();
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    // Three in ten buyers come back, some of them often: orders spread over a quarter as many people.
    let people = u64::from(demo.orders / 4).max(3);
    let span = i64::from(demo.orders).clamp(365, 4 * 365) * 86_400;
    let failed = |e| Error::file(target, e);
    write_whole(target, |file| {
        let mut dice = Dice(demo.seed);
        let mut encode = |text: &str| -> Result<()> {
            let (bytes, _, _) = encoding_rs::GB18030.encode(text);
            file.write_all(&bytes).map_err(failed)
        };
        encode(HEADER)?;
        let mut line = String::new();
        for n in 0..u64::from(demo.orders) {
            // Old hands order more: the lower the number, the likelier.
            let who = dice.roll(people).min(dice.roll(people));
            let b = buyer(demo.seed, who, &places, &surnames, &given);
            let step = span / i64::from(demo.orders.max(1));
            let at = demo.until - span + step * n as i64 + dice.roll(step.max(1) as u64) as i64;
            let kinds = 1 + dice.roll(3).saturating_sub(1);
            let (mut goods, mut pieces, mut titles) = (0, 0, String::new());
            for _ in 0..kinds {
                let Some(ware) = dice.pick(&WARES) else { continue };
                let quantity = 1 + dice.roll(4).saturating_sub(2) as i64;
                goods += ware.fen * quantity;
                pieces += quantity;
                if !titles.is_empty() {
                    titles.push('，');
                }
                titles.push_str(ware.title);
            }
            let shipping = if goods >= 9900 { 0 } else { 1000 };
            let total = goods + shipping;
            let age = demo.until - at;
            let (left_after, under_way) = (86_400 / 2 + dice.roll(86_400) as i64, (2 + dice.roll(5).max(dice.roll(4))) as i64 * 86_400);
            let fate = dice.roll(100);
            let (status, paid, refund) = match fate {
                0..=4 => ("交易关闭", 0, 0),
                5..=6 => ("交易关闭", total, total),
                7..=9 => ("交易成功", total, (total / 5).min(3000)),
                _ if age < 2 * 86_400 => ("买家已付款，等待卖家发货", total, 0),
                _ if age < left_after + under_way => ("卖家已发货，等待买家确认", total, 0),
                // Some parcels never seem to arrive.
                10..=12 if age < 25 * 86_400 => ("卖家已发货，等待买家确认", total, 0),
                _ => ("交易成功", total, 0),
            };
            let paid_at = if paid > 0 { format_local(at + 7 + dice.roll(600) as i64, Shanghai) } else { String::new() };
            let sent = paid > 0 && !status.starts_with("买家已付款");
            let tracking = if sent { format!("No:7{:013}", n * 7919 % 10_000_000_000_000) } else { String::new() };
            let courier = if sent { ["中通快递", "圆通速递", "顺丰速运", "申通快递"][dice.roll(4) as usize] } else { "" };
            let local = |at| format_local(at, Shanghai);
            let shipped = if sent { local(at + left_after) } else { String::new() };
            let arrived = if status == "交易成功" { local((at + left_after + under_way).min(demo.until)) } else { String::new() };
            let message = if dice.roll(12) == 0 { dice.pick(&MESSAGES).copied().unwrap_or("") } else { "" };
            let yuan = |fen: i64| crate::money::to_decimal(fen, crate::money::Currency::CNY);
            use std::fmt::Write as _;
            line.clear();
            let written = write!(
                line,
                "=\"{number}\",\"{nick}\",\"{phone}\",\"{goods}\",\"{shipping}\",\"0\",\"{total}\",\"0\",\"{paid}\",\"0\",\"{status}\",\"{message}\",\"{name}\",\"{address}\",\"快递\",\"\",\"'{phone}\",\"{placed}\",\"{paid_at}\",\"{titles}\",\"{kinds}\",\"{tracking}\",\"{courier}\",\"\",\"{pieces}\",\"0\",\"小满手作\",\"{reason}\",\"0\",\"0元\",\"\",\"手机订单\",\"\",=\"\",\"否\",\"否\",\"否\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"{refund}\",\"\",\"{shipped}\",\"{arrived}\"\r\n",
                number = 2_000_000_000_000_000_000 + n * 1_000_003 + dice.roll(1_000_000),
                nick = b.nick,
                phone = b.phone,
                goods = yuan(goods),
                shipping = yuan(shipping),
                total = yuan(total),
                paid = yuan(paid),
                name = b.name,
                address = b.address,
                placed = format_local(at, Shanghai),
                refund = yuan(refund),
                reason = if status == "交易关闭" { "买家不想买了" } else { "订单未关闭" },
            );
            written.map_err(|e| failed(std::io::Error::other(e)))?;
            encode(&line)?;
        }
        Ok(())
    })
}

/// A fee table: what the first kilogram and each further one cost near, and in remote provinces.
fn price_list(name: &str, near: (i64, i64), remote: (i64, i64)) -> Template {
    let rule =
        |regions: Vec<Place>, (first_fee, step_fee)| Rule { regions, except: Vec::new(), first: 1000, first_fee, step: 1000, step_fee };
    let remote_regions = REMOTE.iter().filter_map(|c| RegionCode::parse(c)).map(Place::Region).collect();
    let method = Method {
        method: "express".to_owned(),
        rules: vec![rule(vec![Place::Default], near), rule(remote_regions, remote)],
        free: Vec::new(),
        no_delivery: Vec::new(),
    };
    Template {
        name: name.to_owned(),
        origin: RegionCode::parse("330100"),
        payer: Payer::Buyer,
        measure: Measure::Weight,
        combine: Combine::Sum,
        volumetric_divisor: None,
        valid_from: None,
        currency: Currency::CNY,
        methods: vec![method],
    }
}

impl Shop {
    /// Gives the invented shop what no platform's file carries: weights and costs of its goods, a shipping
    /// template, and the price lists of its couriers. Goods that were not sold are left out.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn furnish_demo(&self, now: Seconds) -> Result<()> {
        let mut values = Vec::new();
        for product in self.products()? {
            if let Some(ware) = WARES.iter().find(|w| w.title == product.title) {
                let value = |field, text: String| ProductValue { id: product.id, field, text };
                values.push(value(ProductField::Weight, format!("{} g", ware.grams)));
                values.push(value(ProductField::Cost, crate::money::to_decimal(ware.cost, Currency::CNY)));
            }
        }
        self.edit_products(&values, Currency::CNY, now)?;
        if !self.templates()?.is_empty() {
            return Ok(());
        }
        let mut own = price_list("全国按重", (1000, 300), (2000, 1200));
        let when = When::Any(vec![Bound::AmountAtLeast(9900)]);
        own.methods[0].free = vec![FreeCondition { regions: vec![Place::Default], except: Vec::new(), when }];
        let draft = |kind, courier: &str, template| TemplateDraft { id: None, replaces: None, kind, courier: courier.to_owned(), template };
        self.save_template(&draft(Kind::Charge, "", own), now)?;
        for (courier, near, remote) in [
            ("中通快递", (420, 150), (1200, 900)),
            ("圆通速递", (400, 160), (1300, 950)),
            ("申通快递", (390, 150), (1250, 950)),
            ("顺丰速运", (1100, 400), (2200, 1400)),
        ] {
            self.save_template(&draft(Kind::Cost, courier, price_list(&format!("{courier}价目表"), near, remote)), now)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_shop() {
        let folder = tempfile::tempdir().unwrap();
        let demo = |seed| Demo { orders: 50, seed, until: 1_790_000_000 };
        let write = |name: &str, seed| {
            let path = folder.path().join(name);
            write_taobao(demo(seed), &path).unwrap();
            std::fs::read(path).unwrap()
        };
        assert_eq!(write("a", 1), write("b", 1));
        assert_ne!(write("c", 1), write("d", 2));
    }
}
