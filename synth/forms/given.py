"""Conditions on a table's own columns, as conditions on the columns that are learned."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import numpy as np
import pyarrow as pa

from synth.forms.form import Form
from synth.forms.table_forms import TableForms
from synth.table.errors import InputError

_SEVERAL = (list, tuple, Set)


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


def _learned(form: Form, wanted: Any, forms: TableForms) -> dict[str, Any]:
    if isinstance(wanted, Mapping | list | tuple | Set):
        return {form.column.name: _each(form, wanted)}
    if _is_missing(wanted):
        parts = [*form.parts, *(part for part in [form.other] if part.name in forms.learned.names)]
        return dict.fromkeys((part.name for part in parts), None)
    values = _read(form, wanted)
    if values is None:
        if form.other.name in forms.learned.names:
            return {form.other.name: wanted}
        raise _unread(form, wanted)
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
    if _is_missing(value):
        return None
    values = _read(form, value)
    if values is None:
        raise _unread(form, value)
    present = {name: own for name, own in values.items() if own is not None}
    if list(present) != [form.column.name]:
        parts = ", ".join(repr(part.name) for part in form.parts) or "none"
        raise InputError(
            f"given {form.column.name!r}: a value of it has several parts, and is made anew in "
            f"part ({form.describe()}): give its parts instead, which are {parts}"
        )
    return present[form.column.name]


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


def _unread(form: Form, value: Any) -> InputError:
    shown = "the value" if form.column.sensitive else repr(value)
    return InputError(f"given {form.column.name!r}: {shown} does not read as {form.describe()}")


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(np.isnan(value))
