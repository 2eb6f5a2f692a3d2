//! Two views of one table: patterns as they are, and folded.
//!
//! Both lists have the same order, so one list in that order holds both, and a row that is the same
//! in both is written once. Its class says which view a row belongs to, and the style of the page
//! hides those of the other.

use std::cmp::Ordering;

use crate::catalogue::{Change, Row};

/// The view that a part of the page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Both,
    Unfolded,
    Folded,
}

impl View {
    /// Returns the attribute of an element that is in this view.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Both => "",
            Self::Unfolded => " class=\"u\"",
            Self::Folded => " class=\"f\"",
        }
    }
}

/// A row of a table.
pub(super) trait TableRow {
    fn row(&self) -> &Row<'_>;

    /// Compares two rows by their order in a list. Rows of two lists are equal if they say the same.
    fn order(&self, other: &Self) -> Ordering;
}

impl TableRow for Row<'_> {
    fn row(&self) -> &Row<'_> {
        self
    }

    fn order(&self, other: &Self) -> Ordering {
        Row::order(self, other)
    }
}

impl TableRow for Change<'_> {
    fn row(&self) -> &Row<'_> {
        &self.row
    }

    fn order(&self, other: &Self) -> Ordering {
        self.row.order(&other.row).then(self.old_count.cmp(&other.old_count))
    }
}

/// A value for each view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Views<T> {
    pub(super) unfolded: T,
    /// If there is a folded catalogue.
    pub(super) folded: Option<T>,
}

impl<T> Views<T> {
    pub(super) fn map<U>(self, map: impl Fn(T) -> U) -> Views<U> {
        Views { unfolded: map(self.unfolded), folded: self.folded.map(map) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.unfolded].into_iter().chain(&self.folded)
    }
}

impl Views<String> {
    /// Appends the text of each view in an element of its own, and one that is the same in both
    /// once.
    pub(super) fn push(&self, html: &mut String) {
        match &self.folded {
            Some(folded) if *folded != self.unfolded => {
                for (text, view) in [(&self.unfolded, View::Unfolded), (folded, View::Folded)] {
                    html.extend(["<span", view.class(), ">", text, "</span>"]);
                }
            }
            _ => html.push_str(&self.unfolded),
        }
    }
}

impl<'a, T: TableRow> Views<&'a [T]> {
    /// Returns the rows of both views, in their order.
    pub(super) fn merged(self) -> impl Iterator<Item = (&'a T, View)> {
        let is_one = self.folded.is_none();
        let (mut unfolded, mut folded) = (self.unfolded, self.folded.unwrap_or_default());
        std::iter::from_fn(move || {
            let order = match (unfolded.first(), folded.first()) {
                (Some(one), Some(other)) => one.order(other),
                (Some(_), None) => Ordering::Less,
                (None, _) => Ordering::Greater,
            };
            let view = match order {
                Ordering::Equal => View::Both,
                Ordering::Less if is_one => View::Both,
                Ordering::Less => View::Unfolded,
                Ordering::Greater => View::Folded,
            };
            let next =
                if order.is_le() { unfolded.split_off_first() } else { folded.split_off_first() };
            if order.is_eq() {
                folded.split_off_first();
            }
            next.map(|row| (row, view))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::catalogue_by;
    use crate::catalogue::{DEFAULT_SIBLINGS, FoldedCatalogue, Limits};
    use crate::rules::Rules;

    #[test]
    fn rows_of_both_views_are_in_one_order_and_the_same_are_one() {
        let log = b"up\nup\nup\nno ann\nno bob\nno bob\nno cyd\nno dan\nno eve\ndown\n";
        let catalogue = catalogue_by(Rules::Words, log, 99, Limits::default());
        let [folded] = FoldedCatalogue::of([&catalogue], DEFAULT_SIBLINGS).unwrap();
        let (unfolded, folded) = (catalogue.rows().unwrap(), folded.catalogue().rows().unwrap());
        let views = Views { unfolded: &unfolded[..], folded: Some(&folded[..]) };
        let said = |views: Views<&[Row<'_>]>| -> Vec<_> {
            let said = |(row, view): (&Row<'_>, View)| {
                let pattern = String::from_utf8(row.pattern.as_deref().unwrap().to_vec());
                (row.count, pattern.unwrap(), view)
            };
            views.merged().map(said).collect()
        };
        let expected = [
            (6, "no *", View::Folded),
            (3, "up", View::Both),
            (2, "no bob", View::Unfolded),
            (1, "no ann", View::Unfolded),
            (1, "no cyd", View::Unfolded),
            (1, "no dan", View::Unfolded),
            (1, "no eve", View::Unfolded),
            (1, "down", View::Both),
        ];
        let expected = expected.map(|(count, pattern, view)| (count, pattern.to_owned(), view));
        assert_eq!(said(views), expected);
        // A row that only one of them shows is in that view.
        let top = Views { unfolded: &unfolded[..1], folded: Some(&folded[..1]) };
        assert_eq!(said(top), [expected[0].clone(), (3, "up".into(), View::Unfolded)]);
        let one = Views { unfolded: &unfolded[..], folded: None };
        assert!(one.merged().all(|(_, view)| view == View::Both));
    }

    #[test]
    fn texts_that_are_the_same_are_one() {
        let html = |unfolded: &str, folded: Option<&str>| {
            let mut html = String::new();
            Views { unfolded, folded }.map(str::to_owned).push(&mut html);
            html
        };
        assert_eq!(html("1", None), "1");
        assert_eq!(html("1", Some("1")), "1");
        let both = "<span class=\"u\">2</span><span class=\"f\">1</span>";
        assert_eq!(html("2", Some("1")), both);
    }
}
