//! Writes whose orders they are: customers, what identifies them, where they live, and what is asked about them.

use rusqlite::{Statement, Transaction, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::Draft;
use super::matching::{Adds, Decision, Person};
use super::plan::Plan;
use crate::customers::figures::Places;
use crate::customers::keys::{Found, Handle};
use crate::customers::store::{self, customer_name};
use crate::error::{Error, Result};
use crate::orders::store::next_id;
use crate::phone::Phone;
use crate::text::is_masked;
use crate::time::Seconds;

/// The customers whose figures an import moved.
pub(super) enum Touched {
    /// These.
    Some(Vec<i64>),
    /// So many that computing all figures in one pass is cheaper; where their new orders went.
    Many(Places),
}

const MANY: usize = if cfg!(test) { 50 } else { 20_000 };

/// New customers that are stored after all orders of a large file, so that their figures are written while their
/// pages are still in memory. A page that went to the log early and changes again late makes SQLite compute the
/// checksums of all that stands between, at the commit.
#[derive(Default)]
pub(super) struct LateCustomers {
    first: i64,
    names: String,
    /// Where the name of each ends.
    ends: Vec<usize>,
}

impl LateCustomers {
    /// Only where nothing looks foreign keys up: orders refer to customers that are not there yet.
    fn where_possible(tx: &Transaction<'_>) -> Result<Option<LateCustomers>> {
        let looked_up: bool = tx.pragma_query_value(None, "foreign_keys", |r| r.get(0))?;
        Ok((!looked_up).then(LateCustomers::default))
    }

    /// Customers come in the order of their ids, without gaps.
    fn add(&mut self, id: i64, name: &str) {
        if self.ends.is_empty() {
            self.first = id;
        }
        self.names.push_str(name);
        self.ends.push(self.names.len());
    }

    /// Stores them.
    pub(super) fn insert(self, tx: &Transaction<'_>, run: i64, now: Seconds) -> Result<()> {
        let mut insert_customer = store::insert_customer(tx)?;
        let mut start = 0;
        for (id, end) in (self.first..).zip(self.ends) {
            store::insert(&mut insert_customer, id, &self.names[start..end], now, Some(run))?;
            start = end;
        }
        Ok(())
    }
}

/// Writes the people of one file.
pub(super) struct People<'a> {
    tx: &'a Transaction<'a>,
    insert_customer: Statement<'a>,
    /// New customers that are not stored yet, where foreign keys do not ask for them.
    late: Option<LateCustomers>,
    insert_identity: Statement<'a>,
    insert_phone: Statement<'a>,
    insert_email: Statement<'a>,
    insert_address: Statement<'a>,
    plan: &'a Plan,
    run: i64,
    now: Seconds,
    decisions: FxHashMap<u32, Decision>,
    first_customer: i64,
    next_customer: i64,
    next_review: i64,
    new_people: Vec<i64>,
    asked: Vec<Option<Asked>>,
    addresses: FxHashSet<u64>,
    touched: FxHashSet<i64>,
    places: Places,
    found: Box<dyn FnMut(Found<'_>) + 'a>,
}

#[derive(Clone, Copy)]
enum Asked {
    Open(i64),
    Answered(i64),
}

impl<'a> People<'a> {
    /// `found` hears of everything a customer can be found by that was not known before.
    pub(super) fn new(
        tx: &'a Transaction<'a>,
        plan: &'a Plan,
        decisions: &[(u32, Decision)],
        run: i64,
        now: Seconds,
        found: Box<dyn FnMut(Found<'_>) + 'a>,
    ) -> Result<Self> {
        Ok(People {
            tx,
            insert_customer: store::insert_customer(tx)?,
            late: LateCustomers::where_possible(tx)?,
            insert_identity: tx
                .prepare("INSERT OR IGNORE INTO identities (customer_id, platform, buyer_id, created_run) VALUES (?1, ?2, ?3, ?4)")?,
            insert_phone: tx.prepare("INSERT OR IGNORE INTO phones (customer_id, number, created_run) VALUES (?1, ?2, ?3)")?,
            insert_email: tx.prepare("INSERT OR IGNORE INTO emails (customer_id, address, created_run) VALUES (?1, ?2, ?3)")?,
            insert_address: tx.prepare(
                "INSERT INTO addresses (customer_id, recipient, phone, province, city, district, detail, zip, country, created_run)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?,
            plan,
            run,
            now,
            decisions: decisions.iter().copied().collect(),
            first_customer: next_id(tx, "customers")?,
            next_customer: next_id(tx, "customers")?,
            next_review: next_id(tx, "match_reviews")?,
            new_people: Vec::new(),
            asked: vec![None; plan.questions.len()],
            addresses: FxHashSet::default(),
            touched: FxHashSet::default(),
            places: Places::default(),
            found,
        })
    }

    /// The customer, or the open question, of an order's person; makes them where they are new.
    pub(super) fn of_order(&mut self, draft: &Draft, person: Person, adds: Adds) -> Result<(Option<i64>, Option<i64>)> {
        let customer = match person {
            Person::Nobody => return Ok((None, None)),
            Person::StillOpen(review) => return Ok((None, Some(review))),
            Person::Known(id) => id,
            Person::New(n) => {
                if n as usize == self.new_people.len() {
                    let id = self.add_customer(draft)?;
                    self.new_people.push(id);
                }
                let known = self.new_people.get(n as usize).copied();
                known.ok_or_else(|| Error::FileChanged(self.plan.source.name.clone()))?
            }
            Person::Asked(n) => match self.asked_person(draft, n)? {
                Asked::Open(review) => return Ok((None, Some(review))),
                Asked::Answered(customer) => customer,
            },
        };
        self.touch(customer);
        self.add_facts(customer, draft, adds)?;
        Ok((Some(customer), None))
    }

    /// Notes that a customer's figures moved.
    pub(super) fn touch(&mut self, customer: i64) {
        if self.touched.len() <= MANY {
            self.touched.insert(customer);
        }
    }

    /// Notes where a new order of a customer goes.
    pub(super) fn note_place(&mut self, customer: i64, order: i64, draft: &Draft) {
        self.places.note(customer, order, draft.placed_at, &draft.province, &draft.city);
    }

    /// The customers whose figures moved, and those that are not stored yet.
    pub(super) fn finish(self) -> (Touched, LateCustomers) {
        let late = self.late.unwrap_or_default();
        if self.touched.len() > MANY {
            return (Touched::Many(self.places), late);
        }
        let mut ids: Vec<i64> = self.touched.into_iter().collect();
        ids.sort_unstable();
        (Touched::Some(ids), late)
    }

    fn add_customer(&mut self, draft: &Draft) -> Result<i64> {
        let id = self.next_customer;
        self.next_customer += 1;
        let name = customer_name(if draft.buyer_name.is_empty() { &draft.recipient } else { &draft.buyer_name });
        match &mut self.late {
            Some(late) => late.add(id, name),
            None => store::insert(&mut self.insert_customer, id, name, self.now, Some(self.run))?,
        }
        (self.found)(Found { customer: id, by: Handle::Name, text: name });
        Ok(id)
    }

    fn add_facts(&mut self, customer: i64, draft: &Draft, adds: Adds) -> Result<()> {
        let run = self.run;
        if adds.identity {
            let buyer_id = if draft.buyer_id.is_empty() { &draft.email } else { &draft.buyer_id };
            let platform = &self.plan.reading.platform.platform;
            if self.insert_identity.execute(params![customer, platform, buyer_id, run])? > 0 {
                (self.found)(Found { customer, by: Handle::Account, text: buyer_id });
            }
        }
        let phone = draft.phone.as_ref().filter(|p| p.identifies()).map_or("", Phone::as_str);
        if adds.phone && !phone.is_empty() && self.insert_phone.execute(params![customer, phone, run])? > 0 {
            (self.found)(Found { customer, by: Handle::Phone, text: phone });
        }
        if adds.email && self.insert_email.execute(params![customer, draft.email, run])? > 0 {
            (self.found)(Found { customer, by: Handle::Account, text: &draft.email });
        }
        self.add_address(customer, draft)
    }

    fn add_address(&mut self, customer: i64, draft: &Draft) -> Result<()> {
        if !self.addresses.insert(super::fx(&(customer, draft.address_print))) {
            return Ok(());
        }
        if draft.address.is_empty() && draft.city.is_empty() || is_masked(&draft.address) {
            return Ok(());
        }
        let [recipient, phone, province, city, district, detail, zip, country] = draft.address_parts();
        let known: bool = customer < self.first_customer
            && self
                .tx
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM addresses WHERE customer_id = ?1 AND recipient = ?2 AND phone = ?3 AND province = ?4
                     AND city = ?5 AND district = ?6 AND detail = ?7)",
                )?
                .query_row(params![customer, recipient, phone, province, city, district, detail], |r| r.get(0))?;
        if !known {
            self.insert_address.execute(params![customer, recipient, phone, province, city, district, detail, zip, country, self.run])?;
        }
        Ok(())
    }

    /// The stored customer that a plan's person has become.
    fn stored(&self, person: Person) -> Option<i64> {
        match person {
            Person::Known(id) => Some(id),
            Person::New(k) => self.new_people.get(k as usize).copied(),
            // It may be someone about whom there is a question already.
            Person::Asked(k) => match self.asked.get(k as usize).copied().flatten() {
                Some(Asked::Answered(id)) => Some(id),
                _ => None,
            },
            Person::StillOpen(_) | Person::Nobody => None,
        }
    }

    fn asked_person(&mut self, draft: &Draft, n: u32) -> Result<Asked> {
        if let Some(known) = self.asked[n as usize] {
            return Ok(known);
        }
        let question = &self.plan.questions[n as usize];
        let candidate = self.stored(question.candidate);
        let account_of = question.account_of.and_then(|owner| self.stored(owner));
        let review = self.next_review;
        self.next_review += 1;
        let decision = self.decisions.get(&n).copied().unwrap_or_default();
        let (word, customer) = match (decision, candidate) {
            (Decision::Link, Some(id)) => (Some("linked"), Some(id)),
            (Decision::Apart, _) => (Some("apart"), Some(if let Some(owner) = account_of { owner } else { self.add_customer(draft)? })),
            _ => (None, None),
        };
        self.tx
            .prepare_cached(
                "INSERT INTO match_reviews (id, run_id, candidate, reason, platform, buyer_id, name, phone, email, decision, customer_id,
                   decided_at, account_of)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                review,
                self.run,
                candidate,
                question.reason.as_str(),
                self.plan.reading.platform.platform,
                question.buyer_id,
                question.name,
                question.phone,
                question.email,
                word,
                customer,
                word.map(|_| self.now),
                account_of
            ])?;
        let answer = match customer {
            Some(id) => {
                let apart = decision == Decision::Apart;
                let adds = Adds {
                    identity: !question.buyer_id.is_empty() && account_of.is_none(),
                    phone: apart && !question.phone.is_empty(),
                    email: apart && !question.email.is_empty(),
                };
                self.add_facts(id, draft, adds)?;
                Asked::Answered(id)
            }
            None => Asked::Open(review),
        };
        self.asked[n as usize] = Some(answer);
        Ok(answer)
    }
}
