"""From what codes say to values: parents before children, and around values that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import Columns, Fixed, choose_rows, fixed_rows
from synth.encode.kind import Drawn


def place_values(
    drawn: Mapping[str, Drawn], parents: Mapping[str, str], known: Columns
) -> tuple[dict[str, pa.Array], Fixed]:
    """The columns, and the rows of the known ones in which nothing may change them.

    These are the rows in which the value is known, or coded as null. A known value whose parent is
    not leads back to it, over any number of columns. A column without codes has no value where it
    is not known: it waits for its rule.
    """
    order = _parents_first(drawn, parents)
    columns: dict[str, pa.Array] = {}
    for name in order:
        own = drawn[name].values(columns[parents[name]] if name in parents else None)
        columns[name] = pc.coalesce(known[name], own) if name in known else own
    columns |= {name: array for name, array in known.items() if name not in columns}
    fixed = {name: np.asarray(array.is_valid()) for name, array in known.items()}
    fixed = {n: rows | drawn[n].is_null if n in drawn else rows for n, rows in fixed.items()}
    if fixed and parents:
        pairs = [(name, parents[name]) for name in order if name in parents]
        _lead_back(columns, drawn, pairs, fixed)
    return columns, fixed


def _lead_back(
    columns: dict[str, pa.Array],
    drawn: Mapping[str, Drawn],
    pairs: Sequence[tuple[str, str]],
    fixed: Fixed,
) -> None:
    """Parents follow fixed children, the last child first; then other children their parents."""
    settled = {name: fixed_rows(name, array, fixed) for name, array in columns.items()}
    for name, parent in reversed(pairs):
        led_to, leads = drawn[name].parent_of(columns[name], columns[parent])
        leads &= settled[name] & ~settled[parent]
        columns[parent] = choose_rows(leads, led_to, columns[parent])
        settled[parent] = settled[parent] | leads
    for name, parent in pairs:
        own = drawn[name].values(columns[parent])
        columns[name] = choose_rows(settled[name], columns[name], own)


def _parents_first(drawn: Mapping[str, Drawn], parents: Mapping[str, str]) -> list[str]:
    if not parents:
        return list(drawn)
    graph = {name: [parents[name]] if name in parents else [] for name in drawn}
    return list(TopologicalSorter(graph).static_order())
