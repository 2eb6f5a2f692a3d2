//! The word rules a second time, by other means than any kernel: a line is split at a predicate,
//! and each piece is judged as a whole. It is slow, and made to be read beside the rules page.

/// Returns the patterns of all lines of `input`.
pub fn patterns(input: &[u8]) -> Vec<u8> {
    let mut lines: Vec<_> = input.split(|&byte| byte == b'\n').collect();
    // Bytes after the last newline are a line only if there are any.
    lines.pop_if(|last| last.is_empty());
    lines.into_iter().flat_map(|line| [pattern(line), b"\n".to_vec()].concat()).collect()
}

/// The kind of a byte of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Blanks,
    Separator,
    Token,
}

fn pattern(line: &[u8]) -> Vec<u8> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let parts = parts(line);
    let mut pattern = Vec::new();
    let mut rest = line;
    for piece in parts.chunk_by(|left, right| left == right) {
        let bytes;
        (bytes, rest) = rest.split_at(piece.len());
        match piece[0] {
            Part::Blanks => pattern.push(b' '),
            Part::Separator => pattern.extend(bytes),
            Part::Token if is_value(bytes) => pattern.push(b'*'),
            Part::Token => pattern.extend(bytes),
        }
    }
    pattern
}

fn parts(line: &[u8]) -> Vec<Part> {
    let alone: Vec<_> = line.iter().map(|&byte| part_of(byte)).collect();
    // The ends of the line are like separators.
    let fenced = [&[Part::Separator], &alone[..], &[Part::Separator]].concat();
    let fenced_line = [b"\n", line, b"\n"].concat();
    let neighbors = fenced.windows(3).zip(fenced_line.windows(3));
    let part = |(parts, bytes): (&[Part], &[u8])| match bytes {
        [left, b':', right] => {
            let is_inside = parts[0] == Part::Token && parts[2] == Part::Token;
            let is_alone = *left != b':' && *right != b':';
            if is_inside && is_alone { Part::Token } else { Part::Separator }
        }
        _ => parts[1],
    };
    neighbors.map(part).collect()
}

fn part_of(byte: u8) -> Part {
    match byte {
        b'\t' | b' ' => Part::Blanks,
        b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'(' | b')' => Part::Separator,
        b'"' | b'\'' | b'`' | b',' | b';' | b'=' | b'|' => Part::Separator,
        _ if byte.is_ascii_control() => Part::Separator,
        _ => Part::Token,
    }
}

fn is_value(token: &[u8]) -> bool {
    const DATE_WORDS: &str =
        "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    let Ok(text) = str::from_utf8(token) else {
        return token.iter().any(|byte| byte.is_ascii_digit());
    };
    text.contains(|character: char| character.is_ascii_digit())
        || DATE_WORDS.split(' ').any(|word| word == text)
        || text.len() > 7
            && text.trim_matches(|character: char| character.is_ascii_hexdigit()).is_empty()
}
