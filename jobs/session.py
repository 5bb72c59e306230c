"""The only builder of Spark sessions: Delta, Arrow, UTC, and a terminal that stays the user's."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jobs.installation import SessionError, delta_jars, require_java, three_ways
from jobs.model_sections import DRIVER_MEMORY
from jobs.storage import DATABRICKS

_SUBMITTED = "PYSPARK_GATEWAY_PORT"
_DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension"
_DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog"
_LOCAL_SETTINGS = {
    # With the defaults of 50 and 200 tasks each Delta call on a small table costs seconds.
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.shuffle.partitions": "4",
    # 10,000 by default: listing a table's files (VACUUM) would take a minute.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    "spark.ui.enabled": "false",
}
# Compiling each query's code takes longer than running a small seed through it uncompiled.
SMALL_SETTINGS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.databricks.delta.snapshotPartitions": "1",
}
_SMALL = "spark.lakesynth.small"  # of a session that was started with these
_JAVA_OPTIONS = "JDK_JAVA_OPTIONS"  # read before those of the command line, which win
_COMPILE_ONCE = "-XX:TieredStopAtLevel=1"
# One thread per Python worker: Spark runs one worker per core already.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# How Spark says that the data source, its class or its session extension is missing.
_DELTA_MISSING = ("DATA_SOURCE_NOT_FOUND", "DELTA_CONFIGURE_SPARK_SESSION", "ClassNotFound")


@dataclass(frozen=True)
class SessionSettings:
    """Where Spark runs and where its jars and logs are.

    ``master`` None is ``local[*]``, unless a session or spark-submit is there already. ``remote``
    is a Spark Connect address; everything else but ``extra`` is then the server's affair.
    ``extra`` goes to Spark as it is and wins over the house's own settings. A new session on this
    machine is set up for ``small`` tables where that is said, and, where it ends with a ``brief``
    process, its JVM too.
    """

    master: str | None = None
    remote: str | None = None
    jars_folder: Path | None = None
    log_file: Path | None = None
    driver_memory: str = DRIVER_MEMORY
    extra: Mapping[str, str] = field(default_factory=dict)
    app_name: str = "lakesynth"
    small: bool = False
    brief: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the session runs on this machine alone."""
        if self.remote is not None:
            return self.remote.startswith("local")
        return (self.master or "local").startswith("local")


def open_session(settings: SessionSettings | None = None) -> SparkSession:
    """The Spark session: the one that runs already (Databricks, notebook) or a new one with Delta.

    Delta's jars come from the class path, else from a folder (``jars_folder`` or the variable
    LAKESYNTH_JARS), else through Ivy. SessionError says what is missing.
    """
    settings = settings or SessionSettings()
    spark = SparkSession.getActiveSession() if settings.remote is None else None
    if spark is None:
        spark = _start(settings)
    _require_delta(spark)
    _apply_house_settings(spark)
    _grow(spark, settings)
    return spark


def starts_here(settings: SessionSettings) -> bool:
    """Whether a session would be started on this machine: none is given, none elsewhere asked."""
    given = any(os.environ.get(name) for name in (_SUBMITTED, DATABRICKS))
    given = given or SparkSession.getActiveSession() is not None
    return settings.is_local and not given


def _start(settings: SessionSettings) -> SparkSession:
    """Build a session in the surroundings that the process is in."""
    if settings.remote is not None and not settings.is_local:
        return _connect(settings)
    if DATABRICKS in os.environ:
        return SparkSession.builder.getOrCreate()
    submitted = _SUBMITTED in os.environ  # spark-submit has started the JVM
    if not submitted:
        require_java()
    folder = Path(tempfile.mkdtemp(prefix="lakesynth-"))
    log_file = settings.log_file or folder / "spark.log"
    config = _session_config(settings, warehouse=folder / "warehouse", submitted=submitted)
    builder = SparkSession.builder.appName(settings.app_name)
    if settings.remote is not None:
        builder = builder.remote(settings.remote)
    elif not submitted:
        builder = builder.master(settings.master or "local[*]")
    for key, value in config.items():
        builder = builder.config(key, value)
    variables = _local_environment(settings) if settings.is_local and not submitted else {}
    with environment(variables), _output_to(log_file):
        try:
            spark = builder.getOrCreate()
        except Exception as error:
            raise SessionError(_start_failure(config, log_file, error)) from error
    if log_file.parent != folder:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return spark


def _grow(spark: SparkSession, settings: SessionSettings) -> None:
    """Set a session up as usual that was started here for a small table, if this one is not."""
    # Serverless compute refuses to be asked for a setting that it does not know.
    if settings.small or is_connect(spark) or spark.conf.get(_SMALL, None) != "true":
        return
    usual = {**_LOCAL_SETTINGS, **settings.extra}
    for key in SMALL_SETTINGS:
        if key in usual:
            spark.conf.set(key, usual[key])
        else:
            spark.conf.unset(key)
    spark.conf.set(_SMALL, "false")


def _connect(settings: SessionSettings) -> SparkSession:
    """Connect to a Spark Connect server; only settings of the session itself are passed."""
    builder = SparkSession.builder.remote(str(settings.remote))
    for key, value in settings.extra.items():
        builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        raise SessionError(
            f"no Spark Connect server answers at {settings.remote}: start it, "
            f'check the address (sc://host:port), and pip install "pyspark[connect]"'
        ) from error


def _session_config(
    settings: SessionSettings, *, warehouse: Path, submitted: bool
) -> dict[str, str]:
    """All settings of a new session; what the user gave comes last and wins."""
    config = {
        "spark.sql.extensions": _DELTA_EXTENSION,
        "spark.sql.catalog.spark_catalog": _DELTA_CATALOG,
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false",
    }
    if not submitted:
        config["spark.driver.memory"] = settings.driver_memory
        config.update(delta_jars(settings.jars_folder, settings.extra))
        if settings.is_local:
            config.update(_LOCAL_SETTINGS)
            if settings.small and settings.remote is None:
                config.update({**SMALL_SETTINGS, _SMALL: "true"})
            # Out of the caller's folder: in memory the catalog ends with the session anyhow.
            config["spark.sql.warehouse.dir"] = warehouse.as_uri()
    extensions = settings.extra.get("spark.sql.extensions")
    config.update(settings.extra)
    if extensions and _DELTA_EXTENSION not in extensions:
        config["spark.sql.extensions"] = f"{extensions},{_DELTA_EXTENSION}"
    return config


def _local_environment(settings: SessionSettings) -> dict[str, str]:
    """Variables that the JVM, and the Python workers it starts, inherit in local mode."""
    root = str(Path(__file__).resolve().parents[1])  # workers import the very code that runs here
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    java = os.environ.get(_JAVA_OPTIONS, "")
    if settings.small and settings.brief:
        java = f"{java} {_COMPILE_ONCE}".strip()
    return {
        **({_JAVA_OPTIONS: java} if java else {}),
        "SPARK_LOCAL_IP": os.environ.get("SPARK_LOCAL_IP", "127.0.0.1"),
        "PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable),
        "PYTHONPATH": os.pathsep.join(paths),
        **{name: "1" for name in _THREAD_VARIABLES},
    }


@contextlib.contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the time of a block.

    They are put back because torch in this process must not inherit one thread.
    """
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _output_to(log_file: Path) -> Iterator[None]:
    """Send file descriptors 1 and 2 to a file, so that the JVM started meanwhile keeps them."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for target, descriptor in zip((1, 2), saved, strict=True):
            os.dup2(descriptor, target)
            os.close(descriptor)
        os.close(log)


def _start_failure(config: Mapping[str, str], log_file: Path, error: Exception) -> str:
    if "BindException" in str(error):
        return (
            "Spark did not start, because a port is taken (a Spark Connect server needs 15002): "
            f"end the other one, or connect to it (sc://localhost:15002); its log is {log_file}"
        )
    if "spark.jars.packages" not in config:
        return f"Spark did not start; its log is {log_file}"
    return (
        f"Spark did not start, most likely because Delta's jars could not be fetched "
        f"({config['spark.jars.packages']}); its log is {log_file}. {three_ways()}"
    )


def _require_delta(spark: SparkSession) -> None:
    """Ask for a Delta table that is not there: the kind of refusal tells whether Delta is."""
    try:
        _ = spark.read.format("delta").load("file:///lakesynth/no/such/table").schema
    except PySparkException as error:
        text = f"{error.getCondition()} {error}"
        if any(sign in text for sign in _DELTA_MISSING):
            raise SessionError(
                f"the Spark session has no Delta. {three_ways()}; the session also needs "
                f"spark.sql.extensions={_DELTA_EXTENSION} and "
                f"spark.sql.catalog.spark_catalog={_DELTA_CATALOG}"
            ) from error


def _apply_house_settings(spark: SparkSession) -> None:
    """Set what results depend on, also in a session that somebody else has built."""
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    if not is_connect(spark):
        # Without Arrow pandas 3 turns a null string into 'nan'. Connect always uses Arrow,
        # and serverless does not let the setting be touched.
        spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")


def is_connect(spark: SparkSession) -> bool:
    """Whether a session is of Spark Connect, as serverless ones are."""
    return "connect" in type(spark).__module__
