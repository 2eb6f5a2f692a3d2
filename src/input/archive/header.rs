//! The header of an entry: one block of 512 bytes.
//!
//! The formats of tar differ in what they put into the free parts of a header. v7 is the first one;
//! ustar, which POSIX and PAX go by, adds a prefix for long names; GNU puts other fields in its place.

use std::ops::Range;

use crate::input::format::{TAR_BLOCK, has_tar_checksum};

const NAME: Range<usize> = 0..100;
const SIZE: Range<usize> = 124..136;
const TYPE: usize = 156;
const MAGIC: Range<usize> = 257..263;
/// The directory of the name, in ustar headers.
const PREFIX: Range<usize> = 345..500;
/// Whether the map of a GNU sparse file goes on in a block after the header.
const IS_MAP_CONTINUED: usize = 482;

/// A header whose checksum is right.
pub(super) struct Header([u8; TAR_BLOCK]);

/// The type of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryType {
    Regular,
    HardLink,
    SymbolicLink,
    Device,
    Fifo,
    /// A sparse file in the format of GNU.
    Sparse,
    /// The rest of a file that began in another archive.
    Continued,
    /// A directory, the name of the archive, or something else that has no bytes of a file.
    NoFile,
    /// The name of the next entry.
    LongName,
    /// The target of the link that is the next entry.
    LongLink,
    /// Attributes of the next entry.
    Attributes,
    /// Attributes of all entries that follow.
    GlobalAttributes,
    Unknown(u8),
}

impl EntryType {
    /// Returns whether an entry of this type is about the next one.
    pub(super) fn is_about_next(self) -> bool {
        matches!(self, Self::Attributes | Self::LongName | Self::LongLink)
    }

    /// Returns whether an entry of this type has a path and no bytes.
    pub(super) fn is_link(self) -> bool {
        matches!(self, Self::HardLink | Self::SymbolicLink | Self::Device | Self::Fifo)
    }
}

impl Header {
    /// Returns the header in `block`, or `None` if its checksum is wrong.
    pub(super) fn new(block: [u8; TAR_BLOCK]) -> Option<Self> {
        has_tar_checksum(&block).then_some(Self(block))
    }

    pub(super) fn entry_type(&self) -> EntryType {
        match self.0[TYPE] {
            b'0' | 0 | b'7' => EntryType::Regular,
            b'1' => EntryType::HardLink,
            b'2' => EntryType::SymbolicLink,
            b'3' | b'4' => EntryType::Device,
            b'6' => EntryType::Fifo,
            b'S' => EntryType::Sparse,
            b'M' => EntryType::Continued,
            b'5' | b'D' | b'V' => EntryType::NoFile,
            b'L' => EntryType::LongName,
            b'K' => EntryType::LongLink,
            b'x' | b'X' => EntryType::Attributes,
            b'g' => EntryType::GlobalAttributes,
            other => EntryType::Unknown(other),
        }
    }

    /// Returns the number of bytes after the header that belong to the entry, or `None` if the size is
    /// no number.
    pub(super) fn size(&self) -> Option<u64> {
        if self.has_content() { number(&self.0[SIZE]) } else { Some(0) }
    }

    /// Returns whether the size is that of bytes after the header. For links and directories, some
    /// programs note the size of what is not in the archive.
    pub(super) fn has_content(&self) -> bool {
        !matches!(self.0[TYPE], b'1'..=b'6')
    }

    /// Returns the name, with the prefix of ustar.
    pub(super) fn path(&self) -> Vec<u8> {
        let prefix = if &self.0[MAGIC] == b"ustar\0" { text(&self.0[PREFIX]) } else { b"" };
        let slash: &[u8] = if prefix.is_empty() { b"" } else { b"/" };
        [prefix, slash, text(&self.0[NAME])].concat()
    }

    /// Returns whether a block with more of the map of a sparse file follows.
    pub(super) fn is_map_continued(&self) -> bool {
        self.0[IS_MAP_CONTINUED] != 0
    }
}

/// Returns the bytes of `field` before the first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Returns the number in `field`: octal digits, or a binary number if the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        // The second bit is the sign.
        let start = (first & 0x40 == 0).then_some(u64::from(first & 0x3f));
        let append = |number: u64, &byte: &u8| Some(number.checked_mul(256)? | u64::from(byte));
        return start.and_then(|start| rest.iter().try_fold(start, append));
    }
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| !is_blank(byte)).unwrap_or(field.len());
    let field = &field[start..];
    let end = field.iter().position(is_blank).unwrap_or(field.len());
    let (digits, rest) = field.split_at(end);
    let is_number =
        digits.iter().all(|byte| matches!(byte, b'0'..=b'7')) && rest.iter().all(is_blank);
    // There are twelve digits at most.
    is_number.then(|| digits.iter().fold(0, |number, digit| number * 8 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        for (field, expected) in [
            (&b"00000000014\0"[..], Some(12)),
            (b"     000014 ", Some(12)),
            (b"14\0\0\0\0\0\0\0\0\0\0", Some(12)),
            (b"777777777777", Some((1 << 36) - 1)),
            (&[0; 12], Some(0)),
            (b"\x80\0\0\0\0\0\0\0\0\0\x01\x02", Some(258)),
            (b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", Some(u64::MAX)),
            (b"\x80\0\0\x01\0\0\0\0\0\0\0\0", None),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", None),
            (b"00000000018\0", None),
            (b"14\x0014\0\0\0\0\0\0\0", None),
            (b"-1\0\0\0\0\0\0\0\0\0\0", None),
        ] {
            assert_eq!(number(field), expected, "{}", field.escape_ascii());
        }
    }
}
