//! What comes to light of an input as it is read.

use std::sync::OnceLock;

use super::format::{ByteOrderMark, Format};

/// What is known of an input. The thread that reads it writes this, others see it once it is there.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    format: OnceLock<Format>,
    mark: OnceLock<ByteOrderMark>,
}

impl Findings {
    /// Those of an input whose format may be known from the start.
    pub(super) fn new(format: Option<Format>) -> Self {
        let format = format.map_or_else(OnceLock::new, OnceLock::from);
        Self { format, mark: OnceLock::new() }
    }

    pub(super) fn format(&self) -> Option<Format> {
        self.format.get().copied()
    }

    /// The mark that the plain text begins with, if it has one and was read.
    pub(super) fn mark(&self) -> Option<ByteOrderMark> {
        self.mark.get().copied()
    }

    /// Takes note of the format. It cannot change: that it is noted again changes nothing.
    pub(super) fn note_format(&self, format: Format) {
        let _ = self.format.set(format);
    }

    /// Takes note of a mark, if there is one.
    pub(super) fn note_mark(&self, mark: Option<ByteOrderMark>) {
        if let Some(mark) = mark {
            let _ = self.mark.set(mark);
        }
    }
}
