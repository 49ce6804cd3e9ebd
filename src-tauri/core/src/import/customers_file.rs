//! Lists of customers: those of platforms, and our own, which come back as they went out.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::choices::Choices;
use super::columns::clean;
use super::details::{Details, PlannedPerson};
use super::detect::Recognised;
use super::fates::{Fate, Fates, Kind};
use super::fault::{Fault, Problem};
use super::held::Seen;
use super::matching::Person;
use super::person_draft::{PersonDraft, read};
use super::plan::{Plan, reading_of};
use super::platforms::Platform;
use super::reading::{Survey, visit_data};
use super::record_run::{KeptFile, pack};
use super::report::{FileReport, PeopleCounts, Tally, reject_row};
use super::shop_target::ShopTarget;
use super::source::Source;
use crate::contacts::preference::{self, Preference};
use crate::customers::birthday::parse_birthday;
use crate::customers::store::{insert, insert_customer};
use crate::customers::{self, edit};
use crate::error::{Error, Place, Result};
use crate::phone::Phone;
use crate::task::{Phase, Task};
use crate::text::normalised;
use crate::time::Seconds;

/// Finds the stored customer of a row: by account, by number and name, by e-mail and name.
fn find(connection: &Connection, person: &PersonDraft) -> Result<Option<i64>> {
    for (platform, id) in &person.identities {
        let found = connection
            .prepare_cached("SELECT customer_id FROM identities WHERE platform = ?1 AND buyer_id = ?2")?
            .query_row((platform, id), |r| r.get(0))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let name = normalised(&person.name);
    let by_name = |sql: &str, value: &str| -> Result<Option<i64>> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([value])?;
        while let Some(row) = rows.next()? {
            if normalised(&row.get::<_, String>(1)?) == name {
                return Ok(Some(row.get(0)?));
            }
        }
        Ok(None)
    };
    for phone in person.phones.iter().filter(|p| p.identifies()) {
        let sql = "SELECT c.id, c.name FROM phones p JOIN customers c ON c.id = p.customer_id WHERE p.number = ?1 ORDER BY c.id";
        if let Some(id) = by_name(sql, phone.as_str())? {
            return Ok(Some(id));
        }
    }
    for email in &person.emails {
        let sql = "SELECT c.id, c.name FROM emails e JOIN customers c ON c.id = e.customer_id WHERE e.address = ?1 ORDER BY c.id";
        if let Some(id) = by_name(sql, email)? {
            return Ok(Some(id));
        }
    }
    if !person.emails.is_empty() {
        return Ok(None);
    }
    if person.identities.is_empty() && !person.phones.iter().any(Phone::identifies) {
        // Nothing but a name (the list masks the rest): the same as one who has nothing but this name.
        let sql =
            "SELECT id, name FROM customers WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.customer_id = customers.id)
             AND NOT EXISTS (SELECT 1 FROM phones p WHERE p.customer_id = customers.id)
             AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.customer_id = customers.id) ORDER BY id";
        return by_name(sql, &person.name);
    }
    Ok(None)
}

/// Which columns of a stored customer the row would fill: only blank ones.
fn blanks(connection: &Connection, id: i64, person: &PersonDraft) -> Result<Vec<&'static str>> {
    let mut fill = Vec::new();
    for column in person.texts.keys().copied().chain(std::iter::once("name")) {
        let text = if column == "name" { &person.name } else { &person.texts[column] };
        if text.is_empty() {
            continue;
        }
        let stored = match column {
            "birthday" => "birth_month",
            other => other,
        };
        let blank: bool = connection
            .prepare_cached(&format!("SELECT {stored} IS NULL OR {stored} = '' FROM customers WHERE id = ?1"))?
            .query_row([id], |r| r.get(0))?;
        if blank {
            fill.push(column);
        }
    }
    Ok(fill)
}

fn lacks(connection: &Connection, id: i64, person: &PersonDraft) -> Result<bool> {
    let has =
        |sql: &str, a: &str, b: &str| -> Result<bool> { Ok(connection.prepare_cached(sql)?.query_row(params![id, a, b], |r| r.get(0))?) };
    for (platform, buyer) in &person.identities {
        if !has("SELECT EXISTS (SELECT 1 FROM identities WHERE platform = ?2 AND buyer_id = ?3 AND ?1 = ?1)", platform, buyer)? {
            return Ok(true);
        }
    }
    for phone in &person.phones {
        if !has("SELECT EXISTS (SELECT 1 FROM phones WHERE customer_id = ?1 AND number = ?2 AND ?3 = '')", phone.as_str(), "")? {
            return Ok(true);
        }
    }
    for email in &person.emails {
        if !has("SELECT EXISTS (SELECT 1 FROM emails WHERE customer_id = ?1 AND address = ?2 AND ?3 = '')", email, "")? {
            return Ok(true);
        }
    }
    for (name, value) in &person.own {
        if !value.is_empty()
            && !has(
                "SELECT EXISTS (SELECT 1 FROM custom_values v JOIN custom_fields f ON f.id = v.field_id WHERE v.customer_id = ?1 AND f.name = ?2 AND ?3 = '')",
                name,
                "",
            )?
        {
            return Ok(true);
        }
    }
    if person.wish.as_ref().is_some_and(|wish| *wish != Preference::default()) && preference::of(connection, id)? == Preference::default() {
        return Ok(true);
    }
    for tag in &person.tags {
        if !has(
            "SELECT EXISTS (SELECT 1 FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.customer_id = ?1 AND t.name = ?2 AND ?3 = '')",
            tag,
            "",
        )? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn plan(
    connection: &Connection,
    source: &Source,
    choices: &Choices,
    recognised: Recognised,
    platform: Platform,
    task: &Task,
) -> Result<Plan> {
    let (_, bytes) = source.open()?;
    let reading = reading_of(&recognised, platform, choices, chrono_tz::Asia::Shanghai)?;
    let mut fates = Fates::default();
    let mut rows = 0;
    let mut people = PeopleCounts::default();
    let mut tally = Tally::new(source, &reading.platform, &recognised);
    let mut phones: FxHashMap<String, u32> = FxHashMap::default();
    let mut shared: FxHashSet<(u32, String)> = FxHashSet::default();
    let mut details = Details::default();
    let mut in_file: FxHashMap<String, u32> = FxHashMap::default();
    let mut matched = std::collections::BTreeSet::new();
    let mut own: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    let digest = visit_data(source, &reading, task, |record| {
        rows += 1;
        let person = read(record, &reading);
        let mut push = |kind, person| fates.push(Fate { person, ..Fate::of(kind, 0) });
        if record.len() > reading.columns.header.len() && record.cells().skip(reading.columns.header.len()).any(|c| clean(c).is_some()) {
            tally.reject(reject_row(record.row, None, None, Fault::TooManyCells, None));
            push(Kind::Rejected, Person::Nobody);
            return Ok(());
        }
        if let Some(text) = person.texts.get("birthday").filter(|_| reading.platform.exact)
            && parse_birthday(text).is_none()
        {
            tally.reject(reject_row(record.row, Some("生日".to_owned()), Some(text.clone()), Fault::BadTime, None));
            push(Kind::Rejected, Person::Nobody);
            return Ok(());
        }
        if person.name.trim().is_empty() && person.identities.is_empty() && person.phones.is_empty() && person.emails.is_empty() {
            tally.reject(reject_row(record.row, None, None, Fault::NothingToKeep, None));
            push(Kind::Rejected, Person::Nobody);
            return Ok(());
        }
        own.extend(person.own.iter().map(|(name, _)| name.clone()));
        for (fault, column, value) in &person.unread {
            let place = Place { row: record.row, column: (!column.is_empty()).then(|| column.clone()), value: Some(value.clone()) };
            tally.notice(Problem { fault: *fault, place });
        }
        match find(connection, &person)? {
            Some(id) => {
                matched.insert(id);
                let changes = !blanks(connection, id, &person)?.is_empty() || lacks(connection, id, &person)?;
                push(if changes { Kind::Changed(id) } else { Kind::Unchanged }, Person::Known(id));
            }
            None => {
                let keys = keys_in_file(&person);
                let known = keys.iter().find_map(|k| in_file.get(k).copied());
                let number = known.unwrap_or(people.new);
                keys.into_iter().for_each(|k| {
                    in_file.entry(k).or_insert(number);
                });
                for phone in person.phones.iter().filter(|p| p.identifies()) {
                    let first = *phones.entry(phone.as_str().to_owned()).or_insert(number);
                    if shared.insert((number, phone.as_str().to_owned())) && (first != number || is_someones(connection, phone.as_str())?) {
                        let place = Place { row: record.row, column: None, value: Some(phone.as_str().to_owned()) };
                        tally.notice(Problem { fault: Fault::SharedPhone, place });
                    }
                }
                if known.is_none() {
                    people.new += 1;
                    if details.new_customers.len() < Details::MOST {
                        details.new_customers.push(line(record.row, &person));
                    }
                }
                push(Kind::New, Person::New(number));
            }
        }
        Ok(())
    })?;
    if rows == 0 {
        return Err(Error::HeaderOnly(source.name.clone()));
    }
    people.matched = matched.len() as u32;
    let known: FxHashSet<String> =
        connection.prepare_cached("SELECT name FROM custom_fields")?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    own.retain(|name| !known.contains(name));
    let report = FileReport { customers: people, new_fields: own.into_iter().collect(), ..tally.finish(rows, 0, 0) };
    Ok(Plan {
        source: source.clone(),
        choices: choices.clone(),
        recognised,
        report,
        details,
        reading,
        survey: Survey::default(),
        fates,
        seen: Seen::default(),
        questions: Vec::new(),
        shops: Vec::<ShopTarget>::new(),
        digest,
        bytes,
        revision: crate::storage::transact::revision(connection)?,
    })
}

fn is_someones(connection: &Connection, phone: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM phones WHERE number = ?1)")?;
    Ok(statement.query_row([phone], |r| r.get(0))?)
}

/// What makes two rows of one list the same person.
fn keys_in_file(person: &PersonDraft) -> Vec<String> {
    let name = normalised(&person.name);
    let mut keys: Vec<String> = person.identities.iter().map(|(p, i)| format!("i{p}\u{1}{i}")).collect();
    keys.extend(person.phones.iter().filter(|p| p.identifies()).map(|p| format!("p{}\u{1}{name}", p.as_str())));
    keys.extend(person.emails.iter().map(|email| format!("e{email}\u{1}{name}")));
    if keys.is_empty() && person.phones.is_empty() {
        keys.push(format!("n{name}"));
    }
    keys
}

fn line(row: u32, person: &PersonDraft) -> PlannedPerson {
    PlannedPerson {
        row,
        name: person.name.clone(),
        buyer_id: person.identities.first().map(|(_, i)| i.clone()).unwrap_or_default(),
        phone: person.phones.first().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        region: person
            .addresses
            .first()
            .map(|[province, city, ..]| [crate::regions::short_province(province), crate::regions::short_city(city)].join(" "))
            .unwrap_or_default()
            .trim()
            .to_owned(),
    }
}

pub(super) fn write(tx: &Transaction<'_>, plan: &Plan, run: i64, keep_file: bool, task: &Task, now: Seconds) -> Result<()> {
    let mut at = 0;
    let mut insert_customer = insert_customer(tx)?;
    let mut new_people: Vec<i64> = Vec::new();
    let mut touched = std::collections::BTreeSet::new();
    let total = plan.fates.len() as u64;
    let changed = || Error::FileChanged(plan.source.name.clone());
    let digest = visit_data(&plan.source, &plan.reading, &Task::quiet(), |record| {
        if at % 256 == 0 {
            task.step(Phase::Writing, at as u64, total)?;
        }
        let fate = plan.fates.get(at).ok_or_else(changed)?;
        at += 1;
        let person = read(record, &plan.reading);
        let customer = match (fate.kind, fate.person) {
            (Kind::New, Person::New(n)) => {
                if n as usize == new_people.len() {
                    let id = crate::orders::store::next_id(tx, "customers")?;
                    let name = if plan.reading.platform.exact { person.name.as_str() } else { person.name.trim() };
                    insert(&mut insert_customer, id, name, now, Some(run))?;
                    new_people.push(id);
                }
                *new_people.get(n as usize).ok_or_else(changed)?
            }
            (Kind::Changed(id), _) => {
                keep_before(tx, run, id)?;
                id
            }
            _ => return Ok(()),
        };
        touched.insert(customer);
        add(tx, customer, &person, run)
    })?;
    if digest != plan.digest || at != plan.fates.len() {
        return Err(changed());
    }
    if keep_file {
        let (pieces, packed) = std::sync::mpsc::sync_channel(4);
        std::thread::scope(|scope| -> Result<()> {
            let packer = scope.spawn(move || pack(&plan.source, &pieces));
            KeptFile::new(tx, run, packed).keep_rest()?;
            let kept = packer.join().map_err(|_| changed())??;
            if kept == plan.digest { Ok(()) } else { Err(changed()) }
        })?;
    }
    let ids: Vec<i64> = touched.into_iter().collect();
    customers::figures::recompute(tx, ids.iter().copied())?;
    customers::keys::add(tx, &ids)
}

fn add(tx: &Transaction<'_>, customer: i64, person: &PersonDraft, run: i64) -> Result<()> {
    for column in blanks(tx, customer, person)? {
        let text = if column == "name" { &person.name } else { &person.texts[column] };
        edit::set_imported(tx, customer, column, text)?;
    }
    for (platform, id) in &person.identities {
        tx.prepare_cached("INSERT OR IGNORE INTO identities (customer_id, platform, buyer_id, created_run) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![customer, platform, id, run])?;
    }
    for phone in &person.phones {
        tx.prepare_cached("INSERT OR IGNORE INTO phones (customer_id, number, created_run) VALUES (?1, ?2, ?3)")?.execute(params![
            customer,
            phone.as_str(),
            run
        ])?;
    }
    for email in &person.emails {
        tx.prepare_cached("INSERT OR IGNORE INTO emails (customer_id, address, created_run) VALUES (?1, ?2, ?3)")?
            .execute(params![customer, email, run])?;
    }
    for tag in &person.tags {
        let tag_id = customers::tags::id_of(tx, tag, Some(run))?;
        tx.prepare_cached("INSERT OR IGNORE INTO customer_tags (customer_id, tag_id) VALUES (?1, ?2)")?
            .execute(params![customer, tag_id])?;
    }
    if let Some(wish) = &person.wish
        && preference::of(tx, customer)? == Preference::default()
    {
        preference::set(tx, customer, wish)?;
        tx.prepare_cached("UPDATE contact_preferences SET created_run = ?2 WHERE customer_id = ?1")?.execute(params![customer, run])?;
    }
    for (name, value) in &person.own {
        tx.prepare_cached(
            "INSERT OR IGNORE INTO custom_fields (name, position, created_run)
             VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM custom_fields), ?2)",
        )?
        .execute(params![name, run])?;
        tx.prepare_cached(
            "INSERT OR IGNORE INTO custom_values (customer_id, field_id, value, created_run)
             SELECT ?1, id, ?3, ?4 FROM custom_fields WHERE name = ?2",
        )?
        .execute(params![customer, name, value, run])?;
    }
    let phone = person.phones.first().map(|p| p.as_str()).unwrap_or("");
    for [province, city, district, detail, zip, country] in &person.addresses {
        tx.prepare_cached(
            "INSERT INTO addresses (customer_id, recipient, phone, province, city, district, detail, zip, country, created_run)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
             WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE customer_id = ?1 AND province = ?4 AND city = ?5 AND district = ?6 AND detail = ?7)",
        )?
        .execute(params![customer, person.name, phone, province, city, district, detail, zip, country, run])?;
    }
    Ok(())
}

const FILLED: &str = "name, sort_name, address_as, gender, birth_calendar, birth_year, birth_month, birth_leap, birth_day, wechat, qq, temperament, likes, notes, introduced_by, occupation, group_chat";

/// Keeps what a customer was before a list fills their blanks. Negative numbers keep them apart from orders.
fn keep_before(tx: &Transaction<'_>, run: i64, customer: i64) -> Result<()> {
    let tags: Vec<i64> = tx
        .prepare_cached("SELECT tag_id FROM customer_tags WHERE customer_id = ?1")?
        .query_map([customer], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tx.prepare_cached(&format!(
        "INSERT OR IGNORE INTO import_before (run_id, order_id, image)
         SELECT ?1, -id, json_object('tags', json(?3), 'row', json_array({FILLED})) FROM customers WHERE id = ?2"
    ))?
    .execute(params![run, customer, serde_json::to_string(&tags).unwrap_or_else(|_| "[]".to_owned())])?;
    Ok(())
}

/// Takes away the fields that only the list had values for, once its customers went.
pub(super) fn remove_fields(tx: &Transaction<'_>, run: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM custom_fields WHERE created_run = ?1 AND NOT EXISTS (SELECT 1 FROM custom_values WHERE field_id = custom_fields.id)",
        [run],
    )?;
    Ok(())
}

/// How many known customers get back what they were before a list.
pub(super) fn count_restored(tx: &Transaction<'_>, run: i64) -> Result<u32> {
    Ok(tx.query_row(
        "SELECT count(*) FROM import_before b JOIN customers c ON c.id = -b.order_id WHERE b.run_id = ?1 AND b.order_id < 0 AND c.edited_at IS NULL",
        [run],
        |r| r.get(0),
    )?)
}

/// Gives customers back the blanks that a list filled, where the seller has not edited them since, and takes
/// the list's tags off.
pub(super) fn restore(tx: &Transaction<'_>, run: i64) -> Result<()> {
    let columns: Vec<&str> = FILLED.split(", ").collect();
    let set: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(i, c)| // Images of earlier versions have fewer columns; what they do not know stays.
            format!("{c} = CASE WHEN json_array_length(b.image, '$.row') > {i} THEN json_extract(b.image, '$.row[{i}]') ELSE {c} END"))
        .collect();
    tx.execute(
        &format!(
            "UPDATE customers SET {} FROM import_before b WHERE b.run_id = ?1 AND b.order_id = -customers.id AND customers.edited_at IS NULL",
            set.join(", ")
        ),
        [run],
    )?;
    tx.execute(
        "DELETE FROM customer_tags WHERE EXISTS (SELECT 1 FROM import_before b JOIN customers c ON b.order_id = -c.id
           WHERE b.run_id = ?1 AND c.id = customer_tags.customer_id AND c.edited_at IS NULL
           AND tag_id NOT IN (SELECT value FROM json_each(b.image, '$.tags')))",
        [run],
    )?;
    // Tags that only this list put on its new customers do not make those count as edited.
    tx.execute(
        "DELETE FROM customer_tags WHERE customer_id IN (SELECT id FROM customers WHERE created_run = ?1 AND edited_at IS NULL)",
        [run],
    )?;
    tx.execute("DELETE FROM tags WHERE created_run = ?1 AND NOT EXISTS (SELECT 1 FROM customer_tags WHERE tag_id = tags.id)", [run])?;
    Ok(())
}
