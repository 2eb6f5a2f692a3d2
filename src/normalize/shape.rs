//! What of a block comes out, as bit masks, and the arithmetic on them.

/// Bytes in a block, and bits in a mask.
pub(super) const BLOCK: usize = 64;

/// One bit for each byte of a block, the first byte's lowest.
pub(super) type Mask = u64;

/// A mask of the `count` lowest bits.
#[inline(always)]
pub(super) fn low_bits(count: u32) -> Mask {
    Mask::MAX.checked_shr(BLOCK as u32 - count).unwrap_or(0)
}

/// The bytes that `is_in` a class.
#[inline(always)]
pub(super) fn mask(bytes: &[u8; BLOCK], is_in: impl Fn(u8) -> bool) -> Mask {
    let flags = bytes.map(|byte| u8::from(is_in(byte)));
    let (groups, _) = flags.as_chunks::<8>();
    groups.iter().rev().fold(0, |mask, group| {
        // Each flag, the lowest bit of its byte, moves to a bit of its own in the highest byte.
        let bits = u64::from_le_bytes(*group).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask << 8 | bits
    })
}

/// What of a block comes out.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The bytes that come out.
    pub(super) keep: Mask,
    /// Those of them that come out as `X`.
    pub(super) crosses: Mask,
    /// Those of them that an `X` comes out behind: openers of empty enclosures.
    pub(super) grows: Mask,
}

impl Shape {
    #[inline(always)]
    pub(super) fn new(keep: Mask) -> Self {
        Self { keep, crosses: 0, grows: 0 }
    }

    /// Puts an `X` between `opener` and `closer`, whatever stands there.
    #[inline(always)]
    pub(super) fn enclose(&mut self, opener: u32, closer: u32) {
        self.enclose_all(1 << opener, 1 << closer);
    }

    /// Puts an `X` into each of the empty enclosures that stand side by side from `at` to `end`.
    #[inline(always)]
    pub(super) fn enclose_row(&mut self, at: u32, end: u32) {
        let openers = 0x5555_5555_5555_5555 << at & low_bits(end);
        self.enclose_all(openers, openers << 1);
    }

    /// Puts an `X` between each of `openers` and the next of `closers`, which are as many.
    #[inline(always)]
    fn enclose_all(&mut self, openers: Mask, closers: Mask) {
        let first = openers << 1;
        // The difference of two bits is all bits between, and those of two pairs do not touch.
        let inside = closers.wrapping_sub(first);
        self.keep = self.keep & !inside | first;
        self.crosses |= first & !closers;
        self.grows = self.grows & !inside | (first & closers) >> 1;
    }

    /// Has nothing come out that stands before `at`.
    #[inline(always)]
    pub(super) fn forget_before(&mut self, at: u32) {
        self.keep &= !low_bits(at);
        self.grows &= !low_bits(at);
    }

    /// How many bytes come out of the first `count`.
    #[inline(always)]
    pub(super) fn len_before(&self, count: u32) -> usize {
        let before = low_bits(count);
        ((self.keep & before).count_ones() + (self.grows & before).count_ones()) as usize
    }

    /// Writes what comes out, byte by byte.
    ///
    /// # Safety
    ///
    /// `output` is good for writes of as many bytes and one more.
    #[inline(always)]
    pub(super) unsafe fn store_bytes(self, bytes: &[u8; BLOCK], mut output: *mut u8) {
        let mut keep = self.keep;
        while keep != 0 {
            let at = keep.trailing_zeros();
            keep &= keep - 1;
            let byte = if self.crosses >> at & 1 == 1 { b'X' } else { bytes[at as usize] };
            // SAFETY: a second byte is written for each that is kept, but only counted if it is
            // meant to be there.
            unsafe {
                output.cast::<[u8; 2]>().write([byte, b'X']);
                output = output.add(1 + (self.grows >> at & 1) as usize);
            }
        }
    }
}
