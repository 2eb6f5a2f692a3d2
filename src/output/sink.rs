//! Where patterns go.
//!
//! A regular file is written beside its destination and renamed over it when all is well. What
//! cannot be replaced, a device, a FIFO, standard output, is written to directly.

use std::fs::File;
use std::io::{self, BufWriter, IoSlice, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::SFlag;
use nix::unistd::close;

use super::atomic_file::{self, AtomicFile};
use super::blocking_file::BlockingFile;
use super::compressor::Compressor;
use super::encoder::Compression;
use super::overwrite::Overwrite;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::input::Source;
use crate::sys::file_id::FileId;
use crate::sys::resolved_path::{Parent, Target};

/// How an output is to be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct SinkOptions {
    /// Whether it is to be on the disk before the run is done, so that it outlives a power failure.
    /// That takes as long as the disk does.
    pub sync: bool,
    /// Which file that exists under its name it may replace; any other is kept, and the run fails.
    /// By default that is one that holds patterns.
    pub overwrite: Overwrite,
    /// How it is compressed.
    pub compression: Compression,
    /// Threads that compress, where a format can use more than one. What comes out does not depend
    /// on their number.
    pub threads: usize,
}

/// An output under construction.
///
/// Unless the run that it is given to succeeds, it leaves what stood under its name as it was.
pub struct Sink {
    path: PathBuf,
    writer: Writer,
    replacement: Option<AtomicFile>,
    options: SinkOptions,
}

impl Sink {
    /// Prepares to write to `path` what is made of `source`, if it is made of one.
    ///
    /// # Errors
    ///
    /// [`Error::SameFile`] if that would overwrite `source`, [`Error::WouldOverwrite`] if a file is there that
    /// is not to be replaced, and [`Error::Io`] if `path` is a directory or cannot be written or
    /// replaced, as far as that can be known before the work. Nothing has been touched then.
    pub fn create(path: &Path, source: Option<&Source>, options: SinkOptions) -> Result<Self> {
        Self::create_in(None, path, source, options)
    }

    /// The same, where the directory that `path` names is open already, if it is `known`.
    pub(crate) fn create_in(
        known: Option<&Parent>,
        path: &Path,
        source: Option<&Source>,
        options: SinkOptions,
    ) -> Result<Self> {
        let failed = |error| Error::io(path, error);
        let target = Target::find(path, known).map_err(failed)?;
        let kind = target.kind();
        if let (Some(source), Some(existing)) = (source, &target.existing) {
            source.check_is_not(FileId::of_stat(existing))?;
        }
        if kind == Some(SFlag::S_IFDIR) {
            return Err(failed(Errno::EISDIR.into()));
        }
        // A link that leads to nothing is there, too.
        let is_kept = kind == Some(SFlag::S_IFREG) || (kind.is_none() && target.is_linked);
        if options.overwrite.is_never() && is_kept {
            return Err(failed(Errno::EEXIST.into()));
        }
        let is_replaced = kind.is_none_or(|kind| kind == SFlag::S_IFREG) && !target.is_in_proc;
        let (replacement, file) = if is_replaced {
            let old = atomic_file::open_old(&target).map_err(failed)?;
            if let Some(existing) = &target.existing {
                let open = || target.open_to_read();
                options.overwrite.check(path, existing.st_size.unsigned_abs(), open)?;
            }
            let made = AtomicFile::create(target, old, options);
            let (replacement, file) = made.map_err(failed)?;
            (Some(replacement), file)
        } else {
            (None, open_directly(&target).map_err(failed)?)
        };
        Self::new(path.to_owned(), file, replacement, options)
    }

    /// Standard output.
    ///
    /// # Errors
    ///
    /// [`Error::SameFile`] if it is redirected to the file that `source` is, and [`Error::Io`] if
    /// it is closed.
    pub fn stdout(source: Option<&Source>, options: SinkOptions) -> Result<Self> {
        let path = PathBuf::from("standard output");
        let failed = |error| Error::io(&path, error);
        let file = clone_stdout().map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        source.map_or(Ok(()), |source| source.check_is_not(FileId::of(&metadata)))?;
        Self::new(path, file, None, options)
    }

    /// Drops what is written: for a run of which only the figures or the catalogue matter.
    pub fn discard() -> Self {
        let options = SinkOptions::default();
        Self { path: PathBuf::new(), writer: Writer::Discard, replacement: None, options }
    }

    fn new(
        path: PathBuf,
        file: File,
        replacement: Option<AtomicFile>,
        options: SinkOptions,
    ) -> Result<Self> {
        let writer = match options.compression {
            Compression::None => Writer::Plain(BlockingFile(file)),
            _ => {
                let compressor = Compressor::start(file, options);
                Writer::Compressed(Box::new(compressor.map_err(|error| Error::io(&path, error))?))
            }
        };
        Ok(Self { path, writer, replacement, options })
    }

    /// The name of the format it is written in.
    pub(crate) fn format(&self) -> &'static str {
        self.options.compression.name()
    }

    /// Writes all of `slices`, in order.
    pub(crate) fn write_all(&mut self, slices: &mut [IoSlice<'_>]) -> Result<()> {
        let result = self.writer.write_all_vectored(slices);
        result.map_err(|error| Error::io(&self.path, error))
    }

    /// Writes what `write` writes, buffered. It is not final before [`Sink::commit`].
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if that could not be done; what stood under the name before is still there
    /// then.
    pub fn write(mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Self> {
        let mut output = BufWriter::new(&mut self.writer);
        let written = write(&mut output).and_then(|()| output.flush());
        drop(output);
        written.map_err(|error| Error::io(&self.path, error))?;
        Ok(self)
    }

    /// Makes what was written final, under its name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it could not be; what stood under the name before is still there then.
    pub fn commit(self) -> Result<()> {
        let Self { path, writer, replacement, options } = self;
        let finish = || {
            let file = match writer {
                Writer::Discard => return Ok(()),
                Writer::Plain(BlockingFile(file)) => file,
                Writer::Compressed(compressor) => compressor.finish()?,
            };
            // A pipe has no disk to be written to, and says so.
            if options.sync && file.metadata()?.is_file() {
                file.sync_all()?;
            }
            match replacement {
                Some(replacement) => replacement.commit(file, options),
                None => Ok(close(file)?),
            }
        };
        finish().map_err(|error| Error::io(path, error))
    }
}

fn clone_stdout() -> io::Result<File> {
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Opens what is not to be replaced, so that nothing that is in it is overwritten.
fn open_directly(target: &Target) -> io::Result<File> {
    target.check_is_trusted()?;
    // A link in `/proc` stands for an open file. Any other was followed.
    let follow = if target.is_in_proc { OFlag::empty() } else { OFlag::O_NOFOLLOW };
    let flags = OFlag::O_WRONLY | OFlag::O_APPEND | follow;
    let file = target.directory.open_file(&target.name, flags, 0)?;
    let stdout = clone_stdout()?;
    let id = FileId::of(&file.metadata()?);
    // Standard output under another name: whoever writes to it next goes on where we end.
    let is_stdout = id.is_some() && id == FileId::of(&stdout.metadata()?);
    Ok(if is_stdout { stdout } else { file })
}
