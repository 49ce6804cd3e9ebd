//! What happens to each order of a file, kept small: a plan holds millions of them.

use super::matching::{Adds, Person};

/// What happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    New,
    /// A stored order changes.
    Changed(i64),
    Unchanged,
    Rejected,
}

/// The fate of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fate {
    pub kind: Kind,
    /// Which of the plan's shops.
    pub shop: u16,
    pub adds: Adds,
    pub person: Person,
}

impl Fate {
    /// The fate of an order that brings nobody.
    pub(super) fn of(kind: Kind, shop: u16) -> Fate {
        Fate { kind, shop, adds: Adds::default(), person: Person::Nobody }
    }
}

/// The fates of a file's orders, in their order.
#[derive(Debug, Default)]
pub(super) struct Fates {
    small: Vec<Small>,
    /// Ids of stored orders and people, to which the small ones point: most orders of a file are new.
    ids: Vec<i64>,
}

/// A fate in twelve bytes.
#[derive(Debug, Clone, Copy)]
struct Small {
    /// The number of a new person or of a question, or the place of a stored one's id.
    person: u32,
    /// The place of the stored order's id.
    order: u32,
    shop: u16,
    kind: u8,
    /// What is added, in three bits, and above them which kind of person.
    adds: u8,
}

impl Fates {
    pub(super) fn len(&self) -> usize {
        self.small.len()
    }

    pub(super) fn push(&mut self, fate: Fate) {
        let mut place = |id: i64| {
            self.ids.push(id);
            self.ids.len() as u32 - 1
        };
        let (kind, order) = match fate.kind {
            Kind::New => (0, 0),
            Kind::Changed(id) => (1, place(id)),
            Kind::Unchanged => (2, 0),
            Kind::Rejected => (3, 0),
        };
        let (who, person) = match fate.person {
            Person::Nobody => (0, 0),
            Person::Known(id) => (1, place(id)),
            Person::New(n) => (2, n),
            Person::Asked(n) => (3, n),
            Person::StillOpen(id) => (4, place(id)),
        };
        let Adds { identity, phone, email } = fate.adds;
        let adds = u8::from(identity) | u8::from(phone) << 1 | u8::from(email) << 2 | who << 3;
        self.small.push(Small { person, order, shop: fate.shop, kind, adds });
    }

    /// The fate of the order at this place.
    pub(super) fn get(&self, at: usize) -> Option<Fate> {
        let small = *self.small.get(at)?;
        let id = |place: u32| self.ids.get(place as usize).copied();
        let kind = match small.kind {
            0 => Kind::New,
            1 => Kind::Changed(id(small.order)?),
            2 => Kind::Unchanged,
            _ => Kind::Rejected,
        };
        let person = match small.adds >> 3 {
            0 => Person::Nobody,
            1 => Person::Known(id(small.person)?),
            2 => Person::New(small.person),
            3 => Person::Asked(small.person),
            _ => Person::StillOpen(id(small.person)?),
        };
        let has = |bit: u8| small.adds & (1 << bit) != 0;
        Some(Fate { kind, shop: small.shop, adds: Adds { identity: has(0), phone: has(1), email: has(2) }, person })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fate_comes_out_as_it_went_in() {
        let people = [Person::Nobody, Person::Known(i64::MAX), Person::New(7), Person::Asked(u32::MAX), Person::StillOpen(9)];
        let kinds = [Kind::New, Kind::Changed(i64::MAX), Kind::Unchanged, Kind::Rejected];
        let mut all = Vec::new();
        for (n, person) in people.into_iter().enumerate() {
            for kind in kinds {
                let adds = Adds { identity: n % 2 == 0, phone: n == 1, email: n > 2 };
                all.push(Fate { kind, shop: n as u16 * 9000, adds, person });
            }
        }
        let mut fates = Fates::default();
        all.iter().for_each(|fate| fates.push(*fate));
        assert_eq!((0..fates.len()).filter_map(|at| fates.get(at)).collect::<Vec<_>>(), all);
        assert_eq!(fates.get(all.len()), None);
    }
}
