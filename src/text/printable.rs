//! Names and texts that may hold anything, as one harmless line of a terminal.

use std::fmt;
use std::path::Path;

use super::is_harmless;

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

/// Displays a text with each control character escaped, and each that turns text around or divides
/// lines, so that it stays on one line, in order, and moves no cursor.
#[derive(Clone, Copy, Debug)]
pub struct OneLine<'a>(pub &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            if is_harmless(char) {
                write!(f, "{char}")?;
            } else {
                write!(f, "{}", char.escape_default())?;
            }
        }
        Ok(())
    }
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
}
