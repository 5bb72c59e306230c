"""What a plan says a run will cost, beside what the run then costs: Adult and flights.

    python benchmarks/plan.py                                          # Adult, once and ten times
    python benchmarks/plan.py --flights flights.csv.zip --times 1 --times 10
    python benchmarks/plan.py --times 10 --set train.settings.steps=300 --output plan.json

flights.csv is that of the R package nycflights13. Ten times the rows are copies whose numbers
differ a little. The plan is a command of its own; the run's stages follow in this process, which
fits without a cluster. A plan tells of a machine that does nothing else. On a busy one the clock
says little, so that *alone* stands beside it: our process's own processor time, and that of Spark's
processes over the cores. Memory is sampled from the operating system.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
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
from throughput import Memory

from jobs.api import start_run
from jobs.config import Config
from jobs.config_file import load_config, parse_changes
from jobs.lock import release
from jobs.pipeline import do_stage
from jobs.progress import Reporter
from jobs.stages import STAGES
from synth.datasets import adult_path

ROOT = Path(__file__).resolve().parents[1]
MIB = 2**20
LOOK_SECONDS = 2.0  # a look costs our process 20 ms or so of what is measured here
# Numbers that copies differ in, by up to so much.
MOVED = {
    "adult": {"fnlwgt": 5000},
    "flights": {"dep_delay": 5, "arr_delay": 5, "air_time": 5},
}


@dataclass(frozen=True)
class Outcome:
    """Of one stage of a table: seconds as planned, by the clock, and alone; MiB of the driver."""

    table: str
    stage: str
    planned: float
    clock: float
    alone: float
    planned_mib: float
    measured_mib: float

    @property
    def ratio(self) -> float:
        """Planned over what it would have taken on a machine that does nothing else."""
        return self.planned / max(self.alone, 0.1)


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


def planned(config: Config) -> dict[str, Any]:
    """What ``lakesynth plan --json`` says of a configuration, in a process of its own."""
    path = Path(config.lake.tables).with_suffix(".yaml")
    path.write_text(config.to_yaml(), encoding="utf-8")
    line = [sys.executable, "-m", "jobs.cli", "plan", "--config", str(path), "--json"]
    done = subprocess.run(line, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if "error" in found:
        raise RuntimeError(found["error"])
    return found


def processor_seconds() -> Counter[str]:
    """Of our process, and of all that it has started, so far."""
    own, found = psutil.Process(), Counter[str]()
    for process in [own, *own.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue  # it has ended between the two calls
        kind = "own" if process.pid == own.pid else "others"
        found[kind] += times.user + times.system
        if kind == "others":
            found[kind] += times.children_user + times.children_system
    return found


def compare(name: str, times: int, flights: Path | None, more: dict[str, Any]) -> list[Outcome]:
    """Plan, then run every stage."""
    with tempfile.TemporaryDirectory(prefix="lakesynth-plan-") as place:
        folder = Path(place)
        path = seed(name, times, flights, folder)
        own = {"seed": str(path), "lake.tables": str(folder / "lake")}
        config = load_config(None, {"train.launch": "in_process", **own, **more})
        told = planned(config)
        Console().print(json.dumps(told["calibration"]))
        stages = {one["stage"]: one for one in told["stages"]}
        run = start_run(config, reporter=Reporter(Console(stderr=True)), brief=True, trains=True)
        found = []
        for stage in STAGES:
            before, started = processor_seconds(), time.monotonic()
            with Memory(every=LOOK_SECONDS) as memory:
                record = do_stage(run, stage)
            spent = processor_seconds()
            spent.subtract(before)
            others = spent["others"] / (os.cpu_count() or 1)
            ours = sum(v for kind, v in memory.peak.items() if kind in _DRIVER)
            outcome = Outcome(
                table=f"{name} {times}x",
                stage=stage,
                planned=stages[stage]["seconds"],
                clock=time.monotonic() - started,
                alone=spent["own"] + others,
                planned_mib=stages[stage]["driver_bytes"] / MIB,
                measured_mib=ours / MIB,
            )
            found.append(outcome)
            Console().print(json.dumps(asdict(outcome)), soft_wrap=True)
            if stage == "train":
                training = record.facts["training"]
                steps = {name: training.get(name) for name in ("steps", "seconds")}
                Console().print(f"{steps}; planned: {stages[stage]['rests_on']}", markup=False)
        release(run.folder)
    return found


_DRIVER = ("driver (Python)", "Spark (JVM)")


def lines(outcomes: list[Outcome]) -> Iterator[tuple[str, ...]]:
    """A row of each stage, and of each table in all."""
    for table in dict.fromkeys(one.table for one in outcomes):
        own = [one for one in outcomes if one.table == table]
        whole = Outcome(
            table,
            "all",
            *(sum(getattr(one, name) for one in own) for name in ("planned", "clock", "alone")),
            *(max(getattr(one, name) for one in own) for name in ("planned_mib", "measured_mib")),
        )
        for one in (*own, whole):
            yield (
                table,
                one.stage,
                f"{one.planned:,.0f}",
                f"{one.alone:,.0f}",
                f"{one.clock:,.0f}",
                f"{one.ratio:.2f}",
                f"{one.planned_mib:,.0f}",
                f"{one.measured_mib:,.0f}",
            )


def shown(outcomes: list[Outcome]) -> Table:
    """The outcomes as a table for a terminal."""
    table = Table("table", "stage")
    for heading in ("planned s", "alone s", "clock s", "planned / alone", "planned MiB", "MiB"):
        table.add_column(heading, justify="right")
    for line in lines(outcomes):
        table.add_row(*line)
    return table


def main(
    flights: Annotated[Path | None, typer.Option(help="flights.csv, or a zip of it")] = None,
    times: Annotated[list[int] | None, typer.Option(help="so many times the rows")] = None,
    table: Annotated[list[str] | None, typer.Option(help="adult, flights; both if given")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="a.b=c of plan and run")] = None,
    output: Annotated[Path | None, typer.Option(help="JSON file for the figures")] = None,
) -> None:
    """Plan and run each table at each size."""
    outcomes: list[Outcome] = []
    for size in times or [1, 10]:
        for name in table or ["adult", *(["flights"] if flights else [])]:
            outcomes += compare(name, size, flights, parse_changes(set_ or []))
            Console(width=140).print(shown(outcomes))
            if output:
                output.write_text(json.dumps([asdict(one) for one in outcomes], indent=1))


if __name__ == "__main__":
    typer.run(main)
