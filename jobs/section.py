"""What every section of the configuration is, and how dates come out of YAML."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict


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
