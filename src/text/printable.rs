//! Names and texts that may hold anything, as one harmless line of a terminal.

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

/// Displays a text with each control character escaped, so that it stays on one line and moves no
/// cursor.
#[derive(Clone, Copy, Debug)]
pub struct OneLine<'a>(pub &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            if char.is_control() {
                write!(f, "{}", char.escape_default())?;
            } else {
                write!(f, "{char}")?;
            }
        }
        Ok(())
    }
}
