//! One text through every combination of rule set, kernel, threads, chunk size, form, way in and way
//! out: only the rule set may change a byte.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::collections::HashSet;
use std::fs::{self, File};
use std::process::{Output, Stdio};
use std::sync::LazyLock;
use std::thread;

use common::directory::{Directory, LOG, lognorm_mmap, utf8};
use common::form::{FORMS, Form};
use common::text::{assert_same, hostile_lines, hostile_words, log_lines, sample};
use common::ways::{WayIn, WayOut, feed};
use common::{expected_patterns, fixtures, needs};
use lognorm_mmap::{Kernel, Rules};
use proptest::collection::vec;

const THREADS: [usize; 5] = [1, 2, 3, 5, 8];
const CHUNK_SIZES: [usize; 7] = [1, 2, 7, 64, 1000, 64 << 10, 1 << 20];

#[derive(Clone, Copy, Debug)]
struct Combination {
    way_in: WayIn,
    way_out: WayOut,
    threads: usize,
    chunk_size: usize,
    kernel: &'static str,
    rules: Rules,
    form: Form,
}

/// The text of all combinations.
static TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let fixtures: Vec<_> = fixtures("log").iter().map(|log| fs::read(log).unwrap()).collect();
    // Lines longer than all chunks but the largest. In the second, one token becomes a value by its
    // last byte.
    let long = format!("{0} ({0}) {0}", "a-b ".repeat(8000));
    let late = format!("\n{}7", "late".repeat(20_000));
    [
        fixtures.concat(),
        sample(vec(hostile_lines(), 200)).concat(),
        sample(vec(hostile_words(), 100)).concat(),
        long.into_bytes(),
        late.into_bytes(),
        b"\r\n\r\n\n".to_vec(),
        sample(vec(log_lines(), 100)).concat(),
        b"[the end] has no newline".to_vec(),
    ]
    .concat()
});

/// Returns what comes out of a log in this `form` in every combination with `rules`.
fn patterns(rules: Rules, form: Form) -> &'static [u8] {
    static PATTERNS: LazyLock<[[Vec<u8>; 2]; 3]> = LazyLock::new(|| {
        [Form::Plain, Form::Utf16Le, Form::Coloured].map(|form| {
            let seen = form.seen(&TEXT);
            Rules::ALL.map(|rules| expected_patterns(rules, &seen))
        })
    });
    let index = Rules::ALL.iter().position(|&it| it == rules).unwrap();
    let of_form = match form {
        Form::Plain | Form::Marked => 0,
        Form::Utf16Le | Form::Utf16Be => 1,
        Form::Coloured => 2,
    };
    &PATTERNS[of_form][index]
}

/// Returns indices of a thread count, a chunk size, a rule set, a kernel, a way out and a form. Each
/// three of the first three kinds meet, and each two of all kinds.
fn table(kernels: usize, ways_out: usize, forms: usize) -> Vec<[usize; 6]> {
    let mut table = Vec::new();
    for threads in 0..THREADS.len() {
        for chunk_size in 0..CHUNK_SIZES.len() {
            for rules in 0..Rules::ALL.len() {
                let kernel = (threads + chunk_size) % kernels;
                let way_out = (threads + 2 * chunk_size + rules) % ways_out;
                let form = (2 * threads + chunk_size + rules) % forms;
                table.push([threads, chunk_size, rules, kernel, way_out, form]);
            }
        }
    }
    table
}

#[track_caller]
fn assert_every_combination(way_in: WayIn) {
    assert_combinations(&[way_in]);
}

/// Asserts the output of each combination, in one of `ways_in` after the other.
#[track_caller]
fn assert_combinations(ways_in: &[WayIn]) {
    let directory = Directory::with([LOG]);
    fs::create_dir(directory.path("out")).unwrap();
    for form in FORMS {
        let name = form.name();
        fs::write(directory.path(&name), form.of(&TEXT)).unwrap();
        ways_in[0].pack(&directory, &name);
    }
    let kernels: Vec<_> = Kernel::available().map(Kernel::name).collect();
    let (ways_out, forms) = (ways_in[0].ways_out(), ways_in[0].forms());
    let table = table(kernels.len(), ways_out.len(), forms.len());
    for ([threads, chunk_size, rules, kernel, way_out, form], &way_in) in
        table.into_iter().zip(ways_in.iter().cycle())
    {
        let combination = Combination {
            way_in,
            way_out: ways_out[way_out],
            threads: THREADS[threads],
            chunk_size: CHUNK_SIZES[chunk_size],
            kernel: kernels[kernel],
            rules: Rules::ALL[rules],
            form: forms[form],
        };
        let expected = patterns(combination.rules, combination.form);
        assert_same(&run(&directory, combination), expected, combination);
    }
}

/// Runs the program as `combination` says, once for each part, and returns what came out.
fn run(directory: &Directory, combination: Combination) -> Vec<u8> {
    let count = if let WayIn::Parts(count) = combination.way_in { count } else { 1 };
    let parts = (1..=count).map(|index| run_part(directory, combination, index));
    parts.collect::<Vec<_>>().concat()
}

fn run_part(directory: &Directory, combination: Combination, index: u32) -> Vec<u8> {
    let Combination { way_in, way_out, threads, chunk_size, kernel, rules, form } = combination;
    let input = &form.name();
    let (log, out) = (directory.path(input), directory.path("out"));
    let mut command = lognorm_mmap();
    command.args([format!("--threads={threads}"), format!("--chunk-size={chunk_size}")]);
    command.args(["--kernel", kernel, "--rules", rules.name()]);
    if form == Form::Coloured {
        command.arg("--strip-ansi");
    }
    match way_in {
        WayIn::Mapped | WayIn::Archive(_) | WayIn::Tar { .. } => command.arg(&log),
        WayIn::NotMapped => command.arg("--no-mmap").arg(&log),
        WayIn::Parts(count) => {
            let way = if index.is_multiple_of(2) { &["--no-mmap"][..] } else { &[] };
            command.args(way).arg(format!("--shard={index}/{count}")).arg(&log)
        }
        WayIn::StdinFromFile => command.arg("-").stdin(File::open(&log).unwrap()),
        WayIn::StdinFromPipe => command.arg("-").stdin(Stdio::piped()),
    };
    match way_out {
        WayOut::File => command.arg(out.join(input)),
        WayOut::Stdout => &mut command,
        WayOut::Directory => command.arg(directory.path(LOG.0)).arg("-t").arg(&out),
    };
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    let Output { status, stdout, stderr } = thread::scope(|scope| {
        scope.spawn(|| stdin.map(|pipe| feed(pipe, &fs::read(&log).unwrap())));
        child.wait_with_output().unwrap()
    });
    assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{combination:?}");
    if let WayOut::Stdout = way_out {
        return stdout;
    }
    assert_eq!(stdout, b"", "{combination:?}");
    // Removed so that the next combination cannot pass with the output of this one.
    let take = |name: &str| {
        let patterns = fs::read(out.join(name)).unwrap();
        fs::remove_file(out.join(name)).unwrap();
        patterns
    };
    if let WayOut::Directory = way_out {
        let expected = expected_patterns(rules, LOG.1.as_bytes());
        assert_same(&take(LOG.0), &expected, combination);
    }
    take(input)
}

#[test]
fn every_two_values_meet() {
    let tar = WayIn::Tar { outer: None, inner: None };
    let ways = [WayIn::Mapped, WayIn::StdinFromPipe, WayIn::Parts(1), tar];
    let ways = ways.map(|way| (way.ways_out().len(), way.forms().len()));
    for (kernels, (ways_out, forms)) in (1..=5).flat_map(|kernels| ways.map(|it| (kernels, it))) {
        let table = table(kernels, ways_out, forms);
        let rules = Rules::ALL.len();
        let values = [THREADS.len(), CHUNK_SIZES.len(), rules, kernels, ways_out, forms];
        for (left, right) in (0..values.len()).flat_map(|left| (0..left).map(move |it| (left, it)))
        {
            let pairs: HashSet<_> = table.iter().map(|row| (row[left], row[right])).collect();
            assert_eq!(pairs.len(), values[left] * values[right], "{values:?}: {left}, {right}");
        }
    }
}

#[test]
fn the_text_has_what_the_combinations_differ_in() {
    let lines: Vec<_> = TEXT.split(|&byte| byte == b'\n').collect();
    let longest = lines.iter().map(|line| line.len()).max();
    assert!((100_000..500_000).contains(&TEXT.len()), "{} bytes", TEXT.len());
    assert!(patterns(Rules::Shape, Form::Plain) != patterns(Rules::Words, Form::Plain));
    for form in [Form::Utf16Le, Form::Coloured] {
        assert!(patterns(Rules::Shape, form) != patterns(Rules::Shape, Form::Plain));
    }
    assert!(lines.len() > 2000, "{} lines", lines.len());
    assert!(longest > Some(CHUNK_SIZES[5]), "{longest:?} bytes in the longest line");
    assert!(!TEXT.ends_with(b"\n"));
}

#[test]
fn a_mapped_file() {
    assert_every_combination(WayIn::Mapped);
}

#[test]
fn a_file_that_is_not_mapped() {
    assert_every_combination(WayIn::NotMapped);
}

#[test]
fn the_parts_of_a_file() {
    // Each combination is of one number of parts: the borders do not depend on the others.
    let lines = TEXT.split(|&byte| byte == b'\n').map(<[u8]>::len);
    assert!(lines.max() > Some(TEXT.len() / 7), "no line is longer than a part");
    assert_combinations(&[1, 2, 3, 7].map(WayIn::Parts));
}

#[test]
fn a_file_on_standard_input() {
    assert_every_combination(WayIn::StdinFromFile);
}

#[test]
fn a_pipe_on_standard_input() {
    assert_every_combination(WayIn::StdinFromPipe);
}

#[track_caller]
fn assert_archive(name: &'static str) {
    if needs::program(name) {
        assert_every_combination(WayIn::Archive(name));
    }
}

#[test]
fn an_archive_of_gzip() {
    assert_archive("gzip");
}

#[test]
fn an_archive_of_zstd() {
    assert_archive("zstd");
}

#[test]
fn an_archive_of_xz() {
    assert_archive("xz");
}

#[test]
fn an_archive_of_bzip2() {
    assert_archive("bzip2");
}

#[test]
fn an_archive_of_lz4() {
    assert_archive("lz4");
}

#[track_caller]
fn assert_tar(outer: Option<&'static str>, inner: Option<&'static str>) {
    if ["tar"].into_iter().chain(outer).chain(inner).all(needs::program) {
        assert_every_combination(WayIn::Tar { outer, inner });
    }
}

#[test]
fn a_log_in_a_tar_archive() {
    assert_tar(None, None);
}

#[test]
fn a_compressed_log_in_a_compressed_tar_archive() {
    assert_tar(Some("gzip"), Some("zstd"));
}
