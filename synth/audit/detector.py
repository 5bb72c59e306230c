"""A detector: whether texts are of one kind of sensitive content, by shape and check digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.audit.distinct_texts import DistinctTexts
from synth.audit.kinds import is_identifying
from synth.forms.check_digits import SCHEMES
from synth.forms.texts import octets_of

Mask = np.ndarray  # bool, one for each text
LOST_ZEROS = 2  # leading zeros that a whole number may have lost


@dataclass(frozen=True)
class Detector:
    """How one ``kind`` of content is told from the values of a column.

    A text may be one only with so many ``digits`` and ``letters``, the least and the most, as many
    ``spaces``, and where it holds what it ``needs``. It must fit the ``pattern`` (RE2) as a whole:
    where ``compact``, in capitals without spaces, dots, dashes and slashes. What fits ``alike``,
    the pattern itself where there is none, is a look-alike. A ``check`` asks more; ``chance`` is
    the share of random look-alikes that pass.

    ``telling``: hardly anything else has this shape, so that it is evidence by itself. Without it a
    column is of this kind only where so many different values pass that chance cannot be why.
    Typing errors are few: ``passing`` is the share of the look-alikes that must pass.
    ``weak``: other things have the shape as well, and only a column's name makes sure. ``least`` is
    the share of the rows, ``values`` how many different ones, from which a column is of this kind.
    ``lengths``: the digits, the least and the most, of a whole number of this kind; where there is
    one length, leading zeros may be lost. ``by_name``: looked for only in columns of that name.
    """

    kind: str
    pattern: str
    digits: tuple[int, int]
    letters: tuple[int, int] = (0, 0)
    check: Callable[[pa.Array], Mask] | None = None
    chance: float = 1.0
    alike: str | None = None
    compact: bool = False
    spaces: int = 0
    needs: str = ""
    telling: bool = True
    weak: bool = False
    passing: float = 0.95
    least: float = 0.05
    values: int = 1
    lengths: tuple[int, ...] = ()
    by_name: bool = False

    @property
    def identifying(self) -> bool:
        """Whether a value leads to one person."""
        return is_identifying(self.kind)

    def look(self, texts: DistinctTexts) -> tuple[Mask, Mask]:
        """``(alike, matched)``: which texts have the shape, and which of them pass the check."""
        alike, matched = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
        places = np.flatnonzero(self._possible(texts))
        if not len(places):
            return alike, matched
        candidates = self._candidates(texts, places)
        shaped = fits(candidates, self.alike or self.pattern)
        alike[places[shaped]] = True
        right = shaped if self.alike is None else fits(candidates, self.pattern)
        if self.check is not None and right.any():
            right[right] = self.check(candidates.filter(pa.array(right)))
        matched[places[right]] = True
        return alike, matched

    def matches(self, texts: list[str]) -> Mask:
        """Which of the texts are of this kind."""
        return self.look(DistinctTexts(pa.array(texts, pa.string())))[1]

    def _possible(self, texts: DistinctTexts) -> Mask:
        if texts.from_numbers:
            lost = LOST_ZEROS if len(self.lengths) == 1 else 0
            least, most = (min(self.lengths) - lost, max(self.lengths)) if self.lengths else (1, 0)
            return texts.between((least, most), (0, 0))
        found = texts.between(self.digits, self.letters)
        if self.spaces:
            found &= texts.spaces >= self.spaces
        if self.needs and found.any():
            found[found] = pc.match_substring(texts.texts.filter(pa.array(found)), self.needs)
        return found

    def _candidates(self, texts: DistinctTexts, places: np.ndarray) -> pa.Array:
        own = texts.compact if self.compact and not texts.from_numbers else texts.texts
        taken = own.take(pa.array(places))
        padded = texts.from_numbers and len(self.lengths) == 1
        return pc.utf8_lpad(taken, self.lengths[0], "0") if padded else taken


def fits(texts: pa.Array, pattern: str) -> Mask:
    """Which texts the expression (RE2) fits as a whole."""
    return np.array(pc.match_substring_regex(texts, rf"\A(?:{pattern})\z"))


def by_characters(check: Callable[[np.ndarray], Mask]) -> Callable[[pa.Array], Mask]:
    """A check of texts by one of letters and digits, uint8 ``(rows, length)``, for each length."""

    def checked(texts: pa.Array) -> Mask:
        sizes = np.asarray(pc.binary_length(texts))
        found = np.zeros(len(texts), bool)
        for length in np.unique(sizes).tolist():
            own = sizes == length
            found[own] = check(octets_of(texts.filter(pa.array(own)), length))
        return found

    return checked


def keeps(scheme_name: str) -> Callable[[pa.Array], Mask]:
    """The check that a scheme of check digits is kept."""
    scheme = SCHEMES[scheme_name]

    def kept(characters: np.ndarray) -> Mask:
        places = list(scheme.places(characters.shape[1]))
        if not places:
            return np.zeros(len(characters), bool)
        right: Mask = (scheme.compute(characters) == characters[:, places]).all(axis=1)
        return right

    return by_characters(kept)
