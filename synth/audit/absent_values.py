"""Values that may stand for no value: words such as ``?``, and numbers such as -1 and 9999.

They are learned as values: a mean of ages has 999 in it, and ``unknown`` becomes a label.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth.audit.finding import Finding
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, MomentState, NumberState, TextState
from synth.statistics.entities import shared_from
from synth.table.door import either
from synth.table.limits import MIN_ENTITIES
from synth.table.schema import decimal_parts

ABSENT = "values that may stand for none"
FEWEST_OTHERS = 3  # different values beside it: of a flag, "unknown" may be all that is meant
FAR = 1.5  # times the greatest of the others: 99 of 98 hours are hours
_SINGLE_WORDS = (
    "? ?? - -- --- . .. n/a n.a. n.a na #n/a #na nan null nil \\n unknown unk missing undefined "
    "unbekannt inconnu desconocido sconosciuto desconhecido onbekend nieznany k.a. tbd"
)
_WORDS = {*_SINGLE_WORDS.split(), "", "not available", "not known", "no data", "keine angabe"}
_BELOW = {-1.0, *(1.0 - 10**k for k in range(1, 8))}  # -1, -9, -99, ...
_BEYOND = {10.0**k - 1 for k in range(2, 10)}  # 99, 999, ...


def on_absent_values(profile: TableProfile, least: int = MIN_ENTITIES) -> Iterator[Finding]:
    """All columns in one finding; none that is sensitive, and no value of fewer than ``least``."""
    found = {
        column.name: told
        for column in profile.schema
        if not (column.sensitive or column.key) and (told := list(_of(profile[column.name], least)))
    }
    if found:
        evidence = "; ".join(
            f"{name!r}: {', '.join(f'{value} in {rows:,} rows' for value, rows in told)}"
            for name, told in found.items()
        )
        yield Finding(
            ABSENT,
            "info",
            tuple(found),
            evidence,
            "If they say that nothing is known, write null in their place first "
            f"({_way()}), so that they are no part of means and labels",
        )


def _way() -> str:
    return either(
        lake="clean.null_markers, or a rule of clean.rules with the action repair",
        memory="frame.replace(...)",
    )


def _of(state: ColumnState, least: int) -> Iterator[tuple[str, int]]:
    """Such values of a column and their rows; none where not every value is counted."""
    if not state.counted.is_exact or isinstance(state, MomentState):
        return
    if isinstance(state, TextState):
        counts = state.frequent.ranked()
        words = [(text, n) for text, n in counts if text.strip().casefold() in _WORDS]
        if len(counts) - len(words) >= FEWEST_OTHERS and state.column.type == "string":
            yield from ((repr(w), n) for w, n in words if n >= shared_from(state, least))
    elif isinstance(state, NumberState):
        yield from _numbers(state, shared_from(state, least))


def _numbers(state: NumberState, least: int) -> Iterator[tuple[str, int]]:
    """The least value if it alone is below 0, the greatest if it is far beyond the others."""
    finite = np.isfinite(state.frequent.values)
    parts = decimal_parts(state.column.type)
    values = state.frequent.values[finite] / 10.0 ** (parts[1] if parts else 0)
    counts = state.frequent.counts[finite]
    if len(values) <= FEWEST_OTHERS:
        return
    if values[0] in _BELOW and values[1] >= 0 and counts[0] >= least:
        yield f"{values[0]:g}", int(counts[0])
    if values[-1] in _BEYOND and values[-1] > FAR * values[-2] > 0 and counts[-1] >= least:
        yield f"{values[-1]:.15g}", int(counts[-1])
