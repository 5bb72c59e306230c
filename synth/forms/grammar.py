"""A grammar of codes: the patterns of a column's texts, read, drawn and written.

``ORD-2024-000123`` is a literal, a year (a *field*: few values, learned like a column) and free
digits. The same grammar is what a report tells of a column and what a simulation draws from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.pattern import Pattern, shortest
from synth.forms.texts import scattered
from synth.table.schema import arrow_type


@dataclass(frozen=True)
class Grammar:
    """The patterns of a column, most frequent first; none reads a text that another writes."""

    patterns: tuple[Pattern, ...]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels of the fields; patterns may share one."""
        return tuple(self.types)

    @cached_property
    def types(self) -> dict[str, str]:
        """The type of each field by its label."""
        return {field.label: field.type for pattern in self.patterns for field in pattern.fields}

    @property
    def room(self) -> int:
        """How many rows the pattern with most free texts tells apart."""
        return max(pattern.capacity for pattern in self.patterns)

    def read(self, texts: pa.Array) -> tuple[np.ndarray, dict[str, pa.Array]]:
        """``(pattern, fields)``: int64 ``(rows,)``, -1 where none fits, and what fields hold."""
        which = np.full(len(texts), -1, np.int64)
        pieces: dict[str, list[tuple[np.ndarray, pa.Array]]] = {label: [] for label in self.labels}
        left = np.flatnonzero(np.asarray(texts.is_valid()))
        for place, pattern in enumerate(self.patterns):
            if not len(left):
                break
            fits, values = pattern.read(texts.take(pa.array(left)))
            which[left[fits]] = place
            for field, value in zip(pattern.fields, values, strict=True):
                pieces[field.label].append((left[fits], value))
            left = left[~fits]
        return which, {
            label: scattered(found, len(texts), arrow_type(self.types[label]))
            for label, found in pieces.items()
        }

    def write(
        self,
        which: np.ndarray,
        fields: Mapping[str, pa.Array],
        rng: np.random.Generator,
        numbers: np.ndarray | None = None,
    ) -> pa.Array:
        """Texts of the patterns ``which`` (null where -1) with these values in the fields.

        Rows of different ``numbers`` differ, whatever else they hold. Those beyond what a pattern
        can tell apart are written in the pattern with most room, and beyond that are longer.
        """
        if numbers is not None:
            room = np.array([pattern.capacity for pattern in self.patterns], np.int64)
            which = np.where((which >= 0) & (numbers >= room[which]), np.argmax(room), which)
        pieces = []
        for place, pattern in enumerate(self.patterns):
            rows = np.flatnonzero(which == place)
            own = None if numbers is None else numbers[rows]
            within = np.ones(len(rows), bool) if own is None else own < pattern.capacity
            for at, beyond in ((rows[within], False), (rows[~within], True)):
                if not len(at):
                    continue
                given = {f.label: fields[f.label].take(pa.array(at)) for f in pattern.fields}
                counted = None if numbers is None else numbers[at]
                pieces.append((at, self._written(pattern, given, at, rng, counted, beyond)))
        return scattered(pieces, len(which))

    def _written(
        self,
        pattern: Pattern,
        given: Mapping[str, pa.Array],
        at: np.ndarray,
        rng: np.random.Generator,
        numbers: np.ndarray | None,
        beyond: bool,
    ) -> pa.Array:
        if numbers is None or not beyond:
            return pattern.write(given, len(at), rng, numbers)
        # Longer than any text within the shapes, so that it is none of them.
        times, left = np.divmod(numbers, pattern.capacity)
        lead = pa.array(times, pa.int64()).cast(pa.string())
        lead = pc.utf8_lpad(lead, self._longer(pattern), "0")
        return pattern.write(given, len(at), rng, left, lead)

    def _longer(self, pattern: Pattern) -> int:
        """How many characters make any text of a pattern longer than all within the shapes."""
        longest = max(one.longest for one in self.patterns)
        return max(longest - shortest(pattern.segments) + 1, 1)

    @property
    def unchecked(self) -> str | None:
        """The scheme of check digits that texts beyond the room lack; None where they have them."""
        roomiest = max(self.patterns, key=lambda pattern: pattern.capacity)
        if roomiest.check is None or roomiest.checked_at(self._longer(roomiest)):
            return None
        return roomiest.check.scheme

    def draw(self, rows: int, rng: np.random.Generator) -> pa.Array:
        """Texts by the shares of patterns and fields, each drawn by itself: a simulation's."""
        share = np.array([pattern.rows for pattern in self.patterns], np.float64)
        which = rng.choice(len(self.patterns), rows, p=share / share.sum())
        pieces = []
        for place, pattern in enumerate(self.patterns):
            at = np.flatnonzero(which == place)
            given = {field.label: field.draw(len(at), rng) for field in pattern.fields}
            pieces.append((at, pattern.write(given, len(at), rng)))
        return scattered(pieces, rows)

    def describe(self, *, hidden: bool = False) -> str:
        """The patterns that most rows have, in words; ``hidden`` shows no text of the seed."""
        shown = [pattern.describe(hidden=hidden) for pattern in self.patterns[:3]]
        more = len(self.patterns) - len(shown)
        return " or ".join(shown) + (f" or one of {more} more shapes" if more else "")

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        return {"patterns": [pattern.to_json() for pattern in self.patterns]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Grammar:
        """The grammar as :meth:`to_json` wrote it."""
        return cls(tuple(Pattern.from_json(pattern) for pattern in data["patterns"]))
