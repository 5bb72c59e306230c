r"""Codes as a user writes them down: ``ORD-\d{4}-\d{6}``, ``[A-Z]{2}\d{6}``, ``(DE|FR)\d{9}``.

A small part of the language of regular expressions: texts, classes of characters with how many of
them, and texts to choose from. Whatever else stands in it is refused.
"""

from __future__ import annotations

import re
from itertools import pairwise

from synth.forms.alphabets import DIGITS
from synth.forms.grammar import Grammar
from synth.forms.labels import Labels
from synth.forms.pattern import Field, Pattern, Segment, smooth
from synth.forms.segments import Literal, Places, Run
from synth.table.errors import InputError

_ESCAPED = {"d": DIGITS}  # what else a letter behind a backslash means is refused
_MOST = 4096  # characters of one class in a row
_COUNT = re.compile(r"\{(\d+)(?:,(\d+))?\}")
_GRAMMAR = "it may hold texts, \\d, [A-Z0-9], each with {6} or {2,5}, and (DE|FR)"


def grammar_of(expression: str) -> Grammar:
    """The grammar of an expression; InputError names what it does not know, and where."""
    segments: list[Segment] = []
    reads = ""
    place = 0
    labels = Labels()
    while place < len(expression):
        sign = expression[place]
        if sign == "(":
            field, end, own = _choice(expression, place, segments, labels)
            segments.append(field)
            reads += f"(?P<f{sum(isinstance(s, Field) for s in segments) - 1}>{own})"
            place = end
            continue
        if sign == "[":
            alphabet, end = _set(expression, place)
        elif sign == "\\":
            alphabet, end = _escaped(expression, place)
        elif sign in ".*+?|)^$]{}":
            raise _refused(expression, place)
        else:
            alphabet, end = sign, place + 1
        least, most, place = _count(expression, end)
        segments.append(_segment(alphabet, least, most))
        size = f"{{{least}}}" if least == most else f"{{{least},{most}}}"
        reads += f"[{_quoted(alphabet)}]{size}"
    if not segments:
        raise InputError(f"forms: the expression is empty: {_GRAMMAR}")
    _require_told_apart(expression, segments)
    return Grammar((Pattern(expression, smooth(segments), rf"\A{reads}\z", 1),))


def _segment(alphabet: str, least: int, most: int) -> Segment:
    if len(alphabet) == 1 and least == most:
        return Literal(alphabet * least)
    if least == most:
        return Places((alphabet,) * least)
    lengths = tuple(range(least, most + 1))
    return Run(alphabet, alphabet, lengths, (1,) * len(lengths))


def _choice(
    expression: str, place: int, before: list[Segment], labels: Labels
) -> tuple[Field, int, str]:
    end = expression.find(")", place)
    values = tuple(dict.fromkeys(expression[place + 1 : end].split("|")))
    known = all(re.fullmatch(r"[^\\\[\](){}.*+?^$]+", value) for value in values)
    if end < 0 or not known:
        raise _refused(expression, place)
    text = before[-1].text if before and isinstance(before[-1], Literal) else ""
    label = labels.of_piece(f"{place}", text, values)
    reads = "|".join(map(re.escape, values))
    return Field(label, values, (1,) * len(values)), end + 1, reads


def _set(expression: str, place: int) -> tuple[str, int]:
    end = expression.find("]", place + 1)
    inner = expression[place + 1 : end]
    if end < 0 or not inner or inner.startswith("^") or "[" in inner:
        raise _refused(expression, place)
    found, at = "", 0
    while at < len(inner):
        if inner[at] == "\\":
            alphabet, at = _escaped(inner, at)
            found += alphabet
        elif inner[at + 1 : at + 2] == "-" and at + 2 < len(inner):
            first, last = ord(inner[at]), ord(inner[at + 2])
            if last < first:
                raise _refused(expression, place)
            found += "".join(map(chr, range(first, last + 1)))
            at += 3
        else:
            found += inner[at]
            at += 1
    return "".join(dict.fromkeys(found)), end + 1


def _escaped(expression: str, place: int) -> tuple[str, int]:
    sign = expression[place + 1 : place + 2]
    if not sign or (sign.isalnum() and sign not in _ESCAPED):
        raise _refused(expression, place)
    return _ESCAPED.get(sign, sign), place + 2


def _count(expression: str, place: int) -> tuple[int, int, int]:
    if expression[place : place + 1] != "{":
        return 1, 1, place
    found = _COUNT.match(expression, place)
    if found is None:
        raise _refused(expression, place)
    least = int(found[1])
    most = int(found[2]) if found[2] else least
    if not 1 <= least <= most <= _MOST:
        raise _refused(expression, place)
    return least, most, found.end()


def _quoted(alphabet: str) -> str:
    """The characters as they stand in a class of RE2."""
    return "".join(f"\\x{{{ord(c):x}}}" for c in alphabet)


def _require_told_apart(expression: str, segments: list[Segment]) -> None:
    """InputError where two neighbours of several lengths share characters: which is which?"""
    for left, right in pairwise(segments):
        if isinstance(left, Run) and isinstance(right, Run) and set(left.rest) & set(right.rest):
            raise InputError(
                f"forms: in {expression!r} two neighbours of several lengths share characters, so "
                "that no text tells where one ends: give one of them a fixed length"
            )


def _refused(expression: str, place: int) -> InputError:
    return InputError(
        f"forms: {expression[place]!r} at place {place + 1} of {expression!r} is not understood: "
        f"{_GRAMMAR}"
    )
