"""Texts of signs at random places, as base64, in which none separates parts."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.grammar import Grammar
from synth.forms.pattern import Pattern, smooth
from synth.forms.places import pieces_of
from synth.forms.plain import plain
from synth.forms.protected import shared_values
from synth.forms.texts import code_points

_BASE64 = r"\A(?:[A-Za-z0-9+/_-]{4})+(?:[A-Za-z0-9+/_-]{2}==|[A-Za-z0-9+/_-]{3}=)?\z"
_PADDED = 0.2  # of the rows: two thirds of all lengths need it
_SIGNS = re.compile(r"[A-Za-z0-9+/=_.~-]*")  # of base64 and its kin
_OF_LENGTHS = 0.9  # of the rows must have a length that enough share


def is_base64(texts: pa.Array) -> bool:
    """Whether they are so by their padding: then + and / separate nothing."""
    if not pc.all(pc.match_substring_regex(texts, _BASE64)).as_py():
        return False
    padded = pc.mean(pc.ends_with(texts, "=")).as_py()
    return bool(padded >= _PADDED)


def of_lengths(texts: pa.Array, min_entities: int) -> Grammar | None:
    """The grammar with a pattern for each length and padding; None where these are not few."""
    if not all(_SIGNS.fullmatch(text) for text in texts.to_pylist()):
        return None
    padding = pc.replace_substring_regex(texts, "^.*?(=*)$", r"\1")
    length = pc.utf8_length(texts).cast(pa.string())
    shape = pc.binary_join_element_wise(length, padding, pa.scalar(" ", pa.string()))
    kept = shared_values(shape, min_entities)
    if kept.covered < _OF_LENGTHS:
        return None
    patterns = []
    for value, rows in zip(kept.values, kept.counts, strict=True):
        size, _, end = value.partition(" ")
        points = code_points(texts.filter(pc.equal(shape, value)), int(size))
        pieces = pieces_of(points, "w", min_entities)
        free = int(size) - len(end)
        signs = f"[A-Za-z0-9+/_.~=-]{{{free - 1}}}[^=]" if free else ""
        segments = smooth(plain(pieces))
        patterns.append(Pattern(f"{size} signs{end}", segments, rf"\A{signs}{end}\z", rows))
    return Grammar(tuple(patterns))
