//! Compresses patterns on the way out, on a thread of its own, so that whoever makes them does not
//! wait for it until it is the slowest part of all.

use std::fs::File;
use std::io;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use super::SinkOptions;
use super::encoder::Encoder;
use crate::error::Error;
use crate::sys::fallible;

/// Bytes given to an encoder at once, cut anew from what chunks gave: how its input is cut may
/// change what comes out, and the size of chunks must not.
const PIECE: usize = 256 << 10;

/// Pieces that exist at once: one being filled, one being compressed, and two between them.
const PIECES: usize = 4;

/// A file that is written compressed. Dropped before [`Compressor::finish`], it leaves what no
/// decoder takes for complete.
pub(super) struct Compressor {
    piece: Vec<u8>,
    pieces: SyncSender<Piece>,
    spare: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<io::Result<File>>>,
}

enum Piece {
    Next(Vec<u8>),
    Last(Vec<u8>),
}

impl Compressor {
    /// Starts the thread, which writes to `file`.
    pub(super) fn start(file: File, options: SinkOptions) -> io::Result<Self> {
        let (pieces, incoming) = mpsc::sync_channel(PIECES);
        let (home, spare) = mpsc::channel();
        for _ in 1..PIECES {
            let _ = home.send(piece()?);
        }
        let encoder = Encoder::new(file, options)?;
        let compress_all = move || compress(encoder, &incoming, |piece| drop(home.send(piece)));
        let thread = thread::Builder::new().name("compressor".into()).spawn(compress_all)?;
        Ok(Self { piece: piece()?, pieces, spare, thread: Some(thread) })
    }

    /// Has `bytes` compressed and written, at some time.
    ///
    /// # Errors
    ///
    /// What went wrong with these or with earlier bytes. No more can be written then.
    pub(super) fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (next, rest) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(next);
            bytes = rest;
            if self.piece.len() == PIECE {
                let Ok(mut spare) = self.spare.recv() else { return Err(self.failure()) };
                spare.clear();
                let full = std::mem::replace(&mut self.piece, spare);
                if self.pieces.send(Piece::Next(full)).is_err() {
                    return Err(self.failure());
                }
            }
        }
        Ok(())
    }

    /// Waits until all is written, and gives the file back.
    ///
    /// # Errors
    ///
    /// What went wrong with any of the bytes.
    pub(super) fn finish(mut self) -> io::Result<File> {
        let last = std::mem::take(&mut self.piece);
        // If nobody takes it, the thread knows why.
        let _ = self.pieces.send(Piece::Last(last));
        self.join()
    }

    /// Why the thread takes no more.
    fn failure(&mut self) -> io::Error {
        self.join().err().unwrap_or_else(|| io::Error::other("the compressor ended too early"))
    }

    fn join(&mut self) -> io::Result<File> {
        match self.thread.take().map(JoinHandle::join) {
            Some(result) => {
                result.unwrap_or_else(|panic| Err(io::Error::other(Error::panic(panic.as_ref()))))
            }
            None => Err(io::Error::other("the compressor has ended")),
        }
    }
}

/// Room for a piece.
fn piece() -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    fallible(|| piece.try_reserve_exact(PIECE))?;
    Ok(piece)
}

/// What the thread does.
fn compress(
    mut encoder: Encoder,
    pieces: &Receiver<Piece>,
    recycle: impl Fn(Vec<u8>),
) -> io::Result<File> {
    loop {
        let (piece, is_last) = match pieces.recv() {
            Ok(Piece::Next(piece)) => (piece, false),
            Ok(Piece::Last(piece)) => (piece, true),
            Err(_) => {
                encoder.abandon();
                return Err(io::Error::other("the run failed"));
            }
        };
        if let Err(error) = encoder.write_all(&piece) {
            encoder.abandon();
            return Err(error);
        }
        if is_last {
            return encoder.finish();
        }
        recycle(piece);
    }
}
