//! Numbers of things in words, for people.

/// The ending of a noun that `count` things share: `1 line`, `2 lines`.
pub(crate) fn ending(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
