"""What a person reads of rules of cleaning: each with what it does, and where the rows go."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_cleaning(found: dict[str, Any]) -> None:
    """A row for each rule, and the balance; nothing was written."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("rule", "columns", "action"):
        table.add_column(heading, overflow="fold")
    for heading in ("rows", "repaired", "quarantined"):
        table.add_column(heading, justify="right")
    table.add_column("reason", overflow="fold")
    for one in found["counts"]["rules"]:
        words = (one["rule"], ", ".join(one["columns"]), one["action"])
        numbers = (f"{one[name]:,}" for name in ("rows", "repaired", "quarantined"))
        table.add_row(*map(Text, words), *numbers, Text(one["reason"]))
    console.print(table)
    for note in found["notes"]:
        console.print(note, markup=False)
    console.print(found["balance"], markup=False)
    console.print("nothing was written: lakesynth clean with the same arguments does it")
