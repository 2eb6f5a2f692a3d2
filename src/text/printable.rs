//! Names and texts on one line of a terminal.

use std::fmt;
use std::path::Path;

/// Displays a path on one line of a terminal, whatever bytes it holds.
///
/// ```
/// use lognorm_mmap::text::Printable;
///
/// assert_eq!(Printable("a\x1b[31m.log".as_ref()).to_string(), "a\\u{1b}[31m.log");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub &'a Path);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", OneLine(&self.0.to_string_lossy()))
    }
}

/// Displays a text on one line of a terminal. Control characters, and characters that change the
/// direction of text or divide lines, are escaped.
#[derive(Clone, Copy, Debug)]
pub struct OneLine<'a>(pub &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            if is_printable(char) {
                write!(f, "{char}")?;
            } else {
                write!(f, "{}", char.escape_default())?;
            }
        }
        Ok(())
    }
}

/// Returns whether terminals and editors show `char` and do nothing else with it.
///
/// Control characters move the cursor or end the line. The other characters that are not printable
/// change the direction of the text after them, divide lines for some programs (U+2028, U+2029), or
/// are invisible and removed by editors (U+FEFF).
pub(crate) fn is_printable(char: char) -> bool {
    let is_format = matches!(
        char,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    );
    !char.is_control() && !is_format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_in_one_direction() {
        let name = "a\n\u{202e}b\u{2028}\x1b[31mï.log";
        let shown = Printable(Path::new(name)).to_string();
        assert_eq!(shown, "a\\n\\u{202e}b\\u{2028}\\u{1b}[31mï.log");
    }

    #[test]
    fn letters_are_printable_and_characters_that_turn_or_divide_lines_are_not() {
        assert!("aï☃日🦀 \u{a0}\u{301}".chars().all(is_printable));
        let others =
            "\0\t\n\x1b\x7f\u{85}\u{9b}\u{61c}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}";
        assert!(!others.chars().any(is_printable));
    }
}
