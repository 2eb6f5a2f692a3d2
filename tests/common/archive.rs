//! Tar archives made by hand, with what `tar` does not make.

use std::fs;

use super::directory::{Directory, LOG, PATTERNS};

/// Returns a header of ustar for an entry of this type, with a right checksum.
pub fn header(name: &[u8], entry_type: u8, size: u64) -> [u8; 512] {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[156] = entry_type;
    header[257..265].copy_from_slice(b"ustar\x0000");
    with_checksum(header)
}

/// Returns `header` with the checksum of its bytes.
pub fn with_checksum(mut header: [u8; 512]) -> [u8; 512] {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// Returns an entry: its header, its bytes and the padding.
pub fn entry(name: &[u8], entry_type: u8, bytes: &[u8]) -> Vec<u8> {
    let padding = vec![0; bytes.len().next_multiple_of(512) - bytes.len()];
    [&header(name, entry_type, bytes.len() as u64)[..], bytes, &padding].concat()
}

/// Returns a file.
pub fn file(name: &str, bytes: &[u8]) -> Vec<u8> {
    entry(name.as_bytes(), b'0', bytes)
}

/// Returns attributes of the next entry.
pub fn attributes(records: &[(&str, &[u8])]) -> Vec<u8> {
    let record = |(key, value): &(&str, &[u8])| {
        let rest = [b" ", key.as_bytes(), b"=", value, b"\n"].concat();
        // The length counts its own digits.
        let len = (1..)
            .map(|digits| rest.len() + digits)
            .find(|len| len.to_string().len() + rest.len() == *len);
        [len.unwrap().to_string().as_bytes(), &rest].concat()
    };
    entry(b"attributes", b'x', &records.iter().flat_map(record).collect::<Vec<_>>())
}

/// Returns the archive of `entries`, with the mark of its end.
pub fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
    [entries.concat(), vec![0; 1024]].concat()
}

/// The bytes of [`LOG`].
pub fn log() -> &'static [u8] {
    LOG.1.as_bytes()
}

/// Returns a directory with an archive of `entries`, followed by a good file, and a directory `out`.
pub fn directory_with(entries: &[Vec<u8>]) -> Directory {
    let directory = Directory::with([]);
    let entries = [entries, &[file("good", log())]].concat();
    fs::write(directory.path("x"), archive(&entries)).unwrap();
    directory.succeeds("mkdir out outside");
    directory
}

/// Runs `script`, which must fail, and returns the messages without the name of the archive `x`.
#[track_caller]
pub fn failures(directory: &Directory, script: &str) -> Vec<String> {
    let message = directory.message(script, 1);
    let reason = |line: &str| line.strip_prefix("lognorm-mmap: x: ").unwrap_or(line).to_owned();
    message.lines().map(reason).collect()
}

/// Asserts that of the archive in `directory` only the good file is done, and returns the reasons.
#[track_caller]
pub fn only_good(directory: &Directory) -> Vec<String> {
    let reasons = failures(directory, "lognorm-mmap -t out x");
    assert_eq!(directory.succeeds("find out ! -type d; find outside -mindepth 1"), "out/good\n");
    assert_eq!(directory.read("out/good"), PATTERNS);
    assert_eq!(failures(directory, "cat x | lognorm-mmap -t out -").len(), reasons.len());
    directory.succeeds("rm -r out/*");
    reasons
}
