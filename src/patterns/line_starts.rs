//! Where the lines of a chunk start, by their number, without looking at each.
//!
//! To find the end of one line takes longer than to count the ends in a kilobyte. Only the first
//! and the last line of each pattern are asked for, so the chunk is counted through in blocks, and
//! ends are looked for in the blocks that matter.
//!
//! The bytes of a mapped log may change between two looks at them, and lines with them. What is
//! found is of no use then, and the run fails for it later; here it only must not be out of bounds.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

/// Bytes in a block: some lines, and long enough that counting in it is fast.
const BLOCK: usize = 1024;

/// An index of the chunk at hand; empty it is that of no bytes.
#[derive(Debug, Default)]
pub(super) struct LineStarts {
    /// How many lines start in the blocks up to each one, and in it. The first line of a chunk is
    /// not counted, for it starts behind no `\n` of the chunk.
    starts: Vec<u32>,
}

impl LineStarts {
    /// Makes this the index of `lines`, in place of what it was.
    pub(super) fn index(&mut self, lines: &[u8]) {
        let mut sum = 0;
        self.starts.clear();
        self.starts.extend(lines.chunks(BLOCK).map(|block| {
            sum += memchr_iter(b'\n', block).count() as u32;
            sum
        }));
    }

    /// The number, counted from 0, of the first line that starts at `offset` or behind.
    pub(super) fn number_at(&self, lines: &[u8], offset: usize) -> u32 {
        // A line that starts at `offset` has its `\n` before it.
        let Some(ends) = offset.checked_sub(1) else {
            return 0;
        };
        let block = ends / BLOCK;
        let rest = memchr_iter(b'\n', &lines[block * BLOCK..ends]).count() as u32;
        self.starts_before(block) + rest + 1
    }

    /// How many lines start in the blocks before `block`.
    fn starts_before(&self, block: usize) -> u32 {
        block.checked_sub(1).map_or(0, |last| self.starts[last])
    }
}

/// Goes from line to line, of which there are as many as the index has counted.
pub(super) struct Seeker<'a> {
    index: &'a LineStarts,
    lines: &'a [u8],
    number: u32,
    start: usize,
}

impl<'a> Seeker<'a> {
    /// At the first line of `lines`, which `index` is of.
    pub(super) fn new(index: &'a LineStarts, lines: &'a [u8]) -> Self {
        Self { index, lines, number: 0, start: 0 }
    }

    /// Where line `number` starts. Costs least if that is a little further than the one before.
    pub(super) fn start_of(&mut self, number: u32) -> usize {
        let starts = &self.index.starts[..];
        let here = (self.start / BLOCK).min(starts.len());
        let is_near = number >= self.number && starts.get(here).is_none_or(|&last| number <= last);
        if !is_near {
            let block = starts.partition_point(|&starts| starts < number);
            // The end of the line before is in `block`: count from where the block begins.
            self.number = self.index.starts_before(block);
            self.start = block * BLOCK;
        }
        while self.number < number {
            self.start = self.end(self.start) + 1;
            self.number += 1;
        }
        self.start
    }

    /// Where the line that starts at `start` ends, without its `\n`.
    pub(super) fn end(&self, start: usize) -> usize {
        let rest = self.lines.get(start..).unwrap_or_default();
        memchr(b'\n', rest).map_or(self.lines.len(), |length| start + length)
    }

    /// The bytes of line `number`, without its `\n`, and where it starts.
    pub(super) fn line(&mut self, number: u32) -> Range<usize> {
        let start = self.start_of(number).min(self.lines.len());
        start..self.end(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use crate::patterns::tests::config;

    /// Where each line starts, and where the last one ends.
    fn naive(lines: &[u8]) -> Vec<Range<usize>> {
        let mut start = 0;
        let line = |line: &[u8]| {
            let range = start..start + line.strip_suffix(b"\n").unwrap_or(line).len();
            start += line.len();
            range
        };
        lines.split_inclusive(|&byte| byte == b'\n').map(line).collect()
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn any_line_is_found_in_any_order(
            lens in vec(prop_oneof![0..4usize, 0..300usize, BLOCK - 2..3 * BLOCK], 1..40),
            numbers in vec(any::<prop::sample::Index>(), 0..60),
            is_ended in any::<bool>(),
        ) {
            let mut lines: Vec<u8> =
                lens.iter().flat_map(|&len| [&vec![b'a'; len][..], b"\n"].concat()).collect();
            if !is_ended {
                lines.pop();
            }
            let expected = naive(&lines);
            let mut index = LineStarts { starts: vec![7; 9] };
            index.index(&lines);
            let mut seeker = Seeker::new(&index, &lines);
            for number in numbers.iter().filter(|_| !expected.is_empty()) {
                let number = number.index(expected.len());
                prop_assert_eq!(seeker.line(number as u32), expected[number].clone());
            }
            for offset in (0..lines.len()).step_by(97).chain(expected.iter().map(|line| line.start)) {
                let number = expected.iter().take_while(|line| line.start < offset).count();
                prop_assert_eq!(index.number_at(&lines, offset), number as u32, "at {}", offset);
            }
        }
    }
}
