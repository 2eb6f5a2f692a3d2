//! A run on one log, with the catalogue that it writes or goes by.

use std::io;
use std::path::Path;

use lognorm_mmap::catalogue::Catalogue;
use lognorm_mmap::text::Printable;
use lognorm_mmap::{
    Action, Error, Outcome, Result, Sink, Source, is_same_file, run, run_uncommitted,
};

use super::Report;
use super::filter::filter;
use super::ill_formed::warn_of_ill_formed;
use crate::catalogue::load::warn_of_others;
use crate::catalogue::write::{WrittenCatalogue, part_of};
use crate::config::Config;
use crate::exit::Failure;
use crate::plan::{CatalogueUse, Counted, Filtered, OneLog};
use crate::progress::{Progress, Work};
use crate::values::CatalogueFormat;

/// Normalizes `log`.
///
/// # Errors
///
/// The reason why it could not be normalized, or a usage error if the rules that were asked for are
/// not those of the catalogue that selects lines.
pub fn perform(log: &OneLog, config: &Config) -> Result<Report, Failure> {
    // Before either is opened: a FIFO would wait for its other end for ever.
    if let (Some(input), Some(output)) = (log.input.file(), log.output.file())
        && is_same_file(input, output)
    {
        return Err(Error::SameFile { path: input.to_owned() }.into());
    }
    match &log.catalogue {
        CatalogueUse::None => Ok(without_catalogue(log, config)?),
        CatalogueUse::Written(counted) => Ok(counting(counted, log, config)?),
        CatalogueUse::Filter(filtered) => filtering(filtered, log, config),
    }
}

/// Writes the pattern of every line.
fn without_catalogue(log: &OneLog, config: &Config) -> Result<Report> {
    let source = log.input.open(&config.source)?;
    // Dropped last: it waits for the terminal, which may be stopped, and the output must not wait.
    let _progress = Progress::start(config, Work::Bytes(source.size()));
    let sink = log.output.open(&source, config.sink)?;
    let outcome = write(source, sink, Action::Write(config.rules), config)?;
    Ok(Report::of(config.rules, &outcome, None))
}

/// Writes the lines, or their patterns, that a catalogue selects.
fn filtering(filtered: &Filtered, log: &OneLog, config: &Config) -> Result<Report, Failure> {
    // Before the log is opened, so that it does not count as opening the log.
    let filter = filter(filtered, &config.warnings)?;
    let source = log.input.open(&config.source)?;
    // Dropped last, as without a catalogue.
    let _progress = Progress::start(config, Work::Bytes(source.size()));
    let sink = log.output.open(&source, config.sink)?;
    let action = Action::Filter { filter: &filter, emit: filtered.emit };
    let outcome = write(source, sink, action, config)?;
    Ok(Report::of(filter.rules(), &outcome, None))
}

/// Writes the catalogue of the patterns, and the pattern of every line if there is an output.
fn counting(counted: &Counted, log: &OneLog, config: &Config) -> Result<Report> {
    let Counted { destination, looks, limits } = counted;
    let source = log.input.open(&config.source)?;
    // Dropped last, as without a catalogue.
    let progress = Progress::start(config, Work::Bytes(source.size()));
    let name = source.path().to_owned();
    let sink = log.output.open(&source, config.sink).map_err(because_taken_for_output)?;
    let catalogue_sink =
        destination.open(destination.format().content(), Some(&source), config.sink)?;
    let mut catalogue = Catalogue::new(config.rules, *limits);
    let run = run_uncommitted(source, sink, Action::Count(&mut catalogue), &config.options)
        .map_err(|error| because_closed(error, destination.file()))?;
    // A table on a terminal is not printed into the bar.
    let _progress = progress.filter(|_| destination.format() != CatalogueFormat::Table);
    // Neither is made final before both are written.
    let written = WrittenCatalogue {
        catalogue: &catalogue,
        format: destination.format(),
        looks: *looks,
        title: &part_of(Printable(&name).to_string(), config.source.shard),
        lines_after: config.lines_of_figures(),
    };
    let catalogue_sink =
        written.write(catalogue_sink).map_err(|error| because_closed(error, log.output.file()))?;
    let outcome = run.commit()?;
    catalogue_sink.commit()?;
    warn_of_ill_formed(&name, &outcome, &config.warnings);
    warn_of_others(destination.path(), &catalogue, &config.warnings);
    Ok(Report::of(config.rules, &outcome, Some(catalogue)))
}

/// Does `action`, and makes the output final.
fn write(source: Source, sink: Sink, action: Action<'_>, config: &Config) -> Result<Outcome> {
    let name = source.path().to_owned();
    let outcome = run(source, sink, action, &config.options)?;
    warn_of_ill_formed(&name, &outcome, &config.warnings);
    Ok(outcome)
}

/// Returns `error`, or if it says that a file is kept which is no output, what else the command line
/// may have meant: a second log is taken for OUTPUT.
fn because_taken_for_output(error: Error) -> Error {
    match error {
        Error::WouldOverwrite { path, reason } => {
            let reason = format!("{reason}, and `lognorm-mmap patterns count` takes many logs");
            Error::WouldOverwrite { path, reason }
        }
        error => error,
    }
}

/// Returns `error`, or if it says that the reader of one output is gone, that `other` was not
/// written because of that. A run for one output ends quietly then; a run for two must tell.
fn because_closed(error: Error, other: Option<&Path>) -> Error {
    match (error, other) {
        (Error::Io { path: closed, source }, Some(other))
            if source.kind() == io::ErrorKind::BrokenPipe =>
        {
            Error::NotWritten { path: other.into(), closed }
        }
        (error, _) => error,
    }
}
