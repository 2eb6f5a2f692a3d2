//! Doing it: one log or many, from opening to the last byte.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;

use crate::progress::Progress;
use lognorm_mmap::catalogue::Catalogue;
use lognorm_mmap::text::Printable;
use lognorm_mmap::{
    Action, ByteOrderMark, Error, Job, Outcome, Result, Rules, Sink, Source, is_same_file, run_all,
    run_uncommitted,
};
use nix::errno::Errno;

use crate::config::{Config, Endpoint, Extras, Task};
use crate::values::When;
use crate::{catalogue, limits, startup};

/// How it went.
#[derive(Debug)]
pub struct Report {
    /// One for each input, in order.
    pub results: Vec<Result<Outcome>>,
    /// The catalogue, if one was wanted.
    pub catalogue: Option<Catalogue>,
    /// The rules that made the patterns.
    pub rules: Rules,
}

/// Does all there is to do, and says how it went.
///
/// # Errors
///
/// Nothing could be done.
pub fn perform(config: &Config) -> Result<Report> {
    match &config.task {
        Task::One { input, output, extras } => perform_one(input, output, extras, config),
        Task::Many { jobs, folder } => {
            check_folder(folder)?;
            limits::raise_descriptors();
            let size = |job: &Job| fs::metadata(&job.input).map_or(0, |metadata| metadata.len());
            let total = || jobs.iter().map(size).sum();
            let is_shown = config.progress != When::Never;
            let _progress = progress(config, is_shown.then(total));
            let results =
                run_all(jobs, &config.source, config.sink, config.rules, &config.options)?;
            for (job, outcome) in jobs.iter().zip(&results) {
                warn_of_mark(&job.input, outcome.as_ref().ok(), config);
            }
            Ok(Report { results, catalogue: None, rules: config.rules })
        }
    }
}

fn perform_one(
    input: &Endpoint,
    output: &Endpoint,
    extras: &Extras,
    config: &Config,
) -> Result<Report> {
    // Before either is opened: a FIFO would wait for its other end, for ever.
    if let (Some(input), Some(output)) = (input.file(), output.file())
        && is_same_file(input, output)
    {
        return Err(Error::SameFile { path: input.to_owned() });
    }
    // First, so that it does not count as opening the log.
    let known = extras.known.as_ref();
    let known = known
        .map(|(path, emit)| Ok((catalogue::known(path, &config.warnings)?, *emit)))
        .transpose()?;
    let source = open_source(input, config)?;
    // Dropped last: it waits for the terminal, which may be stopped, and the outputs must not.
    let _progress = progress(config, source.size());
    let name = source.path().to_owned();
    let sink = open_sink(output, &source, config)?;
    let destination = extras.catalogue.as_ref();
    let destination =
        destination.map(|it| Ok((it, it.open(Some(&source), config.sink)?))).transpose()?;
    let mut catalogue = destination.is_some().then(|| Catalogue::new(config.rules, extras.limits));
    let action = match (&mut catalogue, &known) {
        (Some(catalogue), _) => Action::Count(catalogue),
        (None, Some((known, emit))) => Action::Filter { known, emit: *emit },
        (None, None) => Action::Write(config.rules),
    };
    let rules = action.rules();
    let uncommitted = run_uncommitted(source, sink, action, &config.options);
    let uncommitted = uncommitted.map_err(|error| {
        let catalogue = destination.as_ref().and_then(|(destination, _)| destination.file());
        missing(error, catalogue)
    })?;
    let Some((catalogue, (destination, sink))) = catalogue.zip(destination) else {
        let outcome = uncommitted.commit()?;
        warn_of_mark(&name, Some(&outcome), config);
        return Ok(Report { results: vec![Ok(outcome)], catalogue: None, rules });
    };
    // What can go wrong with either is over before one of them is final.
    let sink =
        destination.write(&catalogue, sink).map_err(|error| missing(error, output.file()))?;
    let outcome = uncommitted.commit()?;
    sink.commit()?;
    warn_of_mark(&name, Some(&outcome), config);
    catalogue::warn_of_others(destination.path(), &catalogue, &config.warnings);
    Ok(Report { results: vec![Ok(outcome)], catalogue: Some(catalogue), rules })
}

/// Says that the log called `name` begins with a byte-order mark, if it does.
fn warn_of_mark(name: &Path, outcome: Option<&Outcome>, config: &Config) {
    let Some(mark) = outcome.and_then(|outcome| outcome.byte_order_mark) else { return };
    let (name, encoding) = (Printable(name), mark.encoding());
    // As `iconv` calls what begins with a mark.
    let family = match mark {
        ByteOrderMark::Utf8 => {
            return config.warnings.warn(format_args!(
                "{name}: begins with a UTF-8 byte-order mark, which is in the first pattern"
            ));
        }
        ByteOrderMark::Utf16Le | ByteOrderMark::Utf16Be => "UTF-16",
        ByteOrderMark::Utf32Le | ByteOrderMark::Utf32Be => "UTF-32",
    };
    config.warnings.warn(format_args!(
        "{name}: begins with a {encoding} byte-order mark, and is read as bytes; \
         pipe it through `iconv -f {family} -t UTF-8`"
    ));
}

/// What `error` means for `other`, which would have been written with it. That nobody reads one
/// output any more is a reason to end without a word only if no other was asked for.
fn missing(error: Error, other: Option<&Path>) -> Error {
    match (error, other) {
        (Error::Io { path: closed, source }, Some(other))
            if source.kind() == io::ErrorKind::BrokenPipe =>
        {
            Error::NotWritten { path: other.into(), closed }
        }
        (error, _) => error,
    }
}

fn open_source(input: &Endpoint, config: &Config) -> Result<Source> {
    match input {
        Endpoint::Standard if startup::stdin_was_closed() => Err(startup::closed("standard input")),
        Endpoint::Standard | Endpoint::Nowhere => Source::stdin(&config.source),
        Endpoint::File(path) => Source::open(path, &config.source),
    }
}

/// After the source: if that fails, the output is not touched.
fn open_sink(output: &Endpoint, source: &Source, config: &Config) -> Result<Sink> {
    match output {
        Endpoint::Standard if startup::stdout_was_closed() => {
            Err(startup::closed("standard output"))
        }
        Endpoint::Standard => Sink::stdout(Some(source), config.sink),
        Endpoint::Nowhere => Ok(Sink::nowhere()),
        Endpoint::File(path) => Sink::create(path, Some(source), config.sink),
    }
}

/// Checks that `folder` is one, once instead of for each file that is to go there.
fn check_folder(folder: &Path) -> Result<()> {
    let failed = |source| Error::Io { path: folder.into(), source };
    let is_folder = fs::metadata(folder).map_err(failed)?.is_dir();
    if is_folder { Ok(()) } else { Err(failed(Errno::ENOTDIR.into())) }
}

/// A progress bar, if it is wanted and there is a thread to draw it.
fn progress(config: &Config, total: Option<u64>) -> Option<Progress> {
    let at_once = match config.progress {
        When::Never => return None,
        When::Auto if !io::stderr().is_terminal() => return None,
        When::Auto => false,
        When::Always => true,
    };
    Progress::start(config.source.meter.clone(), total, at_once).ok()
}
