"""Durations that are texts: ``PT15M``, ``P3DT4H``, ``3 days, 4:05:06``, ``2d 3h``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.forms.duration_search import find_duration
from synth.forms.duration_style import DurationStyle
from synth.forms.form import Form, Recognised
from synth.forms.registry import Family
from synth.forms.unread import is_few, share_read
from synth.table.errors import InputError
from synth.table.schema import Column
from synth.table.values import from_numbers, to_numbers

WORD = "duration"
READ_SHARE, ASKED_SHARE = 0.8, 0.5  # of the values: to take a column, and where a user names it
FEWEST_ROWS, FEWEST_SHARE = 10, 0.2  # of all that are not null, marks of what is missing included


@dataclass(frozen=True)
class DurationText(Form):
    """Texts that are durations of one style; its part is a whole number of its smallest unit."""

    kind: ClassVar[str] = "duration_text"

    column: Column
    style: DurationStyle

    @property
    def parts(self) -> tuple[Column, ...]:
        return (self.main("bigint"),)

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        durations, read = self.style.read(array)
        return {self.column.name: from_numbers(durations, read, "bigint", 0)}, read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        durations, valid = to_numbers(parts[self.column.name], "bigint")
        return self.style.write(durations, valid).cast(self.column.arrow_type)

    def describe(self) -> str:
        return f"durations written as {self.style.words()}"

    def to_json(self) -> dict[str, Any]:
        return {"style": self.style.to_json()}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> DurationText:
        return cls(column, DurationStyle.from_json(data["style"]))


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The style of the durations that nearly all texts of a column are."""
    if column.key or not pa.types.is_string(column.arrow_type):
        return None
    style = find_duration(sample, min_entities)
    if style is None:
        return None
    form = DurationText(column, style)
    read = style.read(sample)[1]
    rows = len(sample) - sample.null_count
    if read.sum() < max(FEWEST_SHARE * rows, min_entities, FEWEST_ROWS):
        return None
    if share_read(sample, read, min_entities) < READ_SHARE:
        return None
    return None if is_few(sample, min_entities) else _recognised(form, read, rows)


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The form of the word duration: the style that is found where half of the values are read."""
    if wanted != WORD or not pa.types.is_string(column.arrow_type):
        return None
    style = find_duration(sample, min_entities)
    rows = len(sample) - sample.null_count
    read = np.zeros(len(sample), bool) if style is None else style.read(sample)[1]
    if style is None or read.sum() < ASKED_SHARE * rows:
        raise InputError(
            f"forms: column {column.name!r} is to be read as {wanted!r}, but "
            f"{rows - int(read.sum())} of {rows} sampled values are no durations of one style"
        )
    return _recognised(DurationText(column, style), read, rows)


def _recognised(form: DurationText, read: np.ndarray, rows: int) -> Recognised:
    unread = 1 - read.sum() / rows
    note = f"{unread:.2%} of the sampled values are no such durations: they are kept apart"
    return Recognised(form, (note,) if unread > 0 else ())


FAMILY = Family(
    "durations in text",
    (DurationText,),
    recognise,
    parse,
    "duration for one that is found",
)
