//! Archives that the crate `tar` makes are read as that crate reads them, and damaged ones are errors.

use std::env;
use std::io::{BufRead, Read, Seek, Write};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::input::{OpenInput, SourceOptions};

/// What is read of an archive: of each entry the path and the bytes, or the reason why there are none.
type Entries = Vec<Result<(PathBuf, Vec<u8>), String>>;

/// Returns the entries of the archive that `bytes` are.
fn read(bytes: &[u8]) -> Entries {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let path = Path::new("a.tar");
    let source = Source::from_open(file, path, &SourceOptions::default());
    drop(source);
    let mut file = tempfile::NamedTempFile::new_in(env::temp_dir()).unwrap();
    file.write_all(bytes).unwrap();
    let OpenInput::Archive(archive) =
        OpenInput::open(file.path(), &SourceOptions::default(), 1).unwrap()
    else {
        panic!("no archive")
    };
    archive.map(|member| entry(member).map_err(|error| error.to_string())).collect()
}

fn entry(member: Result<Member>) -> Result<(PathBuf, Vec<u8>)> {
    let Member { path, source } = member?;
    let name = source.path().to_owned();
    let mut bytes = Vec::new();
    let read = source.into_reader()?.read_to_end(&mut bytes);
    read.map(|_| (path, bytes)).map_err(|error| Error::io(name, error))
}

#[test]
fn smoke() {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, len) in [("a.log", 5), ("dir/b.log", 0), (&"long/".repeat(60), 600)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(len);
        header.set_mode(0o644);
        let name = format!("{}x", name);
        builder.append_data(&mut header, name, &vec![b'a'; len as usize][..]).unwrap();
    }
    println!("{:?}", read(&builder.into_inner().unwrap()));
}
