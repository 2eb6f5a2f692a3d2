//! The grammar of escape sequences, ECMA-48 as terminals read it.
//!
//! | sequence | begins with | goes on with |
//! |---|---|---|
//! | control sequence, CSI | ESC `[` | bytes 20 to 3F, and one of 40 to 7E |
//! | command of the system, OSC | ESC `]` | all up to BEL or ST |
//! | other strings | ESC `P`, `X`, `^` or `_` | all up to ST |
//! | designation, as `ESC ( B` | ESC and a byte 20 to 2F | bytes 20 to 2F, and one of 30 to 7E |
//! | two bytes, as `ESC 7` | ESC and another byte 30 to 7E | |
//! | ESC alone | ESC | |
//!
//! ST is ESC `\`. A byte that does not belong to a sequence ends it: that is the last row if it comes
//! right after ESC. So does another ESC in a string; CAN and SUB cancel a string, and are part of it.
//!
//! CSI, OSC and ST also have forms of a single byte: 9B, 9D and 9C. These bytes occur in characters
//! of UTF-8 as well, and count only where they do not. Other single-byte forms are not looked for:
//! no log has them, and in code pages of Windows they are quotes, dashes and letters.

/// ESCAPE.
pub(super) const ESC: u8 = 0x1b;
/// CONTROL SEQUENCE INTRODUCER, as one byte.
pub(super) const CSI: u8 = 0x9b;
/// OPERATING SYSTEM COMMAND, as one byte.
pub(super) const OSC: u8 = 0x9d;
/// STRING TERMINATOR, as one byte.
const ST: u8 = 0x9c;
const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;

/// Returns the end of the sequence that `text` has at `start`, where ESC is, or [`CSI`] or [`OSC`].
/// Returns `None` if that byte is part of a character.
#[inline]
pub(super) fn end_of_sequence(text: &[u8], start: usize) -> Option<usize> {
    let (introducer, next) = (text[start], start + 1);
    if introducer == ESC {
        return Some(match text.get(next) {
            Some(b'[') => end_of_control(text, next + 1),
            Some(b']') => end_of_string(text, next + 1, Some(BEL)),
            Some(b'P' | b'X' | b'^' | b'_') => end_of_string(text, next + 1, None),
            Some(0x20..=0x2f) => {
                let last = skip(text, next + 1, |byte| matches!(byte, 0x20..=0x2f));
                skip_one(text, last, |byte| matches!(byte, 0x30..=0x7e))
            }
            _ => skip_one(text, next, |byte| matches!(byte, 0x30..=0x7e)),
        });
    }
    if is_in_character(text, start) {
        return None;
    }
    Some(match introducer {
        CSI => end_of_control(text, next),
        _ => end_of_string(text, next, Some(BEL)),
    })
}

/// Returns the end of a control sequence whose parameters begin at `position`. Parameters and
/// intermediate bytes in a wrong order still belong to it: terminals ignore all of it.
#[inline]
fn end_of_control(text: &[u8], position: usize) -> usize {
    let last = skip(text, position, |byte| matches!(byte, 0x20..=0x3f));
    skip_one(text, last, |byte| matches!(byte, 0x40..=0x7e))
}

/// Returns the end of a string whose content begins at `position`. It may also end with `bell`.
fn end_of_string(text: &[u8], position: usize, bell: Option<u8>) -> usize {
    let mut position = position;
    while let Some(&byte) = text.get(position) {
        match byte {
            b'\n' => break,
            // The other byte of ST, or else a sequence of its own.
            ESC if text.get(position + 1) == Some(&b'\\') => return position + 2,
            ESC => break,
            CAN | SUB => return position + 1,
            ST if !is_in_character(text, position) => return position + 1,
            _ if Some(byte) == bell => return position + 1,
            _ => position += 1,
        }
    }
    position
}

/// Returns the position of the first byte from `position` on that does not belong.
#[inline]
fn skip(text: &[u8], position: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let rest = &text[position..];
    position + rest.iter().position(|&byte| !belongs(byte)).unwrap_or(rest.len())
}

/// Returns the position after the byte at `position` if there is one that belongs, or else
/// `position`.
#[inline]
fn skip_one(text: &[u8], position: usize, belongs: impl Fn(u8) -> bool) -> usize {
    position + usize::from(text.get(position).is_some_and(|&byte| belongs(byte)))
}

/// Returns whether the byte at `position`, which is 80 to BF, is part of a well-formed character of
/// UTF-8.
#[inline]
fn is_in_character(text: &[u8], position: usize) -> bool {
    // A character has at most four bytes, and no byte of it but the first can begin one.
    let starts = position.saturating_sub(3)..position;
    let Some(start) = starts.rev().find(|&start| text[start] & 0xc0 != 0x80) else { return false };
    let len = match text[start] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return false,
    };
    let character = text.get(start..start + len);
    position < start + len && character.is_some_and(|it| str::from_utf8(it).is_ok())
}
