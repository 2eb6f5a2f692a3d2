//! A pattern of the word rules, cut into tokens and separators.

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A longest stretch of bytes that are no separators.
    Token(&'a [u8]),
    /// One separator.
    Separator(u8),
}

/// The token that a value comes out as.
pub(super) const VALUE: &[u8] = b"*";

/// Returns the pieces of `pattern`, in order. One after the other they are the pattern.
///
/// Takes time linear in the pattern.
pub(super) fn pieces(pattern: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = pattern;
    let mut before = None;
    std::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        if is_separator(before, first, after.first().copied()) {
            (rest, before) = (after, Some(first));
            return Some(Piece::Separator(first));
        }
        let is_end = |&index: &usize| {
            is_separator(Some(rest[index - 1]), rest[index], rest.get(index + 1).copied())
        };
        let end = (1..rest.len()).find(is_end).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        (rest, before) = (after, token.last().copied());
        Some(Piece::Token(token))
    })
}

/// Whether `token` is a word: it has an ASCII letter.
pub(super) fn is_word(token: &[u8]) -> bool {
    token.iter().any(u8::is_ascii_alphabetic)
}

/// Whether `byte` separates tokens between the bytes on its sides, where the line has any.
fn is_separator(before: Option<u8>, byte: u8, after: Option<u8>) -> bool {
    let joins = |side: Option<u8>| side.is_some_and(|side| side != b':' && !always_separates(side));
    match byte {
        b':' => !(joins(before) && joins(after)),
        byte => always_separates(byte),
    }
}

/// Whether `byte` separates tokens whatever is on its sides.
fn always_separates(byte: u8) -> bool {
    matches!(byte, 0x00..=0x20 | 0x7f)
        || matches!(byte, b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'(' | b')')
        || matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b'=' | b'|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_join_what_has_a_token_on_both_sides() {
        let tokens = |pattern: &'static str| -> Vec<&str> {
            let tokens = pieces(pattern.as_bytes()).filter_map(|piece| match piece {
                Piece::Token(token) => Some(str::from_utf8(token).unwrap()),
                Piece::Separator(_) => None,
            });
            tokens.collect()
        };
        assert_eq!(tokens("std::* *::* a:b a: :b *"), ["std", "*", "*", "*", "a:b", "a", "b", "*"]);
        assert_eq!(tokens(":a:b:"), ["a:b"]);
        assert_eq!(tokens("it's (don't)"), ["it", "s", "don", "t"]);
    }

    #[test]
    fn the_pieces_are_the_pattern() {
        for pattern in ["", ":", "a", "[* *] naïve:x, ::", "  a==b\x7f"] {
            let mut joined = Vec::new();
            for piece in pieces(pattern.as_bytes()) {
                match piece {
                    Piece::Token(token) => joined.extend_from_slice(token),
                    Piece::Separator(byte) => joined.push(byte),
                }
            }
            assert_eq!(joined, pattern.as_bytes());
        }
    }
}
