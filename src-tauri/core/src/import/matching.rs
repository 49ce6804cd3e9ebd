//! Whose order it is. In this order: the platform's buyer id; a full mobile number with the same name; the
//! same number with another name, or only the same e-mail, is asked about, never decided. A value the
//! platform masked is no key. An order without any key stands alone until the seller links it.

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use crate::error::Result;
use crate::text::{is_masked, normalised};

/// A person as a plan refers to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// The order names nobody.
    Nobody,
    /// A stored customer.
    Known(i64),
    /// The n-th customer this plan creates.
    New(u32),
    /// The n-th question this plan asks.
    Asked(u32),
    /// A question an earlier import asked and the seller has not answered.
    StillOpen(i64),
}

/// Why it is asked whether two are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The same number with another name.
    SamePhoneOtherName,
    /// Nothing in common but the e-mail address.
    SameEmail,
    /// An account that is known came with a number that somebody else of its name has.
    SamePhoneAndName,
}

impl Reason {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::SamePhoneOtherName => "same_phone_other_name",
            Reason::SameEmail => "same_email",
            Reason::SamePhoneAndName => "same_phone_and_name",
        }
    }
}

/// What the seller says about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// They are one person.
    Link,
    /// They are two.
    Apart,
    /// Not now.
    #[default]
    Later,
}

/// A buyer who may be a known customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who it may be.
    pub candidate: Person,
    /// Why.
    pub reason: Reason,
    /// Whose the buyer's account is already.
    pub account_of: Option<Person>,
    /// The buyer's account, blank where none.
    pub buyer_id: String,
    /// The buyer's name.
    pub name: String,
    /// The buyer's number, blank where none.
    pub phone: String,
    /// The buyer's e-mail, blank where none.
    pub email: String,
}

/// What an order adds to its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Adds {
    /// The account is new for them.
    pub identity: bool,
    /// The number is new for them.
    pub phone: bool,
    /// The e-mail is new for them.
    pub email: bool,
}

/// A 64-bit key of a kind and its texts. Two different keys being equal has a chance of one in ten million
/// for a million buyers; what is found under one is compared with the stored text where it comes from the
/// shop, so that only two new buyers of the same file could ever be taken for one.
fn key(kind: u8, parts: [&str; 2]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (kind, parts).hash(&mut hasher);
    hasher.finish()
}

const IDENTITY: u8 = 1;
const PHONE_NAME: u8 = 2;
const PHONE: u8 = 3;
const EMAIL: u8 = 4;
const HAS_PHONE: u8 = 5;
const HAS_EMAIL: u8 = 6;

/// Knows everyone: the stored customers (looked up when first needed) and those of the file so far.
pub struct Matcher<'c> {
    connection: &'c Connection,
    platform: String,
    any_stored: bool,
    /// Keys of all stored accounts, phones and addresses, where the file is worth reading them: what is not among
    /// them need not be looked for.
    stored: Option<FxHashSet<u64>>,
    seen: FxHashMap<u64, Person>,
    /// Facts (phone, e-mail) a person is known to have.
    facts: FxHashSet<(u64, u64)>,
    names: FxHashMap<Person, u64>,
    past: FxHashMap<u64, Person>,
    /// How many customers the plan creates.
    pub new_people: u32,
    /// The questions the plan asks.
    pub questions: Vec<Question>,
}

impl<'c> Matcher<'c> {
    /// A matcher for a file of one platform and so many bytes.
    ///
    /// # Errors
    /// Failures of the shop file.
    pub fn new(connection: &'c Connection, platform: &str, file_bytes: u64) -> Result<Matcher<'c>> {
        let any_stored: bool = connection.query_row("SELECT EXISTS (SELECT 1 FROM customers)", [], |r| r.get(0))?;
        let large = any_stored && file_bytes >= super::stored::LARGE_FILE;
        let stored = large.then(|| stored_keys(connection, platform)).transpose()?;
        let mut past = FxHashMap::default();
        let mut statement = connection.prepare(
            "SELECT id, buyer_id, name, phone, email, decision, CASE decision WHEN 'linked' THEN candidate ELSE customer_id END
             FROM match_reviews WHERE platform = ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([platform])?;
        while let Some(row) = rows.next()? {
            let texts: [String; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            let decision: Option<String> = row.get(5)?;
            let customer: Option<i64> = row.get(6)?;
            let person = match (decision, customer) {
                (None, _) => Person::StillOpen(row.get(0)?),
                (Some(_), Some(customer)) => Person::Known(customer),
                (Some(_), None) => continue,
            };
            past.insert(question_key(&texts[0], &texts[1], &texts[2], &texts[3]), person);
        }
        drop(rows);
        drop(statement);
        Ok(Matcher {
            connection,
            platform: platform.to_owned(),
            any_stored,
            stored,
            seen: FxHashMap::default(),
            facts: Default::default(),
            names: FxHashMap::default(),
            past,
            new_people: 0,
            questions: Vec::new(),
        })
    }

    /// Finds or makes the person of an order.
    ///
    /// # Errors
    /// Failures of the shop file.
    pub fn person_of(&mut self, draft: &Draft) -> Result<(Person, Adds)> {
        let name = if draft.buyer_name.is_empty() || is_masked(&draft.buyer_name) { &draft.recipient } else { &draft.buyer_name };
        let name = if is_masked(name) { String::new() } else { normalised(name) };
        let recipient = if is_masked(&draft.recipient) { String::new() } else { normalised(&draft.recipient) };
        let phone = draft.phone.as_ref().filter(|p| p.identifies()).map(|p| p.as_str()).unwrap_or("");
        // Where a platform tells only an e-mail address, that is the buyer's account there.
        let buyer_id = if draft.buyer_id.is_empty() && phone.is_empty() { draft.email.as_str() } else { draft.buyer_id.as_str() };
        let phone_is_theirs = !phone.is_empty() && !recipient.is_empty() && (recipient == name || name.is_empty());

        let by_identity = if buyer_id.is_empty() { None } else { self.by_identity(buyer_id)? };
        let by_phone_name = if phone_is_theirs && by_identity.is_none() { self.by_phone_and_name(phone, &recipient)? } else { None };
        if let Some(person) = by_identity
            && phone_is_theirs
            && let Some(other) = self.by_phone_and_name(phone, &recipient)?.filter(|other| *other != person)
            && self.is_named(person, &recipient)?
            && !self.has(person, HAS_PHONE, phone)?
        {
            return Ok((self.ask_about_account(draft, buyer_id, phone, person, other), Adds::default()));
        }
        if let Some(person) = by_identity.or(by_phone_name) {
            let adds = Adds {
                identity: !buyer_id.is_empty() && by_identity.is_none(),
                phone: phone_is_theirs && self.is_named(person, &recipient)? && self.learn(person, HAS_PHONE, phone)?,
                email: !draft.email.is_empty() && self.learn(person, HAS_EMAIL, &draft.email)?,
            };
            self.remember(person, buyer_id, if adds.phone || by_phone_name.is_some() { phone } else { "" }, &recipient, &draft.email);
            return Ok((person, adds));
        }
        if buyer_id.is_empty() && !phone_is_theirs {
            return Ok((Person::Nobody, Adds::default()));
        }
        let question = question_key(buyer_id, &draft.recipient, phone, &draft.email);
        if let Some(person) = self.past.get(&question) {
            let person = *person;
            let adds = Adds { identity: matches!(person, Person::Known(_)) && !buyer_id.is_empty(), ..Adds::default() };
            self.remember(person, buyer_id, "", "", "");
            return Ok((person, adds));
        }
        let candidate = match self.by_phone(if phone_is_theirs { phone } else { "" })? {
            Some(candidate) => Some((candidate, Reason::SamePhoneOtherName)),
            None => self.by_email(&draft.email)?.map(|candidate| (candidate, Reason::SameEmail)),
        };
        let person = match candidate {
            Some((candidate, reason)) => {
                self.questions.push(Question {
                    candidate,
                    reason,
                    account_of: None,
                    buyer_id: buyer_id.to_owned(),
                    name: draft.recipient.clone(),
                    phone: phone.to_owned(),
                    email: draft.email.clone(),
                });
                let person = Person::Asked(self.questions.len() as u32 - 1);
                if !buyer_id.is_empty() {
                    self.seen.insert(key(IDENTITY, [buyer_id, ""]), person);
                }
                if phone_is_theirs {
                    self.seen.insert(key(PHONE_NAME, [phone, &recipient]), person);
                }
                return Ok((person, Adds::default()));
            }
            None => {
                self.new_people += 1;
                Person::New(self.new_people - 1)
            }
        };
        self.names.insert(person, key(0, [&recipient, ""]));
        let adds = Adds { identity: !buyer_id.is_empty(), phone: phone_is_theirs, email: !draft.email.is_empty() };
        if adds.phone {
            self.facts.insert((person_number(person), key(HAS_PHONE, [phone, ""])));
        }
        if adds.email {
            self.facts.insert((person_number(person), key(HAS_EMAIL, [&draft.email, ""])));
        }
        self.remember(person, buyer_id, if adds.phone { phone } else { "" }, &recipient, &draft.email);
        Ok((person, adds))
    }

    /// Whether the owner of an account is somebody who has the same name and this number is asked, once; until then the
    /// order stands between the two.
    fn ask_about_account(&mut self, draft: &Draft, buyer_id: &str, phone: &str, owner: Person, other: Person) -> Person {
        let question = question_key(buyer_id, &draft.recipient, phone, "");
        if let Some(answered) = self.past.get(&question) {
            return *answered;
        }
        self.questions.push(Question {
            candidate: other,
            reason: Reason::SamePhoneAndName,
            account_of: Some(owner),
            buyer_id: buyer_id.to_owned(),
            name: draft.recipient.clone(),
            phone: phone.to_owned(),
            email: String::new(),
        });
        let asked = Person::Asked(self.questions.len() as u32 - 1);
        self.past.insert(question, asked);
        asked
    }

    fn remember(&mut self, person: Person, buyer_id: &str, phone: &str, name: &str, email: &str) {
        if !buyer_id.is_empty() {
            self.seen.insert(key(IDENTITY, [buyer_id, ""]), person);
        }
        if !phone.is_empty() {
            self.seen.insert(key(PHONE_NAME, [phone, name]), person);
            self.seen.entry(key(PHONE, [phone, ""])).or_insert(person);
        }
        if !email.is_empty() {
            self.seen.entry(key(EMAIL, [email, ""])).or_insert(person);
        }
    }

    fn by_identity(&mut self, buyer_id: &str) -> Result<Option<Person>> {
        let sql = "SELECT customer_id FROM identities WHERE platform = ?1 AND buyer_id = ?2";
        let platform = self.platform.clone();
        let fact = key(IDENTITY, [buyer_id, ""]);
        self.look_up(fact, fact, |c| Ok(c.prepare_cached(sql)?.query_row((&platform, buyer_id), |r| r.get(0)).optional()?))
    }

    fn by_phone_and_name(&mut self, phone: &str, name: &str) -> Result<Option<Person>> {
        let sql = "SELECT c.id, c.name FROM phones p JOIN customers c ON c.id = p.customer_id WHERE p.number = ?1 ORDER BY c.id";
        self.look_up(key(PHONE_NAME, [phone, name]), key(PHONE, [phone, ""]), |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([phone])?;
            while let Some(row) = rows.next()? {
                if normalised(&row.get::<_, String>(1)?) == name {
                    return Ok(Some(row.get(0)?));
                }
            }
            Ok(None)
        })
    }

    fn by_phone(&mut self, phone: &str) -> Result<Option<Person>> {
        if phone.is_empty() {
            return Ok(None);
        }
        let sql = "SELECT customer_id FROM phones WHERE number = ?1 ORDER BY customer_id LIMIT 1";
        let fact = key(PHONE, [phone, ""]);
        self.look_up(fact, fact, |c| Ok(c.prepare_cached(sql)?.query_row([phone], |r| r.get(0)).optional()?))
    }

    fn by_email(&mut self, email: &str) -> Result<Option<Person>> {
        if email.is_empty() {
            return Ok(None);
        }
        let sql = "SELECT customer_id FROM emails WHERE address = ?1 ORDER BY customer_id LIMIT 1";
        let fact = key(EMAIL, [email, ""]);
        self.look_up(fact, fact, |c| Ok(c.prepare_cached(sql)?.query_row([email], |r| r.get(0)).optional()?))
    }

    /// Finds who has a key; `fact` is the key of the stored account, phone or address behind it.
    fn look_up(&mut self, key: u64, fact: u64, stored: impl FnOnce(&Connection) -> Result<Option<i64>>) -> Result<Option<Person>> {
        if let Some(person) = self.seen.get(&key) {
            return Ok(Some(*person));
        }
        if !self.any_stored || self.stored.as_ref().is_some_and(|all| !all.contains(&fact)) {
            return Ok(None);
        }
        let person = stored(self.connection)?.map(Person::Known);
        if let Some(person) = person {
            self.seen.insert(key, person);
        }
        Ok(person)
    }

    /// Whether a person goes by this name, so that a number beside it is theirs.
    fn is_named(&mut self, person: Person, name: &str) -> Result<bool> {
        let wanted = key(0, [name, ""]);
        if let Some(known) = self.names.get(&person) {
            return Ok(*known == wanted);
        }
        let Person::Known(id) = person else { return Ok(false) };
        let stored: String = self.connection.prepare_cached("SELECT name FROM customers WHERE id = ?1")?.query_row([id], |r| r.get(0))?;
        let known = key(0, [&normalised(&stored), ""]);
        self.names.insert(person, known);
        Ok(known == wanted)
    }

    /// Whether a person is known to have this number.
    fn has(&mut self, person: Person, kind: u8, value: &str) -> Result<bool> {
        if self.facts.contains(&(person_number(person), key(kind, [value, ""]))) {
            return Ok(true);
        }
        let Person::Known(id) = person else { return Ok(false) };
        let sql = "SELECT EXISTS (SELECT 1 FROM phones WHERE customer_id = ?1 AND number = ?2)";
        Ok(self.connection.prepare_cached(sql)?.query_row((id, value), |r| r.get(0))?)
    }

    /// Notes that a person has this number or address; whether that is news.
    fn learn(&mut self, person: Person, kind: u8, value: &str) -> Result<bool> {
        if !self.facts.insert((person_number(person), key(kind, [value, ""]))) {
            return Ok(false);
        }
        let Person::Known(id) = person else { return Ok(matches!(person, Person::New(_))) };
        let sql = if kind == HAS_PHONE {
            "SELECT NOT EXISTS (SELECT 1 FROM phones WHERE customer_id = ?1 AND number = ?2)"
        } else {
            "SELECT NOT EXISTS (SELECT 1 FROM emails WHERE customer_id = ?1 AND address = ?2)"
        };
        Ok(self.connection.prepare_cached(sql)?.query_row((id, value), |r| r.get(0))?)
    }
}

/// Keys of everything stored that [`Matcher::look_up`] asks for.
fn stored_keys(connection: &Connection, platform: &str) -> Result<FxHashSet<u64>> {
    let mut keys = FxHashSet::default();
    let sources = [
        (IDENTITY, "SELECT buyer_id FROM identities WHERE platform = ?1"),
        (PHONE, "SELECT number FROM phones WHERE ?1 <> ''"),
        (EMAIL, "SELECT address FROM emails WHERE ?1 <> ''"),
    ];
    for (kind, sql) in sources {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([platform])?;
        while let Some(row) = rows.next()? {
            keys.insert(key(kind, [row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?, ""]));
        }
    }
    Ok(keys)
}

fn person_number(person: Person) -> u64 {
    match person {
        Person::Nobody => 0,
        Person::Known(id) => id as u64,
        Person::New(n) => 1 << 62 | u64::from(n),
        Person::Asked(n) => 1 << 61 | u64::from(n),
        Person::StillOpen(id) => 1 << 60 | id as u64,
    }
}

fn question_key(buyer_id: &str, name: &str, phone: &str, email: &str) -> u64 {
    key(0, [&format!("{buyer_id}\u{1}{phone}\u{1}{email}"), &normalised(name)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_finds_everyone_that_a_small_one_finds() {
        let folder = tempfile::tempdir().unwrap();
        let shop = crate::storage::Shop::open(folder.path(), 0).unwrap();
        shop.writer()
            .unwrap()
            .execute_batch(
                "INSERT INTO customers (id, name, created_at) VALUES (1, '甲', 0), (2, '乙', 0), (3, '丙', 0);
                 INSERT INTO identities (customer_id, platform, buyer_id) VALUES (1, 'taobao', 'nick');
                 INSERT INTO phones (customer_id, number) VALUES (2, '13900000001');
                 INSERT INTO emails (customer_id, address) VALUES (3, 'c@example.com');",
            )
            .unwrap();
        for bytes in [0, super::super::stored::LARGE_FILE] {
            shop.read(|connection| {
                let mut matcher = Matcher::new(connection, "taobao", bytes)?;
                assert_eq!(matcher.stored.is_some(), bytes > 0);
                assert_eq!(matcher.by_identity("nick")?, Some(Person::Known(1)), "{bytes}");
                assert_eq!(matcher.by_phone_and_name("13900000001", "乙")?, Some(Person::Known(2)), "{bytes}");
                assert_eq!(matcher.by_phone("13900000001")?, Some(Person::Known(2)), "{bytes}");
                assert_eq!(matcher.by_email("c@example.com")?, Some(Person::Known(3)), "{bytes}");
                assert_eq!(matcher.by_identity("nobody")?, None, "{bytes}");
                Ok(())
            })
            .unwrap();
        }
    }
}
