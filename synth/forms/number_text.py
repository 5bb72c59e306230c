"""Numbers that are texts: ``1.234,50 €``, ``12 %``, ``(1,234)``, ``$ 5``, ``1.5e-05``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.form import Form, Recognised
from synth.forms.number_search import CONVENTIONS, conventions_of
from synth.forms.number_style import FloatStyle, NumberStyle
from synth.forms.number_styles import FoundStyles, find_styles
from synth.forms.registry import Family
from synth.forms.unread import FEW_VALUES, is_few, share_read
from synth.table.errors import InputError
from synth.table.schema import Column
from synth.table.values import INT64_DIGITS, from_numbers, to_numbers

UNIT, FORMAT = "unit", "format"
WORD = "number"
READ_SHARE, ASKED_SHARE = 0.8, 0.5  # of the values: to take a column, and where a user names it
FEWEST_SHARE = 0.2  # of all that are not null, marks of what is missing included
FEWEST_ROWS = 10
CODE_WIDTH = 4  # digits: whole numbers that all have as many are codes (postal, of a branch)
LONG_WIDTH, READ_NEARLY_ALL = 6, 0.95  # digits of a number that identifies; share of the rows
NEARLY_UNIQUE, DENSE = 0.9, 3  # share of the rows; a range of so many numbers for each value


@dataclass(frozen=True)
class NumberText(Form):
    """Texts that are numbers of one style, or of a few; what differs by row is a part beside."""

    kind: ClassVar[str] = "number_text"

    column: Column
    styles: tuple[NumberStyle | FloatStyle, ...]

    @cached_property
    def type(self) -> str:
        """The type of the part that has the column's own name."""
        if isinstance(self.styles[0], FloatStyle):
            return "double"
        return f"decimal({INT64_DIGITS},{self._most})" if self._most else "bigint"

    @cached_property
    def parts(self) -> tuple[Column, ...]:
        unit = (self.part(UNIT, "string"),) if len(self._units) > 1 else ()
        style = (self.part(FORMAT, "string"),) if self._has_format else ()
        return (self.main(self.type), *unit, *style)

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        kind = np.float64 if self.type == "double" else np.int64
        number, read = np.zeros(len(array), kind), np.zeros(len(array), bool)
        place = np.zeros(len(array), np.int64)
        for index, style in enumerate(self.styles):
            own, affix, sound = style.read(array)
            scale = self._scale(style)
            new = sound & ~read & (np.abs(own) < 10**INT64_DIGITS / scale)
            number[new] = own[new] * scale
            place[new] = self._first_pair(index) + affix[new]
            read |= new
        parts = {self.column.name: from_numbers(number, read, self.type, 17)}
        which = pa.array(place, mask=~read)
        for part in self.parts[1:]:
            of_unit = part.name == self.part(UNIT, "string").name
            words = [pair.unit if of_unit else self._formats[pair.style] for pair in self._pairs]
            parts[part.name] = pa.array(words, pa.string()).take(which)
        return parts, read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        number, valid = to_numbers(parts[self.column.name], self.type)
        place = self._places(parts, len(number))
        written = pa.nulls(len(number), pa.string())
        for index, style in enumerate(self.styles):
            first = self._first_pair(index)
            here = (place >= first) & (place < self._first_pair(index + 1))
            affix = np.where(here, place - first, 0)
            texts = style.write(_rounded(number, self._scale(style)), affix, valid & here)
            written = texts if here.all() else pc.if_else(pa.array(here), texts, written)
        return written.cast(self.column.arrow_type)

    def describe(self) -> str:
        return f"numbers written as {' or '.join(style.words() for style in self.styles)}"

    def to_json(self) -> dict[str, Any]:
        floating = isinstance(self.styles[0], FloatStyle)
        return {"floating": floating, "styles": [style.to_json() for style in self.styles]}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> NumberText:
        style = FloatStyle if data["floating"] else NumberStyle
        return cls(column, tuple(map(style.from_json, data["styles"])))

    @cached_property
    def _most(self) -> int:
        return max(style.most for style in self.styles if isinstance(style, NumberStyle))

    def _scale(self, style: NumberStyle | FloatStyle) -> int:
        """How many of the part's units one of the style's has."""
        return int(10 ** (self._most - style.most)) if isinstance(style, NumberStyle) else 1

    @cached_property
    def _pairs(self) -> tuple[_Pair, ...]:
        """Each style with each text around its numbers."""
        affixes = [
            (index, affix) for index, style in enumerate(self.styles) for affix in _affixes(style)
        ]
        bare = {(index, (prefix + suffix).strip()) for index, (prefix, suffix) in affixes}
        differ = len(bare) == len(affixes)  # without blanks
        return tuple(
            _Pair(index, (prefix + suffix).strip() if differ else f"{prefix}0{suffix}")
            for index, (prefix, suffix) in affixes
        )

    def _first_pair(self, style: int) -> int:
        return sum(len(_affixes(one)) for one in self.styles[:style])

    @cached_property
    def _units(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(pair.unit for pair in self._pairs))

    @cached_property
    def _has_format(self) -> bool:
        """Whether the unit does not tell the style."""
        return len(self._units) < len(self._pairs)

    @cached_property
    def _formats(self) -> tuple[str, ...]:
        """Each style in words."""
        words = [style.words() for style in self.styles]
        if len(set(words)) == len(words):
            return tuple(words)
        return tuple(f"{one} ({place})" for place, one in enumerate(words, 1))

    def _places(self, parts: Mapping[str, pa.Array], rows: int) -> np.ndarray:
        """Of each row the place among :meth:`_pairs`; of unknown units and formats the first."""
        unit = _index(parts, self.part(UNIT, "string").name, self._units, rows)
        style = _index(parts, self.part(FORMAT, "string").name, self._formats, rows)
        table = np.zeros((len(self._units), len(self.styles)), np.int64)
        for place, pair in reversed(list(enumerate(self._pairs))):
            table[self._units.index(pair.unit), :] = place  # a unit that the format lacks
        for place, pair in enumerate(self._pairs):
            table[self._units.index(pair.unit), pair.style] = place
        found: np.ndarray = table[unit, style]
        return found


class _Pair(NamedTuple):
    style: int
    unit: str


def _affixes(style: NumberStyle | FloatStyle) -> tuple[tuple[str, str], ...]:
    return style.affixes if isinstance(style, NumberStyle) else (("", ""),)


def _index(
    parts: Mapping[str, pa.Array], name: str, words: tuple[str, ...], rows: int
) -> np.ndarray:
    if name not in parts or len(words) == 1:
        return np.zeros(rows, np.int64)
    place = pc.index_in(parts[name], pa.array(words, pa.string()))
    return np.asarray(pc.fill_null(place, 0)).astype(np.int64)


def _rounded(number: np.ndarray, scale: int) -> np.ndarray:
    """Numbers in units that are so many times as large."""
    if scale == 1:
        return number
    rounded: np.ndarray = np.sign(number) * ((np.abs(number) + scale // 2) // scale)
    return rounded


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The style of the numbers that nearly all texts of a column are; None for codes of digits."""
    if column.key or not pa.types.is_string(column.arrow_type):
        return None
    found = find_styles(sample, min_entities)
    rows = len(sample) - sample.null_count
    if found is None:
        return None
    form = NumberText(column, found.styles)
    parts, read = form.read(sample)
    if read.sum() < max(FEWEST_SHARE * rows, min_entities, FEWEST_ROWS):
        return None
    if share_read(sample, read, min_entities) < READ_SHARE:
        return None
    texts = sample.filter(pa.array(read))
    if is_few(sample, min_entities) or _is_code(form, parts[column.name], texts, sample):
        return None
    return _recognised(form, found, read, rows)


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The form of a number that a user writes as an example (1.234,56 €), or of the word number."""
    example = conventions_of(wanted)
    if not pa.types.is_string(column.arrow_type) or (wanted != WORD and not example):
        return None
    found = find_styles(sample, min_entities, example or CONVENTIONS)
    rows, read = len(sample) - sample.null_count, np.zeros(len(sample), bool)
    if found is not None:
        form = NumberText(column, found.styles)
        read = form.read(sample)[1]
    if found is None or read.sum() < ASKED_SHARE * rows:
        raise InputError(
            f"forms: column {column.name!r} is to be written as {wanted!r}, but "
            f"{rows - int(read.sum())} of {rows} sampled values are written otherwise"
        )
    return _recognised(form, found, read, rows)


def _is_code(form: NumberText, numbers: pa.Array, texts: pa.Array, sample: pa.Array) -> bool:
    """Whether digits alone identify something: of one width, with zeros in front, or counted."""
    style = form.styles[0]
    if isinstance(style, FloatStyle) or len(form.styles) > 1 or style.most or style.thousands:
        return False
    if style.width:
        return False  # codes are filled up with zeros
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


def _recognised(form: NumberText, found: FoundStyles, read: np.ndarray, rows: int) -> Recognised:
    notes = []
    style = form.styles[0]
    if found.ambiguous and isinstance(style, NumberStyle):
        what = "thousands" if style.thousands else "decimals"
        notes.append(
            f"{style.thousands or style.decimal!r} can be read in two ways: as the sign of {what} "
            "was assumed; write an example such as '1.234,56' in forms to correct it"
        )
    unread = 1 - read.sum() / rows
    if unread > 0:
        notes.append(f"{unread:.2%} of the sampled values are no such numbers: they are kept apart")
    return Recognised(form, tuple(notes))


FAMILY = Family(
    "numbers in text",
    (NumberText,),
    recognise,
    parse,
    "number, or a number as it is written, such as 1.234,56 €",
)
