//! The shape rules: runs of letters and digits become `Y`, enclosures `X`.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;
mod brackets;
mod kernel;
mod levels;
mod masks;
pub(super) mod portable;
mod level_group;
pub(super) mod scalar;
#[cfg(test)]
mod tests;

pub(super) use level_group::MAX_INPUT;
pub(crate) use levels::LevelStorage;

/// The closer that a level opened by `byte` waits for, if `byte` is an opener.
const fn closer_of(byte: u8) -> Option<u8> {
    match byte {
        b'[' => Some(b']'),
        b'{' => Some(b'}'),
        b'<' => Some(b'>'),
        b'(' => Some(b')'),
        b'"' | b'\'' => Some(byte),
        _ => None,
    }
}
