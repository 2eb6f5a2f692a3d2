//! Finds simple enclosures by bit gather and scatter (BMI2), all of a block at once.

use std::arch::x86_64::{_pdep_u64, _pext_u64};

use super::block::{Classes, Mask, Pairs};

/// What the brackets of a block are, quotes left out.
#[derive(Clone, Copy)]
pub(super) struct Brackets {
    pub(super) openers: Mask,
    pub(super) closers: Mask,
    /// Two bits that differ between square, curly, angle and round brackets.
    pub(super) kinds: [Mask; 2],
}

/// The enclosures that have neither bracket nor newline inside.
///
/// Gathering the bits of the brackets and newlines makes neighbours of those with nothing between
/// them. There an opener and its closer stand side by side; scattering puts them back in place.
#[target_feature(enable = "bmi2")]
#[inline]
pub(super) fn simple_pairs(classes: &Classes, brackets: &Brackets) -> Pairs {
    let events = classes.brackets | classes.newlines;
    let gather = |mask| _pext_u64(mask, events);
    let [a, b] = brackets.kinds.map(gather);
    let same_kind_as_last = !((a ^ a << 1) | (b ^ b << 1));
    let closers = gather(brackets.openers) << 1 & gather(brackets.closers) & same_kind_as_last;
    Pairs { openers: _pdep_u64(closers >> 1, events), closers: _pdep_u64(closers, events) }
}
