//! An oracle for the escape sequences that are taken out of lines: a machine of states that looks at
//! each byte, as those of terminals do, and begins anew on each line.

#[derive(Clone, Copy)]
enum State {
    Text,
    Escape,
    Control,
    Designation,
    /// In a string, which BEL may end.
    String {
        bell: bool,
    },
    StringEscape,
}

/// Returns `text` without escape sequences.
pub fn strip(text: &[u8]) -> Vec<u8> {
    let mut stripped = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let mut state = State::Text;
        for (byte, is_in_character) in bytes_of(line) {
            state = step(state, byte, is_in_character, &mut stripped);
        }
    }
    stripped
}

/// Returns the bytes of `line`, and whether each is part of a character of several bytes.
fn bytes_of(line: &[u8]) -> Vec<(u8, bool)> {
    let mut bytes = Vec::new();
    for chunk in line.utf8_chunks() {
        bytes.extend(chunk.valid().bytes().map(|byte| (byte, byte >= 0x80)));
        bytes.extend(chunk.invalid().iter().map(|&byte| (byte, false)));
    }
    bytes
}

/// Returns the state after `byte`, which is appended to `stripped` if it is text.
fn step(state: State, byte: u8, is_in_character: bool, stripped: &mut Vec<u8>) -> State {
    let again = |state, stripped| step(state, byte, is_in_character, stripped);
    match (state, byte) {
        (State::Text, 0x1b) => State::Escape,
        (State::Text, 0x9b) if !is_in_character => State::Control,
        (State::Text, 0x9d) if !is_in_character => State::String { bell: true },
        (State::Text, _) => {
            stripped.push(byte);
            State::Text
        }
        (State::Escape, b'[') => State::Control,
        (State::Escape, b']') => State::String { bell: true },
        (State::Escape, b'P' | b'X' | b'^' | b'_') => State::String { bell: false },
        (State::Escape | State::Designation, 0x20..=0x2f) => State::Designation,
        (State::Escape | State::Designation, 0x30..=0x7e) => State::Text,
        (State::Control, 0x20..=0x3f) => State::Control,
        (State::Control, 0x40..=0x7e) => State::Text,
        (State::String { bell: true }, 0x07) => State::Text,
        (State::String { .. }, 0x18 | 0x1a) => State::Text,
        (State::String { .. }, 0x9c) if !is_in_character => State::Text,
        (State::String { .. }, 0x1b) => State::StringEscape,
        (State::String { .. }, b'\n') => again(State::Text, stripped),
        (State::String { bell }, _) => State::String { bell },
        (State::StringEscape, b'\\') => State::Text,
        (State::StringEscape, _) => again(State::Escape, stripped),
        (State::Escape | State::Control | State::Designation, _) => again(State::Text, stripped),
    }
}
