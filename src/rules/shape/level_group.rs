//! LevelStorage whose equal openers follow one another directly, in eight bytes.

use crate::arch::BLOCK;

/// Bits of where a level's content starts, counted from where the output of the call does.
const CONTENT_BITS: u32 = 40;

/// The most bytes of input that one call takes: half a tebibyte. What they turn into, which is half
/// as much again and a byte, has its positions in [`CONTENT_BITS`] bits. A position that did not fit
/// would be taken for a smaller one, and text would be lost.
pub(in crate::rules) const MAX_INPUT: u64 = 1 << (CONTENT_BITS - 1);

const _: () = assert!(MAX_INPUT + MAX_INPUT / 2 + 1 < 1 << CONTENT_BITS);

/// From the highest bit: 40 of where the outermost level's content starts, 10 of how many more
/// levels there are, 6 of where in its block the outermost's opener stands, 8 of their closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LevelGroup(u64);

impl LevelGroup {
    const MAX_LEVELS: u32 = 1 << 10;

    /// One level more.
    const ONE_LEVEL: u64 = 1 << 14;

    /// What nothing closes.
    pub(super) const NONE: Self = Self(0);

    /// A group of `count` levels of which the outermost has its opener at `opener`, and no content
    /// yet.
    #[inline(always)]
    pub(super) fn new(opener: u32, closer: u8, count: u32) -> Self {
        debug_assert!(opener < BLOCK as u32 && (1..=BLOCK as u32).contains(&count));
        let more = u64::from(count - 1) * Self::ONE_LEVEL;
        Self(more | u64::from(opener) << 8 | u64::from(closer))
    }

    /// The group, with `content` as where the outermost level's content starts.
    #[inline(always)]
    pub(super) fn at(self, content: usize) -> Self {
        // Content starts within the output of the call, of which `MAX_INPUT` has there be less than
        // 2^40 bytes; and a group's last level is one of them.
        debug_assert!((content as u64) < 1 << CONTENT_BITS);
        Self(self.0 & 0xff_ffff | (content as u64) << 24)
    }

    /// The byte that closes each of the levels.
    #[inline(always)]
    pub(super) fn closer(self) -> u8 {
        self.0 as u8
    }

    /// Where in its block the outermost level's opener stands, if that block is the one at hand.
    #[inline(always)]
    pub(super) fn opener(self) -> u32 {
        (self.0 >> 8) as u32 % BLOCK as u32
    }

    /// Where in the output the outermost level's content starts, directly behind the opener.
    #[inline(always)]
    pub(super) fn content(self) -> usize {
        (self.0 >> 24) as usize
    }

    /// How many levels there are inside the outermost.
    #[inline(always)]
    pub(super) fn extra(self) -> u32 {
        (self.0 >> 14) as u32 % Self::MAX_LEVELS
    }

    /// Adds `count` levels.
    pub(super) fn open(&mut self, count: u32) {
        self.0 += u64::from(count) * Self::ONE_LEVEL;
    }

    /// Takes away `count` levels, which leaves at least one.
    pub(super) fn close(&mut self, count: u32) {
        self.0 -= u64::from(count) * Self::ONE_LEVEL;
    }

    /// The innermost level alone.
    pub(super) fn innermost(self) -> Self {
        let opener = (self.opener() + self.extra()) % BLOCK as u32;
        Self::new(opener, self.closer(), 1).at(self.content() + self.extra() as usize)
    }

    /// Whether the levels of `next` continue those of this group.
    pub(super) fn can_join(self, next: Self) -> bool {
        let last = self.innermost();
        next.closer() == last.closer()
            && next.content() == last.content() + 1
            && next.opener() == (last.opener() + 1) % BLOCK as u32
            && self.extra() + next.extra() + 1 < Self::MAX_LEVELS
    }
}
