//! What is recognized as a report of an earlier run, which another may replace.

use crate::output::ContentType;

/// The beginnings of reports for programs, of [`jsonl`](super::jsonl) and of
/// [`diff::jsonl`](super::diff::jsonl).
const OBJECTS: [&[u8]; 6] = [
    b"{\"kind\":\"pattern\",\"count\":",
    b"{\"kind\":\"other\",\"count\":",
    b"{\"kind\":\"new\",\"old_count\":",
    b"{\"kind\":\"gone\",\"old_count\":",
    b"{\"kind\":\"changed\",\"old_count\":",
    b"{\"kind\":\"sum\",\"new\":",
];

/// The content of outputs that a report may replace: reports in any format.
pub const CONTENT: ContentType =
    ContentType::new("a report", |prefix| Ok(prefix.bytes.is_empty() || is_report(&prefix.bytes)));

/// Returns whether `head` is the beginning of a report.
fn is_report(head: &[u8]) -> bool {
    head.starts_with(super::html::HEAD.as_bytes())
        || OBJECTS.iter().any(|object| head.starts_with(object))
}
