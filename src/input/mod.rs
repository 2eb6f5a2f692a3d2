//! Where bytes come from.
//!
//! A [`Source`] is an opened input. It gives its bytes in one of two ways:
//!
//! | way | used for | module |
//! |---|---|---|
//! | [`Mapped`] | regular files of plain text: any thread cuts and reads any part, without a copy | `mapped` |
//! | [`Stream`] | everything else: a thread of its own reads and decodes into recycled blocks | `stream` |
//!
//! # Whether a file is mapped
//!
//! `map_if_useful` in `open_file.rs` decides it. A file is mapped if all of these hold:
//!
//! - [`SourceOptions::map`] allows it, and the input is not standard input;
//! - it is a regular file, and its size is not zero, as that of all files in `/proc` is;
//! - it is plain text, and not in UTF-16, either because the options say so or because its first
//!   bytes do;
//! - its size is right: pages of a mapping after the end of the file cannot be read;
//! - most of it is in the page cache. Files not in the page cache are read, not mapped, because
//!   readahead works better for `read`;
//! - the kernel maps it.
//!
//! # From the file to the rules
//!
//! ```text
//! source ─┬─ mapped ────────────────────────────────────────────────────► chunk (a slice)
//!         └─ stream ── raw ── decode/ ── encoding/ ── block (a buffer) ─► chunk (a block)
//!                             format/ tells which decoder
//! ```
//!
//! `origin`, `snapshot` and `sample` detect that the file changed while it was read; `remaining` finds
//! the end of a file whose size is wrong; `truncation` and `registry` keep the process alive when a
//! mapped file is truncated. `shard`, `cut` and `part` are about reading a part of a file, and `archive`
//! is about tar archives, whose members are streams; `open_input` tells one from a log.

mod read_at;
mod registry;
mod shard;
mod cut;
mod truncation;
mod meter;
mod snapshot;
mod sample;
mod remaining;
mod mapped;
mod format;
mod encoding;
mod properties;
mod poll_read;
mod raw;
mod decode;
mod archive;
mod block;
pub(crate) mod chunk;
mod reader;
mod stream;
mod origin;
mod part;
mod source;
mod open_file;
mod whole;
mod open_input;

pub use archive::{Archive, Member};
pub(crate) use block::Block;
#[cfg(fuzzing)]
pub(crate) use block::blocks;
pub use encoding::Encoding;
#[cfg(fuzzing)]
pub(crate) use encoding::text_of;
#[cfg(fuzzing)]
pub(crate) use format::Detection;
pub use format::Format;
pub(crate) use mapped::{Mapped, Slice};
pub use meter::Meter;
pub use open_input::OpenInput;
pub(crate) use origin::Origin;
#[cfg(fuzzing)]
pub(crate) use raw::RawInput;
#[cfg(fuzzing)]
pub(crate) use remaining::Remaining;
pub use shard::{InvalidShard, Shard};
pub(crate) use source::Bytes;
pub use source::{Source, SourceOptions};
pub(crate) use stream::Stream;
pub use truncation::TruncationGuard;
pub(crate) use whole::{Opened, open};
