//! What the program tells of itself: its command line, version, manual page and completions.

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use lognorm_mmap::{Format, Kernel};

use crate::cli::Cli;

/// The command line, with all that `--version` has to say.
pub fn command() -> Command {
    Cli::command().long_version(long_version())
}

/// What is to be printed instead of doing anything: completions, or the manual page.
pub fn wanted(cli: &Cli) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(shell) = cli.completions {
        clap_complete::generate(shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut text);
    } else if cli.man {
        Man::new(Cli::command()).render(&mut text).expect("memory can be written to");
    } else {
        return None;
    }
    Some(text)
}

fn long_version() -> String {
    let best = Kernel::best().name();
    let found: Vec<_> = Kernel::available().map(Kernel::name).collect();
    let kernels = Kernel::BUILT_IN.iter().map(|name| match found.contains(name) {
        true if *name == best => format!("{name} (used)"),
        true => (*name).to_owned(),
        false => format!("{name} (not for this CPU)"),
    });
    let formats = Format::COMPRESSED.iter().map(|format| match format.is_built_in() {
        true => format.name().to_owned(),
        false => format!("{} (left out of this build)", format.name()),
    });
    let list = |names: Vec<String>| names.join(", ");
    let (kernels, formats) = (list(kernels.collect()), list(formats.collect()));
    format!("{}\nkernels: {kernels}\ncodecs: {formats}", env!("CARGO_PKG_VERSION"))
}
