"""Numbers that are texts: ``1.234,50 €``, ``12 %``, ``(1,234)``, ``$ 5``, ``1.5e-05``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.form import Form, Recognised
from synth.forms.number_search import CONVENTIONS, FoundStyle, conventions_of, search
from synth.forms.number_style import FloatStyle, NumberStyle
from synth.forms.registry import Family
from synth.forms.unread import share_read
from synth.table.errors import InputError
from synth.table.schema import Column
from synth.table.values import INT64_DIGITS, from_numbers, to_numbers

UNIT = "unit"
WORD = "number"
READ_SHARE, ASKED_SHARE = 0.8, 0.5  # of the values: to take a column, and where a user names it
FEWEST_SHARE = 0.2  # of all that are not null, marks of what is missing included
FEWEST_ROWS, FEWEST_VALUES = 10, 3
FEW_VALUES = 20  # texts of so few values, all of them frequent, lose nothing as they are
CODE_WIDTH = 4  # digits: whole numbers that all have as many are codes (postal, of a branch)
LONG_WIDTH, READ_NEARLY_ALL = 6, 0.95  # digits of a number that identifies; share of the rows
NEARLY_UNIQUE, DENSE = 0.9, 3  # share of the rows; a range of so many numbers for each value


@dataclass(frozen=True)
class NumberText(Form):
    """Texts that are numbers of one style; what is around them is a part where it differs."""

    kind: ClassVar[str] = "number_text"

    column: Column
    style: NumberStyle | FloatStyle

    @cached_property
    def type(self) -> str:
        """The type of the part that has the column's own name."""
        if isinstance(self.style, FloatStyle):
            return "double"
        return f"decimal({INT64_DIGITS},{self.style.most})" if self.style.most else "bigint"

    @cached_property
    def parts(self) -> tuple[Column, ...]:
        unit = (self.part(UNIT, "string"),) if len(self._units) > 1 else ()
        return (self.main(self.type), *unit)

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        numbers, affix, read = self.style.read(array)
        parts = {self.column.name: from_numbers(numbers, read, self.type, 17)}
        if len(self._units) > 1:
            unit = pa.array(self._units, pa.string()).take(pa.array(affix, mask=~read))
            parts[self.part(UNIT, "string").name] = unit
        return parts, read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        numbers, valid = to_numbers(parts[self.column.name], self.type)
        affix = np.zeros(len(numbers), np.int64)
        if len(self._units) > 1:
            unit = parts[self.part(UNIT, "string").name]
            place = pc.index_in(unit, pa.array(self._units, pa.string()))
            affix = np.asarray(pc.fill_null(place, 0)).astype(np.int64)
        return self.style.write(numbers, affix, valid).cast(self.column.arrow_type)

    def describe(self) -> str:
        return f"numbers written as {self.style.words()}"

    def to_json(self) -> dict[str, Any]:
        return {"floating": isinstance(self.style, FloatStyle), "style": self.style.to_json()}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> NumberText:
        style = FloatStyle if data["floating"] else NumberStyle
        return cls(column, style.from_json(data["style"]))

    @cached_property
    def _units(self) -> tuple[str, ...]:
        """What stands around the numbers, without blanks where that tells all apart."""
        if isinstance(self.style, FloatStyle):
            return ("",)
        bare = tuple((prefix + suffix).strip() for prefix, suffix in self.style.affixes)
        if len(set(bare)) == len(bare):
            return bare
        return tuple(f"{prefix}0{suffix}" for prefix, suffix in self.style.affixes)


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The style of the numbers that nearly all texts of a column are; None for codes of digits."""
    if column.key or not pa.types.is_string(column.arrow_type):
        return None
    found = search(sample, min_entities)
    rows = len(sample) - sample.null_count
    if found is None:
        return None
    form = NumberText(column, found.style)
    parts, read = form.read(sample)
    if read.sum() < max(FEWEST_SHARE * rows, min_entities, FEWEST_ROWS):
        return None
    if share_read(sample, read, min_entities) < READ_SHARE:
        return None
    texts = sample.filter(pa.array(read))
    if _is_few(sample, min_entities) or _is_code(form, parts[column.name], texts, sample):
        return None
    return _recognised(form, found, read, rows)


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The form of a number that a user writes as an example (1.234,56 €), or of the word number."""
    example = conventions_of(wanted)
    if not pa.types.is_string(column.arrow_type) or (wanted != WORD and not example):
        return None
    found = search(sample, min_entities, example or CONVENTIONS)
    rows, read = len(sample) - sample.null_count, np.zeros(len(sample), bool)
    if found is not None:
        form = NumberText(column, found.style)
        read = form.read(sample)[1]
    if found is None or read.sum() < ASKED_SHARE * rows:
        raise InputError(
            f"forms: column {column.name!r} is to be written as {wanted!r}, but "
            f"{rows - int(read.sum())} of {rows} sampled values are written otherwise"
        )
    return _recognised(form, found, read, rows)


def _is_few(sample: pa.Array, min_entities: int) -> bool:
    """Whether a column has few values, all of them frequent: nothing is lost if they stay."""
    counts = pc.value_counts(sample.drop_null()).field("counts")
    frequent = len(counts) <= FEW_VALUES and pc.min(counts).as_py() >= min_entities
    return bool(frequent) or len(counts) < FEWEST_VALUES


def _is_code(form: NumberText, numbers: pa.Array, texts: pa.Array, sample: pa.Array) -> bool:
    """Whether digits alone identify something: of one width, with zeros in front, or counted."""
    style = form.style
    if isinstance(style, FloatStyle) or style.most or style.thousands:
        return False
    if any(len(prefix + suffix.strip()) > (suffix.isalpha()) for prefix, suffix in style.affixes):
        return False  # a unit, or a sign
    zeros = pc.match_substring_regex(sample.drop_null(), r"^0[0-9]")
    if pc.sum(zeros).as_py():
        return True
    widths = pc.unique(pc.utf8_length(texts)).to_pylist()
    if len(widths) == 1 and widths[0] >= CODE_WIDTH:
        return True
    present = numbers.drop_null()
    values = len(present.unique())
    bounds = pc.min_max(present).as_py()
    dense = bounds["max"] - bounds["min"] < DENSE * values
    unique = values >= NEARLY_UNIQUE * len(present) and values > FEW_VALUES
    return unique and (dense or _is_long(texts))


def _is_long(texts: pa.Array) -> bool:
    """Whether nearly all have one of two neighbouring widths, as digits drawn at random have."""
    widths = np.asarray(pc.utf8_length(texts))
    longest = int(np.quantile(widths, 0.99))
    return longest >= LONG_WIDTH and bool((widths >= longest - 1).mean() >= READ_NEARLY_ALL)


def _recognised(form: NumberText, found: FoundStyle, read: np.ndarray, rows: int) -> Recognised:
    notes = []
    style = form.style
    if found.ambiguous and isinstance(style, NumberStyle):
        what = "thousands" if style.thousands else "decimals"
        notes.append(
            f"{style.thousands or style.decimal!r} can be read in two ways: as the sign of {what} "
            "was assumed; write an example such as '1.234,56' in forms to correct it"
        )
    unread = 1 - read.sum() / rows
    if unread > 0:
        notes.append(f"{unread:.2%} of the sampled values are no such numbers and stay texts")
    return Recognised(form, tuple(notes))


FAMILY = Family(
    "numbers in text",
    (NumberText,),
    recognise,
    parse,
    "number, or a number as it is written, such as 1.234,56 €",
)
