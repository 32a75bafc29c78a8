"""A standalone Spark cluster on this machine, from the pip package: one master, two workers, a process each."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
# Small answers, many of them: compiling a plan would take longer than running it.
SETTINGS = """
spark.driver.memory 1g
spark.executor.memory 800m
spark.executor.cores 1
spark.cores.max 2
spark.sql.shuffle.partitions 2
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.network.timeout 60s
spark.buffer.pageSize 1m
spark.locality.wait 0
"""

# What a master and its workers tell when they start is read below; executors keep silent.
LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
logger.deploy.name = org.apache.spark.deploy
logger.deploy.level = info
"""


@dataclass
class Cluster:
    """Who runs: the master's address and the processes."""

    address: str
    master: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    def kill_executors(self) -> None:
        """What works out the answers, with all it keeps in memory; the workers start others."""
        for worker in self.workers:
            subprocess.run(["pkill", "-KILL", "-g", str(worker.pid), "-f", "ExecutorBackend"], check=True)

    def kill_worker(self) -> None:
        """One worker and its executor, at once and for good."""
        _kill(self.workers.pop())

    def kill_master(self) -> None:
        """The master, at once and for good."""
        _kill(self.master)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A master and two workers with one core each; logs and work in `folder`. `SPARK_CONF_DIR` is set for drivers."""
    (folder / "conf").mkdir(parents=True)
    (folder / "conf" / "spark-defaults.conf").write_text(SETTINGS, "utf-8")
    (folder / "conf" / "log4j2.properties").write_text(LOGGING, "utf-8")
    env = {
        **os.environ,
        "SPARK_HOME": str(HOME),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    running: list[subprocess.Popen[bytes]] = []

    def start(name: str, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *arguments]
        with (folder / f"{name}.log").open("wb") as log:
            # A group of its own: an executor is killed with its worker.
            started = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        running.append(started)
        return started

    kept = {name: os.environ.get(name) for name in ("SPARK_CONF_DIR", "SPARK_LOCAL_IP")}
    try:
        master = start("master", "master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        address = _told(folder / "master.log", r"Starting Spark master at (spark://\S+)", master)
        workers = [
            start(
                f"worker-{number}", "worker.Worker", "--cores", "2", "--memory", "2g", "--host", "127.0.0.1",
                "--webui-port", "0", "--work-dir", str(folder / f"work-{number}"), address,
            )
            for number in (1, 2)
        ]  # fmt: skip
        for number, worker in enumerate(workers, start=1):
            _told(folder / f"worker-{number}.log", r"(Successfully registered with master)", worker)
        os.environ.update({name: env[name] for name in kept})
        yield Cluster(address, master, workers, folder)
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        for process in reversed(running):
            _kill(process)


def _told(log: Path, pattern: str, process: subprocess.Popen[bytes], seconds: float = 120) -> str:
    """What a process says in its log once it is ready."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = re.search(pattern, log.read_text("utf-8", errors="replace"))
        if found:
            return found[1]
        assert process.poll() is None, log.read_text("utf-8", errors="replace")
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", errors="replace"))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
