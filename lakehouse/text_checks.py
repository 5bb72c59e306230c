"""What a rule asks of a text: its form, white space, whether it is a date or stands for null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.row_checks import RowCheck
from lakehouse.schemas import column
from lakehouse.text import trimmed, without_markers
from synth.table.errors import InputError


@dataclass(frozen=True)
class Matches(RowCheck):
    """The whole value, as text, is of the form of a regular expression (Java's, as Spark's)."""

    words: ClassVar[str] = "no match"
    pattern: str

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where it cannot be asked of this column."""
        # Evaluated on one row that lies in the plan: no file is read.
        try:
            frame.sparkSession.range(1).select(F.lit("").rlike(self._whole)).collect()
        except Exception as error:
            if "INVALID_PARAMETER_VALUE" not in str(error) and "PatternSyntax" not in str(error):
                raise
            raise InputError(
                f"{setting} gives column {name!r} the pattern {self.pattern!r}, which is no "
                "regular expression of Java's: write signs that stand for themselves with a "
                "backslash before them"
            ) from error

    @property
    def _whole(self) -> str:
        return rf"\A(?:{self.pattern})\z"

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        matches = column(name).cast("string").rlike(self._whole)
        return F.coalesce(~matches, F.lit(False))

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        return " does not match" if sensitive else f" does not match {self.pattern}"


@dataclass(frozen=True)
class Trimmed(RowCheck):
    """The text has no white space around it; mended it is cut."""

    words: ClassVar[str] = "white space"

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where it cannot be asked of this column."""
        _require_text(setting, name, frame, "has white space")

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        return F.coalesce(trimmed(column(name)) != column(name), F.lit(False))

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        return " has white space around it"

    def mended(self, name: str, frame: DataFrame) -> SparkColumn:
        """The text without the white space."""
        return trimmed(column(name))


@dataclass(frozen=True)
class NullMarkers(RowCheck):
    """The text is none of ``markers``, words that stand for no value; mended it is null."""

    words: ClassVar[str] = "stands for null"
    markers: tuple[str, ...]

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where it cannot be asked of this column."""
        _require_text(setting, name, frame, "has words that stand for no value")

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        unmarked = without_markers(column(name), self.markers)
        return column(name).isNotNull() & unmarked.isNull()

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        return " stands for no value"


def _require_text(setting: str, name: str, frame: DataFrame, why: str) -> None:
    kind = frame.schema[name].dataType
    if not isinstance(kind, T.StringType):
        raise InputError(
            f"{setting} names column {name!r} of type {kind.simpleString()}; only text {why}: "
            "take the column out of the rule"
        )


@dataclass(frozen=True)
class ValidDate(RowCheck):
    """The value, as text, is a day of the calendar written in ``form`` (Spark's pattern)."""

    words: ClassVar[str] = "no date"
    form: str

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError where it cannot be asked of this column."""
        try:
            self._day(frame.sparkSession.range(1), F.lit("x"))
        except Exception as error:
            if "PATTERN" not in str(error) and "pattern" not in str(error):
                raise
            raise InputError(
                f"{setting} gives column {name!r} the format {self.form!r}, which is no pattern "
                "of Spark's for dates: for example yyyy-MM-dd or dd.MM.yyyy"
            ) from error

    def _day(self, frame: DataFrame, value: SparkColumn) -> None:
        frame.select(F.try_to_timestamp(value, F.lit(self.form))).collect()

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        kind = frame.schema[name].dataType
        if isinstance(kind, T.DateType | T.TimestampType | T.TimestampNTZType):
            return F.lit(False)  # whatever it is, it is a date
        day = F.try_to_timestamp(column(name).cast("string"), F.lit(self.form))
        return column(name).isNotNull() & day.isNull()

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        return f" is no date of the form {self.form}"
