//! One page: where its checksum stands, and what a header says about all of them.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Bytes that each page reserves for its checksum, at its end.
pub const RESERVED: usize = 8;

/// So much of a file is enough to know its layout.
pub(crate) const HEADER: usize = 100;

/// What the header of an SQLite file says about its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of a page.
    pub page_size: usize,
    /// Whether each page leaves room for a checksum.
    pub has_room: bool,
}

impl Layout {
    /// Reads the first bytes of a file; `None` where they are no header of an SQLite file
    /// (<https://www.sqlite.org/fileformat2.html>, section 1.3).
    pub fn read(head: &[u8]) -> Option<Layout> {
        if head.len() < HEADER || !head.starts_with(b"SQLite format 3\0") {
            return None;
        }
        let page_size = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        (page_size >= 512 && page_size.is_power_of_two()).then_some(Layout { page_size, has_room: usize::from(head[20]) == RESERVED })
    }

    /// The number of the page that a read or write of so many bytes at `offset` is about, counted from 1; `None`
    /// where it is not about one whole page.
    pub(crate) fn page_at(self, offset: i64, bytes: usize) -> Option<u64> {
        let offset = u64::try_from(offset).ok()?;
        (bytes == self.page_size && offset.is_multiple_of(self.page_size as u64)).then(|| offset / self.page_size as u64 + 1)
    }
}

/// The checksum of a page's content.
fn checksum(page: &[u8], number: u64) -> u64 {
    xxh3_64_with_seed(&page[..page.len() - RESERVED], number)
}

/// What a page's end says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// The page is what it was when it was written.
    Fits,
    /// It is not.
    Broken,
    /// It was never sealed: a program that knows nothing of checksums wrote it, or nobody did.
    None,
}

/// Writes a page's checksum into its end. A page of nothing but zeros stays as it is: SQLite leaves such holes
/// without ever writing them.
pub(crate) fn seal(page: &mut [u8], number: u64) {
    let end = page.len() - RESERVED;
    if page[..end].iter().all(|b| *b == 0) {
        page[end..].fill(0);
    } else {
        let sum = checksum(page, number);
        page[end..].copy_from_slice(&sum.to_be_bytes());
    }
}

/// Compares a page with its checksum. An end of zeros is none.
pub(crate) fn look_at(page: &[u8], number: u64) -> Seal {
    let (_, kept) = page.split_at(page.len() - RESERVED);
    match kept.iter().all(|b| *b == 0) {
        true => Seal::None,
        false if checksum(page, number).to_be_bytes() == kept => Seal::Fits,
        false => Seal::Broken,
    }
}

/// Takes the checksum off a page that SQLite has read. So the pages in its memory, and those in its log, never carry
/// one: where another program moves them from the log into the file they are pages without a seal, and not broken ones.
pub(crate) fn unseal(page: &mut [u8]) {
    let end = page.len() - RESERVED;
    page[end..].fill(0);
}
