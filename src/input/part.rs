//! Whether an input can be cut into parts: only a regular file of plain text can, whose lines begin
//! after newlines and whose bytes can be read from anywhere.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::cut::lines_of;
use super::encoding::Decoding;
use super::format::{Detection, Format, Verdict, is_skippable};
use super::origin::PartOfText;
use super::read_at::read_at;
use super::shard::Shard;
use super::source::SourceOptions;
use crate::error::{Error, Result};

/// Checks that the file at `path` is a regular file, or a directory, which is refused by those who
/// open it.
pub(super) fn check_kind(path: &Path) -> Result<()> {
    let metadata = fs::metadata(path).map_err(|error| Error::io(path, error))?;
    if metadata.is_file() || metadata.is_dir() {
        return Ok(());
    }
    Err(Error::io(path, refused("it is no regular file")))
}

/// The lines of a part of a file.
pub(super) struct Part {
    /// Where in the file they are.
    pub(super) lines: Range<u64>,
    /// What the first of their bytes tell.
    pub(super) detection: Detection,
    /// Where in the plain text they are.
    pub(super) of_text: PartOfText,
}

/// Returns the lines of `shard` in a file of `size` bytes. Sets the position of the file to the first of
/// them.
pub(super) fn find(
    shard: Shard,
    mut file: &File,
    size: u64,
    options: &SourceOptions,
) -> io::Result<Part> {
    let (head, mark_len) = check(file, size, options)?;
    let lines = lines_of(shard, size, |buffer, position| read_at(file, buffer, position))?;
    let lines = lines.unwrap_or(0..0);
    file.seek(SeekFrom::Start(lines.start))?;
    // The first bytes of a later part are no mark, whatever they are.
    let mark = head.mark.filter(|_| lines.start == 0);
    let in_text = |offset: u64| offset.saturating_sub(mark_len as u64);
    let of_text = PartOfText { start: in_text(lines.start), text_len: in_text(size) };
    Ok(Part { lines, detection: Detection { mark, ..head }, of_text })
}

/// Checks that a file of `size` bytes can be cut, and returns what its first bytes tell, and how many of
/// them are a mark.
fn check(file: &File, size: u64, options: &SourceOptions) -> io::Result<(Detection, usize)> {
    let mut head = [0; Detection::MAX_LEN];
    let len = read_at(file, &mut head, 0)?;
    let head = &head[..len];
    if size == 0 && !head.is_empty() {
        return Err(refused("its size is not known"));
    }
    let detection = Detection::of_all(head);
    let format = match options.format {
        Some(format) => format,
        // Frames that are skipped are those of a compressed format.
        None if is_skippable(head) == Verdict::Yes => Format::Zstd,
        None => detection.format.check_supported()?,
    };
    if format != Format::Plain {
        return Err(refused("it is compressed; decompress it first, or leave --shard out"));
    }
    match options.encoding.decoding(detection.mark)? {
        Decoding::After(mark_len) => Ok((detection, mark_len)),
        Decoding::Utf16(encoding) => {
            Err(refused(&format!("it is {}; make it UTF-8 first", encoding.name())))
        }
    }
}

/// Returns the error that an input cannot be cut because of `reason`.
pub(super) fn refused(reason: &str) -> io::Error {
    let message = format!("cannot be cut into parts: {reason}");
    io::Error::new(io::ErrorKind::Unsupported, message)
}
