//! Which characters a terminal, or an editor, shows and does nothing else with.

/// Returns whether `char` can be shown as it is.
///
/// Control characters move the cursor or end the line. The others that are not harmless have what
/// follows written in the other direction, divide lines for some programs (U+2028, U+2029), or are
/// taken away by editors because they are invisible (U+FEFF).
pub(crate) fn is_harmless(char: char) -> bool {
    let is_other = matches!(
        char,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    );
    !char.is_control() && !is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_harmless_and_what_turns_or_divides_them_is_not() {
        assert!("aï☃日🦀 \u{a0}\u{301}".chars().all(is_harmless));
        let others =
            "\0\t\n\x1b\x7f\u{85}\u{9b}\u{61c}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}";
        assert!(!others.chars().any(is_harmless));
    }
}
