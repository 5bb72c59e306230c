"""The rules and repairs of cleaning, as expressions over a table's columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.schemas import column, quote
from lakehouse.text import trimmed, without_markers
from lakehouse.text_files import BROKEN_LINE
from synth.table.errors import InputError

REPLACED = "replaced"  # the repair that clean.replace asks for
MASK = "***"  # in place of a sensitive value
Bound = float | int | str | None
Value = str | int | float | bool


@dataclass(frozen=True)
class CleanRules:
    """What is repaired and what is not let through.

    ``replace``: column -> old text -> new text. ``allowed``: column -> its values. ``ranges``:
    column -> (lowest, highest), None is open, dates as text. Nulls break only ``not_null``.
    """

    trim: bool = True
    null_markers: tuple[str, ...] = ()
    replace: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    allowed: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[Bound, Bound]] = field(default_factory=dict)
    not_null: tuple[str, ...] = ()
    drop_duplicates: bool = True


@dataclass(frozen=True)
class Rule:
    """One rule of one table: its name in counts, where a row breaks it, and what is said then."""

    name: str
    broken: SparkColumn
    reason: SparkColumn


@dataclass(frozen=True)
class Repair:
    """One kind of repair of one column: its value before and after."""

    column: str
    kind: str
    before: SparkColumn
    after: SparkColumn

    @property
    def changed(self) -> SparkColumn:
        """Whether a cell was changed; true or false, never null."""
        return ~self.before.eqNullSafe(self.after)


def check_rules(frame: DataFrame, rules: CleanRules) -> None:
    """Raise ValueError for a rule that names a column which the table lacks."""
    named = {
        "replace": list(rules.replace),
        "allowed": list(rules.allowed),
        "ranges": list(rules.ranges),
        "not_null": list(rules.not_null),
    }
    for setting, names in named.items():
        for name in names:
            if name not in frame.columns:
                raise InputError(
                    f"clean.{setting} names column {name!r}, which the table lacks; it has "
                    f"{', '.join(map(repr, frame.columns))}"
                )
    for name in rules.replace:
        if not isinstance(frame.schema[name].dataType, T.StringType):
            raise InputError(
                f"clean.replace names column {name!r} of type "
                f"{frame.schema[name].dataType.simpleString()}; only text can be replaced"
            )

    for name, bounds in rules.ranges.items():
        for bound in bounds:
            _check_bound(name, frame.schema[name].dataType, bound)


def _check_bound(name: str, kind: T.DataType, bound: Bound) -> None:
    """Raise ValueError for a bound that cannot be compared with the column's values."""
    if bound is None:
        return
    try:
        if isinstance(kind, T.DateType):
            date.fromisoformat(str(bound))
        elif isinstance(kind, T.TimestampType | T.TimestampNTZType):
            datetime.fromisoformat(str(bound))
        elif isinstance(kind, T.NumericType):
            float(bound)
        elif not (isinstance(kind, T.StringType) and isinstance(bound, str)):
            raise InputError("not comparable")
    except ValueError as error:
        raise InputError(
            f"clean.ranges gives column {name!r} of type {kind.simpleString()} the bound "
            f"{bound!r}, which cannot be compared with it: change it, or the type "
            f"(ingest.column_types)"
        ) from error


def repaired_columns(frame: DataFrame, rules: CleanRules) -> list[SparkColumn | str]:
    """All columns, text repaired: white space, then null markers, then replacements."""
    last = {step.column: step.after for step in repairs_of(frame, rules)}
    return [last[name].alias(name) if name in last else quote(name) for name in frame.columns]


def repairs_of(frame: DataFrame, rules: CleanRules) -> Iterator[Repair]:
    """The repairs of every text column in their order; each starts from what the last one left."""
    for spark_field in frame.schema.fields:
        name = spark_field.name
        if name == BROKEN_LINE or not isinstance(spark_field.dataType, T.StringType):
            continue
        value = column(name)
        for kind, after in _repairs(value, rules, rules.replace.get(name, {})):
            yield Repair(name, kind, value, after)
            value = after


def _repairs(
    value: SparkColumn, rules: CleanRules, replace: Mapping[str, str]
) -> Iterator[tuple[str, SparkColumn]]:
    if rules.trim:
        value = trimmed(value)
        yield "trimmed", value
    if rules.null_markers:
        value = without_markers(value, rules.null_markers)
        yield "set to null", value
    if replace:
        # In one step: of a -> b and b -> c, an a becomes b.
        new = value
        for old, text in replace.items():
            new = F.when(value == F.lit(old), F.lit(text)).otherwise(new)
        yield REPLACED, new


def rules_of(frame: DataFrame, rules: CleanRules, sensitive: frozenset[str]) -> Iterator[Rule]:
    """The rules of a repaired table; a broken line comes first and is not judged further."""
    is_whole: SparkColumn = F.lit(True)
    if BROKEN_LINE in frame.columns:
        is_whole = column(BROKEN_LINE).isNull()
        yield Rule("broken line", ~is_whole, F.lit("broken line"))
    for name in rules.not_null:
        yield Rule(f"{name}: null", is_whole & column(name).isNull(), F.lit(f"{name}: is null"))
    for name, values in rules.allowed.items():
        listed = [str(value) for value in values]
        # A value that does not fit the column's type equals none of its values.
        known = [F.lit(value).try_cast(frame.schema[name].dataType) for value in values]
        is_known = F.coalesce(column(name).isin(known), F.lit(False))
        strange = is_whole & column(name).isNotNull() & ~is_known
        # The allowed values of a sensitive column are values of it as well.
        what = " is not allowed" if name in sensitive else f" is not one of {', '.join(listed)}"
        yield Rule(f"{name}: not allowed", strange, _said(name, what, sensitive))
    for name, (low, high) in rules.ranges.items():
        outside = F.coalesce(_outside(frame, name, low, high), F.lit(False))
        what = f" is outside {'' if low is None else low}..{'' if high is None else high}"
        yield Rule(f"{name}: outside range", is_whole & outside, _said(name, what, sensitive))


def _outside(frame: DataFrame, name: str, low: Bound, high: Bound) -> SparkColumn:
    """Whether a value lies below or above; null for a null. NaN is above every bound."""
    outside: SparkColumn = F.lit(False)
    kind = frame.schema[name].dataType
    is_text = isinstance(kind, T.StringType)
    for bound, below in ((low, True), (high, False)):
        if bound is None:
            continue
        limit = F.lit(bound)
        if isinstance(bound, str) and not is_text:
            is_number = isinstance(kind, T.NumericType)
            limit = F.lit(float(bound)) if is_number else limit.cast(kind)
        outside = outside | ((column(name) < limit) if below else (column(name) > limit))
    return outside


def _said(name: str, what: str, sensitive: frozenset[str]) -> SparkColumn:
    if name in sensitive:
        return F.lit(f"{name}: {MASK}{what}")
    return F.concat(F.lit(f"{name}: "), column(name).cast("string"), F.lit(what))
