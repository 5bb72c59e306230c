"""Every kind of content that values tell, the most specific first."""

from __future__ import annotations

import pyarrow as pa

from synth.audit.contained import Contained
from synth.audit.detector import Detector, Mask, fits, keeps
from synth.audit.distinct_texts import MOST
from synth.audit.names_and_places import FIRST_NAME, PERSON, POSTAL_ADDRESS
from synth.audit.national_identifiers import NATIONAL_IDENTIFIERS

_DOMAIN = r"[A-Za-z0-9\p{L}](?:[A-Za-z0-9\p{L}-]*\.)+[A-Za-z]{2,}"
_MAILBOX = r"[A-Za-z0-9\p{L}!#$%&'*+/=?^_`{|}~-][A-Za-z0-9\p{L}.!#$%&'*+/=?^_`{|}~-]*"
# Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro.
_ISSUED = (
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|62\d{14,17}|(?:50(?:18|20|38)|58\d\d|6304|67\d\d)\d{8,15}"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_LATITUDE = r"[-+]?(?:90\.0{3,}|[0-8]?\d\.\d{3,})"  # three decimals are a hundred metres
_LONGITUDE = r"[-+]?(?:180\.0{3,}|(?:1[0-7]\d|\d?\d)\.\d{3,})"
# A long-distance prefix with a break behind it; an area in brackets; North America's three parts;
# mobile numbers of China. Two digits at least stand between breaks.
_NATIONAL = (
    r"0[1-9]\d{0,4}(?:[ ./-]{1,3}\d{2,}){1,4}"
    r"|\(0?[1-9]\d{0,4}\)[ ./-]?\d{2,5}(?:[ ./-]?\d{2,5}){1,2}"
    r"|(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]{1,3}\d{3}[ .-]\d{4}|1[3-9]\d[ -]\d{4}[ -]\d{4}"
)


def _no_postcode(texts: pa.Array) -> Mask:
    """A ZIP+4 of New England looks like a number behind a long-distance prefix."""
    return ~fits(texts, r"\d{5}-\d{4}")


def _no_version(texts: pa.Array) -> Mask:
    """The parts of a version (2.10.0.1) are small, those of an address hardly ever all."""
    return ~fits(texts, r"1?\d(?:\.1?\d){3}")


EMAIL = Detector("e-mail address", rf"{_MAILBOX}@{_DOMAIN}", (0, MOST), (3, MOST), needs="@")
IBAN = Detector(
    "IBAN",
    r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}",
    (8, 32),
    (2, 26),
    keeps("IBAN"),
    0.01,
    compact=True,
    telling=False,
)
CARD = Detector(
    "payment card number",
    _ISSUED,
    (12, 19),
    check=keeps("Luhn"),
    chance=0.1,
    compact=True,
    telling=False,
    lengths=(13, 19),
)
PHONE = Detector("telephone number", r"(?:\+[1-9]|00[1-9]\d{0,2}[ ./-])[\d ()./-]{6,24}", (8, 17))
_SSN = next(own for own in NATIONAL_IDENTIFIERS if own.kind == "US social security number")

DETECTORS: tuple[Detector, ...] = (
    EMAIL,
    Detector("URL", r"(?i:https?://|www\.)\S+", (0, MOST), (4, MOST), needs="."),
    IBAN,
    *NATIONAL_IDENTIFIERS,
    CARD,
    Detector(
        "vehicle number",
        r"[A-HJ-NPR-Z0-9]{12}[0-9]{5}|[A-HJ-NPR-Z0-9]{13}[0-9]{4}",
        (5, 16),
        (1, 12),
        keeps("VIN"),
        1 / 11,
        compact=True,
        telling=False,
    ),
    Detector(
        "vehicle number",
        r"[A-HJ-NPR-Z0-9]{17}",
        (3, 16),
        (1, 14),
        compact=True,
        by_name=True,
    ),
    Detector("MAC address", r"(?i:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})", (0, 11), (1, 12), least=0.5),
    Detector(
        "IP address",
        rf"(?:{_OCTET}\.){{3}}{_OCTET}",
        (4, 12),
        check=_no_version,
        least=0.5,
        passing=0.6,
    ),
    Detector(
        "IP address",
        r"(?i:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})",
        (1, 32),
        (0, 32),
        needs=":",
    ),
    Detector(
        "geographic coordinates",
        rf"[(\[]?{_LATITUDE} ?[,; ] ?{_LONGITUDE}[)\]]?",
        (8, 40),
        needs=".",
        least=0.5,
        values=3,
    ),
    Detector(
        "geographic coordinates",
        rf"(?i:(?:SRID=\d+;)?POINT ?\({_LONGITUDE} {_LATITUDE}\))",
        (8, 48),
        (5, 9),
        needs=".",
        least=0.5,
    ),
    PHONE,
    Detector(
        "telephone number",
        _NATIONAL,
        (9, 12),
        check=_no_postcode,
        weak=True,
        passing=0.6,
        least=0.5,
        values=8,
    ),
    Detector("telephone number", r"\+?[\d ()./-]{6,25}", (6, 15), lengths=(7, 15), by_name=True),
    POSTAL_ADDRESS,
    PERSON,
    FIRST_NAME,
)
CONTAINED: tuple[Contained, ...] = (
    Contained(EMAIL, rf"{_MAILBOX}@{_DOMAIN}", needs="@"),
    Contained(IBAN, r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    Contained(CARD, r"\b\d{4}(?:[ -]?\d{4}){2}(?:[ -]?\d{1,7})\b"),
    Contained(PHONE, r"\+[1-9][\d ()./-]{6,22}\d\b", needs="+"),
    Contained(_SSN, r"\b\d{3}-\d{2}-\d{4}\b", needs="-"),
)
LOOKS: tuple[Detector | Contained, ...] = (*DETECTORS, *CONTAINED)
