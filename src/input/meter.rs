//! How many bytes of the input a run has processed, for progress displays.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the bytes of input that were processed, as they are in the file: of a compressed input,
/// the compressed bytes. Clones share one count.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Returns a meter that has counted nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many bytes were counted so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}
