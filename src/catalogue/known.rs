//! Finds the lines whose pattern is not in a catalogue: the new ones.

use super::merge::MergeError;
use super::normalized::Normalized;
use super::totals::Catalogue;
use crate::rules::Rules;

/// The form in which new lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// As they were read, each ended by `\n`, also where the log's last line is not.
    Line,
    /// As their patterns.
    Pattern,
}

/// The patterns of a catalogue, to look others up in. Threads may share it.
#[derive(Debug)]
pub struct Known {
    catalogue: Catalogue,
}

impl Known {
    /// Returns the patterns that `catalogue` kept. It does not name those of its
    /// [others](Catalogue::other), which are taken for new.
    ///
    /// # Errors
    ///
    /// [`MergeError::OtherVersion`] if its patterns were made by another version of its rules than
    /// this program's.
    pub fn new(catalogue: Catalogue) -> Result<Self, MergeError> {
        if catalogue.rules != catalogue.rules.rules.into() {
            return Err(MergeError::OtherVersion { rules: catalogue.rules });
        }
        Ok(Self { catalogue })
    }

    /// Returns the rules by which the patterns of other lines are made to be looked up.
    pub fn rules(&self) -> Rules {
        self.catalogue.rules.rules
    }

    /// Appends each line of `chunk` that is new to `output`, in order and in the form `emit`, and
    /// returns the number of them.
    ///
    /// Takes time linear in the chunk. `output` grows by at most the length of the lines or patterns
    /// of the chunk, and one byte.
    pub fn filter(&self, chunk: Normalized<'_>, emit: Emit, output: &mut Vec<u8>) -> u64 {
        let mut new = 0;
        let mut before: Option<(&[u8], bool)> = None;
        for span in chunk.spans.iter() {
            let pattern = &chunk.patterns[span.pattern];
            // Lines of one pattern often follow each other.
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
        assert!(matches!(Known::new(catalogue), Err(MergeError::OtherVersion { .. })));
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
