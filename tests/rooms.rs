//! The rooms of the source: each imports only from those before it in `src/lib.rs`.
//!
//! Whoever reads one room then need not know those after it. The order in which `src/lib.rs`
//! declares its modules is the order that holds.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::path::{Path, PathBuf};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// At most so many files and directories are at the root of the source, besides `lib.rs`.
const MAX_ROOMS: usize = 12;

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
    assert!(imports.len() > 50, "the test does not see the imports: {imports:?}");
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

/// The modules that `lib.rs` declares, in order.
fn rooms(lib: &str) -> Vec<String> {
    let declared = lib.lines().filter_map(|line| {
        let (_, name) = line.strip_suffix(';')?.split_once("mod ")?;
        (!line.starts_with(' ') && !line.starts_with("//")).then(|| name.to_owned())
    });
    declared.collect()
}

/// The room that `file` belongs to; none for `lib.rs` and the binary, which may import from all.
fn room_of(file: &Path) -> Option<String> {
    let first = file.strip_prefix(SOURCE).unwrap().components().next()?;
    let name = Path::new(first.as_os_str()).file_stem()?.to_str()?.to_owned();
    (name != "lib" && name != "bin").then_some(name)
}

/// What follows each `crate::` outside of comments, and the root itself where a chain of `super::`
/// leads to it.
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

/// Whether a chain of `super::` in `line` leaves the room. One in a block may begin in a module of
/// the file, such as its tests.
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
