//! Names of files that are gone through several times, also if their list can be read only once.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::ops::Range;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use lognorm_mmap::{Error, Result};
use tempfile::SpooledTempFile;

/// The most bytes of names that are kept in memory. More are in a temporary file without a name.
const IN_MEMORY: usize = 1 << 20;

/// Names that were read.
pub struct SpooledNames {
    /// The names, each ended by a NUL byte.
    file: SpooledTempFile,
    count: u64,
}

impl SpooledNames {
    /// Reads all of `names`.
    ///
    /// # Errors
    ///
    /// The first error among them, or [`Error::Io`] if the temporary file cannot be written.
    pub fn new(names: impl Iterator<Item = Result<PathBuf>>) -> Result<Self> {
        let mut file = BufWriter::new(SpooledTempFile::new(IN_MEMORY));
        let mut count = 0;
        for name in names {
            let name = name?;
            let written = file.write_all(name.as_os_str().as_bytes());
            written.and_then(|()| file.write_all(&[0])).map_err(failed)?;
            count += 1;
        }
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok(Self { file, count })
    }

    /// Returns the number of names.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns all names, from the first on.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the temporary file cannot be read.
    pub fn iter(&mut self) -> Result<impl Iterator<Item = Result<PathBuf>>> {
        names(&mut self.file)
    }

    /// Returns the names in `part`, of which the first is number 0.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the temporary file cannot be read.
    pub fn into_part(
        self,
        part: Range<u64>,
    ) -> Result<impl Iterator<Item = Result<PathBuf>> + Send> {
        let mut names = names(self.file)?;
        for _ in 0..part.start {
            names.next().transpose()?;
        }
        Ok(names.take((part.end - part.start) as usize))
    }
}

fn names(mut file: impl Read + Seek) -> Result<impl Iterator<Item = Result<PathBuf>>> {
    file.rewind().map_err(failed)?;
    let names = BufReader::new(file).split(0);
    Ok(names.map(|name| Ok(OsString::from_vec(name.map_err(failed)?).into())))
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
            assert_eq!(spooled.count(), count as u64);
            let (start, end) = (count / 3, count / 3 * 2);
            let part = spooled.into_part(start as u64..end as u64).unwrap().map(Result::unwrap);
            assert!(part.eq(names.take(end).skip(start)), "{count}");
        }
    }

    #[test]
    fn an_error_among_the_names_ends_them() {
        let names = [Ok(PathBuf::from("a")), Err(failed(io::ErrorKind::Other.into()))];
        assert!(SpooledNames::new(names.into_iter()).is_err());
    }
}
