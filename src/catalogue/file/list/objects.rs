//! Cuts JSON texts into objects, however they are laid out: one on a line, on several lines as `jq`
//! prints them, or in an array.

use crate::catalogue::file::error::Defect;
use crate::catalogue::memory::reserve;

/// The objects of a text that is given line by line.
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

    /// Returns the next object that ends in `line`, and advances `line` to after it. Returns `None` at
    /// the end of the line.
    ///
    /// # Errors
    ///
    /// [`Defect::NoList`] if there is something else between objects than there is in arrays.
    pub(super) fn next(&mut self, line: &mut &[u8]) -> Result<Option<&[u8]>, Defect> {
        if self.depth == 0 {
            self.object.clear();
            let is_between = |byte: &u8| b" \t[],".contains(byte);
            let start = line.iter().position(|byte| !is_between(byte)).unwrap_or(line.len());
            *line = &line[start..];
            match line {
                [] => return Ok(None),
                [b'{', ..] => {}
                _ => return Err(Defect::NoList),
            }
        }
        let end = self.end_in(line);
        let (part, rest) = line.split_at(end.unwrap_or(line.len()));
        *line = rest;
        reserve(&mut self.object, part.len() + 1)?;
        self.object.extend_from_slice(part);
        if end.is_none() {
            // For the parser the object is on one line, and no text goes on over its end.
            self.object.push(b' ');
        }
        Ok(end.map(|_| &*self.object))
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
            let mut line = line.as_bytes();
            while let Some(object) = objects.next(&mut line).map_err(|it| it.to_string())? {
                found.push(String::from_utf8(object.to_vec()).unwrap());
            }
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
    fn what_is_no_object_is_refused() {
        for text in ["a", "{}\n7", "[{}, null]", "\"{}\""] {
            assert!(objects_of(text).unwrap_err().contains("neither a catalogue"), "{text}");
        }
        for text in ["{", "{\"}", "{\"\\\"}", "{[}"] {
            assert!(
                objects_of(&format!("{{}}{text}")).unwrap_err().ends_with("and a part"),
                "{text}"
            );
        }
    }
}
