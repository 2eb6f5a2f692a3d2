//! `patterns show`: a catalogue for people, or for programs that look at it.

use clap::error::ErrorKind;
use lognorm_mmap::Result;
use lognorm_mmap::catalogue::FoldedCatalogue;
use lognorm_mmap::catalogue::file::{self, FileFormat};
use lognorm_mmap::report::html::{self, Beginning};
use lognorm_mmap::report::{self, jsonl};
use lognorm_mmap::text::Printable;

use super::destination::{Destination, sink_options};
use super::load::{load, refused};
use super::looks::{Looks, Subject};
use super::write::{folded_for_report, page, write_table};
use crate::about::usage_error;
use crate::args::{ShowArgs, ViewArgs};
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::signals;
use crate::values::CatalogueFormat;

/// Shows a catalogue, folded if that is asked for.
pub fn perform(args: ShowArgs) -> Result<Success, Failure> {
    let ShowArgs { view: ViewArgs { folding, looks, output, force }, format, catalogue } = args;
    let destination = output.unwrap_or(Destination::Stdout);
    let format = destination.chosen_format(format, CatalogueFormat::Table)?;
    let looks = Looks::new(looks, subject(format))?;
    let siblings = folding.siblings();
    if siblings.is_some() && format == CatalogueFormat::Tsv {
        let message = "--fold does not go with tsv, which is a catalogue: folded patterns do not add \
                       up; leave --fold out, or write jsonl or html";
        return Err(usage_error(ErrorKind::ArgumentConflict, message).into());
    }
    let input = Input::named(Some(catalogue));
    destination.check_is_none_of([&input])?;
    let _ = signals::set_up(None);
    let loaded = load(&input)?;
    let catalogue = &loaded.catalogue;
    let folded = match format {
        CatalogueFormat::Html => folded_for_report([catalogue], siblings),
        _ => siblings.map(|siblings| FoldedCatalogue::of([catalogue], siblings)).transpose(),
    };
    let folded = folded.map_err(|error| refused(&loaded.name, &error))?;
    let folded = folded.as_ref().map(|[folded]| folded);
    let beginning = if siblings.is_some() { Beginning::Folded } else { Beginning::Unfolded };
    let title = Printable(&loaded.name).to_string();
    let content = match format {
        CatalogueFormat::Tsv => file::CONTENT,
        _ => report::CONTENT,
    };
    let sink = destination.open(content, None, sink_options(force))?;
    let sink = sink.write(|output| match format {
        CatalogueFormat::Table => {
            let shown = looks.shown(folded.is_some());
            let catalogue = folded.map_or(catalogue, FoldedCatalogue::catalogue);
            write_table(catalogue, looks, shown, 0, output)
        }
        CatalogueFormat::Tsv => file::write(catalogue, FileFormat::Tsv, output),
        CatalogueFormat::Jsonl => {
            jsonl::write(catalogue, folded, looks.max_rows(usize::MAX), output)
        }
        CatalogueFormat::Html => {
            html::write_catalogue(catalogue, folded, &page(&title, looks, beginning), output)
        }
    })?;
    sink.commit()?;
    Ok(Success::Done)
}

/// Returns what a catalogue that is shown in `format` is. JSONL has no header, and may have a part.
fn subject(format: CatalogueFormat) -> Subject {
    match format {
        CatalogueFormat::Jsonl => Subject::Rows,
        format => format.subject(),
    }
}
