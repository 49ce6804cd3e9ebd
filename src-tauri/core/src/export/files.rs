//! Files that are whole or not there: written beside their place, synced, then renamed into it.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::error::{Error, Result};

/// Writes a file through `write`; the target is replaced only when all of it is on disk.
///
/// # Errors
/// Those of `write` and of the file system; then the target is as before.
pub fn write_whole<T>(target: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> Result<T>) -> Result<T> {
    let failed = |e| Error::file(target, e);
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new().prefix(".zhanggui-").tempfile_in(folder).map_err(failed)?;
    let mut buffered = BufWriter::with_capacity(1 << 16, temporary.as_file());
    let value = write(&mut buffered)?;
    std::io::Write::flush(&mut buffered).map_err(failed)?;
    drop(buffered);
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(target).map_err(|e| failed(e.error))?;
    #[cfg(unix)]
    File::open(folder).and_then(|f| f.sync_all()).map_err(failed)?;
    Ok(value)
}

/// Writes a text file whole.
///
/// # Errors
/// Those of the file system; then the target is as before.
pub fn write_text(target: &Path, text: &str) -> Result<()> {
    write_whole(target, |file| std::io::Write::write_all(file, text.as_bytes()).map_err(|e| Error::file(target, e)))
}
