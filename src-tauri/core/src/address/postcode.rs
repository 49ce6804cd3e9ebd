//! A postcode that is glued to the end of an address: 壮志路35号…山下400020.

/// The first two digits of the postcodes of each province, after the numbering of China Post.
const FIRST_DIGITS: [(&str, &[&str]); 31] = [
    ("北京市", &["10"]),
    ("天津市", &["30"]),
    ("河北省", &["05", "06", "07"]),
    ("山西省", &["03", "04"]),
    ("内蒙古自治区", &["01", "02"]),
    ("辽宁省", &["11", "12"]),
    ("吉林省", &["13"]),
    ("黑龙江省", &["15", "16"]),
    ("上海市", &["20"]),
    ("江苏省", &["21", "22"]),
    ("浙江省", &["31", "32"]),
    ("安徽省", &["23", "24"]),
    ("福建省", &["35", "36"]),
    ("江西省", &["33", "34"]),
    ("山东省", &["25", "26", "27"]),
    ("河南省", &["45", "46", "47"]),
    ("湖北省", &["43", "44"]),
    ("湖南省", &["41", "42"]),
    ("广东省", &["51", "52"]),
    ("广西壮族自治区", &["53", "54"]),
    ("海南省", &["57"]),
    ("重庆市", &["40"]),
    ("四川省", &["61", "62", "63", "64"]),
    ("贵州省", &["55", "56"]),
    ("云南省", &["65", "66", "67"]),
    ("西藏自治区", &["85", "86"]),
    ("陕西省", &["71", "72"]),
    ("甘肃省", &["73", "74"]),
    ("青海省", &["81"]),
    ("宁夏回族自治区", &["75"]),
    ("新疆维吾尔自治区", &["83", "84"]),
];

/// The detail without the six digits at its end, and those, where they are a postcode of the province.
pub(super) fn glued<'t>(detail: &'t str, province: Option<&str>) -> Option<(&'t str, &'t str)> {
    const DIGITS: usize = 6;
    let (before, code) = detail.split_at_checked(detail.len().checked_sub(DIGITS)?)?;
    let (_, known) = FIRST_DIGITS.iter().find(|(name, _)| Some(*name) == province)?;
    // A door or a telephone number goes on before it.
    let stands_for_itself = before.chars().next_back().is_some_and(|c| !c.is_ascii() && !"号栋幢座楼室层弄第".contains(c));
    (code.bytes().all(|b| b.is_ascii_digit()) && known.iter().any(|digits| code.starts_with(digits)) && stands_for_itself)
        .then(|| (before.trim_end(), code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_at_the_end_are_a_postcode_where_they_are_the_provinces() {
        assert_eq!(glued("壮志路35号四川外国语大学山下400020", Some("重庆市")), Some(("壮志路35号四川外国语大学山下", "400020")));
        assert_eq!(glued("壮志路35号四川外国语大学山下400020", Some("北京市")), None);
        assert_eq!(glued("中山路8号楼510180", Some("广东省")), None);
        assert_eq!(glued("邮电新村1510180", Some("广东省")), None);
        assert_eq!(glued("510180", Some("广东省")), None);
        assert_eq!(glued("中山路", None), None);
    }
}
