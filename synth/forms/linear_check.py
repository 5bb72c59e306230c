"""Check digits that no named scheme explains: the sum of a value for each character, by its place.

Weights of whatever size, letters, Luhn's doubling and a check digit in the middle are all such sums
modulo a small number. They are found by elimination over the characters that a sample shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import gcd
from typing import Any

import numpy as np

# Each by its prime factors; a relation is known up to a factor, so that each may have its own.
MODULI: tuple[tuple[int, ...], ...] = ((11,), (2, 5), (97,), (23,), (2, 13), (31,), (37,), (7,))
_LARGE = 1_000_003  # a prime: what is related modulo it is so in any numbers
_SPARE = 64  # codes more than unknown values: by chance a relation holds in one of 2**64 cases
_MOST_UNKNOWN = 200
_FEWEST_PLACES = 5  # that a check digit depends on


@dataclass(frozen=True)
class LinearCheck:
    """The values of all characters of a code sum up to 0 modulo ``modulus``.

    ``values`` has by place the value of each character that was seen there. The characters at
    ``at``, one place or two, are those that make it so: ``right`` are the texts for each value that
    they may have to have, which are those that codes were seen to have (97, not 00).
    """

    modulus: int
    values: tuple[dict[str, int], ...]
    at: tuple[int, ...]
    right: tuple[tuple[str, ...], ...]

    @property
    def scheme(self) -> str:
        """What it is called."""
        return f"modulo {self.modulus}"

    def places(self, length: int) -> tuple[int, ...]:
        """Which letters and digits of a code of so many are checks."""
        return self.at if length == len(self.values) else ()

    def applied(self, characters: np.ndarray) -> np.ndarray:
        """The uint8 characters ``(rows, length)`` with the right ones in the places of the checks.

        Of several that are right what stood there decides.
        """
        written = characters.copy()
        drawn = characters[:, list(self.at)].astype(np.int64).sum(axis=1)
        residues = self._residues(characters)
        for residue, right in enumerate(self._right):
            rows = np.flatnonzero(residues == residue)
            written[np.ix_(rows, np.array(self.at))] = right[drawn[rows] % len(right)]
        return written

    def holds(self, characters: np.ndarray) -> np.ndarray:
        """Bool ``(rows,)``: which codes keep it."""
        total = self._residues(characters)
        for place in self.at:
            total += self._table[place][characters[:, place]]
        kept: np.ndarray = total % self.modulus == 0
        return kept

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        return {
            "modulus": self.modulus,
            "values": list(self.values),
            "at": list(self.at),
            "right": [list(texts) for texts in self.right],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LinearCheck:
        """The check as :meth:`to_json` wrote it."""
        right = tuple(map(tuple, data["right"]))
        return cls(data["modulus"], tuple(data["values"]), tuple(data["at"]), right)

    @cached_property
    def _table(self) -> np.ndarray:
        """int64 ``(places, 128)``: the value of each character, 0 of those that were not seen."""
        table = np.zeros((len(self.values), 128), np.int64)
        for place, values in enumerate(self.values):
            for character, value in values.items():
                table[place, ord(character)] = value
        return table

    def _residues(self, characters: np.ndarray) -> np.ndarray:
        """The sums of the other places."""
        total = np.zeros(len(characters), np.int64)
        for place in range(len(self.values)):
            if place not in self.at:
                total += self._table[place][characters[:, place]]
        residues: np.ndarray = total % self.modulus
        return residues

    @cached_property
    def _right(self) -> list[np.ndarray]:
        """``right`` by the value that the other places sum up to, as characters."""
        found = []
        for value in range(self.modulus):
            texts = self.right[-value % self.modulus]
            found.append(np.array([list(text.encode()) for text in texts], np.uint8))
        return found


def find_linear_check(characters: np.ndarray) -> LinearCheck | None:
    """The relation that all distinct codes ``(rows, length)`` keep, None where there is none."""
    codes = np.unique(characters, axis=0)
    levels = [np.unique(column) for column in codes.T]
    if not _may_be_checked(codes, levels):
        return None
    columns, names = _indicators(codes, levels)
    few = np.random.default_rng(0).permutation(len(codes))[: len(names) + 2 * _SPARE]
    free = _pivots(columns[few], _LARGE)
    rows, names = columns[few][:, free], [names[place] for place in free]
    for factors in MODULI:
        vectors = [_relation(rows, prime) for prime in factors]
        if any(vector is None for vector in vectors):
            continue
        values = _values(names, levels, factors, [v for v in vectors if v is not None])
        check = _check(values, codes, int(np.prod(factors)))
        if check is not None and check.holds(codes).all():
            return check
    return None


def _may_be_checked(codes: np.ndarray, levels: list[np.ndarray]) -> bool:
    varying = sum(len(level) > 1 for level in levels)
    unknown = sum(len(level) - 1 for level in levels)
    enough = unknown <= _MOST_UNKNOWN and len(codes) > unknown + _SPARE
    return enough and varying >= _FEWEST_PLACES and codes.max() < 128 and not _are_hex(levels)


def _are_hex(levels: list[np.ndarray]) -> bool:
    """Whether letters from A to F stand nearly everywhere: addresses and hashes have no checks."""
    letters = [level[level > ord("9")] & 0xDF for level in levels if len(level) > 1]
    mixed = sum(len(one) > 0 for one in letters)
    return 2 * mixed > len(letters) and all((one <= ord("F")).all() for one in letters)


def _indicators(
    codes: np.ndarray, levels: list[np.ndarray]
) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """``(columns, names)``: one of ones, and one for each character but the first of each place."""
    columns, names = [np.ones(len(codes), np.int64)], [(-1, 0)]
    for place, level in enumerate(levels):
        for character in level[1:]:
            columns.append((codes[:, place] == character).astype(np.int64))
            names.append((place, int(character)))
    return np.stack(columns, axis=1), names


def _eliminated(matrix: np.ndarray, prime: int) -> Iterator[tuple[int, np.ndarray]]:
    """Of each column that no earlier ones give its place; at the end the reduced matrix stands."""
    left, rank = matrix % prime, 0
    for place in range(matrix.shape[1]):
        rows = np.flatnonzero(left[rank:, place])
        if not len(rows):
            continue
        row = rank + int(rows[0])
        left[[rank, row]] = left[[row, rank]]
        left[rank] = left[rank] * pow(int(left[rank, place]), -1, prime) % prime
        others = np.flatnonzero(left[:, place])
        others = others[others != rank]
        left[others] = (left[others] - left[others, place][:, None] * left[rank]) % prime
        rank += 1
        yield place, left
        if rank == len(left):
            return


def _pivots(matrix: np.ndarray, prime: int) -> list[int]:
    return [place for place, _ in _eliminated(matrix, prime)]


def _relation(matrix: np.ndarray, prime: int) -> np.ndarray | None:
    """The one vector that the matrix takes to 0 modulo a prime; None for none or several."""
    pivots, reduced = [], matrix
    for place, left in _eliminated(matrix, prime):
        pivots.append(place)
        reduced = left
    free = sorted(set(range(matrix.shape[1])) - set(pivots))
    if len(free) != 1:
        return None
    vector = np.zeros(matrix.shape[1], np.int64)
    vector[free[0]] = 1
    vector[pivots] = -reduced[: len(pivots), free[0]] % prime
    return vector


def _values(
    names: list[tuple[int, int]],
    levels: list[np.ndarray],
    factors: tuple[int, ...],
    vectors: list[np.ndarray],
) -> list[dict[str, int]]:
    """By place the value of each character, modulo the product of the primes of the relations."""
    modulus = int(np.prod(factors))
    values = np.zeros(len(names), np.int64)
    for prime, vector in zip(factors, vectors, strict=True):
        rest = modulus // prime
        values += vector * rest * pow(rest, -1, prime)
    found: list[dict[str, int]] = [{chr(int(c)): 0 for c in level} for level in levels]
    for (place, character), value in zip(names, (values % modulus).tolist(), strict=True):
        if place < 0:  # the constant: part of the first place's values
            found[0] = {c: (v + value) % modulus for c, v in found[0].items()}
        else:
            old = found[place][chr(character)]
            found[place][chr(character)] = (old + value) % modulus
    return _with_other_digits(found, modulus)


def _with_other_digits(values: list[dict[str, int]], modulus: int) -> list[dict[str, int]]:
    """The values with those of digits that were not seen, where digits have a weight by place."""
    weights: list[tuple[int, int] | None] = []
    for one in values:
        digits = sorted(c for c in one if c.isdigit())
        if len(digits) < 2:
            weights.append(None)
            continue
        steps = [
            (one[b] - one[a]) * pow(int(b) - int(a), -1, modulus) % modulus
            for a, b in pairwise(digits)
            if gcd(int(b) - int(a), modulus) == 1
        ]
        if not steps or len(set(steps)) > 1:
            return values
        weights.append((steps[0], (one[digits[0]] - steps[0] * int(digits[0])) % modulus))
    found = []
    for one, weight in zip(values, weights, strict=True):
        others = (
            {}
            if weight is None
            else {str(digit): (weight[0] * digit + weight[1]) % modulus for digit in range(10)}
        )
        found.append({**others, **one})
    return found


def _check(values: list[dict[str, int]], codes: np.ndarray, modulus: int) -> LinearCheck | None:
    """The check with these values; None where no places can always hold it."""
    telling = [place for place, one in enumerate(values) if len(set(one.values())) > 1]
    if len(telling) < _FEWEST_PLACES:
        return None
    for at in _candidates(telling, values, modulus):
        seen = {bytes(row).decode() for row in np.unique(codes[:, at], axis=0)}
        right: list[list[str]] = [[] for _ in range(modulus)]
        for characters in product(*(values[place] for place in at)):
            pairs = zip(at, characters, strict=True)
            value = sum(values[place][character] for place, character in pairs) % modulus
            right[value].append("".join(characters))
        known = [[text for text in texts if text in seen] or texts for texts in right]
        if all(known):
            return LinearCheck(modulus, tuple(values), at, tuple(map(tuple, known)))
    return None


def _candidates(
    telling: list[int], values: list[dict[str, int]], modulus: int
) -> Iterator[tuple[int, ...]]:
    """Places that may hold the check: one of a character for each value, or else the last two."""
    for place in reversed(telling):
        if len(values[place]) == len(set(values[place].values())) == modulus:
            yield (place,)
    yield tuple(telling[-2:])
