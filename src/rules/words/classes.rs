//! The classes of bytes for the word rules, as tables.
//!
//! Each class is a bit, and becomes a mask. To have few masks, [`HEX`](class::HEX) and
//! [`SPACE`](class::SPACE) have a meaning of their own for separators. The mask arithmetic finds
//! out with [`SMALL`](class::SMALL) which separator it is:
//!
//! | byte | `SMALL` | `HEX` | `SPACE` |
//! |---|---|---|---|
//! | `:` | 1 | 1 | 1 |
//! | space | 1 | 0 | 1 |
//! | newline | 0 | 1 | 1 |
//! | TAB, `\r`, and control bytes that are taken for them | 0 | 1 | 0 |
//! | others | any other combination |||
//!
//! TABs and `\r` are rare, and searched in the bytes of a window that may have some.

/// Bits of a class. Other bytes of tokens have none.
pub(super) mod class {
    /// A separator, or a colon.
    pub(crate) const BREAK: u8 = 1 << 0;
    pub(crate) const DIGIT: u8 = 1 << 1;
    /// A bit that small letters have and capital letters lack.
    pub(crate) const SMALL: u8 = 1 << 2;
    /// A letter that is a hexadecimal digit. A kernel may give it to a few more bytes of tokens.
    pub(crate) const HEX: u8 = 1 << 3;
    /// A kernel may give it to any byte of tokens.
    pub(crate) const SPACE: u8 = 1 << 4;
}

/// The class of each byte.
pub(super) static CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class_of(byte as u8);
        byte += 1;
    }
    table
};

const fn class_of(byte: u8) -> u8 {
    use class::*;
    let class = match byte {
        b'\n' => BREAK | HEX | SPACE,
        b'\r' | b'\t' => BREAK | HEX,
        b' ' => BREAK | SPACE,
        0..=0x20 | 0x7f => BREAK,
        b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'(' | b')' => BREAK,
        b'"' | b'\'' | b'`' | b',' | b';' | b'=' | b'|' => BREAK,
        b':' => BREAK | HEX | SPACE,
        b'0'..=b'9' => DIGIT,
        b'a'..=b'f' | b'A'..=b'F' => HEX,
        _ => 0,
    };
    if byte & 0x20 == 0 { class } else { class | SMALL }
}

/// Returns whether `byte` is a separator or a colon.
pub(crate) fn is_break(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & class::BREAK != 0
}
