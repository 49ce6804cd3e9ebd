//! The few words the shell itself says: menus and native dialogs. Everything else is said by the window.

pub use zhanggui_core::language::Language;
use zhanggui_core::storage::Op;

/// The language of the system.
pub fn system_language() -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty() && v != "C" && v != "C.UTF-8" && v != "POSIX"))
        .map_or(Language::Chinese, |tag| Language::of(&tag))
}

/// What an operation is called in the Edit menu.
pub fn op_name(op: Op, language: Language) -> &'static str {
    match op {
        Op::AddCustomer => language.say("新客户", "new customer"),
        Op::EditCustomer => language.say("修改客户", "customer edit"),
        Op::DeleteCustomer => language.say("删除客户", "customer deletion"),
        Op::TagCustomers => language.say("标签", "tags"),
        Op::EditFields => language.say("自定义栏", "own fields"),
        Op::EditOrder => language.say("修改订单", "order edit"),
        Op::LinkOrder => language.say("关联订单", "order link"),
        Op::DecideMatch => language.say("客户确认", "match decision"),
        Op::Import => language.say("导入", "import"),
        Op::UndoImport => language.say("撤销导入", "import removal"),
        Op::EditShop => language.say("店铺设置", "shop settings"),
        Op::EditTemplate => language.say("运费模板", "shipping template"),
        Op::EditProducts => language.say("商品资料", "product data"),
        Op::CourierBill => language.say("快递账单", "courier's bill"),
        Op::AddOrder => language.say("新订单", "new order"),
        Op::RecordContact => language.say("联系记录", "contact"),
        Op::EditContact => language.say("修改联系记录", "contact edit"),
        Op::DeleteContact => language.say("删除联系记录", "contact deletion"),
        Op::EditNote => language.say("记事", "note"),
        Op::TakeComplaint => language.say("新投诉", "new complaint"),
        Op::EditComplaint => language.say("投诉内容", "complaint edit"),
        Op::MoveComplaint => language.say("投诉步骤", "complaint step"),
        Op::DeleteComplaint => language.say("删除投诉", "complaint deletion"),
        Op::ImportReviews => language.say("导入评价", "import of reviews"),
        Op::EditReview => language.say("评价", "review"),
        Op::AnswerReview => language.say("评价回复", "reply to a review"),
        Op::DeleteReview => language.say("删除评价", "deletion of a review"),
        Op::EditScores => language.say("店铺评分", "shop scores"),
        Op::Attach => language.say("投诉附件", "attachment"),
        Op::EditRemedy => language.say("补偿", "remedy"),
        Op::EditPromise => language.say("承诺", "promise"),
        Op::EditFix => language.say("改进项", "fix"),
        Op::EditPhrase => language.say("话术", "phrase"),
        Op::EditRules => language.say("工作时间与标准", "working hours and standards"),
        Op::MarkTask => language.say("今日事项", "today's task"),
        Op::SaveView => language.say("保存筛选", "saved filter"),
    }
}
