//! Under which names many logs go into one folder.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use lognorm_mmap::text::Printable;
use lognorm_mmap::{Compression, Job};

use crate::extensions;
use crate::standard_streams::Standard;

/// Jobs that take each of `inputs` to a file of its own in `folder`.
///
/// # Errors
///
/// Why that cannot be: an input has no name, or two have the same.
pub fn jobs(
    inputs: Vec<PathBuf>,
    folder: &Path,
    compression: Compression,
) -> Result<Vec<Job>, String> {
    let mut taken: HashMap<PathBuf, PathBuf> = HashMap::with_capacity(inputs.len());
    let mut jobs = Vec::with_capacity(inputs.len());
    for input in inputs {
        let name = match input.file_name() {
            Some(name) if !Standard::Input.is_named_by(&input) => output_name(name, compression),
            _ => return Err(format!("{}: has no name to go by in DIR", Printable(&input))),
        };
        let output = folder.join(name);
        if let Some(other) = taken.insert(output.clone(), input.clone()) {
            let [other, input, output] = [&other, &input, &output].map(|path| Printable(path));
            return Err(format!("{other} and {input} would both become {output}"));
        }
        jobs.push(Job { input, output });
    }
    Ok(jobs)
}

/// Returns `name` without the extensions of a compressed file, and with that of what it will be
/// compressed in.
fn output_name(name: &OsStr, compression: Compression) -> PathBuf {
    let mut output = extensions::without_promises(name);
    match compression {
        Compression::None => {}
        Compression::Gzip { .. } => output.push(".gz"),
        Compression::Zstd { .. } => output.push(".zst"),
    }
    output.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(inputs: &[&str], compression: Compression) -> Result<Vec<String>, String> {
        let inputs = inputs.iter().map(PathBuf::from).collect();
        let jobs = jobs(inputs, Path::new("out"), compression)?;
        Ok(jobs.into_iter().map(|job| job.output.display().to_string()).collect())
    }

    #[test]
    fn a_log_keeps_its_name_less_what_it_is_compressed_in() {
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
        for nameless in ["-", "/dev/stdin", "/dev/fd/0", "..", "/"] {
            assert!(outputs(&[nameless], Compression::None).is_err(), "{nameless}");
        }
    }
}
