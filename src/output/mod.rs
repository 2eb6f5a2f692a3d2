//! Where patterns go.

mod access;
mod atomic_file;
mod blocking_file;
mod compressor;
mod content_type;
mod encoder;
mod overwrite;
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
