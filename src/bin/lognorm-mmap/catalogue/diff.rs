//! `patterns diff`: the patterns that are new, gone, or more or less frequent than before.

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{
    Catalogue, Diff, FoldedCatalogue, MergeError, Threshold, diff as difference_of,
};
use lognorm_mmap::report;
use lognorm_mmap::report::diff::{self, Comparison, LINES_BESIDE_CHANGES};
use lognorm_mmap::report::html::{self, Beginning, FoldedComparison};
use lognorm_mmap::text::Printable;
use lognorm_mmap::{Error, Result, Sink};

use super::destination::{Destination, sink_options};
use super::load::{Loaded, load, refused};
use super::looks::{Looks, Subject};
use super::write::{PROMPT_LINES, folded_for_report, page};
use crate::about::usage_error;
use crate::args::{DiffArgs, ViewArgs};
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::signals;
use crate::values::{CatalogueFormat, DiffFormat};

/// Compares two catalogues, folded together if that is asked for, and writes the difference.
pub fn perform(args: DiffArgs) -> Result<Success, Failure> {
    let DiffArgs { view: ViewArgs { folding, looks, output, force }, format, old, new } = args;
    let inputs = [old, new].map(|path| Input::named(Some(path)));
    if inputs == [Input::Stdin, Input::Stdin] {
        let message = "OLD and NEW are both standard input; name one of them";
        return Err(usage_error(ErrorKind::ArgumentConflict, message).into());
    }
    let destination = output.unwrap_or(Destination::Stdout);
    let format = format_of(&destination, format)?;
    let looks = Looks::new(looks, subject(format))?;
    destination.check_is_none_of(&inputs)?;
    let _ = signals::set_up(None);
    let [old, new] = inputs;
    let compared = Compared { old: load(&old)?, new: load(&new)? };
    let open = || destination.open(report::CONTENT, None, sink_options(force));
    let siblings = folding.siblings();
    let success = match format {
        DiffFormat::Html => compared.write_report(siblings, looks, open()?)?,
        DiffFormat::Text | DiffFormat::Jsonl => compared.write(siblings, format, looks, open()?)?,
    };
    Ok(success)
}

/// Returns the format that was asked for, or that of the extension of the file.
fn format_of(
    destination: &Destination,
    asked: Option<DiffFormat>,
) -> Result<DiffFormat, clap::Error> {
    let conflict = |message| Err(usage_error(ErrorKind::ArgumentConflict, message));
    let format = match destination {
        Destination::Stdout => return Ok(asked.unwrap_or(DiffFormat::Text)),
        Destination::File { format: CatalogueFormat::Html, .. } => DiffFormat::Html,
        Destination::File { format: CatalogueFormat::Jsonl, .. } => DiffFormat::Jsonl,
        Destination::File { .. } => {
            return conflict("a difference is no catalogue: FILE must end in .jsonl or .html");
        }
    };
    if asked.is_some_and(|asked| asked != format) {
        return conflict("--format is not that of the extension of FILE; leave --format out");
    }
    Ok(format)
}

fn subject(format: DiffFormat) -> Subject {
    match format {
        DiffFormat::Text => Subject::Table,
        DiffFormat::Jsonl => Subject::Whole,
        DiffFormat::Html => Subject::Report,
    }
}

/// Two catalogues to compare.
struct Compared {
    old: Loaded,
    new: Loaded,
}

impl Compared {
    /// Writes the difference as text or JSON.
    fn write(
        &self,
        siblings: Option<usize>,
        format: DiffFormat,
        looks: Looks,
        sink: Sink,
    ) -> Result<Success> {
        let catalogues = [&self.old.catalogue, &self.new.catalogue];
        let folded = siblings.map(|siblings| FoldedCatalogue::of(catalogues, siblings));
        let folded = folded.transpose().map_err(|error| self.refused(&error))?;
        let [old, new] = match &folded {
            Some(folded) => folded.each_ref().map(FoldedCatalogue::catalogue),
            None => catalogues,
        };
        let difference = self.difference(old, new)?;
        let shown = looks.shown(folded.is_some());
        let style = looks.style(LINES_BESIDE_CHANGES + PROMPT_LINES);
        let comparison = Comparison { old, new, diff: &difference };
        let sink = sink.write(|output| match format {
            DiffFormat::Jsonl => diff::jsonl::write(&comparison, output),
            _ => diff::write(&comparison, shown, style, output),
        })?;
        sink.commit()?;
        Ok(found(&difference))
    }

    /// Writes the difference as a report. Returns whether patterns are new in the view that the report
    /// begins with.
    fn write_report(&self, siblings: Option<usize>, looks: Looks, sink: Sink) -> Result<Success> {
        let [old, new] = [&self.old.catalogue, &self.new.catalogue];
        let difference = self.difference(old, new)?;
        let folded = folded_for_report([old, new], siblings);
        let folded = folded.map_err(|error| self.refused(&error))?;
        let folded_difference = match &folded {
            Some([old, new]) => Some(self.difference(old.catalogue(), new.catalogue())?),
            None => None,
        };
        let comparison = Comparison { old, new, diff: &difference };
        let folded = folded.as_ref().zip(folded_difference.as_ref());
        let folded = folded.map(|([old, new], diff)| FoldedComparison { old, new, diff });
        let (first, beginning) = match &folded {
            Some(folded) if siblings.is_some() => (folded.diff, Beginning::Folded),
            _ => (&difference, Beginning::Unfolded),
        };
        let title = [&self.old, &self.new].map(|loaded| Printable(&loaded.name).to_string());
        let title = title.join(" → ");
        let page = page(&title, looks, beginning);
        let sink =
            sink.write(|output| html::write_diff(&comparison, folded.as_ref(), &page, output))?;
        sink.commit()?;
        Ok(found(first))
    }

    fn difference<'a>(&self, old: &'a Catalogue, new: &'a Catalogue) -> Result<Diff<'a>> {
        difference_of(old, new, Threshold::default())
            .map_err(|error| refused(&self.new.name, &error))
    }

    /// Returns the error that the catalogues cannot be folded together.
    fn refused(&self, error: &MergeError) -> Error {
        match error {
            MergeError::NoWords { .. } => refused(&self.old.name, error),
            _ => refused(&self.new.name, error),
        }
    }
}

fn found(difference: &Diff<'_>) -> Success {
    if difference.has_new() { Success::FoundNew } else { Success::Done }
}
