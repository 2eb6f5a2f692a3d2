//! Archives that the crate `tar` makes are read as that crate reads them, and any cut is an error.

use std::io::{BufRead, Read, Seek, Write};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::input::{OpenInput, SourceOptions};

/// The path and the bytes of a file.
type File = (PathBuf, Vec<u8>);

/// Returns what is read of the archive that `bytes` are.
fn read(bytes: &[u8]) -> Vec<Result<File>> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let options = SourceOptions::default();
    let source = Source::from_open_input(file, Path::new("a.tar"), &options).unwrap();
    let OpenInput::Archive(archive) = OpenInput::of(source, 1).unwrap() else {
        panic!("no archive")
    };
    archive.map(|member| member.and_then(read_member)).collect()
}

fn read_member(member: Member) -> Result<File> {
    let Member { path, source } = member;
    let name = source.path().to_owned();
    let mut bytes = Vec::new();
    let mut reader = source.into_reader()?;
    // Pieces of sizes that suit nothing.
    while let piece @ [_, ..] = reader.fill_buf().map_err(|error| Error::io(&name, error))? {
        let len = piece.len().min(1001);
        bytes.extend_from_slice(&piece[..len]);
        reader.consume(len);
    }
    Ok((path, bytes))
}

/// A file in an archive, and the header that it has.
#[derive(Clone, Debug)]
struct Entry {
    path: String,
    bytes: Vec<u8>,
    header: fn() -> tar::Header,
    has_attributes: bool,
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let name = select(vec!["a", "b.log", "with space", "ü", "-", "x".repeat(99).leak()]);
    let path = vec(name, 1..6).prop_map(|names| names.join("/"));
    let len = select(vec![0, 1, 511, 512, 513, 5000, 140_000]);
    let header = select(vec![tar::Header::new_gnu as fn() -> _, tar::Header::new_ustar]);
    let entry = (path, len, header, any::<bool>(), any::<u8>());
    let entry = entry.prop_map(|(path, len, header, has_attributes, byte)| {
        // A byte that no signature begins with.
        Entry { path, bytes: vec![byte | 0x80 | 1; len], header, has_attributes }
    });
    vec(entry, 1..8)
}

/// Returns the archive of `entries`, and of each the place where its bytes end.
fn archive_of(entries: &[Entry]) -> (Vec<u8>, Vec<usize>) {
    let mut builder = tar::Builder::new(Vec::new());
    let mut ends = Vec::new();
    for Entry { path, bytes, header, has_attributes } in entries {
        let mut header = header();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        if *has_attributes {
            let size = bytes.len().to_string();
            let records = [("path", path.as_bytes()), ("size", size.as_bytes())];
            builder.append_pax_extensions(records).unwrap();
            header.set_path("other").unwrap();
            header.set_cksum();
            builder.append(&header, &bytes[..]).unwrap();
        } else {
            builder.append_data(&mut header, path, &bytes[..]).unwrap();
        }
        let padding = bytes.len().next_multiple_of(512) - bytes.len();
        ends.push(builder.get_ref().len() - padding);
    }
    (builder.into_inner().unwrap(), ends)
}

/// Returns what the crate `tar` reads of `archive`.
fn expected(archive: &[u8]) -> Vec<File> {
    let mut archive = tar::Archive::new(archive);
    let read = |entry: io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().into_owned(), bytes)
    };
    archive.entries().unwrap().map(read).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn files_are_read_as_another_reader_does(entries in entries()) {
        let (archive, _) = archive_of(&entries);
        let files: Result<Vec<_>> = read(&archive).into_iter().collect();
        prop_assert_eq!(files.unwrap(), expected(&archive));
    }

    #[test]
    fn what_is_whole_is_read_and_a_cut_is_an_error(entries in entries(), cut in any::<u32>()) {
        let (archive, ends) = archive_of(&entries);
        // Not in the first header, and before the mark of the end.
        let cut = 512 + cut as usize % (archive.len() - 1024 - 511);
        let (last, files) = read(&archive[..cut]).into_iter().rev().fold(
            (None, Vec::new()),
            |(last, mut files), it| match last {
                None => (Some(it), files),
                last => { files.insert(0, it); (last, files) }
            },
        );
        prop_assert!(last.unwrap().is_err());
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let read: Vec<_> = files.into_iter().flatten().collect();
        prop_assert_eq!(&read[..], &expected(&archive)[..whole]);
    }
}
