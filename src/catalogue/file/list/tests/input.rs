//! Lists that come in parts, and inputs without an end.

use std::io::{self, BufReader, Read};

use super::*;

/// An input without an end.
struct Endless(&'static [u8]);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut bytes = self.0.iter().cycle();
        buffer.iter_mut().for_each(|byte| *byte = *bytes.next().unwrap());
        Ok(buffer.len())
    }
}

#[test]
fn an_endless_array_is_refused_by_its_first_object() {
    let objects = BufReader::new(Endless(br#"{"level":"info"},"#));
    let error = read_list(b"[".chain(objects)).unwrap_err().to_string();
    assert!(error.contains("line 1: neither a catalogue"), "{error}");
    let object = BufReader::new(Endless(b"[[7],"));
    let error = read_list(b"{\"items\":".chain(object)).unwrap_err().to_string();
    assert!(error.contains("line 1: neither a catalogue"), "{error}");
}

#[test]
fn parts_of_any_length_give_the_same_list() {
    for format in FORMATS {
        let file = written(Rules::Words, LOG, format, Limits::default());
        for text in [format!("\u{feff}{file}"), file.replace('\n', "\r\n")] {
            for capacity in [1, 2, 7, 100] {
                let input = BufReader::with_capacity(capacity, text.as_bytes());
                let list = read_list(input).unwrap();
                assert!(list.is_whole() && list.patterns() == patterns(&file).0.len());
            }
        }
    }
}
