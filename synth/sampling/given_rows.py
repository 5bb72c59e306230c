"""Rows of a table of which each is given: every one becomes one synthetic row, in its order.

A cell that is missing (null, NaN) asks nothing: the model draws it. That no value shall be there is
said by a condition on the column, not by a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.plan import Plan
from synth.encode import TableEncoder
from synth.sampling.condition import FREE, Condition, missing
from synth.sampling.given_values import read_column, read_value, require_known
from synth.table.errors import InputError
from synth.table.frames import as_arrow


def read_rows(table: pa.Table, encoder: TableEncoder, first_row: int = 0) -> tuple[Condition, ...]:
    """A condition for each column, whose choice of a row is that row's value.

    InputError names a column that is unknown or not learned, and a value that the model does not
    know, with the number of its row (the first is ``first_row``); also a row that breaks a rule.
    """
    if not table.num_columns:
        raise InputError("given: the rows have no columns: give one or more")
    names = table.column_names
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(f"given {twice[0]!r}: the rows have this column twice: rename one")
    conditions = tuple(_read(name, table[name], encoder, first_row) for name in names)
    _require_rules(conditions, encoder.plan, first_row)
    return conditions


def _read(name: str, column: pa.ChunkedArray, encoder: TableEncoder, first_row: int) -> Condition:
    own, encoding = read_column(name, encoder)
    cells = column.combine_chunks()
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.concat_arrays(cells.chunks) if cells.num_chunks else cells.slice(0, 0)
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    coded = cells.dictionary_encode()
    chosen = np.asarray(coded.indices.fill_null(FREE)).astype(np.int64)
    distinct = coded.dictionary
    absent = missing(distinct)
    keys, first_rows = np.unique(chosen, return_index=True)
    seen = dict(zip(keys.tolist(), first_rows.tolist(), strict=True))
    values: list[pa.Array] = []
    place_of = np.full(len(distinct) + 1, FREE)  # the last: what is free
    codes: list[np.ndarray] = []
    follows = encoder.determined_by(name) is not None
    for place in np.flatnonzero(~absent).tolist():
        where = f"given {name!r}, row {first_row + seen[place] + 1}"
        place_of[place] = len(values)
        values.append(read_value(own, distinct[place], encoding, where))
    made = pa.concat_arrays(values) if values else pa.array([], own.arrow_type)
    try:
        codes = require_known(own, made, encoding, f"given {name!r}", is_free=follows)
    except InputError:
        for place, value in zip(np.flatnonzero(~absent).tolist(), values, strict=True):
            where = f"given {name!r}, row {first_row + seen[place] + 1}"
            require_known(own, value, encoding, where, is_free=follows)
        raise
    shares = np.ones(len(values))
    return Condition(name, made, shares, codes, (), place_of[chosen])


def _require_rules(conditions: tuple[Condition, ...], plan: Plan, first_row: int) -> None:
    """InputError for the first row whose own values break an exact rule."""
    given = {one.column: one for one in conditions}
    for step in plan.steps:
        rule = step.found.dependency
        named = [given[name] for name in rule.columns if name in given]
        if step.mode in ("exceptions", "encoded"):
            continue
        for one in named:
            type(rule).require_possible([rule], {one.column: one.values})
        if len(named) < len(rule.columns) or rule.is_open:
            continue
        rows = np.logical_and.reduce([_chosen(one) != FREE for one in named])
        if not rows.any():
            continue
        places = np.flatnonzero(rows)
        columns = {one.column: one.values.take(pa.array(_chosen(one)[places])) for one in named}
        broken = ~rule.holds(columns)
        if broken.any():
            row = first_row + int(places[np.flatnonzero(broken)[0]]) + 1
            raise InputError(
                f"given row {row}: {rule.describe()}, which its values break: give others, leave "
                "one of them out, or fit without this dependency (veto)"
            )


def _chosen(condition: Condition) -> np.ndarray:
    assert condition.chosen is not None
    return condition.chosen


def as_given(given: Any) -> tuple[dict[str, Any] | pa.Table, Any]:
    """Conditions, or the rows of a table as Arrow has them with the index of a pandas one.

    InputError where it is neither, and for rows of none.
    """
    if given is None or isinstance(given, Mapping):
        return dict(given or {}), None
    try:
        rows = as_arrow(given)[0]
    except TypeError:
        raise InputError(
            f"given maps columns to values, or is a table of rows, however: {type(given).__name__}"
        ) from None
    if not len(rows):
        raise InputError("given: the table has no rows: give one or more")
    return rows, getattr(given, "index", None)


def given_names(given: Mapping[str, Any] | pa.Table) -> tuple[str, ...]:
    """The columns that are given."""
    return tuple(given.column_names if isinstance(given, pa.Table) else given)
