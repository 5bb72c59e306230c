"""What a person reads of a plan, on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from synth.planning.recommendation import Recommendation
from synth.planning.stage_costs import StageCost

MINUTE, GIB = 60, 2**30


def print_plan(found: Recommendation, written: Path | None) -> None:
    """Generator and settings with their reasons, the cost of each stage, what is to be known."""
    console = Console(highlight=False)
    console.print(f"\n{found.table}: {found.facts.words()}", markup=False)
    for one in found.findings:
        console.print(one.words(), style="yellow", markup=False)
    console.print(f"\ngenerator  {found.generator}", style="bold", markup=False)
    for reason in found.reasons:
        console.print(Padding(Text(reason), (0, 0, 0, 11)))
    for line in _settings(found):
        console.print(line, markup=False)
    console.print(_costs(found))
    for note in found.notes:
        console.print(f"note: {note}", markup=False)
    console.print(in_all(found), style="bold", markup=False)
    if written is not None:
        console.print(f"configuration  {written}: lakesynth run --config {written}", markup=False)


def in_all(found: Recommendation) -> str:
    """The whole run in one line."""
    memory = (
        f"{size_words(found.driver_bytes)} on the driver, {size_words(found.worker_bytes)} in each "
        "worker"
    )
    if found.seconds is None or found.most_seconds is None:
        return f"in all  not known; {memory}"
    most = "" if found.most_seconds <= found.seconds else f", {clock(found.most_seconds)} at most"
    return f"in all  about {clock(found.seconds)}{most}; {memory}"


def clock(seconds: float) -> str:
    """Seconds as a person says them.

    >>> clock(42.4), clock(95.0), clock(7000.0)
    ('42 s', '1.6 minutes', '1.9 hours')
    """
    if seconds < 1.5 * MINUTE:
        return f"{seconds:.0f} s"
    minutes = seconds / MINUTE
    return f"{minutes:.1f} minutes" if minutes < 1.5 * MINUTE else f"{minutes / MINUTE:.1f} hours"


def size_words(size: float) -> str:
    """Bytes in GiB."""
    return f"{size / GIB:.1f} GiB"


def _settings(found: Recommendation) -> Iterator[str]:
    if not found.suggestions:
        yield "settings   the defaults, or those that are given: nothing speaks for others"
    for one in found.suggestions:
        yield f"set {one.setting}: {json.dumps(one.value, ensure_ascii=False)}"
        yield f"           {one.reason}"


def _costs(found: Recommendation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("stage")
    for name in ("time", "at most", "driver", "a worker"):
        table.add_column(name, justify="right")
    table.add_column("rests on", overflow="fold")
    table.add_row("start", clock(found.start_seconds), "", "", "", Text("Spark's start, measured"))
    for cost in found.costs:
        table.add_row(*_row(cost))
    return table


def _row(cost: StageCost) -> list[Text]:
    known = cost.seconds is not None and cost.most_seconds is not None
    time = clock(cost.seconds or 0.0) if known else "not known"
    most = clock(cost.most_seconds or 0.0) if known and cost.most_seconds != cost.seconds else ""
    worker = size_words(cost.memory.worker) if cost.memory.worker else ""
    driver = size_words(cost.memory.driver)
    return [Text(text) for text in (cost.stage, time, most, driver, worker, cost.rests_on)]
