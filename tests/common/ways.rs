//! The ways in which a log gets into the program, and patterns out of it.

use std::io::{self, Write};

use super::codec::CODECS;
use super::directory::Directory;
use super::form::{FORMS, Form};

#[derive(Clone, Copy, Debug)]
pub enum WayIn {
    Mapped,
    NotMapped,
    StdinFromFile,
    StdinFromPipe,
    /// Compressed by the program of this name.
    Archive(&'static str),
    /// In as many parts, one after the other, of which every other one is mapped.
    Parts(u32),
    /// In a tar archive, with the archive and the log in it compressed or not.
    Tar {
        outer: Option<&'static str>,
        inner: Option<&'static str>,
    },
}

impl WayIn {
    /// Returns the ways out that can be combined with this. Standard input has no name that a file
    /// in a directory could get, and of many logs none is cut.
    pub fn ways_out(self) -> &'static [WayOut] {
        match self {
            Self::StdinFromFile | Self::StdinFromPipe | Self::Parts(_) => {
                &[WayOut::File, WayOut::Stdout]
            }
            Self::Tar { .. } => &[WayOut::Directory],
            _ => &[WayOut::File, WayOut::Stdout, WayOut::Directory],
        }
    }

    /// Packs the file called `name` as this says.
    pub fn pack(self, directory: &Directory, name: &str) {
        let program = |name| CODECS.iter().find(|codec| codec.name == name).unwrap().program;
        let (outer, inner) = match self {
            Self::Archive(codec) => (Some(codec), None),
            Self::Tar { outer, inner } => (outer, inner),
            _ => return,
        };
        let [outer, inner] = [outer, inner].map(|name| name.map_or("cat", program));
        directory.succeeds(&match self {
            Self::Tar { .. } => format!(
                "mkdir tar; {inner} {name} >tar/{name}.gz; tar -C tar -cf x . && {outer} x >y; \
                 rm -r tar; mv y {name}"
            ),
            _ => format!("{outer} {name} >x; mv x {name}"),
        });
    }

    /// Returns the forms that can be combined with this. What has to be decoded is not cut.
    pub fn forms(self) -> &'static [Form] {
        match self {
            Self::Parts(_) => &[Form::Plain, Form::Marked, Form::Coloured],
            _ => &FORMS,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub enum WayOut {
    File,
    Stdout,
    /// Of two logs, each to a file of its own in a directory.
    Directory,
}

/// Writes `log` in pieces of sizes that suit neither lines nor blocks.
pub fn feed(mut pipe: impl Write, log: &[u8]) -> io::Result<()> {
    let mut rest = log;
    for size in [1, 4099, 3, 97, 65_537, 31].into_iter().cycle() {
        let (piece, others) = rest.split_at(size.min(rest.len()));
        pipe.write_all(piece)?;
        rest = others;
        if rest.is_empty() {
            break;
        }
    }
    Ok(())
}
