"""A profile without a run beside a bare scan, on flights replicated and perturbed to any size.

    python benchmarks/seed_profile.py --flights flights.csv.zip --rows 1000000 --rows 10000000

flights.csv is that of the R package nycflights13. Each size is a Delta table of 30 columns: the 19
of flights, and eleven more made of them. The bare scan reads all of its columns in the same
session, before and after the profile: the ratio says more than seconds on a shared machine.
"""

from __future__ import annotations

import tempfile
import time
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
from jobs.progress import Reporter
from jobs.session import SessionSettings, open_session
from lakehouse.tables import TableRef, read, write

MORE = 11  # columns beside the 19 of flights


def main(
    flights: Annotated[Path, typer.Option(help="flights.csv, or a zip of it")],
    rows: Annotated[list[int] | None, typer.Option(help="of the table; once for each size")] = None,
    master: str = "local[2]",
) -> None:
    """Print seconds and ratios of each size."""
    with tempfile.TemporaryDirectory() as folder:
        spark = open_session(SessionSettings(master=master, log_file=Path(folder) / "spark.log"))
        base = _base(spark, flights, Path(folder))
        table = Table("rows", "columns", "bare scan s", "profile s", "times the scan", "findings")
        for size in rows or [1_000_000]:
            name = str(Path(folder) / f"flights_{size}")
            write(_replicated(base, size), name, app_id=name)
            frame = read(spark, TableRef(name))
            before = _bare(frame)
            config = load_config(None, {"seed": name, "lake.tables": folder})
            started = time.monotonic()
            found = audit_table(spark, config, Path(folder) / "out", Reporter())
            seconds = time.monotonic() - started
            scan = (before + _bare(frame)) / 2
            table.add_row(
                f"{size:,}",
                str(len(frame.columns)),
                f"{scan:.1f}",
                f"{seconds:.1f}",
                f"{seconds / scan:.1f}",
                str(len(found.findings)),
            )
        Console().print(table)


def _base(spark: SparkSession, flights: Path, folder: Path) -> DataFrame:
    path = folder / "base.parquet"
    pd.read_csv(flights).to_parquet(path, index=False)
    return spark.read.parquet(str(path))


def _replicated(base: DataFrame, rows: int) -> DataFrame:
    """So many rows: copies whose distances, delays and times differ a little."""
    copies = -(-rows // base.count())
    frame = base.crossJoin(base.sparkSession.range(copies).withColumnRenamed("id", "copy"))
    noise = F.xxhash64(*base.columns, "copy")
    for name in ("dep_delay", "arr_delay", "air_time"):
        frame = frame.withColumn(name, F.col(name) + F.pmod(F.xxhash64(noise, F.lit(name)), 5))
    for place in range(MORE):
        made = F.pmod(F.xxhash64(noise, F.lit(place)), 10 ** (1 + place % 4))
        frame = frame.withColumn(f"made_{place}", made + F.col("month"))
    return frame.drop("copy").limit(rows).repartition(max(2, rows // 500_000))


def _bare(frame: DataFrame) -> float:
    started = time.monotonic()
    frame.select(F.max(F.xxhash64(*frame.columns))).collect()
    return time.monotonic() - started


if __name__ == "__main__":
    typer.run(main)
