//! LevelStorage whose equal openers follow one another directly, in eight bytes.

use crate::arch::BLOCK;

/// Bits of the position of a level's content, which is counted from the start of the call's output.
const CONTENT_BITS: u32 = 40;

/// The maximum length of the input of one call: half a tebibyte.
///
/// The output is at most half as long again and a byte, so its positions fit into [`CONTENT_BITS`]
/// bits. A position that did not fit would be taken for a smaller one, and text would be lost.
pub(in crate::rules) const MAX_INPUT: u64 = 1 << (CONTENT_BITS - 1);

const _: () = assert!(MAX_INPUT + MAX_INPUT / 2 + 1 < 1 << CONTENT_BITS);

/// One or more levels with the same closer, whose openers follow one another directly.
///
/// From the highest bit, these are 40 bits for the position of the outermost level's content, 10
/// for the number of levels inside the outermost, 6 for the index of the outermost level's opener
/// in its block, and 8 for the closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LevelGroup(u64);

impl LevelGroup {
    /// The maximum number of levels of a group.
    const MAX_LEVELS: u32 = 1 << 10;

    /// One level, in the bits of the number of levels inside the outermost.
    const ONE_LEVEL: u64 = 1 << 14;

    /// A group that no byte closes, below the outermost level of a line.
    pub(super) const NONE: Self = Self(0);

    /// Returns a group of `count` levels, of which the outermost has its opener at index `opener`
    /// of the block. The position of its content is not known yet.
    #[inline(always)]
    pub(super) fn new(opener: u32, closer: u8, count: u32) -> Self {
        debug_assert!(opener < BLOCK as u32 && (1..=BLOCK as u32).contains(&count));
        let more = u64::from(count - 1) * Self::ONE_LEVEL;
        Self(more | u64::from(opener) << 8 | u64::from(closer))
    }

    /// Returns the group with `content` as the position of the outermost level's content.
    #[inline(always)]
    pub(super) fn with_content(self, content: usize) -> Self {
        // Content is in the output of the call, which `MAX_INPUT` keeps shorter than 2^40 bytes.
        // This holds for the content of a group's innermost level too.
        debug_assert!((content as u64) < 1 << CONTENT_BITS);
        Self(self.0 & 0xff_ffff | (content as u64) << 24)
    }

    /// Returns the byte that closes each of the levels.
    #[inline(always)]
    pub(super) fn closer(self) -> u8 {
        self.0 as u8
    }

    /// Returns the index of the outermost level's opener in its block. It has a meaning only while
    /// that block is processed.
    #[inline(always)]
    pub(super) fn opener(self) -> u32 {
        (self.0 >> 8) as u32 % BLOCK as u32
    }

    /// Returns the position of the outermost level's content in the output, directly after the
    /// opener.
    #[inline(always)]
    pub(super) fn content(self) -> usize {
        (self.0 >> 24) as usize
    }

    /// Returns the number of levels inside the outermost.
    #[inline(always)]
    pub(super) fn extra(self) -> u32 {
        (self.0 >> 14) as u32 % Self::MAX_LEVELS
    }

    /// Opens `count` more levels.
    pub(super) fn open(&mut self, count: u32) {
        self.0 += u64::from(count) * Self::ONE_LEVEL;
    }

    /// Closes the innermost `count` levels. At least one must remain.
    pub(super) fn close(&mut self, count: u32) {
        self.0 -= u64::from(count) * Self::ONE_LEVEL;
    }

    /// Returns the innermost level as a group of its own.
    pub(super) fn innermost(self) -> Self {
        let opener = (self.opener() + self.extra()) % BLOCK as u32;
        Self::new(opener, self.closer(), 1).with_content(self.content() + self.extra() as usize)
    }

    /// Returns whether the levels of `next` continue those of this group, and fit into it.
    pub(super) fn can_take(self, next: Self) -> bool {
        let last = self.innermost();
        next.closer() == last.closer()
            && next.content() == last.content() + 1
            && next.opener() == (last.opener() + 1) % BLOCK as u32
            && self.extra() + next.extra() + 1 < Self::MAX_LEVELS
    }
}
