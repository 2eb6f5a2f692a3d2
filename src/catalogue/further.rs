//! The examples of a pattern after its first one.
//!
//! Of all lines of a pattern, the first whose texts differ are its examples. Each is kept with the
//! number of its line. So they are the same in whatever order the lines are added: among the lines
//! beyond the limits, and in folded patterns, lines of several patterns take turns.

use super::example::Example;
use super::hash::PatternHasher;
use super::memory::{NoMemory, reserve};
use super::texts::{Text, Texts};

/// The examples after the first, by line. No two have the same text, and none has that of the first.
#[derive(Clone, Debug, Default)]
pub(super) struct FurtherExamples(Vec<KeptExample>);

#[derive(Clone, Copy, Debug)]
struct KeptExample {
    line: u64,
    hash: u64,
    text: Text,
}

impl FurtherExamples {
    /// The bytes of an example beside its text, in a vector that grew by doubling.
    const CHARGE: usize = 2 * size_of::<KeptExample>();

    /// Adds `example`, which is not on a line before that of the example `first`, if it is among the
    /// `max` first that differ. Returns how many bytes of memory it takes.
    ///
    /// # Errors
    ///
    /// [`NoMemory`]. Nothing was added then.
    pub(super) fn add(
        &mut self,
        example: Example<'_>,
        first: Text,
        max: usize,
        texts: &mut Texts,
        hasher: &PatternHasher,
    ) -> Result<usize, NoMemory> {
        let Example { line, text } = example;
        let Self(kept) = self;
        let is_full = kept.len() + 1 >= max;
        let is_late = kept.last().is_none_or(|last| last.line <= line);
        if is_full && is_late || text == texts.example(first) {
            return Ok(0);
        }
        let hash = hasher.hash(text);
        let is_same = |it: &KeptExample| it.hash == hash && texts.example(it.text) == text;
        let (added, charge) = match kept.iter().position(is_same) {
            Some(index) if kept[index].line <= line => return Ok(0),
            Some(index) => (KeptExample { line, ..kept.remove(index) }, 0),
            None => {
                reserve(kept, 1)?;
                let added = KeptExample { line, hash, text: texts.push(b"", text)? };
                kept.truncate(max - 2);
                (added, Self::CHARGE + text.len())
            }
        };
        let index = kept.partition_point(|it| it.line <= line);
        kept.insert(index, added);
        Ok(charge)
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Removes all but the first `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

/// The examples of a row after its first one.
#[derive(Clone, Debug)]
pub(super) enum Further<'a> {
    /// Of a row that a catalogue has, whose log comes after `lines_before` lines.
    Kept { examples: &'a FurtherExamples, texts: &'a Texts, lines_before: u64 },
    /// Of a row that was read: the line and the text of each.
    Read(Vec<(u64, Vec<u8>)>),
}

impl<'a> Further<'a> {
    pub(super) fn kept(examples: &'a FurtherExamples, texts: &'a Texts) -> Self {
        Self::Kept { examples, texts, lines_before: 0 }
    }

    /// Returns the same for a catalogue's row, if its log comes after `lines_before` lines.
    pub(super) fn after(self, lines_before: u64) -> Self {
        match self {
            Self::Kept { examples, texts, .. } => Self::Kept { examples, texts, lines_before },
            Self::Read(_) => self,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Example<'_>> + Clone {
        let (kept, read) = match self {
            Self::Kept { examples, texts, lines_before } => {
                let text = |it: &KeptExample| texts.example(it.text);
                let example = move |it: &'a KeptExample| Example {
                    line: lines_before + it.line,
                    text: text(it),
                };
                (Some(examples.0.iter().map(example)), None)
            }
            Self::Read(read) => (None, Some(read)),
        };
        let read = read.into_iter().flatten();
        let read = read.map(|(line, text)| Example { line: *line, text });
        kept.into_iter().flatten().chain(read)
    }
}

impl Default for Further<'_> {
    fn default() -> Self {
        Self::Read(Vec::new())
    }
}

impl PartialEq for Further<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::catalogue::tests::config;

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn the_first_lines_that_differ_in_any_order(
            lines in prop::collection::vec(0..12u8, 1..40), max in 2..9usize, seed in any::<u64>()
        ) {
            let mut expected: Vec<(u64, u8)> = Vec::new();
            for (&text, line) in lines.iter().zip(1..) {
                if expected.len() < max && expected.iter().all(|it| it.1 != text) {
                    expected.push((line, text));
                }
            }
            let mut rest: Vec<_> = (2..).zip(lines[1..].iter().copied()).collect();
            rest.sort_by_key(|(line, _)| (seed ^ line).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let (mut texts, mut further) = (Texts::default(), FurtherExamples::default());
            let first = texts.push(b"pattern", &[lines[0]]).unwrap();
            for (line, text) in rest {
                let example = Example { line, text: &[text] };
                further.add(example, first, max, &mut texts, &PatternHasher::default()).unwrap();
            }
            let further = Further::kept(&further, &texts);
            let found: Vec<_> = further.iter().map(|it| (it.line, it.text[0])).collect();
            prop_assert_eq!(found, &expected[1..]);
        }
    }
}
