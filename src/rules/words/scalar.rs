//! The reference kernel: the word rules, one byte and one token at a time, in safe code.
//!
//! It is written to be read beside the rules, not to be fast, and stays for good as what every
//! other kernel is tested against. It shares nothing with those.

use crate::rules::shape::LevelStorage;
use crate::rules::spans::{LineRecorder, LineStart};

/// What is a value though it has no digit.
const DATE_WORDS: [&[u8; 3]; 19] = [
    b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun", b"Jan", b"Feb", b"Mar", b"Apr", b"May",
    b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// The least length of a value that is hexadecimal.
const HEX_LEN: usize = 8;

/// Appends the pattern of every line of `input` to `output` and returns the number of lines, which
/// are noted in `spans`.
pub(crate) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    _: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // The output has a line end more than the input, if that does not end in one.
    output.reserve(input.len() + 1);
    let before = output.len();
    let (mut lines, mut start) = (0, 0);
    for line in input.split_inclusive(|&byte| byte == b'\n') {
        normalize_line(without_ending(line), output);
        output.push(b'\n');
        lines += 1;
        start += line.len();
        // The text of a mapped log may have changed since it was split into lines, which must not
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

/// One pass over the line. A token is copied until it ends, and looked at then.
fn normalize_line(line: &[u8], output: &mut Vec<u8>) {
    let mut token = output.len();
    let mut is_after_blank = false;
    for (index, &byte) in line.iter().enumerate() {
        if !is_separator_at(line, index) {
            output.push(byte);
            is_after_blank = false;
            continue;
        }
        end_token(output, token);
        if !is_blank(byte) {
            output.push(byte);
        } else if !is_after_blank {
            output.push(b' ');
        }
        is_after_blank = is_blank(byte);
        token = output.len();
    }
    end_token(output, token);
}

/// Replaces the token that starts at `start` of `output` by `*` if it is a value.
fn end_token(output: &mut Vec<u8>, start: usize) {
    if is_value(&output[start..]) {
        output.truncate(start);
        output.push(b'*');
    }
}

fn is_value(token: &[u8]) -> bool {
    token.iter().any(u8::is_ascii_digit)
        || DATE_WORDS.iter().any(|word| token == *word)
        || token.len() >= HEX_LEN && token.iter().all(u8::is_ascii_hexdigit)
}

fn is_separator_at(line: &[u8], index: usize) -> bool {
    if line[index] != b':' {
        return is_separator(line[index]);
    }
    let is_plain =
        |byte: Option<&u8>| byte.is_some_and(|&byte| byte != b':' && !is_separator(byte));
    let before = index.checked_sub(1).and_then(|before| line.get(before));
    !(is_plain(before) && is_plain(line.get(index + 1)))
}

/// Whether the byte is a separator wherever it is.
fn is_separator(byte: u8) -> bool {
    let is_control = byte <= b' ' || byte == 0x7f;
    let is_bracket = matches!(byte, b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'(' | b')');
    let is_quote = matches!(byte, b'"' | b'\'' | b'`');
    is_control || is_bracket || is_quote || matches!(byte, b',' | b';' | b'=' | b'|')
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
