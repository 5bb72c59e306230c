"""Check digits: which scheme a sample of codes keeps, and what it asks of a code.

A scheme sees the letters and digits of a code as uint8 characters ``(rows, length)``, without what
separates them, and gives those that belong at its places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_CHANCE = 1e-12  # codes without check digits pass a scheme with less than this probability
_NO_TENS = 1e-3  # probability that so many codes have no X by chance
_FIRST = 256  # codes that are looked at before all are
_EXACT = 6  # places at two digits each, after which a remainder still fits 64 bits
_NINE = ord("9")
_NIF = np.frombuffer(b"TRWAGMYFPDXBNJZSQVHLCKE", np.uint8)  # Orden EHA/451/2008


_VIN = np.array([*range(10), *(int(c) for c in "12345678012345070923456789")])
_TURN = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])


def _dihedral() -> np.ndarray:
    """The multiplication of turns (0 to 4) and turned reflections (5 to 9) of a pentagon."""
    one, other = np.divmod(np.arange(10), 5), np.divmod(np.arange(10), 5)
    (flipped, turned), (flips, turns) = one, other
    sign = np.where(flipped[:, None] == 1, -1, 1)
    turn = (turned[:, None] + sign * turns[None, :]) % 5
    product: np.ndarray = (flipped[:, None] ^ flips[None, :]) * 5 + turn
    return product


def _powers() -> np.ndarray:
    """The permutation of Verhoeff's by the place from the right: it repeats after eight."""
    found = [np.arange(10)]
    for _ in range(7):
        found.append(_TURN[found[-1]])
    return np.stack(found)


_DIHEDRAL, _VERHOEFF = _dihedral(), _powers()


@dataclass(frozen=True)
class Scheme:
    """``places(length)`` are those of the check characters, none where the length is not the
    scheme's; ``chance`` is the share of random codes that pass.
    """

    name: str
    chance: float
    places: Callable[[int], tuple[int, ...]]
    compute: Callable[[np.ndarray], np.ndarray]
    digits_only: bool = True


@dataclass(frozen=True)
class Check:
    """A scheme that starts after ``skip`` letters and digits (the country of a VAT number)."""

    scheme: str
    skip: int = 0

    def places(self, length: int) -> tuple[int, ...]:
        """Which letters and digits of a code of so many are checks."""
        return tuple(self.skip + place for place in SCHEMES[self.scheme].places(length - self.skip))

    def applied(self, characters: np.ndarray) -> np.ndarray:
        """The characters ``(rows, length)`` with the right ones in the places of the checks."""
        written = characters.copy()
        scheme, places = SCHEMES[self.scheme], self.places(characters.shape[1])
        written[:, list(places)] = scheme.compute(characters[:, self.skip :])
        return written

    def to_json(self) -> dict[str, Any]:
        """The scheme and where it starts."""
        return {"scheme": self.scheme, "skip": self.skip}


def find_check(characters: np.ndarray) -> Check | None:
    """The scheme that all distinct codes ``(rows, length)`` of a sample keep, None if none does."""
    if characters.shape[1] < 6:
        return None
    if len(characters) > _FIRST and find_check(characters[:_FIRST]) is None:
        return None
    codes = np.unique(characters, axis=0)
    is_digit: np.ndarray = np.asarray((codes >= ord("0")) & (codes <= _NINE))
    if not ((codes >= ord("0")) & (codes < 0x7F)).all():
        return None
    letters = ~is_digit.all(axis=0)
    skip = int(np.argmin(letters)) if letters.any() and not letters.all() else 0
    for start in dict.fromkeys((0, skip)):
        for scheme in SCHEMES.values():
            if _passes(codes[:, start:], is_digit[:, start:], scheme):
                return Check(scheme.name, start)
    return None


def _passes(codes: np.ndarray, is_digit: np.ndarray, scheme: Scheme) -> bool:
    places = list(scheme.places(codes.shape[1]))
    if not places or scheme.chance ** len(codes) > _CHANCE:
        return False
    others = np.ones(codes.shape[1], bool)
    others[places] = False
    if scheme.digits_only and not is_digit[:, others].all():
        return False
    right = scheme.compute(codes)
    if not bool((right == codes[:, places]).all()):
        return False
    # Where ten is written X, one code in eleven ends so; where it never is, ten is avoided.
    tens = (10 / 11) ** len(codes) > _NO_TENS or (right == ord("X")).any()
    return scheme.chance != 1 / 11 or bool(tens)


def _values(characters: np.ndarray) -> np.ndarray:
    """0 to 9 of digits, 10 to 35 of letters; int64."""
    found = np.asfortranarray(characters).astype(np.int64)  # schemes go place by place
    return np.where(found <= _NINE, found - ord("0"), (found & 0xDF) - ord("A") + 10)


def _digit(values: np.ndarray) -> np.ndarray:
    """The characters of values 0 to 9, X for 10; ``(rows, 1)``."""
    found = np.where(values == 10, ord("X"), values + ord("0"))
    return found.astype(np.uint8)[:, None]


def _two_digits(values: np.ndarray) -> np.ndarray:
    return np.concatenate([_digit(values // 10), _digit(values % 10)], axis=1)


def _luhn(characters: np.ndarray) -> np.ndarray:
    """ISO/IEC 7812-1, annex B; a letter counts as its two digits, as in an ISIN (ISO 6166)."""
    values = _values(characters)
    total = np.zeros(len(values), np.int64)
    twice = np.ones(len(values), bool)
    for place in range(values.shape[1] - 2, -1, -1):
        letter = values[:, place] > 9
        for figure, shown in ((values[:, place] % 10, None), (values[:, place] // 10, letter)):
            worth = np.where(twice, figure * 2, figure)
            worth = np.where(worth > 9, worth - 9, worth)
            total += worth if shown is None else np.where(shown, worth, 0)
            twice = ~twice if shown is None else np.where(shown, ~twice, twice)
    return _digit(-total % 10)


def _gs1(characters: np.ndarray) -> np.ndarray:
    """EAN, UPC, ISBN-13, SSCC (GS1 General Specifications, 7.9): weights 3 and 1 from the right."""
    values = _values(characters)[:, :-1]
    weights = np.where(np.arange(values.shape[1])[::-1] % 2 == 0, 3, 1)
    return _digit(-(values @ weights) % 10)


def _falling(characters: np.ndarray) -> np.ndarray:
    """ISBN-10 and ISSN (ISO 2108, ISO 3297): weights fall to 1, the sum is 0 modulo 11."""
    values = _values(characters)[:, :-1]
    weights = np.arange(values.shape[1] + 1, 1, -1)
    return _digit(-(values @ weights) % 11)


def _remainder(values: np.ndarray, modulus: int) -> np.ndarray:
    """The remainder of the number that digits, and letters as two digits, write."""
    found = np.zeros(len(values), np.int64)
    digits: np.ndarray = np.all(values <= 9, axis=0)
    for place in range(values.shape[1]):
        worth = values[:, place]
        tens = 10 if digits[place] else np.where(worth > 9, 100, 10)
        found = found * tens + worth
        if place % _EXACT == _EXACT - 1:
            found %= modulus
    return found % modulus


def _iban(characters: np.ndarray) -> np.ndarray:
    """ISO 13616: the country and 00 behind the rest, 98 less the remainder modulo 97."""
    values = _values(characters)
    zeros = np.zeros((len(values), 2), np.int64)
    turned = np.concatenate([values[:, 4:], values[:, :2], zeros], axis=1)
    return _two_digits(98 - _remainder(turned, 97))


def _mod_97_10(characters: np.ndarray) -> np.ndarray:
    """ISO/IEC 7064, MOD 97-10, as in an LEI (ISO 17442): two digits behind."""
    values = _values(characters)[:, :-2]
    zeros = np.zeros((len(values), 2), np.int64)
    return _two_digits(98 - _remainder(np.concatenate([values, zeros], axis=1), 97))


def _mod_11_10(characters: np.ndarray) -> np.ndarray:
    """ISO/IEC 7064, MOD 11,10, as in German tax and VAT numbers."""
    values = _values(characters)
    product = np.full(len(values), 10)
    for place in range(values.shape[1] - 1):
        total = (values[:, place] + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return _digit((11 - product) % 10)


def _mod_11_2(characters: np.ndarray) -> np.ndarray:
    """ISO/IEC 7064, MOD 11-2, as in an ORCID; 10 is X."""
    values = _values(characters)
    total = np.zeros(len(values), np.int64)
    for place in range(values.shape[1] - 1):
        total = (total + values[:, place]) * 2 % 11
    return _digit((12 - total) % 11)


def _cpf(characters: np.ndarray) -> np.ndarray:
    """The two digits of a Brazilian CPF: sums modulo 11, a 10 is written 0."""
    values = _values(characters)[:, :9]
    first = values @ np.arange(1, 10) % 11 % 10
    second = (values @ np.arange(0, 9) + first * 9) % 11 % 10
    return np.concatenate([_digit(first), _digit(second)], axis=1)


def _cnpj(characters: np.ndarray) -> np.ndarray:
    """The two digits of a Brazilian CNPJ: sums modulo 11, a 10 is written 0."""
    values = _values(characters)[:, :12]
    weights = np.array([6, 7, 8, 9, 2, 3, 4, 5, 6, 7, 8, 9])
    first = values @ weights % 11 % 10
    second = (values @ np.r_[5, weights[:-1]] + first * 9) % 11 % 10
    return np.concatenate([_digit(first), _digit(second)], axis=1)


def _container(characters: np.ndarray) -> np.ndarray:
    """Freight containers (ISO 6346): powers of two, letters without multiples of 11, modulo 11."""
    values = _values(characters)[:, :10]
    letters = values + (values > 10) + (values > 20) + (values > 30)
    worth = np.where(values > 9, letters, values)
    return _digit(worth @ 2 ** np.arange(10) % 11 % 10)


def _vin(characters: np.ndarray) -> np.ndarray:
    """The ninth place of a vehicle's number (49 CFR 565.15): weights, letters as digits, mod 11."""
    values = _VIN[_values(characters)]
    weights = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2])
    return _digit(values @ weights % 11)


def _verhoeff(characters: np.ndarray) -> np.ndarray:
    """Verhoeff's digit (1969), as in an Aadhaar: the dihedral group of ten elements."""
    values = _values(characters)[:, :-1]
    check = np.zeros(len(values), np.int64)
    for place in range(values.shape[1]):
        power = (place + 1) % 8
        check = _DIHEDRAL[check, _VERHOEFF[power][values[:, -1 - place]]]
    return _digit(np.argmax(_DIHEDRAL[check] == 0, axis=1))


def _nif(characters: np.ndarray) -> np.ndarray:
    """The letter of a Spanish NIF: the number modulo 23."""
    letters: np.ndarray = _NIF[_remainder(_values(characters)[:, :8], 23)]
    return letters[:, None]


def _last(*lengths: int) -> Callable[[int], tuple[int, ...]]:
    return lambda length: (length - 1,) if length in lengths else ()


SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme("IBAN", 0.01, lambda n: (2, 3) if 15 <= n <= 34 else (), _iban, digits_only=False),
        Scheme("CNPJ", 0.01, lambda n: (12, 13) if n == 14 else (), _cnpj),
        Scheme("VIN", 1 / 11, lambda n: (8,) if n == 17 else (), _vin, digits_only=False),
        Scheme("ISO 6346", 0.1, _last(11), _container, digits_only=False),
        Scheme("CPF", 0.01, lambda n: (9, 10) if n == 11 else (), _cpf),
        Scheme(
            "MOD 97-10",
            0.01,
            lambda n: (n - 2, n - 1) if n >= 8 else (),
            _mod_97_10,
            digits_only=False,
        ),
        Scheme("NIF", 1 / 23, _last(9), _nif),
        Scheme("ISBN-10 or ISSN", 1 / 11, _last(8, 10), _falling),
        Scheme("MOD 11-2", 1 / 11, _last(16, 18), _mod_11_2),
        Scheme("EAN", 0.1, _last(8, 12, 13, 14, 18), _gs1),
        Scheme("Luhn", 0.1, lambda n: (n - 1,) if n >= 8 else (), _luhn, digits_only=False),
        Scheme("Verhoeff", 0.1, _last(*range(8, 20)), _verhoeff),
        Scheme("MOD 11,10", 0.1, _last(9, 11), _mod_11_10),
    )
}
