//! The action of a run: one use of patterns, and the rules that make them.

use crate::catalogue::{Catalogue, Emit, Filter};
use crate::error::{Error, Result};
use crate::rules::{Rules, RulesVersion};

/// One use of the patterns of a log, and the rules that make them.
///
/// Each action has one source of rules, so that no pattern is counted or looked up among patterns
/// of other rules.
#[derive(Debug)]
pub enum Action<'a> {
    /// Writes the patterns that these rules make.
    Write(Rules),
    /// Writes the patterns that the rules of the catalogue make, and adds them to it as those of a
    /// log that comes after what it has counted so far.
    Count(&'a mut Catalogue),
    /// Writes only the lines that a filter selects, as lines or as patterns. The rules are those of
    /// the filter.
    Filter {
        /// The filter.
        filter: &'a Filter,
        /// The form in which selected lines are written.
        emit: Emit,
    },
}

impl Action<'_> {
    /// Returns the rules that make the patterns.
    pub fn rules(&self) -> Rules {
        match self {
            Self::Write(rules) => *rules,
            Self::Count(catalogue) => catalogue.rules().rules,
            Self::Filter { filter, .. } => filter.rules(),
        }
    }

    /// Checks that this program has the rules in the version that is needed.
    ///
    /// # Errors
    ///
    /// [`Error::Rules`] if a catalogue was made by another version.
    pub(super) fn check_version(&self) -> Result<()> {
        // `Filter` has checked its version when it was made.
        let Self::Count(catalogue) = self else { return Ok(()) };
        let (theirs, ours) = (catalogue.rules(), RulesVersion::from(self.rules()));
        if theirs == ours {
            return Ok(());
        }
        Err(Error::Rules { theirs: theirs.description(), ours: ours.description() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Limits, Select, file};
    use crate::input::{Source, SourceOptions};
    use crate::output::{Sink, SinkOptions};
    use crate::pipeline::{Options, run, run_uncommitted};

    /// A log of which the two rule sets make patterns that have no line in common.
    const LOG: &str = "user alice\nuser 7\n";
    const BY_RULES: [(Rules, &str); 2] =
        [(Rules::Shape, "Y Y\nY Y\n"), (Rules::Words, "user alice\nuser *\n")];

    /// Does `action` with a file that holds `log`, and returns the output.
    fn output_of(log: &str, map: bool, action: Action<'_>) -> String {
        let directory = tempfile::tempdir().unwrap();
        let (input, output) = (directory.path().join("in.log"), directory.path().join("out.log"));
        std::fs::write(&input, log).unwrap();
        let source = Source::open(&input, &SourceOptions { map, ..Default::default() }).unwrap();
        let sink = Sink::create(&output, Some(&source), SinkOptions::default()).unwrap();
        let options = Options { threads: 2, chunk_size: 1, ..Options::default() };
        run(source, sink, action, &options).unwrap();
        std::fs::read_to_string(output).unwrap()
    }

    /// Returns a catalogue of the patterns that `rules` make of `log`.
    fn catalogue_of(log: &str, rules: Rules) -> Catalogue {
        let mut catalogue = Catalogue::new(rules, Limits::default());
        output_of(log, true, Action::Count(&mut catalogue));
        catalogue
    }

    #[test]
    fn patterns_are_made_by_the_rules_of_the_action() {
        for (rules, expected) in BY_RULES {
            for map in [true, false] {
                assert_eq!(output_of(LOG, map, Action::Write(rules)), expected);
            }
        }
    }

    #[test]
    fn a_catalogue_counts_patterns_of_its_rules() {
        for (rules, expected) in BY_RULES {
            for map in [true, false] {
                let mut catalogue = Catalogue::new(rules, Limits::default());
                assert_eq!(output_of(LOG, map, Action::Count(&mut catalogue)), expected);
                let mut patterns: Vec<_> = expected.lines().map(str::as_bytes).collect();
                patterns.dedup();
                let rows = catalogue.rows().unwrap();
                let counted: Vec<_> =
                    rows.iter().filter_map(|row| row.pattern.as_deref()).collect();
                assert_eq!(counted, patterns);
            }
        }
    }

    #[test]
    fn patterns_filter_by_their_rules() {
        for (rules, select, lines, patterns) in [
            (Rules::Shape, Select::New, "", ""),
            (Rules::Words, Select::New, "user bob\n", "user bob\n"),
            (Rules::Shape, Select::Listed, "user 8\nuser bob\n", "Y Y\nY Y\n"),
            (Rules::Words, Select::Listed, "user 8\n", "user *\n"),
        ] {
            let filter = Filter::new(catalogue_of(LOG, rules), select).unwrap();
            for (map, emit, expected) in
                [(true, Emit::Line, lines), (false, Emit::Pattern, patterns)]
            {
                let action = Action::Filter { filter: &filter, emit };
                assert_eq!(output_of("user 8\nuser bob\n", map, action), expected);
            }
        }
    }

    #[test]
    fn nothing_is_added_to_a_catalogue_of_another_version_of_the_rules() {
        for rules in Rules::ALL {
            let mut text = Vec::new();
            file::write(&catalogue_of(LOG, rules), file::FileFormat::Tsv, &mut text).unwrap();
            let (name, title) = (rules.name(), rules.title());
            let text = String::from_utf8(text).unwrap();
            let text = text.replacen(&format!("{name}/1"), &format!("{name}/2"), 1);
            let mut catalogue = file::read(text.as_bytes()).unwrap();
            let source = Source::open("Cargo.toml".as_ref(), &SourceOptions::default()).unwrap();
            let action = Action::Count(&mut catalogue);
            let result = run_uncommitted(source, Sink::discard(), action, &Options::default());
            let expected = format!(
                "the catalogue is by version 2 of the {title}, \
                 this program has version 1 of the {title}"
            );
            assert_eq!(result.err().unwrap().to_string(), expected);
            assert_eq!(catalogue.lines(), 2);
        }
    }
}
