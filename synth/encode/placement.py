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
    first_present,
    fixed_rows,
    of_type,
)
from synth.encode.kind import Drawn


def place_values(
    drawn: Mapping[str, Drawn], parents: Mapping[str, Sequence[str]], known: Columns
) -> tuple[dict[str, pa.Array], Fixed]:
    """The columns, and the rows of the known ones in which nothing may change them.

    These are the rows in which the value is known, or coded as null. ``parents``: a row's parent is
    the first of them that is not null. A known value whose parent is not leads back to it, over any
    number of columns. A column without codes has no value where it is not known: it waits for its
    rule.
    """
    order = _parents_first(drawn, parents)
    columns: dict[str, pa.Array] = {}
    for name in order:
        own = drawn[name].values(first_present(columns, parents[name]) if name in parents else None)
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
            own = drawn[name].anew(first_present(columns, parents[name]))
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
        led_to, leads = drawn[name].parent_of(columns[name], first_present(columns, parents))
        leads &= settled[name]
        for parent, is_first in _first_of(columns, parents):
            led = leads & is_first & ~settled[parent]
            own = columns[parent]
            columns[parent] = choose_rows(led, of_type(led_to, own.type), own)
            settled[parent] = settled[parent] | led
    for name, parents in pairs:
        own = drawn[name].values(first_present(columns, parents))
        columns[name] = choose_rows(settled[name], columns[name], own)


def _first_of(columns: Columns, names: Sequence[str]) -> list[tuple[str, np.ndarray]]:
    """Each column with the rows in which it is the first that is there, or where none is."""
    left, found = np.ones(len(columns[names[0]]), bool), []
    for name in names:
        here = left & np.asarray(columns[name].is_valid())
        found.append((name, here))
        left = left & ~here
    return [(name, here | left if name == names[0] else here) for name, here in found]


def _parents_first(drawn: Mapping[str, Drawn], parents: Mapping[str, Sequence[str]]) -> list[str]:
    if not parents:
        return list(drawn)
    graph = {name: parents.get(name, ()) for name in drawn}
    return list(TopologicalSorter(graph).static_order())
