//! The logs in an archive, counted one after the other.

use std::path::Path;

use super::sum::{Part, State};
use super::{MAX_ALONE, Settings};
use crate::catalogue::{Catalogue, Limits};
use crate::error::Result;
use crate::input::{Archive, OpenInput, Source};
use crate::output::Sink;
use crate::pipeline::alone::{is_small_member, run_alone};
use crate::pipeline::many::is_plain;
use crate::pipeline::{Action, Outcome};

impl Settings<'_> {
    /// Counts the logs in `archive` in their order. Links and devices are left out, because an archive
    /// has no bytes of them.
    pub(super) fn count_archive(&self, archive: Archive, state: &mut State<'_>) -> Result<()> {
        let path = archive.path().to_owned();
        for member in archive.without_links() {
            match member.map(|member| member.source) {
                Ok(source) => self.count_member(source, state)?,
                Err(error) => {
                    let name = error.path().unwrap_or(&path).to_owned();
                    state.done(&name, Err(error));
                }
            }
        }
        Ok(())
    }

    fn count_member(&self, source: Source, state: &mut State<'_>) -> Result<()> {
        let path = source.path().to_owned();
        // Only the first bytes tell whether it is compressed.
        let source = match OpenInput::of(source, self.options.threads) {
            Ok(OpenInput::Log(source)) => source,
            Ok(OpenInput::Archive(_)) => unreachable!("an archive in an archive is refused"),
            Err(error) => {
                state.done(&path, Err(error));
                return Ok(());
            }
        };
        if is_plain(&source) && is_small_member(&source, self.options) {
            self.count_small_member(&path, source, state)
        } else {
            self.count_source(&path, Ok(source), state)
        }
    }

    /// Counts a small log in a catalogue of its own: if it cannot be read to its end, nothing of it
    /// has to be taken out of the sum again.
    fn count_small_member(&self, path: &Path, source: Source, state: &mut State<'_>) -> Result<()> {
        let limits = Limits { bytes: MAX_ALONE, ..self.limits_alone };
        let mut catalogue = Box::new(Catalogue::new(self.rules, limits));
        let action = Action::Count(&mut catalogue);
        let run = run_alone(source, Sink::discard(), action, self.options);
        let outcome: Result<Outcome> = run.and_then(|run| run.commit());
        match outcome {
            Ok(outcome) => state.add_next(Part::Catalogue(path.to_owned(), outcome, catalogue)),
            Err(error) => {
                state.done(path, Err(error));
                Ok(())
            }
        }
    }
}
