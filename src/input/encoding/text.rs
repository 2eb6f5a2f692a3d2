//! The reader of a text as UTF-8.

use std::io::{self, Read};
use std::sync::Arc;

use super::Decoding;
use super::utf16::Utf16;
use crate::input::format::{ByteOrderMark, Detection};
use crate::input::poll_read::PollRead;
use crate::input::properties::Properties;

/// Reads the text that is in `input`, in the encoding that its properties tell, as UTF-8.
pub(in crate::input) struct Text<R> {
    input: R,
    properties: Arc<Properties>,
    /// The first bytes, if they were looked at. Those from `returned` on are part of the text.
    head: Vec<u8>,
    returned: usize,
    state: State,
}

enum State {
    /// The first bytes are being read.
    Start,
    /// The text is what `head` and `input` have.
    Through,
    Utf16(Box<Utf16>),
}

impl<R: PollRead> Text<R> {
    /// Returns a reader of the text that `input` has from its first byte on.
    pub(in crate::input) fn new(input: R, properties: Arc<Properties>) -> Self {
        Self { input, properties, head: Vec::new(), returned: 0, state: State::Start }
    }

    /// Reads the first bytes as far as that is needed to know how the rest is decoded.
    fn start(&mut self) -> io::Result<State> {
        let decoding = match self.properties.decoding() {
            Some(decoding) => decoding,
            None => {
                let mark = self.look_for_mark()?;
                self.properties.encoding().decoding(mark)?
            }
        };
        match decoding {
            Decoding::After(mark_len) => {
                while self.head.len() < mark_len && self.read_head(mark_len)? > 0 {}
                self.returned = mark_len.min(self.head.len());
                Ok(State::Through)
            }
            Decoding::Utf16(encoding) => {
                self.returned = self.head.len();
                Ok(State::Utf16(Box::new(Utf16::new(encoding, &self.head)?)))
            }
        }
    }

    /// Reads until it is known which mark the text begins with.
    fn look_for_mark(&mut self) -> io::Result<Option<ByteOrderMark>> {
        loop {
            if let Some(detection) = Detection::of_plain(&self.head) {
                return Ok(detection.mark);
            }
            if self.read_head(ByteOrderMark::MAX_LEN)? == 0 {
                return Ok(ByteOrderMark::of_all(&self.head));
            }
        }
    }

    /// Reads up to `len` first bytes, and returns how many were read now.
    fn read_head(&mut self, len: usize) -> io::Result<usize> {
        let mut more = [0; ByteOrderMark::MAX_LEN];
        let read = self.input.read(&mut more[self.head.len()..len])?;
        self.head.extend_from_slice(&more[self.head.len()..][..read]);
        Ok(read)
    }
}

impl<R: PollRead> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Start = self.state {
            self.state = self.start()?;
        }
        if let State::Utf16(decoder) = &mut self.state {
            let read = decoder.read(&mut self.input, buffer)?;
            if decoder.is_ill_formed() {
                self.properties.set_ill_formed();
            }
            return Ok(read);
        }
        let mut ahead = &self.head[self.returned..];
        if ahead.is_empty() {
            return self.input.read(buffer);
        }
        let read = ahead.read(buffer)?;
        self.returned += read;
        Ok(read)
    }
}

impl<R: PollRead> PollRead for Text<R> {
    fn would_block(&self) -> bool {
        let has_ahead = match &self.state {
            State::Start => false,
            State::Through => self.returned < self.head.len(),
            State::Utf16(decoder) => decoder.has_ahead(),
        };
        !has_ahead && self.input.would_block()
    }
}

/// Returns the text that `reader` has in `encoding`, read `size` bytes at a time, and whether it is
/// well-formed.
#[cfg(any(test, fuzzing))]
pub(crate) fn text_of(
    reader: impl Read,
    encoding: super::Encoding,
    size: usize,
) -> io::Result<(Vec<u8>, bool)> {
    let properties = Arc::new(Properties::new(None, encoding));
    let input = crate::input::poll_read::Polled { reader, would_block: false };
    let mut text = Text::new(input, Arc::clone(&properties));
    let (mut all, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        match text.read(&mut buffer) {
            Ok(0) => return Ok((all, !properties.is_ill_formed())),
            Ok(read) => all.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
