"""What every section of the configuration is, and how dates come out of YAML."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from synth.table.errors import InputError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Section(BaseModel):
    """A part of the configuration; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def dates_as_text(value: Any) -> Any:
    """YAML makes dates of 2024-01-31, as keys too; a text is read as the column's type."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, dict):
        return {dates_as_text(key): dates_as_text(inner) for key, inner in value.items()}
    return [dates_as_text(inner) for inner in value] if isinstance(value, list | tuple) else value


def require_range(name: str, low: float | str | None, high: float | str | None) -> None:
    """InputError for a range that no value can lie in, or that says nothing.

    Texts are dates and times as ISO writes them, which sort as they are; others are not compared.
    """
    said = f"column {name!r} has the range [{low}, {high}]"
    if low is None and high is None:
        raise InputError(f"{said}, which is open on both sides: give one, or leave it out")
    if any(isinstance(side, float) and math.isnan(side) for side in (low, high)):
        raise InputError(f"{said}: give numbers, or null for an open side")
    numbers = isinstance(low, int | float) and isinstance(high, int | float)
    dates = all(isinstance(side, str) and _ISO_DATE.match(side) for side in (low, high))
    if (numbers or dates) and low > high:  # type: ignore[operator]
        raise InputError(f"{said}, which no value lies in: lowest first, then highest")
