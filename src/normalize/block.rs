//! The line rules on 64 bytes at a time: what all fast kernels share.
//!
//! A kernel classifies a block of 64 bytes into masks, one bit a byte. Here they become a
//! [`Shape`], which says which of the bytes come out, and the kernel squeezes those together and
//! stores them:
//!
//! - of a run only the first byte is kept, and the kernel has made it a `Y`;
//! - an enclosure that lies within the block only changes masks: of the bytes between its brackets
//!   one is kept, as the `X`. Most of these are found all at once, without a branch;
//! - the other brackets are looked at one by one, and newlines only while a level is open;
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
use super::{closer_of, max_output_len};

/// Bytes in a block, and bits in a mask.
pub(super) const BLOCK: usize = 64;

/// One bit for each byte of a block, the first byte's lowest.
pub(super) type Mask = u64;

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

/// Enclosures: the openers and closers at the same rank belong together, and none lies in another.
#[derive(Clone, Copy, Default)]
pub(super) struct Pairs {
    pub(super) openers: Mask,
    pub(super) closers: Mask,
}

impl Pairs {
    /// As many pairs as fit into `count` quotes in a row, the first at `at`.
    #[inline(always)]
    fn of_row(at: u32, count: u32) -> Self {
        let openers = (0x5555_5555_5555_5555 & low_bits(count & !1)) << at;
        Self { openers, closers: openers << 1 }
    }
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

    /// Some or none of the enclosures in square, curly, angle and round brackets that have neither
    /// bracket nor newline inside. Such an enclosure is one whatever surrounds it: its opener
    /// always opens, and nothing comes between that and its closer.
    unsafe fn simple_pairs(self, classes: &Classes) -> Pairs;

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
    output.reserve(max_output_len(input.len()) + BLOCK);
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

        // SAFETY: the caller's promise.
        let pairs = unsafe { block.simple_pairs(&classes) };
        shape.enclose(pairs);
        let brackets = brackets & !(pairs.openers | pairs.closers);
        if brackets != 0 || !self.levels.is_empty() {
            // SAFETY: the caller's promise.
            let bytes = unsafe { block.bytes() };
            self.brackets(&bytes, brackets, newlines, &mut shape);
        }
        // SAFETY: the caller's promise.
        let output = unsafe { self.output.add(self.position) };
        if shape.grows == 0 {
            // SAFETY: the caller's promise.
            unsafe { block.store(shape.keep, shape.crosses, output) };
        } else {
            // SAFETY: the caller's promise.
            unsafe { store_grown(&block.bytes(), &shape, output) };
        }
        self.position += shape.len_before(BLOCK as u32);
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
                    shape.enclose_one(level.opener, at);
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
                let is_row = next_byte == byte && next == at + 1;
                let row_len = if is_row { row_len(bytes, brackets, at) } else { 1 };
                if is_row && closer == byte {
                    // Quotes close each other, two by two; an odd one is left.
                    shape.enclose(Pairs::of_row(at, row_len));
                    events &= !low_bits(at + (row_len & !1));
                } else if next_byte == closer {
                    shape.enclose_one(at, next);
                    events &= events.wrapping_sub(1);
                } else {
                    let content = self.position + shape.len_before(at) + 1;
                    self.levels.push_row(Level { content, opener: at, closer }, row_len);
                    events = following & !low_bits(at + row_len);
                }
            } else if byte == b'\n' {
                self.levels.clear();
                events &= brackets;
            }
        }
    }
}

/// How many brackets equal to the one at `at` stand in a row there.
///
/// Lines of nothing but `(` or `"` would be far slower than text if each were looked at on its own.
#[inline(never)]
fn row_len(bytes: &[u8; BLOCK], brackets: Mask, at: u32) -> u32 {
    let row = &bytes[at as usize..][..(brackets >> at).trailing_ones() as usize];
    row.iter().take_while(|&&byte| byte == row[0]).count() as u32
}

/// A mask of the `count` lowest bits.
#[inline(always)]
fn low_bits(count: u32) -> Mask {
    Mask::MAX.checked_shr(BLOCK as u32 - count).unwrap_or(0)
}

/// What of a block comes out.
#[derive(Clone, Copy)]
struct Shape {
    /// The bytes that come out.
    keep: Mask,
    /// Those of them that come out as `X`.
    crosses: Mask,
    /// Those of them that an `X` comes out behind: openers of empty enclosures.
    grows: Mask,
}

impl Shape {
    #[inline(always)]
    fn new(keep: Mask) -> Self {
        Self { keep, crosses: 0, grows: 0 }
    }

    /// Puts an `X` into each of `pairs`.
    #[inline(always)]
    fn enclose(&mut self, pairs: Pairs) {
        let first = pairs.openers << 1;
        // Each difference of two bits is all bits between, and they do not touch.
        let inside = pairs.closers.wrapping_sub(first);
        self.keep = self.keep & !inside | first;
        self.crosses |= first & !pairs.closers;
        self.grows = self.grows & !inside | (first & pairs.closers) >> 1;
    }

    /// Puts an `X` between `opener` and `closer`, whatever stands there.
    #[inline(always)]
    fn enclose_one(&mut self, opener: u32, closer: u32) {
        self.enclose(Pairs { openers: 1 << opener, closers: 1 << closer });
    }

    /// Has nothing come out that stands before `at`.
    #[inline(always)]
    fn forget_before(&mut self, at: u32) {
        self.keep &= Mask::MAX << at;
        self.grows &= Mask::MAX << at;
    }

    /// How many bytes come out of the first `count`.
    #[inline(always)]
    fn len_before(&self, count: u32) -> usize {
        let before = low_bits(count);
        ((self.keep & before).count_ones() + (self.grows & before).count_ones()) as usize
    }
}

/// Writes what comes out, some of which is the `X` in empty enclosures.
///
/// Byte by byte, for it is rare: one block in fourteen of a mixed log has a `()`.
///
/// # Safety
///
/// `output` is good for writes of as many bytes and one more.
#[inline(always)]
unsafe fn store_grown(bytes: &[u8; BLOCK], shape: &Shape, mut output: *mut u8) {
    let mut keep = shape.keep;
    while keep != 0 {
        let at = keep.trailing_zeros();
        keep &= keep - 1;
        let byte = if shape.crosses >> at & 1 == 1 { b'X' } else { bytes[at as usize] };
        // SAFETY: a second byte is written for each that is kept, but only counted if it is meant
        // to be there.
        unsafe {
            output.write(byte);
            output.add(1).write(b'X');
            output = output.add(1 + (shape.grows >> at & 1) as usize);
        }
    }
}
