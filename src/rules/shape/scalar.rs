//! The reference kernel: the line rules, one byte at a time, in safe code.
//!
//! It is written to be read beside the rules, not to be fast, and stays for good as what every
//! other kernel is tested against.

use super::closer_of;
use super::levels::LevelStorage;
use crate::rules::max_output_len;
use crate::rules::spans::{LineRecorder, LineStart};

/// An open enclosure. The reference has its own, and shares nothing with those it is to judge.
struct Level {
    /// The byte that closes it.
    closer: u8,
    /// Where in the output its content starts, directly behind the opener.
    content: usize,
}

/// Appends the pattern of every line of `input` to `output` and returns the number of lines, which
/// are noted in `spans`.
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
        // What a mapped log holds may have changed since it was split into lines, which must not
        // lead out of it.
        let is_unended = start == input.len() && !line.ends_with(b"\n");
        let next = start + usize::from(is_unended);
        spans.push(LineStart { line: next, pattern: output.len() - before });
    }
    lines
}

fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// One pass over the line. A level remembers where its content starts in the output, so closing
/// it is a truncation: nothing is copied, and nesting costs one entry on `levels` a level.
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
