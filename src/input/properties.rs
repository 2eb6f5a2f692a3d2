//! The properties of an input that are known only once it is read.

use std::sync::OnceLock;

use super::format::{ByteOrderMark, Format};

/// The format and the byte-order mark of an input. The thread that reads the input sets them; other
/// threads see them from then on.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    format: OnceLock<Format>,
    mark: OnceLock<Option<ByteOrderMark>>,
}

impl Properties {
    /// Returns the properties of an input of which at most the format is known yet.
    pub(super) fn new(format: Option<Format>) -> Self {
        let format = format.map_or_else(OnceLock::new, OnceLock::from);
        Self { format, mark: OnceLock::new() }
    }

    /// Returns the format, if it is known yet.
    pub(super) fn format(&self) -> Option<Format> {
        self.format.get().copied()
    }

    /// Returns the mark that the plain text begins with, if it was read and has one.
    pub(super) fn mark(&self) -> Option<ByteOrderMark> {
        self.mark.get().copied().flatten()
    }

    /// Sets the format. It cannot change: to set it again has no effect.
    pub(super) fn set_format(&self, format: Format) {
        let _ = self.format.set(format);
    }

    /// Sets the mark, or that there is none. It cannot change: to set it again has no effect.
    pub(super) fn set_mark(&self, mark: Option<ByteOrderMark>) {
        let _ = self.mark.set(mark);
    }
}
