//! The [`Normalizer`]: turns lines that are in memory into patterns.

use std::alloc::{Layout, handle_alloc_error};
use std::mem::take;
use std::ops::AddAssign;

use super::kernel::Kernel;
use super::rule_set::Rules;
use super::shape::{LevelStorage, MAX_INPUT};
use super::spans::LineSpans;

/// A converter of lines into their patterns, which keeps its working memory from one call to the
/// next.
///
/// ```
/// use lognorm_mmap::Normalizer;
///
/// let mut patterns = Vec::new();
/// let counts = Normalizer::new().normalize(b"took 12 ms (cached)\r\nretry [3/5]", &mut patterns);
/// assert_eq!(patterns, b"Y Y Y (X)\nY [X]\n");
/// assert_eq!(counts.lines, 2);
/// ```
#[derive(Debug)]
pub struct Normalizer {
    kernel: Kernel,
    rules: Rules,
    levels: LevelStorage,
}

impl Normalizer {
    /// Returns a normalizer for the shape rules that uses the fastest kernel this CPU can run.
    pub fn new() -> Self {
        Self::with_kernel(Kernel::best())
    }

    /// Returns a normalizer for the shape rules that uses `kernel`.
    pub fn with_kernel(kernel: Kernel) -> Self {
        Self::with_rules(kernel, Rules::Shape)
    }

    /// Returns a normalizer for `rules` that uses `kernel`.
    pub fn with_rules(kernel: Kernel, rules: Rules) -> Self {
        Self { kernel, rules, levels: LevelStorage::default() }
    }

    /// Appends the pattern of every line of `lines` to `output`.
    ///
    /// `lines` is taken as whole lines: it starts at the beginning of one, and if it does not end
    /// with `\n`, its last bytes are the last line of the input. A log can therefore be given in
    /// pieces, as long as each but the last is cut directly after a `\n`.
    ///
    /// Takes time linear in the length of `lines`, whatever they hold. `output` grows by at most
    /// [`max_output_len`](crate::max_output_len) bytes. These and a few more are reserved at once,
    /// so that no line allocates. Working memory grows with the deepest nesting of openers in one
    /// line.
    ///
    /// Ends the process, as [`Vec`] does, if there is not enough memory.
    ///
    /// # Panics
    ///
    /// Panics if `lines` is longer than 2^39 bytes, which is half a tebibyte. Such a text can be
    /// given in pieces.
    pub fn normalize(&mut self, lines: &[u8], output: &mut Vec<u8>) -> Counts {
        check_len(lines);
        self.try_normalize(lines, output, None)
            .unwrap_or_else(|| handle_alloc_error(Layout::new::<LevelStorage>()))
    }

    /// Appends the pattern of every line of `lines` to `output`, as [`Normalizer::normalize`] does,
    /// and replaces the content of `spans` by the positions of the lines and patterns.
    ///
    /// # Panics
    ///
    /// Panics if `lines` is longer than 2^39 bytes, which is half a tebibyte.
    pub fn normalize_noting(
        &mut self,
        lines: &[u8],
        output: &mut Vec<u8>,
        spans: &mut LineSpans,
    ) -> Counts {
        check_len(lines);
        self.try_normalize(lines, output, Some(spans))
            .unwrap_or_else(|| handle_alloc_error(Layout::new::<LineSpans>()))
    }

    /// Does what the functions above do, with spans if they are given. Returns `None` if there is
    /// not enough memory for the levels that a line opens or for the spans. The content of `output`
    /// and `spans` is then meaningless.
    ///
    /// `lines` longer than [`MAX_INPUT`] also give `None`: memory that holds such a line has no
    /// room for its pattern. Memory for the output is only asked for if the spare capacity of
    /// `output` is not enough.
    pub(crate) fn try_normalize(
        &mut self,
        lines: &[u8],
        output: &mut Vec<u8>,
        mut spans: Option<&mut LineSpans>,
    ) -> Option<Counts> {
        if lines.len() as u64 > MAX_INPUT {
            return None;
        }
        let before = output.len();
        if let Some(spans) = &mut spans {
            spans.clear();
        }
        let line_count =
            self.kernel.run(self.rules, lines, output, &mut self.levels, spans.as_deref_mut());
        let counts = Counts {
            lines: line_count,
            bytes_in: lines.len() as u64,
            bytes_out: (output.len() - before) as u64,
        };
        let are_spans_complete = spans.is_none_or(|spans| !take(&mut spans.is_incomplete));
        let is_complete = !take(&mut self.levels.is_incomplete) && are_spans_complete;
        is_complete.then_some(counts)
    }
}

impl Default for Normalizer {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the patterns of all lines of `lines`, in order, by the shape rules.
///
/// This is [`Normalizer::normalize`] in one call.
///
/// ```
/// assert_eq!(lognorm_mmap::normalize(b"ws=WorkSource{10113}"), b"Y=Y{X}\n");
/// ```
pub fn normalize(lines: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    Normalizer::new().normalize(lines, &mut output);
    output
}

/// The number of lines and bytes of a stretch of input and of its patterns. Adds up with `+=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines read, which is also lines written.
    pub lines: u64,
    /// Bytes of input.
    pub bytes_in: u64,
    /// Bytes of output.
    pub bytes_out: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.lines += other.lines;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
    }
}

/// Panics if `lines` is longer than one call can take.
fn check_len(lines: &[u8]) {
    assert!(lines.len() as u64 <= MAX_INPUT, "more than 2^39 bytes of lines in one call");
}
