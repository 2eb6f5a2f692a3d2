//! Small logs, which are read at once.
//!
//! Opening a log of a few kilobytes takes longer than everything else that is done with it. A small
//! plain file needs six system calls and no allocation here: it is opened, its state is asked for, it
//! is read, it is seen to end, its state is compared, and it is closed. Whatever is unusual about a
//! file, it is read again as a [`Source`], which knows what to do.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::time::Instant;

use nix::errno::Errno;

use super::decode::Archives;
use super::encoding::Encoding;
use super::format::{Detection, Format, Verdict, is_skippable};
use super::open_file::OpenFile;
use super::snapshot::{Change, Snapshot};
use super::source::{Source, SourceOptions};
use crate::error::{Error, Result};

/// A log that was opened.
pub(crate) enum Opened {
    /// It is plain text without a mark, and so many bytes were read, which are all of it.
    Whole(usize),
    /// It is anything else, and nothing of it was read yet.
    Source(Box<Source>),
}

/// Opens the file at `path`, and reads all of it into `room` if it is plain text that leaves some of
/// the room free.
///
/// # Errors
///
/// The errors of [`Source::open`].
pub(crate) fn open(path: &Path, options: &SourceOptions, room: &mut [u8]) -> Result<Opened> {
    let failed = |error| Error::io(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::io(path, Errno::EISDIR));
    }
    let is_small = metadata.is_file() && metadata.len() < room.len() as u64;
    if is_small && is_plain_if_it_looks_so(options) {
        if let Some(len) = read_whole(&mut file, &metadata, options, room).map_err(failed)? {
            options.meter.add(len);
            return Ok(Opened::Whole(len));
        }
        file.rewind().map_err(failed)?;
    }
    let opening = Instant::now();
    let file = OpenFile { file, path: path.to_owned(), opening, metadata };
    let source = file.into_source(options, Archives::Accepted)?;
    Ok(Opened::Source(Box::new(source)))
}

/// Returns whether the text of an input without a signature and a mark is its bytes, and all of them.
fn is_plain_if_it_looks_so(options: &SourceOptions) -> bool {
    let is_decoded = matches!(options.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    matches!(options.format, None | Some(Format::Plain)) && !is_decoded && options.part().is_none()
}

/// Reads all of `file`, and returns its length; or `None` if it is not plain text without a mark, or
/// if it has another length than `metadata` says or is changing.
fn read_whole(
    file: &mut File,
    metadata: &Metadata,
    options: &SourceOptions,
    room: &mut [u8],
) -> io::Result<Option<usize>> {
    let mut len = 0;
    while len < room.len() {
        match file.read(&mut room[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let is_whole = len < room.len() && len as u64 == metadata.len();
    if !is_whole || !is_plain(&room[..len], options) {
        return Ok(None);
    }
    let change = Snapshot::of(metadata).change(Snapshot::of(&file.metadata()?));
    Ok((change == Change::None).then_some(len))
}

/// Returns whether a file that holds `bytes` is plain text without a mark.
fn is_plain(bytes: &[u8], options: &SourceOptions) -> bool {
    let head = &bytes[..bytes.len().min(Detection::MAX_LEN)];
    let detection = Detection::of_all(head);
    let is_format = options.format == Some(Format::Plain)
        || (is_skippable(head) != Verdict::Yes && detection.format.is_plain());
    is_format && detection.mark.is_none()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Returns the text of a file that holds `bytes`, as `Ok` if it is read at once. It is empty if it
    /// cannot be read.
    fn whole(bytes: &[u8], room: usize, options: &SourceOptions) -> Result<Vec<u8>, Vec<u8>> {
        let directory = tempfile::tempdir().unwrap();
        let (path, mut room) = (directory.path().join("log"), vec![0; room]);
        fs::write(&path, bytes).unwrap();
        match open(&path, options, &mut room).unwrap() {
            Opened::Whole(len) => Ok(room[..len].to_vec()),
            Opened::Source(source) => {
                // Nothing was taken from it.
                let mut text = Vec::new();
                let _ = source.into_reader().map(|mut reader| reader.read_to_end(&mut text));
                Err(text)
            }
        }
    }

    #[test]
    fn small_plain_text_is_read_at_once_and_nothing_else_is() {
        let auto = SourceOptions::default();
        let format = |format| SourceOptions { format: Some(format), ..SourceOptions::default() };
        let encoding = |encoding| SourceOptions { encoding, ..SourceOptions::default() };
        for bytes in [&b""[..], b"\n", b"took 12 ms\nretry"] {
            for options in [&auto, &format(Format::Plain), &encoding(Encoding::None)] {
                assert_eq!(whole(bytes, 20, options), Ok(bytes.to_vec()));
            }
            assert_eq!(whole(bytes, bytes.len() + 1, &auto), Ok(bytes.to_vec()));
            assert_eq!(whole(bytes, bytes.len(), &auto), Err(bytes.to_vec()));
        }
        let gzip = b"\x1f\x8b\x08\0";
        assert_eq!(whole(gzip, 20, &auto), Err(vec![]));
        assert_eq!(whole(gzip, 20, &format(Format::Plain)), Ok(gzip.to_vec()));
        for (marked, text) in [(&b"\xef\xbb\xbfa\n"[..], &b"a\n"[..]), (b"\xff\xfea\0", b"a")] {
            assert_eq!(whole(marked, 20, &auto), Err(text.to_vec()), "{marked:?}");
            assert_eq!(whole(marked, 20, &format(Format::Plain)), Err(text.to_vec()), "{marked:?}");
            assert_eq!(whole(marked, 20, &encoding(Encoding::None)), Err(marked.to_vec()));
        }
        for (utf_16, bytes) in [(Encoding::Utf16Le, b"a\0"), (Encoding::Utf16Be, b"\0a")] {
            assert_eq!(whole(bytes, 20, &encoding(utf_16)), Err(b"a".to_vec()));
        }
    }

    #[test]
    fn what_is_no_regular_file_with_the_length_that_it_tells_is_not_read_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let (mut room, options) = ([0; 100_000], SourceOptions::default());
        for path in ["/proc/self/status", "/dev/null"] {
            let opened = open(path.as_ref(), &options, &mut room).unwrap();
            assert!(matches!(opened, Opened::Source(_)), "{path}");
        }
        let link = directory.path().join("link");
        symlink(directory.path(), &link).unwrap();
        for path in [directory.path(), &link] {
            let error = open(path, &options, &mut room).err().unwrap();
            assert!(error.to_string().ends_with(": Is a directory"), "{error}");
        }
    }
}
