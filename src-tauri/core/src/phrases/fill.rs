//! A phrase with its slots filled in, and what still lacks.

use std::collections::BTreeMap;

use serde::Serialize;

use super::variables::{Part, Variable, parts};
use crate::error::{Error, Result};

/// What variables stand for in a certain case.
pub type Values = BTreeMap<Variable, String>;

/// A part of a filled phrase, for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FilledPart {
    /// Words of the phrase.
    Text {
        /// The words.
        text: String,
    },
    /// A slot that was filled.
    Filled {
        /// Its name between the braces.
        name: String,
        /// What it was filled with.
        text: String,
    },
    /// A variable whose value is not known here.
    Missing {
        /// Its name.
        name: String,
    },
    /// A blank that the seller has not filled in.
    Blank {
        /// Its name.
        name: String,
    },
}

/// A phrase with its slots filled in as far as possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Filled {
    /// Its parts in order.
    pub parts: Vec<FilledPart>,
    /// Names of what lacks, each once.
    pub missing: Vec<String>,
    /// The whole text; a slot that lacks stands in it with its braces.
    pub text: String,
}

impl Filled {
    /// The text to send.
    ///
    /// # Errors
    /// [`Error::Unfilled`] with the names of what lacks.
    pub fn complete(self) -> Result<String> {
        if self.missing.is_empty() { Ok(self.text) } else { Err(Error::Unfilled { names: self.missing }) }
    }
}

/// Fills a phrase. A blank takes what the seller typed for its name; a variable that is not known here may be
/// typed by hand as well.
///
/// # Errors
/// As [`parts`].
pub fn fill(text: &str, values: &Values, typed: &BTreeMap<String, String>) -> Result<Filled> {
    let mut filled = Filled { parts: Vec::new(), missing: Vec::new(), text: String::new() };
    for part in parts(text)? {
        let (name, value, is_blank) = match part {
            Part::Text(text) => {
                filled.text.push_str(&text);
                filled.parts.push(FilledPart::Text { text });
                continue;
            }
            Part::Variable(variable) => (variable.name().to_owned(), values.get(&variable).map(String::as_str), false),
            Part::Blank(name) => (name, None, true),
        };
        let by_hand = typed.get(&name).map(|t| t.trim());
        match by_hand.filter(|t| !t.is_empty()).or(value.filter(|v| !v.trim().is_empty())) {
            Some(text) => {
                filled.text.push_str(text);
                filled.parts.push(FilledPart::Filled { name, text: text.to_owned() });
            }
            None => {
                filled.text.push_str(&format!("{{{name}}}"));
                if !filled.missing.contains(&name) {
                    filled.missing.push(name.clone());
                }
                filled.parts.push(if is_blank { FilledPart::Blank { name } } else { FilledPart::Missing { name } });
            }
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lacks_is_named_and_keeps_the_text_from_being_sent() {
        let values = Values::from([(Variable::AddressAs, "小满姐".to_owned()), (Variable::OrderNumber, "  ".to_owned())]);
        let text = "{customer.address_as}，{order.number} 的{破损位置}……{破损位置}";
        let filled = fill(text, &values, &BTreeMap::new()).unwrap();
        assert_eq!(filled.missing, ["order.number", "破损位置"]);
        assert_eq!(filled.text, "小满姐，{order.number} 的{破损位置}……{破损位置}");
        match filled.complete() {
            Err(Error::Unfilled { names }) => assert_eq!(names, ["order.number", "破损位置"]),
            other => panic!("{other:?}"),
        }
        let typed = BTreeMap::from([("破损位置".to_owned(), "杯口".to_owned()), ("order.number".to_owned(), "88".to_owned())]);
        assert_eq!(fill(text, &values, &typed).unwrap().complete().unwrap(), "小满姐，88 的杯口……杯口");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        let values = Values::from([(Variable::CustomerName, "{order.paid}".to_owned())]);
        assert_eq!(fill("{customer.name}", &values, &BTreeMap::new()).unwrap().complete().unwrap(), "{order.paid}");
    }
}
