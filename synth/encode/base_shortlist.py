"""Which products and sums of columns are worth a look: by variances alone, for all sets at once.

What is left of a target beside a base of fixed exponents, or signs, is a matter of the columns'
covariances. So no row is read again, however many sets there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.encode.computed_base import POWERS, PRODUCT

LEFT = 0.4  # of the target's deviation, at most: what is far wider in its tails is not told closely
EXACT = 1e-5  # less is no noise
EACH = 3  # bases a target and number of sources: some are rules that other searches find
KEPT = 12  # pairs of sources from which triples are made
POSITIVE = 0.75  # of the rows, for logarithms
SOME = 0.5  # of the rows hold a value
FAR = 1e100  # squares of larger numbers are beyond what floats hold


@dataclass(frozen=True)
class Base:
    """A base by the places of its columns."""

    target: int
    sources: tuple[int, ...]
    form: str
    powers: tuple[float, ...]


def shortlist(values: np.ndarray, valid: np.ndarray, form: str) -> list[Base]:
    """Bases beside which little is left, from ``(rows, columns)`` of numbers and where they are."""
    values, valid, places = _usable(values, valid, form)
    if len(places) < 2:
        return []
    # Of rows that differ variances need not fit together: what seems to leave nothing may be noise.
    least = EXACT if valid.all() else -1.0
    terms = _Terms(_covariance(values, valid), POWERS[form], least)
    found = []
    for own, place in enumerate(places):
        for at in terms.closest(own):
            sources = tuple(int(places[terms.column[term]]) for term in at)
            powers = tuple(float(terms.power[term]) for term in at)
            found.append(Base(int(place), sources, form, powers))
    return [base for base in found if _is_new(base)]


def _usable(
    values: np.ndarray, valid: np.ndarray, form: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values that can be added up, where they are, and the places of their columns.

    Of rows that have them all, where these are many: a quotient by 0 is missing, and what lies
    beside one is far from all others.
    """
    fits = (np.abs(values) < FAR) | ~valid
    if form == PRODUCT:
        there = valid & (values > 0)
        enough = there.sum(0) >= POSITIVE * np.maximum(valid.sum(0), 1)
        values = np.log(np.where(there, values, 1.0))
        fits, valid = fits & enough, there
    places = np.flatnonzero((valid.mean(0) >= SOME) & fits.all(0))
    values, valid = values[:, places], valid[:, places]
    complete = valid.all(1)
    if complete.mean() >= SOME:
        values, valid = values[complete], valid[complete]
    return values, valid, places


def _is_new(base: Base) -> bool:
    """Not a column as it is, nor a sum of one: these are pairs."""
    return len(base.sources) > 1 or (base.form == PRODUCT and base.powers != (1.0,))


def _covariance(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Of each two columns over the rows that have both."""
    there = valid.astype(np.float64)
    means = np.where(valid, values, 0.0).sum(0) / np.maximum(there.sum(0), 1)
    centred = np.where(valid, values - means, 0.0)
    covariance: np.ndarray = centred.T @ centred / np.maximum(there.T @ there, 1)
    return covariance


class _Terms:
    """Columns with each of the powers that they may have in a base."""

    def __init__(self, covariance: np.ndarray, powers: Sequence[float], least: float):
        self.least = least
        self.own, self.column = covariance, np.repeat(np.arange(len(covariance)), len(powers))
        self.power = np.tile(powers, len(covariance))
        scale = self.power[:, None] * self.power[None, :]
        self.covariance = covariance[self.column][:, self.column] * scale
        self.later = self.column[:, None] < self.column[None, :]

    def closest(self, target: int) -> list[tuple[int, ...]]:
        """The terms of bases that leave little of a target, the fewest terms first.

        A term more must leave less.
        """
        whole = self.own[target, target]
        if whole <= 0:
            return []
        # What a term leaves by itself, and what two or three leave less than the sum says.
        one = np.diag(self.covariance) - 2 * self.power * self.own[target, self.column]
        one = np.where(self.column == target, np.inf, one)
        two = np.where(self.later, one[:, None] + one[None, :] + 2 * self.covariance, np.inf)
        best = _lowest(two.ravel(), KEPT)
        pairs = [divmod(int(at), len(one)) for at in best]
        singles = [((int(at),), one[at]) for at in _lowest(one, EACH)]
        doubles = [((a, b), two[a, b]) for a, b in pairs]
        triples = self._third(one, doubles)
        found: list[tuple[int, ...]] = []
        for level in (singles, doubles, triples):
            left = [(at, np.sqrt(max(more + whole, 0.0) / whole)) for at, more in level]
            noisy = [(at, share) for at, share in left if self.least < share <= LEFT]
            found += [at for at, _ in sorted(noisy, key=lambda entry: entry[1])[:EACH]]
        return found

    def _third(
        self, one: np.ndarray, pairs: list[tuple[tuple[int, int], float]]
    ) -> list[tuple[tuple[int, ...], float]]:
        """The best third term for each of the pairs, each set once."""
        found: dict[tuple[int, ...], float] = {}
        for (a, b), left in pairs:
            more = left + one + 2 * (self.covariance[a] + self.covariance[b])
            used = (self.column == self.column[a]) | (self.column == self.column[b])
            more = np.where(used, np.inf, more)
            third = int(np.argmin(more))
            if np.isfinite(more[third]):
                found[tuple(sorted((a, b, third)))] = float(more[third])
        return list(found.items())


def _lowest(values: np.ndarray, number: int) -> np.ndarray:
    """The places of the lowest finite values, the lowest first."""
    number = min(number, len(values))
    places = np.argpartition(values, number - 1)[:number]
    places = places[np.argsort(values[places], kind="stable")]
    lowest: np.ndarray = places[np.isfinite(values[places])]
    return lowest
