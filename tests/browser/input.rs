//! Keys and clicks, as a user gives them to a page: they go where the focus or the pointer is.

use serde_json::json;

use super::page::Page;

/// The names, the codes and the texts of keys that are no characters.
const NAMED: [(&str, u32, &str); 8] = [
    ("Tab", 9, ""),
    ("Enter", 13, "\r"),
    ("Escape", 27, ""),
    ("Backspace", 8, ""),
    ("ArrowDown", 40, ""),
    ("ArrowUp", 38, ""),
    ("Home", 36, ""),
    ("End", 35, ""),
];

impl Page<'_> {
    /// Presses a key and releases it: a character, or one of the names that the web gives to keys.
    #[track_caller]
    pub fn press(&self, key: &str) {
        let named = NAMED.iter().find(|(name, ..)| *name == key);
        let (code, number, text) = match (named, key) {
            (Some(&(name, number, text)), _) => (name, number, text),
            (None, " ") => ("Space", 32, " "),
            (None, "/") => ("Slash", 191, "/"),
            (None, character) => ("", 0, character),
        };
        for kind in [if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": code, "text": text,
                "windowsVirtualKeyCode": number,
            });
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Types a text, key by key.
    #[track_caller]
    pub fn enter(&self, text: &str) {
        for character in text.chars() {
            self.press(&character.to_string());
        }
    }

    /// Clicks on the middle of the first element that `selector` selects, which nothing may cover.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let quoted = json!(selector);
        let place = self.evaluate(&format!(
            "(() => {{
                const element = document.querySelector({quoted});
                if (!element) return 'there is none';
                element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = element.getClientRects()[0];
                if (!box) return 'it is hidden';
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                const top = document.elementFromPoint(x, y);
                if (element.contains(top)) return [x, y];
                return `it is covered by ${{top && top.outerHTML.slice(0, 200)}}`;
            }})()"
        ));
        assert!(place.is_array(), "{selector}: {place}");
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", event);
        }
    }
}
