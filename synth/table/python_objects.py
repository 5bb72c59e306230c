"""Columns of Python objects (pandas' object dtype): which kind they are of, to Arrow and back."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from synth.table.errors import InputError
from synth.table.learned_values import Unfit

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)
# Of each kind the classes that count for it; a subclass stands before its parent.
_CLASSES: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("text", (str,)),
    ("truth", (bool, np.bool_)),
    ("whole number", (int, np.integer)),
    ("number", (float, np.floating)),
    ("decimal", (Decimal,)),
    ("time", (datetime, np.datetime64)),
    ("date", (date,)),
    ("time of day", (time,)),
    ("duration", (timedelta, np.timedelta64)),
    ("UUID", (UUID,)),
)
# Kinds that go together, and as which they are learned.
_JOINED = {
    frozenset({"whole number", "number"}): "number",
    frozenset({"whole number", "decimal"}): "decimal",
}
_REMEDIES = {
    "bytes": "decode it to a text (such as hexadecimal), or leave it out",
    "Period": "give it the dtype period, with astype",
    "Interval": "make two columns of its bounds, or leave it out",
    "dict": "make a column of each entry (pandas.json_normalize), or leave it out",
    "list": "make a table of its elements (explode), or leave it out",
    "tuple": "make a column of each place, or leave it out",
    "set": "make a table of its elements (explode), or leave it out",
}
_LARGEST = 10**38  # decimals of 38 digits lie below


def objects_to_arrow(values: np.ndarray, missing: np.ndarray, name: str) -> tuple[pa.Array, str]:
    """Objects as Arrow values, and the name of their kind ("nothing" where all are missing).

    ``values`` and ``missing`` are ``(rows,)``. InputError names a column that mixes kinds or holds
    what cannot be learned: how many values of each class there are, and never one of them.
    """
    classes = Counter(map(type, values[~missing]))
    if not classes:
        return pa.nulls(len(values)), "nothing"
    kind = _kind_of(classes, name)
    made = values.copy()
    made[missing] = None
    try:
        return _TO_ARROW[kind](made.tolist()), kind
    except (pa.ArrowException, OverflowError, UnicodeError, _OutOfReach):
        raise InputError(
            f"column {name!r} holds Python objects ({_words(classes)}) that Arrow has no type for "
            f"({_TROUBLES.get(kind, 'their range or precision is too wide')}): convert it, or "
            "leave it out"
        ) from None


def objects_from_arrow(values: pa.ChunkedArray, kind: str, missing: Any) -> np.ndarray:
    """Python objects of the kind, ``(rows,)``, ``missing`` for nulls; Unfit where one is none."""
    if kind == "text":
        texts: np.ndarray = values.to_numpy().astype(object)
        texts[np.asarray(values.is_null().to_numpy())] = missing
        return texts
    convert = _FROM_ARROW.get(kind, _same)
    try:
        made = [missing if value is None else convert(value) for value in values.to_pylist()]
    except ValueError:
        raise Unfit(f"values that are no {kind}") from None
    result = np.empty(len(made), object)
    result[:] = made
    return result


def missing_marker(values: np.ndarray, missing: np.ndarray) -> str:
    """As what a column of objects writes a missing value: the name of its first one."""
    import pandas as pd

    first = values[missing][0] if missing.any() else None
    names = {id(None): "None", id(pd.NA): "NA", id(pd.NaT): "NaT"}
    return names.get(id(first), "nan")


def marker_of(name: str) -> Any:
    """The object that :func:`missing_marker` names."""
    import pandas as pd

    return {"None": None, "NA": pd.NA, "NaT": pd.NaT, "nan": float("nan")}[name]


class _OutOfReach(Exception):
    """A value that the Arrow type of its kind does not hold."""


def _kind_of(classes: Counter[type], name: str) -> str:
    rows: Counter[str] = Counter()
    for class_, count in classes.items():
        rows[_kind_of_class(class_)] += count
    if len(rows) == 1 and _is_known(next(iter(rows))):
        return _with_pandas(next(iter(rows)), classes)
    joined = _JOINED.get(frozenset(rows))
    if joined is not None:
        logger.warning(
            "column %r holds %s: it is learned, and comes back, as one of %ss",
            name,
            _words(classes),
            joined,
        )
        return joined
    strange = [class_ for class_ in classes if not _is_known(_kind_of_class(class_))]
    if strange:
        first = strange[0].__name__
        remedy = _REMEDIES.get(first, "convert it, or leave it out")
        raise InputError(
            f"column {name!r} holds Python objects that cannot be learned ({_words(classes)}): "
            f"{remedy}"
        )
    raise InputError(
        f"column {name!r} mixes types ({_words(classes)}): make it one type before fit, such as "
        "with astype('string')"
    )


def _kind_of_class(class_: type) -> str:
    for kind, classes in _CLASSES:
        if issubclass(class_, classes):
            return kind
    return class_.__name__


def _is_known(kind: str) -> bool:
    return any(kind == known for known, _ in _CLASSES)


def _with_pandas(kind: str, classes: Counter[type]) -> str:
    """Pandas' own classes come back as such."""
    names = {class_.__name__ for class_ in classes}
    if names == {"Timestamp"}:
        return "Timestamp"
    return "Timedelta" if names == {"Timedelta"} else kind


def _words(classes: Counter[type]) -> str:
    ranked = sorted(classes.items(), key=lambda item: (-item[1], item[0].__name__))
    return ", ".join(f"{count:,} {class_.__name__}" for class_, count in ranked)


def _wholes(values: list[Any]) -> pa.Array:
    whole = [None if value is None else int(value) for value in values]
    try:
        return pa.array(whole, pa.int64())
    except (OverflowError, pa.ArrowInvalid):
        if any(value is not None and abs(value) >= _LARGEST for value in whole):
            raise _OutOfReach from None
        return pa.array([None if v is None else Decimal(v) for v in whole], pa.decimal128(38, 0))


def _floats(values: list[Any]) -> pa.Array:
    floats = [None if value is None else float(value) for value in values]
    if any(
        isinstance(value, int) and int(made) != value
        for value, made in zip(values, floats, strict=True)
        if made is not None and not isinstance(value, float)
    ):
        raise _OutOfReach  # a whole number that no float holds
    return pa.array(floats, pa.float64())


def _decimals(values: list[Any]) -> pa.Array:
    return pa.array([None if value is None else Decimal(value) for value in values])


def _moments(values: list[Any]) -> pa.Array:
    """In microseconds; times of several zones, or with and without one, are no type."""
    import pandas as pd

    made = [None if value is None else pd.Timestamp(value) for value in values]
    zones = {str(value.tzinfo) for value in made if value is not None}
    if len(zones) > 1:
        raise _OutOfReach
    fine = any(value is not None and value.nanosecond for value in made)
    return pa.array(made, pa.timestamp("ns" if fine else "us", next(_zones(made), None)))


def _zones(values: list[Any]) -> Any:
    for value in values:
        if value is not None:
            found = pa.array([value]).type.tz
            yield found
            return


def _times(values: list[Any]) -> pa.Array:
    if any(value is not None and value.tzinfo is not None for value in values):
        raise _OutOfReach
    return pa.array(values, pa.time64("us"))


def _durations(values: list[Any]) -> pa.Array:
    import pandas as pd

    made = [None if v is None else pd.Timedelta(v).to_pytimedelta() for v in values]
    return pa.array(made, pa.duration("us"))


def _same(value: Any) -> Any:
    return value


def _texts(values: list[Any]) -> pa.Array:
    return pa.array(values, pa.string())


def _uuids(values: list[Any]) -> pa.Array:
    return pa.array([None if value is None else str(value) for value in values], pa.string())


_TROUBLES = {
    "time": "times of several zones, or with and without a zone: make them one with "
    "pandas.to_datetime(..., utc=True)",
    "time of day": "times of day with a zone",
    "text": "a text that is no valid Unicode",
    "number": "whole numbers too large to be floats beside floats",
}
_TROUBLES["Timestamp"] = _TROUBLES["time"]
_TO_ARROW: dict[str, Callable[[list[Any]], pa.Array]] = {
    "text": _texts,
    "truth": lambda values: pa.array([None if v is None else bool(v) for v in values], pa.bool_()),
    "whole number": _wholes,
    "number": _floats,
    "decimal": _decimals,
    "time": _moments,
    "Timestamp": _moments,
    "date": lambda values: pa.array(values, pa.date32()),
    "time of day": _times,
    "duration": _durations,
    "Timedelta": _durations,
    "UUID": _uuids,
}


def _timestamp(value: datetime) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(value)


def _timedelta(value: timedelta) -> pd.Timedelta:
    import pandas as pd

    return pd.Timedelta(value)


_FROM_ARROW: dict[str, Callable[[Any], Any]] = {
    "whole number": int,
    "Timestamp": _timestamp,
    "Timedelta": _timedelta,
    "UUID": UUID,
}
