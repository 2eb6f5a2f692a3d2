//! The kernel for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! Most classes are found by two look-ups, one by the low and one by the high half of the byte,
//! whose results are ANDed (the technique is that of simdjson: Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019).

use crate::arch::BLOCK;
use crate::arch::x86_64::avx2::{Bytes, Vector, halves};
use crate::arch::x86_64::prefetch;
use crate::rules::masks::WINDOW;
use crate::rules::spans::LineRecorder;

use super::kernel::{self, Classify};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
pub(crate) fn normalize<N: LineRecorder>(input: &[u8], output: &mut Vec<u8>, spans: &mut N) -> u64 {
    // SAFETY: this function has the features that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

/// Each class is the bytes whose low half is in one set and whose high half is in another. The
/// class of index n is bit n. For [`HEX`](super::classes::class::HEX) and
/// [`SPACE`](super::classes::class::SPACE), these are a few bytes more than have to be.
const SETS: [(&[u8], &[u8]); 8] = [
    // HEX: the letters from a to f, i, j and m, `:` and newline, TAB and `\r`.
    (&[1, 2, 3, 4, 5, 6, 9, 0xa, 0xd], &[0, 3, 4, 6]),
    // SPACE: space, `:` and newline.
    (&[0, 0xa], &[0, 2, 3]),
    // Separators, row by row, and the colon. For each low half there is a row that has it, so all
    // rows together have the control bytes. The digits here are not greater than `NO_BREAK`.
    (&[0x0, 0x2, 0x7, 0x8, 0x9, 0xc], &[0, 1, 2]), // space " ' ( ) ,
    (&[1, 3, 4, 5, 6, 0xa, 0xb, 0xc, 0xd, 0xe], &[0, 1, 3]), // digits : ; < = >
    (&[0xb, 0xd], &[0, 1, 5]),                     // [ ]
    (&[0x0], &[0, 1, 6]),                          // `
    (&[0xb, 0xc, 0xd, 0xf], &[0, 1, 7]),           // { | } DEL
    // Digits. As signed numbers they are negative.
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[3]),
];

const HEX_BIT: u32 = 0;
const SPACE_BIT: u32 = 1;

/// The greatest class, as a signed number, of a byte that is neither a separator nor a colon.
const NO_BREAK: u8 = 1 << HEX_BIT | 1 << SPACE_BIT;

/// For each low half of a byte, the classes that it may be in.
const LOW: [u8; 16] = table(false);

/// For each high half of a byte, the classes that it may be in.
const HIGH: [u8; 16] = table(true);

const fn table(is_high: bool) -> [u8; 16] {
    let mut table = [0; 16];
    let mut class = 0;
    while class < SETS.len() {
        let halves = if is_high { SETS[class].1 } else { SETS[class].0 };
        let mut index = 0;
        while index < halves.len() {
            table[halves[index] as usize] |= 1 << class;
            index += 1;
        }
        class += 1;
    }
    table
}

/// The bit that small letters have and capital letters lack.
const SMALL_BIT: u32 = 5;

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) {
        // SAFETY: the features are the caller's promise.
        let [low, high] = unsafe { [Vector::table(&LOW), Vector::table(&HIGH)] };
        // SAFETY: the features are the caller's promise.
        let [star, no_break] = unsafe { [b'*', NO_BREAK].map(|it| Vector::splat(it)) };
        let Window { bytes, breaks, digits, small, hex, spaces, .. } = window;
        let [breaks, digits, small, hex, spaces] =
            [breaks, digits, small, hex, spaces].map(|masks| halves(&mut masks.all_mut()[first..]));
        let bytes = &mut bytes[first..];
        assert!(
            blocks.len() <= bytes.len() && bytes.len() == breaks.len(),
            "no more blocks than a window has"
        );
        let mut index = 0;
        while index < blocks.len() {
            prefetch(&blocks[index], WINDOW);
            let (from, _) = blocks[index].as_chunks::<32>();
            let (to, _) = bytes[index].as_chunks_mut::<32>();
            for (half, (from, to)) in from.iter().zip(to).enumerate() {
                // SAFETY: the features are the caller's promise.
                let bytes = unsafe { Vector::load(from) };
                let classes = bytes.look_up_low(low) & bytes.look_up_high(high);
                breaks[index][half] = classes.greater(no_break).mask();
                digits[index][half] = classes.mask();
                small[index][half] = bytes.mask_of::<SMALL_BIT>();
                hex[index][half] = classes.mask_of::<HEX_BIT>();
                spaces[index][half] = classes.mask_of::<SPACE_BIT>();
                bytes.select(star, classes).store(to);
            }
            index += 1;
        }
    }
}
