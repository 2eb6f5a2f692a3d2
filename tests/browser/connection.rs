//! The browser process, and the messages to and from it.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::spawn;
use std::time::Duration;

use serde_json::{Value, json};

use super::page::Page;
use crate::common::directory::Directory;
use crate::common::needs;
use crate::common::running::Running;

/// The time after which a browser that does not answer counts as hanging. It is far longer than any
/// answer takes, however busy the machine is.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Starts the browser in a profile that is empty. It takes commands from descriptor 3 and answers on
/// descriptor 4; its own messages go to a file.
///
/// There is no sandbox for it in most containers. It shows only what the test wrote, and does not
/// run as root. Nothing that it might do by itself asks the network.
const START: &str = "
    HOME=$PWD/profile XDG_RUNTIME_DIR=$PWD/profile exec chromium --headless --no-sandbox \
        --remote-debugging-pipe --user-data-dir=\"$PWD/profile\" --disable-gpu --disable-quic \
        --disable-dev-shm-usage --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --force-color-profile=srgb --hide-scrollbars \
        --host-resolver-rules='MAP * ~NOTFOUND' \
        3<&0 4>&1 </dev/null >chromium.log 2>&1";

/// A browser that does not outlive this.
pub struct Browser {
    commands: RefCell<ChildStdin>,
    messages: Receiver<Value>,
    events: RefCell<Vec<Value>>,
    last: Cell<u64>,
    // Dropped in this order: the process first, then its profile.
    process: Running,
    directory: Directory,
}

impl Browser {
    /// Starts a browser. Where there is none, says that the test is skipped.
    pub fn start() -> Option<Self> {
        if !needs::program("chromium") {
            return None;
        }
        let directory = Directory::with([]);
        directory.succeeds("mkdir profile");
        let mut command = directory.process(START);
        let mut process = Running::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()));
        let (sender, messages) = channel();
        let answers = process.stdout.take().unwrap();
        spawn(move || receive(answers, &sender));
        let commands = RefCell::new(process.stdin.take().unwrap());
        let (events, last) = (RefCell::default(), Cell::default());
        Some(Self { commands, messages, events, last, process, directory })
    }

    /// Opens the file `name` of `directory` in a page of its own, and waits until it is loaded.
    #[track_caller]
    pub fn open(&self, directory: &Directory, name: &str) -> Page<'_> {
        let page = Page::new(self);
        page.load(&directory.path(name));
        page
    }

    /// Gives the command `method`, to the page of `session` if there is one, and returns its result.
    #[track_caller]
    pub fn call(&self, session: Option<&str>, method: &str, parameters: &Value) -> Value {
        self.last.set(self.last.get() + 1);
        let mut command = json!({ "id": self.last.get(), "method": method, "params": parameters });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let bytes = [command.to_string().as_bytes(), b"\0"].concat();
        if let Err(error) = self.commands.borrow_mut().write_all(&bytes) {
            panic!("{method}: {error}: {}", self.log());
        }
        loop {
            let message = self.receive(method);
            if message["id"] == self.last.get() {
                assert!(message["error"].is_null(), "{command}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.borrow_mut().push(message);
        }
    }

    /// Waits for an event of a page.
    #[track_caller]
    pub fn wait_for(&self, session: &str, method: &str) {
        let is_it = |event: &Value| event["sessionId"] == session && event["method"] == method;
        while !self.events.borrow().iter().any(is_it) {
            let event = self.receive(method);
            self.events.borrow_mut().push(event);
        }
    }

    /// Returns the parameters of all events of a page so far that are called `method`, in order.
    pub fn events(&self, session: &str, method: &str) -> Vec<Value> {
        let events = self.events.borrow();
        let is_it = |event: &&Value| event["sessionId"] == session && event["method"] == method;
        events.iter().filter(is_it).map(|event| event["params"].clone()).collect()
    }

    /// Forgets all events of a page.
    pub fn forget(&self, session: &str) {
        self.events.borrow_mut().retain(|event| event["sessionId"] != session);
    }

    #[track_caller]
    fn receive(&self, what: &str) -> Value {
        let message = self.messages.recv_timeout(LIMIT);
        message.unwrap_or_else(|error| panic!("{what}: no answer: {error}: {}", self.log()))
    }

    /// Returns what the browser says of itself.
    fn log(&self) -> String {
        let log = fs::read(self.directory.path("chromium.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

/// Ends the browser by its own command: its profile can be removed only after all its processes have
/// ended, and these end with it.
impl Drop for Browser {
    fn drop(&mut self) {
        let command = json!({ "id": 0, "method": "Browser.close" });
        let _ = self.commands.get_mut().write_all(format!("{command}\0").as_bytes());
        while self.messages.recv_timeout(LIMIT).is_ok() {}
        let _ = self.process.wait();
    }
}

/// Passes on the messages of the browser until it ends. Each ends in NUL.
fn receive(answers: ChildStdout, sender: &Sender<Value>) {
    let mut answers = BufReader::new(answers);
    let mut message = Vec::new();
    while matches!(answers.read_until(0, &mut message), Ok(1..)) {
        let Some((0, json)) = message.split_last() else { return };
        let value = serde_json::from_slice(json).unwrap();
        if sender.send(value).is_err() {
            return;
        }
        message.clear();
    }
}
