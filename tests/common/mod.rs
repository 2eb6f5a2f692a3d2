//! What the tests share.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(dead_code, reason = "each test file is a program of its own and uses its part of this")]

use std::fs;
use std::path::PathBuf;

pub mod big;
pub mod codec;
pub mod folder;
pub mod mount;
pub mod needs;
pub mod oracle;
pub mod parts;
pub mod running;
pub mod statx;
pub mod text;
pub mod word_oracle;

/// The folder of small logs with their patterns.
pub const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// All files in the folder of fixtures whose names end in `.extension`, in order.
pub fn fixtures(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(FIXTURES).unwrap_or_else(|error| panic!("{FIXTURES}: {error}"));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    assert!(!paths.is_empty(), "{FIXTURES}: no file ends in .{extension}");
    paths.sort();
    paths
}
