//! Finds the rules of rows from their examples.

use crate::catalogue::example::MAX_EXAMPLE_LEN;
use crate::rules::{Kernel, Normalizer, Rules};

/// The length of the longest example that is certainly the whole line. Longer ones may have been cut,
/// before a character of up to four bytes.
const MAX_WHOLE: usize = MAX_EXAMPLE_LEN - 4;

/// The rule sets that may have made the patterns of all rows so far.
#[derive(Debug)]
pub(super) struct RulesGuess {
    candidates: Vec<(Rules, Normalizer)>,
    line: Vec<u8>,
    pattern: Vec<u8>,
}

impl RulesGuess {
    pub(super) fn new() -> Self {
        let candidates =
            Rules::ALL.map(|rules| (rules, Normalizer::with_rules(Kernel::best(), rules)));
        Self { candidates: candidates.into(), line: Vec::new(), pattern: Vec::new() }
    }

    /// Takes note of a row.
    pub(super) fn add(&mut self, example: &[u8], pattern: &[u8]) {
        if example.len() > MAX_WHOLE {
            return;
        }
        let Self { candidates, line, pattern: made } = self;
        line.clear();
        line.extend_from_slice(example);
        // The example is without the line end, of which one `\r` is a part.
        line.extend_from_slice(b"\r\n");
        candidates.retain_mut(|(_, normalizer)| {
            made.clear();
            normalizer.normalize(line, made);
            made.strip_suffix(b"\n") == Some(pattern)
        });
    }

    /// Returns the only rules that give all examples the patterns of their rows.
    pub(super) fn rules(&self) -> Option<Rules> {
        match self.candidates[..] {
            [(rules, _)] => Some(rules),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(rows: &[(&str, &str)]) -> Option<Rules> {
        let mut guess = RulesGuess::new();
        rows.iter()
            .for_each(|(example, pattern)| guess.add(example.as_bytes(), pattern.as_bytes()));
        guess.rules()
    }

    #[test]
    fn the_rules_are_those_that_give_every_pattern() {
        let same = ("-", "-");
        assert_eq!(rules_of(&[same, ("a 7", "Y Y")]), Some(Rules::Shape));
        assert_eq!(rules_of(&[("a 7", "a *"), same]), Some(Rules::Words));
        assert_eq!(rules_of(&[("Y Y", "Y Y"), ("a 7", "a *")]), Some(Rules::Words));
        for undecided in [&[][..], &[same], &[("Y", "Y")], &[("a 7", "b")]] {
            assert_eq!(rules_of(undecided), None, "{undecided:?}");
        }
        assert_eq!(rules_of(&[("a 7", "a *"), ("a 7", "Y Y")]), None);
    }

    #[test]
    fn an_example_that_may_be_cut_tells_nothing() {
        let long = "a".repeat(MAX_WHOLE);
        assert_eq!(rules_of(&[(&long, "Y")]), Some(Rules::Shape));
        assert_eq!(rules_of(&[(&format!("{long}a"), "Y")]), None);
    }

    #[test]
    fn a_carriage_return_is_part_of_an_example() {
        assert_eq!(rules_of(&[("a\r", "Y\r")]), Some(Rules::Shape));
        assert_eq!(rules_of(&[("a\r", "Y")]), None);
    }
}
