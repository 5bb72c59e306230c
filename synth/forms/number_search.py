"""In which style the numbers of a sample are written as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pyarrow as pa

from synth.forms.number_style import (
    BEFORE,
    BEHIND_PREFIX,
    INSIDE,
    PARENTHESES,
    TRAILING,
    FloatStyle,
    NumberStyle,
)
from synth.table.values import INT64_DIGITS

MOST_ROWS = 4_000  # of a sample that are looked at one by one
COVERED = 0.995  # of the numbers have as many digits at most; longer ones stay texts
MOST_DECIMALS = 9  # with more, that differ by row, it is a float that someone printed
MOST_AFFIX, MOST_AFFIXES = 15, 30  # characters; different texts around the numbers of a column
# Thousands sign and decimal sign, Indian groups; where two read the same, the first is taken.
Convention = tuple[str, str, bool]
CONVENTIONS: tuple[Convention, ...] = (
    ("", ".", False), ("", ",", False), (",", ".", False), (".", ",", False), ("'", ".", False),
    ("’", ".", False), (" ", ",", False), (" ", ".", False), ("\u00a0", ",", False),
    ("\u202f", ",", False), ("\u00a0", ".", False), ("\u202f", ".", False), ("'", ",", False),
    ("’", ",", False), (",", ".", True),
)  # fmt: skip
_CORE = re.compile(r"(?:\d(?:[\d.,'’\u00a0\u202f ]*\d)?|[.,]\d+)")
_EXPONENT = re.compile(r"[eE][+-]?\d{1,3}")
_WHOLE_ENDS = (",-", ",–", ".-", ".–")  # 12,- stands for 12,00
_MINUS = re.compile(r"[-−]\s?")
_CURRENCY_SIGNS = "€$£¥₹₽₺₩₪₫฿₴₦₱"
_CURRENCY_WORDS = (
    "EUR USD GBP CHF JPY CNY INR RUB TRY KRW ILS SEK NOK DKK PLN CZK HUF RON BGN BRL MXN ARS CLP "
    "COP ZAR AUD NZD CAD SGD HKD THB IDR MYR PHP VND AED SAR EGP NGN KES UAH kr Kr Rs Rs. Fr. Fr "
    "zł Kč Ft lei лв S/ RMB ca. approx."
)
_QUOTES = "'\""  # that keep a spreadsheet from reading a number
_COUNTRIES = frozenset({"A", "C", "R", "S", "US", "CA", "AU", "NZ", "HK"})  # before a dollar sign
_CURRENCIES = frozenset(_CURRENCY_WORDS.split())
_MARKS = frozenset({"~", "≈", "<", ">", "≤", "≥", "±", "<=", ">="})


class Cut(NamedTuple):
    """One text: its number as it stands there, its sign, and what is before and behind."""

    core: str
    sign: str  # where the minus or the parentheses stand, "+" before, or ""
    minus: str
    prefix: str
    suffix: str


@dataclass(frozen=True)
class FoundStyle:
    """The style of a column, and whether points and commas could as well be read the other way."""

    style: NumberStyle | FloatStyle
    ambiguous: bool = False


def search(
    sample: pa.Array, min_entities: int, conventions: Sequence[Convention] = CONVENTIONS
) -> FoundStyle | None:
    """The style of most texts of a sample, by one of some conventions; None where there is none."""
    return search_texts(rows_of(sample), min_entities, conventions)


def search_texts(
    texts: Counter[str], min_entities: int, conventions: Sequence[Convention] = CONVENTIONS
) -> FoundStyle | None:
    """:func:`search` of texts with their numbers of rows."""
    if not texts:
        return None
    cuts = {text: cut(text) for text in texts}
    counts = Counter({one: 0 for one in cuts.values() if one})
    exponents = 0
    for text, n in texts.items():
        one = cuts[text]
        exponents += n if one and _EXPONENT.fullmatch(one.suffix) else 0
        if one:
            counts[one] += n
    if exponents >= 0.01 * texts.total():
        return FoundStyle(_float_style(texts))
    affixes = _affixes(counts, min_entities)
    counts = Counter({o: n for o, n in counts.items() if (o.prefix, o.suffix) in affixes})
    return _style(counts, affixes, conventions) if counts else None


def conventions_of(example: str) -> tuple[Convention, ...]:
    """The conventions by which a number may be written so; () where it shows no sign of one.

    A single point or comma before three digits is a decimal sign where it is a point.
    """
    one = cut(example)
    signs = re.sub(r"\d", "", one.core) if one else ""
    if one is None or not signs:
        return ()
    behind = len(one.core) - one.core.rindex(signs[-1]) - 1
    if len(set(signs)) > 1:
        wanted = {(signs[0], signs[-1]), ("", signs[-1])}
    elif len(signs) > 1 or signs not in ".," or (behind == 3 and signs == ","):
        wanted = {(signs[0], decimal) for decimal in ".,"}
    else:
        wanted = {("", signs)}
    return tuple(convention for convention in CONVENTIONS if convention[:2] in wanted)


def rows_of(sample: pa.Array) -> Counter[str]:
    """Texts of a part of a sample, with their numbers of rows."""
    present = sample.drop_null()
    stride = max(len(present) // MOST_ROWS, 1)
    return Counter(present.take(pa.array(range(0, len(present), stride), pa.int64())).to_pylist())


def cut(text: str) -> Cut | None:
    """The parts of a text that is a number with something around it; None where it is not."""
    match = _CORE.search(text)
    if match is None or len(text) > 60:
        return None
    prefix, suffix = text[: match.start()], text[match.end() :]
    sign, minus = "", ""
    if prefix.startswith("(") and suffix.endswith(")"):
        sign, prefix, suffix = PARENTHESES, prefix[1:], suffix[:-1]
    elif prefix.endswith("(") and suffix.startswith(")"):
        sign, prefix, suffix = INSIDE, prefix[:-1], suffix[1:]
    elif leading := _MINUS.match(prefix):
        sign, minus, prefix = BEFORE, leading[0], prefix[leading.end() :]
    elif prefix.startswith("+"):
        sign, prefix = "+", prefix[1:]
    elif prefix and (behind := re.search(r"[-−]$", prefix)):
        sign, minus, prefix = BEHIND_PREFIX, behind[0], prefix[: behind.start()]
    elif suffix[:1] in ("-", "−") and not suffix[1:2].isalnum():
        sign, minus, suffix = TRAILING, suffix[0], suffix[1:]
    if not (_is_prefix(prefix) and (_is_suffix(suffix) or _EXPONENT.fullmatch(suffix))):
        return None
    return Cut(match[0], sign, minus, prefix, suffix)


def _is_prefix(prefix: str) -> bool:
    word = prefix.strip().lstrip(_QUOTES)
    plain = word.strip(_CURRENCY_SIGNS)
    has_sign = plain != word
    return plain in _CURRENCIES | {""} or word in _MARKS or (has_sign and plain in _COUNTRIES)


def _is_suffix(suffix: str) -> bool:
    """Whether it may be a unit: no digits, and no sign that joins the parts of a code."""
    if any(character in "0123456789()" for character in suffix) or len(suffix) > MOST_AFFIX:
        return False
    return suffix.startswith(_WHOLE_ENDS) or suffix[:1] not in tuple("-_/.:,;#@&|\\")


def _affixes(counts: Counter[Cut], min_entities: int) -> tuple[tuple[str, str], ...]:
    """Pairs of texts around the numbers that enough rows share, the most frequent first."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one, n in counts.items():
        pairs[one.prefix, one.suffix] += n
    shared = [(pair, n) for pair, n in pairs.items() if n >= min_entities]
    if {suffix for (_, suffix), _ in shared} & {"st", "nd", "rd"} or _are_letters(shared):
        return ()
    ranked = sorted(shared, key=lambda item: (-item[1], item[0]))
    return tuple(pair for pair, _ in ranked[:MOST_AFFIXES])


def _are_letters(shared: list[tuple[tuple[str, str], int]]) -> bool:
    """Whether the texts behind are the letters of codes (12A, 12B, 12C), and no units."""
    letters = {suffix for (_, suffix), _ in shared if len(suffix) == 1 and suffix.isalpha()}
    return len(letters) > 3


def _style(
    counts: Counter[Cut],
    affixes: tuple[tuple[str, str], ...],
    conventions: Sequence[Convention],
) -> FoundStyle | None:
    cores: Counter[str] = Counter()
    for one, n in counts.items():
        cores[one.core] += n
    total = cores.total()
    fits = [_fitting(cores, *convention) for convention in conventions]
    best = max(fits, key=lambda fit: fit.total())  # the first of equals
    if best.total() < 0.5 * total:
        return None
    convention = conventions[fits.index(best)]
    ambiguous = False
    swapped = (convention[1], "," if convention[1] == "." else ".", False)
    if not convention[0] and swapped in conventions and _could_be_thousands(best, convention[1]):
        other = fits[conventions.index(swapped)]
        if other.total() == best.total():
            bare = sum(n for core, n in best.items() if convention[1] not in core)
            ambiguous = bare < 0.02 * best.total()
            if not ambiguous or convention[1] == ",":
                convention, best = swapped, other
    thousands, decimal, indian = convention
    base = NumberStyle(decimal, thousands, indian, affixes=affixes)
    styled = _decimals(best, _signs(counts, base))
    return None if styled is None else FoundStyle(styled, ambiguous)


def _fitting(cores: Counter[str], thousands: str, decimal: str, indian: bool) -> Counter[str]:
    """The cores that are written by a convention."""
    whole = r"(?:0|[1-9]\d*)?"
    if thousands:
        mark = re.escape(thousands)
        groups = rf"(?:{mark}\d\d)*{mark}\d\d\d" if indian else rf"(?:{mark}\d\d\d)+"
        first = r"[1-9]\d?" if indian else r"[1-9]\d{0,2}"
        whole = rf"(?:{first}{groups}|[1-9]\d{{0,2}}|0)"
    pattern = re.compile(rf"{whole}(?:{re.escape(decimal)}\d+)?")
    return Counter({core: n for core, n in cores.items() if pattern.fullmatch(core)})


def _could_be_thousands(cores: Counter[str], decimal: str) -> bool:
    behind = [core.partition(decimal)[2] for core in cores if decimal in core]
    return bool(behind) and all(len(digits) == 3 for digits in behind)


def _signs(counts: Counter[Cut], style: NumberStyle) -> NumberStyle:
    signs: Counter[tuple[str, str]] = Counter()
    for one, n in counts.items():
        if one.sign:
            signs[one.sign, one.minus] += n
    plus = signs.pop(("+", ""), 0)
    most = max(signs.items(), key=lambda item: (item[1], item[0]), default=((BEFORE, "-"), 0))[0]
    unsigned = sum(n for one, n in counts.items() if not one.sign)
    zeros = [(one.sign, n) for one, n in counts.items() if not one.core.strip("0.,")]
    with_plus = sum(n if sign == "+" else -n for sign, n in zeros if sign in ("+", "")) > 0
    shown = plus > unsigned
    return replace(
        style, sign=most[0], minus=most[1] or "-", plus=shown, plus_zero=shown and with_plus
    )


def _decimals(cores: Counter[str], style: NumberStyle) -> NumberStyle | FloatStyle | None:
    """How many decimals are written: the way that most of the numbers keep."""
    parts: Counter[tuple[str, str]] = Counter()
    for core, n in cores.items():
        whole, _, fraction = core.partition(style.decimal)
        parts[whole, fraction] += n
    widths = Counter[int]()
    for (_, fraction), n in parts.items():
        widths[len(fraction)] += n
    usual = max(widths.items(), key=lambda item: item[1])[0]
    most = _covering(widths)
    positive = max((w for w in widths if w), key=lambda w: widths[w], default=0)
    ways = [
        replace(style, least=usual, most=usual),
        replace(style, least=0, most=most),
        replace(style, least=min(1, most), most=most),
        replace(style, least=positive, most=positive, bare_whole=True),
    ]
    fits = [sum(n for (_, f), n in parts.items() if _keeps(way, f)) for way in ways]
    best = ways[fits.index(max(fits))]
    bare = sum(n for (whole, f), n in parts.items() if not whole and f)
    zeros = sum(n for (whole, f), n in parts.items() if whole == "0" and f)
    best = replace(best, leading_zero=bare <= zeros)
    wholes = Counter[int]()
    for (whole, _), n in parts.items():
        wholes[len(re.sub(r"\D", "", whole))] += n
    digits = _covering(wholes)
    plain = best.affixes == (("", ""),) and not best.thousands and best.decimal == "."
    if plain and best.most > MOST_DECIMALS and best.least != best.most:
        return FloatStyle()
    return best if digits + best.most <= INT64_DIGITS else None


def _covering(widths: Counter[int]) -> int:
    """The width that all but rare numbers have at most."""
    total, seen = widths.total(), 0
    for width in sorted(widths):
        seen += widths[width]
        if seen >= COVERED * total:
            return width
    return max(widths)


def _keeps(way: NumberStyle, fraction: str) -> bool:
    if way.bare_whole:
        return not fraction or (len(fraction) == way.most and fraction.strip("0") != "")
    if not way.least <= len(fraction) <= way.most:
        return False
    return len(fraction) == way.least or not fraction.endswith("0")


def _float_style(texts: Counter[str]) -> FloatStyle:
    """Python's shortest digits, or a mantissa of always as many digits."""
    mantissas: Counter[tuple[int, str]] = Counter()
    for text, n in texts.items():
        match = re.fullmatch(r"-?\d\.?(\d*)([eE])[+-]\d\d+", text)
        if match:
            mantissas[len(match[1]), match[2]] += n
    if not mantissas:
        return FloatStyle()
    (digits, exponent), n = mantissas.most_common(1)[0]
    return FloatStyle(digits, exponent) if n >= 0.5 * texts.total() else FloatStyle()
