"""What a synthesizer says of itself: what was fitted, in numbers, with no value of data."""

from __future__ import annotations

import html
from collections import Counter
from typing import Any

from synth.encode import TableEncoder


def summary(
    encoder: TableEncoder, generator: str, facts: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Names and texts of what a fit has come to.

    ``facts`` are those of its training, and in memory of the whole ``fit``: its rows and seconds.
    """
    schema, whole = encoder.table_schema, facts.get("fit", {})
    types = Counter("key" if column.key else column.type for column in schema)
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(types.items(), key=_by_count))
    rules = len(encoder.plan.steps)
    forms = len(encoder.forms.forms)
    rows, seconds = whole.get("rows", facts.get("rows")), whole.get("seconds", facts.get("seconds"))
    found = [("generator", generator)]
    if rows is not None:
        found.append(("rows", f"{rows:,}" + ("" if whole else " learned")))
    found += [
        ("columns", f"{len(schema)} ({kinds})"),
        ("rules", f"{rules} kept" if rules else "none"),
    ]
    if forms:
        own = "column read as it is" if forms == 1 else "columns read as they are"
        found.append(("forms", f"{forms} {own} written"))
    if seconds is not None:
        found.append(("fitted in", f"{seconds:,.1f} s on {facts.get('device', 'cpu')}"))
    return tuple(found)


def as_text(name: str, lines: tuple[tuple[str, str], ...]) -> str:
    """One line for a console."""
    return f"<{name}: " + ", ".join(f"{key} {text}" for key, text in lines) + ">"


def as_html(name: str, lines: tuple[tuple[str, str], ...]) -> str:
    """A small table for a notebook."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{html.escape(key)}</th>"
        f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
        for key, text in lines
    )
    return f"<table><caption>{html.escape(name)}</caption>{rows}</table>"


def _by_count(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]
