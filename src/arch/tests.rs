//! Every instruction set gives what plain arithmetic gives.

use proptest::prelude::*;

use super::portable::Bytes;
use super::{BLOCK, Bits, Block, Mask};

/// The masks of eight blocks.
type Eight = [Mask; 8];

/// The operations of an instruction set, on masks of eight blocks.
struct Arch {
    name: &'static str,
    /// The sum of the first and of those bits of the second that it has, and the carry.
    add: fn(Eight, Eight, Mask) -> (Eight, Mask),
    reverse: fn(Eight) -> Eight,
    /// The masks shifted by three and back by five, with the three lowest bits set.
    shift: fn(Eight) -> Eight,
    nonzero: fn(Eight) -> Mask,
    /// The difference, and the borrow.
    sub: fn(Eight, Eight, Mask) -> (Eight, Mask),
    /// The number of bits, counted three times.
    count: fn(Eight) -> u64,
    equal: fn(&[u8; BLOCK], u8) -> Mask,
    compress: fn(&[u8; BLOCK], Mask) -> Vec<u8>,
    /// The listed bytes and their positions, by both functions.
    lists: fn(&[u8; BLOCK], Mask) -> [List; 2],
}

/// Listed bytes, and their positions.
type List = (Vec<u8>, Vec<u16>);

/// The position of the first byte of a listed block.
const FIRST: u16 = 4032;

impl Arch {
    fn new<B: Block>(name: &'static str) -> Self {
        Self {
            name,
            add: add::<B::Bits>,
            reverse: |masks| {
                let mut reversed = [0; 8];
                for at in (0..8).step_by(B::Bits::LANES) {
                    let to = 8 - at - B::Bits::LANES;
                    // SAFETY: as in `add`.
                    unsafe {
                        let masks = B::Bits::load(masks[at..].as_ptr());
                        masks.reverse().store(reversed[to..].as_mut_ptr());
                    }
                }
                reversed
            },
            shift: |masks| {
                let mut shifted = [0; 8];
                for at in (0..8).step_by(B::Bits::LANES) {
                    // SAFETY: as in `add`.
                    unsafe {
                        let masks = B::Bits::load(masks[at..].as_ptr());
                        let first = B::Bits::splat(7);
                        let bits = masks.shl(3).shr(5).and_not(first) ^ first;
                        bits.store(shifted[at..].as_mut_ptr());
                    }
                }
                shifted
            },
            nonzero: |masks| {
                let lanes = (0..8).step_by(B::Bits::LANES);
                // SAFETY: as in `add`.
                let nonzero = |at| unsafe { B::Bits::load(masks[at..].as_ptr()) }.nonzero() << at;
                lanes.fold(0, |all, at: usize| all | nonzero(at))
            },
            sub: sub::<B::Bits>,
            count: |masks| {
                // SAFETY: as in `add`.
                let mut counts = unsafe { B::Bits::splat(0) };
                for at in (0..24).step_by(B::Bits::LANES) {
                    // SAFETY: as in `add`.
                    counts = unsafe { B::Bits::load(masks[at % 8..].as_ptr()) }.count(counts);
                }
                counts.sum()
            },
            // SAFETY: as in `add`.
            equal: |bytes, byte| unsafe { B::load(bytes) }.equal(byte),
            compress: compress::<B>,
            lists: |bytes, listed| [B::list, B::list_many].map(|list| lists(list, bytes, listed)),
        }
    }

    /// Returns all instruction sets that this CPU has.
    fn all() -> Vec<Self> {
        #[allow(unused_mut, reason = "other CPUs have no more")]
        let mut all = vec![Self::new::<Bytes>("portable")];
        #[cfg(target_arch = "x86_64")]
        {
            use super::x86_64::{avx2, avx512};
            all.extend(avx2::is_available().then(|| Self::new::<avx2::Bytes>("avx2")));
            all.extend(avx512::is_available().then(|| Self::new::<avx512::Bytes>("avx512")));
        }
        #[cfg(target_arch = "aarch64")]
        {
            use super::aarch64::neon;
            all.extend(neon::is_available().then(|| Self::new::<neon::Bytes>("neon")));
        }
        all
    }
}

fn add<B: Bits>(masks: Eight, seeds: Eight, carry: Mask) -> (Eight, Mask) {
    let mut sum = [0; 8];
    let mut carry = carry;
    for at in (0..8).step_by(B::LANES) {
        // SAFETY: `Arch::all` only makes those that the CPU has; eight is a multiple of all numbers
        // of lanes.
        unsafe {
            let masks = B::load(masks[at..].as_ptr());
            let seeds = B::load(seeds[at..].as_ptr());
            masks.add(masks & seeds, &mut carry).store(sum[at..].as_mut_ptr());
        }
    }
    (sum, carry)
}

fn sub<B: Bits>(masks: Eight, others: Eight, borrow: Mask) -> (Eight, Mask) {
    let mut difference = [0; 8];
    let mut borrow = borrow;
    for at in (0..8).step_by(B::LANES) {
        // SAFETY: as in `add`.
        unsafe {
            let masks = B::load(masks[at..].as_ptr());
            let others = B::load(others[at..].as_ptr());
            masks.sub(others, &mut borrow).store(difference[at..].as_mut_ptr());
        }
    }
    (difference, borrow)
}

fn compress<B: Block>(bytes: &[u8; BLOCK], keep: Mask) -> Vec<u8> {
    let mut output = vec![0; BLOCK];
    // SAFETY: `Arch::all` only makes those that the CPU has; a block can be written.
    let end = unsafe { B::compress(bytes, &keep, output.as_mut_ptr()) };
    // SAFETY: both are of `output`.
    let len = unsafe { end.offset_from_unsigned(output.as_ptr()) };
    output.truncate(len);
    output
}

fn lists(
    list: unsafe fn(*const u8, Mask, u16, *mut u8, *mut u16),
    bytes: &[u8; BLOCK],
    listed: Mask,
) -> List {
    let (mut symbols, mut positions) = (vec![0; BLOCK], vec![0; BLOCK]);
    let with_next = [&bytes[..], b"!"].concat();
    // SAFETY: as in `compress`; a byte more can be read, and a block of each can be written.
    unsafe {
        list(with_next.as_ptr(), listed, FIRST, symbols.as_mut_ptr(), positions.as_mut_ptr())
    };
    let len = listed.count_ones() as usize;
    symbols.truncate(len);
    positions.truncate(len);
    (symbols, positions)
}

/// Returns masks of which many are full or empty, as those of long tokens are.
fn masks() -> impl Strategy<Value = Eight> {
    let mask = prop_oneof![
        any::<Mask>(),
        Just(0),
        Just(Mask::MAX),
        (0..64_u32).prop_map(|bit| 1 << bit),
        (0..64_u32).prop_map(|bit| Mask::MAX << bit),
        (0..64_u32).prop_map(|bit| Mask::MAX >> bit),
    ];
    proptest::array::uniform8(mask)
}

/// Returns the sum and the carry that `Arch::add` must give, computed mask by mask with 128 bits.
fn sum(masks: Eight, seeds: Eight, carry: Mask) -> (Eight, Mask) {
    let mut sums = [0; 8];
    let mut carry = u128::from(carry);
    for (sum, (mask, seed)) in sums.iter_mut().zip(masks.into_iter().zip(seeds)) {
        let all = u128::from(mask) + u128::from(mask & seed) + carry;
        *sum = all as Mask;
        carry = all >> 64;
    }
    (sums, carry as Mask)
}

/// Returns the difference and the borrow that `Arch::sub` must give, computed mask by mask with 128
/// bits.
fn difference(masks: Eight, others: Eight, borrow: Mask) -> (Eight, Mask) {
    let mut differences = [0; 8];
    let mut borrow = i128::from(borrow);
    for (difference, (mask, other)) in differences.iter_mut().zip(masks.into_iter().zip(others)) {
        let all = i128::from(mask) - i128::from(other) - borrow;
        *difference = all as Mask;
        borrow = i128::from(all < 0);
    }
    (differences, borrow as Mask)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn masks_are_one_long_number(masks in masks(), seeds in masks(), carry in 0..2_u64) {
        for arch in Arch::all() {
            let (added, expected) = ((arch.add)(masks, seeds, carry), sum(masks, seeds, carry));
            prop_assert_eq!(added, expected, "{}", arch.name);
            let mut reversed = masks.map(u64::reverse_bits);
            reversed.reverse();
            prop_assert_eq!((arch.reverse)(masks), reversed, "{}", arch.name);
            let shifted = masks.map(|mask| (mask << 3 >> 5 & !7) ^ 7);
            prop_assert_eq!((arch.shift)(masks), shifted, "{}", arch.name);
            let nonzero = (0..8).fold(0, |all, at| all | Mask::from(masks[at] != 0) << at);
            prop_assert_eq!((arch.nonzero)(masks), nonzero, "{}", arch.name);
            let (subtracted, expected) =
                ((arch.sub)(masks, seeds, carry), difference(masks, seeds, carry));
            prop_assert_eq!(subtracted, expected, "{}", arch.name);
            let count: u32 = masks.iter().map(|mask| mask.count_ones()).sum();
            prop_assert_eq!((arch.count)(masks), 3 * u64::from(count), "{}", arch.name);
        }
    }

    #[test]
    fn bytes_are_found_and_kept(bytes: [u8; 32], keep: Mask, byte: u8) {
        let bytes: [u8; BLOCK] =
            std::array::from_fn(|at| if at % 3 == 0 { byte } else { bytes[at / 2] });
        let indices = |is_in: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..BLOCK).filter(|&at| is_in(at)).collect()
        };
        for arch in Arch::all() {
            let equal = (arch.equal)(&bytes, byte);
            let expected = indices(&|at| bytes[at] == byte);
            prop_assert_eq!(indices(&|at| equal >> at & 1 == 1), expected, "{}", arch.name);
            let kept = indices(&|at| keep >> at & 1 == 1);
            let kept: Vec<u8> = kept.into_iter().map(|at| bytes[at]).collect();
            prop_assert_eq!(&(arch.compress)(&bytes, keep), &kept, "{}", arch.name);
            let positions = indices(&|at| keep >> at & 1 == 1);
            let positions = positions.into_iter().map(|at| FIRST + at as u16).collect();
            let list = (kept, positions);
            prop_assert_eq!((arch.lists)(&bytes, keep), [list.clone(), list], "{}", arch.name);
        }
    }
}
