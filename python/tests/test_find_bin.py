"""`find_bin()` finds the program wherever pip put it."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from conftest import Environment, python_version

PROGRAM = "lognorm-mmap"
SCRIPT = "import lognorm_mmap; print(lognorm_mmap.find_bin())"


def test_in_a_virtual_environment(installed: Environment) -> None:
    assert installed.find_bin() == str(installed.bin / PROGRAM)


def test_another_version_on_path_does_not_take_its_place(installed: Environment, tmp_path: Path) -> None:
    make_program(tmp_path / PROGRAM)
    assert installed.find_bin({"PATH": f"{tmp_path}:/usr/bin:/bin"}) == str(installed.bin / PROGRAM)


def test_in_a_target_directory(empty: Environment, wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    empty.pip_install("--target", target, wheel)
    assert empty.find_bin({"PYTHONPATH": str(target)}) == str(target / "bin" / PROGRAM)
    # A program in the environment belongs to another module than the one that is imported.
    make_program(empty.bin / PROGRAM)
    assert empty.find_bin({"PYTHONPATH": str(target)}) == str(target / "bin" / PROGRAM)


def test_in_a_target_directory_that_was_moved(empty: Environment, wheel: Path, tmp_path: Path) -> None:
    empty.pip_install("--target", tmp_path / "target", wheel)
    moved = (tmp_path / "target").rename(tmp_path / "moved")
    assert empty.find_bin(cwd=moved) == str(moved / "bin" / PROGRAM)


def test_below_a_prefix(empty: Environment, wheel: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    empty.pip_install("--prefix", prefix, wheel)
    packages = prefix / "lib" / python_version() / "site-packages"
    assert empty.find_bin({"PYTHONPATH": str(packages)}) == str(prefix / "bin" / PROGRAM)


def test_of_a_user(wheel: Path, tmp_path: Path) -> None:
    # Environments have no packages of users, so this is the interpreter that they are made of.
    python = os.path.realpath(Path("/proc/self/exe"))
    env = {"PATH": "/usr/bin:/bin", "PYTHONUSERBASE": str(tmp_path), "HOME": str(tmp_path)}
    pip = [python, "-m", "pip", "install", "-q", "--no-index", "--break-system-packages"]
    subprocess.run([*pip, "--user", wheel], env=env, check=True, capture_output=True)
    found = subprocess.run([python, "-c", SCRIPT], env=env, check=True, capture_output=True)
    assert found.stdout.decode() == f"{tmp_path}/bin/{PROGRAM}\n"


def test_on_path_last(installed: Environment, empty: Environment, tmp_path: Path) -> None:
    # The module alone, as in a checkout of the sources.
    module = copy_module(installed, tmp_path / "module")
    make_program(tmp_path / PROGRAM)
    env = {"PYTHONPATH": str(module), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert empty.find_bin(env) == str(tmp_path / PROGRAM)


def test_nowhere(installed: Environment, empty: Environment, tmp_path: Path) -> None:
    module = copy_module(installed, tmp_path / "module")
    # What is there must also be a program.
    (empty.bin / PROGRAM).write_text("no program")
    done = empty.run("-c", SCRIPT, env={"PYTHONPATH": str(module)})
    assert done.returncode == 1
    message = done.stderr.decode().splitlines()[-1]
    assert message.startswith(f"FileNotFoundError: {PROGRAM} is not in ")
    assert message.endswith(", nor on PATH")
    for directory in (module / "bin", empty.bin):
        assert str(directory) in message
    # That is where Python for Windows has them.
    assert "Scripts" not in message
    done = empty.run("-m", "lognorm_mmap", env={"PYTHONPATH": str(module)})
    assert done.returncode == 1
    assert done.stderr.decode().startswith(f"{PROGRAM}: {PROGRAM} is not in ")
    assert done.stderr.count(b"\n") == 1


def test_in_a_zip_archive(installed: Environment, empty: Environment, tmp_path: Path) -> None:
    module = copy_module(installed, tmp_path / "module")
    archive = tmp_path / "module.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in (module / "lognorm_mmap").glob("*.py"):
            zipped.write(file, f"lognorm_mmap/{file.name}")
    done = empty.run("-c", SCRIPT, env={"PYTHONPATH": str(archive)})
    assert done.returncode == 1
    message = done.stderr.decode().splitlines()[-1]
    assert message.endswith(
        f"; a program cannot be run from the archive that {archive}/lognorm_mmap is in:"
        " install the wheel on each machine"
    )
    # Where the wheel is installed too, the program is that of the machine.
    found = installed.find_bin({"PYTHONPATH": str(archive)})
    assert found == str(installed.bin / PROGRAM)


def copy_module(installed: Environment, to: Path) -> Path:
    """Copies the module without the program."""
    packages = installed.directory / "lib" / python_version() / "site-packages"
    shutil.copytree(packages / "lognorm_mmap", to / "lognorm_mmap")
    return to


def make_program(path: Path) -> None:
    path.write_text("#!/bin/sh\necho another\n")
    path.chmod(0o755)
