//! What the command line means: where to read and write, and how to go about it.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::thread;

use clap::CommandFactory;
use clap::error::ErrorKind;
use lognorm_mmap::{Error, Kernel, Options, Result, Sink, Source};
use nix::errno::Errno;

use crate::cli::{Cli, KernelChoice, StatsFormat};
use crate::{limits, streams};

/// A run that makes sense.
#[derive(Debug)]
pub struct Config {
    input: Place,
    output: Place,
    map: bool,
    sync: bool,
    pub options: Options,
    pub stats: Option<StatsFormat>,
}

/// One end of a run.
#[derive(Debug)]
enum Place {
    /// Standard input, or standard output.
    Standard,
    File(PathBuf),
}

impl Place {
    fn named(path: Option<PathBuf>) -> Self {
        match path {
            Some(path) if path.as_os_str() != "-" => Self::File(path),
            _ => Self::Standard,
        }
    }
}

impl Config {
    /// Works out what was meant.
    ///
    /// # Errors
    ///
    /// A usage error if the log would be what is typed next, without that having been asked for,
    /// or if the CPU lacks what the kernel needs.
    pub fn new(cli: Cli) -> Result<Self, clap::Error> {
        if cli.input.is_none() && io::stdin().is_terminal() {
            return Err(Cli::command().error(
                ErrorKind::MissingRequiredArgument,
                "no INPUT given, and standard input is a terminal; \
                 name a log, or give - to type one",
            ));
        }
        let threads = match cli.threads {
            0 => thread::available_parallelism().map_or(1, Into::into),
            threads => threads,
        };
        let kernel = kernel(cli.kernel)?;
        let stats = match cli.stats {
            None if !cli.quiet && io::stderr().is_terminal() => Some(StatsFormat::Text),
            stats => stats,
        };
        Ok(Self {
            input: Place::named(cli.input),
            output: Place::named(cli.output),
            // A limit is on mappings too, and less is to be had by reading.
            map: !cli.no_mmap && !limits::is_memory_limited(),
            sync: cli.sync,
            options: Options { threads, chunk_size: cli.chunk_size.as_u64() as usize, kernel },
            stats,
        })
    }

    /// Takes no more threads than there is memory for.
    ///
    /// # Errors
    ///
    /// There is not enough for one.
    pub fn fit_memory(&mut self) -> Result<()> {
        self.options.threads = limits::threads_that_fit(&self.options)?;
        Ok(())
    }

    /// Opens both ends, the input first: if that fails, the output is not touched.
    pub fn open(&self) -> Result<(Source, Sink)> {
        let source = match &self.input {
            Place::Standard if streams::stdin_was_closed() => return Err(closed("standard input")),
            Place::Standard => Source::stdin()?,
            Place::File(path) => Source::open(path, self.map)?,
        };
        let sink = match &self.output {
            Place::Standard if streams::stdout_was_closed() => {
                return Err(closed("standard output"));
            }
            Place::Standard => Sink::stdout(&source)?,
            Place::File(path) => Sink::create(path, &source)?,
        };
        Ok((source, sink.sync(self.sync)))
    }
}

/// That a standard stream was closed when the program was started.
pub fn closed(stream: &str) -> Error {
    Error::Io { path: stream.into(), source: Errno::EBADF.into() }
}

fn kernel(choice: KernelChoice) -> Result<Kernel, clap::Error> {
    let kernel = match choice {
        KernelChoice::Auto => Some(Kernel::best()),
        KernelChoice::Avx512 => Kernel::avx512(),
        KernelChoice::Avx2 => Kernel::avx2(),
        KernelChoice::Portable => Some(Kernel::portable()),
        KernelChoice::Scalar => Some(Kernel::scalar()),
    };
    kernel.ok_or_else(|| {
        let available: Vec<_> = Kernel::available().map(Kernel::name).collect();
        let message =
            format!("this CPU cannot run that --kernel; it can run {}", available.join(", "));
        Cli::command().error(ErrorKind::InvalidValue, message)
    })
}
