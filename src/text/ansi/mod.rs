//! Escape sequences of terminals, which are taken out of lines: colours, cursor movements, titles,
//! links.
//!
//! A sequence ends at the end of its line at the latest, so no state goes from one line to the next,
//! and a text may be cut after any newline.
//!
//! Crates that parse such sequences keep a state from line to line and look at each byte, so they are
//! of no use here.

mod sequence;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use memchr::memchr3;

use sequence::{CSI, ESC, OSC, end_of_sequence};

/// What becomes of escape sequences in the lines of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EscapeSequences {
    /// Their bytes are bytes like others.
    #[default]
    Keep,
    /// Patterns and examples are made of lines without them.
    Strip,
}

/// Returns whether `text` has escape sequences.
pub(crate) fn has_sequences(text: &[u8]) -> bool {
    kept(text).next().is_some_and(|first| first.len() < text.len())
}

/// Appends `lines`, which have escape sequences, to `output` without them. `output` is empty, and takes
/// no more memory if it has room for `lines`.
///
/// Every line stays a line: a last one of which nothing is left gets a newline.
pub(crate) fn strip_lines(lines: &[u8], output: &mut Vec<u8>) {
    kept(lines).for_each(|bytes| output.extend_from_slice(bytes));
    if !lines.ends_with(b"\n") && output.last().is_none_or(|&byte| byte == b'\n') {
        output.push(b'\n');
    }
}

/// Returns what at least the first `len` bytes of `line` are without escape sequences, if there are
/// so many.
pub(crate) fn strip_start(line: &[u8], len: usize) -> Cow<'_, [u8]> {
    let mut kept = kept(line);
    let first = kept.next().unwrap_or_default();
    if first.len() >= len.min(line.len()) {
        return Cow::Borrowed(first);
    }
    let mut start = first.to_vec();
    while start.len() < len
        && let Some(bytes) = kept.next()
    {
        start.extend_from_slice(&bytes[..bytes.len().min(len - start.len())]);
    }
    Cow::Owned(start)
}

/// Returns the parts of `text` that are between escape sequences, in order. They may be empty.
fn kept(text: &[u8]) -> Kept<'_> {
    Kept { text, start: 0 }
}

/// An iterator over what is between escape sequences.
struct Kept<'a> {
    text: &'a [u8],
    /// The start of the next part; beyond the end after the last.
    start: usize,
}

impl<'a> Iterator for Kept<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.text.get(self.start..)?;
        let start = self.start;
        let mut position = start;
        while let Some(found) = memchr3(ESC, CSI, OSC, &self.text[position..]) {
            let introducer = position + found;
            if let Some(end) = end_of_sequence(self.text, introducer) {
                self.start = end;
                return Some(&self.text[start..introducer]);
            }
            position = introducer + 1;
        }
        self.start = self.text.len() + 1;
        Some(rest)
    }
}
