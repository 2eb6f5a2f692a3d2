//! What the program prints that is no pattern: help, the version, usage errors.
//!
//! Rust's own standard output takes a descriptor that cannot be written to for one that is closed
//! on purpose, and says nothing. So what is asked for goes out as patterns do.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::error::ContextValue;
use lognorm_mmap::text::OneLine;
use lognorm_mmap::{Result, SinkOptions};

use crate::catalogue::destination::Destination;

/// Writes to standard output what is no pattern.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    Destination::Stdout.open(None, SinkOptions::default())?.write(write)?.commit()
}

/// Whether colours are wanted, for a stream that is a terminal.
pub fn wants_colour() -> bool {
    let is_dumb = env::var_os("TERM").is_some_and(|name| name == "dumb");
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !is_dumb && !is_unwanted
}

/// Prints help or the version on standard output, as was asked for.
pub fn print_help(message: &clap::Error) -> Result<()> {
    let text = text(message, io::stdout().is_terminal());
    print(|output| output.write_all(text.as_bytes()))
}

/// Prints what is wrong with the arguments on standard error. If that cannot be written, the exit
/// code still tells.
pub fn print_usage_error(message: clap::Error) {
    let message = escaped(message);
    let _ = io::stderr().write_all(text(&message, io::stderr().is_terminal()).as_bytes());
}

/// What `message` says, in colours if it is for a terminal. If an argument has control characters,
/// which a message may repeat, there are no colours, and what moves a cursor is escaped.
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

/// `message` with what it repeats of the arguments on one line each.
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
