"""Fixtures: the wheel that is tested, and fresh environments to install it into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from archives import make_archives
from slurm import running_slurm

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Environment:
    """A virtual environment, from which nothing outside is seen but the usual programs."""

    directory: Path

    @property
    def bin(self) -> Path:
        return self.directory / "bin"

    def run(
        self, *arguments: object, env: dict[str, str] | None = None, **options: object
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs this environment's Python; `PATH` has nothing of this project unless `env` says so."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        clean |= {"PATH": "/usr/bin:/bin", "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | (env or {})
        command = [str(self.bin / "python"), *map(str, arguments)]
        return subprocess.run(command, env=clean, capture_output=True, **options)

    def pip_install(self, *arguments: object, env: dict[str, str] | None = None) -> None:
        """Installs without looking anywhere but where `arguments` say."""
        done = self.run("-m", "pip", "install", "-q", "--no-index", *arguments, env=env)
        assert done.returncode == 0, done.stderr.decode()

    def find_bin(self, env: dict[str, str] | None = None, **options: object) -> str:
        """Returns what `find_bin()` returns there, in a process of its own."""
        script = "import lognorm_mmap; print(lognorm_mmap.find_bin())"
        done = self.run("-c", script, env=env, **options)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().removesuffix("\n")


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel of this machine: the newest in target/wheels, or the one `LOGNORM_WHEEL` names."""
    named = os.environ.get("LOGNORM_WHEEL")
    if named:
        return Path(named)
    wheels = sorted(
        (ROOT / "target/wheels").glob(f"*_{os.uname().machine}.whl"),
        key=lambda path: path.stat().st_mtime,
    )
    if not wheels:
        pytest.fail("there is no wheel in target/wheels: .ci/python builds one")
    return wheels[-1]


@pytest.fixture
def empty(tmp_path: Path) -> Environment:
    """A fresh environment without the wheel."""
    venv.create(tmp_path / "empty", with_pip=True, symlinks=True)
    return Environment(tmp_path / "empty")


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A fresh environment with the wheel."""
    directory = tmp_path_factory.mktemp("venv")
    venv.create(directory, with_pip=True, symlinks=True)
    environment = Environment(directory)
    environment.pip_install(wheel)
    return environment


def python_version() -> str:
    """Returns the name of the directory of this Python's packages, such as `python3.11`."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a thousand small archives in five formats, which no test changes."""
    directory = tmp_path_factory.mktemp("archives")
    make_archives(directory)
    return directory


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Slurm of one node, as the environment in which its commands find it."""
    for program in ("sbatch", "slurmctld", "slurmd", "munged"):
        need(program)
    if os.geteuid() != 0:
        pytest.skip("Slurm's daemons need root")
    if not Path("/sys/fs/cgroup").is_dir():
        pytest.skip("slurmd needs /sys/fs/cgroup")
    with running_slurm(tmp_path_factory.mktemp("slurm")) as env:
        yield env


def need(program: str) -> None:
    """Skips the test where a program is missing; where `CI` is set, that is a failure."""
    if shutil.which(program) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"there is no {program}")
