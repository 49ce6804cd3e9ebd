//! Which piece of a text is somebody's name.

use super::courtesy::is_courtesy;

const COMPOUND: [&str; 24] = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "司空", "夏侯", "端木", "长孙", "宇文", "轩辕",
    "独孤", "南宫", "百里", "呼延", "闻人", "澹台", "钟离",
];

const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利蔚越师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权盖益桓公仉督岳帅缑亢况郈琴梁丘左商牟佘佴伯赏墨哈谯笪年爱阳佟言福肖付闫覃苟楚侍兰揭占漆";

const TITLES: [&str; 16] =
    ["先生", "女士", "小姐", "太太", "老师", "师傅", "老板", "阿姨", "同学", "医生", "经理", "大姐", "大哥", "姐", "哥", "总"];

/// Words that make a piece a part of an address and never a name.
const PLACES: [&str; 56] = [
    "广场", "大厦", "花园", "小区", "公寓", "中心", "大学", "学院", "学校", "小学", "中学", "医院", "酒店", "宾馆", "商场", "市场", "超市",
    "公司", "工业", "单元", "门口", "前台", "车库", "后门", "旁边", "对面", "左边", "右边", "楼上", "楼下", "大堂", "门卫", "门店", "商铺",
    "物业", "药店", "南门", "北门", "东门", "西门", "正门", "驿站", "快递", "菜鸟", "丰巢", "代收", "自提", "宿舍", "家属", "新村", "社区",
    "街道", "仓库", "大队", "附近", "路口",
];

/// How much a piece looks like a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// It cannot be one.
    None,
    /// It could be a nickname; something else must speak for it.
    Nickname,
    /// It is built like one.
    Name,
}

/// Takes 收, （收）, 亲启 off the end of a name.
pub(super) fn without_receiver(text: &[char]) -> &[char] {
    let mut rest = text;
    for word in ["(收)", "（收）", "(亲收)", "（亲收）", "亲收", "签收", "亲启", "收件", "收"] {
        let word: Vec<char> = word.chars().collect();
        if rest.len() > word.len() + 1 && rest.ends_with(&word) {
            rest = &rest[..rest.len() - word.len()];
            break;
        }
    }
    rest
}

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0x20000..=0x3FFFF | 0x3007)
}

fn begins_with_surname(text: &[char]) -> usize {
    if COMPOUND.iter().any(|s| s.chars().eq(text.iter().take(2).copied())) {
        2
    } else {
        usize::from(text.first().is_some_and(|c| SURNAMES.contains(*c)))
    }
}

fn is_address_word(word: &str) -> bool {
    PLACES.iter().any(|p| word.contains(p))
        || word.ends_with([
            '路', '街', '巷', '弄', '号', '室', '栋', '幢', '座', '层', '组', '店', '厂', '区', '县', '省', '镇', '乡', '村', '站', '市',
            '州',
        ])
}

/// How much a piece looks like a name.
pub(super) fn likeness(text: &[char]) -> Likeness {
    let text = without_receiver(text);
    let word: String = text.iter().collect();
    let length = text.len();
    if length == 0 || length > 30 || is_address_word(&word) || is_courtesy(&word) {
        return Likeness::None;
    }
    let han = text.iter().filter(|c| is_han(**c)).count();
    if han == length {
        let surname = begins_with_surname(text);
        let titled = TITLES.iter().any(|t| word.ends_with(t)) && length <= 6;
        return match length {
            _ if titled && surname > 0 && length > surname => Likeness::Name,
            2..=4 if surname > 0 && length > surname && length - surname <= 2 => Likeness::Name,
            2..=8 => Likeness::Nickname,
            _ => Likeness::None,
        };
    }
    // 阿卜杜拉·买买提
    if text.iter().all(|c| is_han(*c) || matches!(c, '·' | '•' | '.' | '・')) && han >= 2 && length <= 20 {
        return Likeness::Name;
    }
    // 张**
    if han >= 1 && text.iter().all(|c| is_han(*c) || matches!(c, '*' | '＊')) {
        return Likeness::Name;
    }
    let letters = text.iter().filter(|c| c.is_alphabetic()).count();
    if letters > 0 && text.iter().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-' | '_')) {
        return if han == 0 && letters >= 2 { Likeness::Name } else { Likeness::Nickname };
    }
    if letters > 0 && length <= 12 && !word.contains(['#', '/', '(', ')']) && !word.starts_with(|c: char| c.is_ascii_digit()) {
        return Likeness::Nickname;
    }
    Likeness::None
}

/// A name glued to the end of an address: 12号楼301室李雷 → 李雷. Only where the address ends in a number or a
/// word for a door, and what follows is built like a name.
pub(super) fn glued_at_end(text: &[char]) -> Option<usize> {
    let body = without_receiver(text);
    for length in [2, 3, 4] {
        let start = body.len().checked_sub(length)?;
        let before = *body.get(start.checked_sub(1)?)?;
        let door = before.is_ascii_alphanumeric() || "号室栋楼座层户单元幢)）店铺院".contains(before);
        if door && likeness(&body[start..]) == Likeness::Name && begins_with_surname(&body[start..]) > 0 {
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Likeness {
        likeness(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn names_are_told_from_parts_of_an_address() {
        for name in ["张小满", "李雷", "欧阳修文", "王女士", "阿卜杜拉·买买提", "Tom", "张三收", "诸葛亮", "陈先生(收)"]
        {
            assert_eq!(of(name), Likeness::Name, "{name}");
        }
        for nickname in ["小鱼儿", "𠮷一鸣"] {
            assert_eq!(of(nickname), Likeness::Nickname, "{nickname}");
        }
        for place in ["万达广场", "文三路", "12号楼", "南门", "华星大厦", "301", "王家村"] {
            assert_eq!(of(place), Likeness::None, "{place}");
        }
    }

    #[test]
    fn a_name_glued_to_a_door_is_found() {
        let at = |text: &str| glued_at_end(&text.chars().collect::<Vec<_>>());
        assert_eq!(at("文三路12号楼301室李雷"), Some(11));
        assert_eq!(at("文三路12号南门"), None);
        assert_eq!(at("和平中路28号"), None);
    }
}
