"""The rules and repairs of cleaning, as expressions over a table's columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.across_rules import AcrossRule
from lakehouse.row_checks import MASK, Bound, InRange, InSet, NotNull, Value
from lakehouse.row_rules import RowRule, layers, repaired_by, require_columns
from lakehouse.schemas import column, quote
from lakehouse.text import trimmed, without_markers
from lakehouse.text_files import BROKEN_LINE
from synth.table.errors import InputError

__all__ = [
    "MASK",
    "REPLACED",
    "CleanRules",
    "Repair",
    "Rule",
    "check_rules",
    "layers_of",
    "repaired_columns",
    "repaired_rows",
    "repairs_of",
    "rules_of",
    "whole",
]
REPLACED = "replaced"  # the repair that clean.replace asks for


@dataclass(frozen=True)
class CleanRules:
    """What is repaired and what is not let through.

    ``replace``: column -> old text -> new text. ``allowed``: column -> its values. ``ranges``:
    column -> (lowest, highest), None is open, dates as text. Nulls break only ``not_null``.
    ``rows`` and ``across`` are rules of a list, on a row and on several; the others are shorthand.
    """

    trim: bool = True
    null_markers: tuple[str, ...] = ()
    replace: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    allowed: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[Bound, Bound]] = field(default_factory=dict)
    not_null: tuple[str, ...] = ()
    drop_duplicates: bool = True
    rows: tuple[RowRule, ...] = ()
    across: tuple[AcrossRule, ...] = ()

    @property
    def judging(self) -> Iterator[RowRule]:
        """The rules by which a repaired row is judged, each of one column or of the row."""
        for name in self.not_null:
            yield RowRule("clean.not_null", "not_null", (name,), NotNull())
        for name, values in self.allowed.items():
            yield RowRule("clean.allowed", "in_set", (name,), InSet(values))
        for name, (low, high) in self.ranges.items():
            yield RowRule("clean.ranges", "in_range", (name,), InRange(low, high))
        for rule in self.rows:
            if rule.action != "repair":
                yield from rule.alone()

    @property
    def untrimmed(self) -> frozenset[str]:
        """Columns that ``trim`` leaves to a rule of their own."""
        return frozenset(n for rule in self.rows if rule.kind == "trimmed" for n in rule.columns)


@dataclass(frozen=True)
class Rule:
    """One rule of one table: its name in counts, where a row breaks it, and what is said then.

    ``given`` is the rule as it was asked for; None of a broken line.
    """

    name: str
    broken: SparkColumn
    reason: SparkColumn
    given: RowRule | None = None

    @property
    def keeps(self) -> bool:
        """Whether a row that breaks it stays."""
        return self.given is not None and self.given.action == "keep"


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
    """InputError for a rule that the table cannot keep: a column that it lacks, and the like.

    No scan of the table.
    """
    require_columns("clean.replace", rules.replace, frame)
    for name in rules.replace:
        if not isinstance(frame.schema[name].dataType, T.StringType):
            raise InputError(
                f"clean.replace names column {name!r} of type "
                f"{frame.schema[name].dataType.simpleString()}; only text can be replaced"
            )
    for rule in (*rules.judging, *(one for one in rules.rows if one.action == "repair")):
        rule.require(frame)
    for across in rules.across:
        across.require(frame)


def repaired_rows(frame: DataFrame, rules: CleanRules) -> DataFrame:
    """The frame as all repairs leave it. No job."""
    frame = frame.select(*repaired_columns(frame, rules))
    for group in layers_of(rules):
        frame = frame.withColumns(repaired_by(frame, group, whole(frame)))
    return frame


def layers_of(rules: CleanRules) -> list[list[RowRule]]:
    """The repairs of the list, in groups that can be done at once."""
    return layers(rule for rule in rules.rows if rule.action == "repair")


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
        trim = rules.trim and name not in rules.untrimmed
        for kind, after in _repairs(value, trim, rules.null_markers, rules.replace.get(name, {})):
            yield Repair(name, kind, value, after)
            value = after


def _repairs(
    value: SparkColumn, trim: bool, null_markers: tuple[str, ...], replace: Mapping[str, str]
) -> Iterator[tuple[str, SparkColumn]]:
    if trim:
        value = trimmed(value)
        yield "trimmed", value
    if null_markers:
        value = without_markers(value, null_markers)
        yield "set to null", value
    if replace:
        # In one step: of a -> b and b -> c, an a becomes b.
        new = value
        for old, text in replace.items():
            new = F.when(value == F.lit(old), F.lit(text)).otherwise(new)
        yield REPLACED, new


def whole(frame: DataFrame) -> SparkColumn:
    """Whether a row is no broken line, which is judged and repaired no further."""
    return column(BROKEN_LINE).isNull() if BROKEN_LINE in frame.columns else F.lit(True)


def rules_of(frame: DataFrame, rules: CleanRules, sensitive: frozenset[str]) -> Iterator[Rule]:
    """The rules of a repaired table; a broken line comes first and is not judged further."""
    is_whole = whole(frame)
    if BROKEN_LINE in frame.columns:
        yield Rule("broken line", ~is_whole, F.lit("broken line"))
    for rule in rules.judging:
        yield Rule(rule.name, rule.broken(frame, is_whole), rule.said(sensitive), rule)
