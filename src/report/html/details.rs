//! What a row opens to: examples, places, the pattern, and the patterns that were folded.

use super::escape::push_text;
use super::row::{RowContext, push_example};
use super::svg::{HEIGHT, middle_half};
use crate::catalogue::{LOG_PARTS, Row};
use crate::report::style::grouped;
use crate::text::plural_suffix;

/// The most bytes of a pattern that are shown. Patterns are as long as their lines.
const MAX_PATTERN: usize = 2 << 10;

/// The most patterns shown of those that were folded into one.
const MAX_MEMBERS: usize = 50;

/// The most bytes of them in all.
const MAX_MEMBERS_LEN: usize = 8 << 10;

/// Appends the details of `row`, whose members are given if it was folded. `outline` is the id of
/// its histogram.
pub(super) fn push_details(
    row: &Row<'_>,
    context: &RowContext<'_>,
    members: &[&[u8]],
    outline: Option<(&str, [f64; LOG_PARTS])>,
    html: &mut String,
) {
    html.push_str("<dl>");
    if let Some(pattern) = row.pattern.as_deref() {
        html.push_str("<dt>Pattern</dt><dd class=\"p\">");
        push_pattern(pattern, html);
        html.push_str("</dd>");
    }
    push_examples(row, context, html);
    html.push_str("<dt>Lines</dt><dd>");
    let (first, last) = (row.first, row.last);
    let place = |name, line, offset| {
        format!("{name} is line {}, at byte {}", grouped(line), grouped(offset))
    };
    html.push_str(&place("the first", first.line, first.offset));
    if row.count > 1 {
        html.extend(["; ", &place("the last", last.line, last.offset)]);
    }
    html.push_str("</dd>");
    if let Some((id, parts)) = outline {
        push_histogram(id, &parts, row.count, context.bytes, html);
    }
    if members.len() > 1 {
        push_members(members, html);
    }
    html.push_str("</dl>");
}

/// Appends the examples after the first, which is shown when the row is closed.
fn push_examples(row: &Row<'_>, context: &RowContext<'_>, html: &mut String) {
    let mut more = row.examples().skip(1).peekable();
    if more.peek().is_none() {
        return;
    }
    html.push_str("<dt>More examples</dt><dd><ul>");
    for example in more {
        let pattern = row.pattern.as_deref().unwrap_or_default();
        html.push_str("<li>");
        push_example(example.text, pattern, context.rules, html);
        html.push_str(&format!(" <small>line {}</small></li>", grouped(example.line)));
    }
    html.push_str("</ul></dd>");
}

/// Appends the histogram of the row once more, larger, with what its axes mean.
fn push_histogram(id: &str, parts: &[f64; LOG_PARTS], count: u64, bytes: u64, html: &mut String) {
    html.push_str(&format!(
        "<dt>Where</dt><dd><svg class=\"h\" viewBox=\"0 0 {LOG_PARTS} {HEIGHT}\" \
         preserveAspectRatio=\"none\" aria-hidden=\"true\"><use href=\"#{id}\"/></svg>"
    ));
    let most = parts.iter().copied().fold(0.0, f64::max).round().max(1.0) as u64;
    html.push_str(&format!(
        "<p class=\"a\"><span>byte 0</span><span>highest bar: about {} line{}</span>\
         <span>byte {}</span></p>",
        grouped(most),
        plural_suffix(most),
        grouped(bytes)
    ));
    if count > 3 {
        let (start, end) = middle_half(parts);
        html.push_str(&format!(
            "<p>The middle half of the lines is between {} and {} of the log.</p>",
            whole_percent(start),
            whole_percent(end)
        ));
    }
    html.push_str("</dd>");
}

fn whole_percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

fn push_members(members: &[&[u8]], html: &mut String) {
    html.push_str(&format!(
        "<dt>Joins</dt><dd>{} patterns, by first appearance:<ul>",
        grouped(members.len() as u64)
    ));
    let mut room = MAX_MEMBERS_LEN;
    let mut shown = 0;
    for member in members.iter().take(MAX_MEMBERS) {
        room = match room.checked_sub(member.len().min(MAX_PATTERN)) {
            Some(room) => room,
            None => break,
        };
        html.push_str("<li>");
        push_pattern(member, html);
        html.push_str("</li>");
        shown += 1;
    }
    html.push_str("</ul>");
    let rest = (members.len() - shown) as u64;
    if rest > 0 {
        html.push_str(&format!("<p>and {} more</p>", grouped(rest)));
    }
    html.push_str("</dd>");
}

/// Appends `pattern`, cut to [`MAX_PATTERN`] with a note of its length.
fn push_pattern(pattern: &[u8], html: &mut String) {
    let shown = cut(pattern);
    html.push_str("<code>");
    push_text(shown, html);
    html.push_str("</code>");
    if pattern.is_empty() {
        html.push_str("<em>empty</em>");
    }
    if shown.len() < pattern.len() {
        html.push_str(&format!(
            "<em>… the first {} of {} bytes</em>",
            grouped(shown.len() as u64),
            grouped(pattern.len() as u64)
        ));
    }
}

/// Returns the first [`MAX_PATTERN`] bytes of `pattern`, or up to the character that this would cut.
fn cut(pattern: &[u8]) -> &[u8] {
    let Some(&after) = pattern.get(MAX_PATTERN) else { return pattern };
    let head = &pattern[..MAX_PATTERN];
    let continues = |byte: u8| byte & 0xc0 == 0x80;
    if !continues(after) {
        return head;
    }
    // A character has at most three bytes that continue it.
    let start = head.iter().rposition(|&byte| !continues(byte));
    start.filter(|&start| MAX_PATTERN - start <= 3).map_or(head, |start| &head[..start])
}
