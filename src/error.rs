//! The one error type: what failed, and the path it failed on.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::PathBuf;

use nix::errno::Errno;

use crate::text::{OneLine, Printable};

/// Why a run failed. Displays as one line, `path: reason` where a file is the reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something to do with `path`.
    #[error("{}: {}", Printable(path), Reason(source))]
    Io {
        /// The file, or `standard input` or `standard output`.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Writing the output would overwrite the input.
    #[error("{}: input and output are the same file", Printable(path))]
    SameFile {
        /// The input, as it was named.
        path: PathBuf,
    },
    /// What exists under the name of an output is not what the output would be, and is kept.
    #[error("{}: exists and {}; --force replaces it", Printable(path), OneLine(reason))]
    WouldOverwrite {
        /// The output, as it was named.
        path: PathBuf,
        /// What is known of it: that it `does not hold patterns`.
        reason: String,
    },
    /// Of many logs, one would be written to what is read or written for another.
    #[error("{}: {}", Printable(path), OneLine(reason))]
    Conflict {
        /// The output, as it was named.
        path: PathBuf,
        /// What it is in the way of.
        reason: String,
    },
    /// The input was written to, truncated or replaced during the run.
    #[error("{}: input changed while it was read", Printable(path))]
    InputChanged {
        /// The input, as it was named.
        path: PathBuf,
    },
    /// A file that should hold a catalogue of patterns does not, or not one that goes with others.
    #[error("{}: {}", Printable(path), OneLine(reason))]
    Catalogue {
        /// The file, as it was named.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Patterns were to be counted in a catalogue that another version of the rules made.
    #[error("the catalogue is by {}, this program has {}", OneLine(theirs), OneLine(ours))]
    Rules {
        /// The version of the rules of the catalogue, as in `version 2 of the shape rules`.
        theirs: String,
        /// The version of this program.
        ours: String,
    },
    /// The reader of another output went away, and so this one was not written.
    #[error("{}: not written, because {} was closed", Printable(path), Printable(closed))]
    NotWritten {
        /// The output that is missing.
        path: PathBuf,
        /// The output that nobody reads any more.
        closed: PathBuf,
    },
    /// There is not enough memory for a chunk, as long as its longest line, or for patterns.
    #[error(
        "cannot get {bytes} bytes of memory; \
         try fewer --threads, or a smaller --chunk-size or --max-patterns"
    )]
    Memory {
        /// How much was asked for.
        bytes: usize,
    },
    /// The worker threads could not be started.
    #[error("cannot start any of {threads} threads")]
    Threads {
        /// How many were asked for.
        threads: usize,
    },
    /// A thread panicked: a defect of this program.
    #[error("internal error: {message}; please report it")]
    Panic {
        /// What the panic said.
        message: String,
    },
}

/// What this crate's fallible functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An [`Error::Io`] on `path`.
    pub(crate) fn io(path: impl Into<PathBuf>, source: impl Into<io::Error>) -> Self {
        Self::Io { path: path.into(), source: source.into() }
    }

    /// An [`Error::Panic`] from what [`std::panic::catch_unwind`] caught.
    pub(crate) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("panicked").replace(char::is_control, " ");
        Self::Panic { message }
    }

    /// Whether the process, or the machine, has too many files open. That may be over when others
    /// are closed.
    pub(crate) fn is_lack_of_descriptors(&self) -> bool {
        let lacks = [Errno::EMFILE, Errno::ENFILE].map(|errno| Some(errno as i32));
        matches!(self, Self::Io { source, .. } if lacks.contains(&source.raw_os_error()))
    }

    /// Whether the reader of the output went away, which a filter takes as a reason to end, not
    /// as a failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// An I/O error as other Unix tools print it, without Rust's ` (os error 2)`.
pub(crate) struct Reason<'a>(pub(crate) &'a io::Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let suffix = self.0.raw_os_error().map(|code| format!(" (os error {code})"));
        f.write_str(suffix.and_then(|suffix| text.strip_suffix(&suffix)).unwrap_or(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_io_error_is_one_line_with_path_and_reason() {
        let error = Error::io("a\nb.log", io::Error::from_raw_os_error(2));
        assert_eq!(error.to_string(), "a\\nb.log: No such file or directory");
        let error = Error::Catalogue { path: "p.tsv".into(), reason: "no \x1b[31m\nkind".into() };
        assert_eq!(error.to_string(), "p.tsv: no \\u{1b}[31m\\nkind");
    }
}
