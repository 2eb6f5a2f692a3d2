//! The options for lists of file names, which several commands share.

use std::path::PathBuf;

use clap::Args;

use crate::endpoint::Input;
use crate::file_list::{FileList, Separator};

/// A list of more files than those that are named on the command line, and after them.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub struct FileListArgs {
    /// Read more names from FILE, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,

    /// Read more names from FILE, each ended by a NUL byte, as find -print0 writes them
    #[arg(long, value_name = "FILE")]
    files0_from: Option<PathBuf>,
}

impl FileListArgs {
    /// Returns the list, if there is one.
    pub fn list(self) -> Option<FileList> {
        let (path, separator) = match (self.files_from, self.files0_from) {
            (Some(path), _) => (path, Separator::Newline),
            (None, path) => (path?, Separator::Nul),
        };
        Some(FileList { input: Input::named(Some(path)), separator })
    }
}
