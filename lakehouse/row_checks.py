"""What a rule asks of one value of a row: one check, one class, its expression and its words.

A check says nothing of a null but :class:`NotNull`, which speaks of nothing else. All conditions
are true or false, never null: no row may fall between kept and set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.schemas import column
from synth.table.errors import InputError

MASK = "***"  # in place of a sensitive value
Bound = float | int | str | None
Value = str | int | float | bool
Method = Literal["robust_z", "iqr"]


@dataclass(frozen=True)
class RowCheck:
    """What is asked of a value; by itself nothing.

    ``words`` name what breaks it (``age: outside range``); ``of_row`` says that it is about the
    row, whatever columns it is said of.
    """

    words: ClassVar[str] = ""
    of_row: ClassVar[bool] = False

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where the check cannot be made of the column; no scan."""

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the value breaks it; true or false."""
        return F.lit(False)

    def what(self, *, sensitive: bool) -> str:
        """What is said behind a value that breaks it; of a sensitive column no value of it."""
        return ""

    def said(self, name: str, *, sensitive: bool) -> SparkColumn:
        """What is said of a row that breaks it."""
        what = self.what(sensitive=sensitive)
        if sensitive:
            return F.lit(f"{name}: {MASK}{what}")
        return F.concat(F.lit(f"{name}: "), column(name).cast("string"), F.lit(what))

    def mended(self, name: str, frame: DataFrame) -> SparkColumn:
        """What a value that breaks it becomes where no replacement is given."""
        return F.lit(None).cast(frame.schema[name].dataType)


@dataclass(frozen=True)
class NotNull(RowCheck):
    """There is a value."""

    words: ClassVar[str] = "null"

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        return column(name).isNull()

    def said(self, name: str, *, sensitive: bool) -> SparkColumn:
        """The reason beside a row."""
        return F.lit(f"{name}: is null")


@dataclass(frozen=True)
class InSet(RowCheck):
    """The value is one of ``values``; one that does not fit the column's type equals none."""

    words: ClassVar[str] = "not allowed"
    values: tuple[Value, ...]

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        known = [F.lit(value).try_cast(frame.schema[name].dataType) for value in self.values]
        is_known = F.coalesce(column(name).isin(known), F.lit(False))
        return column(name).isNotNull() & ~is_known

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        # The allowed values of a sensitive column are values of it as well.
        listed = ", ".join(map(str, self.values))
        return " is not allowed" if sensitive else f" is not one of {listed}"


@dataclass(frozen=True)
class InRange(RowCheck):
    """The value is from ``low`` to ``high``, None for an open side. NaN is above every bound."""

    words: ClassVar[str] = "outside range"
    low: Bound = None
    high: Bound = None

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where it cannot be asked of this column."""
        for bound in (self.low, self.high):
            _require_comparable(setting, name, frame.schema[name].dataType, bound)

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        outside: SparkColumn = F.lit(False)
        kind = frame.schema[name].dataType
        for bound, is_low in ((self.low, True), (self.high, False)):
            if bound is None:
                continue
            limit = F.lit(bound)
            if isinstance(bound, str) and not isinstance(kind, T.StringType):
                is_number = isinstance(kind, T.NumericType)
                limit = F.lit(float(bound)) if is_number else limit.cast(kind)
            outside = outside | ((column(name) < limit) if is_low else (column(name) > limit))
        return F.coalesce(outside, F.lit(False))

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        low, high = ("" if bound is None else bound for bound in (self.low, self.high))
        return f" is outside {low}..{high}"


def _require_comparable(setting: str, name: str, kind: T.DataType, bound: Bound) -> None:
    """InputError for a bound that cannot be compared with the column's values."""
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
            f"{setting} gives column {name!r} of type {kind.simpleString()} the bound "
            f"{bound!r}, which cannot be compared with it: change it, or the type "
            f"(ingest.column_types)"
        ) from error


@dataclass(frozen=True)
class Outlier(RowCheck):
    """The number lies within fences that are measured of the whole column (``lakehouse.fences``).

    ``robust_z``: as many robust standard deviations (1.4826 MAD) from the median (Iglewicz and
    Hoaglin 1993). ``iqr``: as many interquartile ranges beyond the quartiles (Tukey 1977). NaN says
    nothing, as null does.
    """

    words: ClassVar[str] = "outlier"
    method: Method
    limit: float
    low: float | None = None
    high: float | None = None

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where it cannot be asked of this column."""
        kind = frame.schema[name].dataType
        if not isinstance(kind, T.NumericType):
            raise InputError(
                f"{setting} names column {name!r} of type {kind.simpleString()}; only numbers "
                "have outliers: take the column out of the rule, or use in_range"
            )

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        if self.low is None or self.high is None:
            return F.lit(False)
        value = column(name).cast("double")
        outside = (value < F.lit(self.low)) | (value > F.lit(self.high))
        return F.coalesce(~F.isnan(value) & outside, F.lit(False))

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        means = {"robust_z": "robust z-score", "iqr": "interquartile ranges"}[self.method]
        return f" is an outlier ({means} beyond {self.limit:g})"
