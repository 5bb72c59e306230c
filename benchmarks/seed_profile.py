"""The seed's way to codes, each step beside the least that Spark can take: a ratio in one run.

    python benchmarks/seed_profile.py --flights flights.csv.zip --rows 1000000 --rows 10000000
    python benchmarks/seed_profile.py --flights flights.csv.zip --columns 300 --only profile

flights.csv is that of the R package nycflights13, replicated and perturbed to any size: its 19
columns, and eleven or more made of them. Each step and its yardstick run in turn in one session,
and the least time of each counts: ratios say more than seconds on a shared machine, and seconds
of CPUs, by this process, the JVM and its workers together, more than those on the clock.

| step | yardstick |
|---|---|
| profile, without a run | a scan that reads every column |
| clean | `dropDuplicates()` and a Delta write of the seed |
| split | a Delta copy of the clean table |
| encode | a Delta copy of the train part |

Beside the profile a pass that hands all columns to Python workers, which do nothing with them, is
measured: a profile makes two of these before it counts anything.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import pyarrow as pa
import typer
from judging.spent import Spent, Steps, spent
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
from lakehouse.scan import map_batches
from lakehouse.tables import TableRef, read, write

STEPS = ("profile", "clean", "split", "encode")
AT_MOST = {"profile": 6.0, "clean": 1.3, "split": 1.5, "encode": 3.0}
ROWS_A_FILE = 500_000
HANDED_OVER = "(an empty pass into Python)"


@dataclass(frozen=True)
class Figure:
    """A step of one size beside its yardstick; ``parts`` are what the step reports that it does."""

    rows: int
    columns: int
    step: str
    yardstick: Spent
    taken: Spent
    parts: dict[str, Spent]

    @property
    def ratio(self) -> float:
        return self.taken.seconds / self.yardstick.seconds

    @property
    def cpu_ratio(self) -> float:
        return self.taken.cpu_seconds / self.yardstick.cpu_seconds

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "cpu_ratio": self.cpu_ratio}


class Follower(Reporter):
    """Measures what a step reports that it does."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = Steps()

    def step(self, text: str) -> None:
        """Something begins."""
        super().step(text)
        self.steps(text)

    def measured(self, work: Callable[[], object]) -> tuple[Spent, dict[str, Spent]]:
        """What some work takes, and its parts."""
        self.steps = Steps()
        taken = spent(work)
        self.steps.end()
        return taken, self.steps.taken


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
        base = base_of(spark, flights, where)
        figures: list[Figure] = []
        for size in rows or [1_000_000]:
            seed = str(where / f"flights_{size}")
            write(replicated(base, size, columns), seed, app_id=seed)
            tried = [
                figure
                for turn in range(repeats)
                for figure in _turn(spark, seed, where / f"turn_{size}_{turn}", only or STEPS)
            ]
            figures += _best(tried)
    Console(width=160).print(_shown(figures))
    if output:
        output.write_text(json.dumps([figure.to_json() for figure in figures], indent=1))


def _turn(spark: SparkSession, seed: str, where: Path, only: tuple[str, ...]) -> Iterator[Figure]:
    """Each of the steps once, in a lake of its own that goes afterwards."""
    frame, follower = read(spark, TableRef(seed)), Follower()
    rows, columns = frame.count(), len(frame.columns)

    def beside(step: str, yardstick: Callable[[], object], work: Callable[[], object]) -> Figure:
        before = spent(yardstick)
        taken, parts = follower.measured(work)
        return Figure(rows, columns, step, _least([before, spent(yardstick)]), taken, parts)

    if "profile" in only:
        config = load_config(None, {"seed": seed, "lake.tables": str(where)})
        page = where / "page"
        audited = partial(audit_table, spark, config, page, follower)
        figure = beside("profile", partial(_scanned, frame), audited)
        yield replace(figure, parts={**figure.parts, HANDED_OVER: spent(partial(_handed, frame))})
    if set(only) & {"clean", "split", "encode"}:
        run = _run(spark, seed, where, follower)
        for step, yardstick in _yardsticks(run, where / "copy").items():
            if step in only:
                yield beside(step, yardstick, partial(do_stage, run, step))
            else:
                do_stage(run, step)
    shutil.rmtree(where)


def _run(spark: SparkSession, seed: str, where: Path, reporter: Reporter) -> Run:
    """A run that has looked at the seed."""
    config = load_config(None, {"seed": seed, "table": "flights", "lake.tables": str(where)})
    run = open_run(config, spark, reporter, seed_fingerprint=lambda: fingerprint(spark, seed))
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


def _handed(frame: DataFrame) -> None:
    """A pass of all columns through Python workers that count rows and do nothing else."""
    map_batches(frame, frame.columns, _rows_of, "rows long").collect()


def _rows_of(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    rows = sum(batch.num_rows for batch in batches)
    yield pa.RecordBatch.from_arrays([pa.array([rows])], names=["rows"])


def _least(tried: list[Spent]) -> Spent:
    return Spent(min(one.seconds for one in tried), min(one.cpu_seconds for one in tried))


def _best(tried: list[Figure]) -> Iterator[Figure]:
    """Of each step the least, beside the least of its yardstick; parts are those of the fastest."""
    for step in dict.fromkeys(figure.step for figure in tried):
        own = [figure for figure in tried if figure.step == step]
        fastest = min(own, key=lambda figure: figure.taken.seconds)
        least, taken = _least([f.yardstick for f in own]), _least([f.taken for f in own])
        yield replace(fastest, yardstick=least, taken=taken)


def base_of(spark: SparkSession, flights: Path, folder: Path) -> DataFrame:
    """The flights as a frame."""
    path = folder / "base.parquet"
    pd.read_csv(flights).to_parquet(path, index=False)
    return spark.read.parquet(str(path))


def replicated(base: DataFrame, rows: int, columns: int) -> DataFrame:
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
    """The figures as a table for a terminal: seconds on the clock, and of CPUs behind a slash."""
    table = Table("rows", "columns", "step", "yardstick", "taken", "ratio", "at most", "of it")
    for one in figures:
        parts = sorted(one.parts.items(), key=lambda part: -part[1].cpu_seconds)
        table.add_row(
            f"{one.rows:,}",
            str(one.columns),
            one.step,
            _told(one.yardstick),
            _told(one.taken),
            f"{one.ratio:.1f} / {one.cpu_ratio:.1f}",
            f"{AT_MOST[one.step]:g}",
            ", ".join(f"{name} {_told(taken)}" for name, taken in parts),
        )
    return table


def _told(taken: Spent) -> str:
    return f"{taken.seconds:.1f} / {taken.cpu_seconds:.1f}"


if __name__ == "__main__":
    typer.run(main)
