"""The feed: rows of codes a second, and memory, by reader and by the size of the table.

    python benchmarks/feed.py
    python benchmarks/feed.py --rows 1000000 --rows 10000000 --reader pyarrow

A table of codes is written in files of a million rows, as encode leaves them, and read for one
epoch by one worker, in batches, shuffled, each time in a process of its own. Petastorm is measured
where it can be imported (``make test-petastorm`` builds its environment), both readers in one run.
A first block of another epoch is read before. Memory is the most that the process was seen to hold
beyond what it held before the epoch.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table

from lakehouse.feed import READERS, open_feed

FILE_ROWS, ROW_GROUP, CODES = 1_000_000, 65_536, 100
LOOK_BATCHES = 64  # after so many the memory is looked at


def write(folder: Path, rows: int, columns: int) -> None:
    """Codes below 100, file by file."""
    rng = np.random.default_rng(0)
    for place, start in enumerate(range(0, rows, FILE_ROWS)):
        codes = rng.integers(0, CODES, (min(FILE_ROWS, rows - start), columns)).astype(np.int16)
        arrays = [pa.array(codes[:, at]) for at in range(columns)]
        names = [f"c{at}" for at in range(columns)]
        table = pa.Table.from_arrays(arrays, names=names)
        pq.write_table(table, folder / f"{place:04}.parquet", row_group_size=ROW_GROUP)


def read(folder: str, reader: str, batch_rows: int) -> None:
    """One epoch; prints rows, seconds, CPU seconds and bytes as JSON."""
    feed, process = open_feed(Path(folder), batch_rows=batch_rows, reader=reader), psutil.Process()
    next(feed.epoch(0))  # what a reader imports at its first block is no matter of the rows
    gc.collect()
    before = most = process.memory_info().rss
    started, cpu, seen = time.monotonic(), time.process_time(), 0
    for place, codes in enumerate(feed.epoch(1)):
        seen += len(codes)
        if place % LOOK_BATCHES == 0:
            most = max(most, process.memory_info().rss)
    found = {
        "rows": seen,
        "seconds": time.monotonic() - started,
        "cpu": time.process_time() - cpu,
        "bytes": most - before,
    }
    print(json.dumps(found))


def measure(folder: Path, reader: str, batch_rows: int) -> dict[str, float]:
    """The figures of a fresh process."""
    command = [sys.executable, __file__, "--read", str(folder), "--reader", reader]
    done = subprocess.run(
        [*command, "--batch-rows", str(batch_rows)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(
    rows: Annotated[list[int], typer.Option(min=1, help="may be repeated")] = [  # noqa: B006
        1_000_000,
        5_000_000,
    ],
    columns: Annotated[int, typer.Option(min=1, help="of codes")] = 15,
    reader: Annotated[list[str], typer.Option(help="by name; all that can be imported")] = [],  # noqa: B006
    batch_rows: Annotated[int, typer.Option(min=1)] = 512,
    rounds: Annotated[int, typer.Option(min=1, help="of which the fastest counts")] = 3,
    read_only: Annotated[str, typer.Option("--read", hidden=True)] = "",
) -> None:
    """Print what each reader gives of each table, and how many times pyarrow is as fast."""
    if read_only:
        read(read_only, reader[0], batch_rows)
        return
    there = reader or [name for name in READERS if name == "pyarrow" or find_spec(name)]
    shown = Table("rows", "reader", "rows a second", "CPU s", "memory, MiB", "pyarrow is faster")
    for size in rows:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size, columns)
            first = 0.0
            for name in there:
                found = [measure(Path(folder), name, batch_rows) for _ in range(rounds)]
                best = min(found, key=lambda one: one["seconds"])
                speed = best["rows"] / best["seconds"]
                first = first or speed
                figures = f"{speed:,.0f}", f"{best['cpu']:.1f}", f"{best['bytes'] / 2**20:.0f}"
                shown.add_row(f"{size:,}", name, *figures, f"{first / speed:.1f} times")
    Console(width=100).print(shown)


if __name__ == "__main__":
    typer.run(main)
