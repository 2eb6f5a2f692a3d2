//! The logs in `fixtures/`, each with its patterns by each rule set beside it: `NAME.log`,
//! `NAME.pattern` by the shape rules, `NAME.words` by the word rules.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::directory::lognorm_mmap;
use common::text::assert_same;
use common::{expected_patterns, fixtures};
use lognorm_mmap::{Kernel, Normalizer, Rules};

/// The rule sets, and the extensions of the files with their patterns.
const EXTENSIONS: [(Rules, &str); 2] = [(Rules::Shape, "pattern"), (Rules::Words, "words")];

/// Asserts that `patterns_of` gives for each log the patterns beside it, by every rule set.
#[track_caller]
fn assert_all_match(patterns_of: impl Fn(Rules, &Path) -> Vec<u8>) {
    for (rules, extension) in EXTENSIONS {
        for log in fixtures("log") {
            let expected = fs::read(log.with_extension(extension)).unwrap();
            assert_same(&patterns_of(rules, &log), &expected, (rules, log));
        }
    }
}

#[test]
fn each_log_has_its_patterns_and_the_other_way_round() {
    assert_eq!(EXTENSIONS.map(|(rules, _)| rules), Rules::ALL);
    for (_, extension) in EXTENSIONS {
        let logs: Vec<PathBuf> =
            fixtures(extension).iter().map(|path| path.with_extension("log")).collect();
        assert_eq!(fixtures("log"), logs, "{extension}");
    }
}

#[test]
fn the_oracles_give_them() {
    assert_all_match(|rules, log| expected_patterns(rules, &fs::read(log).unwrap()));
}

#[test]
fn the_library_gives_them() {
    assert_all_match(|rules, log| {
        let mut patterns = Vec::new();
        let mut normalizer = Normalizer::with_rules(Kernel::best(), rules);
        normalizer.normalize(&fs::read(log).unwrap(), &mut patterns);
        patterns
    });
}

#[test]
fn the_binary_gives_them() {
    assert_all_match(|rules, log| {
        // One log begins with a byte-order mark, which its patterns have because it tests the rules.
        let arguments = ["--encoding", "none", "--rules", rules.name()];
        let output = lognorm_mmap().args(arguments).arg(log).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{log:?}: {output:?}");
        output.stdout
    });
}

#[test]
fn the_binary_goes_by_the_shape_rules_unless_it_is_told_otherwise() {
    for log in fixtures("log") {
        let output = lognorm_mmap().args(["--encoding", "none"]).arg(&log).output().unwrap();
        assert_same(&output.stdout, &fs::read(log.with_extension("pattern")).unwrap(), log);
    }
}
