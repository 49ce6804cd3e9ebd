//! A file system for SQLite that passes everything on to the default one, and looks at the pages of databases on the way.
//!
//! The layout of what SQLite allocates for an open file: a [`PageFile`], and behind it the default file system's own.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::ptr;
use std::sync::OnceLock;

use rusqlite::{Connection, ffi};

use crate::page::{self, Layout, RESERVED, Seal};

/// The file system's name.
pub const NAME: &CStr = c"zhanggui-pages";

/// Makes [`NAME`] known to SQLite, once for the whole process.
///
/// # Errors
/// SQLite's, where it has no default file system or no memory.
pub fn register() -> rusqlite::Result<()> {
    static DONE: OnceLock<c_int> = OnceLock::new();
    match *DONE.get_or_init(register_once) {
        ffi::SQLITE_OK => Ok(()),
        code => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)),
    }
}

fn register_once() -> c_int {
    // SAFETY: a null name asks for the default file system, which lives as long as the process.
    let base = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
    if base.is_null() {
        return ffi::SQLITE_ERROR;
    }
    // SAFETY: SQLite gave this pointer; a registered file system is never freed or changed while it is registered.
    let (known, below) = unsafe { ((*base).mxPathname, (*base).szOsFile) };
    let ours = Box::leak(Box::new(ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: size_of::<PageFile>() as c_int + below,
        mxPathname: known,
        pNext: ptr::null_mut(),
        zName: NAME.as_ptr(),
        pAppData: base.cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        // Extensions are never loaded.
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(get_last_error),
        xCurrentTimeInt64: Some(current_time_int64),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }));
    // SAFETY: `ours` is leaked, so that it outlives every connection.
    unsafe { ffi::sqlite3_vfs_register(ours, 0) }
}

/// Lets the pages of a new file leave room for a checksum, and those of the next `VACUUM INTO` of an old one. Call it
/// before anything is written.
///
/// # Errors
/// SQLite's.
pub fn reserve(connection: &Connection) -> rusqlite::Result<()> {
    let mut bytes = RESERVED as c_int;
    // SAFETY: the handle is valid while the connection is borrowed; the operation reads and writes one int.
    let code = unsafe {
        ffi::sqlite3_file_control(connection.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_RESERVE_BYTES, (&raw mut bytes).cast())
    };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)) }
}

/// An open database. SQLite sees its first field, and aligns what it allocates for a file to eight bytes.
#[repr(C, align(8))]
struct PageFile {
    base: ffi::sqlite3_file,
    /// Known once the header was read or written.
    layout: Option<Layout>,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Without xFetch: mapped pages would be read past the checksums.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The default file system's own part of an open database.
///
/// # Safety
/// `file` was opened by [`open`] as a [`PageFile`].
unsafe fn below(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: szOsFile made room for both, one behind the other; PageFile's size is a multiple of its alignment.
    unsafe { file.byte_add(size_of::<PageFile>()) }
}

/// Calls a method of the default file system's file; one that it does not have answers `$missing`.
macro_rules! pass_on {
    ($file:ident, $method:ident, $missing:expr $(, $argument:expr)*) => {{
        // SAFETY: only files opened as a PageFile have METHODS; the methods below it are set while it is open.
        unsafe {
            let below = below($file);
            match (*(*below).pMethods).$method {
                Some(method) => method(below $(, $argument)*),
                None => $missing,
            }
        }
    }};
}

/// The default file system.
///
/// # Safety
/// `vfs` is the one registered by [`register_once`].
unsafe fn base(vfs: *mut ffi::sqlite3_vfs) -> *mut ffi::sqlite3_vfs {
    // SAFETY: pAppData was set to the default file system.
    unsafe { (*vfs).pAppData.cast() }
}

/// Calls a function of the default file system.
macro_rules! ask_base {
    ($vfs:ident, $method:ident, $missing:expr $(, $argument:expr)*) => {{
        // SAFETY: SQLite calls with the file system that was registered, and base outlives it.
        unsafe {
            let base = base($vfs);
            match (*base).$method {
                Some(method) => method(base $(, $argument)*),
                None => $missing,
            }
        }
    }};
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // Journals, logs and temporary files are the default file system's alone.
    if flags & ffi::SQLITE_OPEN_MAIN_DB == 0 {
        return ask_base!(vfs, xOpen, ffi::SQLITE_CANTOPEN, name, file, flags, out_flags);
    }
    // SAFETY: SQLite allocated szOsFile bytes for this file, zeroed or not; both parts are written before use.
    let real = unsafe {
        file.cast::<PageFile>().write(PageFile { base: ffi::sqlite3_file { pMethods: ptr::null() }, layout: None });
        let real = below(file);
        (*real).pMethods = ptr::null();
        real
    };
    let code = ask_base!(vfs, xOpen, ffi::SQLITE_CANTOPEN, name, real, flags, out_flags);
    // SAFETY: as above. SQLite closes a file exactly where it has methods, whether or not opening went well.
    unsafe {
        if !(*real).pMethods.is_null() {
            (*file).pMethods = &raw const METHODS;
        }
    }
    code
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    ask_base!(vfs, xDelete, ffi::SQLITE_IOERR_DELETE, name, sync_folder)
}

unsafe extern "C" fn access(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    ask_base!(vfs, xAccess, ffi::SQLITE_IOERR_ACCESS, name, flags, out)
}

unsafe extern "C" fn full_pathname(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, bytes: c_int, out: *mut c_char) -> c_int {
    ask_base!(vfs, xFullPathname, ffi::SQLITE_CANTOPEN, name, bytes, out)
}

unsafe extern "C" fn randomness(vfs: *mut ffi::sqlite3_vfs, bytes: c_int, out: *mut c_char) -> c_int {
    ask_base!(vfs, xRandomness, 0, bytes, out)
}

unsafe extern "C" fn sleep(vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    ask_base!(vfs, xSleep, 0, microseconds)
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    ask_base!(vfs, xCurrentTime, ffi::SQLITE_ERROR, out)
}

unsafe extern "C" fn get_last_error(vfs: *mut ffi::sqlite3_vfs, bytes: c_int, out: *mut c_char) -> c_int {
    ask_base!(vfs, xGetLastError, 0, bytes, out)
}

unsafe extern "C" fn current_time_int64(vfs: *mut ffi::sqlite3_vfs, out: *mut ffi::sqlite3_int64) -> c_int {
    ask_base!(vfs, xCurrentTimeInt64, ffi::SQLITE_ERROR, out)
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    pass_on!(file, xClose, ffi::SQLITE_OK)
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, buffer: *mut c_void, bytes: c_int, offset: ffi::sqlite3_int64) -> c_int {
    let code = pass_on!(file, xRead, ffi::SQLITE_IOERR_READ, buffer, bytes, offset);
    if code != ffi::SQLITE_OK {
        return code;
    }
    // SAFETY: the read filled `bytes` bytes of the buffer, which is SQLite's to be written to; the file was opened as a
    // PageFile.
    let (content, layout) =
        unsafe { (std::slice::from_raw_parts_mut(buffer.cast::<u8>(), bytes as usize), &mut (*file.cast::<PageFile>()).layout) };
    if offset == 0 {
        learn(layout, content);
    }
    if let Some(number) = layout.filter(|l| l.has_room).and_then(|l| l.page_at(offset, content.len())) {
        match page::look_at(content, number) {
            Seal::Fits => page::unseal(content),
            Seal::Broken => return ffi::SQLITE_IOERR_DATA,
            Seal::None => {}
        }
    }
    ffi::SQLITE_OK
}

thread_local! {
    /// SQLite's own page is not changed; this is where its copy is sealed.
    static COPY: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, buffer: *const c_void, bytes: c_int, offset: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite gives `bytes` bytes to write; the file was opened as a PageFile.
    let (content, layout) =
        unsafe { (std::slice::from_raw_parts(buffer.cast::<u8>(), bytes as usize), &mut (*file.cast::<PageFile>()).layout) };
    if offset == 0 {
        learn(layout, content);
    }
    let Some(number) = layout.filter(|l| l.has_room).and_then(|l| l.page_at(offset, content.len())) else {
        return pass_on!(file, xWrite, ffi::SQLITE_IOERR_WRITE, buffer, bytes, offset);
    };
    COPY.with_borrow_mut(|copy| {
        copy.clear();
        copy.extend_from_slice(content);
        page::seal(copy, number);
        pass_on!(file, xWrite, ffi::SQLITE_IOERR_WRITE, copy.as_ptr().cast(), bytes, offset)
    })
}

/// Takes the layout from the first bytes of the file. Once its pages have room they keep it: a header that says
/// otherwise later is a damaged one, and is compared with its checksum like any page.
fn learn(layout: &mut Option<Layout>, head: &[u8]) {
    if !layout.is_some_and(|l| l.has_room)
        && let Some(found) = Layout::read(head)
    {
        *layout = Some(found);
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    pass_on!(file, xTruncate, ffi::SQLITE_IOERR_TRUNCATE, size)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    pass_on!(file, xSync, ffi::SQLITE_IOERR_FSYNC, flags)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut ffi::sqlite3_int64) -> c_int {
    pass_on!(file, xFileSize, ffi::SQLITE_IOERR_FSTAT, out)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass_on!(file, xLock, ffi::SQLITE_IOERR_LOCK, level)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass_on!(file, xUnlock, ffi::SQLITE_IOERR_UNLOCK, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    pass_on!(file, xCheckReservedLock, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK, out)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    pass_on!(file, xFileControl, ffi::SQLITE_NOTFOUND, operation, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    pass_on!(file, xSectorSize, 0)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // Parts of pages are not read alone: they could not be compared with anything.
    pass_on!(file, xDeviceCharacteristics, 0) & !ffi::SQLITE_IOCAP_SUBPAGE_READ
}

unsafe extern "C" fn shm_map(file: *mut ffi::sqlite3_file, region: c_int, bytes: c_int, extend: c_int, out: *mut *mut c_void) -> c_int {
    pass_on!(file, xShmMap, ffi::SQLITE_IOERR_SHMMAP, region, bytes, extend, out)
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    pass_on!(file, xShmLock, ffi::SQLITE_IOERR_SHMLOCK, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    pass_on!(file, xShmBarrier, ());
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    pass_on!(file, xShmUnmap, ffi::SQLITE_OK, delete)
}
