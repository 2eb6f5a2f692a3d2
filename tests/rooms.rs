//! The rooms of the source: each imports only from the rooms before it, and files and functions are
//! short.
//!
//! A reader of one room need not know the rooms after it. The order is that in which `src/lib.rs`
//! declares its modules.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::{Path, PathBuf};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The maximum of files and directories at the root of the source, besides `lib.rs`.
const MAX_ROOMS: usize = 12;

/// The maximum of lines of a file.
const MAX_FILE: usize = 300;

/// The maximum of lines of a function, from its `fn` to its closing brace.
const MAX_FUNCTION: usize = 60;

/// An import, and the file that has it.
#[derive(Debug, PartialEq)]
struct Import {
    from: String,
    to: String,
    file: PathBuf,
}

#[test]
fn a_room_imports_only_from_rooms_before_it() {
    let rooms = rooms(&fs::read_to_string(format!("{SOURCE}/lib.rs")).unwrap());
    let position = |name: &str| rooms.iter().position(|room| room == name);
    let mut imports = Vec::new();
    for file in files(Path::new(SOURCE)) {
        if let Some(room) = room_of(&file).filter(|room| position(room).is_some()) {
            imports.extend(imports_of(&file, &room, &fs::read_to_string(&file).unwrap()));
        }
    }
    assert!(imports.len() > 50, "the test finds too few imports: {imports:?}");
    let is_wrong = |import: &&Import| {
        position(&import.to) > position(&import.from) || position(&import.to).is_none()
    };
    let wrong: Vec<_> = imports.iter().filter(is_wrong).collect();
    assert!(wrong.is_empty(), "imports from a later room, or not from a room: {wrong:#?}");
}

#[test]
fn the_root_of_the_source_is_seen_at_a_glance() {
    let names = fs::read_dir(SOURCE).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = names.filter(|name| name != "lib.rs").collect();
    assert!(names.len() <= MAX_ROOMS, "{} are too many: {names:?}", names.len());
}

#[test]
fn no_file_is_long() {
    let count = |file: &PathBuf| fs::read_to_string(file).unwrap().lines().count();
    let sizes: Vec<_> = files(Path::new(SOURCE)).into_iter().map(|it| (count(&it), it)).collect();
    assert!(sizes.len() > 50, "the test finds too few files: {sizes:?}");
    let long: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > MAX_FILE).collect();
    assert!(long.is_empty(), "files of more than {MAX_FILE} lines: {long:#?}");
}

#[test]
fn no_function_is_long() {
    let (mut count, mut long) = (0, Vec::new());
    for file in files(Path::new(SOURCE)) {
        for (name, lines) in functions(&fs::read_to_string(&file).unwrap()) {
            count += 1;
            if lines > MAX_FUNCTION {
                long.push((lines, name, file.clone()));
            }
        }
    }
    assert!(count > 500, "the test finds only {count} functions");
    assert!(long.is_empty(), "functions of more than {MAX_FUNCTION} lines: {long:#?}");
}

#[test]
fn the_lines_of_functions_are_counted() {
    let text = "\
fn one() {}
impl T {
    #[inline]
    pub(crate) const unsafe fn four<F: Fn(u8)>(
        f: F,
    ) {
    }

    async fn five() {
        fn three() -> u8 {
            1
        }
    }
}
trait U {
    fn declared(&self);
    fn declared_too(
        &self,
    ) -> u8;
}
// fn in_a_comment() {
let f: fn(u8) = |_| {
};
";
    let functions: Vec<_> = functions(text);
    let functions: Vec<_> = functions.iter().map(|(name, lines)| (&name[..], *lines)).collect();
    assert_eq!(functions, [("one", 1), ("four", 4), ("five", 5), ("three", 3)]);
}

#[test]
fn an_import_from_a_later_room_is_seen() {
    let text = "use crate::b::{X,\n    Y};\n// use crate::c::Z;\nfn f() { crate::d::g(super::h(), super::i()) }\n";
    let import = |to: &str| Import { from: "a".into(), to: to.into(), file: "a/one.rs".into() };
    let imports = imports_of(Path::new("a/one.rs"), "a", text);
    assert_eq!(imports, ["b", "d"].map(import));
    let imports = imports_of(Path::new("a/one.rs"), "a", "use super::super::b::X;\n");
    assert_eq!(imports, ["super::"].map(import));
    assert_eq!(
        rooms("pub mod a;\nmod b;\n#[cfg(x)]\npub(crate) mod c;\nuse d;\n"),
        ["a", "b", "c"]
    );
}

/// Returns the modules that `lib.rs` declares, in order.
fn rooms(lib: &str) -> Vec<String> {
    let declared = lib.lines().filter_map(|line| {
        let (_, name) = line.strip_suffix(';')?.split_once("mod ")?;
        (!line.starts_with(' ') && !line.starts_with("//")).then(|| name.to_owned())
    });
    declared.collect()
}

/// Returns the room that `file` belongs to. `lib.rs` and the binary belong to none: they may import
/// from all.
fn room_of(file: &Path) -> Option<String> {
    let first = file.strip_prefix(SOURCE).unwrap().components().next()?;
    let name = Path::new(first.as_os_str()).file_stem()?.to_str()?.to_owned();
    (name != "lib" && name != "bin").then_some(name)
}

/// Returns an import for each `crate::` outside of comments, and one for each chain of `super::`
/// that leads to the root.
fn imports_of(file: &Path, room: &str, text: &str) -> Vec<Import> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.map(|line| format!("{line}\n")).collect();
    let targets = code.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|char: char| !char.is_alphanumeric() && char != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    let root = code.lines().filter(|line| leads_to_root(line, file)).map(|_| "super::");
    let import = |to: &str| Import { from: room.into(), to: to.into(), file: file.into() };
    targets.chain(root).map(import).collect()
}

/// Whether a chain of `super::` in `line` leaves the room. An indented line may be in a module of
/// the file, such as its tests, so the chain has to be longer there.
fn leads_to_root(line: &str, file: &Path) -> bool {
    let inside = file.strip_prefix(SOURCE).unwrap_or(file).components().count();
    let is_module_root = file.file_stem().is_some_and(|stem| stem == "mod");
    let depth = inside - usize::from(is_module_root) + usize::from(line.starts_with(' '));
    line.contains(&"super::".repeat(depth))
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns the name of each function that has a body, and its lines.
///
/// It ends where a brace closes at the indentation of its `fn`, since `cargo fmt` formats the code.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<_> = text.lines().collect();
    let function = |(start, &line): (usize, &&str)| {
        let name = function_name(line)?;
        let indentation = &line[..line.len() - line.trim_start().len()];
        let is_end = |line: &str| match line.strip_prefix(indentation) {
            Some(rest) if rest.starts_with(' ') => false,
            rest => rest.is_some_and(|rest| rest.ends_with(['}', ';'])),
        };
        let length = 1 + lines[start..].iter().position(|line| is_end(line))?;
        let has_body = lines[start + length - 1].ends_with('}');
        has_body.then(|| (name.to_owned(), length))
    };
    lines.iter().enumerate().filter_map(function).collect()
}

/// Returns the name of the function that begins in `line`.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_qualifier = |word: &str| {
        ["const", "async", "unsafe", "extern", "default"].contains(&word)
            || word.starts_with("pub")
            || word.starts_with('"')
    };
    let end = after.find(|char: char| !char.is_alphanumeric() && char != '_')?;
    (end > 0 && before.split_whitespace().all(is_qualifier)).then(|| &after[..end])
}
