//! Writing of a catalogue in the format that is asked for.

use std::io::{self, Write};
use std::path::PathBuf;

use lognorm_mmap::catalogue::file::{self, FileFormat};
use lognorm_mmap::catalogue::{Catalogue, DEFAULT_SIBLINGS, FoldedCatalogue, MergeError};
use lognorm_mmap::report::html::{self, Beginning, Page};
use lognorm_mmap::report::{Shown, table};
use lognorm_mmap::text::Printable;
use lognorm_mmap::{Result, Rules, Shard, Sink};

use super::looks::Looks;
use crate::values::CatalogueFormat;

/// The number of lines of a prompt, which is to be seen below a table.
pub const PROMPT_LINES: usize = 1;

/// A catalogue to be written.
pub struct WrittenCatalogue<'a> {
    pub catalogue: &'a Catalogue,
    pub format: CatalogueFormat,
    pub looks: Looks,
    /// The title of a report.
    pub title: &'a str,
    /// The number of lines that are printed on a terminal after a table.
    pub lines_after: usize,
}

impl WrittenCatalogue<'_> {
    /// Writes the catalogue to `sink`. The caller commits it.
    pub fn write(&self, sink: Sink) -> Result<Sink> {
        let Self { catalogue, looks, .. } = *self;
        match self.format {
            CatalogueFormat::Table => sink.write(|output| {
                write_table(catalogue, looks, looks.shown(false), self.lines_after, output)
            }),
            CatalogueFormat::Tsv => {
                sink.write(|output| file::write(catalogue, FileFormat::Tsv, output))
            }
            CatalogueFormat::Jsonl => {
                sink.write(|output| file::write(catalogue, FileFormat::Jsonl, output))
            }
            CatalogueFormat::Html => sink.write(|output| {
                let folded = folded_for_report([catalogue], None);
                // One catalogue goes with itself, so that only memory can be the reason.
                let folded = folded.map_err(|_| io::ErrorKind::OutOfMemory)?;
                let folded = folded.as_ref().map(|[folded]| folded);
                let page = page(self.title, looks, Beginning::Unfolded);
                html::write_catalogue(catalogue, folded, &page, output)
            }),
        }
    }
}

/// Writes `catalogue`, folded or not, as a table that `lines_after` and a prompt come after.
pub fn write_table(
    catalogue: &Catalogue,
    looks: Looks,
    shown: Shown,
    lines_after: usize,
    output: &mut dyn Write,
) -> io::Result<()> {
    let style = looks.style(table::LINES_BESIDE_ROWS + PROMPT_LINES + lines_after);
    table::write(catalogue, shown, style, output)
}

/// Returns `catalogues` with their patterns folded, by the default where `siblings` does not say how.
/// There is nothing to fold by default in those of the shape rules.
pub fn folded_for_report<const N: usize>(
    catalogues: [&Catalogue; N],
    siblings: Option<usize>,
) -> Result<Option<[FoldedCatalogue<'_>; N]>, MergeError> {
    let are_words = catalogues.iter().all(|catalogue| catalogue.rules().rules == Rules::Words);
    let siblings = siblings.or(are_words.then_some(DEFAULT_SIBLINGS));
    siblings.map(|siblings| FoldedCatalogue::of(catalogues, siblings)).transpose()
}

/// Returns the page of a report.
pub fn page(title: &str, looks: Looks, beginning: Beginning) -> Page<'_> {
    Page { title, max_rows: looks.max_rows(html::DEFAULT_MAX_ROWS), beginning }
}

/// Returns the title of a report of `count` files, the first of which are `names`: all of them if they
/// are few. `kind` is what they are, such as `logs`.
pub fn title(names: &[PathBuf], count: usize, kind: &str) -> String {
    const MAX_NAMES: usize = 3;
    if names.is_empty() || count > names.len() || count > MAX_NAMES {
        return format!("{count} {kind}");
    }
    let names = names.iter().map(|name| Printable(name).to_string());
    names.collect::<Vec<_>>().join(", ")
}

/// Returns the title of a report of a part of what has the title `whole`.
pub fn part_of(whole: String, shard: Option<Shard>) -> String {
    match shard {
        Some(shard) => format!("{whole}, part {shard}"),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_a_few_files_and_counts_many() {
        let names = ["a", "b\n", "c", "d"].map(PathBuf::from);
        assert_eq!(title(&names[..1], 1, "logs"), "a");
        assert_eq!(title(&names[..3], 3, "logs"), "a, b\\n, c");
        assert_eq!(title(&names, 4, "logs"), "4 logs");
        assert_eq!(title(&names[..1], 2, "logs"), "2 logs");
        assert_eq!(title(&[], 0, "logs"), "0 logs");
    }
}
