"""Conditions on a table's own columns, as conditions on the columns that are learned."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import one_array, where
from synth.forms.form import Form
from synth.forms.table_forms import TableForms
from synth.table.errors import InputError
from synth.table.missing import is_missing


def learned_given(given: Mapping[str, Any], forms: TableForms) -> dict[str, Any]:
    """The same conditions, whose values are read in the column's form.

    A value may be written as the column has it (``31.12.2024``), or be what it stands for (a date).
    One value of a column of several parts gives them all; shares, lists and ranges are of columns
    that a single part stands for. Parts may also be given by their own names. InputError names a
    column, and a value that its form does not read.
    """
    found: dict[str, Any] = {}
    for name, wanted in given.items():
        form = forms.by_column.get(name)
        learned = {name: wanted} if form is None else _learned(form, wanted, forms)
        for part, own in learned.items():
            if part in found:
                raise InputError(
                    f"given {part!r}: it is given by {name!r} too: leave one of them out"
                )
            found[part] = own
    return found


def learned_rows(table: pa.Table, forms: TableForms, *, are_counted: bool = True) -> pa.Table:
    """Given rows with the columns that are learned in place of those that have a form.

    InputError names a column, and where rows ``are_counted`` the row, whose value no part can hold.
    """
    found: dict[str, pa.Array] = {}
    for name in table.column_names:
        array, form = one_array(table[name]), forms.by_column.get(name)
        if form is None:
            found[name] = array
            continue
        if pa.types.is_dictionary(array.type):
            array = array.cast(array.type.value_type)
        if pa.types.is_string(array.type) != pa.types.is_string(form.column.arrow_type):
            found[name] = array  # what the column stands for, not how it is written
            continue
        array = array.cast(form.column.arrow_type)
        parts, read = form.read(array)
        other = np.asarray(array.is_valid()) & ~read
        if form.other.name in forms.learned.names:
            parts[form.other.name] = where(other, array)
        elif other.any():
            row = int(np.flatnonzero(other)[0])
            raise _unread(form, array[row].as_py(), f", row {row + 1}" if are_counted else "")
        found |= parts
    return pa.table(found)


def written_as_given(batch: pa.RecordBatch, given: pa.Table, forms: TableForms) -> pa.RecordBatch:
    """The batch with the values of its given rows as they are written there.

    A value may leave parts of itself open, which are then drawn: what is given stays.
    """
    names = [name for name in given.column_names if name in forms.by_column]
    if not names:
        return batch
    columns = {name: batch.column(name) for name in batch.schema.names}
    for name in names:
        own, wanted = columns[name], one_array(given[name])
        if pa.types.is_string(wanted.type) == pa.types.is_string(own.type):
            columns[name] = pc.coalesce(wanted.cast(own.type), own)
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)


def _learned(form: Form, wanted: Any, forms: TableForms) -> dict[str, Any]:
    if isinstance(wanted, Mapping | list | tuple | Set):
        return {form.column.name: _each(form, wanted)}
    if is_missing(wanted):
        parts = [*form.parts, *(part for part in [form.other] if part.name in forms.learned.names)]
        return dict.fromkeys((part.name for part in parts), None)
    values = _read(form, wanted)
    if values is None:
        if form.other.name in forms.learned.names:
            return {form.other.name: wanted}
        raise _unread(form, wanted)
    if not _is_kept(form, wanted, values):
        raise _made_anew(form)
    return {name: value for name, value in values.items() if value is not None}


def _each(form: Form, wanted: Any) -> Any:
    """Shares by value, a list, or the ends of a range, each value read."""
    if isinstance(wanted, Mapping):
        if list(wanted) == ["between"]:
            return {"between": [_single(form, end) for end in wanted["between"]]}
        return {_single(form, value): share for value, share in wanted.items()}
    return [_single(form, value) for value in wanted]


def _single(form: Form, value: Any) -> Any:
    """The one value that a column's value stands for."""
    if is_missing(value):
        return None
    values = _read(form, value)
    if values is None:
        raise _unread(form, value)
    present = {name: own for name, own in values.items() if own is not None}
    if list(present) != [form.column.name] or not _is_kept(form, value, values):
        raise _made_anew(form)
    return present[form.column.name]


def _is_kept(form: Form, value: Any, values: Mapping[str, Any]) -> bool:
    """Whether a value is written as it is given: of codes there are parts that are made anew."""
    if not isinstance(value, str):
        return True
    parts = {part.name: pa.array([values[part.name]], part.arrow_type) for part in form.parts}
    if not parts:
        return False
    return bool(form.write(parts, np.random.default_rng(0), 0)[0].as_py() == value)


def _made_anew(form: Form) -> InputError:
    parts = ", ".join(repr(part.name) for part in form.parts) or "none"
    return InputError(
        f"given {form.column.name!r}: a value of it has several parts, and is made anew in "
        f"part ({form.describe()}): give its parts instead, which are {parts}"
    )


def _read(form: Form, value: Any) -> dict[str, Any] | None:
    """By part what a value stands for; None where the form does not read it."""
    column = form.column
    if isinstance(value, str) != (column.arrow_type == pa.string()):
        return {column.name: value}  # it is what the column stands for, not how it is written
    try:
        array = pa.array([value]).cast(column.arrow_type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return {column.name: value}
    parts, read = form.read(array)
    if not read[0]:
        return None
    return {part.name: parts[part.name][0].as_py() for part in form.parts}


def _unread(form: Form, value: Any, where: str = "") -> InputError:
    shown = "the value" if form.column.sensitive else repr(value)
    return InputError(
        f"given {form.column.name!r}{where}: {shown} does not read as {form.describe()}"
    )
