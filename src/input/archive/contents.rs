//! The bytes of an archive, read once from front to back: headers, and what is in the entries.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::mem;

use super::attributes::{Attributes, skip};
use super::entry::{Entry, Path, damaged};
use super::header::{EntryType, Header};
use crate::input::decode::Decoder;
use crate::input::format::TAR_BLOCK;
use crate::input::poll_read::PollRead;
use crate::input::reader::Blocking;

/// Small entries are read out of a buffer of this size, together with their headers.
const BUFFER_SIZE: usize = 128 << 10;

/// An archive that is being read.
pub(super) struct Contents {
    input: BufReader<Blocking<Decoder>>,
    /// The number of the current entry.
    number: u64,
    /// The bytes of the current entry that were not yet read.
    remaining: u64,
    /// The zeros after the current entry.
    padding: u64,
    /// Attributes of all entries that follow.
    global: Attributes,
    /// Whether the mark of the end was read, a block of zeros. Another archive may follow.
    is_ended: bool,
    /// The error that a reader of an entry met, until it is reported for the archive too.
    failure: Option<io::Error>,
}

impl Contents {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self {
            input: BufReader::with_capacity(BUFFER_SIZE, Blocking(decoder)),
            number: 0,
            remaining: 0,
            padding: 0,
            global: Attributes::default(),
            is_ended: false,
            failure: None,
        }
    }

    /// Returns the number of the current entry.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Returns how many bytes of the current entry were not yet read.
    pub(super) fn remaining(&self) -> u64 {
        self.remaining
    }

    /// Returns whether the next read would wait for the program that writes the archive.
    pub(super) fn would_block(&self) -> bool {
        self.remaining > 0 && self.input.buffer().is_empty() && self.input.get_ref().0.would_block()
    }

    /// Reads from the current entry. Keeps an error for [`Contents::next_entry`].
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.content().read(buffer);
        let result = match result {
            Ok(0) if self.remaining > 0 && !buffer.is_empty() => Err(unexpected_end()),
            result => result,
        };
        match &result {
            Ok(read) => self.remaining -= *read as u64,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => self.failure = Some(copy_of(error)),
        }
        result
    }

    /// Returns a reader of what remains of the current entry. The caller counts what it reads.
    fn content(&mut self) -> io::Take<&mut BufReader<Blocking<Decoder>>> {
        (&mut self.input).take(self.remaining)
    }

    /// Goes on to the next entry that may be a log. Returns `None` at the end of the archive.
    ///
    /// # Errors
    ///
    /// The archive is damaged, or cannot be read. Nothing more can be read from it then.
    pub(super) fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.number += 1;
        let (mut attributes, mut long_name) = (Attributes::default(), None);
        let mut is_announced = false;
        while let Some(header) = self.next_header()? {
            self.start_content(header.size().ok_or_else(|| damaged("a size is no number"))?);
            let entry_type = header.entry_type();
            is_announced = entry_type.is_about_next();
            match entry_type {
                EntryType::Attributes => self.with_content(|it| attributes.read(it))?,
                EntryType::GlobalAttributes => {
                    let mut global = mem::take(&mut self.global);
                    self.with_content(|it| global.read(it))?;
                    self.global = global;
                }
                EntryType::LongName => long_name = self.with_content(|it| Path::read(it))?,
                EntryType::LongLink => {}
                _ => {
                    let attributes = mem::take(&mut attributes).or(&self.global);
                    if let Some(entry) = self.entry(&header, long_name.take(), attributes)? {
                        return Ok(Some(entry));
                    }
                }
            }
        }
        if is_announced { Err(damaged("it ends where an entry should follow")) } else { Ok(None) }
    }

    /// Returns the entry that `header` and what came before it describe, or `None` if it is no file.
    fn entry(
        &mut self,
        header: &Header,
        long_name: Option<Path>,
        mut attributes: Attributes,
    ) -> io::Result<Option<Entry>> {
        let mut entry_type = header.entry_type();
        if entry_type == EntryType::Sparse && header.is_map_continued() {
            self.skip_map()?;
        }
        if let Some(size) = attributes.size.filter(|_| header.has_content()) {
            self.start_content(size);
        }
        let path = match attributes.sparse() {
            Some(path) => {
                entry_type = EntryType::Sparse;
                path
            }
            None => attributes.path,
        };
        let long_name = || long_name.map(Path::without_nul);
        let path = path.or_else(long_name).unwrap_or_else(|| Path::new(header.path()));
        // In the oldest archives, a directory is told by the slash alone. The name in the header may be
        // cut after one, so the whole path counts.
        let is_old_directory =
            entry_type == EntryType::Regular && self.remaining == 0 && path.ends_with_slash();
        if entry_type == EntryType::NoFile || is_old_directory {
            return Ok(None);
        }
        let refusal = refusal(entry_type, &path);
        let (size, is_link) = (self.remaining, entry_type.is_link());
        Ok(Some(Entry { path, size, is_link, refusal }))
    }

    /// Starts to read the content of an entry, `size` bytes.
    fn start_content(&mut self, size: u64) {
        self.remaining = size;
        self.padding = size.wrapping_neg() % TAR_BLOCK as u64;
    }

    /// Calls `read` with all of the content of an entry, and skips what it leaves.
    fn with_content<T>(
        &mut self,
        read: impl FnOnce(&mut io::Take<&mut BufReader<Blocking<Decoder>>>) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut content = self.content();
        let result = read(&mut content);
        self.remaining = content.limit();
        result.map_err(|error| match error.kind() {
            // The records end where the entry ends, or the archive does.
            ErrorKind::UnexpectedEof if self.remaining == 0 => damaged("a record is cut short"),
            _ => explain_end(error),
        })
    }

    /// Skips the blocks with the rest of the map of a sparse file.
    fn skip_map(&mut self) -> io::Result<()> {
        const IS_CONTINUED: usize = 504;
        let mut block = [0; TAR_BLOCK];
        loop {
            if self.fill(&mut block)? < TAR_BLOCK {
                return Err(unexpected_end());
            }
            if block[IS_CONTINUED] == 0 {
                return Ok(());
            }
        }
    }

    /// Skips the rest of the current entry and reads the next header. Returns `None` at the end of
    /// the archive.
    fn next_header(&mut self) -> io::Result<Option<Header>> {
        for len in [mem::take(&mut self.remaining), mem::take(&mut self.padding)] {
            skip(&mut (&mut self.input).take(len)).map_err(explain_end)?;
        }
        let mut block = [0; TAR_BLOCK];
        loop {
            let len = self.fill(&mut block)?;
            let is_zero = block[..len].iter().all(|&byte| byte == 0);
            match len {
                TAR_BLOCK if is_zero => self.is_ended = true,
                TAR_BLOCK => break,
                _ if self.is_ended && is_zero => return Ok(None),
                _ if self.is_ended => return Err(damaged("other bytes follow its end")),
                _ => return Err(unexpected_end()),
            }
        }
        let bad_checksum = if self.is_ended {
            "other bytes follow its end"
        } else {
            "a header has a wrong checksum"
        };
        self.is_ended = false;
        Header::new(block).map(Some).ok_or_else(|| damaged(bad_checksum))
    }

    /// Reads bytes into `block` until it is full, and returns how many there are: fewer only at the
    /// end of the input.
    fn fill(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < block.len() {
            let mut ahead = self.input.fill_buf()?;
            let read = ahead.read(&mut block[filled..])?;
            if read == 0 {
                break;
            }
            self.input.consume(read);
            filled += read;
        }
        Ok(filled)
    }
}

/// Returns the reason why an entry is no log that can be read, if it is none.
fn refusal(entry_type: EntryType, path: &Path) -> Option<String> {
    if path.is_too_long() {
        return Some("File name too long".into());
    }
    let what = match entry_type {
        EntryType::HardLink => "a hard link to another file",
        EntryType::SymbolicLink => "a symbolic link",
        EntryType::Device => "a device",
        EntryType::Fifo => "a FIFO",
        EntryType::Sparse => "a sparse file",
        EntryType::Continued => "the rest of a file that began in another archive",
        EntryType::Unknown(other) => {
            return Some(format!("an entry of the unknown type {}", u32::from(other)));
        }
        _ => return None,
    };
    Some(format!("{what}, which is not read from an archive"))
}

/// Returns an error like `error`, which cannot be cloned.
fn copy_of(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

fn explain_end(error: io::Error) -> io::Error {
    // Decoders say more than that the input ended.
    let is_bare = error.kind() == ErrorKind::UnexpectedEof && error.get_ref().is_none();
    if is_bare { unexpected_end() } else { error }
}

fn unexpected_end() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "unexpected end of the tar archive")
}
