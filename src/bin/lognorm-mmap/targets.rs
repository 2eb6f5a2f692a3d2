//! The names of the outputs of many logs in one directory.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use lognorm_mmap::text::Printable;
use lognorm_mmap::{Compression, Format, Job, OpenInput, SourceOptions};

use crate::extensions;
use crate::standard_streams::Standard;

/// Returns a job for each of `inputs`, which writes to a file of its own in `directory`.
///
/// # Errors
///
/// The reason if an input has no name, or if two outputs would have the same. Archives have none, so
/// inputs in `format` whose outputs would clash are looked at.
pub fn jobs(
    inputs: &[PathBuf],
    directory: &Path,
    compression: Compression,
    format: Option<Format>,
) -> Result<Vec<Job>, String> {
    let options = SourceOptions { format, ..SourceOptions::default() };
    let is_archive = |path: &Path| OpenInput::is_archive(path, &options);
    let mut taken: HashMap<PathBuf, PathBuf> = HashMap::with_capacity(inputs.len());
    let mut jobs = Vec::with_capacity(inputs.len());
    for input in inputs {
        if Standard::Input.is_named_by(input) {
            return Err(unnamed(input));
        }
        let Job { input, output } = job(input.clone(), directory, compression)?;
        match taken.get(&output) {
            Some(other) if !is_archive(other) => {
                if !is_archive(&input) {
                    let [other, input, output] = [other, &input, &output].map(|it| Printable(it));
                    return Err(format!("{other} and {input} would both become {output}"));
                }
            }
            _ => drop(taken.insert(output.clone(), input.clone())),
        }
        jobs.push(Job { input, output });
    }
    Ok(jobs)
}

/// Returns the job for `input`, one of very many, which writes to a file in `directory`.
///
/// # Errors
///
/// The reason if it has no name.
pub fn job(input: PathBuf, directory: &Path, compression: Compression) -> Result<Job, String> {
    match input.file_name() {
        Some(name) if !Standard::Input.may_be_named_by(&input) => {
            let output = directory.join(output_name(name, compression));
            Ok(Job { input, output })
        }
        _ => Err(unnamed(&input)),
    }
}

fn unnamed(input: &Path) -> String {
    format!("{}: has no name for a file in DIR", Printable(input))
}

/// Returns `name` without the extensions of compressed files, and with the one of `compression`.
pub fn output_name(name: &OsStr, compression: Compression) -> OsString {
    let mut output = extensions::without_compressed(name);
    if let Some(extension) = extensions::of_compression(compression) {
        output.push(".");
        output.push(extension);
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(inputs: &[&str], compression: Compression) -> Result<Vec<String>, String> {
        let inputs: Vec<_> = inputs.iter().map(PathBuf::from).collect();
        let jobs = jobs(&inputs, Path::new("out"), compression, None)?;
        Ok(jobs.into_iter().map(|job| job.output.display().to_string()).collect())
    }

    #[test]
    fn a_log_keeps_its_name_without_the_extensions_of_compressed_files() {
        let inputs =
            ["a/x.log", "y.log.GZ", "../z.zstd", "w.log.1", ".gz", "v.gz.log", "u.xz.bz2", "t.tgz"];
        let expected = ["x.log", "y.log", "z", "w.log.1", ".gz", "v.gz.log", "u", "t"];
        let plain = expected.map(|name| format!("out/{name}"));
        assert_eq!(outputs(&inputs, Compression::None).unwrap(), plain);
        let packed = expected.map(|name| format!("out/{name}.zst"));
        assert_eq!(outputs(&inputs, Compression::Zstd { level: 3 }).unwrap(), packed);
    }

    #[test]
    fn two_logs_of_one_name_are_refused() {
        let error = outputs(&["a/x.log", "b/x.log.gz"], Compression::None).unwrap_err();
        assert_eq!(error, "a/x.log and b/x.log.gz would both become out/x.log");
        for unnamed in ["-", "/dev/stdin", "/dev/fd/0", "..", "/"] {
            assert!(outputs(&[unnamed], Compression::None).is_err(), "{unnamed}");
        }
    }
}
