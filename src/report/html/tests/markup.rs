//! A strict reader of the HTML that pages are made of. It knows less than a browser: what it takes is
//! HTML in any reading.

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The beginning of an element: its name and attributes.
    Open(String, Vec<(String, String)>),
    /// The end of an element.
    Close(String),
    /// A text, without escapes.
    Text(String),
}

/// Elements that have no end.
const VOID: [&str; 3] = ["meta", "link", "input"];

/// Elements whose contents are no markup.
const RAW: [&str; 2] = ["style", "script"];

/// Returns the parts of `html` after its first two lines.
pub(super) fn parse(html: &str) -> Vec<Part> {
    let mut rest = html.strip_prefix(super::HEAD).expect("the beginning of a page");
    let (mut parts, mut open) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            parts.push(Part::Text(unescape(&rest[..end])));
            rest = &rest[end..];
            continue;
        };
        let end = end_of_tag(tag);
        if let Some(name) = tag[..end].strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "what ends is what began last");
            parts.push(Part::Close(name.to_owned()));
            rest = &tag[end + 1..];
            continue;
        }
        let (name, attributes) = parse_tag(&tag[..end]);
        rest = &tag[end + 1..];
        let is_closed = VOID.contains(&&*name) || tag[..end].ends_with('/');
        if RAW.contains(&&*name) {
            rest = &rest[rest.find(&format!("</{name}>")).expect("an end")..];
        }
        if !is_closed {
            open.push(name.clone());
        }
        parts.push(Part::Open(name.clone(), attributes));
        if is_closed {
            parts.push(Part::Close(name));
        }
    }
    assert_eq!(open, Vec::<String>::new(), "elements without an end");
    parts
}

/// Returns where the `>` of a tag is that is not in a value.
fn end_of_tag(tag: &str) -> usize {
    let mut is_quoted = false;
    let end = tag.find(|char| {
        is_quoted ^= char == '"';
        char == '>' && !is_quoted
    });
    end.expect("the end of a tag")
}

fn parse_tag(tag: &str) -> (String, Vec<(String, String)>) {
    let tag = tag.trim_end_matches('/');
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let is_name = |text: &str| !text.is_empty() && text.chars().all(is_of_name);
    assert!(is_name(name), "a name of an element: {name:?}");
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let attribute = &rest[..end];
        assert!(is_name(attribute), "a name of an attribute: {attribute:?}");
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"').expect("a quoted value");
        }
        attributes.push((attribute.to_owned(), unescape(value)));
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (name.to_owned(), attributes)
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '-'
}

/// Returns `text` without escapes.
fn unescape(text: &str) -> String {
    let is_allowed = |char: char| char == '\n' || crate::text::is_printable(char);
    assert!(text.chars().all(is_allowed), "{text:?}");
    assert!(!text.contains('>'), "{text:?}");
    let mut parts = text.split('&');
    let mut unescaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').expect("the end of an entity");
        unescaped.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            _ => panic!("an entity: {entity:?}"),
        });
        unescaped.push_str(rest);
    }
    unescaped
}
