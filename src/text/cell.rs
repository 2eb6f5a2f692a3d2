//! Text in a cell of a table, cut to the width of the cell.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::escape::{Escape, Piece, pieces};

/// The character that asks for the coloured form of the one before it, which takes two columns.
const EMOJI_FORM: char = '\u{fe0f}';

/// The parts of a text that are set off from the rest, and what is written before and after each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    /// Where the parts are in the bytes of the text, in order.
    pub(crate) ranges: &'a [Range<usize>],
    /// An escape sequence, which takes no column.
    pub(crate) on: &'a str,
    /// Takes back what `on` does.
    pub(crate) off: &'a str,
}

/// Appends `bytes` to `line` in at most `width` columns of a terminal, with `…` where they are cut.
/// Characters that are not [printable](super::is_printable) are escaped.
pub(crate) fn push_cell(bytes: &[u8], width: usize, line: &mut String) {
    push_marked_cell(bytes, Marks::default(), width, line);
}

/// Does what [`push_cell`] does, and sets parts of the text off. The `…` is in none of them.
pub(crate) fn push_marked_cell(bytes: &[u8], marks: Marks<'_>, width: usize, line: &mut String) {
    let mut ranges = marks.ranges.iter().peekable();
    let (mut offset, mut taken, mut last_width) = (0, 0, 0);
    let mut is_marked = false;
    // The position to cut at if the rest does not fit, with a column left for the `…`, and whether
    // that is in a marked part.
    let mut cut = (line.len(), false);
    let mut part = String::new();
    for piece in pieces(bytes) {
        while ranges.next_if(|range| range.end <= offset).is_some() {}
        let is_in_mark = ranges.peek().is_some_and(|range| range.start <= offset);
        part.clear();
        last_width = push_piece(&piece, last_width, &mut part);
        if taken + last_width > width {
            line.truncate(cut.0);
            line.push_str(if cut.1 { marks.off } else { "" });
            line.push('…');
            return;
        }
        if is_in_mark != is_marked {
            line.push_str(if is_in_mark { marks.on } else { marks.off });
            is_marked = is_in_mark;
        }
        taken += last_width;
        offset += piece.len();
        line.push_str(&part);
        if taken < width {
            cut = (line.len(), is_marked);
        }
    }
    line.push_str(if is_marked { marks.off } else { "" });
}

/// Appends one piece, and returns its width in columns. `before` is the width of the piece before it.
fn push_piece(piece: &Piece<'_>, before: usize, part: &mut String) -> usize {
    match *piece {
        Piece::Char(char) => {
            part.push(char);
            match char {
                EMOJI_FORM if before == 1 => 1,
                char => char.width().unwrap_or(0),
            }
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
        // A sign, or the same as an emoji, which is wider.
        assert_eq!(cell("\u{26a0}ab", 3), "\u{26a0}ab");
        assert_eq!(cell("\u{26a0}\u{fe0f}ab", 3), "\u{26a0}\u{fe0f}…");
        assert_eq!(cell("🦀\u{fe0f}b", 3), "🦀\u{fe0f}b");
    }

    #[test]
    fn marks_are_where_they_belong_and_end_before_the_text_does() {
        let marked = |text: &str, ranges: &[(usize, usize)], width| {
            let ranges: Vec<_> = ranges.iter().map(|&(start, end)| start..end).collect();
            let mut line = String::new();
            let marks = Marks { ranges: &ranges, on: "<", off: ">" };
            push_marked_cell(text.as_bytes(), marks, width, &mut line);
            line
        };
        assert_eq!(marked("took 12 ms", &[(5, 7)], 80), "took <12> ms");
        assert_eq!(marked("12 ms 7", &[(0, 2), (6, 7)], 80), "<12> ms <7>");
        // Two that meet look like one.
        assert_eq!(marked("12ms", &[(0, 2), (2, 4)], 80), "<12ms>");
        assert_eq!(marked("took 123456", &[(5, 11)], 8), "took <12>…");
        assert_eq!(marked("took 1 and more", &[(5, 6)], 10), "took <1> an…");
        assert_eq!(marked("日本\t語", &[(3, 7)], 80), "日<本\\t>語");
        assert_eq!(marked("ab", &[(0, 2)], 0), "…");
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
