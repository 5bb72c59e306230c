"""Rows that equal another one, in every column or in all but one, and how many differ at all.

Doubles of a record that was loaded twice, or corrected in one field, teach a model some records
more than others, and let a held-out row stand among those that were learned. Each column is left
out in turn, and groups of rows equal in all others are counted; there is no distance and no
threshold. Rows that differ in two columns or more are not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from synth.audit.group_sizes import ColumnSet, GroupSizes
from synth.audit.sampled_groups import Estimate, SampledGroups
from synth.profiling.keys import key_candidates
from synth.profiling.table_profile import TableProfile

MOST_COLUMNS = 40  # of a table of more, one is not left out in turn: as many sets as columns
KEPT = 8192  # groups of each of these sets: their number is known to 1.1 %
MOST_DOUBLES = 10  # rows of a group: more are a table of few values rather than doubles
SURE = 3  # standard errors beyond which a share is no chance of the sample


@dataclass(frozen=True)
class EqualButOne:
    """The share of rows that equal another one in every column but this one."""

    column: str
    share: Estimate


@dataclass(frozen=True)
class NearDuplicates:
    """Shares of all rows, in [0, 1].

    ``distinct``: how many different rows there are; ``doubled``: the share of rows in groups of two
    to ``MOST_DOUBLES`` equal ones; ``repeated``: of those in larger groups, known less precisely;
    ``but_one``: columns by falling share, where it is beyond the error of the sample; None where
    there were too many columns, or one alone, so that none was left out in turn.
    """

    columns: ColumnSet
    rows: int
    distinct: Estimate
    doubled: Estimate
    repeated: Estimate
    but_one: tuple[EqualButOne, ...] | None


def row_columns(profile: TableProfile) -> tuple[str, ...]:
    """The columns by which rows are compared: all but keys, which tell every two rows apart."""
    keys = set(key_candidates(profile))
    return tuple(c.name for c in profile.schema if not c.key and c.name not in keys)


def row_sets(columns: Sequence[str]) -> tuple[ColumnSet, ...]:
    """The set of all columns, and those of all but one unless there are too many; to be counted.

    >>> row_sets(["a", "b", "c"])
    (('a', 'b', 'c'), ('b', 'c'), ('a', 'c'), ('a', 'b'))
    """
    whole = tuple(columns)
    if not whole:
        return ()
    return (whole, *(_without(whole, name) for name in whole if _are_left_out(whole)))


def near_duplicates(groups: GroupSizes, columns: Sequence[str]) -> NearDuplicates:
    """What the sizes of the groups of :func:`row_sets` tell; KeyError where they lack a set."""
    whole = tuple(columns)
    own = groups.of(whole)
    doubled, single = _doubled(own), own.share(1, MOST_DOUBLES)
    but_one = None
    if _are_left_out(whole):
        apart = [EqualButOne(n, _more(groups.of(_without(whole, n)), doubled)) for n in whole]
        sure = [one for one in apart if one.share.value > SURE * one.share.standard_error]
        but_one = tuple(sorted(sure, key=lambda one: -one.share.value))
    repeated = Estimate(1.0 - single.value if groups.rows else 0.0, single.standard_error)
    return NearDuplicates(whole, groups.rows, own.distinct, doubled, repeated, but_one)


def _are_left_out(columns: ColumnSet) -> bool:
    return 2 <= len(columns) <= MOST_COLUMNS


def _without(columns: ColumnSet, name: str) -> ColumnSet:
    return tuple(other for other in columns if other != name)


def _doubled(groups: SampledGroups) -> Estimate:
    """Rows that equal a few others. Large groups apart: their share is known less precisely."""
    return groups.share(2, MOST_DOUBLES)


def _more(groups: SampledGroups, doubled: Estimate) -> Estimate:
    """How many more rows have an equal once a column is left out."""
    own = _doubled(groups)
    error = hypot(own.standard_error, doubled.standard_error)
    return Estimate(max(0.0, own.value - doubled.value), error)
