//! A row of a table.

use super::details::push_details;
use super::escape::push_marked;
use super::svg::{HEIGHT, mean_place, push_bars, push_outline};
use super::table::Columns;
use super::views::View;
use crate::catalogue::{Catalogue, Change, FoldedCatalogue, LOG_PARTS, Row};
use crate::report::style::{grouped, percent};
use crate::report::values::values;
use crate::rules::Rules;

/// What rows belong to.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowContext<'a> {
    pub(super) rules: Rules,
    /// The length of the log that the places are in.
    pub(super) bytes: u64,
    pub(super) folded: Option<&'a FoldedCatalogue<'a>>,
    /// The older catalogue, folded, of a comparison, and the newer one as it is.
    pub(super) older: Option<(&'a FoldedCatalogue<'a>, &'a Catalogue)>,
}

impl<'a> RowContext<'a> {
    /// Returns the patterns that became `folded`: of a comparison, those of the newer catalogue and
    /// then those that only the older one has.
    fn members(&self, folded: &[u8]) -> Vec<&'a [u8]> {
        let mut members = self.folded.map_or(Vec::new(), |it| it.members(folded).to_vec());
        if let Some((older, newer)) = self.older {
            let gone = older.members(folded).iter().filter(|member| !newer.contains(member));
            members.extend(gone);
        }
        members
    }
}

/// The lines of a row and their share, in one catalogue or in both.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shares {
    /// In one catalogue.
    Of { count: u64, share: f64 },
    /// In the older and in the newer catalogue.
    Both { counts: [u64; 2], shares: [f64; 2] },
}

impl Shares {
    pub(super) fn of_change(change: &Change<'_>, columns: Columns) -> Self {
        let counts = [change.old_count, change.new_count];
        let shares = [change.old_share, change.new_share];
        match columns {
            Columns::Older => Self::Of { count: counts[0], share: shares[0] },
            Columns::One | Columns::Newer => Self::Of { count: counts[1], share: shares[1] },
            Columns::Both => Self::Both { counts, shares },
        }
    }

    pub(super) fn greatest_share(self) -> f64 {
        match self {
            Self::Of { share, .. } => share,
            Self::Both { shares, .. } => shares[0].max(shares[1]),
        }
    }
}

/// Writes the rows of one table.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowWriter<'a> {
    /// The name of the table, which is unique in the page.
    pub(super) name: &'static str,
    pub(super) has_places: bool,
    pub(super) context: &'a RowContext<'a>,
    /// The share whose bar is the longest.
    pub(super) most: f64,
}

impl RowWriter<'_> {
    /// Appends `row`, which is the one at `index` in the table.
    pub(super) fn push(
        self,
        row: &Row<'_>,
        figures: Shares,
        view: View,
        index: usize,
        html: &mut String,
    ) {
        let parts = row.parts(self.context.bytes).filter(|_| self.has_places);
        html.extend(["<tr", view.class()]);
        push_keys(row, figures, parts.as_ref(), html);
        html.push('>');
        self.push_figures(figures, html);
        let outline = parts.map(|parts| (format!("{}{index}", self.name), parts));
        if self.has_places {
            html.push_str("<td>");
            if let Some((id, parts)) = &outline {
                push_histogram(id, parts, html);
            }
            html.push_str("</td>");
        }
        let members = match (view, row.pattern.as_deref()) {
            (View::Folded, Some(pattern)) => self.context.members(pattern),
            _ => Vec::new(),
        };
        html.push_str("<td><details><summary>");
        push_summary(row, self.context.rules, members.len() as u64, html);
        html.push_str("</summary>");
        let outline = outline.as_ref().map(|(id, parts)| (id.as_str(), *parts));
        push_details(row, self.context, &members, outline, html);
        html.push_str("</details></td>");
        for line in [row.first.line, row.last.line] {
            html.push_str(&format!("<td>{}</td>", grouped(line)));
        }
        html.push_str("</tr>\n");
    }

    fn push_figures(self, figures: Shares, html: &mut String) {
        match figures {
            Shares::Of { count, share } => {
                html.push_str(&format!("<td>{}</td><td>{}", grouped(count), percent(share)));
                push_bars(&[share], self.most, html);
                html.push_str("</td>");
            }
            Shares::Both { counts, shares } => {
                for (count, share) in counts.into_iter().zip(shares) {
                    let (share, count) = (percent(share), grouped(count));
                    html.push_str(&format!("<td>{share}<small>{count}</small></td>"));
                }
                html.extend(["<td>", &change(shares)]);
                push_bars(&shares, self.most, html);
                html.push_str("</td>");
            }
        }
    }
}

/// Appends the attributes that the script sorts by.
fn push_keys(row: &Row<'_>, figures: Shares, parts: Option<&[f64; LOG_PARTS]>, html: &mut String) {
    let figures = match figures {
        Shares::Of { count, share } => format!(r#" data-count="{count}" data-share="{share}""#),
        Shares::Both { counts: [_, count], shares: [before, after] } => format!(
            r#" data-count="{count}" data-before="{before}" data-after="{after}" data-change="{:.6}""#,
            after / before
        ),
    };
    let (first, last) = (row.first.line, row.last.line);
    html.push_str(&figures);
    html.push_str(&format!(r#" data-first="{first}" data-last="{last}""#));
    if let Some(parts) = parts {
        html.push_str(&format!(r#" data-place="{}""#, mean_place(parts)));
    }
}

/// Returns how `shares` changed: `▲ ×2.0` or `▼ ÷3.5`.
fn change([before, after]: [f64; 2]) -> String {
    let (arrow, sign, factor) = match after / before {
        factor if factor >= 1.05 => ("▲", "×", factor),
        factor if factor <= 1.0 / 1.05 => ("▼", "÷", factor.recip()),
        _ => return "<span class=\"e\">=</span>".to_owned(),
    };
    let digits = if factor < 100.0 { 1 } else { 0 };
    format!("<span aria-hidden=\"true\">{arrow}</span> {sign}{factor:.digits$}")
}

fn push_histogram(id: &str, parts: &[f64; LOG_PARTS], html: &mut String) {
    html.push_str(&format!(
        "<svg class=\"w\" viewBox=\"0 0 {LOG_PARTS} {HEIGHT}\" preserveAspectRatio=\"none\" \
         aria-hidden=\"true\"><path id=\"{id}\" d=\""
    ));
    push_outline(parts, html);
    html.push_str("\"/></svg>");
}

/// Appends what is shown of a row that is closed.
fn push_summary(row: &Row<'_>, rules: Rules, members: u64, html: &mut String) {
    let Some(pattern) = row.pattern.as_deref() else {
        html.push_str("<em>All other patterns, beyond the limits. The first line:</em> ");
        push_example(&row.example, b"", rules, html);
        return;
    };
    if members > 1 {
        html.push_str(&format!("<b>{} patterns</b> ", grouped(members)));
    }
    push_example(&row.example, pattern, rules, html);
}

/// Appends an example, which has `pattern`.
pub(super) fn push_example(example: &[u8], pattern: &[u8], rules: Rules, html: &mut String) {
    html.push_str("<code class=\"x\">");
    push_marked(example, &values(example, pattern, rules), html);
    html.push_str("</code>");
    if example.is_empty() {
        html.push_str("<em>empty line</em>");
    }
}
