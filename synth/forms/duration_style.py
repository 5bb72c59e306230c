"""How a duration is written: P3DT4H, 3 days, 4:05:06, 2d 3h, 1 h 05 min."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_MOST_DIGITS = 9
_MOST = 2.0**62  # of the smallest unit


@dataclass(frozen=True)
class Component:
    """A number of one unit, with the text behind it: where the number is 1, and else.

    ``unit`` in the smallest units of the style; ``width``: digits at least, zeros in front. It is
    left out ``never``, where it is ``zero``, or where it is zero and so are all ``leading`` ones.
    """

    unit: int
    one: str
    many: str
    width: int = 1
    left_out: str = "never"


@dataclass(frozen=True)
class DurationStyle:
    """``head``, and components from the largest unit to the smallest, ``between`` two of which is
    a text. The first is unbounded, others carry.

    ``mark`` stands once before the components from ``marked`` on (the T of ISO 8601). The last has
    ``decimals``, as many as it needs where ``trimmed``, none where they are zeros if
    ``bare_whole``. It is always shown if no other is.
    """

    components: tuple[Component, ...]
    head: str = ""
    between: str = ""
    mark: str = ""
    marked: int = 0
    decimals: int = 0
    trimmed: bool = False
    bare_whole: bool = False

    def read(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """``(durations, read)``: int64 in the smallest units, and bool; read is what is written
        just so.
        """
        found = pc.extract_regex(array, self._expression)
        fits = np.asarray(found.is_valid())
        total, rough = np.zeros(len(array), np.int64), np.zeros(len(array))
        for place, component in enumerate(self.components):
            number = _whole(found.field(f"c{place}"), fits)
            rough += number.astype(np.float64) * component.unit
            total += number * component.unit
        if self.decimals:
            digits = pc.utf8_rpad(_filled(found.field("f"), fits), self.decimals, "0")
            total += np.asarray(digits.cast(pa.int64()))
        fits &= rough < _MOST
        same = pc.equal(self.write(np.where(fits, total, 0), fits), array)
        return total, fits & np.asarray(pc.fill_null(same, False))

    def write(self, durations: np.ndarray, valid: np.ndarray) -> pa.Array:
        """The texts of durations in the smallest units, null where not valid."""
        left = np.maximum(durations, 0)
        numbers = []
        for component in self.components:
            number, left = np.divmod(left, component.unit)
            numbers.append(number)
        rows = len(left)
        texts = pa.array([self.head] * rows, pa.string())
        before, marked = np.zeros(rows, bool), np.zeros(rows, bool)
        for place, shown in enumerate(self._shown(numbers, left)):
            signs = np.where(before & shown, self.between, "").astype(object)
            if self.mark and place >= self.marked:
                signs = signs + np.where(shown & ~marked, self.mark, "").astype(object)
                marked |= shown
            piece = self._piece(place, numbers[place], left)
            piece = pc.if_else(pa.array(shown), piece, "")
            texts = pc.binary_join_element_wise(
                texts, pa.array(signs, pa.string()), piece, pa.scalar("", pa.string())
            )
            before |= shown
        return pc.if_else(pa.array(valid), texts, pa.scalar(None, pa.string()))

    def words(self) -> str:
        """The style with a sign for each number: ``P#DT#H``."""
        shown = self.head
        for place, component in enumerate(self.components):
            sign = "0" * component.width if component.width > 1 else "#"
            if place == len(self.components) - 1 and self.decimals:
                sign += "." + ("#" if self.trimmed else "0") * self.decimals
            shown += self.between * (place > 0) + self.mark * (place == self.marked)
            shown += sign + component.many
        return shown

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {**asdict(self), "components": [asdict(one) for one in self.components]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DurationStyle:
        """What :meth:`to_json` wrote."""
        components = tuple(Component(**one) for one in data["components"])
        return cls(**{**data, "components": components})

    def _shown(self, numbers: list[np.ndarray], fraction: np.ndarray) -> list[np.ndarray]:
        """Of each component bool ``(rows,)``, where it is written."""
        found: list[np.ndarray] = []
        higher = np.zeros(len(fraction), bool)
        last = len(self.components) - 1
        for place, component in enumerate(self.components):
            positive = numbers[place] > 0
            if place == last:
                positive = positive | (fraction > 0)
            shown = np.ones(len(fraction), bool)
            if component.left_out != "never":
                shown = positive | (higher if component.left_out == "leading" else False)
            if place == last:
                shown = shown | ~np.any([*found, shown], axis=0)
            higher = higher | positive
            found.append(shown)
        return found

    def _piece(self, place: int, number: np.ndarray, fraction: np.ndarray) -> pa.Array:
        component = self.components[place]
        digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), component.width, "0")
        one = number == 1
        if self.decimals and place == len(self.components) - 1:
            behind = pc.utf8_lpad(pa.array(fraction).cast(pa.string()), self.decimals, "0")
            if self.trimmed:
                behind = pc.utf8_rtrim(behind, "0")
            if self.bare_whole:
                behind = pc.if_else(pa.array(fraction == 0), "", behind)
            bare = self.trimmed or self.bare_whole
            point = np.where(fraction > 0, ".", "" if bare else ".").astype(object)
            digits = pc.binary_join_element_wise(digits, pa.array(point, pa.string()), behind, "")
            one &= fraction == 0
        label = np.where(one, component.one, component.many).astype(object)
        return pc.binary_join_element_wise(digits, pa.array(label, pa.string()), "")

    @cached_property
    def _expression(self) -> str:
        """RE2 that fits all that may be written, and more: reading compares."""
        pieces = []
        for place, component in enumerate(self.components):
            label = "|".join(map(re.escape, dict.fromkeys((component.one, component.many))))
            decimals = ""
            if self.decimals and place == len(self.components) - 1:
                decimals = rf"(?:\.(?P<f>\d{{1,{self.decimals}}}))?"
            signs = f"(?:{re.escape(self.between)})?" + f"(?:{self.mark})?" * bool(self.mark)
            pieces.append(rf"(?:{signs}(?P<c{place}>\d{{1,{_MOST_DIGITS}}}){decimals}(?:{label}))?")
        return rf"\A{re.escape(self.head)}{''.join(pieces)}\z"


def _filled(texts: pa.Array, fits: np.ndarray) -> pa.Array:
    """The digits, 0 where there are none."""
    there = pc.and_(pa.array(fits), pc.greater(pc.fill_null(pc.utf8_length(texts), 0), 0))
    return pc.if_else(there, texts, "0")


def _whole(texts: pa.Array, fits: np.ndarray) -> np.ndarray:
    numbers: np.ndarray = np.asarray(_filled(texts, fits).cast(pa.int64()))
    return numbers
