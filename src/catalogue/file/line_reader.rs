//! Reads the lines of a file that should hold a catalogue.

use std::io::{self, BufRead};
use std::mem;

use memchr::memchr;

use super::error::{Defect, ReadError};
use crate::catalogue::memory::reserve;

/// The most bytes of a header line. Of a file that is no catalogue, no more is read.
pub(super) const MAX_HEADER_LEN: usize = 8192;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A reader of lines, all in one buffer.
pub(super) struct LineReader<R> {
    input: R,
    line: Vec<u8>,
    is_kept: bool,
    /// The number of the line read last, counted from 1.
    pub(super) number: u64,
    /// Whether the line read last has no `\n`, and so may be incomplete.
    pub(super) is_unended: bool,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, line: Vec::new(), is_kept: false, number: 0, is_unended: false }
    }

    /// Returns the first line of a file. It may begin with a byte-order mark, as Windows editors write
    /// it. Of a line that is longer than a header, no more is read unless `may_be_longer` says so of its
    /// beginning.
    pub(super) fn first(
        &mut self,
        may_be_longer: impl Fn(&[u8]) -> bool,
    ) -> Result<&mut [u8], Defect> {
        let is_within = |line: &[u8]| {
            line.len() <= MAX_HEADER_LEN || (!is_utf_16(line) && may_be_longer(without_mark(line)))
        };
        self.read(is_within)?.ok_or(Defect::Empty)?;
        if is_utf_16(&self.line) {
            return Err(Defect::Utf16);
        }
        let mark = self.line.len() - without_mark(&self.line).len();
        self.line.drain(..mark);
        Ok(&mut self.line)
    }

    /// Has the next line be the one read last once more.
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Returns whether the next line is known to exist.
    pub(super) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Returns the next line, without its `\n`, which only the last line may lack, and without a `\r`
    /// before that: no text in a catalogue has one that is not escaped. A line longer than `max_len`
    /// is not read to its end, because a file without lines can be endless.
    pub(super) fn next(&mut self, max_len: usize) -> Result<Option<&mut [u8]>, Defect> {
        self.read(|line| line.len() <= max_len)
    }

    /// Reads a line as long as `is_within` says that what was read of it may have more.
    fn read(&mut self, is_within: impl Fn(&[u8]) -> bool) -> Result<Option<&mut [u8]>, Defect> {
        if mem::take(&mut self.is_kept) {
            return Ok(Some(&mut self.line));
        }
        self.line.clear();
        loop {
            let bytes = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            if bytes.is_empty() {
                if self.line.is_empty() {
                    return Ok(None);
                }
                self.is_unended = true;
                break;
            }
            let newline = memchr(b'\n', bytes);
            let len = newline.unwrap_or(bytes.len());
            reserve(&mut self.line, len)?;
            self.line.extend_from_slice(&bytes[..len]);
            self.input.consume(len + usize::from(newline.is_some()));
            if !is_within(&self.line) {
                self.number += 1;
                return Err(if is_utf_16(&self.line) { Defect::Utf16 } else { Defect::NoHeader });
            }
            if newline.is_some() {
                break;
            }
        }
        self.number += 1;
        self.line.pop_if(|last| *last == b'\r');
        Ok(Some(&mut self.line))
    }

    /// Returns the error of `defect`, which is in the line read last.
    pub(super) fn error(&self, defect: Defect) -> ReadError {
        let is_cut = self.is_unended && defect.can_come_of_a_cut();
        let defect = if is_cut { Defect::CutShort } else { defect };
        defect.at(self.number)
    }
}

/// Returns `line` without a byte-order mark.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
}

/// Returns whether `line` looks like the beginning of a catalogue in UTF-16, with or without a
/// byte-order mark.
fn is_utf_16(line: &[u8]) -> bool {
    matches!(
        line,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'#' | b'{', 0, ..] | [0, b'#' | b'{', ..]
    )
}
