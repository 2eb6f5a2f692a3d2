//! Recognizes a file of patterns by its beginning.
//!
//! Every rule set turns its own patterns into themselves. So a file holds patterns if one rule set
//! leaves all its lines as they are.
//!
//! The word rules also leave plain text as it is if the text has no values. Such a text may be
//! anything, a list of names or a script, so patterns of the word rules are recognized only if
//! there is a `*` among them.

use std::io::{self, ErrorKind};

use super::content_type::Prefix;
use crate::rules::{Kernel, Normalizer, Rules, SLACK, is_break, max_output_len};

/// Returns whether the file that begins with `prefix` holds patterns of one rule set.
pub(super) fn holds_patterns(prefix: &Prefix) -> io::Result<bool> {
    let bytes = &*prefix.bytes;
    if prefix.is_whole_file {
        return are_patterns(bytes);
    }
    match bytes.iter().rposition(|&byte| byte == b'\n') {
        Some(newline) => are_patterns(&bytes[..=newline]),
        None => Ok(has_runs_of_patterns(bytes)
            || are_patterns_of(Rules::Words, without_last_token(bytes))?),
    }
}

/// Returns whether all of `lines`, the last of which may have no line ending, are patterns of one
/// rule set.
fn are_patterns(lines: &[u8]) -> io::Result<bool> {
    for rules in Rules::ALL {
        if are_patterns_of(rules, lines)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn are_patterns_of(rules: Rules, lines: &[u8]) -> io::Result<bool> {
    let has_evidence = match rules {
        Rules::Shape => true,
        Rules::Words => has_value(lines),
    };
    Ok(has_evidence && is_fixed_point(lines, &normalize(rules, lines)?))
}

/// Returns the patterns of `lines`, or an error if there is no memory for them.
fn normalize(rules: Rules, lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut patterns = Vec::new();
    patterns.try_reserve_exact(max_output_len(lines.len()) + SLACK)?;
    let mut normalizer = Normalizer::with_rules(Kernel::best(), rules);
    let counts = normalizer.try_normalize(lines, &mut patterns, None);
    counts.ok_or(ErrorKind::OutOfMemory)?;
    Ok(patterns)
}

/// Returns whether `lines` equal their `patterns`, apart from a `\r` at the ends of lines and a
/// `\n` at the end of the last.
fn is_fixed_point(lines: &[u8], patterns: &[u8]) -> bool {
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines).split(|&byte| byte == b'\n');
    let without_return = |line| <[u8]>::strip_suffix(line, b"\r").unwrap_or(line);
    let patterns = patterns.strip_suffix(b"\n").unwrap_or(patterns);
    lines.map(without_return).eq(patterns.split(|&byte| byte == b'\n'))
}

/// Returns whether `bytes` have runs, and all of them are runs of patterns of the shape rules, `X`
/// or `Y`.
///
/// This recognizes a first line that is longer than a prefix. It cannot be compared with its
/// pattern, which depends on brackets after the prefix.
fn has_runs_of_patterns(bytes: &[u8]) -> bool {
    let is_in_run = u8::is_ascii_alphanumeric;
    let runs = bytes.chunk_by(|left, right| is_in_run(left) && is_in_run(right));
    let mut runs = runs.filter(|run| is_in_run(&run[0])).peekable();
    runs.peek().is_some() && runs.all(|run| matches!(run, b"X" | b"Y"))
}

/// Returns whether one of the tokens of the word rules in `lines` is a value, `*`.
fn has_value(lines: &[u8]) -> bool {
    lines.split(|&byte| is_break(byte)).any(|token| token == b"*")
}

/// Returns `bytes` up to and including the last separator, because the token after it may be cut
/// off. A pattern of the word rules depends on no more than whole tokens.
fn without_last_token(bytes: &[u8]) -> &[u8] {
    // The bytes on both sides of a colon decide whether it is a separator.
    let ends_token = |&byte: &u8| byte != b':' && is_break(byte);
    let len = bytes.iter().rposition(ends_token).map_or(0, |last| last + 1);
    &bytes[..len]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn holds(bytes: &[u8], is_whole_file: bool) -> bool {
        holds_patterns(&Prefix { bytes: bytes.to_vec(), is_whole_file }).unwrap()
    }

    fn patterns(rules: Rules, text: &[u8]) -> Vec<u8> {
        normalize(rules, text).unwrap()
    }

    #[test]
    fn patterns_are_told_by_their_whole_lines() {
        for own in [
            &b"Y Y (X)\nY [X]\n"[..],
            b"Y Y\r\nY\r\n",
            b"Y\r\r\n",
            b"Y Y",
            b"\n\n\n",
            b"\xef\xbb\xbfY\n",
            b"(Y [Y) Y\n<<X>\nY'X'Y\n",
            b"\0\n\xff",
            b"",
            b"user alice logged in from *\n",
            b"up\nfailed: *\r\n\ndown\r\n",
            b"* a:b std::*\n \r\r\n",
            b"{\"ts\":*,\"level\":\"error\"}",
        ] {
            assert!(holds(own, true), "{:?}", own.escape_ascii().to_string());
        }
        for other in [
            &b"Y old\n"[..],
            b"Y Y\nold",
            b"Y\nYY\n",
            b"()\n",
            b"X\n",
            b"1",
            b"Y\n(Y)\n",
            b"* a  b\n",
            b"* May\n",
            b"* deadbeef\n",
            b"from *\nport 22\n",
            b"from * port 22",
            // Each line is a pattern, but of another rule set.
            b"from *\n(X)\nY \tY\n",
        ] {
            assert!(!holds(other, true), "{:?}", other.escape_ascii().to_string());
        }
    }

    #[test]
    fn text_without_values_may_be_anything() {
        for text in [&b"the only copy\n"[..], b"alice\nbob\n", b"a/* b\n", b"ls *.log\n"] {
            let own_pattern = patterns(Rules::Words, text);
            assert_eq!(own_pattern, text);
            assert!(!holds(text, true), "{:?}", text.escape_ascii().to_string());
        }
    }

    #[test]
    fn a_line_that_is_cut_off_does_not_tell_unless_there_is_no_other() {
        assert!(holds(b"Y (X)\n(X", false));
        assert!(!holds(b"Y (X)\n(X", true));
        assert!(holds(b"Y (X) Y (X", false));
        assert!(holds(b"from *\nport 2", false));
        for own in [&b"from * po"[..], b"from * at 2", b"{\"a\":*,\"b", b"* a:b c:"] {
            assert!(holds(own, false), "{:?}", own.escape_ascii().to_string());
        }
        for other in
            [&b"Y (X) Ya"[..], b"old", b"\0\0\0", b"- - -", b"*", b"a b c", b"* 2 b", b"*  b"]
        {
            assert!(!holds(other, false), "{:?}", other.escape_ascii().to_string());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn patterns_of_anything_by_any_rules_are_patterns(
            lines in vec(select(&b"[]{}<>()\"'\r\n\t :,=aZXY0_*\xff"[..]), 0..400),
        ) {
            prop_assert!(holds(&patterns(Rules::Shape, &lines), true));
            // A value on the first line is evidence enough.
            let lines = [b"at 12:30\n", &lines[..]].concat();
            prop_assert!(holds(&patterns(Rules::Words, &lines), true));
        }

        #[test]
        fn the_beginning_of_a_long_line_of_patterns_is_enough(
            tokens in vec(select(&["12 ", "a:b ", "c: ", "::d,", "x=1;", "(", ") ", "e"][..]), 0..60),
            cut in 0..60_usize,
        ) {
            let line = format!("at 12:30 {}", tokens.concat());
            let pattern = patterns(Rules::Words, line.as_bytes());
            let cut = cut.clamp(5, pattern.len() - 1);
            prop_assert!(holds(&pattern[..cut], false), "{:?}", &pattern[..cut]);
        }
    }
}
