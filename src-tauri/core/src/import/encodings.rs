//! The encodings of text files, by the names that sellers know.

use encoding_rs::Encoding;

use crate::error::{Error, Result};

/// The encodings a seller can choose, in the order they are offered.
pub const ENCODINGS: [&Encoding; 7] = [
    encoding_rs::UTF_8,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::UTF_16LE,
    encoding_rs::UTF_16BE,
    encoding_rs::WINDOWS_1252,
    encoding_rs::SHIFT_JIS,
];

/// An encoding's name as sellers know it.
pub fn encoding_label(encoding: &'static Encoding) -> &'static str {
    if encoding == encoding_rs::GB18030 { "GB18030" } else { encoding.name() }
}

/// Finds an encoding by any of its labels; GBK and GB2312 are read as GB18030, which holds them.
///
/// # Errors
/// [`Error::UnknownEncoding`].
pub fn encoding_named(label: &str) -> Result<&'static Encoding> {
    let found = Encoding::for_label(label.trim().as_bytes()).map(|e| if e == encoding_rs::GBK { encoding_rs::GB18030 } else { e });
    match found {
        Some(e) if ENCODINGS.contains(&e) => Ok(e),
        _ => Err(Error::UnknownEncoding(label.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_by_any_name_is_gb18030() {
        for name in ["GBK", "gb2312", "gb18030"] {
            assert_eq!(encoding_named(name).unwrap(), encoding_rs::GB18030);
        }
        assert!(matches!(encoding_named("klingon"), Err(Error::UnknownEncoding(_))));
    }
}
