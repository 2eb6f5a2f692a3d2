//! Adds up the catalogues of several logs.

use super::memory::collect;
use super::row::{LinePosition, Row};
use super::totals::Catalogue;
use crate::rules::RulesVersion;

/// Why catalogues cannot be added up, compared, folded or looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Their patterns were made by different rules, so that the same line may be in both under
    /// different patterns.
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
    /// Patterns of the shape rules do not fold.
    #[error("made by the {} rules, which have no words to fold", rules.rules.name())]
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
    /// Adds what `next` counted, as if its log stood behind the one counted so far.
    ///
    /// So the result is the catalogue of the logs one behind the other, in every figure: line
    /// numbers and offsets go on where the log before ended, the example is that of the first log
    /// that has the pattern, and ties are by first appearance. A log that was split behind a line
    /// and counted in parts gives what it would have given whole.
    ///
    /// The others of both are added up too. A pattern that was kept in one and among the others in
    /// the other is then counted too low, and what that lacks is among the others. This catalogue's
    /// limits hold for the result.
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
        let mut rows = collect(next.kept().chain(next.other()), next.patterns() + 1)?;
        // The limits admit patterns in the order of first appearance.
        rows.sort_unstable_by(Row::by_first);
        for row in rows {
            // No place is beyond the lines and bytes of its catalogue, whose sums were checked.
            let shift = |place: LinePosition| LinePosition {
                line: self.lines + place.line,
                offset: self.bytes + place.offset,
            };
            let row = Row { first: shift(row.first), last: shift(row.last), ..row };
            self.add_row(&row)?;
        }
        (self.lines, self.bytes) = (lines, bytes);
        Ok(())
    }
}

/// Checks that both were made by the same rules.
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
    use crate::catalogue::tests::{catalogue_of, said};
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
        // One of no lines goes with any, wherever it comes.
        let empty = Catalogue::new(Rules::Words, Limits::default());
        assert_eq!(sum.append(&empty), Ok(()));
        assert_eq!((sum.rules(), sum.lines()), (newer, 2));
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
