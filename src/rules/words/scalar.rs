//! The reference kernel: the word rules, one byte and one token at a time, in safe code.
//!
//! It is written to be compared with the rules by a reader, not to be fast. All other kernels are
//! tested against it, so it shares nothing with them.

use crate::rules::spans::{LineRecorder, LineStart};

/// Tokens that are values by their text.
const DATE_WORDS: [&[u8; 3]; 19] = [
    b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun", b"Jan", b"Feb", b"Mar", b"Apr", b"May",
    b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// The minimum length of a hexadecimal value.
const HEX_LEN: usize = 8;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
pub(crate) fn normalize<N: LineRecorder>(input: &[u8], output: &mut Vec<u8>, spans: &mut N) -> u64 {
    // A last line without its `\n` is given one.
    output.reserve(input.len() + 1);
    let before = output.len();
    let (mut lines, mut start) = (0, 0);
    for line in input.split_inclusive(|&byte| byte == b'\n') {
        normalize_line(without_ending(line), output);
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

/// Appends the pattern of `line` to `output`, in one pass. A token is copied first and replaced
/// when it ends, if it is a value.
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

/// Returns whether the byte is a separator at every position.
fn is_separator(byte: u8) -> bool {
    let is_control = byte <= b' ' || byte == 0x7f;
    let is_bracket = matches!(byte, b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'(' | b')');
    let is_quote = matches!(byte, b'"' | b'\'' | b'`');
    is_control || is_bracket || is_quote || matches!(byte, b',' | b';' | b'=' | b'|')
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
