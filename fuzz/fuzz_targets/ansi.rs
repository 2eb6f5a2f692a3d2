//! Escape sequences are those of the oracle, wherever a text is cut after a newline; none is left,
//! and no line is lost.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::{strip, strip_start};

#[path = "../../tests/common/ansi_oracle.rs"]
mod ansi_oracle;

fn lines(text: &[u8]) -> usize {
    text.split_inclusive(|&byte| byte == b'\n').count()
}

fuzz_target!(|input: (u8, &[u8])| {
    let (len, text) = input;
    let stripped = strip(text);
    let mut expected = ansi_oracle::strip(text);
    let is_last_gone = expected.is_empty() || expected.ends_with(b"\n");
    if is_last_gone && !text.is_empty() && !text.ends_with(b"\n") {
        expected.push(b'\n');
    }
    assert_eq!(stripped, expected);
    assert_eq!(lines(&stripped), lines(text));
    assert_eq!(strip(&stripped), stripped, "something is left");

    let pieces = text.split_inclusive(|&byte| byte == b'\n').map(strip);
    assert_eq!(pieces.collect::<Vec<_>>().concat(), stripped, "line by line");

    let len = usize::from(len);
    for line in text.split(|&byte| byte == b'\n') {
        let (start, whole) = (strip_start(line, len), ansi_oracle::strip(line));
        assert!(whole.starts_with(&start) && start.len() >= len.min(whole.len()));
    }
});
