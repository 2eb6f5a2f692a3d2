//! What the fuzz targets reach of the inside. Not there in any other build.

use std::io::Read;

/// The chunks that a mapped file of these bytes is cut into.
pub fn chunks(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    crate::chunk::cuts(bytes, size).into_iter().map(<[u8]>::to_vec).collect()
}

/// The blocks that are read from `input`.
pub fn blocks(input: impl Read, size: usize, would_wait: bool) -> Vec<Vec<u8>> {
    crate::input::blocks(input, size, would_wait)
}
