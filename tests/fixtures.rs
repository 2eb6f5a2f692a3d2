//! The logs in `fixtures/`, each of which has its patterns beside it: `NAME.log`, `NAME.pattern`.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::folder::lognorm_mmap;
use common::text::assert_same;
use common::{fixtures, oracle};

/// Asserts that `patterns_of` gives for each log what is written beside it.
#[track_caller]
fn assert_all_match(patterns_of: impl Fn(&Path) -> Vec<u8>) {
    for log in fixtures("log") {
        let expected = log.with_extension("pattern");
        let expected = fs::read(&expected).unwrap_or_else(|error| panic!("{expected:?}: {error}"));
        assert_same(&patterns_of(&log), &expected, log);
    }
}

#[test]
fn each_log_has_its_patterns_and_the_other_way_round() {
    let logs: Vec<PathBuf> =
        fixtures("pattern").iter().map(|path| path.with_extension("log")).collect();
    assert_eq!(fixtures("log"), logs);
}

#[test]
fn the_oracle_gives_them() {
    assert_all_match(|log| oracle::patterns(&fs::read(log).unwrap()));
}

#[test]
fn the_library_gives_them() {
    assert_all_match(|log| lognorm_mmap::normalize(&fs::read(log).unwrap()));
}

#[test]
fn the_binary_gives_them() {
    assert_all_match(|log| {
        // One of them begins with a byte-order mark, which is warned of.
        let output = lognorm_mmap().arg("--quiet").arg(log).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{log:?}: {output:?}");
        output.stdout
    });
}
