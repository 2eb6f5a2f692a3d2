//! What the extensions of file names promise: the one table of them.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What a file with an extension is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    Gzip,
    Zstd,
    /// A format that no output is written in.
    Other(&'static str),
}

/// Extensions in lower case, and what they promise. They promise it in any case: `.Z` is the only
/// one whose case ever mattered, and `.z` is no log either.
const TABLE: [(&str, Promise); 33] = [
    ("gz", Promise::Gzip),
    ("gzip", Promise::Gzip),
    ("zst", Promise::Zstd),
    ("zstd", Promise::Zstd),
    ("xz", Promise::Other("xz")),
    ("lzma", Promise::Other("lzma")),
    ("bz2", Promise::Other("bzip2")),
    ("bz", Promise::Other("bzip2")),
    ("bzip2", Promise::Other("bzip2")),
    ("lz4", Promise::Other("lz4")),
    ("lz", Promise::Other("lzip")),
    ("lzo", Promise::Other("lzop")),
    ("br", Promise::Other("brotli")),
    ("sz", Promise::Other("snappy")),
    ("z", Promise::Other("compress")),
    ("zip", Promise::Other("zip")),
    ("7z", Promise::Other("7z")),
    ("rar", Promise::Other("rar")),
    ("cab", Promise::Other("cab")),
    ("jar", Promise::Other("zip")),
    ("cpio", Promise::Other("cpio")),
    ("tar", Promise::Other("tar")),
    ("tgz", Promise::Other("tar")),
    ("taz", Promise::Other("tar")),
    ("tbz", Promise::Other("tar")),
    ("tbz2", Promise::Other("tar")),
    ("tb2", Promise::Other("tar")),
    ("txz", Promise::Other("tar")),
    ("tlz", Promise::Other("tar")),
    ("tlz4", Promise::Other("tar")),
    ("tzst", Promise::Other("tar")),
    ("tzo", Promise::Other("tar")),
    ("tz2", Promise::Other("tar")),
];

/// Returns what the name of `path` promises, if anything: `x.tar.gz` is a tar.
pub fn promise(path: &Path) -> Option<Promise> {
    let outer = of_extension(path)?;
    let inner = path.file_stem().map(Path::new).and_then(of_extension);
    Some(inner.filter(|it| *it == Promise::Other("tar")).unwrap_or(outer))
}

/// Returns `name` without the extensions that promise something.
pub fn without_promises(name: &OsStr) -> OsString {
    let mut name = Path::new(name);
    while let (Some(_), Some(stem)) = (of_extension(name), name.file_stem()) {
        name = Path::new(stem);
    }
    name.into()
}

/// Returns the extension of `path` in lower case.
pub fn lower_case(path: &Path) -> Option<String> {
    path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase)
}

fn of_extension(path: &Path) -> Option<Promise> {
    let extension = lower_case(path)?;
    TABLE.iter().find(|(name, _)| *name == extension).map(|&(_, promise)| promise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_promises_what_its_extension_says_in_any_case() {
        for (name, expected) in [
            ("a.gz", Some(Promise::Gzip)),
            ("a.b.GZ", Some(Promise::Gzip)),
            ("d.gz/a.ZstD", Some(Promise::Zstd)),
            ("a.log.xz", Some(Promise::Other("xz"))),
            ("a.Z", Some(Promise::Other("compress"))),
            ("a.tar.gz", Some(Promise::Other("tar"))),
            ("a.TGZ", Some(Promise::Other("tar"))),
            ("a.gz.log", None),
            ("d.gz/a", None),
            (".gz", None),
            ("gz", None),
        ] {
            assert_eq!(promise(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn what_is_left_of_a_name_promises_nothing() {
        for (name, expected) in [
            ("a.log.gz", "a.log"),
            ("a.tar.GZ", "a"),
            ("a.xz.bz2", "a"),
            (".gz", ".gz"),
            ("a.gz.log", "a.gz.log"),
        ] {
            assert_eq!(without_promises(name.as_ref()), expected, "{name}");
        }
    }
}
