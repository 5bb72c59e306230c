"""Rules as conditions in Spark's SQL: what a rule of cleaning takes, in one row.

A condition is null where a value is missing, NaN included, so that it says nothing there; and none
of them fails on a value, whatever it is: sums that overflow are null as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from synth.statistics.column_state import FULL_PRECISION
from synth.table.schema import Column
from synth.table.sql import quote

HALF = 0.5005  # of a step: what was rounded from just a half may be a last bit beyond it
OFF = 0.1  # of a step: how far a sum of floats may be from the grid that its terms are on
_FLOATS = ("float", "double")
_INTEGERS = ("tinyint", "smallint", "int")


def number(column: Column) -> str:
    """A column's value; of a float null where it is NaN."""
    name = quote(column.name)
    return f"nanvl({name}, NULL)" if column.type in _FLOATS else name


def double(column: Column) -> str:
    """A number as a float of 64 bits."""
    return number(column) if column.type == "double" else f"CAST({number(column)} AS DOUBLE)"


def literal(value: float) -> str:
    """A number as a float of 64 bits."""
    text = repr(float(value))
    return f"{text.upper()}D"


def exact_sum(columns: Sequence[Column], signs: Sequence[int]) -> str:
    """The sum of whole numbers and decimals, each with its sign; null where it overflows."""
    first, *rest = zip(columns, signs, strict=True)
    total = _wide(first[0]) if first[1] > 0 else f"try_subtract(0L, {_wide(first[0])})"
    for column, sign in rest:
        total = f"{'try_add' if sign > 0 else 'try_subtract'}({total}, {_wide(column)})"
    return total


def float_sum(columns: Sequence[Column], signs: Sequence[int]) -> str:
    """The same of floats."""
    terms = " ".join(
        f"{'+' if sign > 0 else '-'} {double(column)}"
        for column, sign in zip(columns, signs, strict=True)
    )
    return f"({terms.removeprefix('+ ')})"


def is_rounded(target: Column, value: str, decimals: int) -> str:
    """Whether the target is a value that was rounded to so many decimals, either way at halves."""
    own = double(target)
    if decimals < FULL_PRECISION:
        return f"abs({own} - {value}) <= {literal(HALF * 10.0**-decimals)}"
    blur = literal(1e-5 if target.type == "float" else 1e-9)
    return f"abs({own} - {value}) <= {blur} * greatest(abs({own}), abs({value}))"


def is_on_grid(target: Column, value: str, decimals: int) -> str:
    """Whether the target is a value that needs no rounding to so many decimals."""
    return f"abs({double(target)} - {value}) <= {literal(OFF * 10.0**-decimals)}"


def elapsed(start: Column, end: Column, unit: str) -> str | None:
    """How much later the end is than the start, in a unit, as a float of 64 bits.

    None for parts of days between dates.
    """
    first, last = quote(start.name), quote(end.name)
    if start.type == "date":
        return f"CAST(datediff({last}, {first}) AS DOUBLE)" if unit == "day" else None
    length = literal(_MICROSECONDS[unit])
    return f"(CAST(timestampdiff(MICROSECOND, {first}, {last}) AS DOUBLE) / {length})"


_MICROSECONDS = {"day": 8.64e10, "hour": 3.6e9, "minute": 6e7, "second": 1e6}


def _wide(column: Column) -> str:
    name = quote(column.name)
    return f"CAST({name} AS BIGINT)" if column.type in _INTEGERS else name
