//! `address`.

use std::path::Path;

use zhanggui_core::address::{AddressParts, Habits, read};
use zhanggui_core::error::Result;
use zhanggui_core::files::read_text_from;
use zhanggui_core::regions::RegionCode;

use crate::{bad, print};

pub fn run(text: &str, prefer: &[String], json: bool) -> Result<()> {
    let codes = prefer.iter().map(|c| RegionCode::parse(c).ok_or_else(|| bad("prefer", c, "not_a_region_code"))).collect::<Result<_>>()?;
    let habits = Habits(codes);
    if text != "-" {
        return print::value(json, &read(text, &habits)?, describe);
    }
    let text = read_text_from(std::io::stdin().lock(), Path::new("standard input"))?;
    let all: Vec<AddressParts> = text.lines().map(|line| read(line, &habits)).collect::<Result<_>>()?;
    print::value(json, &all, |all| all.iter().map(describe).collect::<Vec<_>>().join("\n"))
}

fn describe(parts: &AddressParts) -> String {
    let known = [&parts.name, &parts.phone, &parts.province, &parts.city, &parts.district];
    let mut words: Vec<String> = known.into_iter().flatten().cloned().collect();
    words.push(parts.detail.clone());
    words.extend(parts.code.map(|c| c.to_string()));
    if !parts.candidates.is_empty() {
        words.push(format!("one of {}", parts.candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")));
    }
    words.join(" | ")
}
