//! Turns every line of a log into its pattern, at the speed of the machine, losing nothing.
//!
//! A pattern keeps what lines of one kind have in common, so that logs can be grouped, counted,
//! compared and searched for what is new. There are two rule sets. By the **shape** rules a run of
//! letters and digits becomes `Y`, the content of brackets and quotes becomes `X`, and everything
//! else stays. By the **word** rules words stay, and values become `*`. Neither keeps a state or
//! needs a configuration, so a pattern depends on its line alone.
//!
//! ```
//! use lognorm_mmap::{Kernel, Normalizer, Rules};
//!
//! let line = b"Failed password for root from 5.36.59.76 port 42393 [preauth]";
//! for (rules, expected) in [
//!     (Rules::Shape, "Y Y Y Y Y Y.Y.Y.Y Y Y [X]\n"),
//!     (Rules::Words, "Failed password for root from * port * [preauth]\n"),
//! ] {
//!     let mut patterns = Vec::new();
//!     Normalizer::with_rules(Kernel::best(), rules).normalize(line, &mut patterns);
//!     assert_eq!(patterns, expected.as_bytes());
//! }
//! ```
//!
//! # Usage
//!
//! - [`Normalizer`] makes patterns of bytes in memory, on the calling thread.
//! - [`run`] makes patterns of a file or a stream, which may be compressed, on many threads.
//!   [`run_uncommitted`] does the same and lets other outputs be written before this one is final,
//!   and [`run_all`] does many logs at once. [`count_all`] makes one catalogue of many.
//! - [`OpenInput`] tells a log from a tar archive, of which an [`Archive`] gives the logs one by one.
//! - The [`Action`] of a run says by which rules it makes patterns, and whether it writes them,
//!   counts them in a [`Catalogue`](catalogue::Catalogue), or writes only those that a
//!   [`Filter`](catalogue::Filter) selects.
//! - [`catalogue`] merges, compares, folds, reads and writes catalogues.
//!
//! ```no_run
//! use lognorm_mmap::{
//!     Action, Options, Rules, Sink, SinkOptions, Source, SourceOptions, TruncationGuard, run,
//! };
//!
//! // Without the guard, truncating the log during the run ends the process with SIGBUS.
//! let _guard = TruncationGuard::install()?;
//! let source = Source::open("big.log.gz".as_ref(), &SourceOptions::default())?;
//! let sink = Sink::create("out.log".as_ref(), Some(&source), SinkOptions::default())?;
//! let outcome = run(source, sink, Action::Write(Rules::Words), &Options::default())?;
//! println!("{} lines", outcome.counts.lines);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `cli`: the dependencies of the binary, which requires it. Libraries turn it off.
//! - `gzip`, `zstd`, `xz`, `bzip2`, `lz4`: the compressed formats that are read and, for gzip and
//!   zstd, written.
//! - `profile`: profiles of the CPU and the heap, in the binary.
//!
//! All but `profile` are on by default.
//!
//! # The way of a byte
//!
//! ```text
//! log on disk                                                            finished output
//!      │                                                                        ▲
//!   input      a mapped file (no copy), or a stream that a thread reads         │
//!      │ bytes                                                                  │
//!   chunk      cut after a newline, lazily, one at a time                       │
//!      │ chunk                                                                  │
//!   executor   one task for each chunk, a bounded number in flight              │
//!      │ task                                                                   │
//!   rules      the patterns of the chunk, by the fastest kernel of the CPU      │
//!      │ arena (the output of the chunk, in a recycled buffer) and counts       │
//!   output     restored order, written in batches, committed atomically ────────┘
//! ```
//!
//! # Modules
//!
//! In this order; each imports only from those before it.
//!
//! - [`text`]: words for people, such as escaped and printable names.
//! - `error`: [`Error`], with the path and the reason.
//! - [`sys`]: calls of the operating system beyond those of the standard library.
//! - `input`: [`Source`], mapped files, streams, compressed formats, chunks.
//! - `arch`: SIMD for each instruction set, without a rule in it.
//! - `rules`: [`Normalizer`], and the kernels of both rule sets.
//! - `output`: [`Sink`], atomic replacement, compression.
//! - [`catalogue`]: distinct patterns with their counts.
//! - `pipeline`: [`run`], from source to sink. The page that shows the way of a byte as code.
//! - [`report`]: the figures of a run, and catalogues and their differences, for people and programs.

pub mod text;
mod error;
pub mod sys;
mod input;
mod arch;
mod rules;
mod output;
pub mod catalogue;
mod pipeline;
pub mod report;

#[cfg(fuzzing)]
pub mod fuzzing;

pub use error::{Error, Result};
pub use input::{
    Archive, Encoding, Format, InvalidShard, Member, Meter, OpenInput, Shard, Source,
    SourceOptions, TruncationGuard,
};
pub use output::{
    Compression, ContentType, Overwrite, Prefix, Sink, SinkOptions, remove_temporary_files,
};
pub use pipeline::{
    Action, DEFAULT_CHUNK_SIZE, EachJob, Ending, Existing, InArchives, Job, JobReport, Log,
    MAX_CHUNK_SIZE, Options, Outcome, Phases, Report, Tally, Targets, UncommittedRun, check_apart,
    count_all, jobs_that_may_meet, run, run_all, run_archive, run_uncommitted,
};
pub use rules::{
    Counts, Kernel, LineSpan, LineSpans, Normalizer, Rules, RulesVersion, UnknownRules,
    max_output_len, normalize,
};
pub use sys::{FileId, is_same_file};
pub use text::ansi::EscapeSequences;
