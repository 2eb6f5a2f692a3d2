"""`python -m lognorm_mmap` and the program of the wheel: exit codes, signals, streams, formats."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, Environment

LOG = b"".join(b"GET /orders/%d 200 in 12 ms\n" % number for number in range(1000))
PATTERNS = b"Y /Y/Y Y Y Y Y\n" * 1000


def module(installed: Environment) -> list[str]:
    return [str(installed.bin / "python"), "-m", "lognorm_mmap"]


def test_standard_streams(installed: Environment) -> None:
    done = subprocess.run(module(installed), input=LOG, capture_output=True)
    assert (done.returncode, done.stdout) == (0, PATTERNS)


def test_exit_codes(installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "old.log").write_bytes(b"a b\n")
    (tmp_path / "new.log").write_bytes(b"a b\na b c\n")

    def code(*arguments: str) -> int:
        command = [*module(installed), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    for name in ("old", "new"):
        assert code(f"{name}.log", "--patterns", f"{name}.tsv") == 0
    assert code("missing.log", "out.log") == 1
    assert code("--no-such-option") == 2
    assert code("patterns", "diff", "old.tsv", "new.tsv") == 3


def test_a_program_for_another_processor_is_named(empty: Environment, tmp_path: Path) -> None:
    program = empty.bin / "lognorm-mmap"
    # The head of a program for s390x.
    program.write_bytes(b"\x7fELF\x02\x02\x01" + bytes(9) + b"\0\2\0\x16" + bytes(100))
    program.chmod(0o755)
    source = {"PYTHONPATH": str(ROOT / "python")}
    done = empty.run("-m", "lognorm_mmap", "--version", env=source)
    assert done.returncode == 1
    assert done.stderr.decode() == f"lognorm-mmap: {program}: Exec format error\n"


def test_arguments_are_passed_on_byte_for_byte(installed: Environment, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff a'b"
    Path(os.fsdecode(name)).write_bytes(LOG)
    done = subprocess.run([*module(installed), name], capture_output=True)
    assert (done.returncode, done.stdout) == (0, PATTERNS)


def test_a_reader_that_goes_away_ends_it_by_sigpipe(installed: Environment) -> None:
    # The interpreter ignores SIGPIPE: passed on, it would turn this into an error.
    command = subprocess.Popen(
        [*module(installed), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None and command.stdin is not None and command.stderr is not None
    command.stdout.close()
    try:
        command.stdin.write(LOG * 1000)
        command.stdin.close()
    except BrokenPipeError:
        pass
    assert command.stderr.read() == b""
    assert command.wait() == -signal.SIGPIPE
    script = 'seq 1000000 | "$0" -m lognorm_mmap - | head -n1; echo "${PIPESTATUS[1]} ${PIPESTATUS[2]}"'
    done = subprocess.run(["bash", "-c", script, str(installed.bin / "python")], capture_output=True)
    assert (done.stdout, done.stderr) == (b"Y\n141 0\n", b"")


def test_a_signal_ends_it_as_the_program(installed: Environment) -> None:
    command = subprocess.Popen([*module(installed), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert command.stdin is not None and command.stdout is not None
    command.stdin.write(b"a\n")
    command.stdin.flush()
    # The first line has come out, so the program has taken the place of the interpreter.
    assert command.stdout.readline() == b"Y\n"
    command.terminate()
    assert command.wait() == -signal.SIGTERM


def test_every_format_is_in(installed: Environment) -> None:
    program = installed.find_bin()
    version = subprocess.run([program, "--version"], capture_output=True, check=True).stdout.decode()
    for codec in ("gzip", "zstd", "xz", "bzip2", "lz4"):
        assert codec in version
    for compress in (gzip.compress, bz2.compress, lzma.compress):
        done = subprocess.run([program, "-"], input=compress(LOG), capture_output=True)
        assert (done.returncode, done.stdout) == (0, PATTERNS)


@pytest.mark.parametrize("extension", ["gz", "zst"])
def test_outputs_are_compressed(installed: Environment, tmp_path: Path, extension: str) -> None:
    output = tmp_path / f"out.{extension}"
    program = installed.find_bin()
    subprocess.run([program, "-", output], input=LOG, check=True)
    assert output.stat().st_size < len(PATTERNS) // 10
    # The patterns of these patterns are the same ones.
    done = subprocess.run([program, output], capture_output=True, check=True)
    assert done.stdout == PATTERNS
