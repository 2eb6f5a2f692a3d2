//! `patterns show`: a catalogue for people, or for programs that look at it.

use std::io::{self, Write};

use lognorm_mmap::catalogue::{Catalogue, FoldedCatalogue};
use lognorm_mmap::report::jsonl;
use lognorm_mmap::report::table::{self, Shown};

use super::destination::style;
use super::load::{load, refused};
use crate::args::ShowArgs;
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::values::ShowFormat;
use crate::{printing, signals};

/// Prints a catalogue, folded if that is asked for.
pub fn perform(args: ShowArgs) -> Result<Success, Failure> {
    let _ = signals::set_up(None);
    let loaded = load(&Input::named(Some(args.catalogue)))?;
    let catalogue = &loaded.catalogue;
    let folded = args.folding.siblings().map(|siblings| FoldedCatalogue::of([catalogue], siblings));
    let folded = folded.transpose().map_err(|error| refused(&loaded.name, &error))?;
    let folded = folded.map(|[folded]| folded);
    printing::print(|output| write(catalogue, folded.as_ref(), args.format, output))?;
    Ok(Success::Done)
}

fn write(
    catalogue: &Catalogue,
    folded: Option<&FoldedCatalogue<'_>>,
    format: ShowFormat,
    output: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ShowFormat::Table => {
            let shown = if folded.is_some() { Shown::Pattern } else { Shown::Example };
            let catalogue = folded.map_or(catalogue, FoldedCatalogue::catalogue);
            table::write(catalogue, shown, style(), output)
        }
        ShowFormat::Jsonl => jsonl::write(catalogue, folded, output),
    }
}
