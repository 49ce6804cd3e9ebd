//! What an import would do, as numbers the seller can check, and the fate of every order and row.

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::choices::Choices;
use super::columns::Columns;
use super::details::{Details, field_change, order_line, person_line, question_lines};
use super::detect::{self, Recognised};
use super::draft::Draft;
use super::fates::{Fate, Fates, Kind};
use super::fault::{Fault, Problem};
use super::held::Seen;
use super::matching::{Adds, Matcher, Person, Question};
use super::merge::merge;
use super::platforms::{Field, NumbersAre, Platform, Provides, RowsAre};
use super::reading::{Reading, Survey, read_ahead, survey};
use super::repair::{repair, suggestion};
use super::report::{FileReport, Tally, reject_row};
use super::shop_target::{ShopTarget, ShopTargets};
use super::source::Source;
use super::stored::StoredOrders;
use crate::error::{Error, Place, Result};
use crate::export::customers::own_field_of;
use crate::money::Currency;
use crate::orders::store;
use crate::storage::Shop;
use crate::task::Task;

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
    pub(super) fates: Fates,
    /// Stored orders that the file has as they are.
    pub(super) seen: Seen,
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
    let platform = recognised
        .platform
        .clone()
        .ok_or_else(|| Error::MappingNeeded { file: source.name.clone(), nearly: recognised.nearly.clone().map(Box::new) })?;
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
    let own_fields = if platform.exact {
        let named = columns.header.iter().enumerate();
        named.filter_map(|(index, header)| Some((index, own_field_of(header)?.to_owned()))).collect()
    } else {
        Vec::new()
    };
    let mut platform = platform;
    if let Some(code) = &choices.currency {
        let currency =
            Currency::parse(code).ok_or_else(|| Error::BadValue { field: "currency", value: code.clone(), reason: "unknown" })?;
        platform.currency = currency.to_string();
        platform.currency_assumed = false;
    }
    // A mapping knows the columns; the words below the data are those of the platform's other files.
    let own = super::platforms::all()?.iter().filter(|known| known.platform == platform.platform && known.id != platform.id);
    let words: Vec<String> = own.flat_map(|known| known.footer.iter().cloned()).collect();
    platform.footer.extend(words);
    if platform.status.is_empty() {
        platform.status = super::mappings::common_status_words();
    }
    Ok(Reading {
        format: recognised.format.clone(),
        header_row: recognised.header_row,
        date_order: choices.date_order.or(platform.date_order).or(recognised.date_order),
        platform,
        columns,
        own_fields,
        zone,
        from_1904: recognised.from_1904,
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
    shops: ShopTargets,
    /// What the file said so far of an order of this number.
    said: FxHashMap<u64, i64>,
    /// Stored orders that the file has as they are.
    seen: Seen,
    fates: Fates,
    tally: Tally,
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
        let tally = Tally::new(source, &platform, &recognised);
        let matcher = Matcher::new(connection, &platform.platform, bytes)?;
        let shops = ShopTargets::stored(connection, &platform.platform)?;
        let zone_name = match platform.time_zone.as_deref() {
            Some(own) => own,
            None => shops.time_zone(choices.shop.as_deref())?.or(choices.time_zone.as_deref()).unwrap_or("Asia/Shanghai"),
        };
        let zone = crate::time::parse_zone(zone_name).ok_or_else(|| Error::BadValue {
            field: "time_zone",
            value: zone_name.to_owned(),
            reason: "unknown",
        })?;
        let reading = reading_of(&recognised, platform, choices, zone)?;
        Ok(Planner {
            connection,
            source,
            choices,
            bytes,
            stored: StoredOrders::new(connection, shops.ids(), bytes)?,
            matcher,
            shops,
            reading,
            recognised,
            said: FxHashMap::default(),
            seen: Seen::default(),
            fates: Fates::default(),
            tally,
            details: Details { time_zone: zone.name().to_owned(), ..Details::default() },
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
        let pass = read_ahead(source, &reading, &survey, task, |drafts| {
            drafts.iter_mut().try_for_each(|draft| {
                let fate = self.fate_of(draft)?;
                self.fates.push(fate);
                Ok(())
            })
        })?;
        if pass.rows == 0 {
            return Err(Error::HeaderOnly(self.source.name.clone()));
        }
        if first && pass.rounded && reading.platform.rows == RowsAre::Orders {
            return Ok(None);
        }
        self.details.questions = question_lines(self.connection, &self.matcher.questions, &self.details.new_customers)?;
        Ok(Some(Plan {
            source: self.source.clone(),
            choices: self.choices.clone(),
            recognised: self.recognised,
            report: self.tally.finish(pass.rows, self.matcher.new_people, self.matcher.questions.len() as u32),
            details: self.details,
            reading,
            survey,
            fates: self.fates,
            seen: self.seen,
            questions: self.matcher.questions,
            shops: self.shops.into_vec(),
            digest: pass.digest,
            bytes: self.bytes,
            revision: crate::storage::transact::revision(self.connection)?,
        }))
    }

    fn fate_of(&mut self, draft: &mut Draft) -> Result<Fate> {
        if draft.problems.len() == 1 && draft.problems[0].fault == Fault::DamagedNumber {
            repair(self.connection, &self.reading.platform.platform, draft)?;
        }
        if !draft.problems.is_empty() {
            return self.reject(draft);
        }
        let name = self.choices.shop.as_deref().unwrap_or(&draft.shop_name).trim();
        let shop = self.shops.of(name, &self.reading)?;
        let hash = number_hash(shop, &draft.number);
        let print = draft.order_print.unwrap_or(0) ^ draft.items_print.unwrap_or(0).rotate_left(1);
        match self.said.get(&hash) {
            Some(known) if *known == print => return Ok(Fate::of(Kind::Unchanged, shop)),
            Some(_) => {
                for row in &draft.rows {
                    self.tally.reject(reject_row(*row, None, Some(draft.number.clone()), Fault::RepeatedNumber, None));
                }
                return Ok(Fate::of(Kind::Rejected, shop));
            }
            None => {
                self.said.insert(hash, print);
            }
        }
        let found = match self.reading.platform.numbers {
            NumbersAre::Global => self.stored.find(None, &draft.number)?,
            NumbersAre::PerShop => match self.shops.get(shop).stored {
                Some(id) => self.stored.find(Some(id), &draft.number)?,
                None => None,
            },
        };
        match found {
            None if draft.is_only_a_number() => {
                let column = self.reading.columns.of(Field::Number).first().and_then(|c| self.reading.columns.header_of(*c));
                for row in &draft.rows {
                    self.tally.reject(reject_row(*row, column.clone(), Some(draft.number.clone()), Fault::OnlyANumber, None));
                }
                Ok(Fate::of(Kind::Rejected, shop))
            }
            None => self.new_order(draft, shop),
            Some(id) => self.known_order(draft, shop, id),
        }
    }

    fn new_order(&mut self, draft: &Draft, shop: u16) -> Result<Fate> {
        let target = self.shops.get(shop);
        if target.stored.is_none() && target.name.is_empty() {
            return Err(Error::WhichShop { choices: self.shops.names() });
        }
        let (person, adds) = self.person_of(draft)?;
        self.tally.person(person);
        self.tally.accept(draft, true)?;
        self.tally.report.orders.new += 1;
        if self.details.new_orders.len() < Details::MOST {
            self.details.new_orders.push(order_line(draft, Vec::new()));
        }
        Ok(Fate { kind: Kind::New, shop, adds, person })
    }

    fn person_of(&mut self, draft: &Draft) -> Result<(Person, Adds)> {
        let before = self.matcher.new_people;
        let found = self.matcher.person_of(draft)?;
        if self.matcher.new_people > before && self.details.new_customers.len() < Details::MOST {
            self.details.new_customers.push(person_line(draft));
        }
        Ok(found)
    }

    fn known_order(&mut self, draft: &Draft, shop: u16, id: i64) -> Result<Fate> {
        let (customer, review, order_print, items_print): (Option<i64>, Option<i64>, Option<i64>, Option<i64>) = self
            .connection
            .prepare_cached("SELECT customer_id, review_id, order_print, items_print FROM orders WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        let whose = match (customer, review) {
            (Some(id), _) => Person::Known(id),
            (None, Some(review)) => Person::StillOpen(review),
            (None, None) => Person::Nobody,
        };
        let same = |print: Option<i64>, stored: Option<i64>| print.is_none() || print == stored;
        if same(draft.order_print, order_print) && same(draft.items_print, items_print) {
            return self.unchanged_order(draft, shop, whose, id);
        }
        let stored = store::by_id(self.connection, id)?;
        let items = store::items_of(self.connection, id)?;
        let Some(merged) = merge(&stored, &items, draft, self.reading.platform.numbers) else {
            let column = self.reading.columns.of(Field::Number).first().and_then(|c| self.reading.columns.header_of(*c));
            for row in &draft.rows {
                self.tally.reject(reject_row(*row, column.clone(), Some(draft.number.clone()), Fault::OtherOrderSameNumber, None));
            }
            return Ok(Fate::of(Kind::Rejected, shop));
        };
        if !merged.kept.is_empty() {
            let place = Place {
                row: draft.rows.first().copied().unwrap_or(0),
                column: Some(merged.kept.join(", ")),
                value: Some(draft.number.clone()),
            };
            self.tally.notice(Problem { fault: Fault::HandEditKept, place });
        }
        let (mut person, mut adds) = (Person::Nobody, Adds::default());
        if whose == Person::Nobody && !stored.is_hand_edited("customer_id") {
            (person, adds) = self.person_of(draft)?;
        }
        if merged.changed.is_empty() && person == Person::Nobody {
            return self.unchanged_order(draft, shop, whose, id);
        }
        self.tally.person(if customer.is_some() { whose } else { person });
        self.tally.accept(draft, false)?;
        self.tally.report.orders.changed += 1;
        if self.details.changed_orders.len() < Details::MOST {
            let changes =
                merged.changed.iter().map(|column| field_change(column, &stored, &merged.order, &items, merged.items.as_deref())).collect();
            self.details.changed_orders.push(order_line(draft, changes));
        }
        Ok(Fate { kind: Kind::Changed(id), shop, adds, person })
    }

    fn unchanged_order(&mut self, draft: &Draft, shop: u16, whose: Person, id: i64) -> Result<Fate> {
        self.seen.add(id);
        self.tally.person(whose);
        self.tally.accept(draft, false)?;
        self.tally.report.orders.unchanged += 1;
        if self.details.unchanged_orders.len() < Details::MOST {
            self.details.unchanged_orders.push(order_line(draft, Vec::new()));
        }
        Ok(Fate::of(Kind::Unchanged, shop))
    }

    fn reject(&mut self, draft: &Draft) -> Result<Fate> {
        for row in &draft.rows {
            let reject = match draft.problems.iter().find(|p| p.place.row == *row) {
                Some(p) => {
                    let suggestion = match p.fault {
                        Fault::DamagedNumber => suggestion(self.connection, &self.reading.platform.platform, draft)?,
                        _ => None,
                    };
                    reject_row(*row, p.place.column.clone(), p.place.value.clone(), p.fault, suggestion)
                }
                None => reject_row(*row, None, Some(draft.number.clone()), Fault::OrderRejected, None),
            };
            self.tally.reject(reject);
        }
        Ok(Fate::of(Kind::Rejected, 0))
    }
}

fn number_hash(shop: u16, number: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (shop, number).hash(&mut hasher);
    hasher.finish()
}
