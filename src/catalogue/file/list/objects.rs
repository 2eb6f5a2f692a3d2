//! Cuts JSON texts into objects, however they are laid out: one on a line, on several lines as `jq`
//! prints them, or in an array.

use memchr::memmem;

use crate::catalogue::file::error::Defect;
use crate::catalogue::memory::reserve;

/// The length of the beginning of an object by which it is known as a row. The rest of another is not read.
const BEGINNING: usize = 64 << 10;

/// The beginnings of the names of members. Every row has one with such a name.
const MEMBERS: [&str; 3] = ["\"kind\"", "\"pattern", "\"example"];

/// The objects of a text that is given part by part.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// The object, as far as it was read.
    object: Vec<u8>,
    /// The number of brackets and braces that are open in it.
    depth: u64,
    state: State,
}

/// The state of the scanner between two bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    OutsideTexts,
    InText,
    AfterBackslash,
}

impl Objects {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Returns whether an object has begun and not ended.
    pub(super) fn is_within(&self) -> bool {
        self.depth > 0
    }

    /// Returns the next object that ends in `text`, which has no line end, and advances `text` to after
    /// it. Returns `None` at the end of `text`.
    ///
    /// # Errors
    ///
    /// [`Defect::NoList`] if there is something else between objects than there is in arrays, or a long
    /// object that is no row.
    pub(super) fn next(&mut self, text: &mut &[u8]) -> Result<Option<&[u8]>, Defect> {
        if self.depth == 0 {
            self.object.clear();
            // A byte-order mark is there where files were put together.
            let is_between = |byte: &u8| b" \t\r[],\xef\xbb\xbf".contains(byte);
            let start = text.iter().position(|byte| !is_between(byte)).unwrap_or(text.len());
            *text = &text[start..];
            match text {
                [] => return Ok(None),
                [b'{', ..] => {}
                _ => return Err(Defect::NoList),
            }
        }
        let end = self.end_in(text);
        let (part, rest) = text.split_at(end.unwrap_or(text.len()));
        *text = rest;
        let before = self.object.len();
        reserve(&mut self.object, part.len())?;
        self.object.extend_from_slice(part);
        if end.is_none() && before <= BEGINNING && self.object.len() > BEGINNING {
            let is_there = |name: &&str| memmem::find(&self.object, name.as_bytes()).is_some();
            if !MEMBERS.iter().any(is_there) {
                return Err(Defect::NoList);
            }
        }
        Ok(end.map(|_| &*self.object))
    }

    /// Takes note of the end of a line.
    ///
    /// # Errors
    ///
    /// [`Defect::Control`] if it is in a text, where JSON has it escaped.
    pub(super) fn end_line(&mut self) -> Result<(), Defect> {
        if self.state != State::OutsideTexts {
            return Err(Defect::Control);
        }
        if self.is_within() {
            // The parser is given one line, so that it does not count lines of its own.
            reserve(&mut self.object, 1)?;
            self.object.push(b' ');
        }
        Ok(())
    }

    /// Returns where in `text`, which is a part of the object, the object ends.
    fn end_in(&mut self, text: &[u8]) -> Option<usize> {
        use State::*;
        for (index, byte) in text.iter().enumerate() {
            match (self.state, byte) {
                (OutsideTexts, b'"') => self.state = InText,
                (OutsideTexts, b'{' | b'[') => self.depth += 1,
                (OutsideTexts, b'}' | b']') => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(index + 1);
                    }
                }
                (InText, b'"') => self.state = OutsideTexts,
                (InText, b'\\') => self.state = AfterBackslash,
                (AfterBackslash, _) => self.state = InText,
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects_of(text: &str) -> Result<Vec<String>, String> {
        let mut objects = Objects::new();
        let mut found = Vec::new();
        for line in text.lines() {
            // The shortest parts.
            for mut part in line.as_bytes().chunks(1) {
                while let Some(object) = objects.next(&mut part).map_err(|it| it.to_string())? {
                    found.push(String::from_utf8(object.to_vec()).unwrap());
                }
            }
            objects.end_line().map_err(|it| it.to_string())?;
        }
        if objects.is_within() { Err(format!("{found:?} and a part")) } else { Ok(found) }
    }

    #[test]
    fn objects_are_found_in_any_layout() {
        let one = r#"{"a":"}{\"\\","b":[{"c":[]}]}"#;
        assert_eq!(objects_of("").unwrap(), [""; 0]);
        assert_eq!(objects_of(&format!("{one}\n{one}")).unwrap(), [one, one]);
        assert_eq!(objects_of(&format!(" {one}{one} {{}}")).unwrap(), [one, one, "{}"]);
        assert_eq!(objects_of(&format!("[\n  {one},\n\t{one}\n]")).unwrap(), [one, one]);
        let pretty = "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n{\n}";
        let joined = r#"{   "a": 1,   "b": [     2   ] }"#;
        assert_eq!(objects_of(pretty).unwrap(), [joined, "{ }"]);
    }

    #[test]
    fn a_line_does_not_end_in_a_text() {
        for text in ["{\"}", "{\"\\\"}", "{\"a\nb\":1}", "{\"a\\\nb\":1}"] {
            assert!(objects_of(text).unwrap_err().contains("control character"), "{text}");
        }
    }

    #[test]
    fn a_long_object_that_is_no_row_is_not_read_to_its_end() {
        let endless = format!("{{\"list\":[{}", "{\"level\":3},".repeat(BEGINNING / 12));
        assert!(objects_of(&endless).unwrap_err().contains("neither a catalogue"));
        let row = endless.replacen("level", "pattern", 1);
        assert!(objects_of(&row).unwrap_err().ends_with("and a part"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["a", "{}\n7", "[{}, null]", "\"{}\""] {
            assert!(objects_of(text).unwrap_err().contains("neither a catalogue"), "{text}");
        }
        for text in ["{", "{[}"] {
            assert!(
                objects_of(&format!("{{}}{text}")).unwrap_err().ends_with("and a part"),
                "{text}"
            );
        }
    }
}
