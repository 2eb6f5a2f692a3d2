"""Exactness on a cluster with two executors, one of which is killed in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from spark_support import (
    ExecutorKiller,
    expected_catalogue,
    install,
    need_spark,
    run_program,
    session,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def spark(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SparkSession]:
    need_spark()
    install(request, tmp_path_factory.mktemp("package"))
    with session("local-cluster[2,1,1024]") as spark:
        yield spark


@pytest.fixture(scope="module")
def paths(archives: Path) -> list[Path]:
    return sorted(path for path in archives.rglob("*") if path.is_file())


def test_the_catalogue_is_that_of_all_logs_at_once(
    spark: SparkSession, paths: list[Path], tmp_path: Path
) -> None:
    from lognorm_mmap.spark import count

    out = tmp_path / "all.tsv"
    with ExecutorKiller(spark, done=5) as killer:
        counted = count(spark, paths, out)
    assert killer.killed_at is not None
    assert len(paths) == len(counted.read) == 1000
    assert counted.failed == ()
    assert out.read_bytes() == expected_catalogue(paths)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_no_output_is_missing_or_half_or_double(
    scheme: str, spark: SparkSession, paths: list[Path], tmp_path: Path
) -> None:
    from lognorm_mmap.spark import normalize

    logs = paths if not scheme else paths[:200]
    (tmp_path / "expected").mkdir()
    run_program("-t", tmp_path / "expected", "-q", *logs)
    out = tmp_path / "out"
    with ExecutorKiller(spark, done=5) as killer:
        normalized = normalize(spark, [f"{scheme}{path}" for path in logs], f"{scheme}{out}")
    assert killer.killed_at is not None
    assert len(normalized.written) == len(logs)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "expected").iterdir()
    }
