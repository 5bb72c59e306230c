"""What a person reads at the end of a command, on standard output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jobs.choice import Choice
from jobs.records import StageRecord
from jobs.show_audit import print_findings
from lakehouse.lineage import Lineage
from synth.audit.finding import Finding
from synth.metrics.catalogue import headlines
from synth.metrics.metric import Metric
from synth.report.report import Report
from synth.report.short import STATES
from synth.report.words import THIN_SPACE, allowed, explain, measured


def print_summary(result: dict[str, Any]) -> None:
    """The tables, the figures, three synthetic rows and the way to the report."""
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    console.print(_tables(result["tables"]))
    console.print(_figures(result["metrics"]))
    report = json.loads((Path(result["folder"]) / "report.json").read_text("utf-8"))
    console.print(_rows(report["sample"]))
    seconds = sum(result["seconds"].values())
    trained = result["seconds"].get("train", 0.0)
    for line in _chosen(result.get("candidates", [])):
        console.print(line, markup=False)
    for line in _of_runs(result.get("choice")):
        console.print(line, markup=False)
    console.print(f"verdict  {result['verdict']}: {'; '.join(result['reasons'])}", markup=False)
    console.print(
        f"run      {result['run_id']}, {seconds:.0f} s, of which training {trained:.0f} s"
    )
    console.print(f"model    {result['model']}", markup=False)
    console.print(f"report   {result['report']}", style="bold", markup=False)


def _chosen(candidates: list[dict[str, Any]]) -> list[str]:
    """Which of several candidates is the best, and why the others are not."""
    lines = []
    for one in sorted(candidates, key=lambda one: int(one["rank"])):
        lead = "chosen   " if one["chosen"] else " " * 9
        beside = f" of {len(candidates)}" if one["chosen"] else ""
        lines.append(f"{lead}candidate {one['candidate']}{beside}: {one['why']}")
    return lines


def _of_runs(choice: dict[str, Any] | None) -> list[str]:
    """Which of several runs was chosen, and why the others were not."""
    return [] if choice is None else list(Choice.from_json(choice).lines())


def print_report(report: Report, page: Path) -> None:
    """The figures of a judgement, the verdict and the way to the page."""
    console = Console(highlight=False, soft_wrap=True)
    plain = [metric.to_json() for metric in report.metrics if metric.scope == "table"]
    console.print(_figures(plain))
    verdict = report.verdict
    console.print(f"verdict  {verdict.status}: {STATES[verdict.status]}", markup=False)
    for reason in (*verdict.reasons, *verdict.waived):
        console.print(f"         {reason}", markup=False)
    console.print(f"notes    {len(report.notes)}, on the page", markup=False)
    console.print(f"report   {page}", style="bold", markup=False)


def print_stage(record: StageRecord, folder: Path) -> None:
    """What one stage left."""
    console = Console(highlight=False, soft_wrap=True)
    tables = {
        role: {"name": t.name, "version": t.version, "rows": t.rows}
        for role, t in record.tables.items()
    }
    if tables:
        console.print(_tables(tables))
    if record.stage == "profile":
        written = record.facts.get("forms", {})
        if written:
            console.print(_written(written))
        found = [Finding.from_json(one) for one in record.facts["findings"]]
        print_findings(Console(highlight=False), found)
    console.print(f"run folder  {folder}", markup=False)


def print_check(found: dict[str, Any]) -> None:
    """What is known of a configuration that is sound, before a run."""
    console = Console(highlight=False, soft_wrap=True)
    columns = found["columns"]
    told = {
        "seed": found["seed"],
        "columns": "known once Spark reads it" if columns is None else ", ".join(columns),
        "published as": found["synthetic"],
        "files of runs": found["files"],
        "generator": found["generator"],
        **{f"set {key}": json.dumps(value) for key, value in found["settings"].items()},
    }
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, words in told.items():
        table.add_row(Text(name), Text(words))
    console.print(table)
    console.print("the configuration is sound; lakesynth run with the same arguments runs it")


def print_generators(found: list[dict[str, Any]]) -> None:
    """What each generator is, what it can do, and its settings; or why it cannot be loaded."""
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("train.generator", "what it is", "conditions", "densities", "temperature"):
        table.add_column(heading, overflow="fold")
    for one in found:
        what = one["summary"] if one["problem"] is None else one["problem"]
        can = [_YES_OR_NO[one[name]] for name in ("conditions", "densities", "temperature")]
        table.add_row(Text(one["name"]), Text(what), *can)
    console.print(table)
    for one in found:
        settings = ", ".join(one["settings"]) or "none"
        console.print(f"settings of {one['name']}: {settings}", markup=False, soft_wrap=True)


_YES_OR_NO = {True: "yes", False: "no", None: ""}


def print_lineage(name: str, lineage: Lineage) -> None:
    """A synthetic table's origin, one fact a line."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{name} is synthetic", style="bold", markup=False)
    for key, value in lineage.to_properties().items():
        console.print(f"  {key.removeprefix('lakesynth.'):<16} {value}", markup=False)


def _tables(tables: dict[str, dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("version", justify="right")
    table.add_column("where", overflow="fold")
    for role, facts in tables.items():
        table.add_row(role, f"{facts['rows']:,}", str(facts["version"]), facts["name"])
    return table


def _written(forms: dict[str, dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("column")
    table.add_column("written as", overflow="fold")
    for name, form in forms.items():
        table.add_row(Text(name), Text(form["written"]))
    return table


def _figures(metrics: list[dict[str, Any]]) -> Table:
    shown_first = headlines()
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("figure")
    table.add_column("synthetic", justify="right")
    table.add_column("real holdout", justify="right")
    table.add_column("gate", justify="right")
    told = [own for own in map(Metric.from_json, metrics) if own.name in shown_first]
    names = [own.name for own in told]
    for own in told:
        value, reference = measured(own, decimals=4)
        shown = "none" if own.reference is None else reference
        mark = f"{allowed(own)}: {_mark(own)}" if own.gate else ""
        cells = (text.replace(THIN_SPACE, ",") for text in (value, shown, mark))
        title = explain(own).title.lower()
        if names.count(own.name) > 1:
            title += f" ({own.detail})"
        table.add_row(title, *cells)
    return table


def _mark(metric: Metric) -> str:
    """The state of a gate in a word."""
    if metric.status == "red" and metric.passed:
        return "waived"
    return {"green": "kept", "amber": "amber"}.get(metric.status or "", "broken")


def _rows(rows: list[dict[str, str]]) -> Table:
    """Synthetic rows standing up: names on the left fit any number of columns on any terminal."""
    table = Table(title=f"{len(rows)} synthetic rows", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("column")
    for number in range(len(rows)):
        table.add_column(f"row {number + 1}", overflow="fold")
    for name in rows[0] if rows else []:
        table.add_row(name, *[row[name] for row in rows])
    return table
