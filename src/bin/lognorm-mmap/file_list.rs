//! Lists of file names, which are read as they are used: a list may have millions.

use std::ffi::OsString;
use std::io::{self, BufRead, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use lognorm_mmap::{Error, Format, Result, SourceOptions};

use crate::endpoint::Input;
use crate::standard_streams::Standard;

/// The longest name in bytes. Linux opens none that is longer, and a list of another kind would be
/// taken for one endless name.
const MAX_LEN: usize = 4095;

/// The byte that ends each name of a list. The last name may lack it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A line feed. Empty lines are skipped.
    Newline,
    /// A NUL byte, as in the output of `find -print0`, which no name of a file has.
    Nul,
}

/// A list of file names in a file or on standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileList {
    pub input: Input,
    pub separator: Separator,
}

/// The names of a list, in order. Ends after the first error.
pub struct Names {
    reader: Box<dyn BufRead + Send>,
    /// The name of the list in messages.
    path: PathBuf,
    list: FileList,
    /// The number of the name or line read last, counted from 1.
    number: u64,
    is_over: bool,
}

impl FileList {
    /// Opens the list.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be opened.
    pub fn names(self) -> Result<Names> {
        let options = SourceOptions { format: Some(Format::Plain), ..SourceOptions::default() };
        let source = self.input.open(&options)?;
        let path = source.path().to_owned();
        let reader = Box::new(source.into_reader()?);
        Ok(Names { reader, path, list: self, number: 0, is_over: false })
    }
}

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Self::Newline => b'\n',
            Self::Nul => 0,
        }
    }

    /// Returns the word for an item of a list.
    fn item(self) -> &'static str {
        match self {
            Self::Newline => "line",
            Self::Nul => "name",
        }
    }
}

impl Names {
    /// Returns the name of the list in messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the next name, or `None` at the end of the list.
    fn read(&mut self) -> Result<Option<PathBuf>> {
        let separator = self.list.separator;
        loop {
            let mut name = Vec::new();
            let mut reader = (&mut self.reader).take(MAX_LEN as u64 + 1);
            let read = reader.read_until(separator.byte(), &mut name);
            if read.map_err(|source| self.failed(source))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            name.pop_if(|last| *last == separator.byte());
            if name.len() > MAX_LEN {
                return Err(self.refused(match separator {
                    Separator::Newline => "too long for a name; is it a list for --files0-from?",
                    Separator::Nul => "too long for a name; is it a list for --files-from?",
                }));
            }
            if name.contains(&0) {
                return Err(self.refused("has a NUL byte; is it a list for --files0-from?"));
            }
            if !name.is_empty() {
                let name = PathBuf::from(OsString::from_vec(name));
                self.check_apart(&name)?;
                return Ok(Some(name));
            }
            if separator == Separator::Nul {
                return Err(self.refused("is empty"));
            }
        }
    }

    /// Checks that `name` is not standard input, if the list is.
    fn check_apart(&self, name: &Path) -> Result<()> {
        if self.list.input == Input::Stdin && Standard::Input.may_be_named_by(name) {
            return Err(self.refused("names standard input, which the list is read from"));
        }
        Ok(())
    }

    fn refused(&self, reason: &str) -> Error {
        let message = format!("{} {} {reason}", self.list.separator.item(), self.number);
        self.failed(io::Error::new(io::ErrorKind::InvalidData, message))
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Io { path: self.path.clone(), source }
    }
}

impl Iterator for Names {
    type Item = Result<PathBuf>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let name = self.read().transpose();
        self.is_over = !matches!(name, Some(Ok(_)));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names in a list that holds `text`, and the message of the error that ended it.
    fn names(text: &[u8], separator: Separator) -> (Vec<PathBuf>, Option<String>) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("list");
        std::fs::write(&path, text).unwrap();
        let input = Input::File(path.clone());
        let (mut names, mut error) = (Vec::new(), None);
        for name in (FileList { input, separator }).names().unwrap() {
            assert!(error.is_none(), "the list goes on after an error");
            match name {
                Ok(name) => names.push(name),
                Err(reason) => error = Some(reason.to_string()),
            }
        }
        let prefix = format!("{}: ", path.display());
        (names, error.map(|error| error.strip_prefix(&prefix).unwrap().to_owned()))
    }

    #[test]
    fn names_are_ended_by_newlines_or_by_nuls() {
        let [newline, nul] = [Separator::Newline, Separator::Nul];
        let expected = ["a b", " c\r"].map(PathBuf::from);
        for text in ["a b\n c\r\n", "a b\n c\r", "\n\na b\n\n c\r\n\n"] {
            assert_eq!(names(text.as_bytes(), newline), (expected.to_vec(), None), "{text:?}");
        }
        let expected = ["a\nb", "\u{fffd}", "c"].map(PathBuf::from);
        for text in ["a\nb\0\u{fffd}\0c\0", "a\nb\0\u{fffd}\0c"] {
            assert_eq!(names(text.as_bytes(), nul), (expected.to_vec(), None), "{text:?}");
        }
        for separator in [newline, nul] {
            assert_eq!(names(b"", separator), (vec![], None));
        }
        let name = OsString::from_vec(b"\xff".to_vec());
        assert_eq!(names(b"\xff", nul), (vec![PathBuf::from(name)], None));
    }

    #[test]
    fn a_list_of_another_kind_is_refused() {
        let longest = "a".repeat(MAX_LEN);
        let first = vec![PathBuf::from(&longest)];
        for (separator, between, reason) in [
            (
                Separator::Newline,
                "\n",
                "line 2 too long for a name; is it a list for --files0-from?",
            ),
            (Separator::Nul, "\0", "name 2 too long for a name; is it a list for --files-from?"),
        ] {
            let text = format!("{longest}{between}{longest}b{between}c");
            let (found, error) = names(text.as_bytes(), separator);
            assert_eq!((found, error.as_deref()), (first.clone(), Some(reason)));
        }
        for (text, separator, reason) in [
            (
                "a\nb\0c\nd",
                Separator::Newline,
                "line 2 has a NUL byte; is it a list for --files0-from?",
            ),
            ("a\0\0b\0", Separator::Nul, "name 2 is empty"),
        ] {
            let (found, error) = names(text.as_bytes(), separator);
            assert_eq!((found, error.as_deref()), (vec![PathBuf::from("a")], Some(reason)));
        }
    }
}
