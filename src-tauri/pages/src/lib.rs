//! SQLite files whose pages carry checksums.
//!
//! SQLite notices when the structure of a file is broken, but not when a letter of a text or a digit of an amount
//! changed on the disk. Files opened through [`NAME`] keep a checksum in the last [`RESERVED`] bytes of every page:
//! it is written with the page and compared when the page is read, so that a changed page is an error
//! (`SQLITE_IOERR_DATA`) and never an answer. This is the idea of SQLite's own checksum VFS, which is not part of
//! the amalgamation; the checksum here is XXH3 over the page's content, seeded with the page's number, so that a
//! page that lies in another page's place is noticed too.
//!
//! - [`register`] makes [`NAME`] known to SQLite; [`reserve`] makes a new file, or the next `VACUUM INTO`, leave room.
//! - A file tells by its own header (byte 20) whether its pages leave that room. Other files are read and written
//!   through [`NAME`] as through any file system.
//! - [`scan`] reads a whole file and names the pages that are not what they were; [`seal`] writes the checksums of a
//!   file that something else wrote (a copy made by SQLite's backup, or by `VACUUM INTO`).
//!
//! The write-ahead log has checksums of its own, which SQLite looks at when it recovers a log; pages are sealed
//! on their way from the log into the file. Sessions and backups work above this layer and need nothing.
//!
//! Another program that moves pages from a log into the file, or writes the whole file anew, leaves pages without a
//! checksum. They are read as they are, [`scan`] counts them, and they get one when they are next written. A program that
//! changes a sealed page and leaves its checksum has broken it.

mod page;
mod vfs;
mod whole_file;

pub use page::{Layout, RESERVED};
pub use vfs::{NAME, register, reserve};
pub use whole_file::{Scan, scan, seal};
