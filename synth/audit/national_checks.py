"""Check digits of national identifiers, as the states publish them.

Each check sees capitals and digits without separators, uint8 ``(rows, length)``, which fit the
identifier's pattern, and says which rows keep it. Schemes that other codes have as well are
:data:`synth.forms.check_digits.SCHEMES`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Mask = np.ndarray  # bool (rows,)
_NIF = np.frombuffer(b"TRWAGMYFPDXBNJZSQVHLCKE", np.uint8)  # Orden EHA/451/2008
_DIGITS_AT_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)  # Decreto ministeriale 12 marzo 1974
_LETTERS_AT_ODD = (*_DIGITS_AT_ODD, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_AT_ODD = np.array((*_DIGITS_AT_ODD, *_LETTERS_AT_ODD))


def _values(characters: np.ndarray) -> np.ndarray:
    """0 to 9 of digits, 10 to 35 of capitals; int64."""
    found = characters.astype(np.int64)
    return np.where(found <= ord("9"), found - ord("0"), found - ord("A") + 10)


def _number(values: np.ndarray) -> np.ndarray:
    """The number that digits ``(rows, up to 18)`` write."""
    powers = 10 ** np.arange(values.shape[1])[::-1]
    number: np.ndarray = values @ powers
    return number


def german_tax_digits(characters: np.ndarray) -> Mask:
    """§ 139b AO: of the first ten digits one occurs two or three times, no other twice."""
    values = _values(characters)[:, :10]
    counts = (values[:, :, None] == np.arange(10)).sum(axis=1)
    once = (counts <= 1).sum(axis=1) == 9
    right: Mask = once & np.isin(counts.max(axis=1), (2, 3))
    return right


def french_key(characters: np.ndarray) -> Mask:
    """The NIR's key: 97 less the remainder of thirteen digits; Corsica's 2A is 19, 2B 18."""
    values = _values(characters)
    letters = values[:, 6]
    department = np.where(letters == 10, 9, np.where(letters == 11, 8, letters))
    department_first = np.where(letters > 9, 1, values[:, 5])
    digits = values.copy()
    digits[:, 5], digits[:, 6] = department_first, department
    right: Mask = _number(digits[:, 13:]) == 97 - _number(digits[:, :13]) % 97
    return right


def nie_letter(characters: np.ndarray) -> Mask:
    """The letter of a NIE: X, Y, Z count as 0, 1, 2, then as of a NIF."""
    digits = characters.copy()
    digits[:, 0] = digits[:, 0] - ord("X") + ord("0")
    return nif_letter(digits)


def nif_letter(characters: np.ndarray) -> Mask:
    """The letter of a Spanish NIF: the number modulo 23."""
    right: Mask = _NIF[_number(_values(characters[:, :8])) % 23] == characters[:, 8]
    return right


def codice_fiscale_letter(characters: np.ndarray) -> Mask:
    """The letter of a codice fiscale: worths of odd and even places, modulo 26."""
    values = _values(characters)
    even = np.where(values > 9, values - 10, values)
    total = _AT_ODD[values[:, 0:15:2]].sum(axis=1) + even[:, 1:15:2].sum(axis=1)
    right: Mask = total % 26 == even[:, 15]
    return right


def weighted(*weights: int, modulus: int) -> Callable[[np.ndarray], Mask]:
    """The check that the weighted sum of all digits is a multiple of the modulus."""

    def is_zero(characters: np.ndarray) -> Mask:
        right: Mask = _values(characters) @ np.array(weights) % modulus == 0
        return right

    return is_zero


def personnummer_digit(characters: np.ndarray) -> Mask:
    """A Swedish personnummer's digit, whether the century is written or not."""
    values = _values(characters)[:, -10:]
    worth = values * np.array([2, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    right: Mask = (worth - 9 * (worth > 9)).sum(axis=1) % 10 == 0
    return right


def kimlik_digits(characters: np.ndarray) -> Mask:
    """T.C. kimlik: the tenth digit by odd and even places, the eleventh by the sum of all."""
    values = _values(characters)
    odd, even = values[:, 0:9:2].sum(axis=1), values[:, 1:8:2].sum(axis=1)
    tenth = (7 * odd - even) % 10 == values[:, 9]
    right: Mask = tenth & (values[:, :10].sum(axis=1) % 10 == values[:, 10])
    return right


def my_number_digit(characters: np.ndarray) -> Mask:
    """My Number: weights 2 to 7 from the right, modulo 11; a remainder below 2 gives 0."""
    values = _values(characters)
    remainder = values[:, :11] @ np.array([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    right: Mask = np.where(remainder < 2, 0, 11 - remainder) == values[:, 11]
    return right


def belgian_key(characters: np.ndarray) -> Mask:
    """97 less the remainder of nine digits, with a 2 in front for births since 2000."""
    values = _values(characters)
    number, key = _number(values[:, :9]), _number(values[:, 9:])
    right: Mask = (97 - number % 97 == key) | (97 - (2 * 10**9 + number) % 97 == key)
    return right


def curp_digit(characters: np.ndarray) -> Mask:
    """The last digit of a CURP: weights 18 to 2, and Ñ counts as a letter though none has it."""
    values = _values(characters)
    worth = np.where(values > 23, values + 1, values)  # Ñ stands behind N
    right: Mask = -(worth[:, :17] @ np.arange(18, 1, -1)) % 10 == values[:, 17]
    return right
