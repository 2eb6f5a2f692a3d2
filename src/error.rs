//! The error type of this crate: the reason of a failure, and the path that it concerns.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use crate::text::{OneLine, Printable};

/// The reason why a run failed. Displays as one line, which is `path: reason` if the error concerns
/// a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An operation on a file failed.
    #[error("{}: {}", Printable(path), Reason(source))]
    Io {
        /// The file, or `standard input` or `standard output`.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The output is the same file as the input.
    #[error("{}: input and output are the same file", Printable(path))]
    SameFile {
        /// The path of the input.
        path: PathBuf,
    },
    /// The output would overwrite a file that holds something else. The file is kept.
    #[error("{}: exists and {}; --force replaces it", Printable(path), OneLine(reason))]
    WouldOverwrite {
        /// The path of the output.
        path: PathBuf,
        /// The reason, for example `does not hold patterns`.
        reason: String,
    },
    /// The output of one job is the input or the output of another.
    #[error("{}: {}", Printable(path), OneLine(reason))]
    Conflict {
        /// The path of the output.
        path: PathBuf,
        /// The reason, which names the other job.
        reason: String,
    },
    /// The input was written to, truncated or replaced during the run.
    #[error("{}: input changed while it was read", Printable(path))]
    InputChanged {
        /// The path of the input.
        path: PathBuf,
    },
    /// A file is no valid catalogue of patterns, or cannot be combined with another catalogue.
    #[error("{}: {}", Printable(path), OneLine(reason))]
    Catalogue {
        /// The path of the file.
        path: PathBuf,
        /// The reason.
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
    /// An output was not written, because the reader of another output closed it.
    #[error("{}: not written, because {} was closed", Printable(path), Printable(closed))]
    NotWritten {
        /// The output that was not written.
        path: PathBuf,
        /// The output that was closed.
        closed: PathBuf,
    },
    /// There is not enough memory for a chunk, which is as long as its longest line, or for patterns.
    #[error(
        "cannot allocate {bytes} bytes of memory; \
         try fewer --threads, or a smaller --chunk-size or --max-patterns"
    )]
    Memory {
        /// The number of bytes that could not be allocated.
        bytes: usize,
    },
    /// No worker thread could be started.
    #[error("cannot start any of {threads} threads")]
    Threads {
        /// The number of threads that should have been started.
        threads: usize,
    },
    /// A thread panicked, which is a defect of this program.
    #[error("internal error: {message}; please report it")]
    Panic {
        /// The message of the panic.
        message: String,
    },
}

/// The result of the fallible functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns an [`Error::Io`] that concerns `path`.
    pub(crate) fn io(path: impl Into<PathBuf>, source: impl Into<io::Error>) -> Self {
        Self::Io { path: path.into(), source: source.into() }
    }

    /// Returns an [`Error::Panic`] with the message of `payload`, from
    /// [`std::panic::catch_unwind`].
    pub(crate) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("panicked").replace(char::is_control, " ");
        Self::Panic { message }
    }

    /// Returns the path that the error concerns, if it is about reading or writing a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Io { path, .. } | Self::InputChanged { path } => Some(path),
            _ => None,
        }
    }

    /// Returns whether the process or the machine has too many files open. The operation may succeed
    /// when some are closed.
    pub(crate) fn is_out_of_descriptors(&self) -> bool {
        let errors = [Errno::EMFILE, Errno::ENFILE].map(|errno| Some(errno as i32));
        matches!(self, Self::Io { source, .. } if errors.contains(&source.raw_os_error()))
    }

    /// Returns whether the reader of the output closed it. For a filter, this is no failure but a
    /// reason to end.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Displays an I/O error as other Unix tools do, without Rust's ` (os error 2)`.
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
