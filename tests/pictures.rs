//! The picture of the table in the docs is of what the program prints.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::process::Command;

use common::directory::BINARY;
use common::needs;

#[test]
fn the_docs_show_what_the_program_prints() {
    if !needs::program("python3") {
        return;
    }
    // Without bytecode, which would be left beside the docs.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures.py");
    let output = Command::new("python3").args(["-B", script, "--check", BINARY]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
