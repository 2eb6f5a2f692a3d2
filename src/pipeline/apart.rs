//! Which of very many jobs may meet in a file, in eight bytes of memory for each.
//!
//! The identity of each output is hashed, under a secret of this run. Jobs that have a hash in common
//! are few, and are then [looked at](super::jobs::check_apart) by what they are.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use super::jobs::Job;
use crate::error::{Error, Result};
use crate::sys::fallible;
use crate::sys::identity::PathIds;

/// A function that passes each of the jobs to another function, in order.
pub type EachJob<'a> = &'a mut dyn FnMut(&mut dyn FnMut(Job) -> Result<()>) -> Result<()>;

/// Returns those of the jobs that have an output which is perhaps the output or the input of another
/// of them, and that other. Goes through all jobs two or three times.
///
/// Takes two or three system calls for each job.
///
/// # Errors
///
/// The errors of `each`, and [`Error::Memory`].
pub fn jobs_that_may_meet(each: EachJob<'_>) -> Result<Vec<Job>> {
    let mut outputs = Outputs::default();
    each(&mut |job| outputs.add(&job))?;
    outputs.finish();
    each(&mut |job| outputs.meet_input(&job))?;
    let mut meeting = Vec::new();
    if outputs.met.is_empty() {
        return Ok(meeting);
    }
    each(&mut |job| {
        if outputs.are_met(&job) {
            meeting.push(job);
        }
        Ok(())
    })?;
    Ok(meeting)
}

#[derive(Default)]
struct Outputs {
    ids: PathIds,
    hasher: RandomState,
    /// The hashes of all outputs, sorted once all are known.
    hashes: Vec<u64>,
    /// Those that belong to several outputs, or to an output and an input.
    met: Vec<u64>,
}

impl Outputs {
    fn add(&mut self, job: &Job) -> Result<()> {
        self.hash(&job.output).map_or(Ok(()), |hash| push(&mut self.hashes, hash))
    }

    /// Begins the second pass.
    fn finish(&mut self) {
        self.hashes.sort_unstable();
        let twice = self.hashes.windows(2).filter(|pair| pair[0] == pair[1]);
        self.met = twice.map(|pair| pair[0]).collect();
    }

    /// Looks whether the input of `job` is the output of another.
    fn meet_input(&mut self, job: &Job) -> Result<()> {
        let Some(input) = self.hash(&job.input) else { return Ok(()) };
        // Whether a job would overwrite its own input is checked when that job begins.
        if self.hashes.binary_search(&input).is_ok() && self.hash(&job.output) != Some(input) {
            push(&mut self.met, input)?;
            self.met.sort_unstable();
        }
        Ok(())
    }

    /// Returns whether the output or the input of `job` is one of those that were met.
    fn are_met(&mut self, job: &Job) -> bool {
        [&job.input, &job.output]
            .iter()
            .any(|path| self.hash(path).is_some_and(|hash| self.met.binary_search(&hash).is_ok()))
    }

    /// Returns the hash of the file at `path`, if it can be the same as another.
    fn hash(&mut self, path: &Path) -> Option<u64> {
        self.ids.find(path).map(|id| self.hasher.hash_one(id))
    }
}

/// Appends `hash` to `hashes`.
fn push(hashes: &mut Vec<u64>, hash: u64) -> Result<()> {
    if hashes.len() == hashes.capacity() {
        let bytes = 2 * size_of_val(&hashes[..]);
        fallible(|| hashes.try_reserve(1)).map_err(|_| Error::Memory { bytes })?;
    }
    hashes.push(hash);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn jobs_that_meet_are_found_among_many() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("out")).unwrap();
        for name in ["same", "out/same", "read"] {
            fs::write(path(name), "").unwrap();
        }
        std::os::unix::fs::symlink("../read", path("out/link")).unwrap();
        let job = |input: &str, output: &str| Job { input: path(input), output: path(output) };
        let many = (0..1000).map(|it| job(&format!("in{it}"), &format!("out/{it}")));
        let found = |others: &[Job]| {
            let jobs: Vec<_> = others.iter().cloned().chain(many.clone()).collect();
            let mut each =
                |take: &mut dyn FnMut(Job) -> Result<()>| jobs.iter().cloned().try_for_each(take);
            let met = jobs_that_may_meet(&mut each).unwrap();
            met.into_iter().map(|job| job.output).collect::<Vec<_>>()
        };
        // A job that would overwrite its own input meets no other.
        assert_eq!(found(&[job("same", "same"), job("new", "new")]), [] as [PathBuf; 0]);
        assert_eq!(found(&[job("a", "out/7")]), ["out/7", "out/7"].map(path));
        assert_eq!(found(&[job("a", "out/link"), job("read", "b")]), ["out/link", "b"].map(path));
        assert_eq!(found(&[job("out/3", "b")]), ["b", "out/3"].map(path));
    }
}
