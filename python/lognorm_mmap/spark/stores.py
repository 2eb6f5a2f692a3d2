"""Object stores and other file systems of Hadoop, streamed with bounded memory.

Python on an executor has no way into the executor's JVM: the gateway of PySpark is on the driver
only. Data frames of ``binaryFile`` would bring an object as one value, in memory, and of less than
2 GB. So a worker starts a JVM of its own, with the class path of its executor and the Hadoop
configuration of the driver, and keeps it for its tasks. That JVM copies between a stream of Hadoop
and a pipe, and the other end of the pipe is the program's standard input or output. It ends with
the worker.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from py4j.java_gateway import (  # type: ignore[import-untyped]
    GatewayParameters,
    JavaGateway,
    launch_gateway,
)
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark import SparkFiles
from pyspark.errors import PySparkException

from .batches import is_uri

if TYPE_CHECKING:
    from pyspark import SparkContext

_BUFFER = 1 << 20
_SCHEME_AND_AUTHORITY = re.compile(r"[^:/]+:(//[^/]*)?")


class StoreFailed(RuntimeError):
    """The file system of Hadoop has reported an error; the message is its own."""


class Store:
    """The file systems that Hadoop has, in the JVM of a gateway."""

    def __init__(self, gateway: Any, configuration: Any) -> None:
        self._gateway = gateway
        self._hadoop = gateway.jvm.org.apache.hadoop
        self._configuration = configuration
        self._systems: dict[str, Any] = {}

    def close(self) -> None:
        """Closes the file systems that were used."""
        with _failures():
            for system in self._systems.values():
                system.close()

    def read(self, uri: str, pipe: int) -> None:
        """Copies an object into the pipe that is open as ``pipe`` in this process."""
        with _failures():
            path, system = self._open(uri)
            source = system.open(path)
            target = self._gateway.jvm.java.io.FileOutputStream(_name_of(pipe))
            self._hadoop.io.IOUtils.copyBytes(source, target, _BUFFER, True)

    def write(self, pipe: int, uri: str) -> None:
        """Creates an object of what comes out of the pipe that is open as ``pipe`` in this process."""
        with _failures():
            path, system = self._open(uri)
            source = self._gateway.jvm.java.io.FileInputStream(_name_of(pipe))
            target = system.create(path, True)
            self._hadoop.io.IOUtils.copyBytes(source, target, _BUFFER, True)

    def upload(self, file: str, uri: str) -> None:
        """Creates an object of a local file."""
        with _failures():
            path, system = self._open(uri)
            system.copyFromLocalFile(False, True, self._hadoop.fs.Path(f"file://{file}"), path)

    def rename(self, source: str, target: str) -> None:
        """Gives an object its final name, in place of one that has it."""
        fs = self._hadoop.fs
        with _failures():
            source_path, system = self._open(source)
            target_path = fs.Path(target)
            try:
                context = fs.FileContext.getFileContext(target_path.toUri(), self._configuration)
            except Py4JJavaError as error:
                if "UnsupportedFileSystemException" not in error.java_exception.toString():
                    raise
                # A file system without the newer interface cannot replace in one step.
                system.delete(target_path, False)
                if not system.rename(source_path, target_path):
                    raise StoreFailed(f"{source} could not be renamed to {target}") from None
                return
            rename = getattr(fs, "Options$Rename")
            options = self._gateway.new_array(rename, 1)
            options[0] = rename.OVERWRITE
            context.rename(source_path, target_path, options)

    def exists(self, uri: str) -> bool:
        """Tells whether there is an object, or a directory, of this name."""
        with _failures():
            path, system = self._open(uri)
            return bool(system.exists(path))

    def is_directory(self, uri: str) -> bool:
        """Tells whether there is a directory of this name."""
        with _failures():
            path, system = self._open(uri)
            return bool(system.exists(path) and system.getFileStatus(path).isDirectory())

    def names(self, uri: str) -> set[str]:
        """Returns the names in a directory, none if there is no such directory."""
        with _failures():
            path, system = self._open(uri)
            if not system.exists(path):
                return set()
            paths = self._hadoop.fs.FileUtil.stat2Paths(system.listStatus(path))
            # One string, because each call into the JVM takes some of a millisecond. Py4J passes an
            # array only where a method takes just this class of arrays.
            java = self._gateway.jvm.java
            objects = self._gateway.new_array(java.lang.Object, len(paths))
            java.lang.System.arraycopy(paths, 0, objects, 0, len(paths))
            joined = str(self._hadoop.util.StringUtils.join("\0", java.util.Arrays.asList(objects)))
            return {name.rpartition("/")[2] for name in joined.split("\0") if name}

    def authority(self, uri: str) -> str:
        """Returns the host or the bucket of a URI, and for one that names none that of Hadoop."""
        with _failures():
            _, system = self._open(uri)
            return str(system.getUri().getAuthority() or "")

    def make_directory(self, uri: str) -> None:
        """Makes a directory, and those that it is in, where there is none."""
        with _failures():
            path, system = self._open(uri)
            system.mkdirs(path)

    def delete(self, uri: str) -> None:
        """Deletes an object or a directory and all in it, if there is one."""
        with _failures():
            path, system = self._open(uri)
            system.delete(path, True)

    def _open(self, uri: str) -> tuple[Any, Any]:
        path = self._hadoop.fs.Path(uri)
        found = _SCHEME_AND_AUTHORITY.match(uri)
        key = found[0] if found else uri
        if key not in self._systems:
            # An instance of this store's own: what is set for it is not set for the user's session.
            system = self._hadoop.fs.FileSystem.newInstance(path.toUri(), self._configuration)
            # `file://` would leave a second, hidden file of check sums beside each output.
            system.setWriteChecksum(False)
            self._systems[key] = system
        return path, self._systems[key]


@contextmanager
def _failures() -> Iterator[None]:
    """Makes one line of an exception of Java."""
    try:
        yield
    except Py4JJavaError as error:
        raise StoreFailed(str(error.java_exception.toString())) from error
    except PySparkException as error:
        # On the driver, PySpark puts its own in the place of some.
        raise StoreFailed(str(error)) from error


def _name_of(pipe: int) -> str:
    """Returns a name by which another process of this user opens a pipe of this one."""
    return f"/proc/{os.getpid()}/fd/{pipe}"


@contextmanager
def driver_store(context: SparkContext, target: str) -> Iterator[Store | None]:
    """Gives the file systems as the driver has them if ``target`` is a URI, and ``None`` if not."""
    if not is_uri(target):
        yield None
        return
    with closing(Store(context._gateway, _driver_configuration(context))) as store:
        yield store


def configuration_of(context: SparkContext) -> str:
    """Returns the Hadoop configuration of the driver as XML, for :func:`worker_store`."""
    jvm: Any = context._jvm
    writer = jvm.java.io.StringWriter()
    _driver_configuration(context).writeXml(writer)
    return str(writer.toString())


def _driver_configuration(context: SparkContext) -> Any:
    java_context: Any = context._jsc
    return java_context.hadoopConfiguration()


@functools.lru_cache(maxsize=1)
def worker_store(configuration: str) -> Store:
    """Returns the file systems as an executor has them; starts a JVM when called first."""
    gateway = _gateway()
    loaded = gateway.jvm.org.apache.hadoop.conf.Configuration(False)
    stream = gateway.jvm.java.io.ByteArrayInputStream(configuration.encode())
    loaded.addResource(stream)
    return Store(gateway, loaded)


@functools.lru_cache(maxsize=1)
def _gateway() -> JavaGateway:
    java, class_path, directory = _executor()
    if "SPARK_USER" in os.environ:
        os.environ.setdefault("HADOOP_USER_NAME", os.environ["SPARK_USER"])
    port, token = launch_gateway(
        # It must exist, and may be any entry of the class path.
        jarpath=directory,
        classpath=class_path,
        java_path=java,
        # It copies through one buffer, but clients of stores keep some blocks in memory. The serial
        # collector and one compiler keep its threads few: there is a JVM for each core.
        javaopts=["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
        die_on_exit=True,
        redirect_stderr=sys.stderr,
        enable_auth=True,
        cwd=directory,
    )
    return JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token))


def _executor() -> tuple[str, str, str]:
    """Returns the ``java``, the class path and the directory of this worker's executor."""
    # Jars that came with `--jars` and `--packages`.
    added = os.path.join(os.path.abspath(SparkFiles.getRootDirectory()), "*")
    process = os.getppid()
    while process > 1:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            arguments = [os.fsdecode(argument) for argument in file.read().split(b"\0")]
        java = os.readlink(f"/proc/{process}/exe")
        if os.path.basename(java) == "java":
            class_path = os.environ.get("CLASSPATH", "")
            for name, value in zip(arguments, arguments[1:]):
                if name in ("-cp", "-classpath", "--class-path"):
                    class_path = value
                    break
            return java, f"{class_path}:{added}", os.readlink(f"/proc/{process}/cwd")
        with open(f"/proc/{process}/stat", "rb") as file:
            # The name of the program, in parentheses, may have blanks.
            process = int(file.read().rpartition(b")")[2].split()[1])
    raise StoreFailed("the JVM of the executor is not among the ancestors of this process")
