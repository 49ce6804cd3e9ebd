//! The columns of an imported address completed from each other: the region at the beginning of an address is
//! told from the street behind it, and a province is said in one way.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::names::{short_city, short_province};
use super::table::{Level, table};

struct Regions {
    /// Full and short names of provinces to the full name.
    provinces: HashMap<&'static str, &'static str>,
    /// Province to its cities; city (with its province) to its districts.
    cities: HashMap<&'static str, Vec<&'static str>>,
    districts: HashMap<(&'static str, &'static str), Vec<&'static str>>,
    /// City, full or short, to its province where only one has it.
    city_province: HashMap<&'static str, Option<&'static str>>,
}

static REGIONS: LazyLock<Regions> = LazyLock::new(load);

fn load() -> Regions {
    let mut regions =
        Regions { provinces: HashMap::new(), cities: HashMap::new(), districts: HashMap::new(), city_province: HashMap::new() };
    for (index, region) in table().all() {
        let above: Vec<&'static str> = table().upwards(index).skip(1).map(|up| table().get(up).name).collect();
        match (region.level, &above[..]) {
            (Level::City, [province]) => {
                regions.cities.entry(province).or_default().push(region.name);
                for form in [region.name, short_city(region.name)] {
                    let owner = regions.city_province.entry(form).or_insert(Some(province));
                    if *owner != Some(*province) {
                        *owner = None;
                    }
                }
            }
            (Level::District, [city, province]) => regions.districts.entry((province, city)).or_default().push(region.name),
            _ => {
                regions.provinces.insert(region.name, region.name);
                regions.provinces.insert(short_province(region.name), region.name);
            }
        }
    }
    regions
}

/// The full name of a province written any way; the text itself where it is none.
pub fn province_name(text: &str) -> &str {
    REGIONS.provinces.get(text).or_else(|| REGIONS.provinces.get(short_province(text))).copied().unwrap_or(text)
}

/// The provinces by their full names, in the order of their codes.
pub fn provinces() -> Vec<&'static str> {
    table().all().filter(|(_, region)| region.level == Level::Province).map(|(_, region)| region.name).collect()
}

/// Whether a text is written in Chinese, Japanese or Korean characters, at least at its end.
pub fn is_cjk(text: &str) -> bool {
    text.chars()
        .next_back()
        .is_some_and(|c| matches!(c as u32, 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF))
}

/// Completes the parts of an address from each other: takes a region off the beginning of the detail where its
/// own column repeats it or where there is no such column, takes a postcode `(510180)` off its end, and says
/// the province by its full name.
pub fn complete(province: &mut String, city: &mut String, district: &mut String, address: &mut String, zip: &mut String) {
    take_zip(address, zip);
    if !province.is_empty() {
        let full = province_name(province);
        if full != province {
            *province = full.to_owned();
        }
    }
    if address.is_empty() {
        return;
    }
    if province.is_empty()
        && city.is_empty()
        && district.is_empty()
        && let Some((found, rest)) = spaced(address)
    {
        let taken = address.len() - rest.len();
        for (target, name) in [province, city, district].into_iter().zip(found) {
            name.clone_into(target);
        }
        address.drain(..taken);
        return;
    }
    let mut rest = address.trim();
    if province.is_empty() && is_cjk_start(rest) {
        if let Some((found, after)) = leading_province(rest) {
            *province = found.to_owned();
            rest = after;
        } else if city.is_empty()
            && let Some((found_province, found_city, after)) = leading_city_anywhere(rest)
        {
            *province = found_province.to_owned();
            *city = found_city.to_owned();
            rest = after;
        }
    } else if !province.is_empty() {
        rest = without_name(rest, province).or_else(|| without_name(rest, short_province(province))).unwrap_or(rest);
    }
    if city.is_empty() && !province.is_empty() {
        if let Some((found, after)) = leading_direct(rest) {
            *city = found.to_owned();
            rest = after;
        } else if let Some((found, after)) = leading_of(rest, REGIONS.cities.get(province.as_str()), true) {
            *city = found.to_owned();
            rest = after;
        } else if matches!(province.as_str(), "北京市" | "天津市" | "上海市" | "重庆市") {
            let key = REGIONS.cities.get(province.as_str()).and_then(|c| c.first()).copied();
            rest = without_name(rest, province).unwrap_or(rest);
            if let Some(name) = key {
                *city = if name == "市辖区" { province.clone() } else { name.to_owned() };
            }
        }
    } else if !city.is_empty() {
        rest = without_name(rest, city).unwrap_or(rest);
        complete_city(province, city);
    }
    if district.is_empty() && !city.is_empty() {
        let found = district_lists(province, city).into_iter().find_map(|list| leading_of(rest, Some(list), false));
        if let Some((found, after)) = found {
            *district = found.to_owned();
            rest = after;
        }
    } else if !district.is_empty() {
        rest = without_name(rest, district).unwrap_or(rest);
    }
    if rest.len() != address.len() {
        *address = rest.trim().to_owned();
    }
    if province.is_empty() && city.is_empty() && district.is_empty() && is_cjk_start(address) {
        name_place([province, city, district], address);
    }
}

/// What the steps above do not know: a district alone, short and old names. Only where one place fits.
fn name_place([province, city, district]: [&mut String; 3], address: &mut String) {
    let Some((index, taken)) = crate::address::leading_place(address) else { return };
    for up in table().upwards(index) {
        let region = table().get(up);
        match region.level {
            Level::Province => region.name.clone_into(province),
            // Files write a municipality twice: 北京市 北京市 朝阳区.
            Level::City if region.name == "县" => "重庆市".clone_into(city),
            Level::City => region.name.clone_into(city),
            Level::District => region.name.clone_into(district),
        }
    }
    *address = address[taken..].trim_start_matches([' ', ',', '，', '-', '/', '　']).to_owned();
}

/// What exports write in the place of a city for counties directly under a province.
const DIRECT: [&str; 4] = ["省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "省直辖县"];

fn leading_direct(text: &str) -> Option<(&'static str, &str)> {
    DIRECT.iter().find_map(|name| Some((*name, without_prefix(text, name)?)))
}

/// Says a city by its full name where the file leaves 市 off.
fn complete_city(province: &str, city: &mut String) {
    if matches!(province, "北京市" | "天津市" | "上海市" | "重庆市") && short_province(province) == city {
        province.clone_into(city);
    } else if let Some(full) = REGIONS.cities.get(province).and_then(|cities| cities.iter().find(|c| short_city(c) == city)) {
        (*full).clone_into(city);
    }
}

/// `省 市 区 街道…` with spaces between, as Taobao writes it: three look-ups instead of a search.
fn spaced(address: &str) -> Option<([&str; 3], &str)> {
    let mut parts = address.trim_start().splitn(4, ' ');
    let (province, city, district, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let regions = &*REGIONS;
    let full = *regions.provinces.get(province)?;
    let known_city = full == city || DIRECT.contains(&city) || regions.cities.get(full)?.contains(&city);
    let known_district = || {
        let key = if full == city { regions.cities.get(full)?.first().copied()? } else { city };
        let list = regions.districts.get(&(full, key)).or_else(|| regions.districts.get(&(full, full)));
        list.map(|names| names.contains(&district))
    };
    let direct = DIRECT.contains(&city);
    (full == province && known_city && (direct || known_district()?)).then_some(([full, city, district], rest))
}

fn district_lists<'a>(province: &str, city: &str) -> Vec<&'a Vec<&'static str>> {
    let regions = &*REGIONS;
    regions
        .districts
        .iter()
        .filter(|((p, c), _)| {
            *p == province
                && (*c == city || short_city(c) == short_city(city) || p == &city || DIRECT.contains(&city) && c.contains("直辖县"))
        })
        .map(|(_, list)| list)
        .collect()
}

fn is_cjk_start(text: &str) -> bool {
    text.chars().next().is_some_and(|c| (0x2E80..=0x9FFF).contains(&(c as u32)))
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.strip_prefix(prefix).map(|rest| rest.trim_start_matches([' ', ',', '，', '-', '/', '　']))
}

/// Takes a region's name off the beginning of a text, unless it is only the beginning of a longer word there:
/// 浙江|大学, 杭州|市民中心.
///
/// A street in letters may begin with the name of its town (Bath Road, Yorkshire Terrace): it stays as it stands.
fn without_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    if !is_cjk_start(name) {
        return None;
    }
    let rest = text.strip_prefix(name)?;
    let whole = name.ends_with(['省', '市', '区', '县', '州', '盟', '旗', '镇', '乡', '道']);
    let goes_on = if whole { crate::address::is_office(name, rest) } else { crate::address::is_part_of_a_word(rest) };
    if goes_on { None } else { without_prefix(text, name) }
}

fn leading_province(text: &str) -> Option<(&'static str, &str)> {
    let regions = &*REGIONS;
    regions
        .provinces
        .iter()
        .filter_map(|(form, full)| Some((form.len(), *full, without_name(text, form)?)))
        .max_by_key(|(len, ..)| *len)
        .map(|(_, full, rest)| (full, rest))
}

fn leading_city_anywhere(text: &str) -> Option<(&'static str, &'static str, &str)> {
    let regions = &*REGIONS;
    let (form, province) = regions
        .city_province
        .iter()
        .filter(|(form, province)| province.is_some() && form.chars().count() >= 3 && text.starts_with(**form))
        .max_by_key(|(form, _)| form.len())?;
    let province = (*province)?;
    let city = regions.cities.get(province)?.iter().find(|c| *c == form)?;
    Some((province, city, without_name(text, form)?))
}

fn leading_of<'t>(text: &'t str, names: Option<&Vec<&'static str>>, short_too: bool) -> Option<(&'static str, &'t str)> {
    let mut best: Option<(usize, &'static str, &str)> = None;
    for name in names? {
        let forms = if short_too { [*name, short_city(name)] } else { [*name, *name] };
        for form in forms {
            if let Some(rest) = without_name(text, form)
                && best.is_none_or(|(len, ..)| form.len() > len)
            {
                best = Some((form.len(), name, rest));
            }
        }
    }
    best.map(|(_, name, rest)| (name, rest))
}

fn take_zip(address: &mut String, zip: &mut String) {
    for (open, close) in [('(', ')'), ('（', '）')] {
        let Some(inner) = address.strip_suffix(close) else { continue };
        let Some((before, code)) = inner.rsplit_once(open) else { continue };
        if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
            if zip.is_empty() && code != "000000" {
                code.clone_into(zip);
            }
            let kept = before.trim_end().len();
            address.truncate(kept);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(province: &str, city: &str, district: &str, address: &str) -> [String; 5] {
        let mut parts = [province.to_owned(), city.to_owned(), district.to_owned(), address.to_owned(), String::new()];
        let [a, b, c, d, e] = &mut parts;
        complete(a, b, c, d, e);
        parts
    }

    #[test]
    fn a_region_is_taken_off_the_address() {
        assert_eq!(
            completed("", "", "", "广东省 广州市 越秀区 黄花岗街道测试路1号院2栋301(510180)"),
            ["广东省", "广州市", "越秀区", "黄花岗街道测试路1号院2栋301", "510180"]
        );
        assert_eq!(
            completed("新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市", "新疆维吾尔自治区 伊犁哈萨克自治州 伊宁市 测试街道23号"),
            ["新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市", "测试街道23号", ""]
        );
        assert_eq!(completed("", "", "", "江西南昌市青山湖区测试路9号")[..4], ["江西省", "南昌市", "青山湖区", "测试路9号"]);
        assert_eq!(completed("", "", "", "北京市 北京市 朝阳区 酒仙桥街道A座")[..4], ["北京市", "北京市", "朝阳区", "酒仙桥街道A座"]);
    }

    #[test]
    fn short_old_and_lone_names_are_completed_where_one_place_fits() {
        assert_eq!(completed("", "", "", "徐汇区虹漕路461号")[..4], ["上海市", "上海市", "徐汇区", "虹漕路461号"]);
        assert_eq!(completed("", "", "", "昆山花桥镇1号")[..4], ["江苏省", "苏州市", "昆山市", "花桥镇1号"]);
        assert_eq!(completed("", "", "", "鼓楼区中山路1号")[..4], ["", "", "", "鼓楼区中山路1号"], "four cities have one");
    }

    #[test]
    fn a_word_that_begins_like_a_region_stays_whole() {
        assert_eq!(completed("浙江省", "杭州市", "西湖区", "浙江大学紫金港校区1号")[3], "浙江大学紫金港校区1号");
        assert_eq!(completed("浙江省", "杭州市", "江干区", "杭州市民中心D座")[3], "杭州市民中心D座");
        assert_eq!(completed("吉林省", "", "", "吉林大路12号")[..4], ["吉林省", "", "", "吉林大路12号"]);
        assert_eq!(completed("", "", "", "平安金融中心58楼")[..4], ["", "", "", "平安金融中心58楼"]);
        assert_eq!(completed("", "", "", "浙江大学1号")[..4], ["", "", "", "浙江大学1号"]);
    }

    #[test]
    fn a_street_named_after_a_city_stays_a_street() {
        assert_eq!(completed("", "", "", "上海路12号")[..4], ["", "", "", "上海路12号"]);
        assert_eq!(completed("江苏省", "淮安市", "", "上海路12号")[..4], ["江苏省", "淮安市", "", "上海路12号"]);
    }

    #[test]
    fn a_province_is_said_by_its_full_name() {
        assert_eq!(province_name("广东"), "广东省");
        assert!(provinces().len() >= 34);
    }
}
