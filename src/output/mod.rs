//! Where patterns go.
//!
//! - `sink` is an output under construction, of whichever kind.
//! - `overwrite`, `content_type` and `recognize` decide whether a file that exists may be
//!   overwritten.
//! - `atomic_file`, `unnamed`, `temporary_file` and `access` make a file appear under its name
//!   complete or not at all, with the permissions of the file that it replaces.
//! - `writer`, `blocking_file`, `preallocated_file`, `compressor` and `encoder` write the bytes.

mod access;
mod atomic_file;
mod blocking_file;
mod compressor;
mod content_type;
mod encoder;
mod overwrite;
mod preallocated_file;
mod recognize;
mod sink;
mod temporary_file;
mod unnamed;
mod writer;

pub use content_type::{ContentType, Prefix};
pub use encoder::Compression;
pub use overwrite::Overwrite;
pub use sink::{Sink, SinkOptions};
pub use temporary_file::remove_temporary_files;
