//! Where patterns go.

mod access;
mod atomic_file;
mod blocking_file;
mod compressor;
mod encoder;
mod overwrite;
mod sink;
mod temporary_file;
mod unnamed;
mod writer;

pub use encoder::Compression;
pub use overwrite::{Content, Head, Replace};
pub use sink::{Sink, SinkOptions};
pub use temporary_file::remove_temporary_files;
