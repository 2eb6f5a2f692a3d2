//! Finds the lines whose pattern is in no catalogue: the new ones.

use super::merge::MergeError;
use super::normalized::Normalized;
use super::totals::Catalogue;
use crate::rules::Rules;

/// What is kept of a line that is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// The line as it was read, ended by `\n` also where the log's last line is not.
    Line,
    /// Its pattern.
    Pattern,
}

/// The patterns of a catalogue, to look others up in. Any number of threads may.
#[derive(Debug)]
pub struct Known {
    catalogue: Catalogue,
}

impl Known {
    /// Knows the patterns that `catalogue` kept. Those among its
    /// [others](Catalogue::other) are not known by name, and so are new.
    ///
    /// # Errors
    ///
    /// [`MergeError::Rules`] if its patterns were made by another version of its rules than this
    /// program's.
    pub fn new(catalogue: Catalogue) -> Result<Self, MergeError> {
        let ours = catalogue.rules.rules.into();
        if catalogue.rules != ours {
            return Err(MergeError::Rules { ours, next: catalogue.rules });
        }
        Ok(Self { catalogue })
    }

    /// Returns the rules that make patterns to look up.
    pub fn rules(&self) -> Rules {
        self.catalogue.rules.rules
    }

    /// Appends to `output` what is to be kept of each line of `chunk` that is new, in order, and
    /// returns how many that are.
    ///
    /// Takes time linear in the chunk. `output` grows by at most the length of what is kept and one
    /// byte.
    pub fn filter(&self, chunk: Normalized<'_>, emit: Emit, output: &mut Vec<u8>) -> u64 {
        let mut new = 0;
        let mut before: Option<(&[u8], bool)> = None;
        for span in chunk.spans.iter() {
            let pattern = &chunk.patterns[span.pattern];
            // Often lines of one pattern follow each other.
            let is_known = match before {
                Some((same, is_known)) if same == pattern => is_known,
                _ => self.catalogue.contains(pattern),
            };
            if !is_known {
                output.extend_from_slice(match emit {
                    Emit::Line => &chunk.lines[span.line],
                    Emit::Pattern => pattern,
                });
                output.push(b'\n');
                new += 1;
            }
            before = Some((pattern, is_known));
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Limits;
    use crate::catalogue::tests::{catalogue_of, normalize_noting};

    #[test]
    fn patterns_of_other_rules_are_not_looked_up() {
        let mut catalogue = catalogue_of(b"a\n", 100, Limits::default());
        catalogue.rules.version += 1;
        assert!(matches!(Known::new(catalogue), Err(MergeError::Rules { .. })));
    }

    #[test]
    fn what_went_beyond_the_limits_is_new() {
        let known = catalogue_of(b"a\n(b)\n(b)\n", 100, Limits::of_patterns(1));
        let known = Known::new(known).unwrap();
        let (lines, mut output) = (b"(x)\na", Vec::new());
        let (patterns, spans) = normalize_noting(lines);
        let chunk = Normalized { lines, patterns: &patterns, spans: &spans };
        assert_eq!(known.filter(chunk, Emit::Line, &mut output), 1);
        assert_eq!(output, b"(x)\n");
    }
}
