//! The difference of two catalogues as text: a line for each change, and one that sums up.
//!
//! On a wide terminal a bar shows where in its log a pattern is: in the newer one, or in the older one
//! if it is gone.
//!
//! ```text
//! KIND     BEFORE     SHARE  NOW     SHARE  EXAMPLE
//! new           0   0.000 %    1   0.050 %  Failed password for root from 10.0.0.7
//! changed      60    6.00 %  240   12.00 %  Connection closed by 10.0.0.9
//! 1 new, 0 gone, 1 changed, 12 much as before
//! ```

pub mod jsonl;

use std::io::{self, Write};

use super::Shown;
use super::bar::push_bar;
use super::style::{
    Colour, GAP, MIN_TEXT, PERCENT_WIDTH, PLACES, Style, counted, grouped, percent,
};
use crate::catalogue::{Catalogue, Change, Diff, LOG_PARTS};

/// The number of lines of a difference that are no changes, if not all changes are shown.
pub const LINES_BESIDE_CHANGES: usize = 3;

/// Two catalogues to be compared, with their difference.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The older catalogue.
    pub old: &'a Catalogue,
    /// The newer catalogue.
    pub new: &'a Catalogue,
    /// Their difference.
    pub diff: &'a Diff<'a>,
}

impl<'a> Comparison<'a> {
    /// Returns the catalogue that the rows of changes of this kind are of.
    fn catalogue_of(&self, kind: Kind) -> &'a Catalogue {
        match kind {
            Kind::Gone => self.old,
            Kind::New | Kind::Changed => self.new,
        }
    }
}

/// Writes the difference, a line at a time: `output` should be buffered.
///
/// New patterns come first, then those that are gone, and then those that changed, the greatest
/// change of a share first. The changes that `style` has no room for are left out, and the last line
/// says how many they are.
///
/// Control characters are shown as `\t`, `\x1B` and the like, so that no log moves the
/// cursor.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(
    comparison: &Comparison<'_>,
    shown: Shown,
    style: Style,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let changes = changes(comparison.diff)?;
    let kept = &changes[..changes.len().min(style.max_rows)];
    let layout = Layout::new(kept, comparison, shown, style);
    let mut line = String::new();
    if !kept.is_empty() {
        layout.push_head(&mut line);
        output.write_all(line.as_bytes())?;
    }
    for (kind, change) in kept {
        line.clear();
        layout.push_change(*kind, change, &mut line);
        output.write_all(line.as_bytes())?;
    }
    let more = (changes.len() - kept.len()) as u64;
    write_sum(comparison.diff, output)?;
    if more > 0 {
        line.clear();
        style.push_more(&counted(more, "more change"), "", &mut line);
        output.write_all(line.as_bytes())?;
    }
    output.flush()
}

fn write_sum(diff: &Diff<'_>, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Diff { new, gone, changed, unchanged, .. } = diff;
    let [new, gone, changed, unchanged] = [new, gone, changed, unchanged].map(Vec::len);
    writeln!(output, "{new} new, {gone} gone, {changed} changed, {unchanged} much as before")?;
    unnamed(diff).try_for_each(|note| writeln!(output, "{note}"))
}

/// Returns a note for each catalogue that has lines whose patterns it does not name.
pub(super) fn unnamed(diff: &Diff<'_>) -> impl Iterator<Item = String> {
    let catalogues = [
        ("older", diff.old_unnamed, "what is called new may be among them"),
        ("newer", diff.new_unnamed, "more may be new, and what is called gone may be there"),
    ];
    let catalogues = catalogues.into_iter().filter(|&(_, count, _)| count > 0);
    catalogues.map(|(catalogue, count, meaning)| {
        format!(
            "The {catalogue} catalogue does not name the patterns of {} that went beyond its \
             limits: {meaning}.",
            counted(count, "line")
        )
    })
}

/// What became of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    New,
    Gone,
    Changed,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
        }
    }

    fn colour(self) -> Colour {
        match self {
            Self::New => Colour::Green,
            Self::Gone => Colour::Red,
            Self::Changed => Colour::Magenta,
        }
    }
}

/// Returns all changes, in the order of [`write`].
fn changes<'a>(diff: &'a Diff<'_>) -> io::Result<Vec<(Kind, &'a Change<'a>)>> {
    let lists = [(Kind::New, &diff.new), (Kind::Gone, &diff.gone), (Kind::Changed, &diff.changed)];
    let mut changes = Vec::new();
    changes.try_reserve_exact(lists.iter().map(|(_, list)| list.len()).sum())?;
    for (kind, list) in lists {
        changes.extend(list.iter().map(|change| (kind, change)));
    }
    let change_of_share = |change: &Change<'_>| (change.new_share - change.old_share).abs();
    let (_, changed) = changes.split_at_mut(diff.new.len() + diff.gone.len());
    // The order of the list decides between equals.
    changed.sort_by(|(_, one), (_, other)| change_of_share(other).total_cmp(&change_of_share(one)));
    Ok(changes)
}

/// The widths of the columns.
struct Layout<'a> {
    comparison: &'a Comparison<'a>,
    style: Style,
    shown: Shown,
    before: usize,
    now: usize,
    has_shares: bool,
    has_bars: bool,
    text: usize,
}

impl<'a> Layout<'a> {
    const KIND: usize = "changed".len();
    /// The width of a bar. There are more columns than in a table, and less room.
    const BAR: usize = LOG_PARTS / 2;

    fn new(
        changes: &[(Kind, &Change<'_>)],
        comparison: &'a Comparison<'a>,
        shown: Shown,
        style: Style,
    ) -> Self {
        let widest = |title: &str, count: fn(&Change<'_>) -> u64| {
            let digits = changes.iter().map(|(_, change)| grouped(count(change)).len()).max();
            digits.unwrap_or(0).max(title.len())
        };
        let before = widest("BEFORE", |change| change.old_count);
        let now = widest("NOW", |change| change.new_count);
        let has_shares = style.width >= Style::NARROW;
        let shares = if has_shares { 2 * (PERCENT_WIDTH + GAP) } else { 0 };
        let has_bars = style.width >= Style::WIDE
            && changes.iter().any(|(_, change)| change.row.has_histogram());
        let bars = if has_bars { Self::BAR + GAP } else { 0 };
        let taken = Self::KIND + before + now + shares + bars + 3 * GAP;
        let text = style.width.saturating_sub(taken).max(MIN_TEXT);
        Self { comparison, style, shown, before, now, has_shares, has_bars, text }
    }

    fn push_head(&self, line: &mut String) {
        let mut head = self.figures("KIND", ["BEFORE", "NOW"], ["SHARE", "SHARE"]);
        if self.has_bars {
            head.push_str(&format!("{PLACES:<width$}  ", width = Self::BAR));
        }
        head.push_str(self.shown.title());
        self.style.push(Colour::Bold, &head, line);
        line.push('\n');
    }

    fn push_change(&self, kind: Kind, change: &Change<'_>, line: &mut String) {
        let counts = [change.old_count, change.new_count].map(grouped);
        let shares = [change.old_share, change.new_share].map(percent);
        let figures = self.figures(
            kind.name(),
            counts.each_ref().map(String::as_str),
            shares.each_ref().map(String::as_str),
        );
        self.style.push(kind.colour(), &figures, line);
        let catalogue = self.comparison.catalogue_of(kind);
        if self.has_bars {
            let mut bar = String::new();
            let parts = change.row.parts(catalogue.bytes());
            push_bar(&parts.unwrap_or([0.0; LOG_PARTS]), Self::BAR, &mut bar);
            self.style.push(Colour::Cyan, &bar, line);
            line.push_str("  ");
        }
        let mut text = String::new();
        let rules = catalogue.rules().rules;
        self.shown.push(&change.row, rules, self.text, self.style, &mut text);
        match kind {
            Kind::New => self.style.push(kind.colour(), &text, line),
            Kind::Gone | Kind::Changed => line.push_str(&text),
        }
        line.push('\n');
    }

    /// Returns the columns before the bar.
    fn figures(&self, kind: &str, counts: [&str; 2], shares: [&str; 2]) -> String {
        let mut figures = format!("{kind:<width$}  ", width = Self::KIND);
        for ((count, share), width) in counts.iter().zip(shares).zip([self.before, self.now]) {
            figures += &format!("{count:>width$}  ");
            if self.has_shares {
                figures += &format!("{share:>PERCENT_WIDTH$}  ");
            }
        }
        figures
    }
}

#[cfg(test)]
mod tests;
