//! The files that a run reads and writes.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{Emit, Limits, Select};
use lognorm_mmap::text::Printable;
use lognorm_mmap::{Compression, Existing, Job, Rules, Shard};

use crate::about::usage_error;
use crate::args::Cli;
use crate::catalogue::destination::Destination;
use crate::catalogue::looks::Looks;
use crate::compression::compression;
use crate::counted_logs::CountedLogs;
use crate::endpoint::{Input, Output};
use crate::file_list::FileList;
use crate::shard;
use crate::standard_streams::{Standard, is_same};
use crate::targets;

/// The logs of a run, and the files for their patterns.
#[derive(Debug)]
pub enum Plan {
    One(OneLog),
    Many(ManyLogs),
    Count(CountedLogs),
}

/// A run on one log.
#[derive(Debug)]
pub struct OneLog {
    pub input: Input,
    pub output: Output,
    pub catalogue: CatalogueUse,
}

/// A run on logs whose patterns go to files in one directory.
#[derive(Debug)]
pub struct ManyLogs {
    pub named: NamedLogs,
    /// A list of more.
    pub list: Option<FileList>,
    /// The part of all of these that is done. Where there is no list, those that were named are those of
    /// the part.
    pub shard: Option<Shard>,
    pub directory: PathBuf,
    pub existing: Existing,
}

/// The logs that were named on the command line.
#[derive(Debug)]
pub enum NamedLogs {
    /// Files.
    Jobs(Vec<Job>),
    /// Those in an archive on standard input.
    ArchiveOnStdin,
}

/// The catalogue that a run has beside its output.
#[derive(Debug)]
pub enum CatalogueUse {
    None,
    /// The patterns are counted, and their catalogue is written.
    Written(Counted),
    /// Only lines are written that the patterns in a catalogue select.
    Filter(Filtered),
}

/// A catalogue to write.
#[derive(Debug)]
pub struct Counted {
    pub destination: Destination,
    pub looks: Looks,
    pub limits: Limits,
}

/// A catalogue of patterns that select lines.
#[derive(Debug)]
pub struct Filtered {
    pub catalogue: Input,
    pub select: Select,
    /// What is written of selected lines.
    pub emit: Emit,
    /// The rules that were asked for. They must be those of the catalogue.
    pub rules: Option<Rules>,
}

impl Filtered {
    /// Returns the option that named the catalogue.
    pub fn option(&self) -> &'static str {
        match self.select {
            Select::New => "--known",
            Select::Listed => "--only",
        }
    }
}

impl Plan {
    /// Works out the files from the command line, and how the output is compressed.
    ///
    /// # Errors
    ///
    /// A usage error if files are missing or too many, if two of them are the same, or if their
    /// names do not fit what is written.
    pub fn new(cli: &Cli) -> Result<(Self, Compression), clap::Error> {
        if cli.patterns.is_none() && (cli.looks.top.is_some() || cli.looks.show.is_some()) {
            let message = "--top and --show go with --patterns FILE";
            return Err(usage_error(ErrorKind::MissingRequiredArgument, message));
        }
        if let Some(directory) = &cli.target_directory {
            let (logs, compression) = ManyLogs::new(cli, directory)?;
            return Ok((Self::Many(logs), compression));
        }
        let (log, compression) = OneLog::new(cli)?;
        Ok((Self::One(log), compression))
    }

    /// Returns the paths of all files that are read and written, as they were named.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Self::One(log) => log.files(),
            Self::Count(logs) => vec![logs.destination.path()],
            Self::Many(logs) => {
                let files = logs.named.jobs().iter().flat_map(|job| [&job.input, &job.output]);
                files.map(PathBuf::as_path).collect()
            }
        }
    }

    /// Returns whether there is one log, and no list of logs.
    pub fn is_of_one_log(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Count(logs) => logs.is_one(),
            Self::Many(_) => false,
        }
    }

    /// Returns whether the patterns are printed on a terminal, where a progress bar would be drawn
    /// between them.
    pub fn prints_on_terminal(&self) -> bool {
        matches!(self, Self::One(log) if log.output == Output::Stdout) && io::stdout().is_terminal()
    }
}

impl ManyLogs {
    fn new(cli: &Cli, directory: &Path) -> Result<(Self, Compression), clap::Error> {
        let list = cli.list.clone().list();
        if cli.files.is_empty() && list.is_none() {
            return Err(usage_error(
                ErrorKind::MissingRequiredArgument,
                "no INPUT given for -t DIR",
            ));
        }
        let compression = compression(cli, None)?;
        let shard = cli.input.shard;
        let named = match &cli.files[..] {
            [input] if list.is_none() && Standard::Input.is_named_by(input) => {
                shard::check_input(&Input::Stdin, shard)?;
                NamedLogs::ArchiveOnStdin
            }
            inputs => {
                let format = cli.input.decompress.format();
                let mut jobs = targets::jobs(inputs, directory, compression, format)
                    .map_err(|reason| usage_error(ErrorKind::ArgumentConflict, reason))?;
                if let (Some(shard), None) = (shard, &list) {
                    // After all names were seen to differ, so that no two parts write to one file.
                    shard::retain(shard, &mut jobs);
                }
                NamedLogs::Jobs(jobs)
            }
        };
        let existing = if cli.skip_existing { Existing::Kept } else { Existing::Replaced };
        Ok((Self { named, list, shard, directory: directory.to_owned(), existing }, compression))
    }
}

impl NamedLogs {
    /// Returns the jobs for those that are files.
    pub fn jobs(&self) -> &[Job] {
        match self {
            Self::Jobs(jobs) => jobs,
            Self::ArchiveOnStdin => &[],
        }
    }
}

impl OneLog {
    fn new(cli: &Cli) -> Result<(Self, Compression), clap::Error> {
        if cli.list.clone().list().is_some() {
            let message = "a list of files needs -t DIR, or the command patterns count";
            return Err(usage_error(ErrorKind::ArgumentConflict, message));
        }
        let mut files = cli.files.iter().cloned();
        let (input, output) = (files.next(), files.next());
        if let Some(third) = files.next() {
            let third = Printable(&third);
            let many = match cli.patterns {
                Some(_) => "count many logs with lognorm-mmap patterns count INPUT...",
                None => "give many logs as -t DIR INPUT...",
            };
            let message =
                format!("'{third}' is one too many: there is one INPUT and one OUTPUT; {many}");
            return Err(usage_error(ErrorKind::TooManyValues, message));
        }
        if input.is_none() && io::stdin().is_terminal() {
            let message = "no INPUT given, and standard input is a terminal; \
                           name a log, or give - to type one";
            return Err(usage_error(ErrorKind::MissingRequiredArgument, message));
        }
        let output = match output {
            None if cli.patterns.is_some() => Output::Discard,
            output => Output::named(output),
        };
        let compression = compression(cli, output.file())?;
        if output == Output::Discard && compression != Compression::None {
            let message = "--compress has no effect with --patterns and no OUTPUT";
            return Err(usage_error(ErrorKind::ArgumentConflict, message));
        }
        let input = Input::named(input);
        shard::check_input(&input, cli.input.shard)?;
        let log = Self { input, output, catalogue: CatalogueUse::new(cli)? };
        log.check_files()?;
        Ok((log, compression))
    }

    /// Checks that the catalogue is not one of the other files.
    fn check_files(&self) -> Result<(), clap::Error> {
        let conflict = |message: &str| Err(usage_error(ErrorKind::ArgumentConflict, message));
        let is_output = |path: &Path| self.output.path().is_some_and(|it| is_same(path, it));
        match &self.catalogue {
            CatalogueUse::Written(counted) if is_output(counted.destination.path()) => {
                conflict("--patterns and OUTPUT are the same; leave OUTPUT out, or name another")
            }
            CatalogueUse::Filter(filtered)
                if filtered.catalogue == Input::Stdin && self.input == Input::Stdin =>
            {
                let option = filtered.option();
                conflict(&format!("{option} and INPUT are both standard input; name one of them"))
            }
            CatalogueUse::Filter(filtered) if is_output(filtered.catalogue.path()) => {
                let option = filtered.option();
                conflict(&format!("{option} and OUTPUT are the same; name another OUTPUT"))
            }
            _ => Ok(()),
        }
    }

    fn files(&self) -> Vec<&Path> {
        let catalogue = match &self.catalogue {
            CatalogueUse::None => None,
            CatalogueUse::Written(counted) => Some(counted.destination.path()),
            CatalogueUse::Filter(filtered) => Some(filtered.catalogue.path()),
        };
        [Some(self.input.path()), self.output.path(), catalogue].into_iter().flatten().collect()
    }
}

impl CatalogueUse {
    fn new(cli: &Cli) -> Result<Self, clap::Error> {
        // The command line has at most one of them.
        if let Some(destination) = cli.patterns.clone() {
            let max = cli.max_patterns.map_or(Limits::DEFAULT_PATTERNS, |max| max as usize);
            let limits = Limits { examples: cli.examples.into(), ..Limits::of_patterns(max) };
            let looks = Looks::new(cli.looks, destination.format().subject())?;
            return Ok(Self::Written(Counted { destination, looks, limits }));
        }
        let (path, select) = match (&cli.known, &cli.only) {
            (Some(path), _) => (path, Select::New),
            (None, Some(path)) => (path, Select::Listed),
            (None, None) => return Ok(Self::None),
        };
        let emit = if cli.raw { Emit::Line } else { Emit::Pattern };
        let rules = cli.rules.map(|choice| choice.rules());
        let catalogue = Input::named(Some(path.clone()));
        Ok(Self::Filter(Filtered { catalogue, select, emit, rules }))
    }
}
