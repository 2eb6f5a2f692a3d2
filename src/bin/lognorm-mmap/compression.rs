//! How an output is compressed: as the command line says, or as the name of the file promises.

use std::path::Path;

use clap::error::ErrorKind;
use lognorm_mmap::Compression;
use lognorm_mmap::text::Printable;

use crate::about::usage_error;
use crate::args::Cli;
use crate::extensions::{self, Compressed};
use crate::values::Compress;

const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: u32 = 3;

/// Returns how to compress the output, which is the file `output` if it is one.
///
/// # Errors
///
/// A usage error if the name of the file promises another format, or if there is no such level.
pub fn compression(cli: &Cli, output: Option<&Path>) -> Result<Compression, clap::Error> {
    match (cli.compress, output.and_then(extensions::compressed)) {
        (Compress::Gzip, _) | (Compress::Auto, Some(Compressed::Gzip)) => gzip(cli.level),
        (Compress::Zstd, _) | (Compress::Auto, Some(Compressed::Zstd)) => zstd(cli.level),
        (Compress::Auto, Some(Compressed::Unwritten(format))) => {
            let name = Printable(output.unwrap_or(Path::new("OUTPUT")));
            let message = format!(
                "cannot write {format} to {name}; \
                 name it .gz or .zst, or write plain text with --compress none"
            );
            Err(usage_error(ErrorKind::InvalidValue, message))
        }
        (Compress::None | Compress::Auto, _) if cli.level.is_some() => {
            let message =
                "--level has no effect without --compress or an output ending in .gz or .zst";
            Err(usage_error(ErrorKind::ArgumentConflict, message))
        }
        (Compress::None | Compress::Auto, _) => Ok(Compression::None),
    }
}

fn gzip(level: Option<u32>) -> Result<Compression, clap::Error> {
    let level = level.unwrap_or(GZIP_LEVEL);
    if level > 9 {
        return Err(no_such_level(level, "0 to 9, as gzip has it"));
    }
    Ok(Compression::Gzip { level })
}

fn zstd(level: Option<u32>) -> Result<Compression, clap::Error> {
    match level.unwrap_or(ZSTD_LEVEL) {
        level @ 1..=22 => Ok(Compression::Zstd { level: level as i32 }),
        level => Err(no_such_level(level, "1 to 22, as zstd has it")),
    }
}

fn no_such_level(level: u32, range: &str) -> clap::Error {
    usage_error(ErrorKind::InvalidValue, format!("--level {level} is not in {range}"))
}
