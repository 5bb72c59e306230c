"""Rows per second and peak memory of every stage, on the census table replicated to any size.

    python benchmarks/throughput.py --rows 1000000 --rows 5000000

Each size runs all stages in a lake of its own. Beside each stage stands a bare Spark scan that
reads all columns of the same table in the same session: the ratio says more than seconds on a
shared machine. Peak memory is sampled from the operating system, per kind of process.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import psutil
import typer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from rich.console import Console
from rich.table import Table

from jobs.config_file import load_config
from jobs.opening import open_run
from jobs.pipeline import do_stage
from jobs.progress import Reporter
from jobs.run import Run
from jobs.session import SessionSettings, open_session
from jobs.stages import STAGES
from lakehouse.files import ReadOptions, fingerprint, read_source
from lakehouse.tables import write
from synth.datasets import ADULT_ROWS, adult_path

SAMPLE_SECONDS = 0.2
JITTER = 5000  # spreads the copies' weights, so that no two rows are equal


@dataclass
class Memory:
    """Peak resident memory in bytes by kind of process, sampled while it is entered."""

    peak: dict[str, int] = field(default_factory=dict)
    every: float = SAMPLE_SECONDS

    def __enter__(self) -> Memory:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._stop.wait(self.every):
            for process in [own, *own.children(recursive=True)]:
                try:
                    kind = _kind(process, own.pid)
                    size = process.memory_full_info().uss
                except psutil.Error:
                    continue  # it has ended between the two calls
                self.peak[kind] = max(self.peak.get(kind, 0), size)


def _kind(process: psutil.Process, own: int) -> str:
    if process.pid == own:
        return "driver (Python)"
    line = " ".join(process.cmdline())
    if "java" in process.name():
        return "Spark (JVM)"
    if "pyspark" in line:
        return "Spark worker (Python)"
    return "Ray"


@dataclass(frozen=True)
class Figure:
    """One stage at one size."""

    rows: int
    stage: str
    seconds: float
    scan_seconds: float | None  # a bare scan of what the stage reads, before and after it
    peak: dict[str, int]

    @property
    def rows_per_second(self) -> float:
        return self.rows / max(self.seconds, 1e-9)

    def to_json(self) -> dict[str, object]:
        return {**self.__dict__, "rows_per_second": round(self.rows_per_second)}


def replicated(spark: SparkSession, rows: int) -> DataFrame:
    """The census table ``rows`` long; the copies differ in their weight, the nearest to a key."""
    base = read_source(spark, str(adult_path()), ReadOptions()).frame
    copies = spark.range(-(-rows // ADULT_ROWS)).withColumnRenamed("id", "_copy")
    jitter = F.pmod(F.xxhash64("_copy", "fnlwgt", "age", "occupation"), F.lit(JITTER))
    crossed = base.crossJoin(copies).withColumn("fnlwgt", (F.col("fnlwgt") + jitter).cast("int"))
    return crossed.drop("_copy").limit(rows)


def bare_scan(frame: DataFrame) -> float:
    """Seconds that Spark takes to read every column of a table and do nothing."""
    started = time.monotonic()
    frame.write.format("noop").mode("overwrite").save()
    return time.monotonic() - started


def measure(spark: SparkSession, where: Path, rows: int, steps: int) -> list[Figure]:
    """All stages at one size."""
    seed = str(where / "seed")
    write(replicated(spark, rows), seed, app_id=f"benchmark/{rows}")
    config = load_config(
        None,
        {
            "seed": seed,
            "table": f"adult_{rows}",
            "lake.tables": str(where / "lake"),
            "train.settings.steps": steps,
            "train.launch": "in_process",
            "clean.replace": {"income": {"<=50K.": "<=50K", ">50K.": ">50K"}},
        },
    )
    run = open_run(config, spark, Reporter(), seed_fingerprint=lambda: fingerprint(spark, seed))
    figures = []
    for stage in STAGES:
        before = _scan_inputs(run, stage)
        with Memory() as memory:
            record = do_stage(run, stage)
        scan = _mean(before, _scan_inputs(run, stage))
        figures.append(Figure(rows, stage, record.seconds, scan, memory.peak))
        part = sum(record.step_seconds.get(step, 0.0) for step in HISTOGRAM_STEPS)
        if stage == "evaluate":
            figures.append(Figure(rows, "  of it, fidelity", part, scan, {}))
    return figures


HISTOGRAM_STEPS = (
    "counting train rows",
    "counting train rows three columns at a time",
    "counting synthetic rows",
    "counting holdout rows",
)
INPUTS = {
    "profile": [("ingest", "seed")],
    "clean": [("ingest", "seed")],
    "split": [("clean", "clean")],
    "encode": [("split", "train")],
    "evaluate": [("sample", "candidate"), ("split", "train"), ("split", "holdout")],
    "publish": [("sample", "candidate")],
}


def _scan_inputs(run: Run, stage: str) -> float | None:
    """A bare scan of the tables that a stage reads; None where it reads no table."""
    tables = [run.rows_of(of, role) for of, role in INPUTS.get(stage, [])]
    return sum(map(bare_scan, tables)) if tables else None


def _mean(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else (before + after) / 2


def shown(figures: list[Figure]) -> Table:
    """The figures as a table for a terminal."""
    table = Table(title=f"{platform.machine()}, {os.cpu_count()} cores")
    for name in ("rows", "stage", "seconds", "rows/s", "rows/s and core", "of a bare scan"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    kinds = sorted({kind for figure in figures for kind in figure.peak})
    for kind in kinds:
        table.add_column(f"{kind}, MiB", justify="right")
    for f in figures:
        ratio = f"{f.seconds / f.scan_seconds:.1f} x" if f.scan_seconds else ""
        memory = [f"{f.peak[k] / 2**20:,.0f}" if k in f.peak else "" for k in kinds]
        table.add_row(
            f"{f.rows:,}",
            f.stage,
            f"{f.seconds:.1f}",
            f"{f.rows_per_second:,.0f}",
            f"{f.rows_per_second / (os.cpu_count() or 1):,.0f}",
            ratio,
            *memory,
        )
    return table


def main(
    rows: Annotated[list[int] | None, typer.Option(help="a size; may be repeated")] = None,
    steps: Annotated[int, typer.Option(help="of training, the same at each size")] = 300,
    output: Annotated[Path | None, typer.Option(help="JSON file for the figures")] = None,
) -> None:
    """Measure every stage at each size."""
    spark = open_session(SessionSettings())
    figures: list[Figure] = []
    for size in rows or [1_000_000, 5_000_000]:
        with tempfile.TemporaryDirectory(prefix="lakesynth-throughput-") as folder:
            figures += measure(spark, Path(folder), size, steps)
    Console(width=160).print(shown(figures))
    if output:
        output.write_text(json.dumps([figure.to_json() for figure in figures], indent=1))


if __name__ == "__main__":
    typer.run(main)
