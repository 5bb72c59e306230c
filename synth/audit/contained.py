"""Content that stands inside longer texts: the first thing in each that looks like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.audit.detector import Detector, Mask
from synth.audit.distinct_texts import DistinctTexts

_LEAST_LETTERS = 3  # with fewer there is nothing around what is looked for


@dataclass(frozen=True)
class Contained:
    """A ``detector`` for what the expression (RE2) ``cut`` finds in a text, not the whole of it.

    ``needs``: a text without it is not searched. A few rows are enough to tell: ``least`` is their
    share, ``values`` how many different texts there must be.
    """

    detector: Detector
    cut: str
    needs: str = ""
    least: float = 0.001
    values: int = 3

    weak: ClassVar[bool] = False
    by_name: ClassVar[bool] = False

    @property
    def kind(self) -> str:
        """The detector's own, in text."""
        return f"{self.detector.kind} in text"

    @property
    def identifying(self) -> bool:
        """Whether what is contained leads to one person."""
        return self.detector.identifying

    @property
    def telling(self) -> bool:
        """Whether the shape is evidence by itself."""
        return self.detector.telling

    @property
    def passing(self) -> float:
        """The share of the look-alikes that must pass."""
        return self.detector.passing

    @property
    def chance(self) -> float:
        """The share of random look-alikes that pass."""
        return self.detector.chance

    def look(self, texts: DistinctTexts) -> tuple[Mask, Mask]:
        """``(alike, matched)``: which texts hold something of the shape, and one that passes."""
        alike, matched = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
        if texts.from_numbers:
            return alike, matched
        possible = (texts.letters >= _LEAST_LETTERS) & (texts.digits >= self.detector.digits[0])
        if self.needs and possible.any():
            held = pc.match_substring(texts.texts.filter(pa.array(possible)), self.needs)
            possible[possible] = held
        places = np.flatnonzero(possible)
        if not len(places):
            return alike, matched
        searched = texts.texts.take(pa.array(places))
        found = pc.struct_field(pc.extract_regex(searched, f"(?P<found>{self.cut})"), "found")
        # What fills the whole text is the detector's own.
        part = np.asarray(
            pc.less(pc.binary_length(found), pc.binary_length(searched)).fill_null(False)
        )
        own_alike, own_matched = self.detector.look(DistinctTexts(found.filter(pa.array(part))))
        alike[places[part]], matched[places[part]] = own_alike, own_matched
        return alike, matched
