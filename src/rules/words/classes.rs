//! The classes of bytes for the word rules, as tables.

/// Bits of a class. Other bytes of tokens have none.
pub(super) mod class {
    /// A separator, or a colon.
    pub(crate) const BREAK: u8 = 1 << 0;
    pub(crate) const DIGIT: u8 = 1 << 1;
    pub(crate) const COLON: u8 = 1 << 2;
    /// Space and TAB.
    pub(crate) const BLANK: u8 = 1 << 3;
    /// A bit that small letters have and capital letters lack.
    pub(crate) const SMALL: u8 = 1 << 4;
    /// A letter that is a hexadecimal digit.
    pub(crate) const HEX: u8 = 1 << 5;
    pub(crate) const NEWLINE: u8 = 1 << 6;
    pub(crate) const RETURN: u8 = 1 << 7;
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
        b'\n' => BREAK | NEWLINE,
        b'\r' => BREAK | RETURN,
        b' ' | b'\t' => BREAK | BLANK,
        0..=0x20 | 0x7f => BREAK,
        b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'(' | b')' => BREAK,
        b'"' | b'\'' | b'`' | b',' | b';' | b'=' | b'|' => BREAK,
        b':' => BREAK | COLON,
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
