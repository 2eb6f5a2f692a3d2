//! Values by the word rules, also where the pattern was folded.
//!
//! A folded pattern has a `*` for a word, for a list of values, and for nothing in an enclosure that
//! is empty.

use std::ops::Range;

use super::End;
use crate::catalogue::{MAX_EXAMPLE_LEN, is_separator_at};

const VALUE: &[u8] = b"*";

/// Returns the values of `example`, or `None` if it does not have `pattern`.
pub(super) fn values(example: &[u8], pattern: &[u8], end: End) -> Option<Vec<Range<usize>>> {
    // The last token of an example that was cut may be a part of one.
    let example = match end {
        End::Line => example,
        End::Cut => whole_tokens(example),
    };
    let mut values = Vec::new();
    let (mut at, mut place) = (0, 0);
    while let Some(&byte) = pattern.get(place) {
        if at == example.len() && end == End::Cut {
            return Some(values);
        }
        place += 1;
        if byte == VALUE[0] && is_token(pattern, place - 1) {
            let value = value_at(example, at, &pattern[place..])?;
            at = value.end;
            if !value.is_empty() && example[value.clone()] != *VALUE {
                values.push(value);
            }
        } else if byte == b' ' {
            at += Some(blanks_len(&example[at..])).filter(|&len| len > 0)?;
        } else if example.get(at) == Some(&byte) {
            at += 1;
        } else {
            return None;
        }
    }
    (at == example.len()).then_some(values)
}

/// Returns `example` up to the last byte that is a separator whatever comes after it.
fn whole_tokens(example: &[u8]) -> &[u8] {
    let is_end = |index: &usize| example[*index] != b':' && is_separator_at(example, *index);
    let end = (0..example.len()).rev().find(is_end);
    &example[..end.map_or(0, |last| last + 1)]
}

/// Returns whether the byte at `index` is a token of its own.
fn is_token(text: &[u8], index: usize) -> bool {
    let is_end = |index: usize| index >= text.len() || is_separator_at(text, index);
    index.checked_sub(1).is_none_or(is_end) && is_end(index + 1)
}

/// Returns the value that begins at `start`, where `rest` is the pattern after it. It is empty
/// between an opener and a closer.
fn value_at(example: &[u8], start: usize, rest: &[u8]) -> Option<Range<usize>> {
    let mut end = start + token_len(example, start);
    if end == start {
        let pair = [*example.get(start.checked_sub(1)?)?, *example.get(start)?];
        return matches!(&pair, b"()" | b"[]" | b"\"\"").then_some(start..start);
    }
    // The pattern may have an item of the list next, as a word or as a value of its own.
    let next = list_item(rest);
    while let Some(item) = list_item(&example[end..])
        && !item.token.is_empty()
        && next.is_none_or(|next| next.token != VALUE && next.token != item.token)
    {
        end += item.len;
    }
    Some(start..end)
}

/// An item of a list.
#[derive(Clone, Copy)]
struct ListItem<'a> {
    /// The length with the comma and the blanks before the token.
    len: usize,
    token: &'a [u8],
}

/// Returns the list item that `text` begins with, if it has a comma there. The token may be empty, and
/// one that is longer than any example is cut.
fn list_item(text: &[u8]) -> Option<ListItem<'_>> {
    const MAX_LEN: usize = MAX_EXAMPLE_LEN + 1;
    let head_len = |text: &[u8]| text.len().min(MAX_LEN);
    let after = text.strip_prefix(b",")?;
    let blanks = blanks_len(&after[..head_len(after)]);
    let after = &after[blanks..];
    let token = &after[..token_len(&after[..head_len(after)], 0)];
    Some(ListItem { len: 1 + blanks + token.len(), token })
}

/// Returns the length of the token at `start`, or 0 if there is none.
fn token_len(text: &[u8], start: usize) -> usize {
    (start..text.len()).find(|&index| is_separator_at(text, index)).unwrap_or(text.len()) - start
}

/// Returns the length of the blanks that `text` begins with.
fn blanks_len(text: &[u8]) -> usize {
    text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len())
}
