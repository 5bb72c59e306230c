"""A small form for the tests of what all forms share: temperatures such as ``21 C``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.form import Form, Recognised
from synth.forms.registry import Family
from synth.table.errors import InputError
from synth.table.schema import Column

PATTERN = r"^(?P<number>-?\d+) (?P<unit>[CF])$"


@dataclass(frozen=True)
class Degrees(Form):
    """A whole number and its unit, which is a part of its own."""

    kind: ClassVar[str] = "degrees"

    column: Column

    @property
    def parts(self) -> tuple[Column, ...]:
        return self.main("bigint"), self.part("unit", "string")

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        found = pc.extract_regex(array, PATTERN)
        read = np.asarray(found.is_valid())
        number, unit = self.parts
        numbers = pc.struct_field(found, "number").cast(pa.int64())
        return {number.name: numbers, unit.name: pc.struct_field(found, "unit")}, read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        number, unit = (parts[part.name] for part in self.parts)
        return pc.binary_join_element_wise(number.cast(pa.string()), unit, " ")

    def describe(self) -> str:
        return "temperatures written as a number and its unit"

    def to_json(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> "Degrees":
        return cls(column)


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    if column.type != "string" or column.key or not len(sample):
        return None
    read = Degrees(column).read(sample)[1].sum()
    if read < min_entities or read < 0.8 * (len(sample) - sample.null_count):
        return None
    return Recognised(Degrees(column), ("read as temperatures",))


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    if wanted != "degrees":
        return None
    if column.type != "string":
        raise InputError(f"forms: column {column.name!r} is no text")
    return Recognised(Degrees(column))


FAMILY = Family("temperatures", (Degrees,), recognise, parse, "degrees")
