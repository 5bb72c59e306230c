"""Codes: texts with a shape, as order numbers, UUIDs, IBANs, e-mail addresses, and keys."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.expression import grammar_of
from synth.forms.form import Form, Recognised
from synth.forms.grammar import Grammar
from synth.forms.induce import Induction, induce
from synth.forms.named import NAMED_CODES
from synth.forms.permutation import MOST
from synth.forms.protected import shared_values
from synth.forms.registry import Family
from synth.forms.segments import Number
from synth.table.errors import InputError
from synth.table.schema import Column

logger = logging.getLogger(__name__)

LEARNABLE_SHARE = 0.5  # of the rows hold shared values: then the column is learned as it is
_LONGEST = 512  # characters: longer texts are documents
_UNIQUE_ROWS = 100  # distinct values tell that a column is unique from here on
_ODD = 0.05  # of the values: up to so many without a shape are written as the others are
_MANY_KEYS = 10**9  # rows: a shape with more room is not worth a word
_ROOM_OF_KEY = 10  # times as many keys as rows of the sample: below that all of it counts
_DENSE = 2  # numbers for each row: the texts count the rows
_ROOM = 4  # times as many texts as rows: below that values repeat by themselves


@dataclass(frozen=True)
class CodeForm(Form):
    """Texts that a grammar reads and writes.

    Its parts are the shape that a text has, under the column's own name, and the grammar's fields.
    ``unique``: no two rows have the same text, as in the seed. ``absorbs``: texts that fit no
    pattern count as of the most frequent one, since too few rows share theirs; those of a key
    always do.
    """

    kind: ClassVar[str] = "code"
    is_made: ClassVar[bool] = True

    column: Column
    grammar: Grammar
    unique: bool = False
    absorbs: bool = False

    @cached_property
    def parts(self) -> tuple[Column, ...]:
        """The shape under the column's name, and the fields; none of a key without either."""
        fields = tuple(self._field(label) for label in self.grammar.labels)
        if self.column.key and not fields and len(self.grammar.patterns) == 1:
            return ()
        return (self.main("string"), *fields)

    def _field(self, label: str) -> Column:
        return self.part(label, self.grammar.types[label])

    @cached_property
    def _shapes(self) -> pa.Array:
        return pa.array([pattern.label for pattern in self.grammar.patterns], pa.string())

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        """``(parts, read)``; a field that holds none of its values is null."""
        which, fields = self.grammar.read(array)
        read = which >= 0
        if self.absorbs or self.column.key:
            read = np.asarray(array.is_valid())
            which = np.where(read & (which < 0), 0, which)
        parts = {self._field(label).name: texts for label, texts in fields.items()}
        parts[self.column.name] = self._shapes.take(pa.array(which, mask=~read))
        return {part.name: parts[part.name] for part in self.parts}, read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        """Texts of the shapes and fields; free characters are made anew.

        Keys, and other columns whose values are unique, differ from row to row. A key is never
        null. Beyond the texts that a key's shape has, longer ones are written, with a log warning.
        """
        which = self._which(parts)
        rows = len(which)
        fields = {label: parts[self._field(label).name] for label in self.grammar.labels}
        numbers = np.arange(first_row, first_row + rows, dtype=np.int64)
        room = self.grammar.room
        if self.column.key:
            if first_row + rows > room:
                logger.warning("column %r: %s", self.column.name, self._full(room))
            return self.grammar.write(which, fields, rng, numbers)
        # Where there is much more room, chance will do.
        if self.unique and (self._counts or first_row + rows <= room < MOST // 4):
            return self.grammar.write(which, fields, rng, numbers)
        return self.grammar.write(which, fields, rng)

    @cached_property
    def _counts(self) -> bool:
        return any(number.start is not None for number in _numbers(self.grammar))

    def _which(self, parts: Mapping[str, pa.Array]) -> np.ndarray:
        """int64 ``(rows,)``: the pattern of each row, -1 for null."""
        if not self.parts:
            rows = len(next(iter(parts.values())))
            return np.zeros(rows, np.int64)
        shape = parts[self.column.name]
        which = np.asarray(pc.fill_null(pc.index_in(shape, self._shapes), 0)).astype(np.int64)
        if self.column.key:
            return which
        return np.where(np.asarray(shape.is_valid()), which, -1)

    def _full(self, room: int) -> str:
        full = f"its shape has room for {room:,} keys; further ones are longer, so that all differ"
        scheme = self.grammar.unchecked
        return (
            f"{full}, without the {scheme} check digits, which codes of that length lack"
            if scheme
            else full
        )

    def describe(self) -> str:
        """The grammar in words; of a key also how many it has room for."""
        words = f"codes: {self.grammar.describe(hidden=self.column.sensitive)}"
        if self.column.key:
            room = self.grammar.room
            return f"keys: {words[7:]}" + (f"; {self._full(room)}" if room < _MANY_KEYS else "")
        return words

    def to_json(self) -> dict[str, Any]:
        return {**self.grammar.to_json(), "unique": self.unique, "absorbs": self.absorbs}

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> CodeForm:
        return cls(column, Grammar.from_json(data), data["unique"], data["absorbs"])


def recognise(column: Column, sample: pa.Array, min_entities: int) -> Recognised | None:
    """The grammar of a text column most of whose values too few rows share, or of a key.

    None where its values are learned as they are, and where they keep to no few shapes.
    """
    if not pa.types.is_string(column.arrow_type):
        return None
    texts = sample.drop_null()
    if len(texts) < 2 * min_entities or pc.max(pc.utf8_length(texts)).as_py() > _LONGEST:
        return None
    if not column.key and shared_values(texts, min_entities).covered >= LEARNABLE_SHARE:
        return None
    return _induced(column, texts, min_entities)


def parse(column: Column, wanted: str, sample: pa.Array, min_entities: int) -> Recognised | None:
    r"""The form of a name (``code``, ``uuid``, ``iban`` ...) or of an expression (``ORD-\d{6}``).

    None where it is neither; InputError where it does not fit the column.
    """
    if wanted not in NAMED_CODES and not any(c in wanted for c in "[]{}\\()"):
        return None
    if not pa.types.is_string(column.arrow_type):
        raise InputError(
            f"forms: column {column.name!r} is of type {column.type}, and {wanted!r} is a form of "
            "texts"
        )
    texts = sample.drop_null()
    if wanted in NAMED_CODES:
        return _named(column, wanted, texts, min_entities)
    grammar = grammar_of(wanted)
    _require_fit(column, wanted, grammar.read(texts)[0] >= 0)
    return _recognised(column, grammar, texts, min_entities)


def _named(column: Column, name: str, texts: pa.Array, min_entities: int) -> Recognised:
    code = NAMED_CODES[name]
    fits = pc.match_substring_regex(texts, code.expression)
    _require_fit(column, name, np.asarray(fits))
    own = texts.filter(fits)
    grammar = None
    if len(own) >= 2 * min_entities:
        grammar = induce(own, Induction(min_entities, key=column.key, check=code.check))
    if grammar is None:
        raise InputError(
            f"forms: column {column.name!r} shows no shape that {min_entities} rows share: give an "
            "expression such as [A-Z]{2}\\d{6}, or 'plain' for none"
        )
    return _recognised(column, grammar, texts, min_entities)


def _require_fit(column: Column, wanted: str, fits: np.ndarray) -> None:
    if len(fits) and fits.mean() < LEARNABLE_SHARE:
        raise InputError(
            f"forms: {1 - fits.mean():.0%} of the values of column {column.name!r} are not written "
            f"as {wanted!r}: correct it, or leave the column out of forms"
        )


def _induced(column: Column, texts: pa.Array, min_entities: int) -> Recognised | None:
    grammar = induce(texts, Induction(min_entities, key=column.key))
    if not column.key and _are_distinct(texts):
        counted = induce(texts, Induction(min_entities, key=True, checks=False))
        if counted is not None and _counts_on(counted, len(texts)):
            grammar = counted
    if column.key and grammar is not None and grammar.room < _ROOM_OF_KEY * len(texts):
        # What tells keys apart is more than what is free: prefix and number, day and number.
        whole = induce(texts, Induction(min_entities, key=True, fields=False))
        if whole is not None and whole.room > grammar.room:
            grammar = whole
    return None if grammar is None else _recognised(column, grammar, texts, min_entities)


def _recognised(column: Column, grammar: Grammar, texts: pa.Array, min_entities: int) -> Recognised:
    odd = int((grammar.read(texts)[0] < 0).sum())
    room = grammar.room
    form = CodeForm(
        column,
        grammar,
        unique=column.key or (_are_distinct(texts) and room >= _ROOM * len(texts)),
        absorbs=column.key or odd < max(min_entities, _ODD * len(texts)),
    )
    if not odd:
        return Recognised(form)
    what = "are written as the others are" if form.absorbs else "are made up by themselves"
    note = (
        f"{odd:,} of {len(texts):,} sampled values have no shape that enough rows share: "
        f"such values {what}"
    )
    return Recognised(form, (note,))


def _are_distinct(texts: pa.Array) -> bool:
    return len(texts) >= _UNIQUE_ROWS and pc.count_distinct(texts).as_py() == len(texts)


def _counts_on(grammar: Grammar, rows: int) -> bool:
    """Whether the texts number the rows: one shape, nearly every number of which is there."""
    sequences = [one for one in _numbers(grammar) if one.start is not None]
    if len(grammar.patterns) > 1 or len(sequences) != 1:
        return False
    bins = sequences[0].bins
    return bins[-1][1] - bins[0][0] < _DENSE * rows


def _numbers(grammar: Grammar) -> list[Number]:
    segments = (segment for pattern in grammar.patterns for segment in pattern.segments)
    return [segment for segment in segments if isinstance(segment, Number)]


_NAMES = ", ".join(NAMED_CODES)
FAMILY = Family(
    "codes",
    (CodeForm,),
    recognise,
    parse,
    f"a kind of code ({_NAMES}) or an expression such as ORD-\\d{{4}}-\\d{{6}}",
)
