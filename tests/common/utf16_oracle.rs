//! An oracle for UTF-16, by the decoder of the standard library.

/// Returns the text of `bytes` in UTF-8, without a byte-order mark, and whether all of it is
/// well-formed. `unit` makes a code unit of two bytes.
pub fn decode(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (Vec<u8>, bool) {
    let (pairs, odd) = bytes.as_chunks();
    let units: Vec<_> = pairs.iter().map(|&pair| unit(pair)).collect();
    let units = units.strip_prefix(&[0xfeff]).unwrap_or(&units);
    let decoded = char::decode_utf16(units.iter().copied()).map(|it| it.map_err(drop));
    let ends_within = units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit));
    // A byte after half a pair ends the text within the same character.
    let last = (!odd.is_empty() && !ends_within).then_some(Err(()));
    let mut is_well_formed = true;
    let mut text = String::new();
    for character in decoded.chain(last) {
        is_well_formed &= character.is_ok();
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    (text.into_bytes(), is_well_formed)
}
