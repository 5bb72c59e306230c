"""From what codes say to values: parents before children, and around values that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import (
    Columns,
    Fixed,
    choose_rows,
    equal,
    fixed_rows,
)
from synth.encode.kind import Drawn


def place_values(
    drawn: Mapping[str, Drawn], parents: Mapping[str, Sequence[str]], known: Columns
) -> tuple[dict[str, pa.Array], Fixed]:
    """The columns, and the rows of the known ones in which nothing may change them.

    These are the rows in which the value is known, or coded as null. ``parents``: the columns that
    a column's reference comes from, of which the first that is not null is the row's parent, or all
    of which a formula needs. A known value whose parent is not leads back to it, over any number of
    columns. A column without codes has no value where it is not known: it waits for its
    rule.
    """
    order = _parents_first(drawn, parents)
    columns: dict[str, pa.Array] = {}
    for name in order:
        reference = drawn[name].reference(columns, parents[name]) if name in parents else None
        own = drawn[name].values(reference)
        columns[name] = pc.coalesce(known[name], own) if name in known else own
    columns |= {name: array for name, array in known.items() if name not in columns}
    fixed = {name: np.asarray(array.is_valid()) for name, array in known.items()}
    fixed = {n: rows | drawn[n].is_null if n in drawn else rows for n, rows in fixed.items()}
    if fixed and parents:
        pairs = [(name, parents[name]) for name in order if name in parents]
        _lead_back(columns, drawn, pairs, fixed)
    return columns, fixed


def follow_anew(
    drawn: Mapping[str, Drawn],
    parents: Mapping[str, Sequence[str]],
    before: Columns,
    after: Columns,
    fixed: Fixed,
) -> dict[str, pa.Array]:
    """The columns ``after`` a repair, children again where they or a parent have other values."""
    columns = dict(after)
    for name in (name for name in _parents_first(drawn, parents) if name in parents):
        moved = [~equal(before[n], columns[n]) for n in (name, *parents[name])]
        wanted = np.logical_or.reduce(moved) & np.asarray(columns[name].is_valid())
        wanted &= ~fixed_rows(name, columns[name], fixed)
        if wanted.any():
            own = drawn[name].anew(drawn[name].reference(columns, parents[name]))
            wanted &= np.asarray(own.is_valid())
            columns[name] = choose_rows(wanted, own, columns[name])
    return columns


def _lead_back(
    columns: dict[str, pa.Array],
    drawn: Mapping[str, Drawn],
    pairs: Sequence[tuple[str, Sequence[str]]],
    fixed: Fixed,
) -> None:
    """Parents follow fixed children, the last child first; then other children their parents."""
    settled = {name: fixed_rows(name, array, fixed) for name, array in columns.items()}
    for name, parents in reversed(pairs):
        for parent, led_to, led in drawn[name].led_to(name, columns, parents, settled):
            columns[parent] = choose_rows(led, led_to, columns[parent])
            settled[parent] = settled[parent] | led
    for name, parents in pairs:
        own = drawn[name].values(drawn[name].reference(columns, parents))
        columns[name] = choose_rows(settled[name], columns[name], own)


def _parents_first(drawn: Mapping[str, Drawn], parents: Mapping[str, Sequence[str]]) -> list[str]:
    if not parents:
        return list(drawn)
    graph = {name: parents.get(name, ()) for name in drawn}
    return list(TopologicalSorter(graph).static_order())
