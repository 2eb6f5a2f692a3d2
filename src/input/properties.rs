//! The properties of an input, most of which are known only once it is read.

use std::sync::OnceLock;

use super::encoding::{Decoding, Encoding};
use super::format::Format;

/// The format and the encoding of an input. The thread that reads the input sets what was not known
/// before; other threads see it from then on.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    format: OnceLock<Format>,
    encoding: Encoding,
    decoding: OnceLock<Decoding>,
    is_ill_formed: OnceLock<()>,
}

impl Properties {
    /// Returns the properties of an input that is in `encoding`, and of which at most the format is
    /// known yet.
    pub(super) fn new(format: Option<Format>, encoding: Encoding) -> Self {
        let format = format.map_or_else(OnceLock::new, OnceLock::from);
        let decoding = encoding.decoding_of_all().map_or_else(OnceLock::new, OnceLock::from);
        Self { format, encoding, decoding, is_ill_formed: OnceLock::new() }
    }

    /// Returns the format, if it is known yet.
    pub(super) fn format(&self) -> Option<Format> {
        self.format.get().copied()
    }

    /// Returns the encoding that was asked for.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns how the text is decoded, if it is known yet.
    pub(super) fn decoding(&self) -> Option<Decoding> {
        self.decoding.get().copied()
    }

    /// Returns whether part of the text that was read was not well-formed.
    pub(super) fn is_ill_formed(&self) -> bool {
        self.is_ill_formed.get().is_some()
    }

    /// Sets the format. It cannot change: to set it again has no effect.
    pub(super) fn set_format(&self, format: Format) {
        let _ = self.format.set(format);
    }

    /// Sets how the text is decoded.
    pub(super) fn set_decoding(&self, decoding: Decoding) {
        let _ = self.decoding.set(decoding);
    }

    /// Notes that part of the text is not well-formed.
    pub(super) fn set_ill_formed(&self) {
        let _ = self.is_ill_formed.set(());
    }
}
