//! The kernel for CPUs with AVX2: every x86-64 server since about 2015.
//!
//! Most classes are found by two look-ups, one by the low and one by the high half of the byte, the
//! results of which are ANDed (the technique is that of simdjson: Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019).

use crate::arch::BLOCK;
use crate::arch::avx2::{Bytes, Vector, halves};
use crate::normalize::{Levels, Note};

use super::kernel::{self, Classify, Seen};
use super::window::Window;

/// Appends the pattern of every line of `input` to `output` and returns the number of lines, which
/// are noted in `spans`.
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
pub(crate) fn normalize<N: Note>(
    input: &[u8],
    output: &mut Vec<u8>,
    _: &mut Levels,
    spans: &mut N,
) -> u64 {
    // SAFETY: this function has the features that `Bytes` needs.
    unsafe { kernel::normalize::<Bytes, N>(input, output, spans) }
}

/// Each class is the bytes whose low half is in one set and whose high half is in another. A byte
/// of no class is part of a token wherever it is, and no digit.
const SETS: [(&[u8], &[u8]); 8] = [
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], &[0, 1]), // control bytes
    (&[0x0], &[2, 6]),                                                  // space, backtick
    (&[0x2, 0x7, 0x8, 0x9], &[2]),                                      // quotes, parentheses
    (&[0xc], &[2, 3, 7]),                                               // , < |
    (&[0xb, 0xd], &[3, 5, 7]),                                          // ; = [ ] { }
    (&[0xa, 0xe], &[3]),                                                // : >
    (&[0xf], &[7]),                                                     // DEL
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &[3]), // digits, in the highest bit
];

/// The classes whose low half of the byte may be the index.
const LOW: [u8; 16] = table(false);

/// The classes whose high half of the byte may be the index.
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

/// At the low half of each blank the blank, elsewhere what does not have that low half.
const BLANKS: [u8; 16] = {
    let mut table = [0; 16];
    table[0] = b' ';
    table[9] = b'\t';
    table
};

/// The bit that small letters have and capital ones have not.
const SMALL_BIT: u32 = 5;

/// Bits that are those of `HEX` in hexadecimal letters. The others that are so are `g`, `G`, `@` and
/// the backtick.
const HEX_BITS: u8 = 0b1101_1000;
const HEX: u8 = 0b0100_0000;

impl Classify for Bytes {
    #[inline(always)]
    unsafe fn classify(blocks: &[[u8; BLOCK]], window: &mut Window, first: usize) -> Seen {
        // SAFETY: the features are the caller's promise.
        let [low, high, blanks] =
            unsafe { [Vector::table(&LOW), Vector::table(&HIGH), Vector::table(&BLANKS)] };
        // SAFETY: as above.
        let [zero, star, space, colon, newline, return_, hex_bits, hex] = unsafe {
            [0, b'*', b' ', b':', b'\n', b'\r', HEX_BITS, HEX].map(|it| Vector::splat(it))
        };
        let (mut newlines, mut returns) = (zero, zero);
        let Window { bytes, plain, digits, colons, blanks: blank_masks, small, hex: hexes, .. } =
            window;
        let to = bytes[first..].as_flattened_mut().as_chunks_mut::<32>().0;
        let [plain, digits, colons, blank_masks, small, hexes] =
            [plain, digits, colons, blank_masks, small, hexes]
                .map(|masks| &mut halves(masks.all_mut())[2 * first..]);
        let from = blocks.as_flattened().as_chunks::<32>().0;
        let mut half = 0;
        assert!(from.len() <= to.len() && to.len() == plain.len());
        while half < from.len() {
            // SAFETY: as above.
            let bytes = unsafe { Vector::load(&from[half]) };
            let classes = bytes.look_up_low(low) & bytes.look_up_high(high);
            let is_blank = bytes.look_up_low(blanks).equal(bytes);
            plain[half] = classes.equal(zero).mask();
            digits[half] = classes.mask();
            colons[half] = bytes.equal(colon).mask();
            blank_masks[half] = is_blank.mask();
            small[half] = bytes.mask_of::<SMALL_BIT>();
            hexes[half] = (bytes & hex_bits).equal(hex).mask();
            // There are no more than 128 in a window.
            newlines = newlines.minus(bytes.equal(newline));
            returns = returns | bytes.equal(return_);
            bytes.select(star, classes).select(space, is_blank).store(&mut to[half]);
            half += 1;
        }
        Seen { newlines: newlines.sum(), has_return: returns.mask() != 0 }
    }
}
