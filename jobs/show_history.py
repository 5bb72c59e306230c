"""What a person reads of runs of the past, on standard output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.history import PastRun
from synth.metrics.metric import Metric
from synth.report.words import THIN_SPACE, duration, explain, figure, measured

COLUMNS = 10  # that moved most; all of them are in the JSON
DASH = "–"
_LISTED = {"column_similarity": "columns", "pair_similarity": "pairs", "exact_copy_rate": "copies"}


def print_runs(runs: Sequence[PastRun]) -> None:
    """A line for each run: what became of it, and its figures."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("run", no_wrap=True, min_width=max(len(run.id) for run in runs))
    table.add_column("started (UTC)", no_wrap=True)
    table.add_column("verdict", min_width=len("published"))
    for title in ("rows", *_LISTED.values()):
        table.add_column(title, justify="right", no_wrap=True)
    for run in runs:
        figures = {metric.name: metric for metric in run.metrics}
        rows = DASH if run.rows is None else f"{run.rows:,}"
        own = (run.id, run.created[:16].replace("T", " "), run.verdict, rows)
        table.add_row(*map(Text, (*own, *(_listed(figures.get(name)) for name in _LISTED))))
    console.print(table)
    for run in runs:
        for said in (run.note, run.chosen):
            if said is not None:
                console.print(f"run {run.id}: {said}", markup=False)
    console.print("lakesynth report RUN tells of one, lakesynth compare RUN RUN of two")


def _listed(metric: Metric | None) -> str:
    """A figure in few letters: of rows that are counted how many."""
    if metric is None:
        return DASH
    return f"{metric.counts[0]:,}" if metric.counts else figure(metric.value, decimals=4)


def print_comparison(result: dict[str, Any]) -> None:
    """Two runs side by side: settings that differ, figures, columns, seconds."""
    console = Console(highlight=False, soft_wrap=True)
    names = [run["run_id"] for run in result["runs"]]
    for note in result["notes"]:
        console.print(f"note: {note}", style="bold", markup=False)
    verdicts = ("verdict", *(run["verdict"] for run in result["runs"]))
    console.print(_side_by_side("", names, [verdicts, *_figures(result["figures"])]))
    settings = result["settings"]
    if settings:
        rows = [(one["setting"], one["first"], one["second"]) for one in settings]
        console.print(_side_by_side("setting", names, rows))
    else:
        console.print("no setting differs" if settings == [] else "settings are not known")
    moved = result["columns"][:COLUMNS]
    rows = [(one["column"], *(f"{one[key]:.4f}" for key in ("first", "second"))) for one in moved]
    console.print(_side_by_side("column similarity", names, rows))
    left = len(result["columns"]) - len(moved)
    if left:
        console.print(f"{left} columns that moved less are left out: --json has all of them")
    seconds = [
        (stage, *(DASH if value is None else duration(value) for value in values))
        for stage, values in result["seconds"].items()
    ]
    console.print(_side_by_side("seconds", names, seconds))


def _figures(figures: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Each figure, and under it what real rows reach."""
    found = []
    for one in figures:
        metrics = [
            None if one[key] is None else Metric.from_json(one[key]) for key in ("first", "second")
        ]
        shown = [(DASH, DASH) if m is None else measured(m, 4) for m in metrics]
        title = next(explain(metric).title for metric in metrics if metric is not None)
        title += f" ({one['detail']})" if one["detail"] else ""
        for words, place in ((title.lower(), 0), ("  real against real", 1)):
            cells = [texts[place].replace(THIN_SPACE, ",") for texts in shown]
            found.append((words, cells[0], cells[1]))
    return found


def _side_by_side(title: str, names: list[str], rows: Sequence[tuple[str, ...]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(title)
    for name in names:
        table.add_column(name, justify="right", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
