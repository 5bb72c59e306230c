"""Which columns a rule admits, by their types."""

from __future__ import annotations

from synth.dependencies.dependency import DependencyError
from synth.dependencies.grid import is_number
from synth.table.schema import TableSchema

TIMES = ("date", "timestamp", "timestamp_ntz")


def require_number(schema: TableSchema, name: str) -> None:
    """DependencyError where the column does not hold numbers."""
    if not is_number(schema[name].type):
        raise DependencyError(
            f"column {name!r} is of type {schema[name].type}: it must be a number"
        )
