"""What a plan says a run will cost, beside what the run then costs: Adult and flights.

    python benchmarks/plan.py                                          # Adult, once and ten times
    python benchmarks/plan.py --flights flights.csv.zip --times 1 --times 10
    python benchmarks/plan.py --set train.settings.steps=1500 --output plan.json

flights.csv is that of the R package nycflights13. Ten times the rows are copies whose numbers
differ a little. Plan and run are commands of their own, one after the other, so that both start
Spark; on a machine that does other work, both are slower, but not equally: the ratio of each stage
says how far. Memory is sampled from the operating system: our process and its JVM together.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import psutil
import typer
from rich.console import Console
from rich.table import Table

from jobs.stages import STAGES
from synth.datasets import adult_path

ROOT = Path(__file__).resolve().parents[1]
MIB = 2**20
LOOK_SECONDS = 0.5
# Numbers that copies differ in, by up to so much.
MOVED = {
    "adult": {"fnlwgt": 5000},
    "flights": {"dep_delay": 5, "arr_delay": 5, "air_time": 5},
}


@dataclass(frozen=True)
class Outcome:
    """Of one table: seconds by stage as planned and as they were; MiB of our process and JVM."""

    table: str
    rows: int
    planned: dict[str, float]
    measured: dict[str, float]
    most: float
    planning_seconds: float
    calibration: dict[str, float]
    planned_mib: float
    measured_mib: float

    def ratios(self) -> Iterator[tuple[str, float, float]]:
        """``(stage, planned, measured)`` of each stage, and of all of them."""
        for stage in STAGES:
            yield stage, self.planned[stage], self.measured[stage]
        yield "all", sum(self.planned.values()), sum(self.measured.values())


def seed(name: str, times: int, flights: Path | None, folder: Path) -> Path:
    """The table so many times over, as Parquet, in a random order."""
    if name == "adult":
        base = pd.read_csv(adult_path(), skipinitialspace=True, na_values="?")
    else:
        base = pd.read_csv(flights)
    rng = np.random.default_rng(0)
    parts = [base]
    for _ in range(1, times):
        copy = base.copy()
        for column, most in MOVED[name].items():
            copy[column] += rng.integers(0, most, len(copy))
        parts.append(copy)
    path = folder / f"{name}_{times}x.parquet"
    pd.concat(parts).sample(frac=1, random_state=0).to_parquet(path, index=False)
    return path


def command(*arguments: str) -> tuple[dict[str, Any], float, float]:
    """The JSON of a command of ours, its seconds, and the most MiB of its process and its JVM."""
    started, peak = time.monotonic(), 0.0
    line = [sys.executable, "-m", "jobs.cli", *arguments, "--json"]
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(line, cwd=ROOT, stdout=out)
        while process.poll() is None:
            peak = max(peak, _mib(process.pid))
            time.sleep(LOOK_SECONDS)
        out.seek(0)
        found = json.loads(out.read().splitlines()[-1])
    if "error" in found:
        raise RuntimeError(f"{' '.join(arguments)}: {found['error']}")
    return found, time.monotonic() - started, peak


def _mib(pid: int) -> float:
    try:
        own = psutil.Process(pid)
        java = [child for child in own.children() if "java" in child.name()]
        return sum(one.memory_full_info().uss for one in (own, *java)) / MIB
    except psutil.Error:
        return 0.0  # it has ended between the two calls


def compare(name: str, times: int, flights: Path | None, changes: list[str]) -> Outcome:
    """Plan, then run."""
    with tempfile.TemporaryDirectory(prefix="lakesynth-plan-") as place:
        folder = Path(place)
        path = seed(name, times, flights, folder)
        asked = [str(path), "--lake", str(folder / "lake")]
        asked += [part for change in changes for part in ("--set", change)]
        planned, seconds, _ = command("plan", *asked)
        run, _, peak = command("run", *asked)
    return Outcome(
        table=f"{name} {times}x",
        rows=planned["facts"]["rows"],
        planned={one["stage"]: one["seconds"] for one in planned["stages"]},
        measured=run["seconds"],
        most=planned["most_seconds"] - planned["start_seconds"],
        planning_seconds=seconds,
        calibration=planned["calibration"],
        planned_mib=planned["driver_bytes"] / MIB,
        measured_mib=peak,
    )


def shown(outcomes: list[Outcome]) -> Table:
    """Planned over measured, by stage."""
    table = Table(title="seconds planned / measured = ratio")
    table.add_column("stage")
    for one in outcomes:
        table.add_column(f"{one.table}, {one.rows:,} rows", justify="right")
    ratios = [list(one.ratios()) for one in outcomes]
    for place, (stage, _, _) in enumerate(ratios[0]):
        cells = (own[place][1:] for own in ratios)
        table.add_row(stage, *(f"{p:,.0f} / {m:,.0f} = {p / max(m, 0.1):.2f}" for p, m in cells))
    memory = ((one.planned_mib, one.measured_mib) for one in outcomes)
    table.add_row("driver MiB", *(f"{p:,.0f} / {m:,.0f} = {p / max(m, 1):.2f}" for p, m in memory))
    table.add_row("the plan itself", *(f"{one.planning_seconds:.0f}" for one in outcomes))
    return table


def main(
    flights: Annotated[Path | None, typer.Option(help="flights.csv, or a zip of it")] = None,
    times: Annotated[list[int] | None, typer.Option(help="so many times the rows")] = None,
    table: Annotated[list[str] | None, typer.Option(help="adult, flights; both if given")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="a.b=c of plan and run")] = None,
    output: Annotated[Path | None, typer.Option(help="JSON file for the figures")] = None,
) -> None:
    """Plan and run each table at each size."""
    outcomes = []
    for size in times or [1, 10]:
        for name in table or ["adult", *(["flights"] if flights else [])]:
            outcomes.append(compare(name, size, flights, set_ or []))
            Console(width=160).print(shown(outcomes))
            if output:
                output.write_text(json.dumps([asdict(one) for one in outcomes], indent=1))


if __name__ == "__main__":
    typer.run(main)
