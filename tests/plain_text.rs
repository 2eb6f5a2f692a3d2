//! The library: readers of the plain text of an input.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{BufRead, Read};

use common::codec::codecs;
use common::directory::{Directory, LOG};
use lognorm_mmap::{Source, SourceOptions};

#[test]
fn the_text_is_the_same_in_every_format() {
    let log = LOG.1.repeat(10_000);
    let directory = Directory::with([("in", &*log)]);
    let read = |name: &str, map| {
        let options = SourceOptions { map, ..SourceOptions::default() };
        let source = Source::open(&directory.path(name), &options).unwrap();
        let (mut reader, mut text) = (source.into_reader().unwrap(), String::new());
        reader.read_line(&mut text).unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>(), LOG.1.lines().take(1).collect::<Vec<_>>());
        reader.read_to_string(&mut text).unwrap();
        text
    };
    for map in [false, true] {
        assert!(read("in", map) == log, "map: {map}");
        for codec in codecs() {
            directory.succeeds(&format!("{} in >packed", codec.program));
            assert!(read("packed", map) == log, "{codec:?}, map: {map}");
        }
    }
}

#[test]
fn formats_that_are_not_supported_are_refused() {
    let directory = Directory::with([("in", "")]);
    let options = SourceOptions::default();
    let reason = |content: &[u8]| {
        fs::write(directory.path("in"), content).unwrap();
        let source = Source::open(&directory.path("in"), &options);
        source.map(drop).unwrap_err().to_string()
    };
    assert!(reason(b"PK\x03\x04").contains("in: a zip archive, which is not read"));
    // The outer format is detected when the input is opened, the inner one when it is read.
    for codec in codecs() {
        directory.succeeds(&format!("printf 'PK\\003\\004' | {} >in", codec.program));
        let source = Source::open(&directory.path("in"), &options).unwrap();
        let error = source.into_reader().unwrap().read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("a zip archive compressed with"), "{error}");
    }
}
