"""All kinds of written forms: the one list that a new kind is written into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import pyarrow as pa

from synth.forms.form import Form, Recognised
from synth.table.errors import InputError
from synth.table.schema import Column

# Files that define a FAMILY, in the order in which a column is tried with them.
_FAMILIES: tuple[str, ...] = (
    "synth.forms.moment_text",
    "synth.forms.number_dates",
    "synth.forms.duration_text",
    "synth.forms.number_text",
    "synth.forms.code",
)


@dataclass(frozen=True)
class Family:
    """Forms that are looked for together.

    ``recognise(column, sample, min_entities)`` gives the form that a sample of the column's values
    (in no order, nulls among them) shows, or None. ``parse(column, wanted, sample, min_entities)``
    gives the form that a user names for a column (``%d/%m/%Y``), None where the name is none of
    the family's; InputError where it is, but does not fit.
    """

    name: str
    kinds: tuple[type[Form], ...]
    recognise: Callable[[Column, pa.Array, int], Recognised | None]
    parse: Callable[[Column, str, pa.Array, int], Recognised | None]
    wanted: str  # what a user may name, in words: "a date format such as %d/%m/%Y"


@cache
def families() -> tuple[Family, ...]:
    """All families of forms."""
    found: tuple[Family, ...] = tuple(import_module(path).FAMILY for path in _FAMILIES)
    return found


def form_from_json(column: Column, data: dict[str, Any]) -> Form:
    """The form as its ``to_json`` and its name tell it."""
    kinds = {kind.kind: kind for family in families() for kind in family.kinds}
    if data["kind"] not in kinds:
        raise InputError(f"no written form of kind {data['kind']!r}: use {', '.join(kinds)}")
    return kinds[data["kind"]].from_json(column, data)
