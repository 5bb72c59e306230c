"""The feed: rows of codes a second, and memory, by reader and by the size of the table.

    python benchmarks/feed.py
    python benchmarks/feed.py --rows 1000000 --rows 10000000 --reader pyarrow
    python benchmarks/feed.py --batch-rows 4096 --step-ms 3.6 --ahead 0 --ahead 64

A table of codes is written in files of a million rows, as encode leaves them, and read for one
epoch by one worker, in batches, shuffled, each time in a process of its own. Petastorm is measured
where it can be imported (``make test-petastorm`` builds its environment), both readers in one run.
A first block of another epoch is read before. Memory is the most that the process was seen to hold
beyond what it held before the epoch. With ``--step-ms`` each batch is followed by a wait of so many
milliseconds, in which the processor is free, as while a GPU learns it, and ``--ahead`` batches are
read in it: waited for is what the epoch takes beyond its steps.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import product
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
from synth.learning.read_ahead import read_ahead

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


def read(folder: str, reader: str, batch_rows: int, step_ms: float, ahead: int) -> None:
    """One epoch; prints rows, steps, seconds, CPU seconds and bytes as JSON."""
    feed, process = open_feed(Path(folder), batch_rows=batch_rows, reader=reader), psutil.Process()
    next(feed.epoch(0))  # what a reader imports at its first block is no matter of the rows
    gc.collect()
    before = most = process.memory_info().rss
    started, cpu, seen, waited = time.monotonic(), time.process_time(), 0, 0.0
    with read_ahead(feed.epoch(1), ahead) as batches:
        asked = time.monotonic()
        for place, codes in enumerate(batches):
            waited += time.monotonic() - asked
            seen += len(codes)
            if place % LOOK_BATCHES == 0:
                most = max(most, process.memory_info().rss)
            if step_ms:
                time.sleep(step_ms / 1000)
            asked = time.monotonic()
    found = {
        "rows": seen,
        "waited": waited,
        "seconds": time.monotonic() - started,
        "cpu": time.process_time() - cpu,
        "bytes": most - before,
    }
    print(json.dumps(found))


def measure(
    folder: Path, reader: str, batch_rows: int, step_ms: float, ahead: int
) -> dict[str, float]:
    """The figures of a fresh process."""
    command = [sys.executable, __file__, "--read", str(folder), "--reader", reader]
    own = ["--batch-rows", str(batch_rows), "--step-ms", str(step_ms), "--ahead", str(ahead)]
    done = subprocess.run([*command, *own], capture_output=True, text=True, check=True)
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
    step_ms: Annotated[float, typer.Option(min=0, help="of a step on another processor")] = 0.0,
    ahead: Annotated[list[int], typer.Option(min=0, help="batches; may be repeated")] = [0],  # noqa: B006
    rounds: Annotated[int, typer.Option(min=1, help="of which the fastest counts")] = 3,
    read_only: Annotated[str, typer.Option("--read", hidden=True)] = "",
) -> None:
    """Print what each reader gives of each table, and how many times the first one is as fast."""
    if read_only:
        read(read_only, reader[0], batch_rows, step_ms, ahead[0])
        return
    there = reader or [name for name in READERS if name == "pyarrow" or find_spec(name)]
    shown = Table("rows", "reader", "ahead", "rows a second", "CPU s", "memory, MiB")
    shown.add_column("waited for, s")
    shown.add_column("the first is faster")
    for size in rows:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size, columns)
            first = 0.0
            for name, own in product(there, ahead):
                found = [
                    measure(Path(folder), name, batch_rows, step_ms, own) for _ in range(rounds)
                ]
                best = min(found, key=lambda one: one["seconds"])
                speed = best["rows"] / best["seconds"]
                first = first or speed
                figures = f"{speed:,.0f}", f"{best['cpu']:.1f}", f"{best['bytes'] / 2**20:.0f}"
                figures = *figures, f"{best['waited']:.2f}", f"{first / speed:.2f} times"
                shown.add_row(f"{size:,}", name, f"{own}", *figures)
    Console(width=100).print(shown)


if __name__ == "__main__":
    typer.run(main)
