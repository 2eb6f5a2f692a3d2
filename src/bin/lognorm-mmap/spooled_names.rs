//! Names of files that are gone through several times, also if their list can be read only once.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use lognorm_mmap::{Error, Result};
use tempfile::SpooledTempFile;

/// The most bytes of names that are kept in memory. More are in a temporary file without a name.
const IN_MEMORY: usize = 1 << 20;

/// Names, each ended by a NUL byte.
pub struct SpooledNames(SpooledTempFile);

impl SpooledNames {
    /// Reads all of `names`.
    ///
    /// # Errors
    ///
    /// The first error among them, or [`Error::Io`] if the temporary file cannot be written.
    pub fn new(names: impl Iterator<Item = Result<PathBuf>>) -> Result<Self> {
        let mut file = BufWriter::new(SpooledTempFile::new(IN_MEMORY));
        for name in names {
            let name = name?;
            let written = file.write_all(name.as_os_str().as_bytes());
            written.and_then(|()| file.write_all(&[0])).map_err(failed)?;
        }
        file.into_inner().map(Self).map_err(|error| failed(error.into_error()))
    }

    /// Returns all names, from the first on.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the temporary file cannot be read.
    pub fn iter(&mut self) -> Result<impl Iterator<Item = Result<PathBuf>>> {
        self.0.rewind().map_err(failed)?;
        let names = BufReader::new(&mut self.0).split(0);
        Ok(names.map(|name| Ok(OsString::from_vec(name.map_err(failed)?).into())))
    }
}

/// Returns an error that concerns the temporary file.
fn failed(source: io::Error) -> Error {
    let reason = format!("cannot keep a list of files there: {source}");
    Error::Io { path: env::temp_dir(), source: io::Error::new(source.kind(), reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_again_and_again_from_memory_and_from_a_file() {
        for count in [0, 1, 1000, 50_000] {
            let names = (0..count).map(|number| {
                let name = format!("{}\n{number}", "-".repeat(number % 50));
                PathBuf::from(OsString::from_vec([name.as_bytes(), b"\xff"].concat()))
            });
            let mut spooled = SpooledNames::new(names.clone().map(Ok)).unwrap();
            for _ in 0..2 {
                let mut spooled = spooled.iter().unwrap().map(Result::unwrap);
                assert!(spooled.by_ref().eq(names.clone()), "{count}");
            }
        }
    }

    #[test]
    fn an_error_among_the_names_ends_them() {
        let names = [Ok(PathBuf::from("a")), Err(failed(io::ErrorKind::Other.into()))];
        assert!(SpooledNames::new(names.into_iter()).is_err());
    }
}
