"""Which generator suits a table, and why; what a setting is that differs from its default.

The choice itself is that of ``auto`` (:mod:`synth.generators.registry`): the best
one that can be fitted here. What the table is like says what speaks for it, or for another.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from synth.generators.registry import DEFAULT, WITHOUT_TORCH, note_on_torch
from synth.profiling.size import WIDE
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState, TextState

MANY_VALUES = 1000  # of a text: from here on a column has many


@dataclass(frozen=True)
class TableFacts:
    """What a table is like: how many columns of a kind, and of texts with many values."""

    rows: int
    columns: int
    numbers: int
    texts: int
    many_valued: tuple[str, ...]

    @classmethod
    def of(cls, profile: TableProfile) -> TableFacts:
        """Read off the profile of the whole table."""
        states = profile.columns_by_name()
        texts = {name: state for name, state in states.items() if isinstance(state, TextState)}
        many = (n for n, state in texts.items() if state.distinct.estimate() >= MANY_VALUES)
        numbers = sum(isinstance(state, NumberState) for state in states.values())
        return cls(profile.rows, len(states), numbers, len(texts), tuple(many))

    def words(self) -> str:
        """As one sentence tells it."""
        said = (
            f"{self.rows:,} rows, {self.columns} columns: {self.numbers} of numbers or times, "
            f"{self.texts} of texts"
        )
        many = f", of which {len(self.many_valued)} have {MANY_VALUES:,} values or more"
        return said + (many if self.many_valued else "")

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {**asdict(self), "many_valued": list(self.many_valued)}


@dataclass(frozen=True)
class Asked:
    """What is asked of the generator, and what this machine has."""

    generator: str
    is_given: bool  # by the user, and not by the rule
    conditions: tuple[str, ...] = ()  # columns of sample.given
    settings: tuple[str, ...] = ()  # those that are set already
    uses_gpu: bool = False
    has_gpu: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A setting that differs from its default, by its key in the configuration, and why."""

    setting: str
    value: Any
    reason: str

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def reasons(asked: Asked, facts: TableFacts) -> tuple[str, ...]:
    """Why this generator, in words."""
    if asked.is_given:
        return (f"{asked.generator}: asked for",)
    found = [*note_on_torch(asked.generator)]
    if asked.generator == DEFAULT:
        found.append(
            f"{DEFAULT}: the best or beside the best on every table that was measured, numbers "
            "with sharp shapes and texts with many values included"
        )
        if asked.conditions:
            found.append(
                f"conditions on {', '.join(map(repr, asked.conditions))} are exact where the "
                "model learns to draw these first"
            )
        found.append(
            f"{WITHOUT_TORCH}, if a first table is wanted within seconds, or exact conditions on "
            "any columns"
        )
    elif asked.conditions:
        found.append(f"{asked.generator} meets any conditions exactly")
    if facts.columns > WIDE:
        found.append(f"{facts.columns} columns: the fit's time and memory grow with them")
    return tuple(found)
