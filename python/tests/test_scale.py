"""The recipes of docs/SCALE.md, run as they are copied from the page.

Each counts a thousand archives, and its sum is that of all of them counted in one run.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Environment, need

TASKS = 20


class Place:
    """A directory with the archives, in which the shell finds the program."""

    def __init__(self, directory: Path, archives: Path, installed: Environment) -> None:
        self.directory = directory
        for archive in archives.rglob("*.log.*"):
            link = directory / "archives" / archive.relative_to(archives)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.hardlink_to(archive)
        self.bin = directory / "bin"
        self.bin.mkdir()
        self.env = {
            "PATH": f"{self.bin}:{installed.bin}:{os.environ['PATH']}",
            "HOME": str(directory),
            "LC_ALL": "C.UTF-8",
        }

    def start(self, script: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.directory,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, script: str) -> tuple[int, str]:
        """Runs a script, and returns its exit code and what it says on standard error."""
        process = self.start(script)
        _, errors = process.communicate(timeout=120)
        return process.returncode, errors.decode()

    def run_well(self, script: str) -> None:
        assert self.run(script) == (0, "")

    def parts(self) -> list[Path]:
        return list((self.directory / "parts").glob("*.tsv"))

    def sum(self) -> bytes | None:
        path = self.directory / "all.tsv"
        return path.read_bytes() if path.exists() else None


@pytest.fixture
def place(tmp_path: Path, archives: Path, installed: Environment) -> Place:
    return Place(tmp_path, archives, installed)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, archives: Path, installed: Environment) -> bytes:
    """The catalogue of all archives, counted in one run."""
    place = Place(tmp_path_factory.mktemp("whole"), archives, installed)
    place.run_well(list_archives("archives.list"))
    place.run_well("lognorm-mmap patterns count -q --files-from archives.list -o all.tsv")
    catalogue = place.sum()
    assert catalogue is not None and len(catalogue.splitlines()) > 100
    return catalogue


def blocks(section: str, language: str) -> list[str]:
    """Returns the blocks of code of a section of the page."""
    page = (ROOT / "docs/SCALE.md").read_text()
    (text,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{section} has no block of {language}"
    return found


def list_archives(name: str) -> str:
    return f"find archives -type f | LC_ALL=C sort > {name}"


def damage(archive: Path) -> bytes:
    """Replaces an archive by half of it, and returns what it was."""
    text = archive.read_bytes()
    # The archive is a link to one that other tests read.
    archive.unlink()
    archive.write_bytes(text[: len(text) // 2])
    return text


def wait_until(is_done: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


@pytest.mark.parametrize("victim", ["the program", "its jobs too"])
def test_parallel_killed_and_resumed(place: Place, whole: bytes, victim: str) -> None:
    need("parallel")
    once, again = blocks("GNU parallel", "sh")
    place.run_well(once)
    process = place.start(again)
    wait_until(lambda: len(place.parts()) > 200)
    if victim == "the program":
        script = f"pkill -KILL --session {process.pid} --oldest parallel; kill -KILL {process.pid}"
        subprocess.run(["sh", "-c", script], check=True)
    else:
        subprocess.run(["pkill", "-KILL", "--session", str(process.pid)], check=True)
    assert process.wait() == -signal.SIGKILL
    done = len(place.parts())
    assert 200 < done < 1000 and place.sum() is None
    place.run_well(again)
    assert place.sum() == whole
    # What was done is not done again.
    log = (place.directory / "parallel.log").read_text().splitlines()
    assert sorted(int(line.split("\t")[0]) for line in log[1:]) == list(range(1, 1001))
    assert {path.name for path in place.parts()} == {f"{n}.tsv" for n in range(1, 1001)}


def test_parallel_with_a_damaged_archive(place: Place, whole: bytes) -> None:
    need("parallel")
    once, again = blocks("GNU parallel", "sh")
    place.run_well(once)
    damaged = place.directory / "archives/host 2/app's 0065.log.gz"
    text = damage(damaged)
    code, errors = place.run(again)
    assert code != 0 and place.sum() is None
    assert "lognorm-mmap: archives/host 2/app's 0065.log.gz: " in errors
    damaged.write_bytes(text)
    place.run_well(again)
    assert place.sum() == whole


def test_slurm_with_a_task_that_fails(place: Place, whole: bytes, slurm: dict[str, str]) -> None:
    place.env |= slurm
    once, again = blocks("Slurm", "sh")
    place.run_well(once)
    damaged = place.directory / "archives/host 2/app's 0065.log.gz"
    text = damage(damaged)

    def run_jobs() -> None:
        code, errors = place.run(again)
        assert code == 0, errors
        wait_until(
            lambda: (
                subprocess.run(
                    ["squeue", "--noheader"], env=place.env, check=True, capture_output=True
                ).stdout
                == b""
            )
        )

    run_jobs()
    assert place.sum() is None
    failed = [n for n in range(1, TASKS + 1) if not (place.directory / f"parts/{n}.tsv").exists()]
    assert len(failed) == 1
    log = (place.directory / f"parts/{failed[0]}.log").read_text()
    assert "lognorm-mmap: archives/host 2/app's 0065.log.gz: " in log
    damaged.write_bytes(text)
    before = {path: path.stat().st_mtime_ns for path in place.parts()}
    run_jobs()
    assert place.sum() == whole
    assert {path: path.stat().st_mtime_ns for path in before} == before
    # Only the merge was lost.
    (place.directory / "all.tsv").unlink()
    run_jobs()
    assert place.sum() == whole
    assert {path: path.stat().st_mtime_ns for path in before} == before


def run_tasks(place: Place, script: str, variable: str) -> None:
    """Runs the tasks side by side, in another order than that of their indices, one of them twice."""
    indices = [*range(TASKS - 1, -1, -1), 7]

    def task(index: int) -> tuple[int, str]:
        return place.run(f"export {variable}={index}; {script}")

    with ThreadPoolExecutor(4) as executor:
        assert set(executor.map(task, indices)) == {(0, "")}


def check_that_only_missing_parts_are_counted(place: Place, script: str, variable: str) -> None:
    """Runs all tasks again, when the parts of all but one are there."""
    before = {path: path.stat().st_mtime_ns for path in place.parts()}
    assert len(before) == TASKS
    missing = place.directory / "parts/3.tsv"
    missing.unlink()
    run_tasks(place, script, variable)
    after = {path: path.stat().st_mtime_ns for path in place.parts()}
    assert after.pop(missing) != before.pop(missing) and after == before


def prepare(place: Place) -> None:
    place.run_well(f"{list_archives('archives.list')}; mkdir parts")


def quoted(command: list[str]) -> str:
    """Returns a command line for the shell; the page's directory is the one of the test."""
    return " ".join("'" + word.replace("/logs", ".").replace("'", "'\\''") + "'" for word in command)


def test_kubernetes_by_its_index(place: Place, whole: bytes) -> None:
    prepare(place)
    (text,) = blocks("Kubernetes", "yaml")
    count, merge = yaml.safe_load_all(text)
    assert count["spec"]["completionMode"] == "Indexed"
    assert count["spec"]["completions"] == TASKS

    def command(job: dict) -> str:
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert container["workingDir"] == "/logs"
        return quoted(container["command"] + container["args"])

    run_tasks(place, command(count), "JOB_COMPLETION_INDEX")
    check_that_only_missing_parts_are_counted(place, command(count), "JOB_COMPLETION_INDEX")
    place.run_well(command(merge))
    assert place.sum() == whole


def test_aws_batch_by_its_index(place: Place, whole: bytes) -> None:
    prepare(place)
    count, merge = map(json.loads, blocks("AWS Batch", "json"))
    (commands,) = blocks("AWS Batch", "text")
    assert f"--array-properties size={TASKS} " in commands
    command = count["containerProperties"]["command"]
    run_tasks(place, quoted(command), "AWS_BATCH_JOB_ARRAY_INDEX")
    check_that_only_missing_parts_are_counted(place, quoted(command), "AWS_BATCH_JOB_ARRAY_INDEX")
    place.run_well(quoted(merge["containerProperties"]["command"]))
    assert place.sum() == whole


def fake_aws(place: Place, script: str) -> None:
    """Puts a program in the place of `aws`, which gets an object's name as `$4`."""
    aws = place.bin / "aws"
    aws.write_text(f"#!/bin/sh\n{script}\n")
    aws.chmod(0o755)


@pytest.mark.parametrize("end", ["\n", ""])
def test_objects_of_a_store(place: Place, whole: bytes, end: str) -> None:
    fake_aws(
        place,
        'case "$1 $2 $3 $5" in\n'
        "    's3api list-objects-v2 --bucket --prefix') find archives -type f ;;\n"
        """    's3 cp --quiet -') cat "${4#s3://BUCKET/}" ;;\n"""
        "    *) exit 1 ;;\nesac",
    )
    once, task, merge = blocks("Objects in a store", "sh")
    place.run_well(once)
    objects = place.directory / "objects.list"
    objects.write_text(objects.read_text().removesuffix("\n") + end)
    run_tasks(place, task, "INDEX")
    check_that_only_missing_parts_are_counted(place, task, "INDEX")
    place.run_well(merge)
    assert place.sum() == whole


def test_an_object_whose_transfer_breaks_off_makes_no_part(place: Place) -> None:
    # Half of a plain log is a log.
    place.run_well("mkdir parts; seq -f 'object %g' 40 > objects.list")
    fake_aws(place, 'echo "$4"\n[ "$4" != "s3://object 6" ] || { echo lost >&2; exit 1; }')
    _, script, _ = blocks("Objects in a store", "sh")
    assert place.run(f"export INDEX=2; {script}") == (1, "lost\n")
    assert place.parts() == []
    assert place.run(f"export INDEX=3; {script}") == (0, "")
    assert [path.name for path in place.parts()] == ["4.tsv"]
