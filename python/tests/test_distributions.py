"""What is in the wheel and in the source distribution."""

from __future__ import annotations

import email
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

from conftest import ROOT, need


def test_what_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as zipped:
        names = zipped.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        fields = email.message_from_bytes(zipped.read(metadata))
        third_party = zipped.read(metadata.replace("METADATA", "licenses/THIRD-PARTY")).decode()
        (program,) = (zipped.read(name) for name in names if name.endswith("/scripts/lognorm-mmap"))
    package = {name for name in names if name.startswith("lognorm_mmap/")}
    assert {"lognorm_mmap/__init__.py", "lognorm_mmap/__main__.py", "lognorm_mmap/py.typed"} <= package
    assert not [name for name in names if "test" in name or name.endswith((".rs", ".pyc"))]
    assert "manylinux_2_17" in wheel.name
    assert "\nzstd-sys " in third_party and "\nclap " in third_party
    assert b"/.cargo/" not in program and os.fsencode(ROOT) not in program
    assert fields["License"] == "MIT OR Apache-2.0"
    assert fields["Requires-Python"] == ">=3.9"
    assert fields["Requires-Dist"] is None
    assert fields.get_payload().startswith("# lognorm-mmap\n")


def test_the_source_distribution_has_what_a_build_needs(tmp_path: Path) -> None:
    need("cargo")
    (archive,) = (ROOT / "target/wheels").glob("*.tar.gz")
    with tarfile.open(archive) as unpacked:
        unpacked.extractall(tmp_path, filter="data")
    (package,) = tmp_path.iterdir()
    for name in ("pyproject.toml", "README.md", "LICENSE-MIT", "LICENSE-APACHE"):
        assert (package / name).is_file(), name
    for directory, suffix in (("src", ".rs"), ("python/lognorm_mmap", ".py")):
        wanted = {path.relative_to(ROOT) for path in (ROOT / directory).rglob(f"*{suffix}")}
        assert wanted <= {path.relative_to(package) for path in package.rglob(f"*{suffix}")}
    # It fails where the lock file does not fit the manifest, or files that the manifest names are gone.
    command = ["cargo", "tree", "--locked", "--offline", "--edges=normal,build"]
    done = subprocess.run(command, cwd=package, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
