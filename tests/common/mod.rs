//! The parts that the test files share.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(dead_code, reason = "each test file is a program of its own and uses its part of this")]

use std::fs;
use std::path::PathBuf;

use lognorm_mmap::Rules;

pub mod ansi_oracle;
pub mod archive;
pub mod big;
pub mod codec;
pub mod directory;
pub mod form;
pub mod mount;
pub mod needs;
pub mod oracle;
pub mod parts;
pub mod running;
pub mod statx;
pub mod text;
pub mod utf16_oracle;
pub mod ways;
pub mod word_oracle;

/// The directory of small logs with their patterns.
pub const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// Returns all files in the directory of fixtures that have this extension, in order.
pub fn fixtures(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(FIXTURES).unwrap_or_else(|error| panic!("{FIXTURES}: {error}"));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    assert!(!paths.is_empty(), "{FIXTURES}: no file has the extension .{extension}");
    paths.sort();
    paths
}

/// Returns the patterns of all lines of `input` as the oracle of `rules` gives them.
pub fn expected_patterns(rules: Rules, input: &[u8]) -> Vec<u8> {
    match rules {
        Rules::Shape => oracle::patterns(input),
        Rules::Words => word_oracle::patterns(input),
    }
}
