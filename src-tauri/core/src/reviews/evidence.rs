//! Everything about one review as one file to hand to a platform: a page to print in Chinese and one in English, the
//! attached files, and the SHA-256 of each.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::detail::Review;
use super::suspicion::{Sign, SignKind};
use super::words::Rating;
use crate::complaints::attachments::{Attachment, Owner};
use crate::contacts::channel::{ContactChannel, ContactOutcome};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::money::{Currency, to_decimal};
use crate::storage::Shop;
use crate::task::{Phase, Task};
use crate::time::{Moment, Seconds, format_local};

struct Found {
    review: Review,
    signs: Vec<Sign>,
    files: Vec<Attachment>,
}

impl Shop {
    /// Writes the evidence of a review as a zip file. A file that somebody removed is named as missing; nothing is
    /// left behind where writing fails or is cancelled.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::File`], [`Error::Cancelled`].
    pub fn write_evidence(&self, id: i64, target: &Path, task: &Task, now: Moment) -> Result<u64> {
        let review = self.review(id, now)?;
        let signs = self.review_signs(id)?;
        let folder = self.attachments_folder();
        let mut files = review.attachments.clone();
        if let Some(case) = review.line.complaint_id {
            files.extend(self.read(|connection| crate::complaints::attachments::of(connection, &folder, Owner::Complaint(case)))?);
        }
        let found = Found { review, signs, files };
        let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let wrap = |source| Error::file(target, source);
        let mut partial = tempfile::NamedTempFile::new_in(parent).map_err(wrap)?;
        write_zip(&mut BufWriter::new(partial.as_file_mut()), &found, &folder, task, now).map_err(|fault| match fault {
            Fault::Io(source) => wrap(source),
            Fault::Core(error) => error,
        })?;
        let bytes = partial.as_file().metadata().map_err(wrap)?.len();
        partial.persist(target).map_err(|e| wrap(e.error))?;
        Ok(bytes)
    }
}

enum Fault {
    Io(io::Error),
    Core(Error),
}

impl From<io::Error> for Fault {
    fn from(source: io::Error) -> Fault {
        Fault::Io(source)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Core(error)
    }
}

impl From<zip::result::ZipError> for Fault {
    fn from(error: zip::result::ZipError) -> Fault {
        Fault::Io(io::Error::other(error))
    }
}

fn write_zip(to: &mut (impl Write + io::Seek), found: &Found, folder: &Path, task: &Task, now: Moment) -> std::result::Result<(), Fault> {
    let mut zip = ZipWriter::new(to);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    // Pictures and films are packed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut sums = String::new();
    for language in [Language::Chinese, Language::English] {
        let name = language.say("证据-中文.html", "evidence-english.html");
        let html = page(found, language, now);
        let _ = writeln!(sums, "{}  {name}", hex(&Sha256::digest(html.as_bytes())));
        zip.start_file(name, packed)?;
        zip.write_all(html.as_bytes())?;
    }
    let total: u64 = found.files.iter().map(|f| f.bytes.unsigned_abs()).sum();
    let mut done = 0u64;
    for file in found.files.iter().filter(|f| !f.missing) {
        task.step(Phase::Copying, done, total)?;
        let name = file_in_zip(file);
        let mut from = File::open(folder.join(&file.file))?;
        zip.start_file(name.as_str(), stored)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0u8; 1 << 18];
        loop {
            let read = io::Read::read(&mut from, &mut buffer)?;
            if read == 0 {
                break;
            }
            done += read as u64;
            task.step(Phase::Copying, done, total)?;
            hash.update(&buffer[..read]);
            zip.write_all(&buffer[..read])?;
        }
        // Of what was packed, not of what is remembered: a changed file is seen.
        let _ = writeln!(sums, "{}  {name}", hex(&hash.finalize()));
    }
    zip.start_file("SHA256SUMS.txt", packed)?;
    zip.write_all(sums.as_bytes())?;
    zip.finish()?.flush()?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// A name that no file of the pack shares, and that unpacks anywhere.
fn file_in_zip(file: &Attachment) -> String {
    let ending = file.file.rsplit('.').next().unwrap_or("bin");
    format!("files/{:04}.{ending}", file.id)
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' => safe.push_str("<br>"),
            c => safe.push(c),
        }
    }
    safe
}

const STYLE: &str = "body{font:14px/1.6 system-ui,sans-serif;color:#111;max-width:760px;margin:32px auto;padding:0 20px}h1{font-size:20px}h2{font-size:15px;margin:26px 0 6px;border-bottom:1px solid #ccc}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #e5e5e5;text-align:left;vertical-align:top;padding:5px 12px 5px 0}th{font-weight:600;white-space:nowrap}code{font-size:11px;word-break:break-all}.q{color:#666}@media print{body{margin:0;max-width:none}}";

fn page(found: &Found, language: Language, now: Moment) -> String {
    let review = &found.review;
    let say = |chinese: &'static str, english: &'static str| language.say(chinese, english);
    let when = |at: Seconds| format_local(at, now.zone);
    let mut html = String::new();
    let _ = write!(
        html,
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1><p class=\"q\">{} {} ({})</p>",
        say("zh-CN", "en"),
        say("整理于", "Put together"),
        when(now.at),
        now.zone,
        title = say("评价证据", "Evidence about a review"),
    );
    let rows = |html: &mut String, rows: &[(&str, String)]| {
        html.push_str("<table>");
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = write!(html, "<tr><th>{name}</th><td>{}</td></tr>", escape(value));
        }
        html.push_str("</table>");
    };
    let heading = |html: &mut String, text: &str| {
        let _ = write!(html, "<h2>{text}</h2>");
    };
    heading(&mut html, say("评价", "Review"));
    rows(
        &mut html,
        &[
            (say("时间", "Written"), when(review.line.reviewed_at)),
            (say("评级", "Rating"), rating_words(review.line.rating, review.line.stars, language)),
            (say("买家账号", "Buyer's account"), review.buyer.clone()),
            (say("商品", "Item"), review.line.product.clone()),
            (say("内容", "Words"), review.words.clone()),
            (say("追评", "Added later"), review.appended_text.clone()),
            (say("追评时间", "Added"), review.appended_at.map(when).unwrap_or_default()),
            (say("图片数", "Pictures"), review.line.pictures.to_string()),
            (say("商家回复", "Shop's reply"), review.reply.clone()),
            (say("回复时间", "Replied"), review.replied_at.map(when).unwrap_or_default()),
        ],
    );
    if !review.versions.is_empty() {
        heading(&mut html, say("评价的变化（改动前的样子）", "How it changed (as it was before)"));
        for version in &review.versions {
            rows(
                &mut html,
                &[
                    (say("发现改动", "Seen to change"), when(version.seen_at)),
                    (say("当时评级", "Rating then"), rating_words(version.rating, version.stars, language)),
                    (say("当时内容", "Words then"), version.text.clone()),
                    (say("当时追评", "Added then"), version.appended.clone()),
                    (say("当时回复", "Reply then"), version.reply.clone()),
                ],
            );
        }
    }
    if let Some(order) = &review.order {
        heading(&mut html, say("订单", "Order"));
        rows(
            &mut html,
            &[
                (say("订单编号", "Number"), order.number.clone()),
                (say("下单", "Placed"), order.placed_at.map(when).unwrap_or_default()),
                (say("实付", "Paid"), order.paid.map(|paid| price_words(paid, &order.currency)).unwrap_or_default()),
                (say("商品", "Items"), review.items.join(say("、", ", "))),
            ],
        );
    }
    heading(&mut html, say("经过", "What happened"));
    html.push_str("<table>");
    for (at, what, words) in log(found, language) {
        let _ = write!(html, "<tr><td>{}</td><td>{what}</td><td>{}</td></tr>", when(at), escape(&words));
    }
    html.push_str("</table>");
    heading(&mut html, say("从数据里算出的事实", "Facts computed from the data"));
    html.push_str("<ul>");
    for sign in &found.signs {
        let _ = write!(html, "<li>{}</li>", escape(&sign_words(sign, language)));
    }
    html.push_str("</ul>");
    let _ = write!(html, "<p class=\"q\">{}</p>", say("以上只是事实，不是对任何人的判断。", "These are facts and no judgement of anyone."));
    heading(&mut html, say("文件", "Files"));
    if found.files.is_empty() {
        let _ = write!(html, "<p class=\"q\">{}</p>", say("没有。", "None."));
    }
    html.push_str("<table>");
    for file in &found.files {
        let place = if file.missing { say("文件已丢失", "the file is missing").to_owned() } else { file_in_zip(file) };
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><code>SHA-256 {}</code></td></tr>",
            escape(&file.original_name),
            place,
            when(file.added_at),
            file.sha256,
        );
    }
    html.push_str("</table></html>");
    html
}

/// Everything with a date, the oldest first: when, what, in which words.
fn log(found: &Found, language: Language) -> Vec<(Seconds, String, String)> {
    let review = &found.review;
    let say = |chinese: &'static str, english: &'static str| language.say(chinese, english).to_owned();
    let mut log = vec![(review.line.reviewed_at, say("买家写下评价", "The buyer wrote the review"), String::new())];
    if let Some(placed) = review.order.as_ref().and_then(|order| order.placed_at) {
        log.push((placed, say("买家下单", "The buyer placed the order"), String::new()));
    }
    log.push((review.recorded_at, say("商家记录到评价", "The shop took the review down"), String::new()));
    if let Some(at) = review.appended_at {
        log.push((at, say("买家追评", "The buyer added to it"), review.appended_text.clone()));
    }
    for version in &review.versions {
        let what = if version.gone {
            say("发现评价又出现", "Seen to be there again")
        } else {
            say("发现评价有变化", "Seen to have changed")
        };
        log.push((version.seen_at, what, rating_words(version.rating, version.stars, language) + " " + &version.text));
    }
    if let Some(at) = review.gone_at {
        log.push((at, say("发现评价已删除", "Seen to be gone"), String::new()));
    }
    if let (Some(at), false) = (review.replied_at, review.reply.is_empty()) {
        log.push((at, say("商家公开回复", "The shop replied in public"), review.reply.clone()));
    }
    for contact in &review.contacts {
        let contact = &contact.contact;
        let way = if contact.outgoing {
            language.say("商家 → 买家", "shop → buyer")
        } else {
            language.say("买家 → 商家", "buyer → shop")
        };
        let what = format!("{} {way} · {}", channel_words(contact.channel, language), outcome_words(contact.outcome, language));
        log.push((contact.at, what, contact.text.clone()));
    }
    for file in &found.files {
        log.push((file.added_at, say("存下文件", "A file was kept"), file.original_name.clone()));
    }
    log.sort_by_key(|(at, _, _)| *at);
    log
}

fn price_words(minor: i64, currency: &str) -> String {
    match Currency::parse(currency) {
        Some(known) => format!("{currency} {}", to_decimal(minor, known)),
        None => currency.to_owned(),
    }
}

fn rating_words(rating: Rating, stars: Option<u8>, language: Language) -> String {
    let words = match rating {
        Rating::Positive => language.say("好评", "positive"),
        Rating::Neutral => language.say("中评", "neutral"),
        Rating::Negative => language.say("差评", "negative"),
    };
    match stars {
        Some(stars) => format!("{words} {}{}", "★".repeat(usize::from(stars)), "☆".repeat(usize::from(5u8.saturating_sub(stars)))),
        None => words.to_owned(),
    }
}

fn channel_words(channel: ContactChannel, language: Language) -> &'static str {
    match channel {
        ContactChannel::Phone => language.say("电话", "phone"),
        ContactChannel::Sms => language.say("短信", "SMS"),
        ContactChannel::Wechat => language.say("微信", "WeChat"),
        ContactChannel::Qq => "QQ",
        ContactChannel::PlatformChat => language.say("平台聊天", "platform chat"),
        ContactChannel::Email => language.say("邮件", "e-mail"),
        ContactChannel::InPerson => language.say("当面", "in person"),
    }
}

fn outcome_words(outcome: ContactOutcome, language: Language) -> &'static str {
    match outcome {
        ContactOutcome::Reached => language.say("说上话了", "reached"),
        ContactOutcome::Sent => language.say("已发出", "sent"),
        ContactOutcome::NoAnswer => language.say("没有回应", "no answer"),
        ContactOutcome::Refused => language.say("对方拒绝联系", "refused"),
    }
}

/// A sign as a sentence with its numbers.
pub(crate) fn sign_words(sign: &Sign, language: Language) -> String {
    let n = |at: usize| sign.numbers.get(at).copied().unwrap_or(0);
    let unknown = || language.say("数据不足", "the data does not say").to_owned();
    let price = || sign.price.as_ref().map(|(minor, currency)| price_words(*minor, currency)).unwrap_or_default();
    match (sign.kind, sign.numbers.is_empty()) {
        (SignKind::NewBuyer, true) => language.say("买家在本店的订单：", "The buyer's orders here: ").to_owned() + &unknown(),
        (SignKind::NewBuyer, false) => match language {
            Language::Chinese => format!("写评价时，买家在本店共有 {} 个订单。", n(0)),
            Language::English => format!("When it was written the buyer had {} order(s) with this shop.", n(0)),
        },
        (SignKind::YoungShop, true) => language.say("店铺首单时间：", "The shop's first sale: ").to_owned() + &unknown(),
        (SignKind::YoungShop, false) => match language {
            Language::Chinese => format!("下单时距本店第一单 {} 天。", n(0)),
            Language::English => format!("The order came {} days after the shop's first sale.", n(0)),
        },
        (SignKind::CheapFragile, true) => {
            language.say("商品单价与易碎标记：", "Price and fragile mark of the item: ").to_owned() + &unknown()
        }
        (SignKind::CheapFragile, false) => match (language, n(0) == 1) {
            (Language::Chinese, true) => format!("商品单价 {}，标记为易碎。", price()),
            (Language::Chinese, false) => format!("商品单价 {}，没有标记易碎。", price()),
            (Language::English, true) => format!("One piece cost {} and is marked fragile.", price()),
            (Language::English, false) => format!("One piece cost {} and is not marked fragile.", price()),
        },
        (SignKind::UnusualProvince, true) => language.say("收货省份：", "The province of the address: ").to_owned() + &unknown(),
        (SignKind::UnusualProvince, false) => match language {
            Language::Chinese => format!("收货地在{}；本店 {} 个订单中有 {} 个寄往那里。", sign.text, n(1), n(0)),
            Language::English => format!("The address is in {}; {} of the shop's {} orders went there.", sign.text, n(0), n(1)),
        },
        (SignKind::OffPlatform, _) => match (sign.present, language) {
            (Some(true), Language::Chinese) => format!("买家要求离开平台聊天：{}", sign.text),
            (Some(true), Language::English) => format!("The buyer asked to leave the platform's chat: {}", sign.text),
            (_, Language::Chinese) => "没有记录到离开平台聊天的要求。".to_owned(),
            (_, Language::English) => "No request to leave the platform's chat was noted.".to_owned(),
        },
    }
}
