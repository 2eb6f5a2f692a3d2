//! Values by the shape rules: runs of letters and digits, and what is in enclosures.

use std::ops::Range;

use super::End;
use crate::rules::closer_of;

/// Returns the values of `example`, or `None` if it does not have `pattern`.
pub(super) fn values(example: &[u8], pattern: &[u8], end: End) -> Option<Vec<Range<usize>>> {
    let mut values = Vec::new();
    let (mut at, mut rest) = (0, pattern);
    while at < example.len() {
        let len = match *rest {
            [b'Y', ..] => {
                let len = run_len(&example[at..]);
                values.push(at..at + len);
                rest = &rest[1..];
                len
            }
            [opener, b'X', closer, ..] if closer_of(opener) == Some(closer) => {
                if example[at] != opener {
                    return None;
                }
                let inside = at + 1;
                let Some(len) = content_len(&example[inside..], closer) else {
                    values.push(inside..example.len());
                    return (end == End::Cut).then_some(values);
                };
                values.push(inside..inside + len);
                rest = &rest[3..];
                len + 2
            }
            [byte, ..] if byte == example[at] => {
                rest = &rest[1..];
                1
            }
            _ => 0,
        };
        if len == 0 {
            return None;
        }
        at += len;
    }
    values.retain(|value| !value.is_empty());
    (rest.is_empty() || end == End::Cut).then_some(values)
}

fn run_len(text: &[u8]) -> usize {
    text.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len())
}

/// Returns how much of `text`, which comes after an opener, is before its `closer`.
fn content_len(text: &[u8], closer: u8) -> Option<usize> {
    let mut awaited = vec![closer];
    for (index, &byte) in text.iter().enumerate() {
        if awaited.last() == Some(&byte) {
            awaited.pop();
            if awaited.is_empty() {
                return Some(index);
            }
        } else {
            awaited.extend(closer_of(byte));
        }
    }
    None
}
