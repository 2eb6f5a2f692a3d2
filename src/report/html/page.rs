//! The frame of a page.

use std::io::{self, Write};

use super::{Comparison, FoldedComparison, Page};
use crate::catalogue::{Catalogue, FoldedCatalogue};

pub(super) fn write_catalogue(
    _catalogue: &Catalogue,
    _folded: Option<&FoldedCatalogue<'_>>,
    page: &Page<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "<!DOCTYPE html>\n<title>{}</title>", page.title.len())
}

pub(super) fn write_diff(
    _comparison: &Comparison<'_>,
    _folded: Option<&FoldedComparison<'_>>,
    page: &Page<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(output, "<!DOCTYPE html>\n<title>{}</title>", page.title.len())
}
