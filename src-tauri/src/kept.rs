//! What is looked at before it is done, behind the number by which the window knows it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zhanggui_core::error::{Error, Result};

/// The one thing of its kind that is looked at; a newer one takes its place.
#[derive(Debug)]
pub struct Kept<T> {
    /// What it is, as [`Error::NotFound`] names it.
    what: &'static str,
    slot: Mutex<Option<(u32, Arc<T>)>>,
}

impl<T> Kept<T> {
    /// A place for one thing of a kind.
    pub fn new(what: &'static str) -> Kept<T> {
        Kept { what, slot: Mutex::default() }
    }

    fn slot(&self) -> MutexGuard<'_, Option<(u32, Arc<T>)>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn missing(&self, id: u32) -> Error {
        Error::NotFound { what: self.what, key: id.to_string() }
    }

    /// Keeps it in the place of the last one.
    pub fn put(&self, id: u32, it: T) {
        *self.slot() = Some((id, Arc::new(it)));
    }

    /// Keeps it in the place of the one it comes from, and not in that of another that was opened meanwhile.
    pub fn put_after(&self, old: u32, id: u32, it: T) {
        let mut slot = self.slot();
        if slot.as_ref().is_some_and(|(known, _)| *known == old) {
            *slot = Some((id, Arc::new(it)));
        }
    }

    /// What stands behind a number, which stays.
    pub fn get(&self, id: u32) -> Result<Arc<T>> {
        let slot = self.slot();
        let known = slot.as_ref().filter(|(known, _)| *known == id);
        known.map(|(_, it)| it.clone()).ok_or_else(|| self.missing(id))
    }

    /// Does what stands behind a number, once: a second call finds nothing. Where it fails or is stopped, it can be
    /// tried again under the same number.
    pub fn once<R>(&self, id: u32, work: impl FnOnce(&T) -> Result<R>) -> Result<R> {
        let taken = self.slot().take_if(|(known, _)| *known == id);
        let (_, it) = taken.ok_or_else(|| self.missing(id))?;
        let done = work(&it);
        if done.is_err() {
            self.slot().get_or_insert((id, it));
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_gone_and_what_failed_can_be_tried_again() {
        let kept = Kept::new("plan");
        kept.put(1, "reviews");
        assert!(kept.once(2, |_| Ok(())).is_err());
        assert!(kept.once(1, |_| Err::<(), _>(Error::PlanStale)).is_err());
        assert_eq!(*kept.get(1).unwrap(), "reviews");
        assert_eq!(kept.once(1, |it| Ok(it.len())).unwrap(), 7);
        assert!(matches!(kept.get(1), Err(Error::NotFound { what: "plan", .. })));
    }

    #[test]
    fn what_comes_late_does_not_take_the_place_of_another() {
        let kept = Kept::new("plan");
        kept.put(1, "bill");
        kept.put(2, "another bill");
        kept.put_after(1, 3, "the first with other columns");
        assert_eq!(*kept.get(2).unwrap(), "another bill");
        kept.put_after(2, 4, "the other with other columns");
        assert!(kept.get(2).is_err());
        assert_eq!(*kept.get(4).unwrap(), "the other with other columns");
    }

    #[test]
    fn a_newer_one_takes_the_place_also_of_one_that_fails_meanwhile() {
        let kept = Kept::new("plan");
        kept.put(1, "old");
        let failed = kept.once(1, |_| {
            kept.put(2, "new");
            Err::<(), _>(Error::PlanStale)
        });
        assert!(failed.is_err() && kept.get(1).is_err());
        assert_eq!(*kept.get(2).unwrap(), "new");
    }
}
