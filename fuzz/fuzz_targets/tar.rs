//! An archive of any entries gives the same logs in blocks of any size, and no more bytes than it has;
//! no path leads out of a directory.

#![no_main]

use std::path::Component;

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::{members, output_path};

/// Types of entries, known ones and one that is not.
const TYPES: &[u8] = b"0\x0071234567SMVDLKxgXQ";

/// The magic numbers of ustar, GNU and v7.
const MAGIC_NUMBERS: [&[u8]; 3] = [b"ustar\x0000", b"ustar  \0", b""];

/// An entry: its type, magic number and field of the size, its name, and its bytes.
type Entry<'a> = (u8, u8, Option<[u8; 12]>, &'a [u8], &'a [u8]);

/// Returns an entry with a right checksum.
fn bytes_of(&(entry_type, magic, size, name, content): &Entry<'_>) -> Vec<u8> {
    let mut header = [0; 512];
    let name = &name[..name.len().min(500)];
    // Long names go on in the other fields.
    header[..name.len()].copy_from_slice(name);
    header[100..124].fill(b'0');
    let own = format!("{:011o}\0", content.len());
    header[124..136].copy_from_slice(&size.unwrap_or(own.as_bytes().try_into().unwrap()));
    header[136..148].fill(b'0');
    header[156] = TYPES[usize::from(entry_type) % TYPES.len()];
    let magic = MAGIC_NUMBERS[usize::from(magic) % MAGIC_NUMBERS.len()];
    header[257..257 + magic.len()].copy_from_slice(magic);
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = vec![0; content.len().next_multiple_of(512) - content.len()];
    [&header[..], content, &padding].concat()
}

fuzz_target!(|input: (u8, u16, Vec<Entry<'_>>, &[u8])| {
    let (size, end, entries, tail) = input;
    let mut archive: Vec<_> = entries.iter().flat_map(bytes_of).collect();
    archive.resize(archive.len() + usize::from(end) % 1600, 0);
    archive.extend_from_slice(tail);
    let small = members(&archive, usize::from(size) + 1);
    let large = members(&archive, 1 << 20);
    let (Some(small), Some(large)) = (small, large) else { return };
    let text = |members: &[Result<_, lognorm_mmap::Error>]| {
        members.iter().map(|it| it.as_ref().ok().cloned()).collect::<Vec<_>>()
    };
    assert_eq!(text(&small), text(&large));
    for (path, _) in small.into_iter().flatten() {
        if let Some(output) = output_path(&path) {
            assert!(output.components().all(|it| matches!(it, Component::Normal(_))), "{output:?}");
            assert!(output.file_name().is_some());
        }
    }
});
