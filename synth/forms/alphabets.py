"""Sets of characters from which codes are written, and which of them a sample shows."""

from __future__ import annotations

from collections.abc import Mapping

DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = UPPER.lower()

# From few characters to many: the first that holds all that was seen is meant.
NAMED: dict[str, str] = {
    "digits": DIGITS,
    "hex digits": DIGITS + "abcdef",
    "capital hex digits": DIGITS + "ABCDEF",
    "letters": LOWER,
    "capital letters": UPPER,
    "base32 characters": UPPER + "234567",  # RFC 4648
    "Crockford's base32 characters": DIGITS + "ABCDEFGHJKMNPQRSTVWXYZ",
    "lower-case letters and digits": DIGITS + LOWER,
    "capital letters and digits": DIGITS + UPPER,
    "letters of both cases": UPPER + LOWER,
    "base58 characters": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "letters and digits": DIGITS + UPPER + LOWER,
    "base64 characters": DIGITS + UPPER + LOWER + "+/",
    "base64url characters": DIGITS + UPPER + LOWER + "-_",
}
_NAME_OF = {"".join(sorted(alphabet)): name for name, alphabet in NAMED.items()}
# Of a named set so much must have been seen, or the seed's own is a smaller one.
_SEEN = 0.75
_PAGE = 256  # characters of a page of Unicode, and the most that are written of several
_MOST_SPELT = 32  # characters of no named set that are shown
_SPELT = 6  # characters: longer sets are named after the next larger one
_PER_CHARACTER = 25  # characters must have been seen for each of the set, or it is not yet known


def alphabet_of(counts: Mapping[str, int], min_entities: int) -> str:
    """The characters to write where these were seen so often: a named set, or the shared ones.

    What fewer than ``min_entities`` rows show is left out, unless too little was seen to tell: then
    the named set that holds all of it is taken, which tells of no row, or letters of the same
    pages of Unicode (scripts of thousands of characters).
    """
    shared = "".join(sorted(c for c, n in counts.items() if n >= min_entities))
    whole = _named(set(counts))
    if whole and (not shared or sum(counts.values()) < _PER_CHARACTER * len(whole)):
        return whole
    named = _named(set(shared))
    if named and len(shared) >= _SEEN * len(named):
        return named
    return shared or _of_pages(counts, min_entities)


def name_of(alphabet: str) -> str:
    """The set in words."""
    ordered = "".join(sorted(set(alphabet)))
    known = _NAME_OF.get(ordered)
    if known is None and len(ordered) > _SPELT and (named := _named(set(ordered))):
        return f"of the {_NAME_OF[''.join(sorted(named))]}"
    if known is None and len(ordered) > _MOST_SPELT:
        return f"of {len(ordered)} characters"
    return known or f"characters of {ordered!r}"


def _of_pages(counts: Mapping[str, int], min_entities: int) -> str:
    """Letters from the pages of 256 characters that enough were seen of; small ones of none."""
    pages: dict[int, int] = {}
    for sign, rows in counts.items():
        pages[ord(sign) // _PAGE] = pages.get(ord(sign) // _PAGE, 0) + rows
    shown = sorted(page for page, rows in pages.items() if rows >= min_entities)
    letters = [chr(p * _PAGE + n) for p in shown for n in range(_PAGE)]
    letters = [sign for sign in letters if sign.isalnum()]
    step = -(-len(letters) // _PAGE) if letters else 1
    return "".join(letters[::step]) or LOWER


def _named(seen: set[str]) -> str | None:
    for alphabet in NAMED.values():
        if seen <= set(alphabet):
            return alphabet
    return None
