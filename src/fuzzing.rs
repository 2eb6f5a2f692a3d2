//! Private functions for the fuzz targets. Compiled only with `--cfg fuzzing`.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Result;
use crate::input::{
    Bytes, Detection, Encoding, Member, Meter, OpenInput, RawInput, Remaining, Source,
    SourceOptions, Stream, text_of,
};
use crate::text::ansi;

/// The number of bytes with which [`detect`] always returns a result.
pub const MAX_DETECTION_LEN: usize = Detection::MAX_LEN;

/// Returns the format and the byte-order mark of an input that begins with `head`, or `None` if more
/// bytes are needed to tell.
pub fn detect(head: &[u8]) -> Option<String> {
    Detection::of_first(head).map(|detection| format!("{detection:?}"))
}

/// Returns the chunks that a mapped file of these bytes is cut into.
pub fn chunks(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    crate::input::chunk::cuts(bytes, size).into_iter().map(<[u8]>::to_vec).collect()
}

/// Returns the blocks that are read from `reader`.
pub fn blocks(reader: impl Read, size: usize, would_block: bool) -> Vec<Vec<u8>> {
    crate::input::blocks(reader, size, would_block)
}

/// Returns the plain text of a file of these bytes, read in blocks of `size`.
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>> {
    let file = temporary_file(bytes).expect("a temporary file");
    let input = RawInput::new(Arc::new(file), Remaining::unbounded(), Meter::new());
    let stream = Stream::new(input, Arc::default(), "fuzz".into());
    let mut blocks = stream.into_blocks(size, 2, 1)?;
    let mut text = Vec::new();
    while let Some(block) = blocks.next()? {
        text.extend_from_slice(&block);
    }
    Ok(text)
}

/// Returns the text of `reader` in UTF-8, read `size` bytes at a time, and whether all of it is
/// well-formed.
pub fn text(reader: impl Read, encoding: Encoding, size: usize) -> io::Result<(Vec<u8>, bool)> {
    text_of(reader, encoding, size)
}

/// Returns `lines` without escape sequences.
pub fn strip(lines: &[u8]) -> Vec<u8> {
    if !ansi::has_sequences(lines) {
        return lines.to_vec();
    }
    let mut stripped = Vec::new();
    ansi::strip_lines(lines, &mut stripped);
    stripped
}

/// Returns at least `len` first bytes of `line` without escape sequences, if it has so many.
pub fn strip_start(line: &[u8], len: usize) -> Vec<u8> {
    ansi::strip_start(line, len).into_owned()
}

/// Returns the path and the plain text of each log in an archive of these bytes, read in blocks of
/// `size`, and the errors. Returns `None` if they are no archive.
pub fn members(bytes: &[u8], size: usize) -> Option<Vec<Result<(PathBuf, Vec<u8>)>>> {
    let source = temporary_file(bytes).expect("a temporary file");
    let source =
        Source::from_open_input(source, "fuzz".as_ref(), &SourceOptions::default()).ok()?;
    let OpenInput::Archive(archive) = OpenInput::of(source, 1).ok()? else { return None };
    let read = |member: Member| {
        let Bytes::Stream(stream) = member.source.bytes else { panic!("a member is a stream") };
        let mut blocks = stream.into_blocks(size, 2, 1)?;
        let mut text = Vec::new();
        while let Some(block) = blocks.next()? {
            text.extend_from_slice(&block);
        }
        Ok((member.path, text))
    };
    Some(archive.map(|member| member.and_then(read)).collect())
}

/// Returns the path of the output for the member at `path`, if it is not refused.
pub fn output_path(path: &Path) -> Option<PathBuf> {
    crate::pipeline::output_path(path, &|name| name.to_owned()).ok()
}

/// Returns an unnamed file that holds `bytes`.
fn temporary_file(bytes: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(nix::libc::O_TMPFILE);
    let mut file = options.open(env::temp_dir())?;
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}
