"""What the judge costs: its scans beside a bare scan, the whole battery by step, another library.

    python benchmarks/evaluate.py fidelity --rows 1000000 --rows 3000000
    python benchmarks/evaluate.py battery --privacy quick --privacy full
    python benchmarks/evaluate.py sdmetrics --python /venv/with/sdmetrics/bin/python

``fidelity``: all that is counted over whole tables and the figures from it, without models, of a
synthetic census table (15 columns) against a holdout of a tenth of its rows, on one and two cores
of Spark. *Of a bare scan*: its seconds over those of a Spark job that hashes every column of the
same tables, before and after it. With ``--no-train`` the holdout stands for the real table, so that
only these two are read; else there is a train part too, as long as the synthetic table, as in a
run.

``battery``: every measure on 39,000 train, 9,750 holdout and 39,000 synthetic census rows, in one
process; in place of a generator's rows real ones, whose values were partly exchanged.

CPU seconds are those of this process and all below it (the JVM, Python workers), user and system:
on a machine that others use they say more than seconds.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from judging.census import census, longer
from judging.counted import Scanned, rounds_of, session, tables_of
from judging.in_memory import beside, by_measure, judged
from judging.spent import Spent
from rich.console import Console
from rich.table import Table

app = typer.Typer(help=__doc__, no_args_is_help=True)
PROCESSES = ("driver (Python)", "Spark worker (Python)")


def shown(found: list[Scanned]) -> Table:
    """Medians over rounds as a table for a terminal; wall seconds, and CPU seconds behind /."""
    table = Table()
    for name in (
        "rows", "rows read", "cores", "bare scan", "scans", "figures", "fidelity", "rows/s",
        "of a bare scan", "the same, CPU", "copies", "driver, MiB", "worker, MiB",
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for rows, read_rows, cores in sorted({(f.rows, f.rows_read, f.cores) for f in found}):
        own = [f for f in found if (f.rows, f.rows_read, f.cores) == (rows, read_rows, cores)]

        def two(part: Callable[[Scanned], Spent], own: list[Scanned] = own) -> str:
            wall = median(part(f).seconds for f in own)
            return f"{wall:.1f} / {median(part(f).cpu_seconds for f in own):.1f}"

        seconds = median(f.fidelity.seconds for f in own)
        ratio = median(f.fidelity.seconds / f.bare.seconds for f in own)
        of_cpu = median(f.fidelity.cpu_seconds / f.bare.cpu_seconds for f in own)
        peak = [max(f.peak.get(kind, 0) for f in own) / 2**20 for kind in PROCESSES]
        table.add_row(
            f"{rows:,}", f"{read_rows:,}", str(cores), two(lambda f: f.bare),
            two(lambda f: f.scans), two(lambda f: f.figures), two(lambda f: f.fidelity),
            f"{read_rows / seconds:,.0f}", f"{ratio:.1f}", f"{of_cpu:.1f}",
            two(lambda f: f.copies), *(f"{size:,.0f}" for size in peak),
        )  # fmt: skip
    return table


@app.command()
def fidelity(
    rows: Annotated[list[int] | None, typer.Option(help="of the synthetic table; repeated")] = None,
    cores: Annotated[list[int] | None, typer.Option(help="of Spark; repeated")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="of each, one after the other")] = 2,
    train: Annotated[bool, typer.Option(help="whether there is a train part besides")] = True,
    copies: Annotated[bool, typer.Option(help="whether exact copies are counted, too")] = True,
    keep: Annotated[Path | None, typer.Option(help="folder in which the tables stay")] = None,
    output: Annotated[Path | None, typer.Option(help="JSON file for the figures")] = None,
) -> None:
    """Fidelity from counts beside a bare scan of the same tables."""
    found: list[Scanned] = []
    for size in rows or [1_000_000, 3_000_000]:
        with tempfile.TemporaryDirectory(prefix="lakesynth-evaluate-") as temporary:
            folder = Path(temporary) if keep is None else keep.absolute() / str(size)
            for count in cores or [1, 2]:
                with session(count) as spark:
                    refs = tables_of(spark, folder, size)  # written once
                    found += rounds_of(spark, refs, size, rounds, train=train, copied=copies)
    Console(width=200).print(shown(found))
    if output:
        output.write_text(json.dumps([asdict(one) for one in found], indent=1))


@app.command()
def battery(
    rows: Annotated[int, typer.Option(min=500, help="of the train part")] = 39_000,
    privacy: Annotated[list[str] | None, typer.Option(help="quick, full; may be repeated")] = None,
    least: Annotated[float, typer.Option(help="CPU seconds of a step that is shown")] = 0.5,
) -> None:
    """Every measure on census rows, in one process, by measure and by step."""
    for depth in privacy or ["quick", "full"]:
        tables = census(rows)
        steps = judged(tables, depth)  # type: ignore[arg-type]
        for title, taken in (("measure", by_measure(steps)), ("step", steps.taken)):
            shown = Table(title=f"privacy {depth}, {rows:,} rows")
            for name in (title, "seconds", "CPU seconds"):
                shown.add_column(name, justify="left" if name == title else "right")
            for name, one in taken.items():
                if one.cpu_seconds >= least:
                    shown.add_row(name, f"{one.seconds:.1f}", f"{one.cpu_seconds:.1f}")
            total = sum(taken.values(), Spent(0, 0))
            shown.add_row("in all", f"{total.seconds:.1f}", f"{total.cpu_seconds:.1f}")
            Console(width=120).print(shown)


@app.command()
def sdmetrics(
    python: Annotated[Path, typer.Option(help="of an environment that has sdmetrics")],
    rows: Annotated[list[int] | None, typer.Option(help="of each table; may be repeated")] = None,
) -> None:
    """What the judge counts, in memory, beside sdmetrics' QualityReport of the same tables."""
    shown = Table()
    for name in ("rows", "what", "seconds", "CPU seconds", "rows per CPU second"):
        shown.add_column(name, justify="left" if name == "what" else "right")
    for size in rows or [39_000, 390_000]:
        tables = longer(census(39_000), size)
        for what, taken in beside(tables, python).items():
            speed = f"{size / taken.cpu_seconds:,.0f}"
            shown.add_row(
                f"{size:,}", what, f"{taken.seconds:.2f}", f"{taken.cpu_seconds:.2f}", speed
            )
    Console(width=120).print(shown)


if __name__ == "__main__":
    app()
