//! The page of one catalogue.

use std::io::{self, Write};

use super::page::{Switch, write_end, write_head};
use super::row::{RowContext, Shares};
use super::table::{Columns, Table, split_other};
use super::views::Views;
use super::{Page, figures};
use crate::catalogue::{Catalogue, FoldedCatalogue, Row};

pub(super) fn write(
    catalogue: &Catalogue,
    folded: Option<&FoldedCatalogue<'_>>,
    page: &Page<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut head = String::new();
    figures::push_one(catalogue, folded, &mut head);
    let switch = Switch::between(catalogue, folded);
    let rules = catalogue.rules().rules;
    write_head(page, rules, switch, &head, output)?;
    let catalogues = [Some(catalogue), folded.map(FoldedCatalogue::catalogue)];
    let [unfolded, folded_rows] = catalogues.map(|it| it.map(Catalogue::rows).transpose());
    let no_memory = |_| io::ErrorKind::OutOfMemory;
    let unfolded = unfolded.map_err(no_memory)?.unwrap_or_default();
    let folded_rows = folded_rows.map_err(no_memory)?;
    let (unfolded, other) = split_other(&unfolded);
    let rows = Views { unfolded, folded: folded_rows.as_deref().map(|rows| split_other(rows).0) };
    output.write_all(b"<section id=\"patterns\">\n")?;
    if unfolded.is_empty() && other.is_none() {
        output.write_all(b"<p>The log has no lines.</p>\n")?;
    } else {
        let lines = catalogue.lines();
        Table {
            name: "p",
            caption: "Patterns, those with most lines first",
            columns: Columns::One,
            rows,
            other,
            figures: &|row: &Row<'_>| Shares::Of { count: row.count, share: row.share(lines) },
            context: &RowContext { rules, bytes: catalogue.bytes(), folded, older: None },
            max_rows: page.max_rows,
        }
        .write(output)?;
    }
    output.write_all(b"</section>\n")?;
    write_end(output)
}
