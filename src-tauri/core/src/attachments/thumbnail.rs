//! Small pictures of pictures, made under a limit of memory.

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::storage::files::thumbnail_path;
use crate::task::{Phase, Task};

/// Longest side of a small picture, in pixels.
const LONGEST: u32 = 320;
/// Longest side of a picture that is read.
const MOST_PIXELS: u32 = 12_000;
/// A picture may unpack to this many bytes: 55 million pixels of three colours. Decoders of some formats need up to twice
/// as much again.
const MOST_BYTES: u64 = 160 << 20;

/// Why a picture has no small one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum NoThumbnail {
    /// It unpacks to more than is read.
    TooLarge,
    /// It cannot be read as a picture.
    Unreadable,
}

/// Makes the small picture of a picture beside it. One that is too large or cannot be read has none; it is kept as it is.
///
/// # Errors
/// [`Error::Cancelled`].
pub(crate) fn write(folder: &Path, file: &str, task: &Task) -> Result<()> {
    let target = thumbnail_path(folder, file);
    if target.exists() {
        return Ok(());
    }
    // A decoder that panics has found a broken picture.
    let made = catch_unwind(AssertUnwindSafe(|| small(&folder.join(file), task)));
    task.step(Phase::Copying, 0, 0)?;
    let saved = made.unwrap_or_else(|_| Err(unreadable())).and_then(|picture| {
        let partial = tempfile::Builder::new().suffix(".jpg").tempfile_in(folder)?;
        picture.to_rgb8().save(partial.path())?;
        partial.persist(&target).map_err(|e| e.error)?;
        Ok(())
    });
    if let Err(error) = saved {
        tracing::info!(%error, "a picture has no thumbnail");
    }
    Ok(())
}

/// Why a picture without a small one has none, by its head alone.
pub(crate) fn why_none(path: &Path) -> NoThumbnail {
    match catch_unwind(|| decoder(BufReader::new(File::open(path)?)).map(drop)) {
        Ok(Err(ImageError::Limits(_))) => NoThumbnail::TooLarge,
        _ => NoThumbnail::Unreadable,
    }
}

fn unreadable() -> ImageError {
    ImageError::IoError(std::io::ErrorKind::InvalidData.into())
}

fn small(path: &Path, task: &Task) -> image::ImageResult<DynamicImage> {
    let mut decoder = decoder(BufReader::new(Watched { file: File::open(path)?, task }))?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?.thumbnail(LONGEST, LONGEST);
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// A decoder of a picture that was found to stay within the limits before anything of it is unpacked.
fn decoder<'r, R: std::io::BufRead + Seek + 'r>(from: R) -> image::ImageResult<impl ImageDecoder + 'r> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_BYTES);
    let mut reader = ImageReader::new(from).with_guessed_format()?;
    reader.limits(limits.clone());
    let decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    Ok(decoder)
}

/// A file that cannot be read any further once the seller cancelled.
struct Watched<'t> {
    file: File,
    task: &'t Task,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.task.step(Phase::Copying, 0, 0).map_err(|_| std::io::Error::other("cancelled"))?;
        self.file.read(buffer)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

/// The small picture of a file as JPEG; `None` where it has none.
pub(crate) fn read(folder: &Path, file: &str) -> Result<Option<Vec<u8>>> {
    let path = thumbnail_path(folder, file);
    match fs::read(&path) {
        Ok(jpeg) => Ok(Some(jpeg)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::file(&path, e)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A PNG that says it has so many pixels and holds none of them.
    fn claimed(path: &Path, width: u32, height: u32, depth: u8) {
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        header.extend([depth, 6, 0, 0, 0]);
        let mut file = File::create(path).unwrap();
        file.write_all(b"\x89PNG\r\n\x1a\n\0\0\0\r").unwrap();
        file.write_all(&header).unwrap();
        let mut sum = !0u32;
        for byte in &header {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
            }
        }
        file.write_all(&(!sum).to_be_bytes()).unwrap();
        file.write_all(b"\0\0\0\0IDAT\x35\xaf\x06\x1e").unwrap();
    }

    #[test]
    fn a_picture_that_unpacks_to_gigabytes_is_not_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        for (name, width, height, depth) in [("a.png", 30_000, 30_000, 8), ("b.png", 11_000, 11_000, 16), ("c.png", 12_001, 10, 8)] {
            let path = folder.path().join(name);
            claimed(&path, width, height, depth);
            write(folder.path(), name, &Task::quiet()).unwrap();
            assert_eq!(why_none(&path), NoThumbnail::TooLarge, "{name}");
            assert_eq!(read(folder.path(), name).unwrap(), None);
        }
        fs::write(folder.path().join("d.png"), b"\x89PNG\r\n\x1a\nnothing").unwrap();
        write(folder.path(), "d.png", &Task::quiet()).unwrap();
        assert_eq!(why_none(&folder.path().join("d.png")), NoThumbnail::Unreadable);
    }

    #[test]
    fn a_small_picture_can_be_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        image::RgbImage::from_pixel(900, 600, image::Rgb([1, 2, 3])).save(folder.path().join("a.png")).unwrap();
        let task = Task::quiet();
        task.cancel();
        assert!(matches!(write(folder.path(), "a.png", &task), Err(Error::Cancelled)));
        assert_eq!(read(folder.path(), "a.png").unwrap(), None);
        write(folder.path(), "a.png", &Task::quiet()).unwrap();
        assert!(read(folder.path(), "a.png").unwrap().is_some());
    }
}
