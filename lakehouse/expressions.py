"""A condition that somebody writes as SQL: looked over by Spark before any row is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.row_checks import RowCheck
from synth.table.errors import InputError

# Spark takes them for deterministic, within one query; from one day to the next they are not.
_OF_THE_MOMENT = (
    "current_date",
    "curdate",
    "current_time",
    "current_timestamp",
    "localtimestamp",
    "now",
    "unix_timestamp",
    "current_user",
    "session_user",
    "user",
    "current_timezone",
)
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`")
_SQL_TAIL = re.compile(r"\s*(?:SQLSTATE:|;\n|\n).*", re.DOTALL)
_OTHER = "_lakesynth_other"


def mentions(text: str, names: Iterable[str]) -> bool:
    """Whether a text has one of these names as a whole word, in any case: Spark knows none."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


@dataclass(frozen=True)
class Expression(RowCheck):
    """The row keeps a condition in SQL; one that comes to null says nothing.

    ``names_sensitive`` says that it names a sensitive column, so that it may hold a value of it,
    and is said to nobody.
    """

    words: ClassVar[str] = "does not hold"
    of_row: ClassVar[bool] = True
    text: str
    names_sensitive: bool = False

    def broken(self, name: str, frame: DataFrame) -> SparkColumn:
        """Whether the row breaks it; true or false."""
        return F.coalesce(~F.expr(self.text), F.lit(False))

    def said(self, name: str, *, sensitive: bool) -> SparkColumn:
        """The reason beside a row."""
        return F.lit(self.what(sensitive=sensitive).strip())

    def what(self, *, sensitive: bool) -> str:
        """The words behind the value."""
        return f" does not hold: {self._shown}"

    @property
    def _shown(self) -> str:
        return "an expression of a sensitive column" if self.names_sensitive else self.text

    def require(self, setting: str, name: str, frame: DataFrame) -> None:
        """InputError for what is no condition on one row, the same at any time; no scan."""
        self._require_of_the_row(setting, frame)
        try:
            # A filter refuses what is no condition, aggregates and windows; a join, chance as well.
            _ = frame.where(F.expr(self.text)).schema
            one = frame.sparkSession.range(1).withColumnRenamed("id", _OTHER)
            _ = frame.join(one, F.expr(self.text)).schema
        except (AnalysisException, ParseException) as error:
            raise self._refused(setting, _short(error, self.names_sensitive)) from error

    def _require_of_the_row(self, setting: str, frame: DataFrame) -> None:
        own = {name.lower() for name in frame.columns}
        words = [word.lower() for word in re.findall(r"\w+", _QUOTED.sub(" ", self.text))]
        for word in words:
            if word in own:
                continue
            if word in _OF_THE_MOMENT:
                raise self._refused(setting, f"{word} has another value in the next run")
            if word == "select":
                raise self._refused(
                    setting, "another table is not pinned (the rule foreign_key_exists is)"
                )

    def _refused(self, setting: str, why: str) -> InputError:
        return InputError(
            f"{setting}: the expression {self._shown!r} cannot be used: {why}; write a condition "
            'on the columns of one row, for example "hours > 0 OR job IS NULL"'
        )


def _short(error: AnalysisException, names_sensitive: bool) -> str:
    """The first line of what Spark says, of an expression that may hold values its class alone."""
    condition = error.getCondition() or "it cannot be read"
    if "NON_DETERMINISTIC" in condition:
        return "it draws by chance, so that the next run would keep other rows"
    if names_sensitive:
        return f"Spark says {condition}"
    return _SQL_TAIL.sub("", str(error).strip())
