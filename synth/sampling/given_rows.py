"""Rows of a table of which each is given: every one becomes one synthetic row, in its order.

A cell that is missing (null, NaN) asks nothing: the model draws it. That no value shall be there is
said by a condition on the column, not by a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import one_array
from synth.dependencies.plan import Plan
from synth.encode import TableEncoder
from synth.forms.given import learned_rows
from synth.sampling.condition import FREE, Condition, missing
from synth.sampling.given_values import has_no_say, read_column, read_value, require_known
from synth.table.errors import InputError
from synth.table.frame_type import FrameType
from synth.table.frames import as_arrow


def read_rows(
    table: pa.Table, encoder: TableEncoder, *, are_counted: bool = True
) -> tuple[Condition, ...]:
    """A condition for each column, whose choice of a row is that row's value.

    InputError names a column that is unknown or not learned, and a value that the model does not
    know, with the number of its row where rows ``are_counted``; also a row that breaks a rule.
    """
    if not table.num_columns:
        raise InputError("given: the rows have no columns: give one or more")
    names = table.column_names
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InputError(f"given {twice[0]!r}: the rows have this column twice: rename one")
    # Parts that are not drawn are written as they are given.
    written = {part for name in names for part in encoder.forms.parts_of(name)}
    learned = learned_rows(table, encoder.forms, are_counted=are_counted)
    conditions = tuple(
        _read(name, learned, encoder, are_counted)
        for name in learned.column_names
        if name not in written or encoder.drawn_for(name)
    )
    _require_rules(conditions, encoder.plan, are_counted)
    return conditions


def _read(name: str, rows: pa.Table, encoder: TableEncoder, counted: bool) -> Condition:
    own, encoding = read_column(name, encoder)
    cells = one_array(rows[name])
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    coded = cells.dictionary_encode()
    chosen = np.asarray(coded.indices.fill_null(FREE)).astype(np.int64)
    there = np.flatnonzero(~missing(coded.dictionary))
    first = {place: row for row, place in reversed(list(enumerate(chosen.tolist())))}
    where = {place: _where(name, first[place], counted) for place in there.tolist()}
    values = [
        read_value(own, coded.dictionary[place], encoding, where[place]) for place in there.tolist()
    ]
    made = pa.concat_arrays(values) if values else pa.array([], own.arrow_type)
    follows = has_no_say(name, encoder, rows.column_names)
    try:
        codes = require_known(own, made, encoding, f"given {name!r}", is_free=follows)
    except InputError:
        for place, value in zip(there.tolist(), values, strict=True):
            require_known(own, value, encoding, where[place], is_free=follows)
        raise
    place_of = np.full(len(coded.dictionary) + 1, FREE)  # the last is that of FREE
    place_of[there] = np.arange(len(there))
    return Condition(name, made, np.ones(len(values)), codes, (), place_of[chosen])


def _where(name: str, row: int, counted: bool) -> str:
    return f"given {name!r}, row {row + 1}" if counted else f"given {name!r}"


def _require_rules(conditions: tuple[Condition, ...], plan: Plan, counted: bool) -> None:
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
            row = int(places[np.flatnonzero(broken)[0]]) + 1
            which = f" row {row}" if counted else ""
            raise InputError(
                f"given{which}: {rule.describe()}, which its values break: give others, leave "
                "one of them out, or fit without this dependency (veto)"
            )


def _chosen(condition: Condition) -> np.ndarray:
    assert condition.chosen is not None
    return condition.chosen


def as_given(given: Any, wanted: FrameType) -> tuple[dict[str, Any] | pa.Table, Any]:
    """Conditions, or the rows of a table as Arrow has them with the index of a pandas one.

    The rows are those of a table of the ``wanted`` type: times of day and durations in its units.

    InputError where it is neither, and for rows of none.
    """
    if given is None or isinstance(given, Mapping):
        return dict(given or {}), None
    try:
        rows, looked = as_arrow(given)
    except TypeError:
        raise InputError(
            f"given maps columns to values, or is a table of rows, however: {type(given).__name__}"
        ) from None
    if not len(rows):
        raise InputError("given: the table has no rows: give one or more")
    return looked.converted(rows, wanted), getattr(given, "index", None)


def given_names(given: Mapping[str, Any] | pa.Table) -> tuple[str, ...]:
    """The columns that are given."""
    return tuple(given.column_names if isinstance(given, pa.Table) else given)
