//! The logs of `patterns count`, and the file for their catalogue.

use clap::error::ErrorKind;
use lognorm_mmap::Shard;
use lognorm_mmap::catalogue::Limits;

use crate::about::usage_error;
use crate::args::CountArgs;
use crate::catalogue::destination::Destination;
use crate::catalogue::looks::Looks;
use crate::endpoint::Input;
use crate::file_list::FileList;
use crate::shard;
use crate::values::CatalogueFormat;

/// The logs that are counted in one catalogue.
#[derive(Debug)]
pub struct CountedLogs {
    /// Those that were named on the command line.
    pub inputs: Vec<Input>,
    /// A list of more.
    pub list: Option<FileList>,
    /// The part of these that is counted. A single log is cut itself.
    pub shard: Option<Shard>,
    pub on_failure: OnFailure,
    pub destination: Destination,
    pub format: CatalogueFormat,
    pub looks: Looks,
    pub limits: Limits,
}

/// What becomes of the catalogue if a log cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// It is not written.
    WriteNothing,
    /// It is that of the other logs.
    WriteOthers,
}

impl CountedLogs {
    /// Works out the files from the command line.
    ///
    /// # Errors
    ///
    /// A usage error if standard input is named twice, or if the format is not that of the file.
    pub fn new(args: &CountArgs) -> Result<Self, clap::Error> {
        let conflict = |message: &str| Err(usage_error(ErrorKind::ArgumentConflict, message));
        let inputs: Vec<_> =
            args.files.iter().cloned().map(|path| Input::named(Some(path))).collect();
        let list = args.list.clone().list();
        let listed = list.as_ref().map(|list| &list.input);
        let streams = inputs.iter().chain(listed).filter(|input| **input == Input::Stdin);
        if streams.count() > 1 {
            return conflict("more than one INPUT or list is standard input; name the others");
        }
        let destination = args.output.clone().unwrap_or(Destination::Stdout);
        let format = destination.chosen_format(args.format, destination.format())?;
        let looks = Looks::new(args.looks, format.subject())?;
        let max = args.max_patterns.map_or(Limits::DEFAULT_PATTERNS, |max| max as usize);
        let limits = Limits { examples: args.examples.into(), ..Limits::of_patterns(max) };
        let on_failure =
            if args.keep_going { OnFailure::WriteOthers } else { OnFailure::WriteNothing };
        let shard = args.input.shard;
        if let ([input], None) = (&inputs[..], &list) {
            shard::check_input(input, shard)?;
        }
        Ok(Self { inputs, list, shard, on_failure, destination, format, looks, limits })
    }

    /// Returns whether there is one log, and no list of logs.
    pub fn is_one(&self) -> bool {
        self.inputs.len() == 1 && self.list.is_none()
    }
}
