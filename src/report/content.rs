//! What is recognized as a report of an earlier run, which another may replace.

use memchr::memmem;

use super::html;
use crate::output::ContentType;

/// The beginnings of the objects of [`diff::jsonl`](super::diff::jsonl).
const CHANGES: [&[u8]; 4] = [
    b"{\"kind\":\"new\",\"old_count\":",
    b"{\"kind\":\"gone\",\"old_count\":",
    b"{\"kind\":\"changed\",\"old_count\":",
    b"{\"kind\":\"sum\",\"new\":",
];

/// The beginnings of the objects of [`jsonl`](super::jsonl). Rows that were cut out of a catalogue
/// begin in the same way, but have no [`MEMBERS`].
const ROWS: [&[u8]; 2] = [b"{\"kind\":\"pattern\",\"count\":", b"{\"kind\":\"other\",\"count\":"];
const MEMBERS: &[u8] = b",\"members\":[";

/// The content of outputs that a report may replace: reports in any format.
pub const CONTENT: ContentType =
    ContentType::new("a report", |prefix| Ok(prefix.bytes.is_empty() || is_report(&prefix.bytes)));

/// Returns whether `head` is the beginning of a report.
fn is_report(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let begins_with = |beginnings: &[&[u8]]| beginnings.iter().any(|it| line.starts_with(it));
    head.starts_with(html::HEAD.as_bytes())
        || begins_with(&CHANGES)
        || (begins_with(&ROWS) && memmem::find(line, MEMBERS).is_some())
}
