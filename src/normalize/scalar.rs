//! The reference kernel: the line rules, one byte at a time, in safe code.
//!
//! It is written to be read beside the rules, not to be fast, and stays for good as what every
//! other kernel is tested against.

use super::level::{Level, Levels};
use super::{closer_of, max_output_len};

/// Appends the pattern of every line of `input` to `output` and returns the number of lines.
pub(super) fn normalize(input: &[u8], output: &mut Vec<u8>, levels: &mut Levels) -> u64 {
    output.reserve(max_output_len(input.len()));
    let mut lines = 0;
    for line in input.split_inclusive(|&byte| byte == b'\n') {
        levels.clear();
        normalize_line(without_ending(line), output, levels);
        output.push(b'\n');
        lines += 1;
    }
    lines
}

fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// One pass over the line. A level remembers where its content starts in the output, so closing
/// it is a truncation: nothing is copied, and nesting costs one entry on `levels` a level.
fn normalize_line(line: &[u8], output: &mut Vec<u8>, levels: &mut Levels) {
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
        if let Some(level) = levels.innermost()
            && level.closer == byte
        {
            levels.pop();
            output.truncate(level.content);
            output.extend([b'X', byte]);
        } else {
            output.push(byte);
            if let Some(closer) = closer_of(byte) {
                levels.push_row(Level { content: output.len(), opener: 0, closer }, 1);
            }
        }
    }
}
