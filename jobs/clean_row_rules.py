"""Rules of ``clean.rules`` on a row by itself: one class a kind, its settings and its check.

Each is a condition on columns, an action where it is broken, and a reason. A repair never guesses:
it writes null, or the replacement that is given, or the same text without white space.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)
from pyspark.sql import DataFrame

from jobs.section import Section, require_range
from lakehouse.across_rules import AcrossRule
from lakehouse.expressions import Expression, mentions
from lakehouse.row_checks import InRange, InSet, Method, NotNull, Outlier, RowCheck, Value
from lakehouse.row_rules import Action, RowRule
from lakehouse.text_checks import Matches, NullMarkers, Trimmed, ValidDate
from synth.table.errors import InputError

_OUTLIER_LIMITS: dict[Method, float] = {
    "robust_z": 3.5,  # Iglewicz and Hoaglin 1993
    "iqr": 3.0,  # "far out" (Tukey 1977); at 1.5 normal values have 0.7 % of them
}


class CleanRule(Section):
    """What every rule has."""

    columns: tuple[str, ...] = Field(description="what it is about; each by itself", min_length=1)
    reason: str | None = Field(
        None,
        min_length=1,
        description="said of a row that breaks it; the rule's own words if not given",
    )

    @field_validator("columns")
    @classmethod
    def _once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InputError(f"the rule names column {twice!r} twice: once is enough")
        return names

    @property
    def kind(self) -> str:
        """The rule's name, as the configuration has it."""
        return str(type(self).model_fields["rule"].default)

    def setting(self, place: int) -> str:
        """Where the rule stands in the configuration."""
        return f"clean.rules.{place} ({self.kind})"

    @property
    def foreign_table(self) -> str | None:
        """The other table that the rule looks into."""
        return None

    @property
    def foreign_version(self) -> str | None:
        """The version at which it does; None before it is pinned."""
        return None

    @model_serializer(mode="wrap")
    def _without_defaults(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The rule's name and what is set: a key that a later version brings makes no other run."""
        fields = type(self).model_fields
        made = {
            key: value
            for key, value in plain(self).items()
            if key == "rule" or getattr(self, key) != fields[key].default
        }
        return {"rule": self.kind, **made}

    def row_rules(self, place: int, sensitive: frozenset[str]) -> tuple[RowRule, ...]:
        """The rule as cleaning takes it, where it is on a row by itself."""
        return ()

    def across_rules(self, place: int, foreign: DataFrame | None) -> tuple[AcrossRule, ...]:
        """The same where it is on a row among others; ``foreign`` are the other table's rows."""
        return ()


class RowRuleConfig(CleanRule):
    """A rule on a row by itself; of a null it says nothing, unless it says so."""

    action: Action = Field(
        "quarantine", description="keep: counted alone; repair: the value; quarantine: the row"
    )
    replacement: Value | None = Field(None, description="what a repair writes; null if not given")

    @model_validator(mode="after")
    def _is_used(self) -> RowRuleConfig:
        if self.replacement is not None and self.action != "repair":
            raise InputError(
                f"a replacement is for the action repair, and this rule has {self.action}: take "
                "one of them out"
            )
        return self

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """What Spark is to look at."""
        raise NotImplementedError

    def row_rules(self, place: int, sensitive: frozenset[str]) -> tuple[RowRule, ...]:
        """The check, and what is done where it is broken."""
        rule = RowRule(
            self.setting(place),
            self.kind,
            self.columns,
            self.check(sensitive),
            self.action,
            self.reason,
            self.replacement,
        )
        return (rule,)


class NotNullRule(RowRuleConfig):
    """Every row has a value; a repair writes the replacement."""

    rule: Literal["not_null"] = "not_null"

    @model_validator(mode="after")
    def _has_a_replacement(self) -> NotNullRule:
        if self.action == "repair" and self.replacement is None:
            raise InputError(
                "a null is repaired by a value: give the replacement, or another action"
            )
        return self

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """There is a value."""
        return NotNull()


class InRangeRule(RowRuleConfig):
    """Values lie from low to high."""

    rule: Literal["in_range"] = "in_range"
    low: float | str | None = Field(None, description="null for an open side; dates as text")
    high: float | str | None = Field(None, description="null for an open side; dates as text")

    @model_validator(mode="after")
    def _can_be_kept(self) -> InRangeRule:
        require_range(self.columns[0], self.low, self.high)
        return self

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """From low to high."""
        return InRange(self.low, self.high)


class InSetRule(RowRuleConfig):
    """Values are among those listed."""

    rule: Literal["in_set"] = "in_set"
    values: tuple[Value, ...] = Field(description="those that a row may have", min_length=1)

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """Among the values."""
        return InSet(self.values)


class MatchesRule(RowRuleConfig):
    """The whole value is of the form of a regular expression."""

    rule: Literal["matches"] = "matches"
    pattern: str = Field(description="a regular expression of Java's, of the whole value")

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """Of the form of the pattern."""
        return Matches(self.pattern)


class TrimmedRule(RowRuleConfig):
    """Texts have no white space around them; a repair cuts it. Stands for clean.trim."""

    rule: Literal["trimmed"] = "trimmed"
    action: Action = Field("repair", description="keep, repair or quarantine")

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """Without white space."""
        return Trimmed()


class NullMarkersRule(RowRuleConfig):
    """Texts are none of those that stand for no value; a repair makes null of them."""

    rule: Literal["null_markers"] = "null_markers"
    action: Action = Field("repair", description="keep, repair or quarantine")
    markers: tuple[str, ...] = Field(description="the texts that stand for no value", min_length=1)

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """None of the markers."""
        return NullMarkers(self.markers)


class ValidDateRule(RowRuleConfig):
    """Values are days of the calendar in one form."""

    rule: Literal["valid_date"] = "valid_date"
    format: str = Field("yyyy-MM-dd", description="Spark's pattern of dates")

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """A day in this form."""
        return ValidDate(self.format)


class OutlierRule(RowRuleConfig):
    """Numbers do not lie far from the others of their column; such rows stay unless said."""

    rule: Literal["outlier"] = "outlier"
    action: Action = Field("keep", description="keep, repair or quarantine")
    method: Method = Field(
        "robust_z", description="robust_z: by median and MAD; iqr: by the quartiles"
    )
    limit: float | None = Field(
        None, gt=0, description="z-score, or interquartile ranges; 3.5 or 3 if not given"
    )

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """Within fences."""
        return Outlier(self.method, self.limit or _OUTLIER_LIMITS[self.method])


class ExpressionRule(RowRuleConfig):
    """Every row keeps a condition in SQL; where it comes to null, it says nothing."""

    rule: Literal["expression"] = "expression"
    columns: tuple[str, ...] = Field((), description="what a repair changes; for the report")
    expression: str = Field(description="a condition on one row, for example hours > 0")

    @model_validator(mode="after")
    def _repairs_something(self) -> ExpressionRule:
        if self.action == "repair" and not self.columns:
            raise InputError("a repair needs the columns that it is to change: name them")
        return self

    def check(self, sensitive: frozenset[str]) -> RowCheck:
        """The condition holds."""
        return Expression(self.expression, mentions(self.expression, sensitive))
