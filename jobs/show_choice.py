"""What a person reads of a choice among runs, on standard output."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.choice import Choice, called
from synth.metrics.metric import Metric
from synth.metrics.ranking import RULE
from synth.report.words import THIN_SPACE, explain, generator_words, measured

DASH = "–"


def print_choice(choice: Choice, published: str | None) -> None:
    """The runs in their order with states and figures, then why each is the best, or is not.

    ``published`` is the table that the best one was published as, if it was.
    """
    console = Console(highlight=False, soft_wrap=True)
    ranked = sorted(choice.rows, key=lambda row: int(row["rank"]))
    console.print(_runs(ranked))
    console.print(_figures(ranked))
    for line in choice.lines():
        console.print(line, markup=False)
    console.print(f"how runs are ranked: {RULE}", markup=False)
    for note in choice.notes:
        console.print(f"note: {note}", markup=False)
    said = "nothing was published" if published is None else f"published as {published}"
    console.print(f"best     {called(choice.best)}: {said}", style="bold", markup=False)


def _runs(ranked: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("rank", justify="right")
    table.add_column("run", no_wrap=True)
    table.add_column("generator", overflow="fold")
    table.add_column("verdict")
    for area in ("privacy", "utility", "fidelity"):  # in the order of the rule
        table.add_column(area)
    for row in ranked:
        states = [row["areas"].get(area, DASH) for area in ("privacy", "utility", "fidelity")]
        generator = generator_words(row["generator"], row["settings"])
        table.add_row(*map(Text, (str(row["rank"]), row["run"], generator, row["status"], *states)))
    return table


def _figures(ranked: list[dict[str, Any]]) -> Table:
    """Each headline figure, with a column for each run."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("figure")
    for row in ranked:
        table.add_column(f"{row['rank']}: {row['run']}", justify="right", overflow="fold")
    found = [
        {(m.name, m.detail): m for m in map(Metric.from_json, row["figures"])} for row in ranked
    ]
    for key in dict.fromkeys(key for own in found for key in own):
        metrics = [own.get(key) for own in found]
        title = next(explain(metric).title.lower() for metric in metrics if metric is not None)
        title += f" ({key[1]})" if key[1] else ""
        shown = [DASH if m is None else measured(m, 4)[0].replace(THIN_SPACE, ",") for m in metrics]
        table.add_row(*map(Text, (title, *shown)))
    return table
