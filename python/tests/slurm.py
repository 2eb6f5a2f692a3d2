"""A Slurm of one node, in a directory of its own, without systemd."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={directory}/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/spool
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/slurmd.pid
SlurmctldLogFile={directory}/slurmctld.log
SlurmdLogFile={directory}/slurmd.log
SchedulerParameters=sched_interval=1,bf_interval=1
NodeName={host} NodeAddr=127.0.0.1 {node}
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def running_slurm(directory: Path) -> Iterator[dict[str, str]]:
    """Starts it, and returns the environment in which its commands find it."""
    key = directory / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    munge = {"key-file": "key", "socket": "munge.socket", "pid-file": "munge.pid"}
    munge |= {"log-file": "munge.log", "seed-file": "munge.seed"}
    options = [f"--{name}={directory / file}" for name, file in munge.items()]
    node = subprocess.run(["slurmd", "-C"], check=True, capture_output=True).stdout.decode()
    configuration = directory / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            directory=directory,
            host=socket.gethostname().split(".")[0],
            ports=free_ports(2),
            # The first line is "NodeName=HOST CPUs=2 …".
            node=node.splitlines()[0].split(" ", 1)[1],
        )
    )
    env = {"SLURM_CONF": str(configuration)}
    try:
        for command in (["munged", "--force", *options], ["slurmctld", "-c"], ["slurmd", "-c"]):
            subprocess.run(command, env=os.environ | env, check=True, capture_output=True)
        wait_for_node(env)
        yield env
    finally:
        for name in ("slurmd", "slurmctld", "munge"):
            stop(directory / f"{name}.pid")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return ports


def wait_for_node(env: dict[str, str]) -> None:
    deadline = time.monotonic() + 60
    while True:
        command = ["sinfo", "--noheader", "--format=%t"]
        done = subprocess.run(command, env=os.environ | env, capture_output=True)
        if done.stdout.strip() == b"idle":
            return
        assert time.monotonic() < deadline, (done.stdout, done.stderr)
        time.sleep(0.1)


def stop(pid_file: Path) -> None:
    """Ends a daemon, if it was started, and waits until it is gone."""
    try:
        pid = int(pid_file.read_text())
        while True:
            os.kill(pid, 15)
            time.sleep(0.1)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        pass
