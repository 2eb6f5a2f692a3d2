"""The job of docs/SCALE.md for Spark, run as it is copied from the page; an executor is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from spark_support import descendants, expected_catalogue, install, need_spark, program
from test_scale import blocks


@pytest.fixture
def place(request: pytest.FixtureRequest, archives: Path, tmp_path: Path) -> Path:
    """A directory with the archives and the job."""
    need_spark()
    install(request, tmp_path / "package")
    shutil.copytree(archives, tmp_path / "archives", copy_function=os.link)
    (tmp_path / "count_logs.py").write_text(blocks("Spark", "python")[0])
    return tmp_path


def start(place: Path, script: str) -> subprocess.Popen[bytes]:
    import lognorm_mmap
    import pyspark

    package = Path(lognorm_mmap.__file__).parents[1]
    path = [Path(sys.executable).parent, Path(pyspark.__file__).parent / "bin", Path(program()).parent]
    env = {
        **os.environ,
        "PATH": ":".join([*map(str, path), os.environ["PATH"]]),
        "PYTHONPATH": str(package),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    return subprocess.Popen(["bash", "-ec", script], cwd=place, env=env, stdout=subprocess.PIPE)


def kill_an_executor_at_work(job: subprocess.Popen[bytes], killed: list[int]) -> None:
    """Kills the first executor that has started Python for its first task."""
    while job.poll() is None and not killed:
        time.sleep(0.2)
        for executor in descendants(job.pid, b"--executor-id"):
            if descendants(executor, b"pyspark.daemon"):
                os.kill(executor, signal.SIGKILL)
                killed.append(executor)
                break


def test_the_job_on_a_cluster_with_an_executor_killed(place: Path) -> None:
    (script,) = blocks("Spark", "sh")
    killed: list[int] = []
    with start(place, script) as job:
        killer = threading.Thread(target=kill_an_executor_at_work, args=(job, killed))
        killer.start()
        printed, _ = job.communicate(timeout=600)
        killer.join()
    assert job.returncode == 0
    assert killed
    assert printed.splitlines()[-1] == b"1000 logs are in all.tsv"
    paths = [place / name for name in (place / "archives.list").read_text().splitlines()]
    assert (place / "all.tsv").read_bytes() == expected_catalogue(paths)
