//! For CPUs with AVX2: every x86-64 server since about 2015.

use std::arch::x86_64::*;
use std::ops::{BitAnd, BitOr, BitXor};

use super::{BLOCK, Bits, Block, Mask};

/// Returns whether the CPU has AVX2, and what comes with it.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// 32 bytes in a register.
#[derive(Clone, Copy)]
pub(crate) struct Vector(__m256i);

// SAFETY, of all methods of `Vector`, `Bytes` and `Masks` that take a value of theirs: the value is
// there, and the only functions that make one of nothing ask their callers for AVX2.

impl Vector {
    /// All bytes `byte`.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(crate) unsafe fn splat(byte: u8) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_set1_epi8(byte as i8)) }
    }

    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(crate) unsafe fn load(bytes: &[u8; 32]) -> Self {
        // SAFETY: the feature is the caller's promise; the load is of the 32 bytes of `bytes`.
        unsafe { Self(_mm256_loadu_si256(bytes.as_ptr().cast())) }
    }

    /// A table to look up in, for each half of the register.
    ///
    /// # Safety
    ///
    /// The CPU has AVX2.
    #[inline(always)]
    pub(crate) unsafe fn table(table: &[u8; 16]) -> Self {
        // SAFETY: the feature is the caller's promise; the load is of the 16 bytes of `table`.
        unsafe { Self(_mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast()))) }
    }

    #[inline(always)]
    pub(crate) fn store(self, bytes: &mut [u8; 32]) {
        // SAFETY: as above; the store is of the 32 bytes of `bytes`.
        unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), self.0) }
    }

    /// For each byte, what `table` has at its low half: zero if the byte is not ASCII.
    #[inline(always)]
    pub(crate) fn look_up_low(self, table: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_shuffle_epi8(table.0, self.0)) }
    }

    /// For each byte, what `table` has at its high half.
    #[inline(always)]
    pub(crate) fn look_up_high(self, table: Self) -> Self {
        // SAFETY: as above.
        unsafe {
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(self.0), _mm256_set1_epi8(0x0f));
            Self(_mm256_shuffle_epi8(table.0, high))
        }
    }

    /// 255 for each byte that equals the other.
    #[inline(always)]
    pub(crate) fn equal(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_cmpeq_epi8(self.0, other.0)) }
    }

    /// 255 for each byte that is greater than the other, both as signed numbers.
    #[inline(always)]
    pub(crate) fn greater(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_cmpgt_epi8(self.0, other.0)) }
    }

    /// The difference of each byte and the other's, which may wrap.
    #[inline(always)]
    pub(crate) fn minus(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_sub_epi8(self.0, other.0)) }
    }

    /// The sum of all bytes.
    #[inline(always)]
    pub(crate) fn sum(self) -> u64 {
        let mut sums = [0_u64; 4];
        // SAFETY: as above; the store is of the 32 bytes of `sums`.
        unsafe {
            let sum = _mm256_sad_epu8(self.0, _mm256_setzero_si256());
            _mm256_storeu_si256(sums.as_mut_ptr().cast(), sum);
        }
        sums.iter().sum()
    }

    /// The bytes of `other` where `highest` has the highest bit of the byte set, else those of
    /// `self`.
    #[inline(always)]
    pub(crate) fn select(self, other: Self, highest: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_blendv_epi8(self.0, other.0, highest.0)) }
    }

    /// The highest bit of each byte.
    #[inline(always)]
    pub(crate) fn mask(self) -> u32 {
        // SAFETY: as above.
        unsafe { _mm256_movemask_epi8(self.0) as u32 }
    }

    /// The bit `BIT`, 0 to 6, of each byte.
    #[inline(always)]
    pub(crate) fn mask_of<const BIT: u32>(self) -> u32 {
        // SAFETY: as above.
        unsafe {
            let count = _mm_cvtsi32_si128(7 - BIT as i32);
            _mm256_movemask_epi8(_mm256_sll_epi16(self.0, count)) as u32
        }
    }
}

impl BitAnd for Vector {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_and_si256(self.0, other.0)) }
    }
}

impl BitOr for Vector {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_or_si256(self.0, other.0)) }
    }
}

/// A block in two registers.
#[derive(Clone, Copy)]
pub(crate) struct Bytes([Vector; 2]);

/// Masks by their halves. To join these would take longer than to store both.
#[inline(always)]
pub(crate) fn halves(masks: &mut [Mask]) -> &mut [u32] {
    // SAFETY: a mask is as large as its two halves, of which on x86 the low one is first, and all
    // bits are a mask. Nobody else has the masks while the halves are borrowed.
    unsafe { std::slice::from_raw_parts_mut(masks.as_mut_ptr().cast(), 2 * masks.len()) }
}

impl Block for Bytes {
    type Bits = Masks;

    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> Self {
        let (halves, _) = bytes.as_chunks::<32>();
        // SAFETY: the caller's promise.
        unsafe { Self([Vector::load(&halves[0]), Vector::load(&halves[1])]) }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Mask {
        let [low, high] = self.0;
        // SAFETY: as above.
        let byte = unsafe { Vector::splat(byte) };
        Mask::from(low.equal(byte).mask()) | Mask::from(high.equal(byte).mask()) << 32
    }

    #[inline(always)]
    unsafe fn compress(bytes: &[u8; BLOCK], emit: &Mask, output: *mut u8) -> *mut u8 {
        let groups: *const __m128i = bytes.as_ptr().cast();
        let emit: *const u8 = std::ptr::from_ref(emit).cast();
        let mut output = output;
        let mut group = 0;
        while group < 8 {
            // SAFETY: the feature is the caller's promise. A mask has eight bytes, the lowest
            // first, and a block eight groups of eight. The load of the order is of 16 bytes, and
            // the table has eight more than it has orders. Eight bytes are written where no more
            // than eight a group are kept before, so all within `BLOCK` bytes of `output`, which
            // can be written by the caller's promise.
            unsafe {
                let emit = usize::from(*emit.add(group));
                let order = _mm_loadu_si128(ORDERS[emit..].as_ptr().cast());
                let bytes = _mm_loadl_epi64(groups.cast::<u64>().add(group).cast());
                _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order));
                output = output.add(emit.count_ones() as usize);
            }
            group += 1;
        }
        output
    }
}

/// For each way to emit some of eight bytes, where to take the kept ones from. The last is there so
/// that 16 bytes can be loaded from each.
static ORDERS: [[u8; 8]; 257] = {
    let mut table = [[0; 8]; 257];
    let mut emit = 0;
    while emit < 256 {
        let (mut from, mut to) = (0, 0);
        while from < 8 {
            if emit >> from & 1 == 1 {
                table[emit][to] = from;
                to += 1;
            }
            from += 1;
        }
        emit += 1;
    }
    table
};

/// The masks of four blocks.
#[derive(Clone, Copy)]
pub(crate) struct Masks(__m256i);

impl BitAnd for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_and_si256(self.0, other.0)) }
    }
}

impl BitOr for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_or_si256(self.0, other.0)) }
    }
}

impl BitXor for Masks {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_xor_si256(self.0, other.0)) }
    }
}

/// For each choice of the four masks, one bit each, minus one for those that are in it.
static MINUS_ONE: [[i64; 4]; 16] = {
    let mut table = [[0; 4]; 16];
    let mut choice = 0;
    while choice < 64 {
        table[choice / 4][choice % 4] = -(((choice / 4) >> (choice % 4) & 1) as i64);
        choice += 1;
    }
    table
};

impl Bits for Masks {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(mask: Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_set1_epi64x(mask as i64)) }
    }

    #[inline(always)]
    unsafe fn load(masks: *const Mask) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_loadu_si256(masks.cast())) }
    }

    #[inline(always)]
    unsafe fn store(self, masks: *mut Mask) {
        // SAFETY: the caller's promise.
        unsafe { _mm256_storeu_si256(masks.cast(), self.0) }
    }

    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_andnot_si256(other.0, self.0)) }
    }

    #[inline(always)]
    fn shl(self, count: u32) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_sll_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn shr(self, count: u32) -> Self {
        // SAFETY: as above.
        unsafe { Self(_mm256_srl_epi64(self.0, _mm_cvtsi32_si128(count as i32))) }
    }

    #[inline(always)]
    fn reverse(self) -> Self {
        // SAFETY: as above.
        unsafe {
            let bytes = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
            ));
            // The four bits of the index in the opposite order.
            let nibbles = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15,
            ));
            let low_half = _mm256_set1_epi8(0x0f);
            let high_nibbles = _mm256_slli_epi16::<4>(nibbles);
            let lanes = _mm256_permute4x64_epi64::<0b01_00_11_10>(self.0);
            let ordered = _mm256_shuffle_epi8(lanes, bytes);
            let low = _mm256_and_si256(ordered, low_half);
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(ordered), low_half);
            Self(_mm256_or_si256(
                _mm256_shuffle_epi8(high_nibbles, low),
                _mm256_shuffle_epi8(nibbles, high),
            ))
        }
    }

    #[inline(always)]
    fn add(self, seeds: Self, carry: &mut Mask) -> Self {
        // SAFETY: as above; the load is of one of the tables of 32 bytes.
        unsafe {
            let sum = _mm256_add_epi64(self.0, seeds.0);
            // With the highest bit set where something is carried out: all of `seeds` is in `self`.
            let over = seeds | self.and_not(Self(sum));
            let over = _mm256_movemask_pd(_mm256_castsi256_pd(over.0)) as u64;
            let full = _mm256_cmpeq_epi64(sum, _mm256_set1_epi64x(-1));
            let full = _mm256_movemask_pd(_mm256_castsi256_pd(full)) as u64;
            // What is carried into a mask of ones goes on into the next: a sum of its own.
            let carried = ((over << 1 | *carry) + full) ^ full;
            *carry = carried >> 4;
            let minus_one = MINUS_ONE[carried as usize % 16].as_ptr();
            Self(_mm256_sub_epi64(sum, _mm256_loadu_si256(minus_one.cast())))
        }
    }

    #[inline(always)]
    fn nonzero(self) -> Mask {
        // SAFETY: as above.
        unsafe {
            let zero = _mm256_cmpeq_epi64(self.0, _mm256_setzero_si256());
            !(_mm256_movemask_pd(_mm256_castsi256_pd(zero)) as u64) & 0xf
        }
    }
}
