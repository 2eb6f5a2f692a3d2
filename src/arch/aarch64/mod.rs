//! Blocks and masks for aarch64.

pub(crate) mod neon;
