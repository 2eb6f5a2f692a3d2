"""What `lognorm_mmap.spark` does with logs, good and bad, in Spark's local mode."""

from __future__ import annotations

import gzip
import os
import re
import runpy
import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from spark_support import (
    expected_catalogue,
    install,
    need_spark,
    program,
    run_program,
    session,
)
from test_scale import blocks

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Not in the order of their names.
NAMES = ["z.log", "a b.log", "line\nfeed.log", "grün [1]{2}*?.log", "100%41.log", "-q", "it's.log.1"]
# Of one directory: `{0}/{1}`, and `link` is a symbolic link to it.
SPELLINGS = [
    "{0}/{1}",
    "{0}//{1}/./",
    "{0}/link",
    "file://{0}/{1}",
    "file:{0}/{1}",
    "FILE://{0}/{1}",
    "file://localhost{0}/{1}",
    "file://{0}/./{1}//",
    "file://{0}/other/../{1}",
    "file://{0}/link",
]


@pytest.fixture(scope="module")
def spark(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SparkSession]:
    need_spark()
    install(request, tmp_path_factory.mktemp("package"))
    # Two cores, and two attempts for each task.
    with session("local[2,2]") as spark:
        yield spark


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    """Logs whose catalogue depends on their order, some compressed."""
    directory = tmp_path / "logs"
    directory.mkdir()
    paths = []
    for number, name in enumerate(NAMES):
        text = b"".join(b"of log %d: [%d]%s\n" % (number, i, b"!" * (i % 3)) for i in range(number, 9))
        path = directory / name
        if number % 2:
            path = path.with_name(f"{name}.gz")
            text = gzip.compress(text)
        path.write_bytes(text)
        paths.append(path)
    return paths


def uris(paths: list[Path]) -> list[str]:
    return [f"file://{path}" for path in paths]


def files(directory: Path) -> dict[str, bytes]:
    """Returns all there is in a directory, hidden files too."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """An archive that is cut short, after enough text that a pipe is full."""
    path = tmp_path / "damaged.log.gz"
    whole = gzip.compress(os.urandom(300_000).hex().encode() + b"\n")
    path.write_bytes(whole[: len(whole) // 2])
    return path


@pytest.fixture
def unreadable_at_its_end(tmp_path: Path) -> Path:
    """A plain log, for which Hadoop's `file://` finds that the end is not what was written."""
    path = tmp_path / "unreadable.log"
    text = b"a line of a log\n" * 200_000
    path.write_bytes(text)
    sums = [zlib.crc32(text[start : start + 512]) for start in range(0, len(text), 512)]
    sums[-1] ^= 1
    path.with_name(".unreadable.log.crc").write_bytes(
        b"crc\0" + struct.pack(f">i{len(sums)}I", 512, *sums)
    )
    return path


class TestCount:
    @pytest.mark.parametrize("paths_per_task", [None, 1, 3, 100])
    def test_is_that_of_all_logs_in_their_order(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, paths_per_task: int | None
    ) -> None:
        from lognorm_mmap.spark import Counted, count

        out = tmp_path / "all.tsv"
        counted = count(spark, logs, out, paths_per_task=paths_per_task)
        assert counted == Counted(str(out), tuple(map(str, logs)), ())
        assert out.read_bytes() == expected_catalogue(logs)

    def test_of_objects_is_that_of_files(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count

        out = tmp_path / "all.tsv"
        mixed = [*uris(logs[:3]), *logs[3:5], *uris(logs[5:])]
        count(spark, mixed, f"file://{out}", paths_per_task=4)
        assert out.read_bytes() == expected_catalogue(logs)
        assert sorted(os.listdir(tmp_path)) == ["all.tsv", "logs"]

    def test_a_tree_of_merges(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from lognorm_mmap.spark import count, counting

        monkeypatch.setattr(counting, "_FAN_IN", 2)
        out = tmp_path / "all.tsv"
        # The same log twice is counted twice.
        count(spark, [*logs, *logs], out, paths_per_task=1)
        assert out.read_bytes() == expected_catalogue([*logs, *logs])

    def test_the_program_and_the_module_are_brought_to_the_workers(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count

        def module(_: int) -> str:
            import lognorm_mmap

            return lognorm_mmap.__file__

        count(spark, logs, tmp_path / "all.tsv")
        (found,) = set(spark.sparkContext.parallelize(range(4), 4).map(module).collect())
        assert found.endswith("/lognorm_mmap.zip/lognorm_mmap/__init__.py")
        (names,) = {tuple(spark.sparkContext.listFiles)}
        assert any(name.endswith("/lognorm-mmap") for name in names)
        count(spark, logs, tmp_path / "installed.tsv", ship=False)
        assert (tmp_path / "installed.tsv").read_bytes() == (tmp_path / "all.tsv").read_bytes()

    def test_a_name_that_is_not_unicode(self, spark: SparkSession, tmp_path: Path) -> None:
        from lognorm_mmap.spark import count

        path = os.path.join(os.fsencode(tmp_path), b"\xff.log")
        with open(path, "wb") as log:
            log.write(b"a line\n")
        for number, given in enumerate((path, os.fsdecode(path))):
            out = tmp_path / f"{number}.tsv"
            counted = count(spark, [given], out)
            assert counted.read == (os.fsdecode(path),)
            assert out.read_bytes() == expected_catalogue([path])

    def test_relative_paths_are_those_of_the_driver(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from lognorm_mmap.spark import count

        monkeypatch.chdir(logs[0].parent)
        count(spark, [path.name for path in logs], "all.jsonl", rules="words", options=["--strip-ansi"])
        run_program("patterns", "count", "--rules", "words", "-o", tmp_path / "expected.jsonl", *logs)
        assert Path("all.jsonl").read_bytes() == (tmp_path / "expected.jsonl").read_bytes()

    @pytest.mark.parametrize(("scheme", "paths_per_task"), [("", 1), ("", 100), ("file://", 100)])
    def test_logs_that_cannot_be_read_are_named(
        self,
        spark: SparkSession,
        logs: list[Path],
        damaged: Path,
        tmp_path: Path,
        scheme: str,
        paths_per_task: int,
    ) -> None:
        from lognorm_mmap.spark import LogsFailed, count

        out = tmp_path / "all.tsv"
        out.write_bytes(before := expected_catalogue(logs[:1]))
        missing = tmp_path / "missing.log"
        paths = [f"{scheme}{path}" for path in [missing, *logs, damaged, logs[0]]]
        with pytest.raises(LogsFailed) as raised:
            count(spark, paths, out, paths_per_task=paths_per_task)
        failed = {failure.path: failure.reason for failure in raised.value.failed}
        assert list(failed) == [paths[0], paths[-2]]
        assert str(missing) in failed[paths[0]]
        assert "unexpected end of compressed input" in failed[paths[-2]]
        assert str(damaged) in str(raised.value) and str(missing) in str(raised.value)
        assert out.read_bytes() == before

        counted = count(spark, paths, out, on_error="skip", paths_per_task=paths_per_task)
        assert {failure.path: failure.reason for failure in counted.failed} == failed
        assert list(counted.read) == [*paths[1:-2], paths[-1]]
        assert out.read_bytes() == expected_catalogue([*logs, logs[0]])

    def test_an_object_that_breaks_off_is_not_taken_for_a_shorter_one(
        self, spark: SparkSession, unreadable_at_its_end: Path, tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count, normalize

        out = tmp_path / "all.tsv"
        [log] = uris([unreadable_at_its_end])
        counted = count(spark, [log], out, on_error="skip")
        assert (counted.read, [failure.path for failure in counted.failed]) == ((), [log])
        assert "ChecksumException" in counted.failed[0].reason
        assert b"\tlines=0\t" in out.read_bytes()
        normalized = normalize(spark, [log], tmp_path / "out", on_error="skip")
        assert [failure.path for failure in normalized.failed] == [log]
        assert "ChecksumException" in normalized.failed[0].reason
        assert files(tmp_path / "out") == {}

    def test_what_cannot_be_done_is_said_before_the_work(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import ProgramFailed, count

        log = tmp_path / "all.tsv"
        log.write_bytes(b"a log\n")
        for out in (log, f"file://{log}"):
            with pytest.raises(FileExistsError, match="overwrite=True"):
                count(spark, logs, out)
        assert log.read_bytes() == b"a log\n"
        with pytest.raises(FileNotFoundError):
            count(spark, logs, tmp_path / "no" / "all.tsv")
        with pytest.raises(ProgramFailed, match="UTF-5"):
            count(spark, logs, tmp_path / "other.tsv", options=["--encoding", "UTF-5"])
        with pytest.raises(TypeError):
            count(spark, str(logs[0]), tmp_path / "other.tsv")
        with pytest.raises(ValueError, match="no path"):
            count(spark, [], tmp_path / "other.tsv")
        with pytest.raises(ValueError, match="empty"):
            count(spark, [""], tmp_path / "other.tsv")
        assert sorted(os.listdir(tmp_path)) == ["all.tsv", "logs"]
        for out in (log, f"file://{log}"):
            count(spark, logs, out, overwrite=True)
            assert log.read_bytes() == expected_catalogue(logs)

    @pytest.mark.parametrize("target", ["", "file://"])
    def test_a_name_that_no_catalogue_can_have(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, target: str
    ) -> None:
        from lognorm_mmap.spark import count

        for name in ("all.log", "all", ".tsv", "all.tsv.gz"):
            out = f"{target}{tmp_path / name}"
            with pytest.raises(ValueError, match=f"{re.escape(repr(out))} ends in none of .tsv"):
                count(spark, logs, out)
        (tmp_path / "all.tsv").mkdir()
        for overwrite in (False, True):
            with pytest.raises(IsADirectoryError, match=r"all\.tsv is a directory"):
                count(spark, logs, f"{target}{tmp_path / 'all.tsv'}", overwrite=overwrite)
        assert sorted(os.listdir(tmp_path)) == ["all.tsv", "logs"]

    def test_each_format(self, spark: SparkSession, logs: list[Path], tmp_path: Path) -> None:
        from lognorm_mmap.spark import count
        from lognorm_mmap.spark.destination import _EXTENSIONS

        for extension in (*_EXTENSIONS, ".TSV"):
            count(spark, logs, tmp_path / f"all{extension}")
        run_program("patterns", "merge", tmp_path / "all.tsv", "-o", tmp_path / "again.jsonl")
        assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()
        assert (tmp_path / "all.TSV").read_bytes() == (tmp_path / "all.tsv").read_bytes()
        assert (tmp_path / "all.html").read_bytes().lower().startswith(b"<!doctype html>")

    @pytest.mark.parametrize(
        ("argument", "message"),
        [
            ({"on_error": "Fail"}, "on_error is one of 'fail', 'skip', not 'Fail'"),
            ({"rules": "word"}, "rules is one of 'shape', 'words', not 'word'"),
            *(
                ({"options": options}, re.escape(repr(options[0])))
                for options in (
                    ["-o", "/tmp/x.tsv"],
                    ["--output=x.tsv"],
                    ["--format", "jsonl"],
                    ["--max-patterns", "1"],
                    ["--files0-from", "list"],
                    ["--shard", "1/2"],
                    ["-j4"],
                    ["--keep-going"],
                    ["--help"],
                    ["--"],
                    ["other.log"],
                )
            ),
            ({"options": ["--strip-ansi", "--encoding"]}, "--encoding needs a value"),
        ],
    )
    def test_arguments_that_are_misspelt(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, argument: Any, message: str
    ) -> None:
        from lognorm_mmap.spark import count

        with pytest.raises(ValueError, match=message):
            count(spark, logs, tmp_path / "all.tsv", **argument)
        with pytest.raises(TypeError, match="not one string"):
            count(spark, logs, tmp_path / "all.tsv", options="--strip-ansi")
        assert os.listdir(tmp_path) == ["logs"]

    def test_a_log_that_would_become_the_catalogue(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count

        log = tmp_path / "log.tsv"
        log.write_bytes(b"a log\n")
        for path, out in ((log, f"file:{log}"), (f"file:{log}", log)):
            with pytest.raises(FileExistsError, match="is a log of this job"):
                count(spark, [*logs, path], out, overwrite=True)
        assert log.read_bytes() == b"a log\n"

    def test_an_upload_that_breaks_off_leaves_the_old_catalogue(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from lognorm_mmap.spark import StoreFailed, count
        from lognorm_mmap.spark.stores import Store

        upload = Store.upload

        def break_off(self: Store, file: str, uri: str) -> None:
            upload(self, file, uri)
            raise StoreFailed("the connection is lost")

        monkeypatch.setattr(Store, "upload", break_off)
        (tmp_path / "all.tsv").write_bytes(b"the old one\n")
        with pytest.raises(StoreFailed, match="the connection is lost"):
            count(spark, logs, f"file://{tmp_path / 'all.tsv'}", overwrite=True)
        assert (tmp_path / "all.tsv").read_bytes() == b"the old one\n"
        assert sorted(os.listdir(tmp_path)) == ["all.tsv", "logs"]

    def test_the_session_keeps_its_check_sums(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count

        jvm = spark.sparkContext._jvm
        hadoop = spark.sparkContext._jsc.hadoopConfiguration()
        path = jvm.org.apache.hadoop.fs.Path(f"file://{tmp_path / 'of the user'}")
        system = path.getFileSystem(hadoop)
        count(spark, logs, f"file://{tmp_path / 'all.tsv'}")
        system.create(path, True).close()
        assert (tmp_path / ".of the user.crc").exists()

    def test_at_most_so_many_patterns(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count

        count(spark, logs, tmp_path / "all.tsv", max_patterns=2)
        rows = (tmp_path / "all.tsv").read_text().splitlines()[2:]
        assert [row.partition("\t")[0] for row in rows] == ["pattern", "pattern", "other"]


class TestNormalize:
    @pytest.mark.parametrize(
        ("source", "target", "compress"),
        [
            ("", "", "none"),
            ("file://", "", "zstd"),
            ("", "file://", "none"),
            ("file://", "file://", "zstd"),
        ],
    )
    def test_each_output_is_that_of_the_program(
        self,
        spark: SparkSession,
        logs: list[Path],
        tmp_path: Path,
        source: str,
        target: str,
        compress: str,
    ) -> None:
        from lognorm_mmap.spark import normalize

        (tmp_path / "expected").mkdir()
        run_program("-t", tmp_path / "expected", "--compress", compress, *logs)
        out = tmp_path / "new" / "out"
        paths = [f"{source}{path}" for path in logs]
        normalized = normalize(spark, paths, f"{target}{out}", compress=compress)
        assert files(out) == files(tmp_path / "expected")
        assert [output.path for output in normalized.written] == paths
        assert {output.output for output in normalized.written} == {
            f"{target}{out / name}" for name in files(out)
        }
        assert normalized.failed == ()

    def test_the_job_of_the_page(
        self,
        spark: SparkSession,
        logs: list[Path],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        logs = [log for log in logs if "\n" not in log.name]
        Path("archives.list").write_text("".join(f"{log}\n" for log in logs))
        Path("expected").mkdir()
        run_program("-t", "expected", "--compress", "zstd", *logs)
        Path("job.py").write_text(blocks("Spark", "python")[1])
        runpy.run_path("job.py")
        assert capsys.readouterr().out == f"{len(logs)} outputs were written\n"
        assert files(Path("patterns")) == files(Path("expected"))

    @pytest.mark.parametrize("target", ["", "file://"])
    def test_outputs_that_exist(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, target: str
    ) -> None:
        from lognorm_mmap.spark import normalize

        out = f"{target}{tmp_path / 'out'}"
        normalize(spark, logs, out)
        expected = files(tmp_path / "out")
        (tmp_path / "out" / "z.log").write_bytes(b"a log\n")
        (tmp_path / "out" / "a b.log").unlink()
        with pytest.raises(FileExistsError, match=r"z\.log"):
            normalize(spark, logs, out)
        assert "a b.log" not in files(tmp_path / "out")
        normalized = normalize(spark, logs, out, existing="skip")
        assert [output.path for output in normalized.written] == [str(logs[1])]
        assert files(tmp_path / "out") == {**expected, "z.log": b"a log\n"}
        assert normalize(spark, logs, out, existing="skip").written == ()
        normalize(spark, logs, out, existing="replace")
        assert files(tmp_path / "out") == expected

    def test_a_store_that_cannot_replace_in_one_step(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import normalize

        normalize(spark, logs, tmp_path / "expected")
        hadoop = spark.sparkContext._jsc.hadoopConfiguration()
        name = "fs.AbstractFileSystem.file.impl"
        value = hadoop.get(name)
        hadoop.unset(name)
        try:
            for _ in range(2):
                normalize(spark, logs, f"file://{tmp_path / 'out'}", existing="replace")
        finally:
            hadoop.set(name, value)
        assert files(tmp_path / "out") == files(tmp_path / "expected")

    def test_names_that_clash_are_refused_before_anything_is_written(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import normalize

        other = tmp_path / "z.log.zst"
        with pytest.raises(ValueError, match=r"z\.log.*z\.log\.zst.*would both become 'z\.log'"):
            normalize(spark, [*logs, other], tmp_path / "out")
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("target", SPELLINGS)
    @pytest.mark.parametrize("source", SPELLINGS)
    def test_a_log_is_never_replaced_however_it_is_spelt(
        self, spark: SparkSession, tmp_path: Path, source: str, target: str
    ) -> None:
        from lognorm_mmap.spark import StoreFailed, normalize

        (tmp_path / "logs").mkdir()
        (tmp_path / "link").symlink_to("logs")
        log = tmp_path / "logs" / "x.log"
        log.write_bytes(b"a log\n")
        path = source.format(tmp_path, "logs") + "/x.log"
        refused: tuple[type[Exception], str] = (FileExistsError, "is a log of this job")
        if target.startswith(("FILE", "file://localhost")):
            # Hadoop opens no such file.
            refused = (StoreFailed, "Wrong FS|No FileSystem for scheme")
        for existing in ("replace", "skip", "refuse"):
            with pytest.raises(refused[0], match=refused[1]):
                normalize(spark, [path], target.format(tmp_path, "logs"), existing=existing)
        assert files(tmp_path / "logs") == {"x.log": b"a log\n"}

    def test_spellings_of_one_object(self) -> None:
        from lognorm_mmap.spark.names import _one_spelling

        class OfTheDefault:
            def authority(self, uri: str) -> str:
                return "node"

        def spell(uri: str) -> str:
            return _one_spelling(uri, OfTheDefault())

        for uri in (
            "hdfs://node/logs/x.log",
            "HDFS://Node:8020/logs/x.log",
            "hdfs:/logs/x.log",
            "hdfs:///logs/x.log",
            "hdfs://node//logs/./x.log",
            "hdfs://node/other/../logs/x.log",
        ):
            assert spell(uri) == "hdfs://node/logs/x.log"
        assert spell("s3://bucket/x%41") == spell("s3a://bucket//x%41") == "s3a://bucket/x%41"
        assert spell("s3a://bucket/x") != spell("s3a://other/x")
        assert spell("s3a://bucket/x") != spell("s3a://bucket/X")

    @pytest.mark.parametrize(
        ("argument", "message"),
        [
            ({"on_error": "Skip"}, "on_error is one of"),
            ({"existing": "Skip"}, "existing is one of 'refuse', 'skip', 'replace', not 'Skip'"),
            ({"compress": "bz2"}, "compress is one of 'none', 'gzip', 'zstd', not 'bz2'"),
            ({"rules": ""}, "rules is one of"),
            ({"options": ["-t", "elsewhere"]}, "'-t' is not an option that a job can have"),
            ({"options": ["--patterns=x.tsv"]}, "'--patterns=x.tsv' is not an option"),
        ],
    )
    def test_arguments_that_are_misspelt(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, argument: Any, message: str
    ) -> None:
        from lognorm_mmap.spark import normalize

        out = tmp_path / "out"
        out.mkdir()
        (out / "z.log").write_bytes(b"old\n")
        with pytest.raises(ValueError, match=message):
            normalize(spark, logs, out, **{"existing": "replace", **argument})
        assert files(out) == {"z.log": b"old\n"}

    def test_what_a_job_has_left_that_was_killed(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import normalize

        left = tmp_path / "out" / "_temporary.lognorm-mmap.1"
        left.mkdir(parents=True)
        with pytest.warns(UserWarning, match=f"{left} is of another job: delete it if"):
            normalize(spark, logs, f"file:{tmp_path / 'out'}")
        assert left.exists()

    @pytest.mark.parametrize("target", ["", "file://"])
    def test_logs_that_cannot_be_read_are_named_and_the_others_written(
        self, spark: SparkSession, logs: list[Path], damaged: Path, tmp_path: Path, target: str
    ) -> None:
        from lognorm_mmap.spark import LogsFailed, normalize

        normalize(spark, logs, tmp_path / "expected")
        out = f"{target}{tmp_path / 'out'}"
        paths = [tmp_path / "missing.log", *logs, damaged]
        with pytest.raises(LogsFailed, match=f"{len(logs)} of {len(paths)} logs were written") as raised:
            normalize(spark, paths, out)
        assert [failure.path for failure in raised.value.failed] == [str(paths[0]), str(damaged)]
        assert files(tmp_path / "out") == files(tmp_path / "expected")

    def test_names_of_outputs_are_those_of_the_program(self, tmp_path: Path) -> None:
        need_spark()
        from lognorm_mmap.spark.names import _COMPRESSED, output_name

        names = [f"{extension}-{i}.{extension}" for i, extension in enumerate(_COMPRESSED)]
        names += ["x.tar.GZ", "y.gz.log", ".gz", "z.Zst", "w.tsv", "v.xz.bz2", "u."]
        (tmp_path / "out").mkdir()
        for name in names:
            (tmp_path / name).write_bytes(b"a line\n")
        run_program("-q", "-t", tmp_path / "out", *(tmp_path / name for name in names))
        assert sorted(output_name(name, "none") for name in names) == sorted(files(tmp_path / "out"))


def fail_twice(directory: Path, condition: str) -> str:
    """Makes a program that fails after its work, the first two times that `case` has such arguments."""
    # Spark brings no other file of the same name.
    path = directory / f"lognorm-mmap-{directory.name}"
    path.write_text(
        f'#!/bin/sh\ncase "$*" in {condition})\n'
        f"  if mkdir '{directory}/failed' 2>/dev/null || mkdir '{directory}/failed again' 2>/dev/null\n"
        f"  then '{program()}' \"$@\"; echo 'no luck' >&2; exit 1; fi\n"
        f"esac\nexec '{program()}' \"$@\"\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


class TestRetries:
    def test_a_log_that_failed_counts_once(
        self, spark: SparkSession, logs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import lognorm_mmap
        from lognorm_mmap.spark import count

        expected = expected_catalogue(logs[:1])
        unlucky = fail_twice(tmp_path, "*--files0-from*")
        monkeypatch.setattr(lognorm_mmap, "find_bin", lambda: unlucky)
        counted = count(spark, logs[:1], tmp_path / "all.tsv")
        assert (tmp_path / "failed again").exists()
        assert counted.failed == ()
        assert (tmp_path / "all.tsv").read_bytes() == expected

    def test_an_output_that_an_earlier_attempt_wrote_is_replaced(
        self, spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import lognorm_mmap
        from lognorm_mmap.spark import normalize

        # By the rules for words, this is its own pattern: nothing tells it from a log.
        log = tmp_path / "words.log"
        log.write_bytes(b"only words here\n")
        unlucky = fail_twice(tmp_path, "*words.log*")
        monkeypatch.setattr(lognorm_mmap, "find_bin", lambda: unlucky)
        normalized = normalize(spark, [log], tmp_path / "out", rules="words")
        assert (tmp_path / "failed again").exists()
        assert normalized.failed == ()
        assert files(tmp_path / "out") == {"words.log": b"only words here\n"}

    def test_no_task_fails_because_of_a_log(
        self, spark: SparkSession, logs: list[Path], damaged: Path, tmp_path: Path
    ) -> None:
        from lognorm_mmap.spark import count, normalize

        paths = [*logs[:2], tmp_path / "missing.log", f"file:{tmp_path}/missing too.log", damaged]
        context = spark.sparkContext
        context.setJobGroup(tmp_path.name, "a job with logs that cannot be read")
        counted = count(spark, paths, tmp_path / "all.tsv", on_error="skip")
        normalized = normalize(spark, paths, tmp_path / "out", on_error="skip")
        context.setLocalProperty("spark.jobGroup.id", None)
        assert len(counted.failed) == len(normalized.failed) == 3
        tracker = context.statusTracker()
        jobs = [tracker.getJobInfo(job) for job in tracker.getJobIdsForGroup(tmp_path.name)]
        stages = [tracker.getStageInfo(stage) for job in jobs for stage in job.stageIds]
        assert len(stages) >= 2
        assert [stage.numFailedTasks for stage in stages] == [0] * len(stages)


def test_a_program_that_cannot_be_started_leaves_no_file_open(tmp_path: Path) -> None:
    need_spark()
    from lognorm_mmap.spark.streaming import print_of_object

    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            print_of_object([str(tmp_path / "no program")], None, "file:/a.log")
    assert sorted(os.listdir("/proc/self/fd")) == before
