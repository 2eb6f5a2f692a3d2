//! The attributes of PAX: records in an entry of their own, which change what the header of the next
//! entry says, or those of all entries that follow.
//!
//! Such an entry may be of any length. The records are read one by one, and only values of interest
//! are kept, as far as they may be of use.

use std::io::{self, BufRead, Read};

use super::entry::{Path, damaged};

/// The maximum of bytes of the name of an attribute that is of interest.
const MAX_KEY: usize = 64;

/// The maximum of digits of a length.
const MAX_DIGITS: u64 = 20;

/// What the records of an entry say. What they do not say is `None`.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    pub(super) path: Option<Path>,
    pub(super) size: Option<u64>,
    /// The name of a sparse file. Its path is another one.
    sparse_path: Option<Path>,
    is_sparse: bool,
}

impl Attributes {
    /// Reads all records of `input`, and changes what they change.
    ///
    /// # Errors
    ///
    /// A record is damaged, or `input` cannot be read.
    pub(super) fn read(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        while let Some(len) = read_len(input)? {
            self.read_record(&mut input.take(len))?;
        }
        Ok(())
    }

    /// Reads a record without its length: `key=value` and a newline.
    fn read_record(&mut self, record: &mut io::Take<impl BufRead>) -> io::Result<()> {
        let mut key = Vec::new();
        record.take(MAX_KEY as u64).read_until(b'=', &mut key)?;
        // A longer one is that of no attribute that is of interest.
        let key = key.strip_suffix(b"=").unwrap_or(b"");
        let value_len = record.limit().checked_sub(1).ok_or_else(bad_record)?;
        let mut value = record.take(value_len);
        match key {
            b"path" => self.path = Path::read(&mut value)?,
            b"GNU.sparse.name" => self.sparse_path = Path::read(&mut value)?,
            b"size" => self.size = read_size(&mut value)?,
            _ => {}
        }
        let is_sparse = key.starts_with(b"GNU.sparse.");
        self.is_sparse |= is_sparse || matches!(key, b"SCHILY.realsize" | b"SUN.holesdata");
        skip(&mut value)?;
        let mut newline = [0];
        record.read_exact(&mut newline)?;
        if newline == *b"\n" { Ok(()) } else { Err(bad_record()) }
    }

    /// Returns these attributes, and those of `global` that are not among them.
    pub(super) fn or(self, global: &Self) -> Self {
        Self {
            path: self.path.or_else(|| global.path.clone()),
            size: self.size.or(global.size),
            sparse_path: self.sparse_path.or_else(|| global.sparse_path.clone()),
            is_sparse: self.is_sparse || global.is_sparse,
        }
    }

    /// Returns the path of a sparse file, if the entry is one. It may be the path in the header.
    pub(super) fn sparse(&mut self) -> Option<Option<Path>> {
        self.is_sparse.then(|| self.sparse_path.take().or(self.path.take()))
    }
}

/// Reads the length of a record, and returns how many bytes of it follow. Returns `None` at the end.
fn read_len(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut digits = Vec::new();
    input.take(MAX_DIGITS + 1).read_until(b' ', &mut digits)?;
    if digits.is_empty() {
        return Ok(None);
    }
    let len = digits.strip_suffix(b" ").and_then(parse).ok_or_else(bad_record)?;
    len.checked_sub(digits.len() as u64).map(Some).ok_or_else(bad_record)
}

/// Reads a size. Returns `None` if it is empty, which means that it is not said.
fn read_size(value: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut digits = Vec::new();
    value.take(MAX_DIGITS + 1).read_to_end(&mut digits)?;
    if digits.is_empty() { Ok(None) } else { parse(&digits).map(Some).ok_or_else(bad_record) }
}

/// Returns the number that `digits` are, if they are no more than that.
fn parse(digits: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// Reads all of `input`, and keeps nothing.
pub(super) fn skip(input: &mut io::Take<impl BufRead>) -> io::Result<()> {
    while input.limit() > 0 {
        let len = input.fill_buf()?.len();
        if len == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        input.consume(len);
    }
    Ok(())
}

fn bad_record() -> io::Error {
    damaged("a record of attributes is damaged")
}
