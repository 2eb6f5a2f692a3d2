//! Profiles of a run: where its time goes, or its memory.
//!
//! One at a time. The heap profiler walks the stack at every allocation, and would be most of what
//! a CPU profile sees; the CPU profiler has memory of its own, and would be much of the heap. Only
//! builds with the feature `profile` have them, for the heap profiler takes the allocator's place.

#[cfg(feature = "profile")]
mod cpu;
#[cfg(feature = "profile")]
mod heap;

use std::path::{Path, PathBuf};

use lognorm_mmap::{Error, is_same_file};
use nix::libc::{SIGPROF, c_int};

use crate::cli::Cli;

/// A profile that is wanted.
#[derive(Debug)]
#[cfg_attr(not(feature = "profile"), allow(dead_code, reason = "there is none without it"))]
pub struct Profile {
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Cpu,
    Heap,
}

const DISTURBANCE: &str = "--cpu-profile and --heap-profile would disturb each other: \
                           the one would show the work of the other; run once for each";

const LEFT_OUT: &str = "this build has no profilers; get them by \
                        `cargo install --path . --features profile`, or for one run by \
                        `cargo run --release --features profile -- ...`";

impl Profile {
    /// The profile that was asked for. It is not to go where one of `files` is, which are what the
    /// run reads and writes.
    ///
    /// # Errors
    ///
    /// Why there can be none.
    pub fn wanted<'a>(
        cli: &Cli,
        mut files: impl Iterator<Item = &'a Path>,
    ) -> Result<Option<Self>, String> {
        let (kind, path) = match (&cli.cpu_profile, &cli.heap_profile) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(DISTURBANCE.into()),
            (Some(path), None) => (Kind::Cpu, path),
            (None, Some(path)) => (Kind::Heap, path),
        };
        if !cfg!(feature = "profile") {
            return Err(LEFT_OUT.into());
        }
        if files.any(|file| is_same_file(file, path)) {
            return Err(format!("the profile would overwrite {}", path.display()));
        }
        Ok(Some(Self { kind, path: path.clone() }))
    }

    /// The signal that the profiler works by, if it does.
    pub fn signal(&self) -> Option<c_int> {
        match self.kind {
            Kind::Cpu => Some(SIGPROF),
            Kind::Heap => None,
        }
    }

    /// Does `work`, which returns what went wrong, and writes the profile of it, also if something
    /// did. If it cannot be written, that is one thing more that went wrong.
    #[cfg(feature = "profile")]
    pub fn of(&self, work: impl FnOnce() -> Vec<Error>) -> Vec<Error> {
        match Recording::start(self) {
            Ok(recording) => {
                let mut errors = work();
                errors.extend(recording.finish().err());
                errors
            }
            Err(error) => vec![error],
        }
    }

    /// Never called: nothing is wanted of a build that cannot do it.
    #[cfg(not(feature = "profile"))]
    pub fn of(&self, work: impl FnOnce() -> Vec<Error>) -> Vec<Error> {
        work()
    }
}

#[cfg(feature = "profile")]
use recording::Recording;

#[cfg(feature = "profile")]
mod recording {
    use std::io::{self, Write};

    use lognorm_mmap::{Error, Result, Sink, SinkOptions};

    use super::{Kind, Profile, cpu, heap};

    /// What looks on while the program works.
    pub trait Profiler {
        /// Ends, and writes what was seen.
        fn write(self: Box<Self>, output: &mut dyn Write) -> io::Result<()>;
    }

    /// A profiler at work, and where its profile will go.
    pub struct Recording {
        profiler: Box<dyn Profiler>,
        sink: Sink,
    }

    impl Recording {
        pub fn start(Profile { kind, path }: &Profile) -> Result<Self> {
            let sink = Sink::create(path, None, SinkOptions::default())?;
            let failed = |source| Error::Io { path: path.clone(), source };
            let profiler: Box<dyn Profiler> = match kind {
                Kind::Cpu => Box::new(cpu::CpuProfiler::start().map_err(failed)?),
                Kind::Heap => Box::new(heap::HeapProfiler::start()),
            };
            Ok(Self { profiler, sink })
        }

        pub fn finish(self) -> Result<()> {
            let Self { profiler, sink } = self;
            sink.write(|output| profiler.write(output))?.commit()
        }
    }
}
