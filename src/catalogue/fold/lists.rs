//! Enclosures with nothing in them, and lists of values: both are values.

use super::tokens::VALUE;
use crate::catalogue::memory::{NoMemory, reserve};

/// Returns `pattern` with `()`, `[]` and `""` as `(*)`, `[*]` and `"*"`.
pub(super) fn fill_empty(pattern: &[u8]) -> Result<Vec<u8>, NoMemory> {
    let is_empty = |pair: &&[u8]| closer_of(pair[0]) == Some(pair[1]);
    let mut filled = Vec::new();
    reserve(&mut filled, pattern.len() + pattern.windows(2).filter(is_empty).count())?;
    let mut rest = pattern;
    while let Some((&byte, after)) = rest.split_first() {
        filled.push(byte);
        rest = after;
        if let (Some(closer), Some((&next, after))) = (closer_of(byte), after.split_first())
            && closer == next
        {
            filled.extend_from_slice(VALUE);
            filled.push(closer);
            rest = after;
        }
    }
    Ok(filled)
}

fn closer_of(opener: u8) -> Option<u8> {
    match opener {
        b'(' => Some(b')'),
        b'[' => Some(b']'),
        b'"' => Some(b'"'),
        _ => None,
    }
}

/// Shortens each list of values in `pattern`, `*,*` or `*, *` of any length, to one `*`.
pub(super) fn join_lists(pattern: &mut Vec<u8>) {
    let mut kept = 0;
    let mut next = 0;
    while next < pattern.len() {
        pattern[kept] = pattern[next];
        kept += 1;
        next += 1;
        if pattern[kept - 1] == b'*' {
            while let Some(len) = list_item_len(&pattern[next..]) {
                next += len;
            }
        }
    }
    pattern.truncate(kept);
}

/// Returns the length of `,*` or `, *`, if `rest` begins with one.
fn list_item_len(rest: &[u8]) -> Option<usize> {
    [&b",*"[..], b", *"].iter().find(|item| rest.starts_with(item)).map(|item| item.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_enclosures_hold_a_value() {
        let fill_empty = |pattern: &[u8]| fill_empty(pattern).unwrap();
        assert_eq!(fill_empty(br#"f() a[] x="" () (( ())"#), br#"f(*) a[*] x="*" (*) (( (*))"#);
        assert_eq!(fill_empty(br#"""""#), br#""*"""#);
        assert_eq!(fill_empty(b"{} <> ''"), b"{} <> ''");
    }

    #[test]
    fn a_list_of_values_is_one() {
        let joined = |pattern: &str| {
            let mut pattern = pattern.as_bytes().to_vec();
            join_lists(&mut pattern);
            String::from_utf8(pattern).unwrap()
        };
        assert_eq!(joined("[*,*, *,*] a,* *,a *,  *"), "[*] a,* *,a *,  *");
        assert_eq!(joined("*"), "*");
        assert_eq!(joined("*, *"), "*");
    }
}
