//! Turns every line of a log into its pattern, at the speed of the machine, losing nothing.
//!
//! A run of letters and digits becomes `Y`, what stands in brackets or quotes becomes `X`, all
//! else stays, so that lines of one kind become one pattern:
//!
//! ```
//! let line = br#"03-17 16:13:38.936 D PowerManagerService: tag="*launch*", ws=WorkSource{10113}"#;
//! assert_eq!(lognorm_mmap::normalize(line), b"Y-Y Y:Y:Y.Y Y Y: Y=\"X\", Y=Y{X}\n");
//! ```
//!
//! [`Normalizer`] does that to bytes in memory. [`run`] does it to a whole file:
//!
//! ```no_run
//! use lognorm_mmap::{
//!     Action, Options, Rules, Sink, SinkOptions, Source, SourceOptions,
//!     TruncationGuard, run,
//! };
//!
//! // Without it, a log that is truncated meanwhile ends the process with a signal.
//! let _guard = TruncationGuard::install()?;
//! let source = Source::open("big.log.gz".as_ref(), &SourceOptions::default())?;
//! let sink = Sink::create("out.log".as_ref(), Some(&source), SinkOptions::default())?;
//! let outcome = run(source, sink, Action::Write(Rules::Words), &Options::default())?;
//! println!("{} lines", outcome.counts.lines);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What happens to a byte on its way, and which module it is in then:
//!
//! ```text
//! log on disk                                                         finished log
//!      │                                                                   ▲
//!   input      mapped file (no copy), or a stream with its own thread      │
//!      │ bytes                                                             │
//!   chunk      cut behind a newline, lazily, one at a time                 │
//!      │ chunk                                                             │
//!   crew       one rayon task a chunk, a bounded number in flight          │
//!      │                                                                   │
//!   normalize  the line rules                                              │
//!      │ arena (the chunk's output, in a recycled buffer) and counts       │
//!   output     back in order, written in batches, committed atomically ────┘
//! ```
//!
//! [`pipeline`](run) is the page that shows this way as code.

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
pub use input::{ByteOrderMark, Format, Meter, Source, SourceOptions, TruncationGuard};
pub use output::{Compression, Content, Head, Replace, Sink, SinkOptions, remove_temporary_files};
pub use pipeline::{
    Action, DEFAULT_CHUNK_SIZE, Job, MAX_CHUNK_SIZE, Options, Outcome, Phases, UncommittedRun, run,
    run_all, run_uncommitted,
};
pub use rules::{
    Counts, Kernel, LineSpan, LineSpans, Normalizer, Rules, RulesVersion, UnknownRules,
    max_output_len, normalize,
};
pub use sys::is_same_file;
