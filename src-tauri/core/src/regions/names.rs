//! What people leave off the name of a region.

/// Peoples as they stand in the names of autonomous regions, longest form first where one ends like another.
const PEOPLES: [&str; 61] = [
    "维吾尔",
    "哈萨克",
    "柯尔克孜",
    "塔吉克",
    "乌孜别克",
    "塔塔尔",
    "俄罗斯",
    "锡伯",
    "达斡尔",
    "鄂温克",
    "鄂伦春",
    "蒙古族",
    "蒙古",
    "朝鲜族",
    "满族",
    "回族",
    "撒拉族",
    "保安族",
    "东乡族",
    "裕固族",
    "土族",
    "藏族",
    "羌族",
    "彝族",
    "白族",
    "哈尼族",
    "傣族",
    "傈僳族",
    "拉祜族",
    "佤族",
    "纳西族",
    "景颇族",
    "布朗族",
    "普米族",
    "怒族",
    "独龙族",
    "德昂族",
    "阿昌族",
    "基诺族",
    "苗族",
    "布依族",
    "侗族",
    "水族",
    "仡佬族",
    "壮族",
    "瑶族",
    "仫佬族",
    "毛南族",
    "京族",
    "土家族",
    "黎族",
    "畲族",
    "高山族",
    "各族",
    "哈萨克族",
    "维吾尔族",
    "柯尔克孜族",
    "塔吉克族",
    "锡伯族",
    "达斡尔族",
    "门巴族",
];

/// Takes peoples off the end of what stands before 自治: 石柱土家族 → 石柱, 双江拉祜族佤族布朗族傣族 → 双江.
fn without_peoples(name: &str) -> &str {
    let mut rest = name;
    while let Some(shorter) = PEOPLES.iter().filter_map(|p| rest.strip_suffix(p)).filter(|s| s.chars().count() >= 2).min_by_key(|s| s.len())
    {
        rest = shorter;
    }
    rest
}

/// A province as people say it: 广东, 内蒙古, 新疆, 北京.
pub fn short_province(name: &str) -> &str {
    for long in ["维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"] {
        if let Some(short) = name.strip_suffix(long) {
            return short;
        }
    }
    name
}

/// A city as people say it: 广州, 伊犁, 阿坝.
pub fn short_city(name: &str) -> &str {
    if let Some(before) = name.strip_suffix("自治州") {
        return without_peoples(before);
    }
    for long in ["地区", "盟", "市", "县"] {
        if let Some(short) = name.strip_suffix(long).filter(|s| s.chars().count() >= 2) {
            return short;
        }
    }
    name
}

/// A district as people say it, at least two characters: 西湖, 昆山, 石柱, 浦东, 鄂伦春. The whole name where
/// nothing can be left off (忠县).
pub fn short_district(name: &str) -> &str {
    for long in ["自治县", "自治旗"] {
        if let Some(before) = name.strip_suffix(long) {
            return without_peoples(before);
        }
    }
    // 管城回族区, 梅里斯达斡尔族区
    if let Some(before) = name.strip_suffix('区').filter(|before| before.ends_with('族')) {
        let short = without_peoples(before);
        if short != before {
            return short;
        }
    }
    for long in ["街道办事处", "街道", "矿区", "新区", "林区", "区", "县", "市", "旗", "镇", "乡"] {
        if let Some(short) = name.strip_suffix(long).filter(|s| s.chars().count() >= 2) {
            return short;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_short_names() {
        assert_eq!(short_province("新疆维吾尔自治区"), "新疆");
        for (full, short) in [
            ("伊犁哈萨克自治州", "伊犁"),
            ("广州市", "广州"),
            ("德宏傣族景颇族自治州", "德宏"),
            ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
            ("博尔塔拉蒙古自治州", "博尔塔拉"),
            ("锡林郭勒盟", "锡林郭勒"),
            ("湘西土家族苗族自治州", "湘西"),
            ("海西蒙古族藏族自治州", "海西"),
        ] {
            assert_eq!(short_city(full), short);
        }
        for (full, short) in [
            ("石柱土家族自治县", "石柱"),
            ("双江拉祜族佤族布朗族傣族自治县", "双江"),
            ("鄂伦春自治旗", "鄂伦春"),
            ("东乡族自治县", "东乡族"),
            ("浦东新区", "浦东"),
            ("梅里斯达斡尔族区", "梅里斯"),
            ("管城回族区", "管城"),
            ("忠县", "忠县"),
            ("昆山市", "昆山"),
            ("神农架林区", "神农架"),
        ] {
            assert_eq!(short_district(full), short);
        }
    }
}
