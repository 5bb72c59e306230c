"""Spark's classes, loaded and verified once for all JVMs that tests start.

Half of a command's start is the loading of some ten thousand classes. A JVM maps them from an
archive of class data that another one has left (JEP 350), where class path and version are the
same, and loads them as ever where they are not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import pyspark

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 300  # that making it may take; a start without it takes some 10


def archive_options(folder: Path, options: str) -> str:
    """The JVM's options with an archive in this folder, made where it is not there yet.

    The same options where it cannot be made: tests are then slower, and that is all.
    """
    path = folder / f"{_identity()}.jsa"
    if not path.exists():
        _make(path, options)
    # A JVM of another class path would warn on standard output that it does not use it.
    return f"{options} -XX:SharedArchiveFile={path} -Xlog:disable" if path.exists() else options


def _identity() -> str:
    """What an archive depends on: Java and Spark's jars, by name, size and time."""
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    jars = sorted((Path(pyspark.__file__).parent / "jars").iterdir())
    stats = [(str(jar), jar.stat().st_size, jar.stat().st_mtime_ns) for jar in jars]
    return sha256(repr((java, os.environ.get("JAVA_HOME"), stats)).encode()).hexdigest()[:16]


def _make(path: Path, options: str) -> None:
    started = path.with_suffix(f".{os.getpid()}")
    environment = {
        **os.environ,
        "JDK_JAVA_OPTIONS": f"{options} -XX:ArchiveClassesAtExit={started}",
    }
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.class_archive", str(path.parent)],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        started.replace(path)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"tests start slower: no archive of Spark's classes could be made ({error})")
    finally:
        started.unlink(missing_ok=True)


def _load_classes(folder: Path) -> None:
    """What most commands do with Spark, on a table of a few rows; the JVM ends before this does."""
    from pyspark import SparkContext

    from jobs.session import SMALL_SETTINGS, SessionSettings, open_session

    with tempfile.TemporaryDirectory(dir=folder) as own:
        table, text = f"{own}/table", f"{own}/text"
        spark = open_session(
            SessionSettings("local[2]", log_file=Path(own) / "log", extra=SMALL_SETTINGS)
        )
        spark.range(100).selectExpr("id", "CAST(id AS string) AS word").write.csv(text)
        rows = spark.read.csv(text)
        rows.write.format("delta").save(table)
        read = spark.read.format("delta").load(table)
        kept = read.mapInArrow(lambda batches: batches, read.schema).groupBy("_c1").count()
        kept.write.format("delta").mode("overwrite").option("overwriteSchema", "true").save(table)
        read.sparkSession.sql(f"DESCRIBE HISTORY delta.`{table}`").collect()
        spark.stop()
        gateway = SparkContext._gateway
        assert gateway is not None
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()


if __name__ == "__main__":
    _load_classes(Path(sys.argv[1]))
