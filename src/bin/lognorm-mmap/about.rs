//! The program about itself: its command line, version, manual page and completions.

use std::fmt::Display;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use lognorm_mmap::{Format, Kernel};

use crate::args::Cli;

/// Returns the command line, with the text of `--version`.
pub fn command() -> Command {
    Cli::command().long_version(long_version())
}

/// Returns an error about arguments that each are right but do not go together.
pub fn usage_error(kind: ErrorKind, message: impl Display) -> clap::Error {
    command().error(kind, message)
}

/// Returns the completions or the manual page, if one of them is asked for instead of a run.
pub fn requested_text(cli: &Cli) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(shell) = cli.completions {
        clap_complete::generate(shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut text);
    } else if cli.man {
        write_man(&mut text).expect("memory can be written to");
    } else {
        return None;
    }
    Some(text)
}

/// Writes the manual page, with a section for each subcommand: one page is easier to install.
fn write_man(page: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    for group in command.get_subcommands() {
        for command in group.get_subcommands() {
            write_command(command, page)?;
        }
    }
    let mut examples = Vec::new();
    man.render_extra_section(&mut examples)?;
    // The examples are set line by line.
    let examples = String::from_utf8_lossy(&examples).replace(".SH EXTRA", ".SH EXAMPLES\n.nf");
    writeln!(page, "{examples}.fi")?;
    man.render_version_section(page)
}

/// Writes the section of one subcommand, whose own sections become subsections.
fn write_command(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
    let (man, mut sections) = (Man::new(command.clone()), Vec::new());
    man.render_description_section(&mut sections)?;
    man.render_synopsis_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    let sections = String::from_utf8_lossy(&sections).replace(".SH ", ".SS ");
    page.write_all(sections.as_bytes())
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
