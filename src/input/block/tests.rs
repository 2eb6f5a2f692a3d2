//! Tests of the size of blocks, and of when they are delivered.

use super::*;

/// A reader that returns one of its pieces at a time, however long the buffer is.
struct Pieces(Vec<&'static [u8]>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.0.first_mut() else { return Ok(0) };
        let len = piece.len().min(buffer.len());
        buffer[..len].copy_from_slice(&piece[..len]);
        *piece = &piece[len..];
        if piece.is_empty() {
            self.0.remove(0);
        }
        Ok(len)
    }
}

fn blocks(pieces: &[&'static [u8]], size: usize, would_block: bool) -> Vec<Vec<u8>> {
    super::blocks(Pieces(pieces.to_vec()), size, would_block)
}

#[test]
fn blocks_end_after_a_newline_and_together_are_the_input() {
    let text: &[u8] = b"one\ntwo\n\nthree is longer than a block\nfour\nlast";
    for size in 1..=text.len() + 1 {
        let blocks = blocks(&[text], size, false);
        assert_eq!(blocks.concat(), text, "size {size}");
        for block in &blocks[..blocks.len() - 1] {
            assert!(block.ends_with(b"\n"), "size {size}: {block:?}");
        }
    }
}

#[test]
fn buffers_grow_as_they_fill_and_keep_their_length() {
    let lines = [b'a'; 99].into_iter().chain([b'\n']).cycle().take(1 << 20);
    let lines: Vec<u8> = lines.collect();
    fn reader(text: &[u8], size: usize) -> BlockReader<Polled<&[u8]>> {
        let input = Polled { reader: text, would_block: false };
        BlockReader::new(input, size, 2).unwrap()
    }
    let small = reader(&lines[..100], 1 << 30).next().unwrap().unwrap();
    assert_eq!((small.len(), small.buffer.len()), (100, INITIAL_LEN));
    let mut reader = reader(&lines[..], 256 << 10);
    let lens = std::iter::from_fn(|| Some(reader.next().unwrap()?.buffer.len()));
    assert_eq!(lens.collect::<Vec<_>>(), [256 << 10; 5]);
}

#[test]
fn a_buffer_that_grew_for_a_line_holds_no_more_lines_than_others() {
    const LINE: usize = 1 << 20;
    let text = [&[b'a'; LINE][..], &[b'\n'; LINE]].concat();
    for size in [1, 100, INITIAL_LEN, 3 * INITIAL_LEN] {
        let blocks = super::blocks(&text[..], size, false);
        assert_eq!(blocks.concat(), text);
        let newlines = |block: &Vec<u8>| block.iter().filter(|&&it| it == b'\n').count();
        let max = blocks.iter().map(newlines).max().unwrap();
        assert!(max <= size + size.max(INITIAL_LEN), "{max} lines in blocks of {size}");
    }
}

#[test]
fn whole_lines_do_not_wait_for_more() {
    let pieces: &[&[u8]] = &[b"one\ntw", b"o\n", b"three"];
    assert_eq!(blocks(pieces, 100, true), [&b"one\n"[..], b"two\n", b"three"]);
    assert_eq!(blocks(pieces, 100, false), [&b"one\ntwo\nthree"[..]]);
}
