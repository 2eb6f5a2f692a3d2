//! Plurals of nouns.

/// Returns the suffix of a regular noun for `count` things: `1 line`, `2 lines`.
pub fn plural_suffix(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
