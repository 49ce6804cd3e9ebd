//! The few words the shell itself says: menus and native dialogs. Everything else is said by the window.

/// The two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// By a tag such as `zh-CN` or `en`.
    pub fn of(tag: &str) -> Language {
        if tag.to_ascii_lowercase().starts_with("zh") { Language::Chinese } else { Language::English }
    }

    /// The language of the system.
    pub fn of_system() -> Language {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty() && v != "C" && v != "C.UTF-8" && v != "POSIX"))
            .map_or(Language::Chinese, |tag| Language::of(&tag))
    }

    /// One of two texts.
    pub fn say(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    /// What an operation is called in the Edit menu.
    pub fn op(self, op: zhanggui_core::storage::Op) -> &'static str {
        use zhanggui_core::storage::Op;
        match op {
            Op::AddCustomer => self.say("新客户", "new customer"),
            Op::EditCustomer => self.say("修改客户", "customer edit"),
            Op::DeleteCustomer => self.say("删除客户", "customer deletion"),
            Op::TagCustomers => self.say("标签", "tags"),
            Op::EditFields => self.say("自定义栏", "own fields"),
            Op::EditOrder => self.say("修改订单", "order edit"),
            Op::LinkOrder => self.say("关联订单", "order link"),
            Op::DecideMatch => self.say("客户确认", "match decision"),
            Op::Import => self.say("导入", "import"),
            Op::UndoImport => self.say("撤回导入", "import removal"),
            Op::EditShop => self.say("店铺设置", "shop settings"),
        }
    }
}
