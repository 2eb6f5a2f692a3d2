//! A log in two parts, for inputs of several members.

use std::fs;

use proptest::collection::vec;

use super::directory::Directory;
use super::oracle;
use super::text::{log_lines, sample};

/// Returns a log of some hundred kilobytes without a newline at its end.
fn log() -> Vec<u8> {
    let lines = sample(vec(log_lines(), 400)).concat();
    assert!(lines.len() > 200_000, "{} bytes", lines.len());
    [lines, b"[the end] has no newline".to_vec()].concat()
}

/// Returns a directory with a log in `log`, and its first and second part in `part1` and `part2`,
/// cut in the middle of a line; and the patterns of the log.
pub fn directory_with_parts() -> (Directory, Vec<u8>) {
    let (log, directory) = (log(), Directory::with([]));
    let (part1, part2) = log.split_at(100_001);
    assert!(!part1.ends_with(b"\n"));
    for (name, bytes) in [("log", &log[..]), ("part1", part1), ("part2", part2)] {
        fs::write(directory.path(name), bytes).unwrap();
    }
    (directory, oracle::patterns(&log))
}
