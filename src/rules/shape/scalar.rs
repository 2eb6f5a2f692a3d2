//! The reference kernel: the shape rules, one byte at a time, in safe code.
//!
//! It is written to be compared with the rules by a reader, not to be fast. All other kernels are
//! tested against it.

use super::closer_of;
use super::levels::LevelStorage;
use crate::rules::max_output_len;
use crate::rules::spans::{LineRecorder, LineStart};

/// An open enclosure. The reference has its own type because it shares nothing with the kernels
/// that are tested against it.
struct Level {
    /// The byte that closes it.
    closer: u8,
    /// The position of its content in the output, directly after the opener.
    content: usize,
}

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    _: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    output.reserve(max_output_len(input.len()));
    let before = output.len();
    let mut levels = Vec::new();
    let (mut lines, mut start) = (0, 0);
    for line in input.split_inclusive(|&byte| byte == b'\n') {
        levels.clear();
        normalize_line(without_ending(line), output, &mut levels);
        output.push(b'\n');
        lines += 1;
        start += line.len();
        // A mapped log may have changed since it was split into lines. A span must not reach beyond
        // its end then.
        let is_unended = start == input.len() && !line.ends_with(b"\n");
        let next = start + usize::from(is_unended);
        spans.push(LineStart { line: next, pattern: output.len() - before });
    }
    lines
}

/// Returns the line without its `\n`, and without a `\r` directly before it or before the end.
fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Appends the pattern of `line` to `output`, in one pass.
///
/// A level knows the position of its content in the output, so closing it is a truncation: nothing
/// is copied, and nesting costs one entry of `levels` for each level.
fn normalize_line(line: &[u8], output: &mut Vec<u8>, levels: &mut Vec<Level>) {
    let mut in_run = false;
    for &byte in line {
        if byte.is_ascii_alphanumeric() {
            if !in_run {
                output.push(b'Y');
            }
            in_run = true;
            continue;
        }
        in_run = false;
        if let Some(level) = levels.pop_if(|level| level.closer == byte) {
            output.truncate(level.content);
            output.extend([b'X', byte]);
        } else {
            output.push(byte);
            if let Some(closer) = closer_of(byte) {
                levels.push(Level { closer, content: output.len() });
            }
        }
    }
}
