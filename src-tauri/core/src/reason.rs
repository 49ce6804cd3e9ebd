//! Why something cannot be: stable words, and what each says in English. The window has its own words for them, in both
//! languages; this list is what it is tested against.

/// Every code of an error ([`Error::code`](crate::Error::code)), and `internal`, which the window says of what is no error of
/// the core. In alphabetical order.
pub const CODES: &[&str] = &[
    "ambiguous_dates",
    "ambiguous_region",
    "backup_changed",
    "backup_failed",
    "bad_mapping",
    "bad_template",
    "bad_value",
    "bad_workbook",
    "cancelled",
    "cannot_open",
    "cell_too_long",
    "corrupt",
    "database",
    "disk_failed",
    "disk_full",
    "empty_file",
    "exists",
    "file_changed",
    "file_error",
    "file_missing",
    "file_too_large",
    "foreign_shop",
    "header_only",
    "held_back",
    "in_use",
    "internal",
    "mapping_needed",
    "missing_template",
    "missing_volume",
    "missing_weight",
    "mixed_currencies",
    "newer_shop",
    "no_permission",
    "no_rule_for_region",
    "not_a_file",
    "not_a_shop",
    "not_a_table",
    "not_delivered",
    "not_found",
    "not_replaced",
    "nothing_to_undo",
    "overflow",
    "overlapping_rules",
    "plan_stale",
    "platform_file",
    "read_only_folder",
    "refused",
    "review_refused",
    "several_shops",
    "still_running",
    "stored_value",
    "too_many_columns",
    "too_many_sheets",
    "unclosed_quote",
    "undecodable",
    "undo_conflict",
    "unencodable",
    "unfilled",
    "unknown_encoding",
    "unknown_method",
    "unknown_platform",
    "unknown_region",
    "which_shop",
    "workbook_too_large",
    "zero_step",
];

/// Why a value cannot be ([`Error::BadValue`](crate::Error::BadValue)), each with its sentence.
pub const OF_VALUES: &[(&str, &str)] = &[
    ("above_100", "it is above 100"),
    ("blank", "it is empty"),
    ("blank_or_long", "it is empty or too long"),
    ("courier_takes_money", "a courier's price list cannot give anything away"),
    ("day", "there is no such day"),
    ("empty_slot", "there is nothing between the braces"),
    ("ends_before_it_begins", "it cannot end before it begins"),
    ("far_time", "the date is too far away; check the year"),
    ("in_future", "it lies in the future"),
    ("in_past", "it lies in the past"),
    ("incentive", "it offers something for a review"),
    ("leap_is_lunar", "only a lunar month can be a leap month"),
    ("makes_nothing_good", "it only owns the fault; say what makes it good, too"),
    ("masked_or_blank", "it is empty, or the platform hides it"),
    ("month", "there is no such month"),
    ("negative", "it is below zero"),
    ("no_length", "beginning and end are the same"),
    ("no_such_column", "the file has no such column"),
    ("no_such_day", "there is no such day"),
    ("no_such_time", "there is no such time of day"),
    ("no_working_day", "no day of the week is left"),
    ("nobody", "it is about nobody"),
    ("not_a_date", "it is not a date"),
    ("not_a_day", "it is not a day; write it as 2026-03-02"),
    ("not_a_number", "it is not a number"),
    ("not_a_table", "it is not a table"),
    ("not_a_volume", "it is not a volume; write it as 500cm3 or 0.5L"),
    ("not_a_weight", "it is not a weight; write it as 500g or 1kg"),
    ("not_an_amount", "it is not an amount of money"),
    ("not_an_email", "it is not an e-mail address"),
    ("not_for_buyers", "a courier's price list is not what buyers pay"),
    ("not_json", "it is not JSON"),
    ("nul", "it has a character that no text has (NUL)"),
    ("one_to_365_days", "it is not from 1 to 365 days"),
    ("one_to_five", "it is not from 1 to 5"),
    ("one_to_seven", "it is not from 1 to 7 days"),
    ("orders_read_in_it", "orders were read with it"),
    ("other_kind", "one of this name is of another kind"),
    ("out_of_range", "it is out of range"),
    ("own_file", "it is the shop's own file"),
    ("tied_to_review", "what is given for a fault cannot depend on a review"),
    ("too_long", "it is too long"),
    ("too_many_rows", "there are too many rows"),
    ("unclosed_brace", "a brace is not closed"),
    ("unknown", "there is no such thing"),
    ("unknown_variable", "there is no such variable"),
    ("year", "there is no such year"),
    ("yes_or_no", "it is neither yes nor no"),
];

/// Why the follow-up of a review does not allow something ([`Error::ReviewRefused`](crate::Error::ReviewRefused)).
pub const OF_REVIEWS: &[(&str, &str)] = &[
    ("cause_first", "set its cause first"),
    ("contact_first", "contact the buyer first"),
    ("offers_for_review", "the text offers something for a review"),
    ("outcome_first", "say how it ended first"),
    ("private_data", "the text shows private data of the buyer"),
    ("reply_first", "reply first"),
];

/// The sentence of a reason; the word itself where it has none.
pub fn in_words(list: &[(&'static str, &'static str)], reason: &'static str) -> &'static str {
    list.iter().find(|(word, _)| *word == reason).map_or(reason, |(_, sentence)| sentence)
}

/// The name of a field as people read it: `contact at` for `contact.at`.
pub(crate) fn field_in_words(field: &str) -> String {
    field.replace(['.', '_'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// The words behind `reason:` in the sources of a folder.
    fn written(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                written(&path, found);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                for part in text.split("reason: \"").skip(1) {
                    let word = part.split('"').next().unwrap_or_default();
                    if !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
                        found.push((word.to_owned(), path.display().to_string()));
                    }
                }
            }
        }
    }

    #[test]
    fn every_reason_has_its_sentence() {
        let mut found = Vec::new();
        written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 40, "the sources are read");
        let known = |word: &str| OF_VALUES.iter().chain(OF_REVIEWS).any(|(known, _)| *known == word);
        let unknown: Vec<_> = found.iter().filter(|(word, _)| !known(word)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn every_code_is_listed() {
        let source = |file: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file)).unwrap();
        let mut found = vec!["internal".to_owned()];
        for file in ["error.rs", "shipping/fault.rs"] {
            let text = source(file);
            let code = &text[text.find("pub fn code").unwrap()..];
            let code = &code[..code.find("pub fn details").unwrap()];
            found.extend(code.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
        found.sort_unstable();
        found.dedup();
        assert!(found.len() > 60, "the sources are read");
        assert_eq!(found, CODES);
    }

    #[test]
    fn the_lists_are_in_order_and_say_something() {
        for list in [OF_VALUES, OF_REVIEWS] {
            assert!(list.windows(2).all(|two| two[0].0 < two[1].0));
            assert!(list.iter().all(|(word, sentence)| !sentence.contains('_') && sentence.len() > 4 && !word.is_empty()));
        }
        assert_eq!(in_words(OF_VALUES, "one_to_five"), "it is not from 1 to 5");
    }
}
