//! One output, from its first check to its commit.
//!
//! A regular file is written under another name in the same directory and renamed when all is
//! written. A device, a FIFO or standard output cannot be replaced, and is written to directly.

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
use super::preallocated_file::PreallocatedFile;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::input::Source;
use crate::sys::identity::FileId;
use crate::sys::resolved_path::{ParentDirectory, ResolvedPath};

/// How an output is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct SinkOptions {
    /// Whether the output is synced to the disk before the run ends, so that it survives a power
    /// failure.
    pub sync: bool,
    /// Which existing file may be overwritten. If another one exists, it is kept and the run fails.
    /// By default, only patterns are overwritten.
    pub overwrite: Overwrite,
    /// How the output is compressed.
    pub compression: Compression,
    /// The number of threads that compress, where the format can use more than one. The bytes of
    /// the output do not depend on it.
    pub threads: usize,
}

/// An output under construction.
///
/// A file that exists under its name stays as it is unless the run succeeds.
pub struct Sink {
    path: PathBuf,
    writer: Writer,
    /// The file to be given its name, unless the output is written to directly.
    atomic_file: Option<AtomicFile>,
    options: SinkOptions,
}

impl Sink {
    /// Prepares to write the patterns of `source`, or of more than one source, to `path`.
    ///
    /// # Errors
    ///
    /// [`Error::SameFile`] if that would overwrite `source`, [`Error::WouldOverwrite`] if a file
    /// exists that may not be overwritten, and [`Error::Io`] if `path` is a directory or cannot be
    /// written or replaced, as far as that can be known before the work. No file has been changed
    /// then.
    pub fn create(path: &Path, source: Option<&Source>, options: SinkOptions) -> Result<Self> {
        Self::create_in(None, path, source, options)
    }

    /// Does what [`Sink::create`] does, without opening the directory of `path` again if it is
    /// `parent`.
    pub(crate) fn create_in(
        parent: Option<&ParentDirectory>,
        path: &Path,
        source: Option<&Source>,
        options: SinkOptions,
    ) -> Result<Self> {
        let resolved = ResolvedPath::resolve(path, parent);
        Self::create_at(resolved.map_err(|error| Error::io(path, error))?, path, source, options)
    }

    /// Does what [`Sink::create`] does, for a path that has been resolved.
    pub(crate) fn create_at(
        resolved: ResolvedPath,
        path: &Path,
        source: Option<&Source>,
        options: SinkOptions,
    ) -> Result<Self> {
        let failed = |error| Error::io(path, error);
        if let (Some(source), Some(existing)) = (source, &resolved.existing) {
            source.check_is_not(FileId::of_stat(existing))?;
        }
        let is_replaceable = match resolved.kind() {
            Some(SFlag::S_IFDIR) => return Err(failed(Errno::EISDIR.into())),
            Some(SFlag::S_IFREG) if options.overwrite.is_never() => {
                return Err(failed(Errno::EEXIST.into()));
            }
            // A link that leads to no file exists all the same.
            None if options.overwrite.is_never() && resolved.is_linked => {
                return Err(failed(Errno::EEXIST.into()));
            }
            Some(SFlag::S_IFREG) | None => !resolved.is_in_proc,
            Some(_) => false,
        };
        if is_replaceable {
            Self::create_atomic(resolved, path, options)
        } else {
            let file = open_directly(&resolved).map_err(failed)?;
            Self::new(path.to_owned(), file, None, options)
        }
    }

    /// Prepares to write a file that is new, or replaces a regular file.
    fn create_atomic(resolved: ResolvedPath, path: &Path, options: SinkOptions) -> Result<Self> {
        let failed = |error| Error::io(path, error);
        let old = atomic_file::open_old(&resolved).map_err(failed)?;
        if let Some(existing) = &resolved.existing {
            let open = || resolved.open_for_reading();
            options.overwrite.check(path, existing.st_size.unsigned_abs(), open)?;
        }
        let created = AtomicFile::create(resolved, old, options);
        let (atomic_file, file) = created.map_err(failed)?;
        Self::new(path.to_owned(), file, Some(atomic_file), options)
    }

    /// Prepares to write to standard output.
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

    /// Returns a sink that discards what is written, for a run that only counts or fills a
    /// catalogue.
    pub fn discard() -> Self {
        let options = SinkOptions::default();
        Self { path: PathBuf::new(), writer: Writer::Discard, atomic_file: None, options }
    }

    fn new(
        path: PathBuf,
        file: File,
        atomic_file: Option<AtomicFile>,
        options: SinkOptions,
    ) -> Result<Self> {
        let writer = match options.compression {
            Compression::None if atomic_file.is_some() => Writer::New(PreallocatedFile::new(file)),
            Compression::None => Writer::Direct(BlockingFile(file)),
            Compression::Gzip { .. } | Compression::Zstd { .. } => {
                let compressor = Compressor::start(file, options);
                Writer::Compressed(Box::new(compressor.map_err(|error| Error::io(&path, error))?))
            }
        };
        Ok(Self { path, writer, atomic_file, options })
    }

    /// Returns the name of the format that the output is written in.
    pub(crate) fn format(&self) -> &'static str {
        self.options.compression.name()
    }

    /// Writes all of `slices`, in order.
    pub(crate) fn write_all(&mut self, slices: &mut [IoSlice<'_>]) -> Result<()> {
        let result = self.writer.write_all_vectored(slices);
        result.map_err(|error| Error::io(&self.path, error))
    }

    /// Calls `write` with a buffered writer to this output. The output is not final before
    /// [`Sink::commit`].
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `write` fails, or what it wrote cannot be written. A file that existed
    /// under the name of the output is still there then.
    pub fn write(mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Self> {
        let mut output = BufWriter::new(&mut self.writer);
        let written = write(&mut output).and_then(|()| output.flush());
        drop(output);
        written.map_err(|error| Error::io(&self.path, error))?;
        Ok(self)
    }

    /// Completes the output and gives it its name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if that fails. A file that existed under the name is still there then.
    pub fn commit(self) -> Result<()> {
        let Self { path, writer, atomic_file, options } = self;
        commit(writer, atomic_file, options).map_err(|error| Error::io(path, error))
    }
}

fn commit(writer: Writer, atomic_file: Option<AtomicFile>, options: SinkOptions) -> io::Result<()> {
    let file = match writer {
        Writer::Discard => return Ok(()),
        Writer::Direct(BlockingFile(file)) => file,
        Writer::New(file) => file.finish()?,
        Writer::Compressed(compressor) => compressor.finish()?,
    };
    // Pipes and devices fail to sync.
    if options.sync && file.metadata()?.is_file() {
        file.sync_all()?;
    }
    match atomic_file {
        Some(atomic_file) => atomic_file.commit(file, options),
        None => Ok(close(file)?),
    }
}

fn clone_stdout() -> io::Result<File> {
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Opens a file that cannot be replaced, for appending.
fn open_directly(resolved: &ResolvedPath) -> io::Result<File> {
    resolved.check_is_trusted()?;
    // A link in `/proc` leads to an open file. All other links have been followed.
    let follow = if resolved.is_in_proc { OFlag::empty() } else { OFlag::O_NOFOLLOW };
    let flags = OFlag::O_WRONLY | OFlag::O_APPEND | follow;
    let file = resolved.directory.open_file(&resolved.name, flags, 0)?;
    let stdout = clone_stdout()?;
    let id = FileId::of(&file.metadata()?);
    // Standard output under another name shares its position with the programs that write to
    // standard output after this one.
    let is_stdout = id.is_some() && id == FileId::of(&stdout.metadata()?);
    Ok(if is_stdout { stdout } else { file })
}
