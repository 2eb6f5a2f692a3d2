//! The catalogue of patterns: how many lines have each, where they are, and an example.
//!
//! A gigabyte of log has a few hundred distinct patterns, which are what most people look for.
//!
//! ```text
//! chunk and arena ──► ChunkCounter::count ──► ChunkCounts ──► Catalogue::add ──► file::write, report::table
//!     on each thread, in any order      chunk by chunk, in order            │
//!                                                              file::read ──┴─► merge, diff, filter, fold
//! ```
//!
//! It is exact: patterns are compared as a whole, and counts add up to the lines read. Chunks are
//! added in order, so that the catalogue is the same for every number of threads, size of chunks,
//! kernel and source, also where a limit decides which patterns are kept.
//!
//! This module knows nothing of files, threads or arguments: it takes slices, readers and writers.
//!
//! ```
//! use lognorm_mmap::{LineSpans, Normalizer, Rules};
//! use lognorm_mmap::catalogue::{Catalogue, ChunkCounts, Limits, Normalized, ChunkCounter};
//!
//! let log = b"took 12 ms\ntook 7 ms (cached)\ntook 9 ms\n";
//! let (mut arena, mut spans) = (Vec::new(), LineSpans::new());
//! Normalizer::new().normalize_noting(log, &mut arena, &mut spans);
//!
//! let (mut counts, mut catalogue) = (ChunkCounts::new(), Catalogue::new(Rules::Shape, Limits::default()));
//! let chunk = Normalized { lines: log, patterns: &arena, spans: &spans };
//! ChunkCounter::new().count(chunk, 0, &mut counts)?;
//! catalogue.add(&arena, &counts)?;
//! catalogue.end_log();
//!
//! let rows = catalogue.rows()?;
//! assert_eq!(rows[0].pattern.as_deref(), Some(&b"Y Y Y"[..]));
//! assert_eq!((rows[0].count, rows[0].last.line), (2, 3));
//! assert_eq!(*rows[1].example, *b"took 7 ms (cached)");
//! # Ok::<(), lognorm_mmap::Error>(())
//! ```

mod hash;
mod key;
mod fnv;
mod example;
mod chunk_examples;
mod further;
mod places;
mod histogram;
mod normalized;
mod chunk_counter;
mod chunk_buckets;
mod chunk_counts;
mod pattern_in_chunk;
mod texts;
mod entry;
mod slots;
mod limits;
mod memory;
mod totals;
mod checkpoint;
mod row;
mod merge;
mod diff;
mod fold;
mod filter;
pub mod file;
#[cfg(test)]
pub(crate) mod tests;

pub use chunk_counter::ChunkCounter;
pub use chunk_counts::ChunkCounts;
pub use diff::{Change, Diff, Threshold, diff};
pub use example::{Example, MAX_EXAMPLE_LEN, MAX_EXAMPLES};
pub use filter::{Emit, Filter, Select};
pub(crate) use fold::is_separator_at;
pub use fold::{DEFAULT_SIBLINGS, Folded, FoldedCatalogue, fold};
pub use limits::Limits;
pub use merge::MergeError;
pub use normalized::Normalized;
pub(crate) use places::Placement;
pub use row::{LinePosition, Row};
pub use totals::Catalogue;

/// The number of equal parts, by bytes, into which a log is divided to show where a pattern occurs.
pub const LOG_PARTS: usize = 40;
