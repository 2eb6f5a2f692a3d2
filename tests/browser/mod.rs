//! A headless Chromium that a test drives: it opens pages, presses keys, clicks, and says what the
//! page did.
//!
//! It speaks the DevTools protocol over a pipe, so it needs nothing but the browser itself. A test
//! asks [`Browser::start`] for one, which gives none where Chromium is not installed.

#![allow(dead_code, reason = "each test file is a program of its own and uses its part of this")]

mod connection;
mod input;
pub mod page;
pub mod report;

pub use connection::Browser;
