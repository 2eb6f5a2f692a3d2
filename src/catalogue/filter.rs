//! Selects the lines whose pattern is in a catalogue, or those whose pattern is not.

use super::file::PatternList;
use super::merge::MergeError;
use super::normalized::Normalized;
use super::totals::Catalogue;
use crate::rules::Rules;

/// The form in which selected lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// As they were read, each ended by `\n`, also where the log's last line is not.
    Line,
    /// As their patterns.
    Pattern,
}

/// The lines that are selected by the patterns of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// Lines whose pattern is not in the catalogue.
    New,
    /// Lines whose pattern is in the catalogue.
    Listed,
}

/// The patterns of a catalogue, and which lines they select. Threads may share it.
#[derive(Debug)]
pub struct Filter {
    patterns: Catalogue,
    select: Select,
}

impl Filter {
    /// Returns a filter by the patterns that `catalogue` kept. It does not name those of its
    /// [others](Catalogue::other), which are taken for new.
    ///
    /// # Errors
    ///
    /// [`MergeError::OtherVersion`] if its patterns were made by another version of its rules than
    /// this program's.
    pub fn new(catalogue: Catalogue, select: Select) -> Result<Self, MergeError> {
        if catalogue.rules != catalogue.rules.rules.into() {
            return Err(MergeError::OtherVersion { rules: catalogue.rules });
        }
        Ok(Self { patterns: catalogue, select })
    }

    /// Returns a filter that selects the lines whose pattern is in `list`. `rules` are the rules of a
    /// list that does not [tell](PatternList::rules) its own.
    ///
    /// # Errors
    ///
    /// [`MergeError::OtherVersion`], as above.
    pub fn of_list(list: PatternList, rules: Rules) -> Result<Self, MergeError> {
        let made_by = list.rules().unwrap_or(rules.into());
        let mut patterns = list.patterns;
        patterns.rules = made_by;
        Self::new(patterns, Select::Listed)
    }

    /// Returns the rules by which the patterns of lines are made to be looked up.
    pub fn rules(&self) -> Rules {
        self.patterns.rules.rules
    }

    /// Appends each line of `chunk` that is selected to `output`, in order and in the form `emit`,
    /// and returns the number of them.
    ///
    /// Takes time linear in the chunk. `output` grows by at most the length of the lines or patterns
    /// of the chunk, and one byte.
    pub fn apply(&self, chunk: Normalized<'_>, emit: Emit, output: &mut Vec<u8>) -> u64 {
        let mut selected = 0;
        let mut before: Option<(&[u8], bool)> = None;
        for span in chunk.spans.iter() {
            let pattern = &chunk.patterns[span.pattern];
            // Lines of one pattern often follow each other.
            let is_selected = match before {
                Some((same, is_selected)) if same == pattern => is_selected,
                _ => self.selects(pattern),
            };
            if is_selected {
                output.extend_from_slice(match emit {
                    Emit::Line => &chunk.lines[span.line],
                    Emit::Pattern => pattern,
                });
                output.push(b'\n');
                selected += 1;
            }
            before = Some((pattern, is_selected));
        }
        selected
    }

    fn selects(&self, pattern: &[u8]) -> bool {
        match self.select {
            Select::New => !self.patterns.contains(pattern),
            Select::Listed => self.patterns.contains(pattern),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Limits;
    use crate::catalogue::tests::{catalogue_of, normalize_noting};

    #[test]
    fn patterns_of_other_rules_are_not_looked_up() {
        for select in [Select::New, Select::Listed] {
            let mut catalogue = catalogue_of(b"a\n", 100, Limits::default());
            catalogue.rules.version += 1;
            let refused = Filter::new(catalogue, select);
            assert!(matches!(refused, Err(MergeError::OtherVersion { .. })));
        }
    }

    #[test]
    fn what_went_beyond_the_limits_is_new() {
        for (select, expected) in [(Select::New, "(x)\n"), (Select::Listed, "a\n")] {
            let catalogue = catalogue_of(b"a\n(b)\n(b)\n", 100, Limits::of_patterns(1));
            let filter = Filter::new(catalogue, select).unwrap();
            let (lines, mut output) = (b"(x)\na", Vec::new());
            let (patterns, spans) = normalize_noting(lines);
            let chunk = Normalized { lines, patterns: &patterns, spans: &spans };
            assert_eq!(filter.apply(chunk, Emit::Line, &mut output), 1);
            assert_eq!(output, expected.as_bytes());
        }
    }
}
