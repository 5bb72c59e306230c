"""Findings on columns of types that no run learns: nested ones, and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synth.audit.finding import Finding
from synth.audit.remedies import by
from synth.table.door import either
from synth.table.leaves import Unlearned


def on_unlearned(found: Sequence[Unlearned]) -> Iterator[Finding]:
    """Columns that no generator learns as they are."""
    if not found:
        return
    said = ", ".join(f"{one.name!r} ({one.type})" for one in found)
    yield Finding(
        "columns that are not learned",
        "warning",
        tuple(one.name for one in found),
        f"{said}: no generator learns values of such a type; what they hold is profiled here",
        "Select what is needed of them as columns of their own before the seed is read, or leave "
        f"them out ({by('ingest.unsupported_columns: drop')}){_by_fields(found)}",
    )


def _by_fields(found: Sequence[Unlearned]) -> str:
    """What a lake can do with structs; in memory they are taken apart beforehand."""
    if all(one.type != "struct" for one in found):
        return ""
    return either(
        lake="; a run learns structs by their fields where ingest.unsupported_columns is fields",
        memory="",
    )


def notes_on(found: Sequence[Unlearned]) -> Iterator[str]:
    """Which leaves a column is profiled by, and what of it is not looked at."""
    for one in found:
        if one.leaves:
            leaves = ", ".join(map(repr, one.leaves))
            yield f"column {one.name!r} ({one.type}) is profiled by its leaves: {leaves}"
        if one.left_out:
            yield f"not looked at: {', '.join(map(repr, one.left_out))}"
