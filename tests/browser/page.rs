//! A page in the browser: what it shows, what it did, and how it is looked at.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::connection::{Browser, LIMIT};

/// The width and the height of a page, in pixels.
pub type Size = (u32, u32);

/// A page, in a tab of its own.
pub struct Page<'a> {
    pub browser: &'a Browser,
    pub session: String,
}

impl<'a> Page<'a> {
    /// Makes an empty page of 1,280 by 900 pixels, light, which records what it does from now on.
    #[track_caller]
    pub fn new(browser: &'a Browser) -> Self {
        let target = browser.call(None, "Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call(None, "Target.attachToTarget", &attach);
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        let page = Self { browser, session };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.set_size((1280, 900));
        page.set_media("", "light");
        page
    }

    /// Opens the file `path` and waits until it is loaded. What the page did before is forgotten.
    #[track_caller]
    pub fn load(&self, path: &Path) {
        self.browser.forget(&self.session);
        let url = format!("file://{}", path.display());
        let navigation = self.call("Page.navigate", json!({ "url": url }));
        assert!(navigation["errorText"].is_null(), "{url}: {}", navigation["errorText"]);
        self.browser.wait_for(&self.session, "Page.loadEventFired");
    }

    /// Gives a command of the protocol to this page.
    #[track_caller]
    pub fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser.call(Some(&self.session), method, &parameters)
    }

    /// Returns the value of an expression in the page, once it is there if it is a promise.
    #[track_caller]
    pub fn evaluate(&self, expression: &str) -> Value {
        let parameters =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let result = self.call("Runtime.evaluate", parameters);
        let failure = &result["exceptionDetails"];
        assert!(failure.is_null(), "{expression}: {failure}");
        result["result"]["value"].clone()
    }

    /// Returns the value of an expression that is a text.
    #[track_caller]
    pub fn text(&self, expression: &str) -> String {
        let value = self.evaluate(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression}: {value}")).to_owned()
    }

    /// Returns the value of an expression that is a whole number.
    #[track_caller]
    pub fn number(&self, expression: &str) -> u64 {
        let value = self.evaluate(expression);
        value.as_u64().unwrap_or_else(|| panic!("{expression}: {value}"))
    }

    /// Returns the value of an expression that is an array of texts.
    #[track_caller]
    pub fn texts(&self, expression: &str) -> Vec<String> {
        let value = self.evaluate(expression);
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) {
        let start = Instant::now();
        while self.evaluate(expression) != true {
            if start.elapsed() > LIMIT {
                let text = self.evaluate("document.body.innerText");
                panic!("waited in vain until {expression}: {text}");
            }
            sleep(Duration::from_millis(2));
        }
    }

    /// Asserts that the page asked for no file but its own, and that neither its script nor the
    /// browser complained of anything.
    #[track_caller]
    pub fn assert_is_quiet(&self) {
        let of = |method| self.browser.events(&self.session, method);
        let requests = of("Network.requestWillBeSent");
        let urls: Vec<_> = requests.iter().map(|request| &request["request"]["url"]).collect();
        let own = self.evaluate("location.href.replace(/#.*/, '')");
        assert!(urls.iter().all(|url| **url == own), "requests: {urls:?}");
        assert_eq!(urls.len(), 1, "requests: {urls:?}");
        for method in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"] {
            let events = of(method);
            assert!(events.is_empty(), "{method}: {events:#?}");
        }
        assert!(of("Page.javascriptDialogOpening").is_empty(), "a dialog");
    }

    /// Has the page be this large.
    #[track_caller]
    pub fn set_size(&self, (width, height): Size) {
        let scale = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false
        });
        self.call("Emulation.setDeviceMetricsOverride", scale);
    }

    /// Has the page be shown on a kind of medium, such as `print`, in a scheme of colors, `light` or
    /// `dark`.
    #[track_caller]
    pub fn set_media(&self, media: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let media = json!({ "media": media, "features": features });
        self.call("Emulation.setEmulatedMedia", media);
    }

    /// Allows or forbids pages that are loaded from now on to run scripts.
    #[track_caller]
    pub fn allow_scripts(&self, allowed: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed }));
    }

    /// Writes a picture of the page, as far as it is seen, to `path`.
    #[track_caller]
    pub fn screenshot(&self, path: &Path) {
        let picture = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        fs::write(path, from_base64(picture["data"].as_str().unwrap())).unwrap();
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.call("Page.close", json!({}));
        }
    }
}

/// Returns the bytes that `text` is the base64 form of.
fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|byte| DIGITS.iter().position(|&digit| digit == byte));
    let digits: Vec<_> = digits.collect();
    let group = |digits: &[usize]| {
        let bits =
            digits.iter().enumerate().fold(0, |bits, (at, digit)| bits | digit << (18 - 6 * at));
        (0..digits.len() - 1).map(move |at| (bits >> (16 - 8 * at)) as u8).collect::<Vec<_>>()
    };
    digits.chunks(4).flat_map(group).collect()
}
