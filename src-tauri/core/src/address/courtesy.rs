//! What people say around an address: greetings, thanks, requests. None of it is a name or a place.

use std::sync::LazyLock;

use regex::Regex;

/// Greetings and thanks, which say nothing.
const GREETINGS: &str = "您好|你好|哈喽|嗨|在吗|在么|在不在|亲亲|亲|老板娘|老板|店家|掌柜的?|客服|卖家|麻烦您?你?了?|谢谢您?你?|多谢|感谢|谢啦|谢了|辛苦您?你?了?|拜托了?|不好意思|好的|可以|嗯嗯?|就这些|没了|hello|hi|thanks|thank you|please|ok";
/// Where the address stands.
const POINTERS: &str = "(?:请|麻烦)?(?:发|寄|送)(?:到|去|往)?(?:这个|这里|这儿|下面|以下|如下)(?:的)?(?:地址)?|(?:收货|收件)?地址(?:如下|是|在下面|:|：)|我的地址|给我(?:发|寄)";

static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^(?:(?:{GREETINGS}|{POINTERS})[\s,，。.!！~～?？:：呀啊哦吧了呢啦哈]*)+$"))
        .map_err(|error| tracing::error!(%error, "a pattern of this build cannot be read"))
        .ok()
});

/// Whether a text is nothing but courtesy.
pub(crate) fn is_courtesy(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && ALL.as_ref().is_some_and(|all| all.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courtesy_is_told_from_names() {
        assert!(ALL.is_some());
        for said in ["您好", "老板", "谢谢老板", "麻烦您了", "你好，在吗", "谢谢～辛苦了", "麻烦寄到这个地址", "Hi", "thank you!", "亲"]
        {
            assert!(is_courtesy(said), "{said}");
        }
        for other in ["张小满", "谢小谢", "亲亲家园", "李老板", "麻城市", "Hilda", "好的时光小区", ""] {
            assert!(!is_courtesy(other), "{other}");
        }
    }
}
