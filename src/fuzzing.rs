//! What the fuzz targets reach of the inside. Not there in any other build.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;

use crate::error::Result;
use crate::input::{Extent, Meter, RawInput, Stream};

/// The chunks that a mapped file of these bytes is cut into.
pub fn chunks(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    crate::input::chunk::cuts(bytes, size).into_iter().map(<[u8]>::to_vec).collect()
}

/// The blocks that are read from `input`.
pub fn blocks(input: impl Read, size: usize, would_wait: bool) -> Vec<Vec<u8>> {
    crate::input::blocks(input, size, would_wait)
}

/// The plain text of a file of these bytes, read in blocks of `size`.
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>> {
    let file = file_of(bytes).expect("a temporary file");
    let input = RawInput::new(Arc::new(file), Extent::unbounded(), Meter::new());
    let mut reader = Stream::new(input, Arc::default(), "fuzz".into()).reader(size, 2, 1)?;
    let mut text = Vec::new();
    while let Some(block) = reader.next()? {
        text.extend_from_slice(&block);
    }
    Ok(text)
}

fn file_of(bytes: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(nix::libc::O_TMPFILE);
    let mut file = options.open(env::temp_dir())?;
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}
