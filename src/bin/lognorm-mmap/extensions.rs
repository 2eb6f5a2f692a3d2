//! The one table of file name extensions, and the formats that they promise.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use lognorm_mmap::Compression;

use crate::values::CatalogueFormat;
use Meaning::Catalogue;

/// The contents that an extension promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A catalogue, or what is made of one.
    Catalogue(CatalogueFormat),
    Compressed(Compressed),
}

/// A format of compressed files or archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compressed {
    Gzip,
    Zstd,
    /// A format that no output is written in, and its name.
    Unwritten(&'static str),
}

const GZIP: Meaning = Meaning::Compressed(Compressed::Gzip);
const ZSTD: Meaning = Meaning::Compressed(Compressed::Zstd);
const TAR: Compressed = Compressed::Unwritten("tar");

const fn unwritten(format: &'static str) -> Meaning {
    Meaning::Compressed(Compressed::Unwritten(format))
}

/// Extensions in lower case. Case is ignored in names: only `.Z` and `.z` ever differed, and
/// neither is a log. Of several extensions with one meaning, files are written with the first.
const TABLE: [(&str, Meaning); 37] = [
    ("tsv", Catalogue(CatalogueFormat::Tsv)),
    ("jsonl", Catalogue(CatalogueFormat::Jsonl)),
    ("html", Catalogue(CatalogueFormat::Html)),
    ("htm", Catalogue(CatalogueFormat::Html)),
    ("gz", GZIP),
    ("gzip", GZIP),
    ("zst", ZSTD),
    ("zstd", ZSTD),
    ("xz", unwritten("xz")),
    ("lzma", unwritten("lzma")),
    ("bz2", unwritten("bzip2")),
    ("bz", unwritten("bzip2")),
    ("bzip2", unwritten("bzip2")),
    ("lz4", unwritten("lz4")),
    ("lz", unwritten("lzip")),
    ("lzo", unwritten("lzop")),
    ("br", unwritten("brotli")),
    ("sz", unwritten("snappy")),
    ("z", unwritten("compress")),
    ("zip", unwritten("zip")),
    ("7z", unwritten("7z")),
    ("rar", unwritten("rar")),
    ("cab", unwritten("cab")),
    ("jar", unwritten("zip")),
    ("cpio", unwritten("cpio")),
    ("tar", unwritten("tar")),
    ("tgz", unwritten("tar")),
    ("taz", unwritten("tar")),
    ("tbz", unwritten("tar")),
    ("tbz2", unwritten("tar")),
    ("tb2", unwritten("tar")),
    ("txz", unwritten("tar")),
    ("tlz", unwritten("tar")),
    ("tlz4", unwritten("tar")),
    ("tzst", unwritten("tar")),
    ("tzo", unwritten("tar")),
    ("tz2", unwritten("tar")),
];

/// Returns the format in which a catalogue, or what is made of it, is written to `path`.
pub fn catalogue_format(path: &Path) -> Option<CatalogueFormat> {
    match meaning(path) {
        Some(Meaning::Catalogue(format)) => Some(format),
        _ => None,
    }
}

/// Returns the format of compressed files that the name of `path` promises: `x.tar.gz` is a tar.
pub fn compressed(path: &Path) -> Option<Compressed> {
    let outer = outer_compressed(path)?;
    let inner = path.file_stem().map(Path::new).and_then(outer_compressed);
    Some(inner.filter(|it| *it == TAR).unwrap_or(outer))
}

/// Returns `name` without the extensions of compressed files.
pub fn without_compressed(name: &OsStr) -> OsString {
    let mut name = Path::new(name);
    while let (Some(_), Some(stem)) = (outer_compressed(name), name.file_stem()) {
        name = Path::new(stem);
    }
    name.into()
}

/// Returns the extension of files that are compressed in this way.
pub fn of_compression(compression: Compression) -> Option<&'static str> {
    let wanted = match compression {
        Compression::None => return None,
        Compression::Gzip { .. } => GZIP,
        Compression::Zstd { .. } => ZSTD,
    };
    TABLE.iter().find(|(_, meaning)| *meaning == wanted).map(|&(extension, _)| extension)
}

fn outer_compressed(path: &Path) -> Option<Compressed> {
    match meaning(path) {
        Some(Meaning::Compressed(format)) => Some(format),
        _ => None,
    }
}

fn meaning(path: &Path) -> Option<Meaning> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    TABLE.iter().find(|(name, _)| *name == extension).map(|&(_, meaning)| meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_promises_what_its_extension_says_in_any_case() {
        for (name, expected) in [
            ("a.gz", Some(Compressed::Gzip)),
            ("a.b.GZ", Some(Compressed::Gzip)),
            ("d.gz/a.ZstD", Some(Compressed::Zstd)),
            ("a.log.xz", Some(Compressed::Unwritten("xz"))),
            ("a.Z", Some(Compressed::Unwritten("compress"))),
            ("a.tar.gz", Some(TAR)),
            ("a.TGZ", Some(TAR)),
            ("a.gz.log", None),
            ("d.gz/a", None),
            (".gz", None),
            ("gz", None),
            ("a.tsv", None),
        ] {
            assert_eq!(compressed(Path::new(name)), expected, "{name}");
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
            ("a.jsonl.gz", "a.jsonl"),
        ] {
            assert_eq!(without_compressed(name.as_ref()), expected, "{name}");
        }
    }

    #[test]
    fn catalogues_have_extensions_in_any_case() {
        for (name, expected) in [
            ("a.tsv", Some(CatalogueFormat::Tsv)),
            ("a.b.JSONL", Some(CatalogueFormat::Jsonl)),
            ("a.html", Some(CatalogueFormat::Html)),
            ("a.HTM", Some(CatalogueFormat::Html)),
            ("a.tsv.gz", None),
            ("tsv", None),
        ] {
            assert_eq!(catalogue_format(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn files_are_written_with_the_usual_extension() {
        assert_eq!(of_compression(Compression::None), None);
        assert_eq!(of_compression(Compression::Gzip { level: 6 }), Some("gz"));
        assert_eq!(of_compression(Compression::Zstd { level: 3 }), Some("zst"));
    }
}
