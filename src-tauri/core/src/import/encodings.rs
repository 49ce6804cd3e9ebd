//! The encodings of text files, by the names that sellers know.

use encoding_rs::Encoding;

use crate::error::{Error, Result};

/// The encodings a seller can choose, in the order they are offered: those of Chinese files, then of its neighbours, then
/// of the rest of the world by how common they are.
pub const ENCODINGS: [&Encoding; 37] = [
    encoding_rs::UTF_8,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::UTF_16LE,
    encoding_rs::UTF_16BE,
    encoding_rs::SHIFT_JIS,
    encoding_rs::EUC_JP,
    encoding_rs::ISO_2022_JP,
    encoding_rs::EUC_KR,
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_1258,
    encoding_rs::WINDOWS_874,
    encoding_rs::ISO_8859_2,
    encoding_rs::ISO_8859_3,
    encoding_rs::ISO_8859_4,
    encoding_rs::ISO_8859_5,
    encoding_rs::ISO_8859_6,
    encoding_rs::ISO_8859_7,
    encoding_rs::ISO_8859_8,
    encoding_rs::ISO_8859_8_I,
    encoding_rs::ISO_8859_10,
    encoding_rs::ISO_8859_13,
    encoding_rs::ISO_8859_14,
    encoding_rs::ISO_8859_15,
    encoding_rs::ISO_8859_16,
    encoding_rs::KOI8_R,
    encoding_rs::KOI8_U,
    encoding_rs::IBM866,
    encoding_rs::MACINTOSH,
    encoding_rs::X_MAC_CYRILLIC,
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
        for encoding in ENCODINGS {
            assert_eq!(encoding_named(encoding_label(encoding)).unwrap(), encoding);
        }
        assert!(matches!(encoding_named("klingon"), Err(Error::UnknownEncoding(_))));
    }
}
