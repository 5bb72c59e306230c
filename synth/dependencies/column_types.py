"""Which columns a rule admits, by their types."""

from __future__ import annotations

from synth.dependencies.dependency import DependencyError
from synth.dependencies.grid import TIMES as TIMES
from synth.dependencies.grid import is_number
from synth.table.schema import TableSchema
from synth.table.values import is_ordered


def is_amount(type_name: str) -> bool:
    """Whether values are numbers, decimals of any number of digits among them, and no times."""
    return is_ordered(type_name) and type_name not in TIMES


def require_number(schema: TableSchema, name: str) -> None:
    """DependencyError where the column does not hold numbers."""
    if not is_number(schema[name].type):
        raise DependencyError(
            f"column {name!r} is of type {schema[name].type}: it must be a number"
        )
