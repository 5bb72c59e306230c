"""Inclusion dependencies (Casanova et al. 1984) of one column: its values stand in another's key.

Which there may be follows from profiles alone, of which each is a sum of parts: types, the least
and the largest numbers, shapes of texts, and the smallest hashes of both columns' values, whose
overlap estimates how many of one are among those of the other (Bar-Yossef et al. 2002). What is
left is counted exactly.

A small number is in every running number by chance. So a column must be called like what it refers
to (:mod:`synth.audit.name_kinship`), or have values that chance would not put there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.audit.name_kinship import is_kin
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState, TextState
from synth.table.schema import decimal_parts
from synth.table.values import is_moment, is_whole

NEARLY = 0.95  # of the rows with a value must have a parent; the rest are said as violations
UNIQUE = 0.95  # of the rows of a key, by the sketch, whose error is 2 %; exact counts confirm it
CONTAINED = 0.5  # of the different values must be in the key: those of rows without a parent count
SEVERAL = 30  # hashes in common reach, of which fewer are no estimate
VALUES = 20  # different values, in a key of half of all numbers: by chance 1e-6
SPARSE = 0.5  # of the numbers between the column's least and largest: a denser key takes any number
FEW_VALUES, COVERED = 5, 0.9  # texts that are nearly all of a short key
MANY_VALUES = 1000  # numbers that are nearly all of a running number
MARGIN = 0.01  # of a key's range: its ends in a summary of quantiles are not exact


@dataclass(frozen=True)
class Table:
    """One of the tables among which is looked: its name, and what one scan has told of it."""

    name: str
    profile: TableProfile


@dataclass(frozen=True)
class Inclusion:
    """Values of a ``column`` of ``table`` that may all be in the ``key`` of ``parent``.

    ``by``: why this is no chance.
    """

    table: str
    column: str
    parent: str
    key: str
    by: str = "name"


@dataclass(frozen=True)
class InclusionCounts:
    """Exact counts: ``orphans`` are rows with a value that is in no row of the parent.

    ``values``: different ones, with a parent or without; ``parents``: those that have a row;
    ``most``: rows of the parent of most of them; ``keys``: different values of the key, and
    ``repeated`` whether one of them is in several rows.
    """

    orphans: int
    orphan_values: int
    values: int
    parents: int
    most: int
    keys: int
    repeated: bool


def inclusions(tables: Sequence[Table]) -> Iterator[Inclusion]:
    """Every inclusion between two of the tables that their profiles do not rule out."""
    for parent in tables:
        for key in _keys(parent.profile):
            for child in tables:
                if child.name == parent.name:
                    continue
                for name in child.profile.schema.names:
                    by = _evidence(child, name, parent, key)
                    if by is not None:
                        yield Inclusion(child.name, name, parent.name, key, by)


def holds(found: InclusionCounts, rows: int) -> bool:
    """Whether all, or nearly all, of so many rows with a value have their one parent."""
    return not found.repeated and rows > 0 and rows - found.orphans >= NEARLY * rows


def contained(state: ColumnState, others: ColumnState) -> tuple[float, int]:
    """``(share, hashes)``: how many of one column's different values are among those of another.

    ``hashes``: of how many values it is the share; none where the other has so many more that the
    sketches have no reach in common.
    """
    own, theirs = state.distinct.smallest, others.distinct.smallest
    if not len(own) or not len(theirs):
        return 0.0, 0
    exact = others.distinct.estimate() == len(theirs)
    reach = own if exact else own[own <= theirs[-1]]
    share = float(np.isin(reach, theirs).mean()) if len(reach) else 0.0
    return share, len(reach)


def _keys(profile: TableProfile) -> list[str]:
    """Columns that may tell every two rows apart; of a table of one row there is none."""
    return [
        name
        for name in profile.schema.names
        if _family(profile[name])
        and profile[name].count == profile.rows > 1
        and profile[name].distinct.estimate() >= UNIQUE * profile.rows
    ]


def _family(state: ColumnState) -> str | None:
    """Values of which types may equal each other; None for what is no reference."""
    kind = state.column.type
    if isinstance(state, TextState):
        return None if kind == "boolean" else "text"
    parts = decimal_parts(kind)
    whole = is_whole(kind) and not is_moment(kind) and (parts is None or parts[1] == 0)
    return "whole" if whole else None


def _evidence(child: Table, name: str, parent: Table, key: str) -> str | None:
    """What speaks for it: ``name`` or ``values``; None where it cannot be, or may be chance."""
    own, theirs = child.profile[name], parent.profile[key]
    if not own.count or _family(own) is None or _family(own) != _family(theirs):
        return None
    spare = (1 - NEARLY) * own.count  # rows, and so values at most, that may have no parent
    if own.distinct.estimate() - spare > theirs.distinct.estimate() / UNIQUE:
        return None
    share, hashes = contained(own, theirs)
    if hashes >= SEVERAL and share < CONTAINED:
        return None
    if not _in_reach(own, theirs):
        return None
    if is_kin(name, parent.name, key):
        return "name"
    return "values" if _beyond_chance(own, theirs) else None


def _in_reach(own: ColumnState, theirs: ColumnState) -> bool:
    """Whether nearly all rows lie between the key's ends, or are written as one of its values."""
    if isinstance(own, TextState) and isinstance(theirs, TextState):
        if theirs.shapes.error or own.shapes.error:
            return True
        known = sum(n for shape, n in own.shapes.counts.items() if shape in theirs.shapes.counts)
        return known >= NEARLY * own.count
    if not isinstance(own, NumberState) or not isinstance(theirs, NumberState):
        return False
    (values, weights), (keys, _) = own.quantiles.items(), theirs.quantiles.items()
    if not len(values) or not len(keys):
        return False
    margin = MARGIN * (keys[-1] - keys[0])
    inside = (values >= keys[0] - margin) & (values <= keys[-1] + margin)
    return bool(weights[inside].sum() >= (NEARLY - MARGIN) * weights.sum())


def _beyond_chance(own: ColumnState, theirs: ColumnState) -> bool:
    """Whether values that nothing ties to the key would not all be in it."""
    values, keys = own.distinct.estimate(), theirs.distinct.estimate()
    covers = values >= COVERED * keys
    if isinstance(own, TextState):
        return values >= VALUES or (values >= FEW_VALUES and covers)
    if values >= VALUES and _density(own, theirs) <= SPARSE:
        return True
    repeats = values < UNIQUE * own.count  # else two running numbers, which say nothing
    return covers and repeats and values >= MANY_VALUES


def _density(own: ColumnState, theirs: ColumnState) -> float:
    """The share of the whole numbers among the column's own range that are in the key."""
    if not isinstance(own, NumberState) or not isinstance(theirs, NumberState):
        return 0.0
    (values, _), (keys, weights) = own.quantiles.items(), theirs.quantiles.items()
    low, high = float(values[0]), float(values[-1])
    between = weights[(keys >= low) & (keys <= high)].sum() / weights.sum()
    return float(between * theirs.distinct.estimate() / (high - low + 1))
