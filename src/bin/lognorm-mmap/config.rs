//! A run as the command line means it: which files, and with which settings.

use std::io::{self, IsTerminal};
use std::thread;

use clap::error::ErrorKind;
use console::Term;
use lognorm_mmap::report::Stats;
use lognorm_mmap::{
    Compression, ContentType, EscapeSequences, Kernel, Meter, Options, Overwrite, Result, Rules,
    SinkOptions, SourceOptions,
};

use crate::about::usage_error;
use crate::args::{Cli, CountArgs, InputArgs, MessageArgs, WorkArgs};
use crate::catalogue::destination;
use crate::counted_logs::CountedLogs;
use crate::limits;
use crate::messages::Warnings;
use crate::plan::Plan;
use crate::profile::Profile;
use crate::values::{RulesChoice, StatsFormat, When};

/// A run whose files and settings go together.
#[derive(Debug)]
pub struct Config {
    pub plan: Plan,
    pub source: SourceOptions,
    pub sink: SinkOptions,
    pub options: Options,
    /// The rules, unless a catalogue selects lines: then its rules take their place.
    pub rules: Rules,
    pub stats: Option<StatsFormat>,
    pub progress: When,
    pub profile: Option<Profile>,
    pub warnings: Warnings,
}

impl Config {
    /// Works out what the command line of a run means.
    ///
    /// # Errors
    ///
    /// A usage error if arguments do not go together, if the CPU cannot run the kernel, or if the
    /// log would be typed in although nobody asked for that.
    pub fn new(cli: Cli) -> Result<Self, clap::Error> {
        let (plan, compression) = Plan::new(&cli)?;
        let profile = Profile::wanted(&cli, &plan.files())
            .map_err(|reason| usage_error(ErrorKind::ArgumentConflict, reason))?;
        let overwrite = overwrite(&cli);
        let sink = SinkOptions { sync: cli.sync, overwrite, compression, threads: 1 };
        let config = Self::with(plan, cli.rules, &cli.input, &cli.work, &cli.messages)?;
        Ok(Self { sink, profile, ..config })
    }

    /// Works out what the command line of `patterns count` means.
    ///
    /// # Errors
    ///
    /// A usage error, as above.
    pub fn of_count(args: CountArgs) -> Result<Self, clap::Error> {
        let CountArgs { rules, force, input, work, messages, .. } = &args;
        let sink = destination::sink_options(*force);
        let plan = Plan::Count(CountedLogs::new(&args)?);
        Ok(Self { sink, ..Self::with(plan, *rules, input, work, messages)? })
    }

    /// Works out the part that both have.
    fn with(
        plan: Plan,
        rules: Option<RulesChoice>,
        input: &InputArgs,
        work: &WorkArgs,
        messages: &MessageArgs,
    ) -> Result<Self, clap::Error> {
        let threads = match work.threads {
            0 => thread::available_parallelism().map_or(1, Into::into),
            threads => threads,
        };
        let kernel = work.kernel.kernel().ok_or_else(no_such_kernel)?;
        let stats = match messages.stats {
            None if !messages.quiet && io::stderr().is_terminal() => Some(StatsFormat::Text),
            stats => stats,
        };
        let progress = progress(messages, &plan)?;
        // Of a list of logs, the plan has those of the part.
        let is_one = plan.is_of_one_log();
        // A limit on the address space is one on mappings too, and reading takes less of it.
        let map = !input.no_mmap && !limits::is_address_space_limited();
        let chunk_size = work.chunk_size.as_u64() as usize;
        Ok(Self {
            plan,
            source: SourceOptions {
                map,
                format: input.decompress.format(),
                encoding: input.encoding.encoding(),
                escapes: escapes(input),
                shard: input.shard.filter(|_| is_one),
                meter: Meter::new(),
            },
            sink: SinkOptions::default(),
            options: Options { threads, chunk_size, kernel },
            rules: rules.map(RulesChoice::rules).unwrap_or_default(),
            stats,
            progress,
            profile: None,
            warnings: Warnings::new(messages.quiet, stats),
        })
    }

    /// Returns the number of lines that the figures take on the terminal that they are printed on.
    pub fn lines_of_figures(&self) -> usize {
        if self.stats != Some(StatsFormat::Text) || !io::stderr().is_terminal() {
            return 0;
        }
        let width = usize::from(Term::stderr().size().1).max(1);
        Stats::LINES * Stats::WIDTH.div_ceil(width)
    }

    /// Takes no more threads than there is memory for.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](lognorm_mmap::Error::Memory) if there is not enough for one.
    pub fn fit_memory(&mut self) -> Result<()> {
        let is_compressed = self.sink.compression != Compression::None;
        self.options.threads = limits::threads_that_fit(&self.options, is_compressed)?;
        let max_compressors = if limits::is_memory_limited() {
            limits::share_one_heap();
            // A thread of zstd takes far more memory than one of ours.
            1
        } else {
            thread::available_parallelism().map_or(1, Into::into)
        };
        self.sink.threads = self.options.threads.min(max_compressors);
        Ok(())
    }
}

/// Returns when to show progress.
fn progress(messages: &MessageArgs, plan: &Plan) -> Result<When, clap::Error> {
    let is_json = messages.stats == Some(StatsFormat::Json);
    match messages.progress {
        When::Always if is_json => {
            let message = "--progress=always and --stats=json cannot both be on standard error; \
                           leave one of them out";
            Err(usage_error(ErrorKind::ArgumentConflict, message))
        }
        _ if messages.quiet || is_json => Ok(When::Never),
        When::Auto if plan.prints_on_terminal() => Ok(When::Never),
        when => Ok(when),
    }
}

/// Returns what becomes of escape sequences.
fn escapes(input: &InputArgs) -> EscapeSequences {
    if input.strip_ansi { EscapeSequences::Strip } else { EscapeSequences::Keep }
}

/// Returns which existing files the outputs may replace.
fn overwrite(cli: &Cli) -> Overwrite {
    if cli.no_clobber {
        return Overwrite::Never;
    }
    // Lines of a log are not told from other contents of a file.
    if cli.force || cli.raw {
        Overwrite::Always
    } else {
        Overwrite::IfHolding(ContentType::PATTERNS)
    }
}

fn no_such_kernel() -> clap::Error {
    let available: Vec<_> = Kernel::available().map(Kernel::name).collect();
    let available = available.join(", ");
    let message = format!("this CPU cannot run that --kernel; it can run {available}");
    usage_error(ErrorKind::InvalidValue, message)
}
