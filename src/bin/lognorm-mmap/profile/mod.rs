//! Profiles of a run's CPU time or memory.
//!
//! A run has one at most. The heap profiler walks the stack at every allocation, which would be most
//! of a CPU profile; the memory of the CPU profiler would be much of a heap profile. Only builds with
//! the feature `profile` have profilers, because the heap profiler takes the allocator's place.

#[cfg(feature = "profile")]
mod cpu;
#[cfg(feature = "profile")]
mod heap;

use std::path::{Path, PathBuf};

use lognorm_mmap::text::Printable;
use lognorm_mmap::{ContentType, Overwrite, Prefix};
use nix::libc::{SIGPROF, c_int};

use crate::args::Cli;
use crate::exit::{Failure, Success};
use crate::extensions;
use crate::standard_streams::is_same;

/// A profile to write.
#[derive(Debug)]
#[cfg_attr(not(feature = "profile"), allow(dead_code, reason = "no build without it makes one"))]
pub struct Profile {
    kind: Kind,
    path: PathBuf,
    overwrite: Overwrite,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Cpu,
    Heap,
}

/// The contents of files that a profile may replace: a profile of either kind.
const CONTENT: ContentType = ContentType::new("a profile", |prefix| {
    let is_empty = prefix.bytes.is_empty();
    Ok(is_empty || begins_heap_profile(prefix) || begins_cpu_profile(prefix))
});

/// Returns whether `prefix` begins a profile in the format of DHAT: an object of JSON whose first key
/// is the version of the format.
fn begins_heap_profile(prefix: &Prefix) -> bool {
    let mut bytes = prefix.bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    b"{\"dhatFileVersion\":".iter().all(|byte| bytes.next() == Some(byte))
}

/// Returns whether `prefix` begins a profile in the format of pprof: fields of Protocol Buffers with
/// the numbers and types that a profile has, from the first byte to the end.
fn begins_cpu_profile(prefix: &Prefix) -> bool {
    /// Takes a number from the beginning of `bytes`.
    fn number(bytes: &mut &[u8]) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = bytes.split_first()?;
            *bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
    let mut rest = &*prefix.bytes;
    while !rest.is_empty() {
        // The end of the prefix may cut a field.
        let Some(tag) = number(&mut rest) else { return !prefix.is_whole_file };
        let Some(length) = number(&mut rest) else { return !prefix.is_whole_file };
        match (tag >> 3, tag & 7) {
            (7..=10 | 12..=14, 0) => {}
            (1..=6 | 11 | 13, 2) => {
                let left = usize::try_from(length).ok().and_then(|length| rest.get(length..));
                let Some(left) = left else { return !prefix.is_whole_file };
                rest = left;
            }
            _ => return false,
        }
    }
    true
}

const DISTURBANCE: &str = "--cpu-profile and --heap-profile would disturb each other: \
                           the one would show the work of the other; run once for each";

const LEFT_OUT: &str = "this build has no profilers; get them by \
                        `cargo install --path . --features profile`, or for one run by \
                        `cargo run --release --features profile -- ...`";

impl Profile {
    /// Returns the profile that the command line asks for. Its file must not be one of `files`, which
    /// the run reads and writes.
    ///
    /// # Errors
    ///
    /// The reason why there can be no such profile.
    pub fn wanted(cli: &Cli, files: &[&Path]) -> Result<Option<Self>, String> {
        let (kind, path) = match (&cli.cpu_profile, &cli.heap_profile) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(DISTURBANCE.into()),
            (Some(path), None) => (Kind::Cpu, path),
            (None, Some(path)) => (Kind::Heap, path),
        };
        if !cfg!(feature = "profile") {
            return Err(LEFT_OUT.into());
        }
        if files.iter().any(|file| is_same(file, path)) {
            return Err(format!("the profile would overwrite {}", Printable(path)));
        }
        if extensions::compressed(path).is_some() {
            return Err(format!("{}: profiles are not compressed", Printable(path)));
        }
        let overwrite = match (cli.no_clobber, cli.force) {
            (true, _) => Overwrite::Never,
            (false, true) => Overwrite::Always,
            (false, false) => Overwrite::IfHolding(CONTENT),
        };
        Ok(Some(Self { kind, path: path.clone(), overwrite }))
    }

    /// Returns the signal that the profiler uses.
    pub fn signal(&self) -> Option<c_int> {
        match self.kind {
            Kind::Cpu => Some(SIGPROF),
            Kind::Heap => None,
        }
    }

    /// Does `work` and writes the profile of it, even if `work` fails while running. A profile that
    /// cannot be written is one more failure.
    #[cfg(feature = "profile")]
    pub fn of(&self, work: impl FnOnce() -> Result<Success, Failure>) -> Result<Success, Failure> {
        let recording = Recording::start(self)?;
        let result = work();
        if let Err(Failure::Usage(_)) = result {
            return result;
        }
        match (recording.finish(), result) {
            (Ok(()), result) => result,
            (Err(error), Err(Failure::Errors(mut errors))) => {
                errors.push(error);
                Err(Failure::Errors(errors))
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Never called: without the feature, no command line asks for a profile successfully.
    #[cfg(not(feature = "profile"))]
    pub fn of(&self, work: impl FnOnce() -> Result<Success, Failure>) -> Result<Success, Failure> {
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

    /// A profiler that records until its profile is written.
    pub trait Profiler {
        /// Ends the recording and writes the profile.
        fn write(self: Box<Self>, output: &mut dyn Write) -> io::Result<()>;
    }

    /// A running profiler, and the output for its profile.
    pub struct Recording {
        profiler: Box<dyn Profiler>,
        sink: Sink,
    }

    impl Recording {
        pub fn start(Profile { kind, path, overwrite }: &Profile) -> Result<Self> {
            let options = SinkOptions { overwrite: *overwrite, ..SinkOptions::default() };
            let sink = Sink::create(path, None, options)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_no_cpu_profile() {
        let is_profile = |bytes: &[u8], is_whole_file| {
            begins_cpu_profile(&Prefix { bytes: bytes.to_vec(), is_whole_file })
        };
        let profile = b"\x0a\x04\x08\x01\x10\x02\x32\x00\x32\x05count\x48\x80\x01";
        assert!(is_profile(profile, true));
        assert!(is_profile(&profile[..9], false) && !is_profile(&profile[..9], true));
        for log in ["Y Y\n", "a line\n", "\n", "\n\n\n\n", "2024-11-25 a line\n", "{}", "\0\0"] {
            assert!(!is_profile(log.as_bytes(), true), "{log:?}");
        }
    }
}
