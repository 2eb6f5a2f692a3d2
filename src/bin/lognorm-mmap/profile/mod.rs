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

use lognorm_mmap::text::Printable;
use lognorm_mmap::{ContentType, Error, Overwrite, Prefix};
use nix::libc::{SIGPROF, c_int};

use crate::args::Cli;
use crate::extensions;
use crate::standard_streams::is_same;

/// A profile that is wanted.
#[derive(Debug)]
#[cfg_attr(not(feature = "profile"), allow(dead_code, reason = "there is none without it"))]
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

/// What an existing file must hold to be replaced: a profile of either kind.
const CONTENT: ContentType = ContentType::new("a profile", |prefix| {
    let is_empty = prefix.bytes.is_empty();
    Ok(is_empty || begins_heap_profile(prefix) || begins_cpu_profile(prefix))
});

/// Whether `prefix` is that of a profile in the format of DHAT: an object of JSON whose first key is
/// the version of that.
fn begins_heap_profile(prefix: &Prefix) -> bool {
    let mut bytes = prefix.bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    b"{\"dhatFileVersion\":".iter().all(|byte| bytes.next() == Some(byte))
}

/// Whether `prefix` is that of a profile in the format of pprof: fields of Protocol Buffers that have
/// numbers and kinds as a profile has them, from the first byte to the end.
fn begins_cpu_profile(prefix: &Prefix) -> bool {
    /// Returns the number that `bytes` begin with, and takes it away.
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
        // A field may be cut off where the prefix is.
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
        if files.any(|file| is_same(file, path)) {
            return Err(format!("the profile would overwrite {}", Printable(path)));
        }
        if extensions::promise(path).is_some() {
            return Err(format!("{}: profiles are not compressed", Printable(path)));
        }
        let overwrite = match (cli.no_clobber, cli.force) {
            (true, _) => Overwrite::Never,
            (false, true) => Overwrite::Always,
            (false, false) => Overwrite::IfHolding(CONTENT),
        };
        Ok(Some(Self { kind, path: path.clone(), overwrite }))
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
