//! Texts as HTML.
//!
//! What the table for terminals escapes is escaped here too, as `\t` or `\x1B`, in an `<i>` of its
//! own, so that it is told from the same characters in the log.

use std::ops::Range;

use crate::text::OneLine;
use crate::text::escape::{Escape, Piece, pieces};

/// Appends `bytes` as the content of an element.
pub(super) fn push_text(bytes: &[u8], html: &mut String) {
    let mut text = Text { html, is_in_escape: false };
    for piece in pieces(bytes) {
        match piece {
            Piece::Char(char) if is_noncharacter(char) => {
                text.push_escaped(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Piece::Char(char) => text.push_char(char),
            Piece::Bytes(bytes) => text.push_escaped(bytes),
        }
    }
    text.set_in_escape(false);
}

/// Appends `bytes` as the content of an element, with `values` of it marked.
pub(super) fn push_marked(bytes: &[u8], values: &[Range<usize>], html: &mut String) {
    let mut end = 0;
    for value in values {
        push_text(&bytes[end..value.start], html);
        html.push_str("<var>");
        push_text(&bytes[value.clone()], html);
        html.push_str("</var>");
        end = value.end;
    }
    push_text(&bytes[end..], html);
}

/// Appends `name` as the content of an element that cannot hold others, such as the title.
pub(super) fn push_name(name: &str, html: &mut String) {
    for char in OneLine(name).to_string().chars() {
        if is_noncharacter(char) {
            html.extend(char.escape_unicode());
        } else {
            push_char(char, html);
        }
    }
}

/// A text that is being appended.
struct Text<'a> {
    html: &'a mut String,
    is_in_escape: bool,
}

impl Text<'_> {
    fn push_char(&mut self, char: char) {
        self.set_in_escape(false);
        push_char(char, self.html);
    }

    fn push_escaped(&mut self, bytes: &[u8]) {
        self.set_in_escape(true);
        bytes.iter().for_each(|&byte| self.html.push_str(Escape::of(byte).as_str()));
    }

    fn set_in_escape(&mut self, is_in_escape: bool) {
        if self.is_in_escape != is_in_escape {
            self.is_in_escape = is_in_escape;
            self.html.push_str(if is_in_escape { "<i>" } else { "</i>" });
        }
    }
}

fn push_char(char: char, html: &mut String) {
    match char {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        char => html.push(char),
    }
}

/// Returns whether `char` may not be in HTML, though terminals show something for it.
fn is_noncharacter(char: char) -> bool {
    matches!(char, '\u{fdd0}'..='\u{fdef}') || u32::from(char) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn text(bytes: impl AsRef<[u8]>) -> String {
        let mut html = String::new();
        push_text(bytes.as_ref(), &mut html);
        html
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            text("</script><!-- a='b\" &amp;"),
            "&lt;/script&gt;&lt;!-- a=&#39;b&quot; &amp;amp;"
        );
        assert_eq!(text("naïve ☃ \u{a0}"), "naïve ☃ \u{a0}");
    }

    #[test]
    fn what_is_not_shown_as_itself_is_told_from_text() {
        assert_eq!(text(b"a\t\0\\x00\xff"), r"a<i>\t\x00</i>\x00<i>\xFF</i>");
        assert_eq!(
            text("\u{202e}<\u{ffff}\u{85}"),
            r"<i>\xE2\x80\xAE</i>&lt;<i>\xEF\xBF\xBF\xC2\x85</i>"
        );
    }

    #[test]
    fn values_are_marked() {
        let mut html = String::new();
        push_marked(b"a <1> \x01", &[2..5, 6..7], &mut html);
        assert_eq!(html, r"a <var>&lt;1&gt;</var> <var><i>\x01</i></var>");
    }

    #[test]
    fn a_name_has_no_elements() {
        let mut html = String::new();
        push_name("a<b>\n\u{202e}\u{fffe}.log", &mut html);
        assert_eq!(html, r"a&lt;b&gt;\n\u{202e}\u{fffe}.log");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_come_back(
            bytes in prop_oneof![
                vec(any::<u8>(), 0..100),
                vec(select(&b"<>&\"'/!-i;lt#39\0\n\xe2\x80\xae\xff\\x"[..]), 0..100),
            ]
        ) {
            let html = text(&bytes);
            prop_assert!(!html.contains(['"', '\'', '\0']));
            let mut back = Vec::new();
            for part in html.split_inclusive("</i>") {
                let (plain, escaped) = part.split_once("<i>").unwrap_or((part, ""));
                prop_assert!(!plain.contains(['<', '>']));
                let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
                back.extend(plain.replace("&#39;", "'").replace("&amp;", "&").into_bytes());
                let mut escaped = escaped.trim_end_matches("</i>").as_bytes().to_vec();
                back.extend(crate::text::escape::unescape(&mut escaped).unwrap());
            }
            prop_assert_eq!(back, bytes);
        }
    }
}
