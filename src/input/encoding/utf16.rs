//! UTF-16, decoded piece by piece.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

use crate::input::block::zeros;

/// Bytes decoded at once. They and their text fit in the second level of a CPU's caches.
const PIECE: usize = 64 << 10;

/// A decoder of UTF-16. Units that are not well-formed become U+FFFD, one each; so does a last byte
/// without a second one. A byte-order mark at the start is taken out.
pub(super) struct Utf16 {
    decoder: Decoder,
    /// The bytes from `position` to `filled` are not decoded yet.
    bytes: Vec<u8>,
    position: usize,
    filled: usize,
    /// The bytes from `returned` to `decoded` were not returned yet.
    text: Vec<u8>,
    returned: usize,
    decoded: usize,
    is_input_at_end: bool,
    is_at_end: bool,
    is_ill_formed: bool,
}

impl Utf16 {
    /// Returns a decoder of a text in `encoding` that begins with `head`.
    pub(super) fn new(encoding: &'static Encoding, head: &[u8]) -> io::Result<Self> {
        let mut bytes = zeros(PIECE.max(head.len()))?;
        bytes[..head.len()].copy_from_slice(head);
        Ok(Self {
            decoder: encoding.new_decoder_with_bom_removal(),
            bytes,
            position: 0,
            filled: head.len(),
            text: zeros(PIECE)?,
            returned: 0,
            decoded: 0,
            is_input_at_end: false,
            is_at_end: false,
            is_ill_formed: false,
        })
    }

    /// Reads text. The bytes are read from `input`.
    pub(super) fn read(&mut self, input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        while self.returned == self.decoded && !self.is_at_end {
            if self.position == self.filled && !self.is_input_at_end {
                (self.position, self.filled) = (0, 0);
                self.filled = input.read(&mut self.bytes)?;
                self.is_input_at_end = self.filled == 0;
            }
            self.decode();
        }
        let read = (&self.text[self.returned..self.decoded]).read(buffer)?;
        self.returned += read;
        Ok(read)
    }

    /// Replaces the text, all of which was returned, by the next.
    fn decode(&mut self) {
        let bytes = &self.bytes[self.position..self.filled];
        let is_last = self.is_input_at_end;
        let (result, read, written, had_errors) =
            self.decoder.decode_to_utf8(bytes, &mut self.text, is_last);
        self.position += read;
        (self.returned, self.decoded) = (0, written);
        self.is_ill_formed |= had_errors;
        self.is_at_end = is_last && result == CoderResult::InputEmpty;
    }

    /// Returns whether more text can be returned without reading bytes.
    pub(super) fn has_ahead(&self) -> bool {
        self.returned < self.decoded || self.position < self.filled
    }

    /// Returns whether what was decoded so far was not all well-formed.
    pub(super) fn is_ill_formed(&self) -> bool {
        self.is_ill_formed
    }
}
