"""Rules on a row among others: unique values, values of another table, rows that nearly agree.

They are looked at in a second pass, in their order, among the rows that have kept all before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.row_rules import require_columns
from lakehouse.scan import row_hash
from lakehouse.schemas import column, quote
from synth.table.errors import InputError

OUT, MARK, ORDER = "_lakesynth_out", "_lakesynth_mark", "_lakesynth_order"
_PARENT, _HERE = "_lakesynth_parent", "_lakesynth_here"


class AcrossCheck(Protocol):
    """What is asked of a row among others."""

    @property
    def words(self) -> str:
        """What is said of a row that breaks it; no value of it."""

    def require(self, setting: str, columns: Sequence[str], frame: DataFrame) -> None:
        """InputError where the check cannot be made of these columns; no scan."""

    def marked(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        """The frame with ``MARK``, true where a row that is not ``OUT`` breaks the check.

        Never null. ``ORDER`` is the order in which rows are taken: the first one stays.
        """


@dataclass(frozen=True)
class AcrossRule:
    """A check of several rows, and what becomes of a row that breaks it."""

    setting: str
    kind: str
    columns: tuple[str, ...]
    check: AcrossCheck
    action: Literal["keep", "quarantine"] = "quarantine"
    reason: str | None = None

    def require(self, frame: DataFrame) -> None:
        """InputError where the table has no such column, or the check cannot be made of it."""
        require_columns(self.setting, self.columns, frame)
        self.check.require(self.setting, self.columns, frame)

    @property
    def name(self) -> str:
        """What counts call it: ``id: not unique``."""
        return f"{', '.join(self.columns)}: {self.check.words}"

    @property
    def said(self) -> str:
        """The reason that stands beside a row which breaks it."""
        return self.name if self.reason is None else self.reason


def with_order(frame: DataFrame, original: str) -> DataFrame:
    """The frame with ``ORDER``: hashes of a row as it came and as it is now.

    It follows from the values alone. Rows that it does not tell apart are the same in all of them.
    """
    names = [name for name in frame.columns if name != original]
    came = frame.select(f"{original}.*").columns
    cells = [f"{original}.{quote(name)}" for name in came]
    # With a flag for each null, as in row_hash: xxhash64 passes over nulls.
    first = F.expr(f"xxhash64({', '.join(f'isnull({cell}), {cell}' for cell in cells)})")
    hashes = (first.alias("came"), *(row_hash(names, one).alias(one) for one in ("one", "two")))
    return frame.withColumn(ORDER, F.struct(*hashes))


def later_of(frame: DataFrame, key: Sequence[SparkColumn], counts: SparkColumn) -> SparkColumn:
    """Whether a row that counts comes after another of equal key; one shuffle.

    Rows that do not count are dealt by their order, so that no task gets all of them.
    """
    apart = F.when(~counts, F.col(ORDER))
    place = F.row_number().over(Window.partitionBy(*key, apart).orderBy(ORDER))
    return counts & (place > 1)


@dataclass(frozen=True)
class Unique:
    """No two rows have the same values in all columns; a row with a null among them may."""

    words: str = "not unique"

    def require(self, setting: str, columns: Sequence[str], frame: DataFrame) -> None:
        """Any column can be unique."""

    def marked(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        """One shuffle of the table by these columns."""
        counts = ~column(OUT) & _all_there(columns)
        return frame.withColumn(MARK, later_of(frame, [column(n) for n in columns], counts))


@dataclass(frozen=True)
class ForeignKey:
    """The values stand, in ``references``, in a row of another table; null among them says nothing.

    ``rows`` are those of the other table, at the version that was pinned.
    """

    table: str
    references: tuple[str, ...]
    rows: DataFrame | None = None

    @property
    def words(self) -> str:
        """What is said of a row that breaks it."""
        return f"not in {self.table}"

    def require(self, setting: str, columns: Sequence[str], frame: DataFrame) -> None:
        """InputError where the other table lacks a column."""
        known = self._known.columns
        for name in self.references:
            if name not in known:
                raise InputError(
                    f"{setting} refers to column {name!r} of {self.table}, which that table lacks; "
                    f"it has {', '.join(map(repr, known))}"
                )

    @property
    def _known(self) -> DataFrame:
        if self.rows is None:
            raise ValueError(f"the rows of {self.table} were not given to the rule")
        return self.rows

    def marked(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        """One scan of the other table; a join, by Spark without a shuffle where that is small."""
        names = [f"{_PARENT}{place}" for place in range(len(columns))]
        # In the types of the columns here: a value that fits none of them equals none.
        keys = [
            column(there).try_cast(frame.schema[here].dataType).alias(name)
            for here, there, name in zip(columns, self.references, names, strict=True)
        ]
        parents = self._known.select(*keys).dropna().distinct().withColumn(_HERE, F.lit(True))
        equal = [column(h) == column(n) for h, n in zip(columns, names, strict=True)]
        joined = frame.join(parents, equal, "left")
        broken = ~column(OUT) & _all_there(columns) & column(_HERE).isNull()
        kept = [quote(name) for name in frame.columns]
        return joined.select(*kept, broken.alias(MARK))


def _all_there(columns: Sequence[str]) -> SparkColumn:
    there: SparkColumn = F.lit(True)
    for name in columns:
        there = there & column(name).isNotNull()
    return there
