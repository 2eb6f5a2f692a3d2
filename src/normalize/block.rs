//! The line rules on 64 bytes at a time: what all fast kernels share.
//!
//! A kernel classifies a block of 64 bytes into masks, one bit a byte. Here they become a
//! [`Shape`], which says which of the bytes come out, and the kernel squeezes those together and
//! stores them:
//!
//! - of a run only the first byte is kept, and the kernel has made it a `Y`;
//! - brackets are looked at one by one, and newlines only while a level is open. All other bytes,
//!   some 63 in 64 of a mixed log, cost no branch;
//! - an enclosure that lies within the block only changes masks: of the bytes between its brackets
//!   one is kept, as the `X`;
//! - a level that was opened in an earlier block knows where its content starts in the output.
//!   Closing it moves the output position back there. Nothing is copied.
//!
//! # Why the output cannot overflow
//!
//! The input may be a mapped file that somebody writes to at this moment, so no number is taken
//! from it twice and trusted to be the same. The position only moves by what masks in registers
//! and the stack of levels say, and whatever they say, `n` bytes of input move it by at most
//! `n + n / 2`: an opener adds one, any other byte that does not close a level one or none, and a
//! closer that does makes of its level's opener, content and itself three bytes or fewer. It took
//! at least two to get there, and no opener is closed twice.

use super::level::{Level, Levels};
use super::shape::{BLOCK, Mask, Shape, low_bits, mask};
use super::{SLACK, closer_of, max_output_len};

/// A block with more empty enclosures is stored byte by byte.
const MOST_STORES: u32 = 2;

/// What the bytes of a block are.
#[derive(Clone, Copy)]
pub(super) struct Classes {
    /// ASCII letters and digits.
    pub(super) runs: Mask,
    /// Openers and closers, quotes included.
    pub(super) brackets: Mask,
    /// `\n`.
    pub(super) newlines: Mask,
    /// `\r`.
    pub(super) returns: Mask,
}

/// What a kernel can do with 64 bytes. All of it must be inlined into a function that has the
/// kernel's target features.
///
/// # Safety
///
/// The functions may only be called on a CPU that has the target features of the kernel.
pub(super) trait Block: Copy {
    /// Takes a block in, with each letter and digit already replaced by `Y`.
    unsafe fn load(bytes: &[u8; BLOCK]) -> (Self, Classes);

    /// The bytes, as they will be stored if they are kept. Brackets and newlines are themselves.
    unsafe fn bytes(self) -> [u8; BLOCK];

    /// Writes the bytes in `keep`, squeezed together, to `output`, those that are also in
    /// `crosses` as `X`.
    ///
    /// # Safety
    ///
    /// `output` is good for writes of [`BLOCK`] bytes: what follows the bytes that are kept may be
    /// overwritten.
    unsafe fn store(self, keep: Mask, crosses: Mask, output: *mut u8);
}

/// Appends the pattern of every line of `input` to `output` and returns the number of lines.
///
/// # Safety
///
/// The CPU has the target features of `B`.
#[inline(always)]
pub(super) unsafe fn normalize<B: Block>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut Levels,
) -> u64 {
    output.reserve(max_output_len(input.len()) + SLACK);
    levels.clear();
    // SAFETY: the vector's length is within its allocation.
    let start = unsafe { output.as_mut_ptr().add(output.len()) };
    let mut state =
        State { output: start, position: 0, in_run: 0, in_line: false, lines: 0, levels };
    let (blocks, rest) = input.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        let next = || input.get((index + 1) * BLOCK).copied();
        // SAFETY: the features are the caller's promise. There is room for what the block turns
        // into and `BLOCK` bytes behind it: that much was reserved, and the module says why the
        // position cannot have moved further than the bytes before the block allow.
        unsafe { state.block::<B>(block, BLOCK, next) };
    }
    if !rest.is_empty() {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        // SAFETY: as above; the padding is not kept.
        unsafe { state.block::<B>(&block, rest.len(), || None) };
    }
    let State { position, mut lines, in_line, .. } = state;
    // SAFETY: that many bytes behind the vector's length were reserved and have been written.
    unsafe { output.set_len(output.len() + position) };
    if in_line {
        output.push(b'\n');
        lines += 1;
    }
    lines
}

/// Where the kernel stands between two blocks.
struct State<'a> {
    output: *mut u8,
    /// Bytes written to `output`.
    position: usize,
    /// 1 if the last byte was part of a run.
    in_run: Mask,
    /// Whether the last byte was not a newline.
    in_line: bool,
    lines: u64,
    levels: &'a mut Levels,
}

impl State<'_> {
    /// Processes the first `len` bytes of a block; `next` is the byte that follows them.
    ///
    /// # Safety
    ///
    /// As for [`Block`], and `output` has room for what the block turns into and [`BLOCK`] more.
    #[inline(always)]
    unsafe fn block<B: Block>(
        &mut self,
        bytes: &[u8; BLOCK],
        len: usize,
        next: impl Fn() -> Option<u8>,
    ) {
        // SAFETY: the caller's promise.
        let (block, classes) = unsafe { B::load(bytes) };
        let Classes { runs, brackets, newlines, returns } = classes;
        let valid = Mask::MAX >> (BLOCK - len);
        let mut shape = Shape::new(valid & !(runs & (runs << 1 | self.in_run)));
        if returns != 0 {
            let last_ends_line = next().is_none_or(|next| next == b'\n');
            let before_end = newlines >> 1 | Mask::from(last_ends_line) << (len - 1);
            shape.keep &= !(returns & before_end);
        }
        self.in_run = runs >> (BLOCK - 1);
        self.in_line = newlines >> (len - 1) == 0;
        self.lines += u64::from(newlines.count_ones());

        if brackets != 0 || !self.levels.is_empty() {
            // SAFETY: the caller's promise.
            let bytes = unsafe { block.bytes() };
            self.brackets(&bytes, brackets, newlines, &mut shape);
        }
        // SAFETY: the caller's promise. What is stored together is what the block turns into.
        unsafe {
            if shape.grows.count_ones() > MOST_STORES {
                shape.store_bytes(&block.bytes(), self.output.add(self.position));
                self.position += shape.len_before(BLOCK as u32);
                return;
            }
            while shape.grows != 0 {
                let at = shape.grows.trailing_zeros() + 1;
                let output = self.output.add(self.position);
                block.store(shape.keep & low_bits(at), shape.crosses, output);
                self.position += (shape.keep & low_bits(at)).count_ones() as usize + 1;
                self.output.add(self.position - 1).write(b'X');
                shape.forget_before(at);
            }
            block.store(shape.keep, shape.crosses, self.output.add(self.position));
        }
        self.position += shape.keep.count_ones() as usize;
    }

    /// Looks at brackets one by one.
    #[inline(always)]
    fn brackets(&mut self, bytes: &[u8; BLOCK], brackets: Mask, newlines: Mask, shape: &mut Shape) {
        let mut events = if self.levels.is_empty() { brackets } else { brackets | newlines };
        while events != 0 {
            let at = events.trailing_zeros();
            events &= events - 1;
            let byte = bytes[at as usize];
            if let Some(level) = self.levels.innermost()
                && level.closer == byte
            {
                self.levels.pop();
                if level.content > self.position {
                    shape.enclose(level.opener, at);
                } else {
                    // SAFETY: the content's first byte was stored with an earlier block, or is the
                    // first to be stored with this one.
                    unsafe { self.output.add(level.content).write(b'X') };
                    self.position = level.content + 1;
                    shape.forget_before(at);
                }
            } else if let Some(closer) = closer_of(byte) {
                let following = events | newlines & (Mask::MAX << at);
                let next = following.trailing_zeros();
                let next_byte = if following == 0 { 0 } else { bytes[next as usize] };
                if next_byte == closer {
                    if next == at + 1 && brackets >> at & 4 != 0 {
                        let end = at + 2 * empty_row(bytes, at, byte, closer);
                        shape.enclose_row(at, end);
                        events &= !low_bits(end);
                    } else {
                        shape.enclose(at, next);
                        events &= events.wrapping_sub(1);
                    }
                } else {
                    let is_row = next_byte == byte && next == at + 1;
                    let count = if is_row { opener_row(bytes, at, byte) } else { 1 };
                    let content = self.position + shape.len_before(at) + 1;
                    self.levels.push_row(Level { content, opener: at, closer }, count);
                    events = following & !low_bits(at + count);
                }
            } else if byte == b'\n' {
                self.levels.clear();
                events &= brackets;
            }
        }
    }
}

/// How many of `opener` stand in a row at `at`.
///
/// Lines of nothing else would be far slower than text if each were looked at on its own.
#[inline(never)]
fn opener_row(bytes: &[u8; BLOCK], at: u32, opener: u8) -> u32 {
    (mask(bytes, |byte| byte == opener) >> at).trailing_ones()
}

/// How many times `opener` and `closer` stand side by side in a row at `at`, which they do at least
/// once. As for [`opener_row`].
#[inline(never)]
fn empty_row(bytes: &[u8; BLOCK], at: u32, opener: u8, closer: u8) -> u32 {
    let first = mask(bytes, |byte| byte == opener) & mask(bytes, |byte| byte == closer) >> 1;
    ((first | first << 1) >> at).trailing_ones() / 2
}
