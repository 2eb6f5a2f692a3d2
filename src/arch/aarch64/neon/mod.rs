//! Blocks and masks for CPUs with NEON: every aarch64 CPU that runs Linux.
//!
//! A value of one of these types is the proof that the CPU has NEON: it was made from others, or by
//! an unsafe function that requires NEON.

use std::arch::is_aarch64_feature_detected;

mod block;
mod compress;
mod masks;
mod transpose;

pub(crate) use block::{Bytes, Table};
pub(crate) use masks::Masks;
pub(crate) use transpose::{masks_of, masks_of_odd_bits};

/// Returns whether the CPU has NEON, and has the low byte of a number first, as masks must.
pub(crate) fn is_available() -> bool {
    cfg!(target_endian = "little") && is_aarch64_feature_detected!("neon")
}
