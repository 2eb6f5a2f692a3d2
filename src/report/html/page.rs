//! The frame of a page: head, heading, controls, style and script.

use std::io::{self, Write};

use super::escape::push_name;
use super::{Beginning, HEAD, Page};
use crate::catalogue::{Catalogue, FoldedCatalogue};
use crate::report::style::grouped;
use crate::rules::Rules;

/// The control by which the reader switches to the folded view, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    None,
    /// Where a page has several tables.
    Folding,
    /// Where it has one: the numbers of patterns before and after.
    FoldingOne([usize; 2]),
}

impl Switch {
    /// Returns the switch between `catalogue` and `folded`.
    pub(super) fn between(catalogue: &Catalogue, folded: Option<&FoldedCatalogue<'_>>) -> Self {
        match folded {
            Some(folded) => Self::FoldingOne([catalogue.patterns(), folded.catalogue().patterns()]),
            None => Self::None,
        }
    }

    /// Returns what the label says beside the name of the control.
    fn numbers(&self) -> String {
        match self {
            Self::FoldingOne([patterns, folded]) if patterns != folded => {
                let [patterns, folded] = [patterns, folded].map(|&number| grouped(number as u64));
                format!(" <small>{patterns} patterns as {folded}</small>")
            }
            _ => String::new(),
        }
    }
}

pub(super) const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");

/// The SHA-256 of [`STYLE`] and of [`SCRIPT`], by which the policy of the page knows them. A test
/// says what they are after a change.
pub(super) const STYLE_HASH: &str = "Rs5y/LBbHqi1AhCOXENmEx48M2ZQ3pOHw+odI5T4KhY=";
pub(super) const SCRIPT_HASH: &str = "dhi3BM4LnbWFg7gdGfjTJbkLczBzrjF+Ws+2wO1Wvec=";

/// Bars, as in a histogram.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'\
     %3E%3Cpath fill='%230969da' d='M1 9h3v6H1zM6 2h4v13H6zM12 6h3v9h-3z'/%3E%3C/svg%3E";

/// Writes the page up to the controls, which come after `figures`. Patterns are by `rules`.
pub(super) fn write_head(
    page: &Page<'_>,
    rules: Rules,
    switch: Switch,
    figures: &str,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut title = String::new();
    push_name(page.title, &mut title);
    let rules = rules.name();
    write!(
        output,
        r#"{HEAD}<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{SCRIPT_HASH}'; style-src 'sha256-{STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="{ICON}">
<style>{STYLE}</style>
</head>
<body class="{rules}">
<header>
<h1>{title}</h1>
{figures}</header>
<div class="controls">
<label class="search" hidden>Search <input type="search" autocomplete="off" spellcheck="false" placeholder="in examples and patterns" aria-keyshortcuts="/"></label>
"#
    )?;
    if switch != Switch::None {
        let numbers = switch.numbers();
        let checked = if page.beginning == Beginning::Folded { " checked" } else { "" };
        writeln!(
            output,
            r#"<label class="switch"><input type="checkbox" id="fold" autocomplete="off"{checked}> Fold words that vary{numbers}</label>"#
        )?;
    }
    writeln!(output, "<p role=\"status\"></p>\n</div>\n<main>")
}

/// Writes the end of the page.
pub(super) fn write_end(output: &mut dyn Write) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    write!(
        output,
        "</main>\n<footer>Made by lognorm-mmap {version}. The marked parts of an example are \
         its values. Bytes that are not text are shown as <i>\\x1B</i>.</footer>\n<script>{SCRIPT}</script>\n\
         </body>\n</html>\n"
    )
}
