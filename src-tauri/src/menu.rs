//! The native menu. Its Undo and Redo name the operation they would take back or bring back.

use std::sync::{Mutex, PoisonError};

use tauri::menu::{Menu, MenuBuilder, MenuItem, MenuItemBuilder, SubmenuBuilder};
use tauri::{AppHandle, Manager, Wry};

use crate::desk::{desk, tell};
use crate::events::MenuChosen;
use crate::words::Language;

/// The entries that change, and the language they are in.
pub struct MenuState {
    undo: MenuItem<Wry>,
    redo: MenuItem<Wry>,
    language: Language,
}

/// Builds the menu in a language and shows it.
pub fn show(app: &AppHandle, language: Language) -> tauri::Result<()> {
    let say = |zh, en| language.say(zh, en);
    // No accelerators here for keys that the window handles itself: a native accelerator would take Ctrl+Z away
    // from text fields.
    let item = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).build(app);
    let undo = MenuItemBuilder::with_id("undo", say("撤销", "Undo")).enabled(false).build(app)?;
    let redo = MenuItemBuilder::with_id("redo", say("重做", "Redo")).enabled(false).build(app)?;
    let file = SubmenuBuilder::new(app, say("文件", "File"))
        .item(&item("import", say("导入订单…", "Import orders…"))?)
        .item(&item("export", say("导出客户…", "Export customers…"))?)
        .separator()
        .item(&item("backup", say("立即备份", "Back up now"))?)
        .item(&item("reveal", say("打开数据文件夹", "Open data folder"))?)
        .separator()
        .quit_with_text(say("退出", "Quit"))
        .build()?;
    let edit = SubmenuBuilder::new(app, say("编辑", "Edit"))
        .item(&undo)
        .item(&redo)
        .separator()
        .cut_with_text(say("剪切", "Cut"))
        .copy_with_text(say("复制", "Copy"))
        .paste_with_text(say("粘贴", "Paste"))
        .select_all_with_text(say("全选", "Select all"))
        .build()?;
    let view = SubmenuBuilder::new(app, say("查看", "View"))
        .item(&item("palette", say("查找一切…", "Find anything…"))?)
        .item(&item("privacy", say("遮住姓名和电话", "Hide names and numbers"))?)
        .item(&item("keys", say("快捷键", "Keyboard shortcuts"))?)
        .build()?;
    let menu: Menu<Wry> = MenuBuilder::new(app).items(&[&file, &edit, &view]).build()?;
    app.set_menu(menu)?;
    let state = MenuState { undo, redo, language };
    match app.try_state::<Mutex<MenuState>>() {
        Some(known) => *known.lock().unwrap_or_else(PoisonError::into_inner) = state,
        None => {
            app.manage(Mutex::new(state));
        }
    }
    refresh(app);
    Ok(())
}

/// Names the operations that can be undone and redone now.
pub fn refresh(app: &AppHandle) {
    let Some(state) = app.try_state::<Mutex<MenuState>>() else { return };
    let now = desk(app).shop().and_then(|shop| shop.undo_state());
    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let (undo, redo) = now.map(|s| (s.undo, s.redo)).unwrap_or_default();
    for (entry, change, word) in
        [(&state.undo, undo, state.language.say("撤销", "Undo")), (&state.redo, redo, state.language.say("重做", "Redo"))]
    {
        let text = match &change {
            Some(change) => format!("{word} {}", crate::words::op_name(change.op, state.language)),
            None => word.to_owned(),
        };
        let shown = entry.set_text(text).and_then(|()| entry.set_enabled(change.is_some()));
        if let Err(error) = shown {
            tracing::debug!(%error, "menu entry");
        }
    }
}

/// The language of the menu, for native dialogs.
pub fn language(app: &AppHandle) -> Language {
    app.try_state::<Mutex<MenuState>>().map(|s| s.lock().unwrap_or_else(PoisonError::into_inner).language).unwrap_or_default()
}

/// Hands a chosen entry to the window, which knows what is open.
pub fn chosen(app: &AppHandle, id: &str) {
    tell(&MenuChosen { id: id.to_owned() }, app);
}
