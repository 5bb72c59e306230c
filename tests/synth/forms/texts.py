"""Columns of texts and numbers for the tests of written forms."""

import datetime as dt
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from synth.forms.form import Form
from synth.forms.registry import form_from_json
from synth.table.schema import Column

RNG = np.random.default_rng(16)


def moments(rows: int, first: int = 2019, years: int = 5) -> list[dt.datetime]:
    """Times to the second, evenly over some years."""
    start, seconds = dt.datetime(first, 1, 1), int(years * 365.25 * 86_400)
    return [
        start + dt.timedelta(seconds=int(s))
        for s in np.random.default_rng(7).integers(0, seconds, rows)
    ]


def texts(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())


def column(type_name: str = "string", *, key: bool = False) -> Column:
    return Column("c", type_name, key=key)


def assert_kept(form: Form, array: pa.Array) -> np.ndarray:
    """What is read is written back just so, also by the form as JSON has it; the rows read."""
    assert form_from_json(form.column, {"kind": form.kind, **form.to_json()}) == form
    parts, read = form.read(array)
    assert [part.name for part in form.parts] == list(parts)
    for part in form.parts:
        assert parts[part.name].type == part.arrow_type
        assert np.array_equal(np.asarray(parts[part.name].is_null()), ~read)
    written = form.write(parts, np.random.default_rng(0), 0)
    assert written.type == array.type
    rows = pa.array(read)
    assert written.filter(rows).equals(array.filter(rows))
    assert not read[np.asarray(array.is_null())].any()
    return read


def recognised(
    recognise: Callable, values: Iterable[str | None], min_entities: int = 10
) -> Form | None:
    found = recognise(column(), texts(values), min_entities)
    return None if found is None else found.form
