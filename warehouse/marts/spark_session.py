"""One Spark for this process: without terminal output, listening on this machine only, in UTC. Runs no statement."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from subprocess import Popen

import pyspark
from py4j.java_gateway import JavaGateway
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from warehouse.places.errors import EngineError

_HOME = "127.0.0.1"


@dataclass(frozen=True, eq=False)
class Running:
    """A started Spark: its session, the way to its JVM, the JVM's process and log file."""

    session: SparkSession
    gateway: JavaGateway
    process: Popen[bytes]
    log: Path


@contextmanager
def using(master: str, conf: Mapping[str, str]) -> Iterator[SparkSession]:
    """A session with its own views on this process's Spark, for the block; `conf` overrides the settings made here.

    Raises EngineError in one line when Spark does not start or fails. Its notices do not reach the terminal.
    """
    PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
    running = started(master, tuple(sorted(conf.items())))
    try:
        yield running.session.newSession()
    except (PySparkException, Py4JError) as error:
        ended = running.process.poll() is not None
        reason = _reason(running.log) if ended else _first_line(error)
        raise EngineError(f"Spark không tính được các mart: {reason}") from error


@cache
def started(master: str, conf: tuple[tuple[str, str], ...]) -> Running:
    """The Spark of this process. Raises EngineError when it does not start, or runs already with other settings.

    Its log and spilled data are in a temporary folder that is removed when the process ends.
    """
    if started.cache_info().currsize:
        message = "Spark của tiến trình này đã chạy với [marts] khác; mỗi tiến trình chỉ dùng được một, hãy chạy riêng"
        raise EngineError(message)
    folder = Path(tempfile.mkdtemp(prefix="tyle-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = pyspark.SparkConf(loadDefaults=False)
    settings.setAll(list((_settings(master, folder) | dict(conf)).items()))
    log = folder / "spark.log"
    try:
        with log.open("wb") as output, _environment(SPARK_LOCAL_IP=_HOME, LC_ALL="C.UTF-8"):
            gateway = launch_gateway(settings, {"stdout": output, "stderr": output})
            context = pyspark.SparkContext(gateway=gateway, conf=settings)
    except (PySparkException, Py4JError) as error:
        raise EngineError(f"Không khởi động được Spark ({master}): {_reason(log) or _first_line(error)}") from error
    running = Running(SparkSession(context), gateway, gateway.proc, log)
    atexit.register(_stop, running)
    return running


def _settings(master: str, folder: Path) -> dict[str, str]:
    return {
        "spark.master": master,
        "spark.app.name": "tyle",
        "spark.submit.deployMode": "client",
        "spark.driver.host": _HOME,
        "spark.driver.bindAddress": _HOME,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # the lake's moments have no zone
        "spark.sql.ansi.enabled": "true",  # an overflow is an error, no null
        "spark.sql.ansi.doubleQuotedIdentifiers": "true",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    }


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set environment variables for the JVM that is started in the block; restore this process's own afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _stop(running: Running) -> None:
    """End the JVM and wait for it, so that it no longer writes into the folder when that is removed."""
    if running.process.poll() is None:
        running.session.stop()
        running.gateway.shutdown()  # objects that are let go later are no longer reported to a JVM that is ending
        if running.process.stdin is not None:  # the JVM ends when its input is closed
            running.process.stdin.close()
        running.process.wait()


def _reason(log: Path) -> str:
    """The line of the JVM's log with the reason why it ended."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "Exception" in line or "Error" in line]
    return (errors or lines or [""])[-1]


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
