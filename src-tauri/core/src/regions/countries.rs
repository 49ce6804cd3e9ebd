//! Countries as exports name them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::text::normalised;

/// A country as files name it.
pub struct Country {
    /// ISO 3166-1 alpha-2: `DE`.
    pub code: &'static str,
    /// ISO 4217, where the currency is this country's alone; else blank.
    pub currency: &'static str,
    /// What it is called in English first, then in Chinese, German and its own language.
    pub names: &'static [&'static str],
}

/// Where the shops and buyers of the known platforms are.
pub const COUNTRIES: &[Country] = &[
    Country { code: "AE", currency: "AED", names: &["United Arab Emirates", "阿联酋", "Vereinigte Arabische Emirate"] },
    Country { code: "AR", currency: "ARS", names: &["Argentina", "阿根廷", "Argentinien"] },
    Country { code: "AT", currency: "", names: &["Austria", "奥地利", "Österreich"] },
    Country { code: "AU", currency: "AUD", names: &["Australia", "澳大利亚", "Australien"] },
    Country { code: "BD", currency: "BDT", names: &["Bangladesh", "孟加拉国", "Bangladesch"] },
    Country { code: "BE", currency: "", names: &["Belgium", "比利时", "Belgien", "Belgique", "België"] },
    Country { code: "BG", currency: "BGN", names: &["Bulgaria", "保加利亚", "Bulgarien"] },
    Country { code: "BH", currency: "BHD", names: &["Bahrain", "巴林"] },
    Country { code: "BR", currency: "BRL", names: &["Brazil", "巴西", "Brasilien", "Brasil"] },
    Country { code: "BY", currency: "BYN", names: &["Belarus", "白俄罗斯"] },
    Country { code: "CA", currency: "CAD", names: &["Canada", "加拿大", "Kanada"] },
    Country { code: "CH", currency: "CHF", names: &["Switzerland", "瑞士", "Schweiz", "Suisse"] },
    Country { code: "CL", currency: "CLP", names: &["Chile", "智利"] },
    Country { code: "CN", currency: "CNY", names: &["China", "中国", "中國", "中国大陆"] },
    Country { code: "CO", currency: "COP", names: &["Colombia", "哥伦比亚", "Kolumbien"] },
    Country { code: "CR", currency: "CRC", names: &["Costa Rica", "哥斯达黎加"] },
    Country { code: "CY", currency: "", names: &["Cyprus", "塞浦路斯", "Zypern"] },
    Country { code: "CZ", currency: "CZK", names: &["Czech Republic", "捷克", "Czechia", "Tschechien", "Tschechische Republik"] },
    Country { code: "DE", currency: "", names: &["Germany", "德国", "Deutschland", "Allemagne"] },
    Country { code: "DK", currency: "DKK", names: &["Denmark", "丹麦", "Dänemark"] },
    Country { code: "DZ", currency: "DZD", names: &["Algeria", "阿尔及利亚"] },
    Country { code: "EC", currency: "", names: &["Ecuador", "厄瓜多尔"] },
    Country { code: "EE", currency: "", names: &["Estonia", "爱沙尼亚", "Estland"] },
    Country { code: "EG", currency: "EGP", names: &["Egypt", "埃及", "Ägypten"] },
    Country { code: "ES", currency: "", names: &["Spain", "西班牙", "Spanien", "España"] },
    Country { code: "FI", currency: "", names: &["Finland", "芬兰", "Finnland"] },
    Country { code: "FR", currency: "", names: &["France", "法国", "Frankreich"] },
    Country {
        code: "GB",
        currency: "GBP",
        names: &["United Kingdom", "英国", "Großbritannien", "Vereinigtes Königreich", "Great Britain", "UK"],
    },
    Country { code: "GE", currency: "GEL", names: &["Georgia", "格鲁吉亚"] },
    Country { code: "GR", currency: "", names: &["Greece", "希腊", "Griechenland"] },
    Country { code: "HK", currency: "HKD", names: &["Hong Kong", "香港", "中国香港", "Hong Kong SAR"] },
    Country { code: "HR", currency: "HRK", names: &["Croatia", "克罗地亚", "Kroatien"] },
    Country { code: "HU", currency: "HUF", names: &["Hungary", "匈牙利", "Ungarn"] },
    Country { code: "ID", currency: "IDR", names: &["Indonesia", "印度尼西亚", "Indonesien"] },
    Country { code: "IE", currency: "", names: &["Ireland", "爱尔兰", "Irland"] },
    Country { code: "IL", currency: "ILS", names: &["Israel", "以色列"] },
    Country { code: "IN", currency: "INR", names: &["India", "印度", "Indien"] },
    Country { code: "IS", currency: "ISK", names: &["Iceland", "冰岛", "Island"] },
    Country { code: "IT", currency: "", names: &["Italy", "意大利", "Italien", "Italia"] },
    Country { code: "JO", currency: "JOD", names: &["Jordan", "约旦"] },
    Country { code: "JP", currency: "JPY", names: &["Japan", "日本"] },
    Country { code: "KE", currency: "KES", names: &["Kenya", "肯尼亚"] },
    Country { code: "KR", currency: "KRW", names: &["South Korea", "韩国", "Südkorea", "Korea, Republic of", "Republic of Korea"] },
    Country { code: "KW", currency: "KWD", names: &["Kuwait", "科威特"] },
    Country { code: "KZ", currency: "KZT", names: &["Kazakhstan", "哈萨克斯坦"] },
    Country { code: "LB", currency: "LBP", names: &["Lebanon", "黎巴嫩"] },
    Country { code: "LK", currency: "LKR", names: &["Sri Lanka", "斯里兰卡"] },
    Country { code: "LT", currency: "", names: &["Lithuania", "立陶宛", "Litauen"] },
    Country { code: "LU", currency: "", names: &["Luxembourg", "卢森堡", "Luxemburg"] },
    Country { code: "LV", currency: "", names: &["Latvia", "拉脱维亚", "Lettland"] },
    Country { code: "MA", currency: "MAD", names: &["Morocco", "摩洛哥", "Marokko"] },
    Country { code: "MD", currency: "MDL", names: &["Moldova", "摩尔多瓦"] },
    Country { code: "MO", currency: "MOP", names: &["Macao", "澳门", "中国澳门", "Macau"] },
    Country { code: "MT", currency: "", names: &["Malta", "马耳他"] },
    Country { code: "MX", currency: "MXN", names: &["Mexico", "墨西哥", "Mexiko", "México"] },
    Country { code: "MY", currency: "MYR", names: &["Malaysia", "马来西亚"] },
    Country { code: "NG", currency: "NGN", names: &["Nigeria", "尼日利亚"] },
    Country { code: "NL", currency: "", names: &["Netherlands", "荷兰", "Niederlande", "Nederland", "The Netherlands"] },
    Country { code: "NO", currency: "NOK", names: &["Norway", "挪威", "Norwegen"] },
    Country { code: "NP", currency: "NPR", names: &["Nepal", "尼泊尔"] },
    Country { code: "NZ", currency: "NZD", names: &["New Zealand", "新西兰", "Neuseeland"] },
    Country { code: "OM", currency: "OMR", names: &["Oman", "阿曼"] },
    Country { code: "PE", currency: "PEN", names: &["Peru", "秘鲁"] },
    Country { code: "PH", currency: "PHP", names: &["Philippines", "菲律宾", "Philippinen"] },
    Country { code: "PK", currency: "PKR", names: &["Pakistan", "巴基斯坦"] },
    Country { code: "PL", currency: "PLN", names: &["Poland", "波兰", "Polen", "Polska"] },
    Country { code: "PR", currency: "", names: &["Puerto Rico", "波多黎各"] },
    Country { code: "PT", currency: "", names: &["Portugal", "葡萄牙"] },
    Country { code: "QA", currency: "QAR", names: &["Qatar", "卡塔尔"] },
    Country { code: "RO", currency: "RON", names: &["Romania", "罗马尼亚", "Rumänien"] },
    Country { code: "RS", currency: "RSD", names: &["Serbia", "塞尔维亚", "Serbien"] },
    Country { code: "RU", currency: "RUB", names: &["Russia", "俄罗斯", "Russland", "Russian Federation"] },
    Country { code: "SA", currency: "SAR", names: &["Saudi Arabia", "沙特阿拉伯"] },
    Country { code: "SE", currency: "SEK", names: &["Sweden", "瑞典", "Schweden"] },
    Country { code: "SG", currency: "SGD", names: &["Singapore", "新加坡", "Singapur"] },
    Country { code: "SI", currency: "", names: &["Slovenia", "斯洛文尼亚", "Slowenien"] },
    Country { code: "SK", currency: "", names: &["Slovakia", "斯洛伐克", "Slowakei"] },
    Country { code: "TH", currency: "THB", names: &["Thailand", "泰国"] },
    Country { code: "TN", currency: "TND", names: &["Tunisia", "突尼斯"] },
    Country { code: "TR", currency: "TRY", names: &["Turkey", "土耳其", "Türkei", "Türkiye"] },
    Country { code: "TW", currency: "TWD", names: &["Taiwan", "台湾", "臺灣", "中国台湾"] },
    Country { code: "UA", currency: "UAH", names: &["Ukraine", "乌克兰"] },
    Country {
        code: "US",
        currency: "",
        names: &["United States", "美国", "USA", "Vereinigte Staaten", "Vereinigte Staaten von Amerika", "United States of America"],
    },
    Country { code: "UY", currency: "UYU", names: &["Uruguay", "乌拉圭"] },
    Country { code: "UZ", currency: "UZS", names: &["Uzbekistan", "乌兹别克斯坦"] },
    Country { code: "VN", currency: "VND", names: &["Vietnam", "越南", "Viet Nam"] },
    Country { code: "ZA", currency: "ZAR", names: &["South Africa", "南非", "Südafrika"] },
];

/// The code of a country that is named by its code or in words.
pub fn code(text: &str) -> Option<&'static str> {
    static BY_NAME: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
        let named = |country: &'static Country| country.names.iter().chain([&country.code]).map(|name| (normalised(name), country.code));
        COUNTRIES.iter().flat_map(named).collect()
    });
    if text.is_empty() {
        return None;
    }
    BY_NAME.get(&normalised(text)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_code_and_its_names() {
        for (text, wanted) in
            [("DE", "DE"), ("de ", "DE"), ("Deutschland", "DE"), ("United States", "US"), ("英国", "GB"), ("UK", "GB"), ("Türkiye", "TR")]
        {
            assert_eq!(code(text), Some(wanted), "{text}");
        }
        assert_eq!(code(""), None);
        assert_eq!(code("Atlantis"), None);
    }
}
