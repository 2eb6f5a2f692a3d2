//! Printing of help, the version, usage errors and everything else that is no pattern.
//!
//! Text for standard output goes through a [`Sink`](lognorm_mmap::Sink), as patterns do. Rust's own
//! standard output ignores it if the descriptor is not open for writing.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::error::ContextValue;
use lognorm_mmap::text::OneLine;
use lognorm_mmap::{ContentType, Result, SinkOptions};

use crate::catalogue::destination::Destination;
use crate::exit::Success;
use crate::signals;

/// Has `write` write to standard output.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let sink = Destination::Stdout.open(ContentType::PATTERNS, None, SinkOptions::default())?;
    sink.write(write)?.commit()
}

/// Returns whether a stream that is a terminal may have colours.
pub fn wants_colour() -> bool {
    let is_dumb = env::var_os("TERM").is_some_and(|name| name == "dumb");
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !is_dumb && !is_unwanted
}

/// Prints `text` on standard output, for a program that does nothing else.
pub fn print_text(text: &[u8]) -> Result<Success> {
    signals::set_up_if_first();
    print(|output| output.write_all(text))?;
    Ok(Success::Done)
}

/// Prints help or the version on standard output.
pub fn print_help(message: &clap::Error) -> Result<Success> {
    print_text(text(message, io::stdout().is_terminal()).as_bytes())
}

/// Prints what is wrong with the arguments on standard error. A failure to do so is ignored; the
/// exit code still tells.
pub fn print_usage_error(message: clap::Error) {
    let message = escaped(message);
    let _ = io::stderr().write_all(text(&message, io::stderr().is_terminal()).as_bytes());
}

/// Returns the text of `message`, in colours if it is for a terminal. If an argument has control
/// characters, which a message may repeat, there are no colours, and control characters are escaped.
fn text(message: &clap::Error, is_terminal: bool) -> String {
    let is_control = |argument: OsString| {
        argument.to_string_lossy().chars().any(|char| char.is_control() && char != '\n')
    };
    if env::args_os().any(is_control) {
        let plain = message.render().to_string();
        return plain.lines().map(|line| format!("{}\n", OneLine(line))).collect();
    }
    if is_terminal && wants_colour() {
        message.render().ansi().to_string()
    } else {
        message.render().to_string()
    }
}

/// Returns `message` with each argument that it repeats on one line.
fn escaped(mut message: clap::Error) -> clap::Error {
    let context: Vec<_> =
        message.context().map(|(kind, value)| (kind, escaped_value(value))).collect();
    for (kind, value) in context {
        if let Some(value) = value {
            message.insert(kind, value);
        }
    }
    message
}

fn escaped_value(value: &ContextValue) -> Option<ContextValue> {
    let escape = |text: &String| OneLine(text).to_string();
    match value {
        ContextValue::String(text) => Some(ContextValue::String(escape(text))),
        ContextValue::Strings(texts) => {
            Some(ContextValue::Strings(texts.iter().map(escape).collect()))
        }
        _ => None,
    }
}
