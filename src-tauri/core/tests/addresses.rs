//! Addresses as people write them, against what they mean. The texts were written by someone who did not know
//! this parser; `regions-only.json` is a public set of twelve.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde::Deserialize;
use zhanggui_core::address::{AddressParts, Habits, parse};
use zhanggui_core::regions::RegionCode;

#[derive(Deserialize)]
struct Texts {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    kind: String,
    name: Option<String>,
    phone: Option<String>,
    province: Option<String>,
    city: Option<String>,
    district: Option<String>,
    code: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    candidates: Vec<String>,
}

fn fixture(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/addresses").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn differences(case: &Case, found: &AddressParts) -> Vec<String> {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let mut candidates: Vec<String> = found.candidates.iter().map(ToString::to_string).collect();
    let mut expected = case.candidates.clone();
    candidates.sort();
    expected.sort();
    let pairs = [
        ("name", text(&case.name), text(&found.name)),
        ("phone", text(&case.phone), text(&found.phone)),
        ("province", text(&case.province), text(&found.province)),
        ("city", text(&case.city), text(&found.city)),
        ("district", text(&case.district), text(&found.district)),
        ("code", text(&case.code), found.code.map(|c| c.to_string()).unwrap_or_default()),
        ("detail", text(&case.detail), found.detail.clone()),
        ("candidates", expected.join(" "), candidates.join(" ")),
    ];
    // A text without an address: it stays whole in the detail, so that nothing pasted is lost.
    let kept = |field: &str| field == "detail" && case.detail.is_none();
    pairs
        .into_iter()
        .filter(|(field, ..)| !kept(field))
        .filter(|(_, want, got)| want != got)
        .map(|(field, want, got)| format!("{field}: {want:?} but {got:?}"))
        .collect()
}

#[test]
fn texts_as_people_write_them_are_understood() {
    let texts: Texts = serde_json::from_str(&fixture("texts.json")).expect("texts.json is a list of cases");
    assert!(texts.cases.len() > 200);
    let mut wrong = Vec::new();
    for case in &texts.cases {
        let differences = differences(case, &parse(&case.text, &Habits::default()));
        if !differences.is_empty() {
            wrong.push(format!("{} [{}]\n      {}", case.text.replace('\n', "⏎"), case.kind, differences.join("\n      ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} texts are misread:\n{}", wrong.len(), texts.cases.len(), wrong.join("\n"));
}

#[derive(Deserialize)]
struct RegionCases {
    cases: Vec<RegionCase>,
}

#[derive(Deserialize)]
struct RegionCase {
    input: String,
    province: Option<String>,
    city: Option<String>,
    district: Option<String>,
    detail: String,
    adcode: String,
}

#[test]
fn the_twelve_public_cases_are_understood() {
    let set: RegionCases = serde_json::from_str(&fixture("regions-only.json")).expect("regions-only.json is a list of cases");
    assert_eq!(set.cases.len(), 12);
    for case in set.cases {
        // One case says in brackets which of two districts its user means.
        let (text, habits) = match case.input.split_once(" [umap ") {
            Some((text, rule)) => {
                let code = rule.trim_end_matches(']').split('→').nth(1).and_then(RegionCode::parse);
                (text.to_owned(), Habits(code.into_iter().collect()))
            }
            None => (case.input.clone(), Habits::default()),
        };
        let found = parse(&text, &habits);
        assert_eq!((&found.province, &found.city, &found.district), (&case.province, &case.city, &case.district), "{text}");
        assert_eq!((found.detail.as_str(), found.code.map(|c| c.to_string())), (case.detail.as_str(), Some(case.adcode)), "{text}");
    }
}

#[test]
fn what_only_sounds_like_a_place_is_none() {
    let code = |text: &str| parse(text, &Habits::default()).code.map(|c| c.to_string());
    for text in ["平安金融中心58楼", "东方明珠塔", "凤凰城小区", "平湖市场3号", "老城区人民路1号", "沙溪镇新北路1号"]
    {
        assert_eq!(code(text), None, "{text}");
    }
    for (text, expected) in [("天津市河西务镇1号", "120000"), ("杭州市余杭塘路1号", "330100"), ("上海长宁支路5号", "310000")]
    {
        assert_eq!(code(text).as_deref(), Some(expected), "{text}");
    }
    for name in ["和平", "安宁", "江山", "高阳"] {
        let found = parse(&format!("{name} 13800138000 四川省成都市武侯区一环路1号"), &Habits::default());
        assert_eq!((found.name.as_deref(), found.code.map(|c| c.to_string()).as_deref()), (Some(name), Some("510107")));
    }
}

/// Each would run for hours, or through the stack, if names said again were tried in every combination.
#[test]
fn a_text_that_repeats_itself_ends() {
    for (word, times) in [("北京", 400), ("浙江 ", 20_000), ("上海，", 2000), ("浙江省杭州市西湖区", 2000), ("北京市", 5000)]
    {
        let _ = parse(&word.repeat(times), &Habits::default());
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[\\PC浙江杭州市西湖区张三收1380+\\-:, \\n]{0,60}") {
        let _ = parse(&text, &Habits::default());
    }
}

#[test]
fn addresses_that_other_programs_read_wrong_are_understood() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/real/B47-addresses-of-other-parsers-reports/expected.json");
    let cases: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(cases.len(), 16);
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["text"].as_str().unwrap();
        let found = serde_json::to_value(parse(text, &Habits::default())).unwrap();
        for (field, wanted) in case["expect"].as_object().unwrap() {
            // Remarks stand behind the value in brackets; separators within a detail are free.
            let plain = |v: &serde_json::Value| v.as_str().map(|t| t.split(" (").next().unwrap_or(t).replace([' ', '，'], ""));
            if plain(&found[field]) != plain(wanted) {
                wrong.push(format!("{text}: {field} is {}, not {wanted}", found[field]));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn other_names_of_districts_and_names_that_many_towns_have_are_understood() {
    let read = |text: &str| {
        let found = parse(text, &Habits::default());
        (found.city.unwrap_or_default(), found.district.unwrap_or_default(), found.detail, found.candidates.len())
    };
    let one = |city: &str, district: &str, detail: &str| (city.to_owned(), district.to_owned(), detail.to_owned(), 0);
    assert_eq!(read("江苏省南京市雨花区安德门大街1号"), one("南京市", "雨花台区", "安德门大街1号"));
    assert_eq!(read("南京市雨花区软件大道1号"), one("南京市", "雨花台区", "软件大道1号"));
    assert_eq!(read("长沙市雨花区韶山路1号"), one("长沙市", "雨花区", "韶山路1号"));
    assert_eq!(read("黑龙江省齐齐哈尔市梅里斯区中心路1号"), one("齐齐哈尔市", "梅里斯达斡尔族区", "中心路1号"));
    assert_eq!(read("重庆市县云阳县青龙街道1号").1, "云阳县");
    assert_eq!(read("重庆市 县 奉节县 永安街道1号").1, "奉节县");
    assert_eq!(read("新疆伊犁州塔城地区额敏县红旗路1号"), one("塔城地区", "额敏县", "红旗路1号"));
    assert_eq!(read("新疆伊犁州伊宁市解放路1号"), one("伊犁哈萨克自治州", "伊宁市", "解放路1号"));
    for text in ["高新区天府大道1号", "开发区黄河路1号", "东区中山路1号", "城区人民路1号"] {
        let (city, district, _, candidates) = read(text);
        assert!(city.is_empty() && district.is_empty() && candidates > 1, "{text}: {candidates}");
    }
    assert_eq!(read("成都市高新区天府大道1号").1, "高新区");
    assert_eq!(read("阳泉市城区桃北东街1号").1, "城区");
}
