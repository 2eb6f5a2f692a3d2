//! The figures of a log, or of two side by side, at the head of a page.

use super::views::Views;
use crate::catalogue::{Catalogue, FoldedCatalogue};
use crate::report::style::grouped;

/// Figures of one log by their names.
struct Figures {
    lines: String,
    bytes: String,
    patterns: Views<String>,
    /// Lines whose patterns went beyond the limits.
    others: Option<String>,
}

impl Figures {
    fn of(catalogue: &Catalogue, folded: Option<&FoldedCatalogue<'_>>) -> Self {
        let patterns =
            Views { unfolded: catalogue, folded: folded.map(FoldedCatalogue::catalogue) };
        Self {
            lines: grouped(catalogue.lines()),
            bytes: grouped(catalogue.bytes()),
            patterns: patterns.map(|catalogue| grouped(catalogue.patterns() as u64)),
            others: catalogue.other().map(|other| grouped(other.count)),
        }
    }

    /// Returns the names and values.
    fn named(self) -> [(&'static str, Option<String>); 4] {
        let mut patterns = String::new();
        self.patterns.push(&mut patterns);
        [
            ("Lines", Some(self.lines)),
            ("Bytes", Some(self.bytes)),
            ("Patterns", Some(patterns)),
            ("Lines beyond the limits", self.others),
        ]
    }
}

/// Appends the figures of one log.
pub(super) fn push_one(
    catalogue: &Catalogue,
    folded: Option<&FoldedCatalogue<'_>>,
    html: &mut String,
) {
    html.push_str("<dl class=\"figures\">");
    let rules = ("Rules", Some(catalogue.rules().to_string()));
    for (name, value) in Figures::of(catalogue, folded).named().into_iter().chain([rules]) {
        if let Some(value) = value {
            html.push_str(&format!("<div><dt>{name}</dt><dd>{value}</dd></div>"));
        }
    }
    html.push_str("</dl>\n");
}

/// Appends the figures of two logs, the older one first.
pub(super) fn push_two(
    catalogues: [&Catalogue; 2],
    folded: [Option<&FoldedCatalogue<'_>>; 2],
    html: &mut String,
) {
    html.push_str(
        "<table class=\"figures\"><thead><tr><td></td><th scope=\"col\">Before</th>\
         <th scope=\"col\">After</th></tr></thead><tbody>",
    );
    let [old, new] = [0, 1].map(|index| Figures::of(catalogues[index], folded[index]).named());
    for ((name, old), (_, new)) in old.into_iter().zip(new) {
        if old.is_none() && new.is_none() {
            continue;
        }
        let [old, new] = [old, new].map(|value| value.unwrap_or_else(|| "0".to_owned()));
        html.push_str(&format!(
            "<tr><th scope=\"row\">{name}</th><td>{old}</td><td>{new}</td></tr>"
        ));
    }
    let rules = catalogues[1].rules();
    html.push_str(&format!(
        "<tr><th scope=\"row\">Rules</th><td colspan=\"2\">{rules}</td></tr></tbody></table>\n"
    ));
}
