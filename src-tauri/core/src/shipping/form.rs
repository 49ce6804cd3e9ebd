//! A template as the seller fills it in: every number is text with its unit until it is understood.

use serde::{Deserialize, Serialize};

use super::quantity::{self, Unit};
use super::template::{Bound, Combine, FreeCondition, Measure, Method, NoDelivery, Payer, Place, Rule, Template, When};
use crate::money::{Currency, DecimalMark, parse_amount, to_decimal};
use crate::regions::RegionCode;

/// A template being edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)] // as `Template`, with numbers as text
pub struct TemplateForm {
    pub name: String,
    pub origin: Option<RegionCode>,
    pub payer: Payer,
    pub measure: Measure,
    pub combine: Combine,
    pub volumetric_divisor: String,
    pub valid_from: String,
    pub currency: Currency,
    pub methods: Vec<MethodForm>,
}

/// A method being edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct MethodForm {
    pub method: String,
    pub rules: Vec<RuleForm>,
    pub free: Vec<FreeForm>,
    pub no_delivery: Vec<NoDelivery>,
}

/// A rule being edited: `1 kg`, `8.00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct RuleForm {
    pub regions: Vec<Place>,
    #[serde(default)]
    pub except: Vec<RegionCode>,
    pub first: String,
    pub first_fee: String,
    pub step: String,
    pub step_fee: String,
}

/// A free condition being edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct FreeForm {
    pub regions: Vec<Place>,
    #[serde(default)]
    pub except: Vec<RegionCode>,
    /// Whether all bounds are needed; otherwise any one is enough.
    pub all: bool,
    pub bounds: Vec<BoundForm>,
}

/// A bound being edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct BoundForm {
    pub kind: BoundKind,
    pub value: String,
}

/// What a bound is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // as `Bound`
pub enum BoundKind {
    AmountAtLeast,
    PiecesAtLeast,
    WeightAtMost,
    WeightAtLeast,
}

/// A field that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct FormError {
    /// Where: `methods[0].rules[1].first`.
    pub place: String,
    /// What stands there.
    pub value: String,
    /// `not_a_weight`, `not_a_volume`, `not_a_number`, `not_an_amount`.
    pub reason: String,
}

impl TemplateForm {
    /// An empty template: one fee for all of the country, one method.
    pub fn blank(currency: Currency) -> TemplateForm {
        let rule = RuleForm {
            regions: vec![Place::Default],
            except: Vec::new(),
            first: "1".into(),
            first_fee: String::new(),
            step: "1".into(),
            step_fee: "0".into(),
        };
        TemplateForm {
            name: String::new(),
            origin: None,
            payer: Payer::Buyer,
            measure: Measure::Piece,
            combine: Combine::Sum,
            volumetric_divisor: String::new(),
            valid_from: String::new(),
            currency,
            methods: vec![MethodForm { method: "express".into(), rules: vec![rule], free: Vec::new(), no_delivery: Vec::new() }],
        }
    }

    /// A stored template as a form.
    pub fn of(template: &Template) -> TemplateForm {
        let amount = |minor: i64| {
            let text = to_decimal(minor, template.currency);
            text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
        };
        let quantity = |value: i64| quantity_text(template.measure, value);
        let weight = quantity::weight_text;
        let bound = |bound: &Bound| match *bound {
            Bound::AmountAtLeast(n) => BoundForm { kind: BoundKind::AmountAtLeast, value: amount(n) },
            Bound::PiecesAtLeast(n) => BoundForm { kind: BoundKind::PiecesAtLeast, value: n.to_string() },
            Bound::WeightAtMost(n) => BoundForm { kind: BoundKind::WeightAtMost, value: weight(n) },
            Bound::WeightAtLeast(n) => BoundForm { kind: BoundKind::WeightAtLeast, value: weight(n) },
        };
        let rule = |r: &Rule| RuleForm {
            regions: r.regions.clone(),
            except: r.except.clone(),
            first: quantity(r.first),
            first_fee: amount(r.first_fee),
            step: quantity(r.step),
            step_fee: amount(r.step_fee),
        };
        let free = |f: &FreeCondition| FreeForm {
            regions: f.regions.clone(),
            except: f.except.clone(),
            all: matches!(f.when, When::All(_)),
            bounds: f.when.bounds().iter().map(bound).collect(),
        };
        TemplateForm {
            name: template.name.clone(),
            origin: template.origin,
            payer: template.payer,
            measure: template.measure,
            combine: template.combine,
            volumetric_divisor: template.volumetric_divisor.map(|d| d.to_string()).unwrap_or_default(),
            valid_from: template.valid_from.clone().unwrap_or_default(),
            currency: template.currency,
            methods: template
                .methods
                .iter()
                .map(|m| MethodForm {
                    method: m.method.clone(),
                    rules: m.rules.iter().map(rule).collect(),
                    free: m.free.iter().map(free).collect(),
                    no_delivery: m.no_delivery.clone(),
                })
                .collect(),
        }
    }

    /// The template it says, or every field that is not understood.
    ///
    /// # Errors
    /// All such fields.
    pub fn read(&self) -> Result<Template, Vec<FormError>> {
        let mut reader = Reader { form: self, errors: Vec::new() };
        let volumetric_divisor = match self.volumetric_divisor.trim() {
            "" => None,
            text => Some(reader.whole("volumetric_divisor", text)),
        };
        let methods = self.methods.iter().enumerate().map(|(at, m)| reader.method(at, m)).collect();
        let template = Template {
            name: self.name.trim().to_owned(),
            origin: self.origin,
            payer: self.payer,
            measure: self.measure,
            combine: self.combine,
            volumetric_divisor,
            valid_from: Some(self.valid_from.trim().to_owned()).filter(|d| !d.is_empty()),
            currency: self.currency,
            methods,
        };
        if reader.errors.is_empty() { Ok(template) } else { Err(reader.errors) }
    }
}

fn quantity_text(measure: Measure, value: i64) -> String {
    match measure {
        Measure::Weight => quantity::weight_text(value),
        Measure::Volume => format!("{value} cm³"),
        Measure::Piece => value.to_string(),
    }
}

/// What a field of quantities understands, in the way it shows it: `1斤` is `500 g`; `None` where it does not.
pub fn understood(measure: Measure, text: &str) -> Option<String> {
    let value = match measure {
        Measure::Piece => crate::money::parse_decimal(text.trim().trim_end_matches('件').trim(), 0, DecimalMark::Point),
        Measure::Weight => quantity::grams_in(text, Unit::Kilogram),
        Measure::Volume => quantity::cubic_centimetres(text),
    };
    value.filter(|v| *v >= 0).map(|value| quantity_text(measure, value))
}

struct Reader<'f> {
    form: &'f TemplateForm,
    errors: Vec<FormError>,
}

impl Reader<'_> {
    fn kept(&mut self, place: &str, text: &str, value: Option<i64>, reason: &str) -> i64 {
        match value.filter(|v| *v >= 0) {
            Some(value) => value,
            None => {
                self.errors.push(FormError { place: place.to_owned(), value: text.to_owned(), reason: reason.to_owned() });
                0
            }
        }
    }

    fn whole(&mut self, place: &str, text: &str) -> i64 {
        let number = crate::money::parse_decimal(text.trim(), 0, DecimalMark::Point);
        self.kept(place, text, number, "not_a_number")
    }

    fn amount(&mut self, place: &str, text: &str) -> i64 {
        let currency = self.form.currency;
        let amount = parse_amount(text, currency, DecimalMark::Point).filter(|a| a.currency.is_none_or(|c| c == currency));
        self.kept(place, text, amount.map(|a| a.minor), "not_an_amount")
    }

    fn quantity(&mut self, place: &str, text: &str, measure: Measure) -> i64 {
        match measure {
            Measure::Piece => self.whole(place, text.trim().trim_end_matches('件')),
            Measure::Weight => self.kept(place, text, quantity::grams_in(text, Unit::Kilogram), "not_a_weight"),
            Measure::Volume => self.kept(place, text, quantity::cubic_centimetres(text), "not_a_volume"),
        }
    }

    fn method(&mut self, at: usize, method: &MethodForm) -> Method {
        let measure = self.form.measure;
        let path = format!("methods[{at}]");
        let rules = method.rules.iter().enumerate().map(|(index, rule)| {
            let path = format!("{path}.rules[{index}]");
            Rule {
                regions: rule.regions.clone(),
                except: rule.except.clone(),
                first: self.quantity(&format!("{path}.first"), &rule.first, measure),
                first_fee: self.amount(&format!("{path}.first_fee"), &rule.first_fee),
                step: self.quantity(&format!("{path}.step"), &rule.step, measure),
                step_fee: self.amount(&format!("{path}.step_fee"), &rule.step_fee),
            }
        });
        let rules = rules.collect();
        let free = method.free.iter().enumerate().map(|(index, free)| {
            let bounds = free.bounds.iter().enumerate().map(|(position, bound)| {
                let place = format!("{path}.free[{index}].bounds[{position}]");
                match bound.kind {
                    BoundKind::AmountAtLeast => Bound::AmountAtLeast(self.amount(&place, &bound.value)),
                    BoundKind::PiecesAtLeast => Bound::PiecesAtLeast(self.quantity(&place, &bound.value, Measure::Piece)),
                    BoundKind::WeightAtMost => Bound::WeightAtMost(self.quantity(&place, &bound.value, Measure::Weight)),
                    BoundKind::WeightAtLeast => Bound::WeightAtLeast(self.quantity(&place, &bound.value, Measure::Weight)),
                }
            });
            let bounds: Vec<Bound> = bounds.collect();
            FreeCondition {
                regions: free.regions.clone(),
                except: free.except.clone(),
                when: if free.all { When::All(bounds) } else { When::Any(bounds) },
            }
        });
        let free = free.collect();
        Method { method: method.method.trim().to_owned(), rules, free, no_delivery: method.no_delivery.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_survives_being_a_form() {
        let text = r#"{"name": "T", "origin": "330100", "payer": "buyer", "measure": "weight", "combine": "max", "volumetric_divisor": 6000,
            "valid_from": "2026-01-01", "methods": [{"method": "express",
            "rules": [{"regions": ["default"], "first": 1300, "first_fee": 850, "step": 500, "step_fee": 300}],
            "free": [{"regions": ["330000"], "any": [{"amount_at_least": 9900}, {"pieces_at_least": 3}, {"weight_at_most": 3000}]}],
            "no_delivery": [{"regions": ["710000"], "reason": "x"}]}]}"#;
        let template: Template = serde_json::from_str(text).unwrap();
        let form = TemplateForm::of(&template);
        assert_eq!((form.methods[0].rules[0].first.as_str(), form.methods[0].rules[0].first_fee.as_str()), ("1.3 kg", "8.50"));
        assert_eq!(form.read().unwrap(), template);
    }

    #[test]
    fn a_field_says_what_it_understood() {
        for (text, said) in
            [("1", Some("1 kg")), ("1斤", Some("500 g")), ("1.5公斤", Some("1.5 kg")), ("500g", Some("500 g")), ("viel", None)]
        {
            assert_eq!(understood(Measure::Weight, text).as_deref(), said, "{text}");
        }
        assert_eq!(understood(Measure::Piece, "3件").as_deref(), Some("3"));
    }

    #[test]
    fn every_field_that_is_not_understood_is_named() {
        let mut form = TemplateForm::blank(Currency::CNY);
        form.measure = Measure::Weight;
        form.methods[0].rules[0].first = "viel".into();
        form.methods[0].rules[0].step_fee = "-3".into();
        let errors = form.read().unwrap_err();
        let named: Vec<(&str, &str)> = errors.iter().map(|e| (e.place.as_str(), e.reason.as_str())).collect();
        assert_eq!(
            named,
            [
                ("methods[0].rules[0].first", "not_a_weight"),
                ("methods[0].rules[0].first_fee", "not_an_amount"),
                ("methods[0].rules[0].step_fee", "not_an_amount")
            ]
        );
    }
}
