//! Complaints: lists, cases, moves, remedies, files, causes and fixes.

use serde::Serialize;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use zhanggui_core::attachments::content::NotOpened;
use zhanggui_core::complaints::attachments::Owner;
use zhanggui_core::complaints::case::Case;
use zhanggui_core::complaints::causes::{CauseBy, CauseLine, Repeat};
use zhanggui_core::complaints::fixes::{CauseFix, FixText};
use zhanggui_core::complaints::list::{CasePage, CaseQuery};
use zhanggui_core::complaints::one_go::OneGo;
use zhanggui_core::complaints::remedies::{RemedyForm, RemedyOf, RemedySum};
use zhanggui_core::complaints::similar::Similar;
use zhanggui_core::complaints::state::Move;
use zhanggui_core::complaints::steps::FormEdit;
use zhanggui_core::complaints::take_in::{NewComplaint, Taken};
use zhanggui_core::contacts::channel::ContactChannel;
use zhanggui_core::error::Error;
use zhanggui_core::storage::Change;

use crate::desk::{desk, moment, now};
use crate::failure::{Answer, off_thread};

use super::changing::{change, changes, reads};

/// A window of the cases.
#[tauri::command]
#[specta::specta]
pub async fn complaints(app: AppHandle, query: CaseQuery, from: i64, count: i64) -> Answer<CasePage> {
    reads(app, move |shop| shop.complaints(&query, from.max(0), count.clamp(0, 1000), moment())).await
}

/// One case, whole.
#[tauri::command]
#[specta::specta]
pub async fn complaint(app: AppHandle, id: i64) -> Answer<Case> {
    reads(app, move |shop| shop.complaint(id, moment())).await
}

/// Takes a complaint in.
#[tauri::command]
#[specta::specta]
pub async fn take_complaint(app: AppHandle, complaint: NewComplaint) -> Answer<Taken> {
    off_thread(move || {
        let (done, taken) = desk(&app).shop()?.take_complaint(&complaint, moment())?;
        change(&app, &done);
        Ok(taken)
    })
    .await
}

/// Changes one thing in a case's forms.
#[tauri::command]
#[specta::specta]
pub async fn edit_complaint(app: AppHandle, id: i64, edit: FormEdit) -> Answer<Change> {
    changes(app, move |shop| shop.edit_complaint(id, &edit, moment())).await
}

/// Makes a move: done, skip, back, wait, answered, close, reopen.
#[tauri::command]
#[specta::specta]
pub async fn move_complaint(app: AppHandle, id: i64, made: Move) -> Answer<Change> {
    changes(app, move |shop| shop.move_complaint(id, &made, moment())).await
}

/// Removes a case that was taken in by mistake.
#[tauri::command]
#[specta::specta]
pub async fn delete_complaint(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_complaint(id, now())).await
}

/// Writes down that a notice about a case went out.
#[tauri::command]
#[specta::specta]
pub async fn record_notice(app: AppHandle, id: i64, channel: ContactChannel, text: String, anyway: Option<String>) -> Answer<Change> {
    changes(app, move |shop| shop.record_notice(id, channel, &text, anyway.as_deref(), now())).await
}

/// What earlier cases like this one received.
#[tauri::command]
#[specta::specta]
pub async fn similar_complaints(app: AppHandle, id: i64) -> Answer<Option<Similar>> {
    reads(app, move |shop| shop.similar_complaints(id)).await
}

/// Adds a remedy to a case.
#[tauri::command]
#[specta::specta]
pub async fn add_remedy(app: AppHandle, complaint: i64, remedy: RemedyForm) -> Answer<Change> {
    changes(app, move |shop| Ok(shop.add_remedy(complaint, &remedy.read()?, moment())?.0)).await
}

/// Makes a small case good and closes it: its five steps in one change.
#[tauri::command]
#[specta::specta]
pub async fn make_good_and_close(app: AppHandle, id: i64, form: OneGo) -> Answer<Change> {
    changes(app, move |shop| shop.make_good_and_close(id, &form, moment())).await
}

/// Marks a remedy as delivered now, or as not delivered after all.
#[tauri::command]
#[specta::specta]
pub async fn deliver_remedy(app: AppHandle, id: i64, delivered: bool) -> Answer<Change> {
    changes(app, move |shop| shop.deliver_remedy(id, delivered.then(now), moment())).await
}

/// Takes a remedy back that was not delivered.
#[tauri::command]
#[specta::specta]
pub async fn withdraw_remedy(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.withdraw_remedy(id, moment())).await
}

/// What remedies cost, by month and in all.
#[tauri::command]
#[specta::specta]
pub async fn remedy_sums(app: AppHandle, of: RemedyOf) -> Answer<Vec<RemedySum>> {
    reads(app, move |shop| shop.remedy_sums(of, moment().zone)).await
}

/// Files that came to a case.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct AttachedFiles {
    /// How many.
    count: u32,
}

/// Adds files that the system's dialog asks for; none where it was left.
#[tauri::command]
#[specta::specta]
pub async fn pick_attachments(app: AppHandle, owner: Owner, task: u32) -> Answer<AttachedFiles> {
    off_thread(move || {
        let title = crate::menu::language(&app).say("选择图片、录音或文件", "Choose pictures, recordings or documents");
        let picked = app.dialog().file().set_title(title).blocking_pick_files().unwrap_or_default();
        let paths = picked.into_iter().filter_map(|p| p.into_path().ok()).collect();
        attach(&app, owner, paths, task)
    })
    .await
}

/// Adds files that were dropped onto the window, by their numbers.
#[tauri::command]
#[specta::specta]
pub async fn attach_files(app: AppHandle, owner: Owner, files: Vec<u32>, task: u32) -> Answer<AttachedFiles> {
    off_thread(move || {
        let paths = files.iter().map(|id| desk(&app).path(*id)).collect::<Result<Vec<_>, Error>>()?;
        desk(&app).forget_files(&files);
        attach(&app, owner, paths, task)
    })
    .await
}

fn attach(app: &AppHandle, owner: Owner, paths: Vec<std::path::PathBuf>, task: u32) -> zhanggui_core::Result<AttachedFiles> {
    let shop = desk(app).shop()?;
    let desk = desk(app);
    let watch = desk.begin(app, task);
    let mut last = None;
    let attached = paths.iter().try_for_each(|path| {
        last = Some(shop.attach(owner, path, &watch, now())?.0);
        Ok(())
    });
    drop(shop);
    // Also where one could not be attached: those before it were.
    if let Some(done) = last {
        change(app, &done);
    }
    attached.map(|()| AttachedFiles { count: paths.len() as u32 })
}

/// Takes a file from its case.
#[tauri::command]
#[specta::specta]
pub async fn detach(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.detach(id, now())).await
}

/// Opens the copy of a file with the system's own program. One that could do something is shown in its folder instead,
/// and why comes back.
#[tauri::command]
#[specta::specta]
pub async fn open_attachment(app: AppHandle, id: i64) -> Answer<Option<NotOpened>> {
    off_thread(move || {
        let (path, why) = desk(&app).shop()?.attachment_to_open(id)?;
        let failed = |e: tauri_plugin_opener::Error| Error::CannotOpen(e.to_string());
        let opener = app.opener();
        match why {
            None => opener.open_path(path.to_string_lossy(), None::<&str>).map_err(failed)?,
            // A system without a file manager that can point at a file still opens folders.
            Some(_) => opener.reveal_item_in_dir(&path).or_else(|_| {
                let folder = path.parent().unwrap_or(&path).to_string_lossy();
                opener.open_path(folder, None::<&str>).map_err(failed)
            })?,
        }
        Ok(why)
    })
    .await
}

/// The small picture of a file as a `data:` address; `None` where it has none.
#[tauri::command]
#[specta::specta]
pub async fn thumbnail(app: AppHandle, id: i64) -> Answer<Option<String>> {
    use base64::Engine;
    reads(app, move |shop| {
        let picture = shop.thumbnail(id)?;
        Ok(picture.map(|jpeg| format!("data:image/jpeg;base64,{}", base64::engine::general_purpose::STANDARD.encode(jpeg))))
    })
    .await
}

/// Causes of the last so many days.
#[tauri::command]
#[specta::specta]
pub async fn causes(app: AppHandle, by: CauseBy, days: u32) -> Answer<Vec<CauseLine>> {
    reads(app, move |shop| shop.causes(by, now() - i64::from(days) * 86_400, now() + 1, moment())).await
}

/// Causes that came back and that nothing is done about yet.
#[tauri::command]
#[specta::specta]
pub async fn repeats(app: AppHandle) -> Answer<Vec<Repeat>> {
    reads(app, move |shop| shop.repeats(moment())).await
}

/// All fixes with their effect.
#[tauri::command]
#[specta::specta]
pub async fn fixes(app: AppHandle) -> Answer<Vec<CauseFix>> {
    reads(app, move |shop| shop.fixes(now())).await
}

/// Writes a fix down or corrects it.
#[tauri::command]
#[specta::specta]
pub async fn save_fix(app: AppHandle, id: Option<i64>, fix: FixText) -> Answer<Change> {
    changes(app, move |shop| shop.save_fix(id, &fix, now())).await
}

/// Marks a fix as done or not.
#[tauri::command]
#[specta::specta]
pub async fn finish_fix(app: AppHandle, id: i64, done: bool) -> Answer<Change> {
    changes(app, move |shop| shop.finish_fix(id, done, now())).await
}

/// Removes a fix.
#[tauri::command]
#[specta::specta]
pub async fn delete_fix(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_fix(id, now())).await
}

/// Asks the system to print what the window shows.
#[tauri::command]
#[specta::specta]
pub async fn print_page(app: AppHandle) -> Answer<()> {
    off_thread(move || {
        let window = app.get_webview_window("main").ok_or_else(|| Error::NotFound { what: "window", key: "main".to_owned() })?;
        window.print().map_err(|e| Error::CannotOpen(e.to_string()))
    })
    .await
}
