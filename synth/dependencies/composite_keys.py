"""Composite keys: two or three columns of which no two rows hold the same values (Codd 1970).

Rows are drawn one by one, so that nothing keeps them unique in a synthetic table: they are found
in order to be said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.dependency import words
from synth.dependencies.grid import is_number
from synth.dependencies.sample import FEW, Sample
from synth.dependencies.value_counts import counted
from synth.table.schema import decimal_parts

CompositeKey = tuple[str, ...]
MOST_COLUMNS = 3
PAIR_COLUMNS, TRIPLE_COLUMNS = 60, 16  # those of most values: others tell few rows apart
FIRST_ROWS = 2_000  # on which most candidates are ruled out
MOST_KEYS = 8  # that are worth an exact count


def find_composite_keys(sample: Sample) -> list[CompositeKey]:
    """Sets of columns that no two rows of the sample share, where chance would have many do so.

    Columns without a missing value that name something: no measures of fractions. The fewest
    columns first; none that contains another.
    """
    names = [name for name in sample.names if _may_name(sample, name)]
    names.sort(key=lambda name: -sample.distinct(name))
    alike: dict[CompositeKey, float] = {(name,): _alike(sample.codes(name)) for name in names}
    pairs_of_rows = sample.rows * (sample.rows - 1) / 2
    found: list[CompositeKey] = []
    for size, most in ((2, PAIR_COLUMNS), (3, TRIPLE_COLUMNS)):
        for group in combinations(names[:most], size):
            known = any(set(key) <= set(group) for key in found)
            if known or not _is_unique(sample, group):
                continue
            # What the others share by any cause, the last one would share by chance.
            by_chance = max(
                _shared(sample, [o for o in group if o != name], alike) * alike[name,]
                for name in group
            )
            if by_chance * pairs_of_rows >= FEW:
                found.append(tuple(name for name in sample.names if name in group))
    return found[:MOST_KEYS]


def confirmed(keys: Iterable[CompositeKey], table: pa.Table) -> list[CompositeKey]:
    """The keys of which indeed no two rows of a whole table share the values."""
    return [key for key in keys if count_distinct(table, key) == len(table)]


def count_distinct(table: pa.Table, names: Collection[str]) -> int:
    """How many combinations of these columns' values a table has."""
    return len(counted({name: table[name].combine_chunks() for name in names}))


def note_on(key: CompositeKey) -> str:
    """What is to be said of a composite key before any row is drawn."""
    return (
        f"{words(key)} are unique together in every row: synthetic rows are drawn one by one, so "
        "that some of them will share these values. Drop such rows, or number the rows of one "
        f"{key[0]!r} anew, where it must be a key"
    )


def note_on_repeats(key: Sequence[str], rows: int, distinct: int) -> str | None:
    """How many rows of a synthetic table repeat the composite key of another one, if any."""
    if distinct >= rows:
        return None
    return (
        f"{rows - distinct:,} of {rows:,} synthetic rows ({(rows - distinct) / rows:.1%}) repeat "
        f"{words(tuple(key))} of another row, which no real row does"
    )


def _may_name(sample: Sample, name: str) -> bool:
    kind, parts = sample.type_of(name), decimal_parts(sample.type_of(name))
    if sample.columns[name].null_count or kind == "boolean" or not sample.varies(name):
        return False
    if kind in TIMES or not is_number(kind):
        return True
    return name in sample.whole_number_columns and (parts is None or parts[1] == 0)


def _shared(sample: Sample, names: list[str], alike: dict[CompositeKey, float]) -> float:
    """How likely two rows taken at random agree in all of these columns."""
    if tuple(names) not in alike:
        alike[tuple(names)] = _alike(_mixed(sample, names, sample.rows))
    return alike[tuple(names)]


def _mixed(sample: Sample, names: Sequence[str], rows: int) -> np.ndarray:
    """Dense codes of the combinations of values, in the first rows."""
    mixed = np.zeros(min(rows, sample.rows), np.int64)
    for name in names:  # fewer than 2^63 combinations: a sample has at most 2^17 rows
        mixed = mixed * sample.distinct(name) + sample.codes(name)[:rows]
    return np.unique(mixed, return_inverse=True)[1].reshape(-1)


def _alike(codes: np.ndarray) -> float:
    """How likely two rows taken at random agree."""
    counts = np.bincount(codes).astype(np.float64)
    rows = len(codes)
    return float((counts * (counts - 1)).sum() / max(rows * (rows - 1), 1))


def _is_unique(sample: Sample, group: CompositeKey) -> bool:
    for rows in (FIRST_ROWS, sample.rows):
        mixed = _mixed(sample, group, rows)
        if mixed.max(initial=-1) + 1 < len(mixed):
            return False
    return True
