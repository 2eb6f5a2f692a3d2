//! The texts of a catalogue, many in one allocation.

use super::memory::{NoMemory, reserve, reserve_exact};

/// Bytes in a segment. Segments are never moved, so growing copies nothing.
const SEGMENT: usize = 1 << 20;

/// Where a pattern and its example are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    segment: u32,
    start: u32,
    pattern_len: u32,
    example_len: u32,
}

/// The end of the texts at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextsEnd {
    segments: usize,
    len: usize,
}

/// Patterns with their examples.
#[derive(Debug, Default)]
pub(super) struct Texts {
    segments: Vec<Vec<u8>>,
}

impl Texts {
    /// Returns whether both are short enough to be kept: less than 4 GiB.
    pub(super) fn fit(pattern: &[u8], example: &[u8]) -> bool {
        pattern.len().checked_add(example.len()).is_some_and(|len| len < 1 << 32)
    }

    /// Keeps a copy of both, which must [fit](Self::fit).
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. Nothing was kept then.
    pub(super) fn push(&mut self, pattern: &[u8], example: &[u8]) -> Result<Text, NoMemory> {
        let len = pattern.len() + example.len();
        let has_room = |segment: &Vec<u8>| segment.capacity() - segment.len() >= len;
        if !self.segments.last().is_some_and(has_room) {
            // A segment for texts that are longer than others has no room for more.
            let mut segment = Vec::new();
            reserve_exact(&mut segment, len.max(SEGMENT))?;
            reserve(&mut self.segments, 1)?;
            self.segments.push(segment);
        }
        let segment = self.segments.last_mut().ok_or(NoMemory)?;
        let start = segment.len() as u32;
        segment.extend_from_slice(pattern);
        segment.extend_from_slice(example);
        Ok(Text {
            segment: (self.segments.len() - 1) as u32,
            start,
            pattern_len: pattern.len() as u32,
            example_len: example.len() as u32,
        })
    }

    /// Returns the end of all texts, to [`truncate`](Self::truncate) at.
    pub(super) fn end(&self) -> TextsEnd {
        let len = self.segments.last().map_or(0, Vec::len);
        TextsEnd { segments: self.segments.len(), len }
    }

    /// Removes the texts after `end`, which there were when it was returned.
    pub(super) fn truncate(&mut self, end: TextsEnd) {
        self.segments.truncate(end.segments);
        if let Some(last) = self.segments.last_mut() {
            last.truncate(end.len);
        }
    }

    pub(super) fn pattern(&self, text: Text) -> &[u8] {
        let start = text.start as usize;
        &self.segments[text.segment as usize][start..start + text.pattern_len as usize]
    }

    pub(super) fn example(&self, text: Text) -> &[u8] {
        let start = text.start as usize + text.pattern_len as usize;
        &self.segments[text.segment as usize][start..start + text.example_len as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_stay_what_they_were() {
        let mut texts = Texts::default();
        let lens = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 5, 0];
        let kept: Vec<_> = lens
            .iter()
            .zip(b'a'..)
            .map(|(&len, byte)| (len, byte, texts.push(&vec![byte; len], &[byte, b'!'])))
            .collect();
        for (len, byte, text) in kept {
            let text = text.unwrap();
            assert_eq!(texts.pattern(text), vec![byte; len]);
            assert_eq!(texts.example(text), [byte, b'!']);
        }
    }
}
