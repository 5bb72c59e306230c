"""Candidate keys (Codd 1970): minimal sets of columns of which no two rows share the values.

Found on a sample of groups of the whole table, so that an exact count must confirm each
(``lakehouse.distinct.count_distinct_rows``). :mod:`synth.dependencies.composite_keys` finds them on
a sample of rows, where a repeat is rarely seen twice.
"""

from __future__ import annotations

from collections.abc import Collection

from synth.audit.group_sizes import ColumnSet, GroupSizes
from synth.dependencies.composite_keys import MOST_KEYS
from synth.dependencies.sample import FEW
from synth.profiling.keys import KEY_ROWS, KEY_SHARE, key_candidates
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState, TextState
from synth.statistics.shapes import LONGEST
from synth.table.schema import decimal_parts

SURE = 4  # standard errors that the number of combinations may lie below that of rows


def key_columns(profile: TableProfile) -> tuple[str, ...]:
    """The columns that may be part of a key: they name something in every row, and measure nothing.

    As :mod:`synth.dependencies.composite_keys` has it: no missing value, no truth value, no
    fractions.
    """
    return tuple(name for name in profile.schema.names if _may_name(profile[name]))


def candidate_keys(
    groups: GroupSizes, among: Collection[str] | None = None
) -> tuple[ColumnSet, ...]:
    """Sets whose every sampled combination is held by one row, and that have as many as rows.

    The fewest columns first; none that contains another, and none with a missing value. A set of
    several columns that are unique only since there are so many combinations is none: chance would
    have to make rows agree. ``among``: the columns that may be part of a key, all by default.
    """
    found: list[ColumnSet] = []
    for columns in sorted(groups.sets, key=len):
        allowed = among is None or set(columns) <= set(among)
        known = any(set(own) <= set(columns) for own in found)
        if allowed and not known and _is_unique(groups, columns) and _would_agree(groups, columns):
            found.append(columns)
    return tuple(found[:MOST_KEYS])


def _may_name(state: ColumnState) -> bool:
    if state.count < state.rows or state.column.type == "boolean":
        return False
    parts = decimal_parts(state.column.type)
    has_fractions = parts[1] > 0 if parts else isinstance(state, NumberState) and state.decimals > 0
    return not has_fractions and state.distinct.estimate() > 1


def _is_unique(groups: GroupSizes, columns: ColumnSet) -> bool:
    if not groups.rows or any(groups.nulls[name] for name in columns):
        return False
    own = groups.of(columns)
    distinct = own.distinct
    least = groups.rows - SURE * distinct.standard_error
    return own.counts.max(initial=0) <= 1 and distinct.value >= least


def _would_agree(groups: GroupSizes, columns: ColumnSet) -> bool:
    """Whether chance would have rows agree: what some columns share, the last one by chance.

    As :func:`synth.dependencies.composite_keys.find_composite_keys` has it. A column by itself, and
    a set of which no part is counted, is not asked.
    """
    if len(columns) == 1:
        return True
    chances = [
        groups.of(rest).alike * groups.of((name,)).alike
        for name in columns
        for rest in [tuple(other for other in columns if other != name)]
        if rest in groups and (name,) in groups
    ]
    return not chances or max(chances) * groups.rows * (groups.rows - 1) / 2 >= FEW


def single_keys(profile: TableProfile) -> list[str]:
    """Columns that look like a key by themselves; an exact count must confirm each.

    Besides those that a run takes for keys, which must be called so where they are texts: codes. An
    e-mail address is none, nor is what else is sensitive.
    """
    known = key_candidates(profile)
    open_ = [c.name for c in profile.schema if not (c.key or c.sensitive)]
    return [
        name
        for name in profile.schema.names
        if name in known or (name in open_ and _is_code(profile[name]))
    ]


def _is_code(state: ColumnState) -> bool:
    """Whether a text differs in nearly every row, and is no word: it has digits, or one length."""
    if not isinstance(state, TextState) or state.nulls or state.count < KEY_ROWS:
        return False
    if state.distinct.estimate() < KEY_SHARE * state.count or not state.shapes.is_exact:
        return False
    shapes = state.shapes.counts
    plain = all(" " not in shape and len(shape) < LONGEST for shape in shapes)
    capitals = len({len(shape) for shape in shapes}) == 1 and not any("a" in s for s in shapes)
    return plain and (capitals or all("9" in shape for shape in shapes))
