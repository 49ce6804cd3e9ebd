//! Which of the seller's shops an order belongs to.

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::reading::Reading;
use crate::error::{Error, Result};

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

/// The stored shops of a platform, and those a file brings.
#[derive(Debug)]
pub(super) struct ShopTargets {
    all: Vec<ShopTarget>,
    by_name: FxHashMap<String, u16>,
    /// What a shop is called until a file or the seller names it: the platform's own name.
    default_name: String,
}

impl ShopTargets {
    /// The stored shops of `platform`.
    pub(super) fn stored(connection: &Connection, platform: &str) -> Result<ShopTargets> {
        let all: Vec<ShopTarget> = crate::shops::list(connection)?
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
            .collect();
        Ok(ShopTargets {
            by_name: all.iter().enumerate().map(|(i, s)| (s.name.clone(), i as u16)).collect(),
            all,
            default_name: platform.to_owned(),
        })
    }

    /// Ids of the stored ones.
    pub(super) fn ids(&self) -> Vec<i64> {
        self.all.iter().filter_map(|s| s.stored).collect()
    }

    /// The zone in which a file of this shop is read, for platforms whose files are written in the shop's own:
    /// that of the stored shop of this name, else that of all stored ones.
    ///
    /// # Errors
    /// [`Error::WhichShop`] where the stored shops have several zones and none is named.
    pub(super) fn time_zone(&self, named: Option<&str>) -> Result<Option<&str>> {
        if let Some(shop) = named.and_then(|name| self.all.iter().find(|s| s.name == name.trim())) {
            return Ok(Some(&shop.time_zone));
        }
        let mut zones = self.all.iter().map(|s| s.time_zone.as_str());
        let first = zones.next();
        if named.is_none() && zones.any(|zone| Some(zone) != first) {
            return Err(Error::WhichShop { choices: self.names() });
        }
        Ok(first)
    }

    pub(super) fn get(&self, index: u16) -> &ShopTarget {
        &self.all[usize::from(index)]
    }

    /// Names of the stored shops.
    pub(super) fn names(&self) -> Vec<String> {
        self.all.iter().filter(|s| s.stored.is_some()).map(|s| s.name.clone()).collect()
    }

    pub(super) fn into_vec(self) -> Vec<ShopTarget> {
        self.all
    }

    /// The shop an order of this name belongs to; a new one where the file names one that is not known.
    pub(super) fn of(&mut self, name: &str, reading: &Reading) -> Result<u16> {
        if let Some(index) = self.by_name.get(name) {
            return Ok(*index);
        }
        if self.all.len() >= usize::from(u16::MAX) {
            return Err(Error::BadMapping("the column of shop names has another name in every row".to_owned()));
        }
        let index = if name.is_empty() {
            let named: Vec<u16> = (0..self.all.len() as u16).filter(|i| !self.get(*i).name.is_empty()).collect();
            match named.as_slice() {
                [] => self.add(self.default_name.clone(), false, reading),
                [only] => *only,
                // Known orders know their shop; a new one must ask.
                _ => self.add(String::new(), false, reading),
            }
        } else {
            match self.all.iter().position(|s| !s.named && s.stored.is_some()) {
                Some(unnamed) => {
                    let shop = &mut self.all[unnamed];
                    shop.name = name.to_owned();
                    shop.named = true;
                    shop.renames = true;
                    unnamed as u16
                }
                None => self.add(name.to_owned(), true, reading),
            }
        };
        self.by_name.insert(name.to_owned(), index);
        Ok(index)
    }

    fn add(&mut self, name: String, named: bool, reading: &Reading) -> u16 {
        self.all.push(ShopTarget {
            name,
            named,
            stored: None,
            renames: false,
            time_zone: reading.zone.name().to_owned(),
            currency: reading.platform.currency.clone(),
        });
        self.all.len() as u16 - 1
    }
}
