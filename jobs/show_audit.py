"""What a person reads at the end of ``lakesynth profile`` of a table alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from synth.audit.audit import Audit
from synth.audit.finding import Finding

MOST_LINES = 12  # of findings, while a run works; its report has all
_TONES = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def print_audit(found: Audit, page: Path) -> None:
    """Every finding, the gravest first, and the way to the page."""
    console = Console(highlight=False)
    columns = len(found.columns)
    console.print(f"\n{found.table}: {found.rows:,} rows, {columns} columns", markup=False)
    print_findings(console, found.findings)
    if not found.findings:
        console.print("nothing was found that speaks against synthesis")
    console.print(f"report  {page}", style="bold", markup=False, soft_wrap=True)


def lines_on(findings: Sequence[Finding]) -> Iterator[str]:
    """The gravest findings of a run's profile, a line each, of what is more than information."""
    grave = [one for one in findings if one.severity != "info"]
    for one in grave[:MOST_LINES]:
        of = ", ".join(map(repr, one.columns)) or "whole table"
        yield f"{one.severity}: {one.name} ({of}): {one.evidence}"
    if len(grave) > MOST_LINES:
        yield f"and {len(grave) - MOST_LINES} more, which the report tells"


def print_findings(console: Console, findings: Iterable[Finding]) -> None:
    """Each finding with its columns, its evidence and what to do."""
    for one in findings:
        of = ", ".join(one.columns) or "whole table"
        head = Text.assemble((f"{one.severity:<8}", _TONES[one.severity]), (one.name, "bold"))
        console.print(head, Text(of))
        console.print(Padding(Text(f"{one.evidence}. {one.remedy}"), (0, 0, 0, 8)))
