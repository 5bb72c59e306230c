"""``synth.profile`` beside ydata-profiling on real tables: seconds and peak memory.

    python benchmarks/profilers.py --data FOLDER
    python benchmarks/profilers.py --table adult --python PATH

adult ships with the package, the others are those of ``benchmarks/quality.py``. Each profiler runs
with its defaults, on one thread, in a process of its own, and writes its page; ydata-profiling in
the environment of ``--python`` or in one made from ``benchmarks/requirements/ydata.txt``.
``ydata:minimal`` is without pairs of columns. They do not look for the same: ydata-profiling shows
values and draws more pictures, Lakesynth verifies rules, keys and combinations that tell people
apart, and holds no value of few rows.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
import typer
from compare.systems import RUNNERS, RunFailed, made_environment, run_checked
from compare.tables import TABLES, load
from rich.console import Console
from rich.table import Table

ROWS = 200_000  # of each table at most
PROFILERS = ("lakesynth", "ydata", "ydata:minimal")


def main(
    table: Annotated[list[str] | None, typer.Option(help="may be repeated")] = None,
    profiler: Annotated[list[str] | None, typer.Option(help="may be repeated; all")] = None,
    data: Annotated[Path | None, typer.Option(help="the folder of the tables' files")] = None,
    python: Annotated[Path | None, typer.Option(help="that has ydata-profiling")] = None,
    rows: Annotated[int, typer.Option(help="at most, of each table")] = ROWS,
    limit_minutes: Annotated[float, typer.Option(help="of one profile")] = 30,
) -> None:
    """Print seconds of the clock and of CPUs, and peak memory, of each profiler and table."""
    shown = Table("table", "rows", "columns", "profiler", "s", "CPU s", "peak MiB", "page MiB")
    for name in table or ["adult", "flights"]:
        values = load(replace(TABLES[name], rows=None), data, rows=rows)
        for one in profiler or PROFILERS:
            cells = _measured(values, one, python, limit_minutes * 60)
            shown.add_row(name, f"{len(values):,}", str(values.num_columns), one, *cells)
    Console(width=160).print(shown)


def _measured(
    values: pa.Table, profiler: str, python: Path | None, limit_seconds: float
) -> list[str]:
    """What one profiler takes of a table: cells of the line that tells it."""
    system, _, model = profiler.partition(":")
    runner = RUNNERS / f"profile_{system}.py"
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        pq.write_table(values, where / "table.parquet")
        own = Path(sys.executable) if system == "lakesynth" else python or made_environment(system)
        command = [str(own), str(runner), str(where / "table.parquet"), folder, "0", model]
        try:
            run_checked(command, cwd=where, limit_seconds=limit_seconds)
        except RunFailed as error:
            return [str(error), "", "", ""]
        measures = json.loads((where / "measures.json").read_text())
        page = (where / "profile.html").stat().st_size
    seconds = (measures["profile_wall_seconds"], measures["profile_cpu_seconds"])
    sizes = (measures["peak_bytes"], page)
    return [*(f"{each:.1f}" for each in seconds), *(f"{each / 2**20:,.1f}" for each in sizes)]


if __name__ == "__main__":
    typer.run(main)
