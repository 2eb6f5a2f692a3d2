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
    /// Whether the end of the line was not yet read.
    has_more: bool,
    /// The number of the line read last, counted from 1.
    pub(super) number: u64,
    /// Whether the last line was read and has no `\n`, and so may be incomplete.
    pub(super) is_unended: bool,
}

impl<R: BufRead> LineReader<R> {
    pub(super) fn new(input: R) -> Self {
        let (is_kept, has_more, is_unended) = (false, false, false);
        Self { input, line: Vec::new(), is_kept, has_more, number: 0, is_unended }
    }

    /// Returns the first line of a file, which is no longer than a header.
    pub(super) fn first(&mut self) -> Result<&mut [u8], Defect> {
        self.beginning()?;
        if self.has_more || self.line.len() > MAX_HEADER_LEN {
            return Err(Defect::NoHeader);
        }
        Ok(&mut self.line)
    }

    /// Returns the beginning of the first line, at least as much of it as a header can have. It may
    /// begin with a byte-order mark, as Windows editors write it.
    pub(super) fn beginning(&mut self) -> Result<&[u8], Defect> {
        if !self.read(MAX_HEADER_LEN)? {
            return Err(Defect::Empty);
        }
        if is_utf_16(&self.line) {
            return Err(Defect::Utf16);
        }
        let mark = self.line.len() - without_mark(&self.line).len();
        self.line.drain(..mark);
        Ok(&self.line)
    }

    /// Has the line or the part of a line that was read last be read once more.
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
        if !self.read(max_len)? {
            return Ok(None);
        }
        if self.has_more || self.line.len() > max_len {
            return Err(if is_utf_16(&self.line) { Defect::Utf16 } else { Defect::NoHeader });
        }
        Ok(Some(&mut self.line))
    }

    /// Returns the next part of a line, and whether it has the end of the line. Parts are as long as
    /// the buffer of the input at most.
    pub(super) fn next_part(&mut self) -> Result<Option<(&[u8], bool)>, Defect> {
        let is_there = self.read(0)?;
        Ok(is_there.then_some((&*self.line, !self.has_more)))
    }

    /// Reads a line to its end, or until more than `max_len` bytes of it are read. Returns `false` at
    /// the end of the input.
    fn read(&mut self, max_len: usize) -> Result<bool, Defect> {
        if !mem::take(&mut self.is_kept) {
            self.line.clear();
            if !self.read_part()? {
                return Ok(false);
            }
        }
        while self.has_more && self.line.len() <= max_len && self.read_part()? {}
        Ok(true)
    }

    /// Adds to the line what the input has of it in its buffer. Returns `false` at the end of the
    /// input.
    fn read_part(&mut self) -> Result<bool, Defect> {
        loop {
            let bytes = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            if bytes.is_empty() {
                self.is_unended |= mem::take(&mut self.has_more);
                return Ok(false);
            }
            let newline = memchr(b'\n', bytes);
            let len = newline.unwrap_or(bytes.len());
            reserve(&mut self.line, len)?;
            self.line.extend_from_slice(&bytes[..len]);
            self.input.consume(len + usize::from(newline.is_some()));
            if !mem::replace(&mut self.has_more, newline.is_none()) {
                self.number += 1;
            }
            if newline.is_some() {
                self.line.pop_if(|last| *last == b'\r');
            }
            return Ok(true);
        }
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
