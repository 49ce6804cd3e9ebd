//! What an import would do, as numbers the seller can check, and the fate of every order and row.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::damage::remaining_digits;
use super::detect::{self, Recognised};
use super::draft::Draft;
use super::fault::{Fault, Problem};
use super::matching::{Adds, Decision, Matcher, Person, Question, Reason};
use super::merge::merge;
use super::platforms::{Field, NumbersAre, Platform, Provides, RowsAre};
use super::reading::{Reading, Survey, read_ahead, survey};
use super::source::Source;
use super::stored::StoredOrders;
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::orders::store;
use crate::storage::Shop;
use crate::task::Task;
use crate::time::DateOrder;

/// What the seller chose where the file leaves a choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Choices {
    /// A known platform by id, against what was recognised.
    pub platform: Option<String>,
    /// An encoding by name.
    pub encoding: Option<String>,
    /// A sheet by name.
    pub sheet: Option<String>,
    /// Columns mapped by hand.
    pub mapping: Option<Platform>,
    /// The shop's name, for files that do not tell.
    pub shop: Option<String>,
    /// Day or month first.
    pub date_order: Option<DateOrder>,
    /// The currency, for files that name none.
    pub currency: Option<String>,
    /// IANA zone of a shop that is new.
    pub time_zone: Option<String>,
    /// Cells corrected in the preview.
    pub fixes: Vec<Fix>,
}

/// A cell corrected in the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Fix {
    /// Row of the file.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// What it should say.
    pub value: String,
}

/// New, changed and unchanged orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct OrderCounts {
    pub new: u32,
    pub changed: u32,
    pub unchanged: u32,
}

/// New, matched and doubtful people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct PeopleCounts {
    pub new: u32,
    pub matched: u32,
    pub to_review: u32,
}

/// What the orders of a file were paid and refunded, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct Total {
    pub currency: String,
    pub paid: i64,
    pub refunded: i64,
}

/// A row that cannot come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Reject {
    /// Row of the file.
    pub row: u32,
    /// Header of the column.
    pub column: Option<String>,
    /// What the cell says.
    pub value: Option<String>,
    /// Why.
    pub code: Fault,
    /// Why, in English.
    pub message: String,
    /// A likely right value.
    pub suggestion: Option<String>,
}

/// Something that was noticed, with its first place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Warning {
    /// What.
    pub code: Fault,
    /// How often.
    pub count: u32,
    /// The first row.
    pub row: u32,
    /// The column there.
    pub column: Option<String>,
    /// The cell there.
    pub value: Option<String>,
    /// In English.
    pub message: String,
}

/// The numbers of a plan: the JSON of `import --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)] // the fields are named in cli.md
pub struct FileReport {
    pub file: String,
    pub platform: String,
    pub encoding: String,
    pub delimiter: Option<String>,
    pub header_row: u32,
    /// Data records of the file; each is part of an accepted order or listed in `rejected`.
    pub rows: u32,
    pub items: u32,
    pub orders: OrderCounts,
    pub customers: PeopleCounts,
    pub orders_without_customer: u32,
    pub totals: Vec<Total>,
    /// Of the new orders alone.
    pub new_totals: Vec<Total>,
    pub rejected: Vec<Reject>,
    pub warnings: Vec<Warning>,
    pub applied: bool,
    pub import_id: Option<i64>,
}

/// What happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    New,
    Changed(i64),
    Unchanged,
    Rejected,
}

/// The fate of an order, by its place in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    pub kind: Kind,
    pub shop: u16,
    pub adds: Adds,
    pub person: Person,
}

/// A shop the file is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShopTarget {
    pub name: String,
    pub named: bool,
    pub stored: Option<i64>,
    /// A stored shop without a name gets this one.
    pub renames: bool,
    pub time_zone: String,
    pub currency: String,
}

/// An order as a list of the preview shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct PlannedOrder {
    pub row: u32,
    pub number: String,
    pub name: String,
    pub placed_at: Option<i64>,
    pub status_text: String,
    pub items: String,
    pub currency: String,
    pub paid: Option<i64>,
    pub refunded: i64,
    /// For changed orders: what changes.
    pub changes: Vec<FieldChange>,
}

/// One value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct FieldChange {
    /// Column of the orders table, or `items`.
    pub column: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// A new customer as the preview shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct PlannedPerson {
    pub row: u32,
    pub name: String,
    pub buyer_id: String,
    pub phone: String,
    pub region: String,
}

/// A question as the preview shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct PlannedQuestion {
    pub index: u32,
    pub reason: Reason,
    pub name: String,
    pub buyer_id: String,
    pub phone: String,
    pub email: String,
    /// Name of the customer it may be.
    pub candidate: String,
    pub decision: Decision,
}

/// Examples behind the numbers, at most [`Details::MOST`] of each kind; questions and rejected rows are whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Details {
    pub new_orders: Vec<PlannedOrder>,
    pub changed_orders: Vec<PlannedOrder>,
    pub unchanged_orders: Vec<PlannedOrder>,
    pub new_customers: Vec<PlannedPerson>,
    pub questions: Vec<PlannedQuestion>,
}

impl Details {
    /// How many examples of a kind are kept.
    pub const MOST: usize = 500;
}

/// What an import of one file would do.
#[derive(Debug)]
pub struct Plan {
    /// The file.
    pub source: Source,
    /// What was chosen.
    pub choices: Choices,
    /// How the file is read.
    pub recognised: Recognised,
    /// The numbers.
    pub report: FileReport,
    /// Examples behind them.
    pub details: Details,
    pub(super) reading: Reading,
    pub(super) survey: Survey,
    pub(super) fates: Vec<Fate>,
    pub(super) questions: Vec<Question>,
    pub(super) shops: Vec<ShopTarget>,
    pub(super) digest: [u8; 32],
    pub(super) bytes: u64,
    /// The shop's revision when the plan was made.
    pub(super) revision: i64,
}

impl Shop {
    /// Plans the import of one file. Nothing is written.
    ///
    /// # Errors
    /// Every way in which a file is not a table of orders; [`Error::MappingNeeded`], [`Error::AmbiguousDates`]
    /// and [`Error::WhichShop`] where the seller must choose; [`Error::Cancelled`].
    pub fn plan_import(&self, source: &Source, choices: &Choices, task: &Task) -> Result<Plan> {
        self.read(|connection| plan(connection, source, choices, task))
    }
}

/// Plans one file against the state that `connection` sees.
pub(super) fn plan(connection: &Connection, source: &Source, choices: &Choices, task: &Task) -> Result<Plan> {
    let recognised = detect::recognise(connection, source, choices, task)?;
    let platform = recognised.platform.clone().ok_or_else(|| Error::MappingNeeded { file: source.name.clone() })?;
    if platform.provides == Provides::Customers {
        return super::customers_file::plan(connection, source, choices, recognised, platform, task);
    }
    let planner = |survey| Planner::new(connection, source, choices, recognised.clone(), platform.clone())?.run(survey, task);
    match planner(None)? {
        Some(plan) => Ok(plan),
        // Its numbers were rounded, which only the whole column tells: once more, with that in mind.
        None => planner(Some(Survey::of_rounded_numbers()))?.ok_or(Error::PlanStale),
    }
}

/// Builds the reading of a file from what was recognised and chosen.
pub(super) fn reading_of(recognised: &Recognised, platform: Platform, choices: &Choices, zone: chrono_tz::Tz) -> Result<Reading> {
    let columns = Columns::find(&platform, &recognised.header);
    let mut fixes = std::collections::HashMap::new();
    for fix in &choices.fixes {
        let wanted = super::platforms::header_key(&fix.column);
        let column = recognised
            .header
            .iter()
            .position(|h| super::platforms::header_key(h) == wanted)
            .ok_or_else(|| Error::BadMapping(format!("there is no column {}", fix.column)))?;
        fixes.insert((fix.row, column as u32), fix.value.clone());
    }
    let mut platform = platform;
    if let Some(code) = &choices.currency {
        let currency =
            Currency::parse(code).ok_or_else(|| Error::BadValue { field: "currency", value: code.clone(), reason: "unknown" })?;
        platform.currency = currency.to_string();
        platform.currency_assumed = false;
    }
    if platform.status.is_empty() {
        platform.status = super::mappings::common_status_words();
    }
    Ok(Reading {
        format: recognised.format.clone(),
        header_row: recognised.header_row,
        date_order: choices.date_order.or(platform.date_order).or(recognised.date_order),
        platform,
        columns,
        zone,
        fixes,
    })
}

struct Planner<'c> {
    connection: &'c Connection,
    source: &'c Source,
    choices: &'c Choices,
    recognised: Recognised,
    reading: Reading,
    bytes: u64,
    stored: StoredOrders<'c>,
    matcher: Matcher<'c>,
    shops: Vec<ShopTarget>,
    shop_by_name: FxHashMap<String, u16>,
    seen: FxHashMap<u64, (u32, i64)>,
    fates: Vec<Fate>,
    matched: FxHashSet<i64>,
    still_open: FxHashSet<i64>,
    totals: BTreeMap<Currency, (i64, i64)>,
    new_totals: BTreeMap<Currency, (i64, i64)>,
    warnings: BTreeMap<Fault, Warning>,
    report: FileReport,
    details: Details,
}

impl<'c> Planner<'c> {
    fn new(
        connection: &'c Connection,
        source: &'c Source,
        choices: &'c Choices,
        recognised: Recognised,
        platform: Platform,
    ) -> Result<Self> {
        let (_, bytes) = source.open()?;
        let stored_shops = stored_shops(connection, &platform.platform)?;
        let zone_name = platform
            .time_zone
            .clone()
            .or_else(|| stored_shops.first().map(|s| s.time_zone.clone()))
            .or_else(|| choices.time_zone.clone())
            .unwrap_or_else(|| "Asia/Shanghai".to_owned());
        let zone =
            crate::time::parse_zone(&zone_name).ok_or(Error::BadValue { field: "time_zone", value: zone_name, reason: "unknown" })?;
        let ids = stored_shops.iter().filter_map(|s| s.stored).collect();
        let report = FileReport {
            file: source.name.clone(),
            platform: platform.id.clone(),
            encoding: recognised.format.encoding_name().to_owned(),
            delimiter: recognised.format.delimiter().map(String::from),
            header_row: recognised.header_row,
            rows: 0,
            items: 0,
            orders: OrderCounts::default(),
            customers: PeopleCounts::default(),
            orders_without_customer: 0,
            totals: Vec::new(),
            new_totals: Vec::new(),
            rejected: Vec::new(),
            warnings: Vec::new(),
            applied: false,
            import_id: None,
        };
        Ok(Planner {
            connection,
            source,
            choices,
            bytes,
            stored: StoredOrders::new(connection, ids, bytes)?,
            matcher: Matcher::new(connection, &platform.platform)?,
            shop_by_name: stored_shops.iter().enumerate().map(|(i, s)| (s.name.clone(), i as u16)).collect(),
            shops: stored_shops,
            reading: reading_of(&recognised, platform, choices, zone)?,
            recognised,
            seen: FxHashMap::default(),
            fates: Vec::new(),
            matched: FxHashSet::default(),
            still_open: FxHashSet::default(),
            totals: BTreeMap::new(),
            new_totals: BTreeMap::new(),
            warnings: BTreeMap::new(),
            report,
            details: Details::default(),
        })
    }

    /// The plan; `None` where the file has to be read again, knowing that its order numbers were rounded.
    fn run(mut self, known: Option<Survey>, task: &Task) -> Result<Option<Plan>> {
        let reading = self.reading.clone();
        let source = self.source;
        let first = known.is_none();
        let survey = match known {
            Some(known) if reading.platform.rows == RowsAre::Orders => known,
            _ => survey(source, &reading, task)?,
        };
        let pass = read_ahead(source, &reading, &survey, task, |draft| self.take(draft))?;
        if pass.rows == 0 {
            return Err(Error::HeaderOnly(self.source.name.clone()));
        }
        if first && pass.rounded && reading.platform.rows == RowsAre::Orders {
            return Ok(None);
        }
        self.report.rows = pass.rows;
        self.report.customers = PeopleCounts {
            new: self.matcher.new_people,
            matched: self.matched.len() as u32,
            to_review: self.matcher.questions.len() as u32 + self.still_open.len() as u32,
        };
        self.report.totals = totals(self.totals);
        self.report.new_totals = totals(self.new_totals);
        self.report.warnings = self.warnings.into_values().collect();
        self.report.rejected.sort_by_key(|r| r.row);
        self.details.questions = question_lines(self.connection, &self.matcher.questions, &self.details.new_customers)?;
        Ok(Some(Plan {
            source: self.source.clone(),
            choices: self.choices.clone(),
            recognised: self.recognised,
            report: self.report,
            details: self.details,
            reading,
            survey,
            fates: self.fates,
            questions: self.matcher.questions,
            shops: self.shops,
            digest: pass.digest,
            bytes: self.bytes,
            revision: crate::storage::transact::revision(self.connection)?,
        }))
    }

    fn take(&mut self, mut draft: Draft) -> Result<()> {
        if draft.problems.len() == 1 && draft.problems[0].fault == Fault::DamagedNumber {
            self.repair(&mut draft)?;
        }
        if !draft.problems.is_empty() {
            self.reject(&draft);
            return Ok(());
        }
        let shop = self.shop_of(&draft)?;
        let hash = number_hash(shop, &draft.number);
        let print = draft.prints(self.reading.platform.provides);
        let print = print.0.unwrap_or(0) ^ print.1.unwrap_or(0).rotate_left(1);
        match self.seen.get(&hash) {
            Some((_, known)) if *known == print => {
                self.fates.push(Fate { kind: Kind::Unchanged, shop, adds: Adds::default(), person: Person::Nobody });
                return Ok(());
            }
            Some(_) => {
                let place = crate::error::Place { row: 0, column: None, value: Some(draft.number.clone()) };
                draft.problems.push(Problem { fault: Fault::RepeatedNumber, place });
                for row in draft.rows.clone() {
                    self.report.rejected.push(reject_row(row, None, Some(draft.number.clone()), Fault::RepeatedNumber, None));
                }
                self.fates.push(Fate { kind: Kind::Rejected, shop, adds: Adds::default(), person: Person::Nobody });
                return Ok(());
            }
            None => {
                self.seen.insert(hash, (self.fates.len() as u32, print));
            }
        }
        let in_shop = match self.reading.platform.numbers {
            NumbersAre::Global => None,
            NumbersAre::PerShop => match self.shops[usize::from(shop)].stored {
                Some(id) => Some(Some(id)),
                None => Some(None),
            },
        };
        let found = match in_shop {
            None => self.stored.find(None, &draft.number)?,
            Some(Some(id)) => self.stored.find(Some(id), &draft.number)?,
            Some(None) => None,
        };
        match found {
            None => self.take_new(draft, shop),
            Some(id) => self.take_known(draft, shop, id),
        }
    }

    fn take_new(&mut self, draft: Draft, shop: u16) -> Result<()> {
        if self.shops[usize::from(shop)].stored.is_none() && self.shops[usize::from(shop)].name.is_empty() {
            let choices = self.shops.iter().filter(|s| s.stored.is_some()).map(|s| s.name.clone()).collect();
            return Err(Error::WhichShop { choices });
        }
        let people_before = self.matcher.new_people;
        let (person, adds) = self.matcher.person_of(&draft)?;
        self.count_person(person);
        if self.matcher.new_people > people_before && self.details.new_customers.len() < Details::MOST {
            self.details.new_customers.push(person_line(&draft));
        }
        self.accept(&draft, true)?;
        self.report.orders.new += 1;
        if self.details.new_orders.len() < Details::MOST {
            self.details.new_orders.push(order_line(&draft, Vec::new()));
        }
        self.fates.push(Fate { kind: Kind::New, shop, adds, person });
        Ok(())
    }

    fn take_known(&mut self, draft: Draft, shop: u16, id: i64) -> Result<()> {
        let (customer, review, order_print, items_print): (Option<i64>, Option<i64>, Option<i64>, Option<i64>) = self
            .connection
            .prepare_cached("SELECT customer_id, review_id, order_print, items_print FROM orders WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        let prints = draft.prints(self.reading.platform.provides);
        let same = prints.0.is_none_or(|p| Some(p) == order_print) && prints.1.is_none_or(|p| Some(p) == items_print);
        if same {
            return self.take_unchanged(draft, shop, customer, review);
        }
        let stored = store::by_id(self.connection, id)?;
        let items = store::items_of(self.connection, id)?;
        let Some(merged) = merge(&stored, &items, &draft, self.reading.platform.numbers) else {
            for row in &draft.rows {
                let column = self.reading.columns.of(Field::Number).first().and_then(|c| self.reading.columns.header_of(*c));
                self.report.rejected.push(reject_row(*row, column, Some(draft.number.clone()), Fault::OtherOrderSameNumber, None));
            }
            self.fates.push(Fate { kind: Kind::Rejected, shop, adds: Adds::default(), person: Person::Nobody });
            return Ok(());
        };
        if !merged.kept.is_empty() {
            let place = crate::error::Place {
                row: draft.rows.first().copied().unwrap_or(0),
                column: Some(merged.kept.join(", ")),
                value: Some(draft.number.clone()),
            };
            self.notice(Problem { fault: Fault::HandEditKept, place });
        }
        let (mut person, mut adds) = (Person::Nobody, Adds::default());
        if customer.is_none() && review.is_none() && !stored.is_hand_edited("customer_id") {
            let people_before = self.matcher.new_people;
            (person, adds) = self.matcher.person_of(&draft)?;
            if self.matcher.new_people > people_before && self.details.new_customers.len() < Details::MOST {
                self.details.new_customers.push(person_line(&draft));
            }
        }
        if merged.changed.is_empty() && person == Person::Nobody {
            return self.take_unchanged(draft, shop, customer, review);
        }
        match customer {
            Some(id) => {
                self.matched.insert(id);
            }
            None => self.count_person(person),
        }
        self.accept(&draft, false)?;
        self.report.orders.changed += 1;
        if self.details.changed_orders.len() < Details::MOST {
            let changes =
                merged.changed.iter().map(|column| field_change(column, &stored, &merged.order, &items, merged.items.as_deref())).collect();
            self.details.changed_orders.push(order_line(&draft, changes));
        }
        self.fates.push(Fate { kind: Kind::Changed(id), shop, adds, person });
        Ok(())
    }

    fn take_unchanged(&mut self, draft: Draft, shop: u16, customer: Option<i64>, review: Option<i64>) -> Result<()> {
        match (customer, review) {
            (Some(id), _) => {
                self.matched.insert(id);
            }
            (None, Some(review)) => {
                self.still_open.insert(review);
            }
            (None, None) => self.report.orders_without_customer += 1,
        }
        self.accept(&draft, false)?;
        self.report.orders.unchanged += 1;
        if self.details.unchanged_orders.len() < Details::MOST {
            self.details.unchanged_orders.push(order_line(&draft, Vec::new()));
        }
        self.fates.push(Fate { kind: Kind::Unchanged, shop, adds: Adds::default(), person: Person::Nobody });
        Ok(())
    }

    fn count_person(&mut self, person: Person) {
        match person {
            Person::Nobody => self.report.orders_without_customer += 1,
            Person::Known(id) => {
                self.matched.insert(id);
            }
            Person::StillOpen(id) => {
                self.still_open.insert(id);
            }
            Person::New(_) | Person::Asked(_) => {}
        }
    }

    fn accept(&mut self, draft: &Draft, is_new: bool) -> Result<()> {
        self.report.items += draft.items.len() as u32;
        for notice in &draft.notices {
            self.notice(notice.clone());
        }
        let sums = (draft.paid.unwrap_or(0), draft.refunded.unwrap_or(0));
        if draft.paid.is_none() && draft.refunded.is_none() {
            return Ok(());
        }
        let add = |totals: &mut BTreeMap<Currency, (i64, i64)>| -> Result<()> {
            let total = totals.entry(draft.currency()).or_default();
            total.0 = total.0.checked_add(sums.0).ok_or(Error::Overflow)?;
            total.1 = total.1.checked_add(sums.1).ok_or(Error::Overflow)?;
            Ok(())
        };
        add(&mut self.totals)?;
        if is_new {
            add(&mut self.new_totals)?;
        }
        Ok(())
    }

    fn notice(&mut self, problem: Problem) {
        let warning = self.warnings.entry(problem.fault).or_insert_with(|| Warning {
            code: problem.fault,
            count: 0,
            row: problem.place.row,
            column: problem.place.column,
            value: problem.place.value,
            message: problem.fault.advice().to_owned(),
        });
        warning.count += 1;
    }

    fn reject(&mut self, draft: &Draft) {
        for row in &draft.rows {
            let mut own = draft.problems.iter().filter(|p| p.place.row == *row);
            let reject = match own.next() {
                Some(p) => {
                    let suggestion = (p.fault == Fault::DamagedNumber).then(|| self.suggestion(draft)).flatten();
                    reject_row(*row, p.place.column.clone(), p.place.value.clone(), p.fault, suggestion)
                }
                None => reject_row(*row, None, Some(draft.number.clone()), Fault::OrderRejected, None),
            };
            self.report.rejected.push(reject);
        }
        self.fates.push(Fate { kind: Kind::Rejected, shop: 0, adds: Adds::default(), person: Person::Nobody });
    }

    /// A damaged number is taken for a stored order's where digits, time, amount and buyer all agree.
    fn repair(&mut self, draft: &mut Draft) -> Result<()> {
        let candidates = self.candidates(draft)?;
        let buyer_known = |c: &Candidate| c.buyer_agrees;
        let mut sure = candidates.iter().filter(|c| buyer_known(c));
        if let (Some(only), None) = (sure.next(), sure.next()) {
            let mut place = draft.problems.remove(0).place;
            place.value = Some(format!("{} → {}", draft.number, only.number));
            draft.number.clone_from(&only.number);
            draft.notices.push(Problem { fault: Fault::RepairedNumber, place });
        }
        Ok(())
    }

    fn suggestion(&self, draft: &Draft) -> Option<String> {
        match self.candidates(draft).ok()?.as_slice() {
            [only] => Some(only.number.clone()),
            _ => None,
        }
    }

    fn candidates(&self, draft: &Draft) -> Result<Vec<Candidate>> {
        let (Some((digits, length)), Some(placed_at)) = (remaining_digits(&draft.number), draft.placed_at) else { return Ok(Vec::new()) };
        let mut statement = self.connection.prepare_cached(
            "SELECT o.number, o.paid, o.phone, EXISTS (
                 SELECT 1 FROM identities i WHERE i.customer_id = o.customer_id AND i.platform = ?2 AND i.buyer_id = ?3 AND ?3 <> '')
             FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.placed_at = ?1 AND s.platform = ?2",
        )?;
        let platform = &self.reading.platform.platform;
        let mut rows = statement.query((placed_at, platform, &draft.buyer_id))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let number: String = row.get(0)?;
            let paid: Option<i64> = row.get(1)?;
            let phone: String = row.get(2)?;
            let same_phone = draft.phone.as_ref().is_some_and(|p| p.as_str() == phone);
            if number.starts_with(&digits) && number.len() == length && paid == draft.paid {
                found.push(Candidate { number, buyer_agrees: row.get::<_, bool>(3)? || same_phone });
            }
        }
        Ok(found)
    }

    /// Which of the shops an order is of; a new one where the file names one that is not known.
    fn shop_of(&mut self, draft: &Draft) -> Result<u16> {
        let name = match &self.choices.shop {
            Some(chosen) => chosen.trim(),
            None => draft.shop_name.trim(),
        };
        if let Some(index) = self.shop_by_name.get(name) {
            return Ok(*index);
        }
        let index = if name.is_empty() {
            let stored: Vec<u16> = (0..self.shops.len() as u16).filter(|i| !self.shops[usize::from(*i)].name.is_empty()).collect();
            match stored.as_slice() {
                [] => self.add_shop(default_shop_name(&self.reading.platform), false),
                [only] => *only,
                // Known orders know their shop; a new one must ask.
                _ => self.add_shop(String::new(), false),
            }
        } else {
            match self.shops.iter().position(|s| !s.named && s.stored.is_some()) {
                Some(unnamed) => {
                    let shop = &mut self.shops[unnamed];
                    shop.name = name.to_owned();
                    shop.named = true;
                    shop.renames = true;
                    unnamed as u16
                }
                None => self.add_shop(name.to_owned(), true),
            }
        };
        self.shop_by_name.insert(name.to_owned(), index);
        Ok(index)
    }

    fn add_shop(&mut self, name: String, named: bool) -> u16 {
        self.shops.push(ShopTarget {
            name,
            named,
            stored: None,
            renames: false,
            time_zone: self.reading.zone.name().to_owned(),
            currency: self.reading.platform.currency.clone(),
        });
        self.shops.len() as u16 - 1
    }
}

struct Candidate {
    number: String,
    buyer_agrees: bool,
}

/// What a shop is called until a file or the seller names it: the platform's own name.
pub(super) fn default_shop_name(platform: &Platform) -> String {
    platform.platform.clone()
}

pub(super) fn stored_shops(connection: &Connection, platform: &str) -> Result<Vec<ShopTarget>> {
    Ok(crate::shops::list(connection)?
        .into_iter()
        .filter(|s| s.platform == platform)
        .map(|s| ShopTarget {
            name: s.name,
            named: s.named,
            stored: Some(s.id),
            renames: false,
            time_zone: s.time_zone,
            currency: s.currency,
        })
        .collect())
}

fn number_hash(shop: u16, number: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (shop, number).hash(&mut hasher);
    hasher.finish()
}

pub(super) fn reject_row(row: u32, column: Option<String>, value: Option<String>, fault: Fault, suggestion: Option<String>) -> Reject {
    Reject { row, column, value, code: fault, message: fault.advice().to_owned(), suggestion }
}

fn totals(sums: BTreeMap<Currency, (i64, i64)>) -> Vec<Total> {
    sums.into_iter().map(|(currency, (paid, refunded))| Total { currency: currency.to_string(), paid, refunded }).collect()
}

fn order_line(draft: &Draft, changes: Vec<FieldChange>) -> PlannedOrder {
    const TITLES: usize = 3;
    let mut items: Vec<&str> = draft.items.iter().take(TITLES).map(|i| i.title.as_str()).collect();
    if draft.items.len() > TITLES {
        items.push("…");
    }
    PlannedOrder {
        row: draft.rows.first().copied().unwrap_or(0),
        number: draft.number.clone(),
        name: if draft.recipient.is_empty() { draft.buyer_id.clone() } else { draft.recipient.clone() },
        placed_at: draft.placed_at,
        status_text: draft.status_text.clone(),
        items: items.join("、"),
        currency: draft.currency().to_string(),
        paid: draft.paid,
        refunded: draft.refunded.unwrap_or(0),
        changes,
    }
}

fn person_line(draft: &Draft) -> PlannedPerson {
    PlannedPerson {
        row: draft.rows.first().copied().unwrap_or(0),
        name: if draft.buyer_name.is_empty() { draft.recipient.clone() } else { draft.buyer_name.clone() },
        buyer_id: draft.buyer_id.clone(),
        phone: draft.phone.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        region: [crate::regions::short_province(&draft.province), crate::regions::short_city(&draft.city)].join(" ").trim().to_owned(),
    }
}

fn question_lines(connection: &Connection, questions: &[Question], new: &[PlannedPerson]) -> Result<Vec<PlannedQuestion>> {
    let mut lines = Vec::with_capacity(questions.len());
    for (index, question) in questions.iter().enumerate() {
        let candidate = match question.candidate {
            Person::Known(id) => connection
                .prepare_cached("SELECT name FROM customers WHERE id = ?1")?
                .query_row([id], |r| r.get(0))
                .optional()?
                .unwrap_or_default(),
            Person::New(n) => new.get(n as usize).map(|p| p.name.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        lines.push(PlannedQuestion {
            index: index as u32,
            reason: question.reason,
            name: question.name.clone(),
            buyer_id: question.buyer_id.clone(),
            phone: question.phone.clone(),
            email: question.email.clone(),
            candidate,
            decision: Decision::Later,
        });
    }
    Ok(lines)
}

fn field_change(
    column: &str,
    before: &store::OrderRow,
    after: &store::OrderRow,
    items: &[store::ItemRow],
    new_items: Option<&[super::draft::ItemDraft]>,
) -> FieldChange {
    let text = |row: &store::OrderRow| -> String {
        let value = serde_json::to_value(row).ok().and_then(|v| v.get(column).cloned());
        match value {
            Some(serde_json::Value::String(s)) => s,
            Some(serde_json::Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    };
    if column == "items" {
        let titles = |t: Vec<&str>| t.join("、");
        return FieldChange {
            column: column.to_owned(),
            before: titles(items.iter().map(|i| i.title.as_str()).collect()),
            after: titles(new_items.unwrap_or_default().iter().map(|i| i.title.as_str()).collect()),
        };
    }
    FieldChange { column: column.to_owned(), before: text(before), after: text(after) }
}
