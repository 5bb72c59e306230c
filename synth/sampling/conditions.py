"""Conditions on a synthetic table, read and checked: the one entrance for all that is given.

A value, values with their shares, a list of which any will do, a range, or rows of a table of which
each is to have its synthetic row.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence, Set
from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode import TableEncoder
from synth.encode.kind import ColumnKind
from synth.forms.given import learned_given
from synth.sampling.condition import Among, Between, Condition, Other, ValueSet, missing
from synth.sampling.given_rows import read_rows
from synth.sampling.given_values import has_no_say, read_column, read_value, require_known
from synth.sampling.passing import Passing
from synth.table.errors import InputError
from synth.table.missing import is_missing
from synth.table.schema import Column
from synth.table.values import is_ordered

Given = Mapping[str, Any]  # column -> value, {value: share}, [values], {"between": [low, high]}
BETWEEN = "between"
ROUNDING = 1e-9  # by which shares may miss 1
_SEVERAL = (list, tuple, Set, range)


def read_conditions(given: Given | pa.Table, encoder: TableEncoder) -> tuple[Condition, ...]:
    """The conditions, checked; InputError names the column, and what is wrong with its value.

    Also for values that break a rule of the table. Of a table each row is given, where it has a
    value: see :mod:`synth.sampling.given_rows`.
    """
    if isinstance(given, pa.Table):
        return read_rows(given, encoder)
    if not isinstance(given, Mapping):
        raise InputError(
            f"given maps columns to values, or is a table of rows, however: {type(given).__name__}"
        )
    given = learned_given(given, encoder.forms)
    conditions = tuple(_read(name, wanted, encoder, given) for name, wanted in given.items())
    drawn = {
        c.column: c.values.filter(pa.array(c.shares[: len(c.values)] > 0))
        for c in conditions
        if len(c.values)
    }
    encoder.plan.require_possible(drawn)
    Passing(conditions, encoder).require_possible()
    return conditions


def require_one_way(temperature: float, given: Any) -> None:
    """InputError where conditions are to be drawn at a temperature, which has no say there."""
    if given is not None and len(given) and temperature != 1.0:
        raise InputError("temperature and given cannot go together: leave one of them out")


def _read(name: str, wanted: Any, encoder: TableEncoder, names: Collection[str]) -> Condition:
    column, encoding = read_column(name, encoder)
    is_free = has_no_say(name, encoder, names)
    where = f"given {name!r}"
    wanted = _plain(wanted)
    if _is_range(wanted):
        return _of_sets(column, encoding, (_range(column, encoding, wanted[BETWEEN]),))
    if isinstance(wanted, _SEVERAL):
        values = [read_value(column, value, encoding, where) for value in wanted]
        if not values:
            raise InputError(f"{where}: the list has no values: give one or more")
        several = pa.concat_arrays(values).unique()
        require_known(column, several, encoding, where, is_free=is_free)
        return _of_sets(column, encoding, (Among(several),))
    if not isinstance(wanted, Mapping):
        wanted = {wanted: 1.0} if isinstance(wanted, Hashable) else _no_value(name, wanted)
    return _by_shares(column, encoding, wanted, is_free=is_free)


def _plain(wanted: Any) -> Any:
    """What pandas, numpy and Arrow give, as Python has it."""
    if is_missing(wanted):
        return None
    if isinstance(wanted, pa.Scalar):
        return wanted.as_py()
    if isinstance(wanted, pa.Array | pa.ChunkedArray):
        return wanted.to_pylist()
    if isinstance(wanted, np.datetime64):
        return wanted.astype("datetime64[us]").item()
    if hasattr(wanted, "to_numpy") and hasattr(wanted, "tolist"):  # a pandas series or index
        return list(wanted)
    if isinstance(wanted, np.ndarray):
        wanted = wanted.astype("datetime64[us]") if wanted.dtype.kind == "M" else wanted
        return wanted.tolist()
    return wanted.item() if isinstance(wanted, np.generic) else wanted


def _no_value(name: str, wanted: Any) -> Mapping[Any, Any]:
    raise InputError(
        f"given {name!r}: a {type(wanted).__name__} is no value: give one value, several with "
        '{value: share, ...}, any of a list, or a range as {"between": [low, high]}'
    )


def _by_shares(
    column: Column, encoding: ColumnKind, by_share: Mapping[Any, Any], *, is_free: bool
) -> Condition:
    """Values with shares; what shares leave of the rows goes to all other values."""
    name, where = column.name, f"given {column.name!r}"
    every = [read_value(column, value, encoding, where) for value in by_share]
    shares = np.array([_share(name, share) for share in by_share.values()])
    total = shares.sum() if len(shares) else 0.0
    if total <= 0:
        raise InputError(f"{where}: give a value, or shares of values that sum above 0")
    if total > 1 + ROUNDING:
        raise InputError(
            f"{where}: the shares sum to {total:.6g}, which is more than 1: give shares of all "
            "rows; below 1 the other values fill the rest"
        )
    values: list[pa.Array] = []
    sets: list[ValueSet] = []
    of_values: list[float] = []
    of_sets: list[float] = []
    for own, share in zip(every, shares.tolist(), strict=True):
        if len(own) == 1:
            values.append(own)
            of_values.append(share)
        else:  # null and NaN are alike
            sets.append(Among(own))
            of_sets.append(share)
    if total < 1 - ROUNDING:
        sets.append(Other(pa.concat_arrays(every)))
        of_sets.append(1 - total)
    single = pa.concat_arrays(values) if values else pa.array([], column.arrow_type)
    codes = require_known(column, single, encoding, where, is_free=is_free)
    found = np.array([*of_values, *of_sets])
    return Condition(name, single, found / found.sum(), codes, tuple(sets))


def _of_sets(column: Column, encoding: ColumnKind, sets: tuple[ValueSet, ...]) -> Condition:
    nothing = np.zeros((0, len(encoding.sub_columns)), np.int32)
    values = pa.array([], column.arrow_type)
    return Condition(column.name, values, np.ones(len(sets)), nothing, sets)


def _range(column: Column, encoding: ColumnKind, pair: Sequence[Any]) -> Between:
    where = f"given {column.name!r}"
    if not is_ordered(column.type):
        raise InputError(f"{where}: values of type {column.type} have no range: give a list")
    ends = []
    for end in pair:
        if is_missing(end):
            ends.append(pa.scalar(None, column.arrow_type))
            continue
        made = read_value(column, end, encoding, where)
        if missing(made).any():  # as a text says it
            made = pa.nulls(1, column.arrow_type)
        ends.append(made[0])
    low, high = ends
    if not (low.is_valid or high.is_valid):
        raise InputError(f"{where}: a range that is open at both ends asks nothing: give an end")
    if low.is_valid and high.is_valid and low.as_py() > high.as_py():
        raise InputError(f"{where}: the range ends before it begins: give [low, high]")
    return Between(low, high)


def _is_range(wanted: Any) -> bool:
    """Whether it is ``{"between": [low, high]}``; a share of a text "between" is a number."""
    if not isinstance(wanted, Mapping) or len(wanted) != 1:
        return False
    ((key, pair),) = wanted.items()
    is_pair = isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2
    return isinstance(key, str) and key == BETWEEN and is_pair


def _share(name: str, share: Any) -> float:
    is_number = isinstance(share, int | float | np.integer) and not isinstance(share, bool)
    if not is_number or not 0 <= share < np.inf:
        raise InputError(f"given {name!r}: a share must be a number from 0 up, however: {share!r}")
    return float(share)
