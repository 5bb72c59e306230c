"""National identifiers of persons, and of companies in Brazil, by their shape and check digits.

Patterns are of the text in capitals without separators; where a number holds a date, its month and
day are part of the pattern. But for the dashes of an SSN no shape is so rare that it tells by
itself: check digits must, or rules that few random letters and digits keep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa

from synth.audit import national_checks as checks
from synth.audit.detector import Detector, Mask, by_characters, keeps

_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_TEN, _ELEVEN = 1 / 10, 1 / 11  # what passes one digit modulo ten, or eleven, by chance
# Of a national insurance number: letters that are not given out, at all or together.
_NINO = (
    r"(?:A[A-CEGHJ-NPR-TW-Z]|B[A-CEHJ-NPR-TW-Z]|[CEHJLMOPRSWXY][A-CEGHJ-NPR-TW-Z]"
    r"|G[ACEGHJ-MPR-TW-Z]|K[A-CEGHJ-MPR-TW-Z]|N[ACEGHJLMPRSW-Z]|T[A-CEGHJ-MPR-TW-Z]"
    r"|Z[A-CEGHJ-NPR-TW-Y])\d{6}[A-D]"
)
# Areas 000, 666 and those from 900, groups 00 and serials 0000 are not given out.
_AREA = r"(?:00[1-9]|0[1-9]\d|[1-578]\d\d|6[0-57-9]\d|66[0-57-9])"
_GROUP, _SERIAL = r"(?:0[1-9]|[1-9]\d)", r"(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})"


def _number(
    kind: str, pattern: str, length: int, check: Callable[[pa.Array], Mask], chance: float
) -> Detector:
    """A number of digits alone, which a whole-number column may hold as well."""
    return Detector(
        kind,
        pattern,
        (length, length),
        check=check,
        chance=chance,
        compact=True,
        telling=False,
        lengths=(length,),
    )


def _lettered(
    kind: str,
    pattern: str,
    digits: tuple[int, int],
    letters: tuple[int, int],
    check: Callable[[pa.Array], Mask] | None,
    chance: float,
    alike: str | None = None,
    lengths: tuple[int, ...] = (),
) -> Detector:
    return Detector(
        kind,
        pattern,
        digits,
        letters,
        check,
        chance,
        alike=alike,
        compact=True,
        telling=False,
        lengths=lengths,
    )


def _german_tax(texts: pa.Array) -> Mask:
    right: Mask = keeps("MOD 11,10")(texts) & by_characters(checks.german_tax_digits)(texts)
    return right


NATIONAL_IDENTIFIERS: tuple[Detector, ...] = (
    _lettered(
        "Italian codice fiscale",
        r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]",
        (0, 7),
        (9, 16),
        by_characters(checks.codice_fiscale_letter),
        1 / 26,
    ),
    _lettered(
        "Mexican CURP",
        r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d",
        (7, 8),
        (10, 11),
        by_characters(checks.curp_digit),
        _TEN,
    ),
    _lettered(
        "Chinese resident identity number",
        rf"[1-8]\d{{5}}(?:18|19|20)\d{{2}}{_MONTH_DAY}\d{{3}}[\dX]",
        (17, 18),
        (0, 1),
        keeps("MOD 11-2"),
        _ELEVEN,
        lengths=(18,),
    ),
    _lettered(
        "French social security number",
        r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{8}",
        (14, 15),
        (0, 1),
        by_characters(checks.french_key),
        1 / 97,
        lengths=(15,),
    ),
    _lettered(
        "Spanish NIF or NIE",
        r"\d{8}[A-HJ-NP-TV-Z]",
        (8, 8),
        (1, 1),
        by_characters(checks.nif_letter),
        1 / 23,
    ),
    _lettered(
        "Spanish NIF or NIE",
        r"[XYZ]\d{7}[A-HJ-NP-TV-Z]",
        (7, 7),
        (2, 2),
        by_characters(checks.nie_letter),
        1 / 23,
    ),
    _lettered(
        "UK national insurance number",
        _NINO,
        (6, 6),
        (3, 3),
        None,
        0.1,
        alike=r"[A-Z]{2}\d{6}[A-Z]",
    ),
    _lettered(  # the fourth letter says of what sort the holder is
        "Indian PAN",
        r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]",
        (4, 4),
        (6, 6),
        None,
        0.4,
        alike=r"[A-Z]{5}\d{4}[A-Z]",
    ),
    Detector(
        "US social security number",
        f"{_AREA}-{_GROUP}-{_SERIAL}",
        (9, 9),
        alike=r"\d{3}-\d{2}-\d{4}",
    ),
    Detector(
        "US social security number",
        f"{_AREA}{_GROUP}{_SERIAL}",
        (9, 9),
        alike=r"\d{9}",
        compact=True,
        lengths=(9,),
        by_name=True,
    ),
    _number("Brazilian CNPJ", r"\d{14}", 14, keeps("CNPJ"), 0.01),
    _number("Brazilian CPF", r"\d{11}", 11, keeps("CPF"), 0.01),
    _number("German tax number", r"[1-9]\d{10}", 11, _german_tax, _TEN),
    _number(
        "Belgian national number",
        rf"\d{{2}}{_MONTH_DAY}\d{{5}}",
        11,
        by_characters(checks.belgian_key),
        2 / 97,
    ),
    _number(
        "Polish PESEL",
        r"\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])\d{5}",
        11,
        by_characters(checks.weighted(1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1, modulus=10)),
        _TEN,
    ),
    _number(
        "Turkish identity number", r"[1-9]\d{10}", 11, by_characters(checks.kimlik_digits), 0.01
    ),
    _number("Indian Aadhaar number", r"[2-9]\d{11}", 12, keeps("Verhoeff"), _TEN),
    _number(
        "Japanese individual number", r"\d{12}", 12, by_characters(checks.my_number_digit), _TEN
    ),
    _number("Swiss social security number", r"756\d{10}", 13, keeps("EAN"), _TEN),
    Detector(
        "Swedish personnummer",
        rf"(?:18|19|20)?\d{{2}}{_MONTH_DAY}\d{{4}}",
        (10, 12),
        check=by_characters(checks.personnummer_digit),
        chance=_TEN,
        compact=True,
        telling=False,
        lengths=(10,),
    ),
    _number(
        "Dutch BSN",
        r"\d{9}",
        9,
        by_characters(checks.weighted(9, 8, 7, 6, 5, 4, 3, 2, -1, modulus=11)),
        _ELEVEN,
    ),
    # A French SIREN, which is a company's, has the same digit.
    replace(_number("Canadian SIN", r"[1-79]\d{8}", 9, keeps("Luhn"), _TEN), weak=True),
    _number(
        "Australian tax file number",
        r"\d{9}",
        9,
        by_characters(checks.weighted(1, 4, 3, 7, 5, 8, 6, 9, 10, modulus=11)),
        _ELEVEN,
    ),
)
