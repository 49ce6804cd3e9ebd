//! What happens by itself while the program runs: the backup of the day, and what an opened shop learns. It goes on for
//! as long as the window is open, for a window may stay open for weeks, and a shop may open late.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tauri::AppHandle;
use zhanggui_core::error::Result;
use zhanggui_core::reviews::reply::prepare_judgements;
use zhanggui_core::storage::Shop;

use crate::desk::{Book, changed, desk, now, tell};
use crate::events::ShopChanged;
use crate::failure::Failure;

/// The window comes first: for so long it has the processor to itself.
const SETTLE: Duration = Duration::from_secs(3);

/// How often is looked whether there is something to do.
const LOOK: Duration = Duration::from_secs(30);

/// How often a shop that can only be read is tried to be changed again: somebody is making room for it.
const LOOK_FOR_ROOM: Duration = Duration::from_secs(5);

/// How long after a backup that failed the next one is tried.
const AGAIN: Duration = Duration::from_secs(3600);

/// Looks after the open shop, on a thread of its own.
pub fn watch(app: &AppHandle) {
    let app = app.clone();
    std::thread::spawn(move || {
        let mut known: Weak<Shop> = Weak::new();
        let mut failed: Option<Instant> = None;
        std::thread::sleep(SETTLE);
        loop {
            if let Some((book, shop)) = desk(&app).open_shop() {
                if shop.read_only().is_none() && !std::ptr::eq(known.as_ptr(), Arc::as_ptr(&shop)) {
                    known = Arc::downgrade(&shop);
                    failed = None;
                    learn(&app, Weak::clone(&known));
                }
                if shop.read_only().is_some() {
                    let again = book == Book::Own && shop.could_be_changed();
                    drop(shop);
                    if again {
                        try_to_write_again(&app);
                    }
                    std::thread::sleep(LOOK_FOR_ROOM);
                    continue;
                }
                // The invented shop can be made again.
                if book == Book::Own && failed.is_none_or(|at| at.elapsed() > AGAIN) {
                    failed = back_up(&app, shop).then(Instant::now);
                }
            }
            std::thread::sleep(LOOK);
        }
    });
}

/// Learns how long parcels take, so that a stuck one is known, and makes the checks of replies ready; on a thread of its
/// own, for it reads much. It holds the shop no longer than each part needs it, for nobody can close it meanwhile.
fn learn(app: &AppHandle, shop: Weak<Shop>) {
    let app = app.clone();
    std::thread::spawn(move || {
        let part = |work: fn(&Shop) -> Result<()>| shop.upgrade().map_or(Ok(()), |shop| work(&shop));
        let stuck = part(|shop| shop.learn_courier_days());
        prepare_judgements();
        match stuck.and_then(|()| part(Shop::prepare_reply_checks)) {
            Ok(()) => tell(&ShopChanged { op: "learnt".to_owned() }, &app),
            Err(error) => tracing::warn!(code = error.code(), "what the shop learns by itself could not be learnt"),
        }
    });
}

/// A shop that was opened for reading, because its disk was full or its folder closed, is opened for changes as soon as
/// that is over.
fn try_to_write_again(app: &AppHandle) {
    match desk(app).reopen() {
        Ok(shop) if shop.read_only().is_none() => changed(app, ""),
        Ok(_) => {}
        Err(error) => tracing::info!(code = error.code(), "the shop can still only be read"),
    }
}

/// Takes the backup of the day where one is due. The window says it where it fails: nobody looks for a backup before it is
/// needed. Says whether it failed.
fn back_up(app: &AppHandle, shop: Arc<Shop>) -> bool {
    let desk = desk(app);
    let taken = shop.backup_of_the_day(now());
    // Telling looks at the shop that is open, which may be waiting for this one to be let go.
    drop(shop);
    let news = matches!(taken, Ok(Some(_))) || taken.is_err() != desk.backup_failure().is_some();
    let failure = taken.err().map(|error| {
        tracing::error!(code = error.code(), "the backup of the day");
        Failure::from(error)
    });
    let failed = failure.is_some();
    desk.set_backup_failure(failure);
    if news {
        changed(app, "");
    }
    failed
}
