//! The tokens of a pattern of the word rules, and the places that can fold.

use std::ops::Range;

use crate::rules::is_break;

/// The token that a value comes out as.
pub(super) const VALUE: &[u8] = b"*";

/// Returns where the words and values of `pattern` are, without the first of them, which never
/// folds.
pub(super) fn places(pattern: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let is_place = |token: &Range<usize>| {
        let token = &pattern[token.clone()];
        token == VALUE || is_word(token)
    };
    tokens(pattern).filter(is_place).skip(1)
}

/// Returns where the tokens of `pattern` are: the longest stretches of bytes that are no separators.
///
/// Takes time linear in the pattern.
fn tokens(pattern: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let is_token = |&index: &usize| !is_separator_at(pattern, index);
        let start = (next..pattern.len()).find(is_token)?;
        let end = (start..pattern.len()).find(|index| !is_token(index)).unwrap_or(pattern.len());
        next = end;
        Some(start..end)
    })
}

/// Returns whether `token` has an ASCII letter.
fn is_word(token: &[u8]) -> bool {
    token.iter().any(u8::is_ascii_alphabetic)
}

/// Returns whether the byte at `index` is a separator. A `:` is none between bytes of tokens.
pub(crate) fn is_separator_at(pattern: &[u8], index: usize) -> bool {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(|&byte| !is_break(byte));
    match pattern[index] {
        b':' => {
            let before = index.checked_sub(1).and_then(|before| pattern.get(before));
            !(is_plain(before) && is_plain(pattern.get(index + 1)))
        }
        byte => is_break(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pattern: &str, ranges: impl Iterator<Item = Range<usize>>) -> Vec<&str> {
        ranges.map(|range| &pattern[range]).collect()
    }

    #[test]
    fn colons_join_what_has_a_token_on_both_sides() {
        let tokens = |pattern| texts(pattern, tokens(pattern.as_bytes()));
        assert_eq!(tokens("std::* *::* a:b a: :b *"), ["std", "*", "*", "*", "a:b", "a", "b", "*"]);
        assert_eq!(tokens(":a:b:"), ["a:b"]);
        assert_eq!(tokens("it's (don't)"), ["it", "s", "don", "t"]);
        assert_eq!(tokens(" naïve-* \u{7f}"), ["naïve-*"]);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn places_are_words_and_values_but_the_first() {
        let places = |pattern| texts(pattern, places(pattern.as_bytes()));
        assert_eq!(places("- * a - b:c ** é *"), ["a", "b:c", "*"]);
        assert!(places("word").is_empty());
    }
}
