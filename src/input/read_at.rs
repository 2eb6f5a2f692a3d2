//! Positioned reads, which leave the position of the file alone.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Reads the bytes of `file` at `position` into `buffer`, and returns how many there are: fewer than
/// `buffer` holds only at the end of the file.
pub(super) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], position.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
