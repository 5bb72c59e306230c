"""Rules on rows: a check of some columns, and what becomes of a row that breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.row_checks import RowCheck, Value
from lakehouse.schemas import column
from synth.table.errors import InputError

Action = Literal["keep", "repair", "quarantine"]


@dataclass(frozen=True)
class RowRule:
    """A check and what is done where it is broken: told alone, repaired, or put into quarantine.

    ``setting`` is where it stands in the configuration, ``kind`` its name there. A repair writes
    ``replacement``, or what the check makes of the value. ``reason`` takes the place of the check's
    own words.
    """

    setting: str
    kind: str
    columns: tuple[str, ...]
    check: RowCheck
    action: Action = "quarantine"
    reason: str | None = None
    replacement: Value | None = None

    def require(self, frame: DataFrame) -> None:
        """InputError where the table has no such column, or the check cannot be made of it."""
        require_columns(self.setting, self.columns, frame)
        for name in self.columns if not self.check.of_row else ("",):
            self.check.require(self.setting, name, frame)
        if self.replacement is not None:
            for name in self.columns:
                self._require_replacement(name, frame)

    def _require_replacement(self, name: str, frame: DataFrame) -> None:
        kind = frame.schema[name].dataType
        one = frame.sparkSession.range(1)
        fits = one.select(F.lit(self.replacement).try_cast(kind).isNotNull()).first()
        if fits is None or not fits[0]:
            raise InputError(
                f"{self.setting} replaces values of column {name!r}, of type "
                f"{kind.simpleString()}, by what is none of that type: change the replacement"
            )

    def alone(self) -> Iterator[RowRule]:
        """The rule for each of its columns; as it is where it is about the row."""
        if self.check.of_row:
            yield self
        else:
            yield from (replace(self, columns=(name,)) for name in self.columns)

    @property
    def first(self) -> str:
        """The column that a rule of one column is about; none of one about the row."""
        return "" if self.check.of_row else self.columns[0]

    @property
    def name(self) -> str:
        """What counts call it: ``age: outside range``."""
        return f"{self.first or self.setting}: {self.check.words}"

    def broken(self, frame: DataFrame, is_whole: SparkColumn) -> SparkColumn:
        """Whether a row breaks a rule of :meth:`alone`; a broken line is not judged."""
        return is_whole & self.check.broken(self.first, frame)

    def said(self, sensitive: frozenset[str]) -> SparkColumn:
        """The reason that stands beside a row which breaks it."""
        if self.reason is not None:
            return F.lit(self.reason)
        return self.check.said(self.first, sensitive=self.first in sensitive)

    def told(self, sensitive: frozenset[str]) -> str:
        """The reason in a list of rules: without the value that is in it beside a row."""
        what = self.check.what(sensitive=self.first in sensitive).strip()
        return self.reason or what or self.check.words

    def mended(self, name: str, frame: DataFrame) -> SparkColumn:
        """What stands in a column, of its own type, where a row breaks the rule."""
        if self.replacement is not None:
            return F.lit(self.replacement).cast(frame.schema[name].dataType)
        return self.check.mended(name, frame)

    @property
    def repair_kind(self) -> str:
        """What counts call its repair: ``outside range: set to null``."""
        if self.kind == "trimmed":
            return self.kind
        what = "set to null" if self.replacement is None else "replaced"
        return what if self.kind == "null_markers" else f"{self.check.words}: {what}"


def require_columns(setting: str, names: Iterable[str], frame: DataFrame) -> None:
    """InputError names a column that the table lacks."""
    for name in names:
        if name not in frame.columns:
            raise InputError(
                f"{setting} names column {name!r}, which the table lacks; it has "
                f"{', '.join(map(repr, frame.columns))}"
            )


def layers(rules: Iterable[RowRule]) -> list[list[RowRule]]:
    """Rules that repair, in their order, in groups that can be done at once.

    A rule that reads a column which one before it repairs comes into a later group; a rule about
    the row may read any. Each group is one projection: within a single one, expressions would grow
    with each repair of a column by as much as they are long.
    """
    found: list[list[RowRule]] = []
    touched: set[str] = set()
    for rule in (alone for one in rules for alone in one.alone()):
        if not found or rule.check.of_row or touched & set(rule.columns):
            found.append([])
            touched = set()
        found[-1].append(rule)
        touched |= set(rule.columns)
    return found


def repaired_by(
    frame: DataFrame, group: list[RowRule], is_whole: SparkColumn
) -> dict[str, SparkColumn]:
    """The new columns of one group of :func:`layers`."""
    new = {}
    for rule in group:
        broken = rule.broken(frame, is_whole)
        for name in rule.columns:
            new[name] = F.when(broken, rule.mended(name, frame)).otherwise(column(name))
    return new
