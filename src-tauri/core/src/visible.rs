//! Characters that nobody sees and that do something: control characters, escape sequences of a terminal, marks that turn
//! the direction of what follows. Buyers' texts and file names have them; they are kept as they are and shown escaped.

use std::borrow::Cow;

/// Whether a character does something instead of being seen. Line breaks and tabs are what they are everywhere.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // C0, DEL and C1.
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => true,
        // Embeddings, overrides and isolates (Unicode Standard Annex 9), line and paragraph separators.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => true,
        _ => false,
    }
}

/// The text with every hidden character written out, as `\u{1b}`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// JSON text in which every hidden character is written as JSON writes it. They stand only inside strings.
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) { out.push_str(&format!("\\u{:04x}", c as u32)) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// A name for a new file that every system takes: nothing hidden, no folder, no name that a system keeps for itself.
pub fn file_name(text: &str) -> String {
    const LONGEST: usize = 80;
    const KEPT: [&str; 4] = ["con", "prn", "aux", "nul"];
    let plain: String =
        text.chars().filter(|c| !is_hidden(*c)).map(|c| if "/\\:*?\"<>|\n\t".contains(c) { '_' } else { c }).take(LONGEST).collect();
    let plain = plain.trim_matches(['.', ' ']);
    let stem = plain.split('.').next().unwrap_or_default().to_lowercase();
    let of_device = ["com", "lpt"].iter().any(|d| stem.strip_prefix(d).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit()));
    if plain.is_empty() || KEPT.contains(&stem.as_str()) || of_device { format!("_{plain}") } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_stays_hidden() {
        let hostile = "\u{1b}[2J\u{1b}]0;x\u{7}张\u{202e}三\u{9b}31m\r\u{2066}好\n\t";
        let shown = escaped(hostile);
        assert_eq!(shown, "\\u{1b}[2J\\u{1b}]0;x\\u{7}张\\u{202e}三\\u{9b}31m\\u{d}\\u{2066}好\n\t");
        assert!(!shown.contains(is_hidden));
        assert!(matches!(escaped("张小满 𠮷 é"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_means_the_same_after_it() {
        let text = "a\u{202e}b\u{9b}c\u{2028}d";
        let json = serde_json::to_string(text).unwrap();
        let shown = escaped_json(&json);
        assert!(!shown.contains(is_hidden));
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }

    #[test]
    fn names_of_files_are_names_everywhere() {
        for (text, name) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("C:\\x", "C__x"),
            ("  .. ", "_"),
            ("con", "_con"),
            ("LPT1.csv", "_LPT1.csv"),
            ("全国包邮", "全国包邮"),
        ] {
            assert_eq!(file_name(text), name, "{text:?}");
        }
        assert_eq!(file_name(&"长".repeat(500)).chars().count(), 80);
    }
}
