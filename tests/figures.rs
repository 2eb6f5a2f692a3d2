//! The figures in the docs are those that were measured: `benches/publish.py` makes the picture and
//! the table from the committed samples, and makes the same again.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::process::Command;

use common::needs;

#[test]
fn the_docs_hold_the_newest_figures() {
    if !needs::program("python3") {
        return;
    }
    // Without bytecode, which would be left beside the source.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/publish.py");
    let output = Command::new("python3").args(["-B", script, "--check"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
