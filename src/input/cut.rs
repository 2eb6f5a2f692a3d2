//! The lines of a part of a file: those whose first byte is in it.
//!
//! The part of each line is therefore known from bytes close to the borders of the part, and no line
//! is in two parts or in none, whatever their lengths. A part inside of one long line has none.

use std::io;
use std::ops::Range;

use memchr::memchr;

use super::shard::Shard;

/// The bytes that are looked at in one step.
const STEP: usize = 8 << 10;

/// Returns where the lines of `shard` are in a file of `len` bytes, or `None` if it has none.
/// `read_at` fills a buffer from a position on, as far as the file goes.
///
/// Looks at bytes before the first of these lines and after the end of the part in the last one, and
/// at no others. If there are none, looks at the part only.
pub(super) fn lines_of(
    shard: Shard,
    len: u64,
    mut read_at: impl FnMut(&mut [u8], u64) -> io::Result<usize>,
) -> io::Result<Option<Range<u64>>> {
    let part = shard.range(len);
    if part.is_empty() {
        return Ok(None);
    }
    let start = match part.start.checked_sub(1) {
        None => Some(0),
        Some(before) => after_newline(before..part.end - 1, &mut read_at)?,
    };
    let Some(start) = start else { return Ok(None) };
    let end = after_newline(part.end - 1..len, &mut read_at)?.unwrap_or(len);
    Ok(Some(start..end))
}

/// Returns the position after the first newline in `range`, if there is one.
fn after_newline(
    range: Range<u64>,
    read_at: &mut impl FnMut(&mut [u8], u64) -> io::Result<usize>,
) -> io::Result<Option<u64>> {
    let mut buffer = [0; STEP];
    let mut position = range.start;
    while position < range.end {
        let len = usize::try_from(range.end - position).map_or(STEP, |left| left.min(STEP));
        let read = read_at(&mut buffer[..len], position)?;
        if let Some(newline) = memchr(b'\n', &buffer[..read]) {
            return Ok(Some(position + newline as u64 + 1));
        }
        if read < len {
            // The file is shorter than its size.
            break;
        }
        position += read as u64;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn shards(count: u32) -> impl Iterator<Item = Shard> {
        (1..=count).map(move |index| format!("{index}/{count}").parse().unwrap())
    }

    /// Returns the lines of `shard` in `file`, and how many bytes were looked at.
    fn lines(shard: Shard, file: &[u8]) -> (Option<Range<usize>>, usize) {
        let mut looked = 0;
        let lines = lines_of(shard, file.len() as u64, |buffer, position| {
            let rest = &file[position as usize..];
            let len = rest.len().min(buffer.len());
            buffer[..len].copy_from_slice(&rest[..len]);
            looked += len;
            Ok(len)
        });
        (lines.unwrap().map(|lines| lines.start as usize..lines.end as usize), looked)
    }

    /// Returns the range of the lines whose first byte is in `part`, from the definition.
    fn naive(part: &Range<u64>, file: &[u8]) -> Option<Range<usize>> {
        let mut end = 0;
        let lines = file.split_inclusive(|&byte| byte == b'\n').map(|line| {
            end += line.len();
            end - line.len()..end
        });
        let inside = lines.filter(|line| part.contains(&(line.start as u64)));
        inside.reduce(|first, last| first.start..last.end)
    }

    fn files() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![select(&b"\n\r\xef\xbb\xbf"[..]), any::<u8>()];
        let line = prop_oneof![
            4 => vec(byte, 0..20),
            1 => (0..3 * STEP).prop_map(|len| vec![b'a'; len]),
        ];
        const ENDS: &[&[u8]] = &[b"\n", b"\r\n", b"\n\n\n", b""];
        vec((line, select(ENDS)), 0..12).prop_map(|lines| {
            let lines: Vec<_> =
                lines.into_iter().map(|(line, end)| [&line[..], end].concat()).collect();
            lines.concat()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn each_line_is_in_the_part_that_has_its_first_byte(file in files(), count in 1..100_u32) {
            let mut end = 0;
            for shard in shards(count) {
                let part = shard.range(file.len() as u64);
                let (lines, looked) = lines(shard, &file);
                prop_assert_eq!(&lines, &naive(&part, &file));
                // A step beyond the part at each border, and what the last line has after the part.
                let after = lines.as_ref().map_or(0, |lines| lines.end.saturating_sub(part.end as usize));
                prop_assert!(looked <= (part.end - part.start) as usize + after + 2 * STEP + 2);
                if let Some(lines) = lines {
                    prop_assert_eq!(lines.start, end);
                    end = lines.end;
                }
            }
            prop_assert_eq!(end, file.len());
        }
    }

    #[test]
    fn a_border_costs_a_look_at_it() {
        let file = b"a line of a log\n".repeat(1 << 16);
        for shard in shards(7) {
            let (_, looked) = lines(shard, &file);
            assert!(looked <= 2 * STEP, "{looked} bytes");
        }
    }

    #[test]
    fn an_error_is_passed_on() {
        let shard = "2/2".parse().unwrap();
        let error = lines_of(shard, 100, |_, _| Err(io::ErrorKind::Other.into())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Other);
    }
}
