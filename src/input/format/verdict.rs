//! The results of tests on the first bytes of an input, of which more may come.

/// The result of a test on the first bytes of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Verdict {
    /// The input passes, whatever follows.
    Yes,
    /// The input does not pass, whatever follows.
    No,
    /// The result depends on bytes that have not come yet.
    NeedsMore,
}

/// The result of a search for the one of several signatures that an input begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match<T> {
    /// The input begins with the signature of this.
    Found(T),
    /// The input begins with none of them.
    NotFound,
    /// The result depends on bytes that have not come yet.
    NeedsMore,
}

impl Verdict {
    /// Returns the verdict of `next` if this is [`Verdict::Yes`], and else this.
    pub(super) fn and_then(self, next: impl FnOnce() -> Self) -> Self {
        if self == Self::Yes { next() } else { self }
    }

    /// Returns [`Verdict::Yes`] if one of the two is, and [`Verdict::No`] if both are.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::NeedsMore,
        }
    }
}

impl From<bool> for Verdict {
    fn from(passes: bool) -> Self {
        if passes { Self::Yes } else { Self::No }
    }
}
