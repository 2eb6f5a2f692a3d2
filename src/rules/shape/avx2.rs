//! The kernel for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! Bytes are classified by two table look-ups, one by the low and one by the high half of the
//! byte, whose results are ANDed (the technique is that of simdjson: Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019). Kept bytes are squeezed together eight at a time by a
//! shuffle that a table gives for each of the 256 ways to emit some of eight bytes.

use std::arch::x86_64::*;

use super::kernel::{self, Block, Classes};
use super::levels::LevelStorage;
use crate::arch::{BLOCK, Mask};
use crate::rules::spans::LineRecorder;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
pub(in crate::rules) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    levels: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the features that `Avx2` needs.
    unsafe { kernel::normalize::<Avx2, N>(input, output, levels, spans) }
}

/// Each class is the bytes whose low half is in one set and whose high half in another.
mod class {
    pub(super) const DIGIT: u8 = 1 << 0; // 0x30 to 0x39
    pub(super) const LETTER_TO_O: u8 = 1 << 1; // 0x41 to 0x4f, 0x61 to 0x6f
    pub(super) const LETTER_FROM_P: u8 = 1 << 2; // 0x50 to 0x5a, 0x70 to 0x7a
    pub(super) const RUN: u8 = DIGIT | LETTER_TO_O | LETTER_FROM_P;
    pub(super) const QUOTE_OR_PARENTHESIS: u8 = 1 << 3; // 0x22, 0x27, 0x28, 0x29
    pub(super) const ANGLE: u8 = 1 << 4; // 0x3c, 0x3e
    pub(super) const SQUARE_OR_CURLY: u8 = 1 << 5; // 0x5b, 0x5d, 0x7b, 0x7d
    pub(super) const BRACKET: u8 = QUOTE_OR_PARENTHESIS | ANGLE | SQUARE_OR_CURLY;
    // The highest bits, where a mask is taken from.
    pub(super) const NEWLINE: u8 = 1 << 6; // 0x0a
    pub(super) const RETURN: u8 = 1 << 7; // 0x0d
}

/// The classes whose low half of the byte may be the index.
const LOW: [u8; 16] = {
    use class::*;
    let mut table = [DIGIT | LETTER_TO_O | LETTER_FROM_P; 16];
    table[0x0] = DIGIT | LETTER_FROM_P;
    table[0x2] |= QUOTE_OR_PARENTHESIS;
    table[0x7] |= QUOTE_OR_PARENTHESIS;
    table[0x8] |= QUOTE_OR_PARENTHESIS;
    table[0x9] |= QUOTE_OR_PARENTHESIS;
    table[0xa] = LETTER_TO_O | LETTER_FROM_P | NEWLINE;
    table[0xb] = LETTER_TO_O | SQUARE_OR_CURLY;
    table[0xc] = LETTER_TO_O | ANGLE;
    table[0xd] = LETTER_TO_O | SQUARE_OR_CURLY | RETURN;
    table[0xe] = LETTER_TO_O | ANGLE;
    table[0xf] = LETTER_TO_O;
    table
};

/// The classes whose high half of the byte may be the index.
const HIGH: [u8; 16] = {
    use class::*;
    let mut table = [0; 16];
    table[0x0] = NEWLINE | RETURN;
    table[0x2] = QUOTE_OR_PARENTHESIS;
    table[0x3] = DIGIT | ANGLE;
    table[0x4] = LETTER_TO_O;
    table[0x5] = LETTER_FROM_P | SQUARE_OR_CURLY;
    table[0x6] = LETTER_TO_O;
    table[0x7] = LETTER_FROM_P | SQUARE_OR_CURLY;
    table
};

/// For each way to emit some of eight bytes, where to take the kept ones from.
static SQUEEZE: [[u8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
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

/// A block in two registers.
#[derive(Clone, Copy)]
struct Avx2([__m256i; 2]);

impl Block for Avx2 {
    #[inline(always)]
    unsafe fn load(bytes: &[u8; BLOCK]) -> (Self, Classes) {
        // SAFETY: the features are the caller's promise.
        unsafe {
            let [(low, a), (high, b)] = Self::from_bytes(bytes).0.map(|half| classify(half));
            let join = |index: usize| Mask::from(a[index]) | Mask::from(b[index]) << 32;
            let classes =
                Classes { runs: join(0), brackets: join(1), newlines: join(2), returns: join(3) };
            (Self([low, high]), classes)
        }
    }

    #[inline(always)]
    unsafe fn from_bytes(bytes: &[u8; BLOCK]) -> Self {
        // SAFETY: the features are the caller's promise; the loads are of 32 bytes of the 64.
        unsafe {
            let halves = bytes.as_ptr().cast::<__m256i>();
            Self([_mm256_loadu_si256(halves), _mm256_loadu_si256(halves.add(1))])
        }
    }

    #[inline(always)]
    unsafe fn bytes(self) -> [u8; BLOCK] {
        let mut bytes = [0; BLOCK];
        // SAFETY: the features are the caller's promise; the stores are of 32 bytes of the 64.
        unsafe {
            let halves = bytes.as_mut_ptr().cast::<__m256i>();
            _mm256_storeu_si256(halves, self.0[0]);
            _mm256_storeu_si256(halves.add(1), self.0[1]);
        }
        bytes
    }

    #[inline(always)]
    unsafe fn equal(self, byte: u8) -> Mask {
        // SAFETY: the features are the caller's promise.
        let [low, high] = unsafe { self.0.map(|half| equal(half, byte)) };
        Mask::from(low) | Mask::from(high) << 32
    }

    #[inline(always)]
    unsafe fn with_x(self, to_x: Mask) -> Self {
        let [low, high] = self.0;
        // SAFETY: the features are the caller's promise.
        unsafe { Self([with_x(low, to_x as u32), with_x(high, (to_x >> 32) as u32)]) }
    }

    #[inline(always)]
    unsafe fn store(self, emit: Mask, output: *mut u8) {
        // SAFETY: the features and that `BLOCK` bytes of `output` can be written are the caller's
        // promise. Before eight bytes are stored, at most eight for each earlier group were.
        unsafe {
            let [low, high] = self.0;
            let lanes = [
                _mm256_castsi256_si128(low),
                _mm256_extracti128_si256::<1>(low),
                _mm256_castsi256_si128(high),
                _mm256_extracti128_si256::<1>(high),
            ];
            let mut output = output;
            for (lane, bytes) in lanes.into_iter().enumerate() {
                let emit = emit >> (16 * lane);
                output = squeeze(bytes, emit as u8, output);
                output = squeeze(_mm_unpackhi_epi64(bytes, bytes), (emit >> 8) as u8, output);
            }
        }
    }
}

/// Replaces letters and digits by `Y`, and gives the masks of runs, brackets, newlines, returns.
#[target_feature(enable = "avx2")]
#[inline]
fn classify(bytes: __m256i) -> (__m256i, [u32; 4]) {
    let low_half = bytes;
    let high_half = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(0x0f));
    // A byte with its highest bit set looks up zero by its low half: not ASCII, no class.
    let classes = _mm256_and_si256(
        _mm256_shuffle_epi8(both_lanes(&LOW), low_half),
        _mm256_shuffle_epi8(both_lanes(&HIGH), high_half),
    );
    let any_of = |class: u8| {
        let class = _mm256_and_si256(classes, _mm256_set1_epi8(class as i8));
        _mm256_cmpgt_epi8(class, _mm256_setzero_si256())
    };
    let runs = any_of(class::RUN);
    let mask = |highest_bits| _mm256_movemask_epi8(highest_bits) as u32;
    let masks = [
        mask(runs),
        mask(any_of(class::BRACKET)),
        mask(_mm256_slli_epi16::<1>(classes)),
        mask(classes),
    ];
    (_mm256_blendv_epi8(bytes, _mm256_set1_epi8(b'Y' as i8), runs), masks)
}

#[target_feature(enable = "avx2")]
#[inline]
fn both_lanes(table: &[u8; 16]) -> __m256i {
    // SAFETY: the load is of the 16 bytes of the table.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast()) })
}

#[target_feature(enable = "avx2")]
#[inline]
fn equal(bytes: __m256i, byte: u8) -> u32 {
    _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8))) as u32
}

/// Replaces the bytes in `to_x` by `X`.
#[target_feature(enable = "avx2")]
#[inline]
fn with_x(bytes: __m256i, to_x: u32) -> __m256i {
    // Byte i of the register gets byte i / 8 of the mask, and of that looks at bit i % 8.
    let mask_bytes =
        _mm256_setr_epi64x(0, 0x0101_0101_0101_0101, 0x0202_0202_0202_0202, 0x0303_0303_0303_0303);
    let mask = _mm256_shuffle_epi8(_mm256_set1_epi32(to_x as i32), mask_bytes);
    let bit = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64 as i64);
    let selected = _mm256_cmpeq_epi8(_mm256_and_si256(mask, bit), bit);
    _mm256_blendv_epi8(bytes, _mm256_set1_epi8(b'X' as i8), selected)
}

/// Stores those of the low eight bytes that are in `emit` and returns where the next ones go.
///
/// # Safety
///
/// `output` is good for writes of eight bytes.
#[target_feature(enable = "avx2,popcnt")]
#[inline]
unsafe fn squeeze(bytes: __m128i, emit: u8, output: *mut u8) -> *mut u8 {
    let order = &SQUEEZE[usize::from(emit)];
    // SAFETY: the load is of the eight bytes of `order`; the store is the caller's promise, and
    // at most eight bytes are kept.
    unsafe {
        let order = _mm_loadl_epi64(order.as_ptr().cast());
        _mm_storel_epi64(output.cast(), _mm_shuffle_epi8(bytes, order));
        output.add(emit.count_ones() as usize)
    }
}
