//! Text in a cell of a table, cut to the width of the cell.

use unicode_width::UnicodeWidthChar;

use super::escape::{Escape, Piece, pieces};

/// Appends `bytes` to `line` in at most `width` columns of a terminal, with `…` where they are cut.
/// Characters that are not [printable](super::is_printable) are escaped.
pub(crate) fn push_cell(bytes: &[u8], width: usize, line: &mut String) {
    let mut taken = 0;
    // The position to cut at if the rest does not fit, with a column left for the `…`.
    let mut cut = line.len();
    let mut part = String::new();
    for piece in pieces(bytes) {
        part.clear();
        let part_width = push_piece(&piece, &mut part);
        if taken + part_width > width {
            line.truncate(cut);
            line.push('…');
            return;
        }
        taken += part_width;
        line.push_str(&part);
        if taken < width {
            cut = line.len();
        }
    }
}

/// Appends one piece, and returns its width in columns.
fn push_piece(piece: &Piece<'_>, part: &mut String) -> usize {
    match *piece {
        Piece::Char(char) => {
            part.push(char);
            char.width().unwrap_or(0)
        }
        Piece::Bytes(bytes) => {
            bytes.iter().for_each(|&byte| part.push_str(Escape::of(byte).as_str()));
            part.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: impl AsRef<[u8]>, width: usize) -> String {
        let mut line = "| ".to_owned();
        push_cell(text.as_ref(), width, &mut line);
        line.split_off(2)
    }

    #[test]
    fn a_text_that_fits_is_whole_and_one_that_does_not_ends_with_dots() {
        assert_eq!(cell("", 3), "");
        assert_eq!(cell("abc", 3), "abc");
        assert_eq!(cell("abcd", 3), "ab…");
        assert_eq!(cell("日本語", 6), "日本語");
        assert_eq!(cell("日本語", 5), "日本…");
        assert_eq!(cell("日本語", 4), "日…");
        assert_eq!(cell("e\u{301}e\u{301}", 2), "e\u{301}e\u{301}");
    }

    #[test]
    fn nothing_in_it_moves_the_cursor() {
        assert_eq!(cell("a\tb\x1b[31m", 80), "a\\tb\\x1B[31m");
        assert_eq!(cell("\u{202e}a", 80), "\\xE2\\x80\\xAEa");
        assert_eq!(cell("\u{61c}a", 80), "\\xD8\\x9Ca");
        assert_eq!(cell(b"\xff\xfe", 80), "\\xFF\\xFE");
        assert_eq!(cell(b"\xff\xfe", 7), "\\xFF…");
    }
}
