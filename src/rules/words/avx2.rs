//! The kernel for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! Most classes are found by two look-ups, one by the low and one by the high half of the byte,
//! whose results are ANDed (the technique is that of simdjson: Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019).

use crate::arch::BLOCK;
use crate::arch::x86_64::avx2::{Bytes, Vector, halves};
use crate::rules::shape::LevelStorage;
use crate::rules::spans::LineRecorder;

use super::kernel::{self, Classify, Seen};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output`, records the lines in `spans`, and
/// returns their number.
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
pub(crate) fn normalize<N: LineRecorder>(
    input: &[u8],
    output: &mut Vec<u8>,
    _: &mut LevelStorage,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the features that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

/// Each class is the bytes whose low half is in one set and whose high half is in another. The
/// class of index n is bit n.
const SETS: [(&[u8], &[u8]); 8] = [
    // The letters that are hexadecimal digits. As signed numbers, these, bytes of no class and
    // digits, which are negative, are not greater than `NO_BREAK`. All other classes are.
    (&[1, 2, 3, 4, 5, 6], &[4, 6]),
    // Separators, row by row, and the colon.
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], &[0, 1]), // control bytes
    (&[0x0, 0x2, 0x7, 0x8, 0x9, 0xc], &[2]),                            // space " ' ( ) ,
    (&[0xa, 0xb, 0xc, 0xd, 0xe], &[3]),                                 // : ; < = >
    (&[0xb, 0xd], &[5]),                                                // [ ]
    (&[0x0], &[6]),                                                     // `
    (&[0xb, 0xc, 0xd, 0xf], &[7]),                                      // { | } DEL
    // Digits.
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[3]),
];

/// The bit of hexadecimal letters.
const HEX_BIT: u32 = 0;

/// The greatest class of a byte that is neither a separator nor a colon.
const NO_BREAK: u8 = 1 << HEX_BIT;

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

/// The blank that has the index as its low half, elsewhere a byte that does not have that low half.
const BLANKS: [u8; 16] = {
    let mut table = [0; 16];
    table[0] = b' ';
    table[9] = b'\t';
    table
};

/// The bit that small letters have and capital letters lack.
const SMALL_BIT: u32 = 5;

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        // SAFETY: the features are the caller's promise.
        let [low, high, blanks] =
            unsafe { [Vector::table(&LOW), Vector::table(&HIGH), Vector::table(&BLANKS)] };
        // SAFETY: the features are the caller's promise.
        let [zero, star, space, colon, newline, return_, no_break] =
            unsafe { [0, b'*', b' ', b':', b'\n', b'\r', NO_BREAK].map(|it| Vector::splat(it)) };
        let (mut newlines, mut returns) = (zero, zero);
        let Window { bytes, breaks, digits, colons, blanks: blank, small, hex, .. } = window;
        let all = [breaks, digits, colons, blank, small, hex];
        let [breaks, digits, colons, blank, small, hex] =
            all.map(|masks| &mut halves(masks.all_mut())[2 * first..]);
        let from = blocks.as_flattened().as_chunks::<32>().0;
        let to = bytes[first..].as_flattened_mut().as_chunks_mut::<32>().0;
        assert!(
            from.len() <= to.len() && to.len() == breaks.len(),
            "no more blocks than a window has"
        );
        // By halves of blocks, so that all constants and variables fit into registers.
        let mut half = 0;
        while half < from.len() {
            // SAFETY: the features are the caller's promise.
            let bytes = unsafe { Vector::load(&from[half]) };
            let classes = bytes.look_up_low(low) & bytes.look_up_high(high);
            let is_blank = bytes.look_up_low(blanks).equal(bytes);
            breaks[half] = classes.greater(no_break).mask();
            digits[half] = classes.mask();
            colons[half] = bytes.equal(colon).mask();
            blank[half] = is_blank.mask();
            small[half] = bytes.mask_of::<SMALL_BIT>();
            hex[half] = classes.mask_of::<HEX_BIT>();
            // There are no more than 128 in a window.
            newlines = newlines.minus(bytes.equal(newline));
            returns = returns | bytes.equal(return_);
            bytes.select(star, classes).select(space, is_blank).store(&mut to[half]);
            half += 1;
        }
        Seen { newlines: newlines.sum(), has_return: returns.mask() != 0 }
    }
}
