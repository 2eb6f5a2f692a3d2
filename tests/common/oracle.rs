//! The shape rules a second time, by other means than any kernel: pass after pass over tokens. It
//! is slow, and made to be read beside the rules page.

/// Each opener, and its closer.
const PAIRS: [[u8; 2]; 6] = [*b"[]", *b"{}", *b"<>", *b"()", *b"\"\"", *b"''"];

/// Returns the patterns of all lines of `input`.
pub fn patterns(input: &[u8]) -> Vec<u8> {
    lines(input).into_iter().flat_map(|line| [pattern(line), b"\n".to_vec()].concat()).collect()
}

fn lines(input: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = input.split(|&byte| byte == b'\n').collect();
    // Bytes after the last newline are a line only if there are any.
    lines.pop_if(|last| last.is_empty());
    lines
}

fn pattern(line: &[u8]) -> Vec<u8> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut tokens = tokens(line);
    while let Some([opener, closer]) = first_enclosure(&tokens) {
        let enclosure = [&tokens[opener], &b"X"[..], &tokens[closer]].concat();
        tokens.splice(opener..=closer, [enclosure]);
    }
    tokens.concat()
}

/// Returns the tokens of a line. A run is one token, `Y`, and every other byte is one.
fn tokens(line: &[u8]) -> Vec<Vec<u8>> {
    let in_run = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9');
    line.chunk_by(|left, right| in_run(left) && in_run(right))
        .map(|token| if in_run(&token[0]) { b"Y".to_vec() } else { token.to_vec() })
        .collect()
}

/// Returns the indices of an opener and its closer: the first token that closes the opener nearest
/// before it.
///
/// The nearest opener is the innermost open level, because every enclosure further to the left is
/// one token already, which opens nothing.
fn first_enclosure(tokens: &[Vec<u8>]) -> Option<[usize; 2]> {
    let mut nearest = None;
    for (index, token) in tokens.iter().enumerate() {
        if let Some(opener) = nearest
            && PAIRS.iter().any(|[open, close]| tokens[opener] == [*open] && *token == [*close])
        {
            return Some([opener, index]);
        }
        if PAIRS.iter().any(|[open, _]| *token == [*open]) {
            nearest = Some(index);
        }
    }
    None
}
