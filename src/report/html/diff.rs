//! The page of two catalogues: what is new, gone, changed, and as before.

use std::io::{self, Write};

use super::page::{Switch, write_end, write_head};
use super::row::{RowContext, Shares};
use super::table::{Columns, Table};
use super::views::{View, Views};
use super::{FoldedComparison, Page, figures};
use crate::catalogue::{Change, Diff};
use crate::report::diff::{Comparison, unnamed};
use crate::report::style::grouped;

/// A part of a difference.
struct Section {
    /// The name of the section, also of its table.
    name: &'static str,
    title: &'static str,
    caption: &'static str,
    /// What is said if it is empty.
    nothing: &'static str,
    columns: Columns,
    changes: for<'a> fn(&'a Diff<'a>) -> &'a [Change<'a>],
}

const SECTIONS: [Section; 4] = [
    Section {
        name: "new",
        title: "New",
        caption: "Patterns that are only in the log after, those with most lines first",
        nothing: "No pattern is new.",
        columns: Columns::Newer,
        changes: |diff| &diff.new,
    },
    Section {
        name: "gone",
        title: "Gone",
        caption: "Patterns that are only in the log before, those with most lines first",
        nothing: "No pattern is gone.",
        columns: Columns::Older,
        changes: |diff| &diff.gone,
    },
    Section {
        name: "changed",
        title: "Changed",
        caption: "Patterns whose share at least doubled or halved, those with most lines first",
        nothing: "No pattern has a share that is much different.",
        columns: Columns::Both,
        changes: |diff| &diff.changed,
    },
    Section {
        name: "unchanged",
        title: "Much as before",
        caption: "Patterns whose share is much as before, those with most lines first",
        nothing: "No pattern is as before.",
        columns: Columns::Both,
        changes: |diff| &diff.unchanged,
    },
];

pub(super) fn write(
    comparison: &Comparison<'_>,
    folded: Option<&FoldedComparison<'_>>,
    page: &Page<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    let diffs = Views { unfolded: comparison.diff, folded: folded.map(|folded| folded.diff) };
    let mut head = String::new();
    let both = [folded.map(|folded| folded.old), folded.map(|folded| folded.new)];
    figures::push_two([comparison.old, comparison.new], both, &mut head);
    push_contents(diffs, &mut head);
    push_unnamed(comparison.diff, &mut head);
    let switch = if folded.is_some() { Switch::Folding } else { Switch::None };
    let rules = comparison.new.rules().rules;
    write_head(page, rules, switch, &head, output)?;
    for section in &SECTIONS {
        let gone = section.columns == Columns::Older;
        let catalogue = if gone { comparison.old } else { comparison.new };
        let newer = folded.map(|folded| if gone { folded.old } else { folded.new });
        let older = folded.map(|folded| (folded.old, comparison.new));
        let context = RowContext {
            rules,
            bytes: catalogue.bytes(),
            folded: newer,
            older: older.filter(|_| !gone),
        };
        section.write(diffs, &context, page, output)?;
    }
    write_end(output)
}

impl Section {
    fn write(
        &self,
        diffs: Views<&Diff<'_>>,
        context: &RowContext<'_>,
        page: &Page<'_>,
        output: &mut dyn Write,
    ) -> io::Result<()> {
        let Self { name, title, .. } = self;
        let rows = diffs.map(self.changes);
        let mut html = format!("<section id=\"{name}\" aria-labelledby=\"{name}-title\">\n");
        html.push_str(&format!("<h2 id=\"{name}-title\">{title} <b>"));
        rows.map(number).push(&mut html);
        html.push_str("</b></h2>\n");
        let is_empty = rows.map(<[_]>::is_empty);
        let empty_in = match (is_empty.unfolded, is_empty.folded) {
            (true, None | Some(true)) => Some(View::Both),
            (true, Some(false)) => Some(View::Unfolded),
            (false, Some(true)) => Some(View::Folded),
            (false, _) => None,
        };
        if let Some(view) = empty_in {
            html.push_str(&format!("<p{}>{}</p>\n", view.class(), self.nothing));
        }
        output.write_all(html.as_bytes())?;
        if empty_in != Some(View::Both) {
            let table = Table {
                name,
                caption: self.caption,
                columns: self.columns,
                rows,
                other: None,
                figures: &|change: &Change<'_>| Shares::of_change(change, self.columns),
                context,
                max_rows: page.max_rows,
            };
            table.write(output)?;
        }
        output.write_all(b"</section>\n")
    }
}

fn number(changes: &[Change<'_>]) -> String {
    grouped(changes.len() as u64)
}

/// Appends how many patterns each section has, with links to the sections.
fn push_contents(diffs: Views<&Diff<'_>>, html: &mut String) {
    html.push_str("<nav aria-label=\"Sections\"><ul>");
    for Section { name, title, changes, .. } in &SECTIONS {
        html.push_str(&format!("<li class=\"{name}\"><a href=\"#{name}\">{title} <b>"));
        diffs.map(|diff| number(changes(diff))).push(html);
        html.push_str("</b></a></li>");
    }
    html.push_str("</ul></nav>\n");
}

/// Appends a note of the lines whose patterns the catalogues do not name.
fn push_unnamed(diff: &Diff<'_>, html: &mut String) {
    for note in unnamed(diff) {
        html.push_str(&format!("<p class=\"note\">{note}</p>\n"));
    }
}
