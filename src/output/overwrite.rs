//! Which existing files an output may replace.
//!
//! A slip of the shell makes a log out of OUTPUT: `lognorm-mmap logs/*.gz` where the pattern
//! matches exactly two names. A file that holds what the output will hold is an output of an
//! earlier run. Anything else may be the only copy of something.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::error::{Error, Reason, Result};
use crate::input::{Format, Source, SourceOptions};
use crate::rules::{Normalizer, SLACK, max_output_len};

/// Which regular files that exist an output may replace. Devices, FIFOs and standard streams are
/// written to, which replaces nothing.
#[derive(Clone, Copy, Debug)]
pub enum Replace {
    /// All.
    Anything,
    /// Those that are empty or hold this.
    Only(Content),
    /// None, not even one that appears during the run.
    Nothing,
}

/// Files that hold patterns, which is what a run writes.
impl Default for Replace {
    fn default() -> Self {
        Self::Only(Content::PATTERNS)
    }
}

/// What a file holds, as far as its beginning tells.
#[derive(Clone, Copy)]
pub struct Content {
    name: &'static str,
    holds: fn(&Head) -> io::Result<bool>,
}

/// The beginning of a file, decompressed if the file is compressed.
#[derive(Clone, Debug)]
pub struct Head {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// Whether they are all that the file holds.
    pub is_all: bool,
}

impl Head {
    /// The most bytes that are looked at.
    pub const MAX_LEN: usize = 64 << 10;

    /// Reads the beginning of `text`.
    fn read(text: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(Self::MAX_LEN + 1)?;
        text.take(Self::MAX_LEN as u64 + 1).read_to_end(&mut bytes)?;
        let is_all = bytes.len() <= Self::MAX_LEN;
        bytes.truncate(Self::MAX_LEN);
        Ok(Self { bytes, is_all })
    }
}

impl Content {
    /// One pattern on each line.
    pub const PATTERNS: Self = Self::new("patterns", holds_patterns);

    /// A content that is called `name` in messages, and for which `holds` returns whether a file
    /// that is not empty holds it.
    pub const fn new(name: &'static str, holds: fn(&Head) -> io::Result<bool>) -> Self {
        Self { name, holds }
    }

    /// Whether this is in `file`, which is called `path` and is in `format`, or else in the one
    /// that its first bytes tell.
    fn is_in(self, file: File, path: &Path, format: Option<Format>) -> Result<bool> {
        let options = SourceOptions { format, ..SourceOptions::default() };
        let text = Source::from_open(file, path, &options)?.into_reader()?;
        let head = Head::read(text);
        head.and_then(|head| (self.holds)(&head)).map_err(|error| Error::io(path, error))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Content").field(&self.name).finish()
    }
}

impl Replace {
    /// Whether a file that exists is kept whatever it holds.
    pub(crate) fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// Checks that the regular file at `path`, which `open` opens and whose size is said to be
    /// `size`, may be replaced as far as its content is concerned.
    ///
    /// # Errors
    ///
    /// [`Error::Kept`].
    pub(super) fn check(
        self,
        path: &Path,
        size: u64,
        open: impl Fn() -> io::Result<File>,
    ) -> Result<()> {
        let Self::Only(content) = self else { return Ok(()) };
        let is_in = |format| {
            let file = open().map_err(|error| Error::io(path, error))?;
            content.is_in(file, path, format)
        };
        // Of what was not decompressed, the patterns may look compressed.
        let is_own = is_in(Some(Format::Plain)).and_then(|is_own| match is_own {
            true => Ok(true),
            false => is_in(None),
        });
        let reason = match is_own {
            Ok(true) => return Ok(()),
            // Not every file system knows the size of a file that was not read.
            Err(_) if size == 0 => return Ok(()),
            Err(Error::Io { source, .. }) if source.raw_os_error().is_some() => {
                format!("cannot be read to see what it holds ({})", Reason(&source))
            }
            Err(Error::Io { path, source }) if source.kind() == ErrorKind::OutOfMemory => {
                return Err(Error::Io { path, source });
            }
            // What cannot be decoded is not ours.
            _ => format!("does not hold {}", content.name),
        };
        Err(Error::Kept { path: path.into(), reason })
    }
}

/// Makes patterns out of lines. A file holds patterns if one rule set leaves all its lines as they
/// are: every rule set makes its own patterns into themselves.
type RuleSet = fn(&[u8]) -> io::Result<Vec<u8>>;

const RULE_SETS: [RuleSet; 1] = [shape];

fn shape(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut patterns = Vec::new();
    patterns.try_reserve_exact(max_output_len(lines.len()) + SLACK)?;
    let counts = Normalizer::new().try_normalize(lines, &mut patterns, None);
    counts.ok_or(ErrorKind::OutOfMemory)?;
    Ok(patterns)
}

fn holds_patterns(head: &Head) -> io::Result<bool> {
    let bytes = &*head.bytes;
    let whole = match bytes.iter().rposition(|&byte| byte == b'\n') {
        _ if head.is_all => bytes,
        Some(newline) => &bytes[..=newline],
        None => return Ok(has_runs_of_patterns(bytes)),
    };
    for rule_set in RULE_SETS {
        if is_fixed_point(whole, &rule_set(whole)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `lines` are the same as their `patterns`, but for a carriage return at the ends of lines
/// and a newline at the end of the last.
fn is_fixed_point(lines: &[u8], patterns: &[u8]) -> bool {
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines).split(|&byte| byte == b'\n');
    let without_return = |line| <[u8]>::strip_suffix(line, b"\r").unwrap_or(line);
    let patterns = patterns.strip_suffix(b"\n").unwrap_or(patterns);
    lines.map(without_return).eq(patterns.split(|&byte| byte == b'\n'))
}

/// Whether `bytes` have runs, and all of them are such as patterns have: of one letter, `X` or `Y`.
/// Tells of a first line that is longer than what is looked at, and that cannot be compared with
/// its pattern.
fn has_runs_of_patterns(bytes: &[u8]) -> bool {
    let is_in_run = u8::is_ascii_alphanumeric;
    let runs = bytes.chunk_by(|left, right| is_in_run(left) && is_in_run(right));
    let mut runs = runs.filter(|run| is_in_run(&run[0])).peekable();
    runs.peek().is_some() && runs.all(|run| matches!(run, b"X" | b"Y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(bytes: &[u8], is_all: bool) -> bool {
        holds_patterns(&Head { bytes: bytes.to_vec(), is_all }).unwrap()
    }

    #[test]
    fn patterns_are_told_by_their_whole_lines() {
        for own in [
            &b"Y Y (X)\nY [X]\n"[..],
            b"Y Y\r\nY\r\n",
            b"Y\r\r\n",
            b"Y Y",
            b"\n\n\n",
            b"\xef\xbb\xbfY\n",
            b"(Y [Y) Y\n<<X>\nY'X'Y\n",
            b"\0\n\xff",
            b"",
        ] {
            assert!(holds(own, true), "{:?}", own.escape_ascii().to_string());
        }
        for other in [&b"Y old\n"[..], b"Y Y\nold", b"Y\nYY\n", b"()\n", b"X\n", b"1", b"Y\n(Y)\n"]
        {
            assert!(!holds(other, true), "{:?}", other.escape_ascii().to_string());
        }
    }

    #[test]
    fn a_line_that_is_cut_off_does_not_tell_unless_there_is_no_other() {
        assert!(holds(b"Y (X)\n(X", false));
        assert!(!holds(b"Y (X)\n(X", true));
        assert!(holds(b"Y (X) Y (X", false));
        for other in [&b"Y (X) Ya"[..], b"old", b"\0\0\0", b"- - -"] {
            assert!(!holds(other, false), "{:?}", other.escape_ascii().to_string());
        }
    }

    #[test]
    fn patterns_of_anything_are_patterns() {
        use proptest::prelude::*;
        let alphabet = prop::sample::select(&b"[]{}<>()\"'\r\n aZXY0_\xff"[..]);
        let lines = prop::collection::vec(alphabet, 0..400);
        let config = ProptestConfig { failure_persistence: None, ..Default::default() };
        proptest!(config, |(lines in lines)| {
            prop_assert!(holds(&crate::rules::normalize(&lines), true));
        });
    }
}
