//! Adds up the catalogues of several logs.

use super::memory::collect;
use super::row::{LinePosition, Row};
use super::totals::Catalogue;
use crate::rules::RulesVersion;

/// Why catalogues cannot be added up, compared, folded or looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Their patterns were made by different rules, so that the same line may have another pattern
    /// in each.
    #[error(
        "made by {}, the one before by {}; make both with the same --rules and program",
        next.description(),
        ours.description()
    )]
    Rules {
        /// The rules of the catalogue that was there.
        ours: RulesVersion,
        /// The rules of the catalogue that came.
        next: RulesVersion,
    },
    /// The patterns were made by another version of their rules than this program has.
    #[error(
        "made by {}, and this program has version {}; make it again",
        rules.description(),
        rules.rules.version()
    )]
    OtherVersion {
        /// The rules of the catalogue.
        rules: RulesVersion,
    },
    /// Patterns of the shape rules do not fold.
    #[error("made by the {}, which have no words to fold; count with --rules words", rules.rules.title())]
    NoWords {
        /// The rules of the catalogue.
        rules: RulesVersion,
    },
    /// There are more lines or bytes than can be counted.
    #[error("too many lines or bytes to count in 64 bits")]
    TooLarge,
    /// There is no memory for the patterns of both.
    #[error("not enough memory for so many patterns")]
    Memory,
}

impl Catalogue {
    /// Adds the counts of `next`, as if its log followed the one counted so far.
    ///
    /// The result is, in every figure, the catalogue of both logs one after the other: line numbers
    /// and offsets go on where the log before ended, the examples are the first lines of both that
    /// differ, and ties are by first appearance. The parts of a log that was split after a line give
    /// these figures of the whole.
    ///
    /// The others of both are added up too. If one catalogue kept a pattern that is among the others
    /// of the other one, its count lacks the lines there. The limits of this catalogue hold for the
    /// result. Of each pattern it keeps as many examples as the one that keeps fewer, if both have
    /// lines.
    ///
    /// Where lines are is kept for each log from its own start, and is the same in whatever tree
    /// catalogues are added up. It is that of a whole log only for parts that were counted as such, with
    /// [`SourceOptions::shard`](crate::SourceOptions::shard). It is not known if it is not known of one of
    /// the catalogues that has lines: one from a file of an older version, or one whose log has not
    /// [ended](Self::end_log).
    ///
    /// # Errors
    ///
    /// [`MergeError`] if the catalogues do not go together; nothing was added then, but for
    /// [`MergeError::Memory`].
    pub fn append(&mut self, next: &Self) -> Result<(), MergeError> {
        if self.lines == 0 {
            // A catalogue of nothing goes with any.
            self.rules = next.rules;
        }
        if next.lines > 0 {
            check_rules(self, next)?;
        }
        let sum = |ours: u64, next: u64| ours.checked_add(next).ok_or(MergeError::TooLarge);
        let (lines, bytes) = (sum(self.lines, next.lines)?, sum(self.bytes, next.bytes)?);
        match (self.lines, next.lines) {
            (0, _) => self.keep_examples(next.max_examples.min(self.limits.examples)),
            (_, 0) => {}
            _ => self.keep_examples(next.max_examples.min(self.max_examples)),
        }
        if next.bytes == 0 {
            return Ok(());
        }
        self.end_log();
        let mut rows = collect(next.kept().chain(next.other()), next.patterns() + 1)?;
        let joined = match next.places() {
            Some(places) => self.join(places)?,
            None => {
                self.forget_places();
                None
            }
        };
        // The limits admit patterns in the order of first appearance.
        rows.sort_unstable_by(Row::by_first);
        for row in rows {
            // No position is beyond the lines and bytes of its catalogue, whose sums were checked.
            let shift = |position: LinePosition| LinePosition {
                line: self.lines + position.line,
                offset: self.bytes + position.offset,
            };
            let places = row.places.filter(|_| joined.is_some());
            let further = row.further.after(self.lines);
            let (first, last) = (shift(row.first), shift(row.last));
            let row = Row { first, last, places, further, ..row };
            self.add_row(&row, |bucket| joined.as_ref().map_or(0, |joined| joined.next(bucket)))?;
        }
        (self.lines, self.bytes) = (lines, bytes);
        Ok(())
    }
}

/// Checks that the patterns of both were made by the same rules.
pub(super) fn check_rules(ours: &Catalogue, next: &Catalogue) -> Result<(), MergeError> {
    if ours.rules == next.rules {
        return Ok(());
    }
    Err(MergeError::Rules { ours: ours.rules, next: next.rules })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Limits;
    use crate::catalogue::tests::{catalogue_by, catalogue_of, said};
    use crate::rules::Rules;

    #[test]
    fn other_rules_are_refused_and_nothing_is_added() {
        let mut sum = catalogue_of(b"a\n", 100, Limits::default());
        let mut next = catalogue_of(b"(b)\n", 100, Limits::default());
        next.rules.version += 1;
        let (ours, newer) = (sum.rules(), next.rules());
        let before = said(&sum);
        let error = MergeError::Rules { ours, next: newer };
        assert_eq!(sum.append(&next), Err(error));
        assert_eq!(said(&sum), before);
        // Two that are both of other rules go together.
        let mut sum = Catalogue::new(Rules::Words, Limits::default());
        assert_eq!(sum.append(&next).and_then(|()| sum.append(&next)), Ok(()));
        assert_eq!((sum.rules(), sum.lines()), (newer, 2));
        // An empty catalogue can be merged with any.
        let empty = Catalogue::new(Rules::Words, Limits::default());
        assert_eq!(sum.append(&empty), Ok(()));
        assert_eq!((sum.rules(), sum.lines()), (newer, 2));
    }

    #[test]
    fn rules_that_differ_are_told_by_name() {
        let mut sum = catalogue_of(b"a\n", 100, Limits::default());
        let next = catalogue_by(Rules::Words, b"a\n", 100, Limits::default());
        let error = sum.append(&next).unwrap_err().to_string();
        assert_eq!(
            error,
            "made by version 1 of the word rules, the one before by version 1 of the shape rules; \
             make both with the same --rules and program"
        );
    }

    #[test]
    fn more_than_can_be_counted_is_refused() {
        let mut sum = catalogue_of(b"a\n", 100, Limits::default());
        let mut next = catalogue_of(b"a\n", 100, Limits::default());
        next.lines = u64::MAX;
        assert_eq!(sum.append(&next), Err(MergeError::TooLarge));
    }

    #[test]
    fn the_others_add_up_too() {
        let limits = Limits::of_patterns(1);
        let mut sum = catalogue_of(b"a\n(b)\n(b)\n", 100, limits);
        sum.append(&catalogue_of(b"(b)\na\n", 100, limits)).unwrap();
        let rows = sum.rows().unwrap();
        assert_eq!(rows.iter().map(|row| row.count).collect::<Vec<_>>(), [1, 4]);
        let other = sum.other().unwrap();
        assert_eq!((other.first.line, other.last.line, &other.example[..]), (2, 5, &b"(b)"[..]));
    }
}
