//! Reading from the one open descriptor of a package: by offset, never by its position, which parents and children share.

use crate::error::{Code, Error, Result};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

/// Large enough that reading is bound by the device, small enough that a few of them are nothing.
pub const CHUNK: usize = 512 * 1024;

/// Length of an open regular file in bytes. Errors: FILE_READ.
pub fn size_of_file(file: &File, path: &Path) -> Result<u64> {
    let status = file.metadata().map_err(|cause| {
        let message = format!("{}: cannot be examined: {cause}", path.display());
        Error::new(Code::FileRead, message).with("file", path.display().to_string()).caused_by(&cause)
    })?;
    if status.is_file() {
        return Ok(status.len());
    }
    let got = if status.is_dir() { "a directory" } else { "no regular file" };
    Err(Error::new(Code::FileRead, format!("{}: is {got}, expected a package", path.display()))
        .with("file", path.display().to_string())
        .with("got", got)
        .with("want", "a regular file"))
}

/// Fills `bytes` from `offset` on. Errors: FILE_READ; FILE_CHANGED where the file has become shorter than it was.
pub fn read_at(file: &File, path: &Path, offset: u64, bytes: &mut [u8]) -> Result<()> {
    let mut at = offset;
    let mut rest = bytes;
    while !rest.is_empty() {
        let count = match read_once(file, at, rest) {
            Ok(0) => return Err(changed(path, at, rest.len())),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(read_error(path, at, &cause)),
        };
        rest = rest.get_mut(count..).unwrap_or_default();
        at = at.saturating_add(count as u64);
    }
    Ok(())
}

/// Bytes of a range, which is within the file, in chunks. Errors: those of `read_at` and of `each`.
pub fn read_range(
    file: &File,
    path: &Path,
    range: Range<u64>,
    each: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    let mut memory = vec![0; length.min(CHUNK)];
    let mut offset = range.start;
    while offset < range.end {
        let left = usize::try_from(range.end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let chunk = memory.get_mut(..left.min(CHUNK)).unwrap_or_default();
        read_at(file, path, offset, chunk)?;
        each(chunk)?;
        offset = offset.saturating_add(chunk.len() as u64);
    }
    Ok(())
}

#[cfg(unix)]
fn read_once(file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_once(file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, offset)
}

#[cold]
fn changed(path: &Path, end: u64, missing: usize) -> Error {
    let (file, want) = (path.display(), end.saturating_add(missing as u64));
    Error::new(Code::FileChanged, format!("{file}: ends at {end}, expected {want}: it was changed while it was read"))
        .with("file", file.to_string())
        .with("offset", end.to_string())
}

#[cold]
fn read_error(path: &Path, offset: u64, cause: &io::Error) -> Error {
    let file = path.display();
    Error::new(Code::FileRead, format!("{file}: cannot be read at {offset}: {cause}"))
        .with("file", file.to_string())
        .with("offset", offset.to_string())
        .caused_by(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_source() -> (File, &'static Path) {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/package/file_reading.rs"));
        (File::open(path).unwrap(), path)
    }

    #[test]
    fn reads_what_is_there_whatever_the_position() {
        let (file, path) = own_source();
        let mut bytes = [0; 8];
        read_at(&file, path, 4, &mut bytes).unwrap();
        assert_eq!(&bytes, b"Reading ");
        let size = size_of_file(&file, path).unwrap();
        let mut whole = Vec::new();
        read_range(&file, path, 0..size, &mut |chunk| {
            whole.extend_from_slice(chunk);
            Ok(())
        })
        .unwrap();
        assert_eq!(whole, include_bytes!("file_reading.rs"));
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error_and_no_short_read() {
        let (file, path) = own_source();
        let size = size_of_file(&file, path).unwrap();
        let error = read_at(&file, path, size - 4, &mut [0; 8]).unwrap_err();
        assert_eq!(error.code(), Code::FileChanged);
        let error = read_range(&file, path, size..size + 1, &mut |_| Ok(())).unwrap_err();
        assert_eq!(error.code(), Code::FileChanged);
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_is_no_package() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"));
        let error = size_of_file(&File::open(path).unwrap(), path).unwrap_err();
        assert_eq!(error.code(), Code::FileRead);
        assert!(error.message().ends_with("is a directory, expected a package"));
    }
}
