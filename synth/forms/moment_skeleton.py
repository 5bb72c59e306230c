"""Sampled texts cut into digits, words and signs, and gathered by what they have in common."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from synth.forms.moment_names import shortened

DIGITS, WORD, OFFSET = "D", "W", "O"
MOST_ROWS = 4_000  # of a sample that are cut: enough for a format of a few percent of the rows
MOST_TOKENS = 32  # a text of more is prose
_TOKEN = re.compile(
    r"(?P<D>(?<= ) \d(?!\d)|\d+)"
    r"|(?P<W>[AaPp]\.[Mm]\.|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+)+|[^\W\d_]+)|(?P<L>.)",
    re.DOTALL,
)
_OFFSET = re.compile(
    r"(?P<head>.*\d(?:[:.]\d\d|T\d{4}(?:\d\d)?)(?:[.,]\d{1,9})?(?: ?[AaPp][Mm])?)"
    r"(?P<gap> ?(?:GMT|UTC)?)(?P<offset>Z|[+-]\d\d(?::?\d\d)?)(?P<tail>\D*)",
    re.DOTALL,
)
_ZONE_BEHIND = re.compile(r"(?P<open> ?[(\[])(?P<zone>[^()\[\]\d]+)(?P<close>[)\]])")


@dataclass(frozen=True)
class Group:
    """Texts of one skeleton: what stands at each place, with the number of its rows.

    A place of the skeleton is ``D`` (digits), ``W`` (a word), ``O`` (an offset from UTC) or the
    sign itself.
    """

    skeleton: tuple[str, ...]
    places: tuple[Counter[str], ...]
    rows: int

    def most(self, place: int) -> str:
        """The text that most rows have at a place."""
        return self.places[place].most_common(1)[0][0]

    def share(self, place: int, texts: frozenset[str]) -> float:
        """The share of the rows that have one of these texts at a place."""
        return sum(n for text, n in self.places[place].items() if text in texts) / self.rows


def groups_of(sample: pa.Array) -> tuple[list[Group], int]:
    """``(groups, rows)``: the skeletons of a part of a sample, the most frequent one first.

    A text with a shortened name has two: with its point as a sign, and as part of the name.
    """
    present = sample.drop_null()
    stride = max(len(present) // MOST_ROWS, 1)
    rows = present.take(pa.array(range(0, len(present), stride), pa.int64())).to_pylist()
    found: dict[tuple[str, ...], list[Counter[str]]] = {}
    count: Counter[tuple[str, ...]] = Counter()
    for text, n in Counter(rows).items():
        tokens = cut(text)
        if tokens is None:
            continue
        joined = _shortened(tokens)
        for way in (tokens, joined) if joined != tokens else (tokens,):
            skeleton = tuple(kind if kind != "L" else token for kind, token in way)
            places = found.setdefault(skeleton, [Counter() for _ in way])
            for place, (_, token) in zip(places, way, strict=True):
                place[token] += n
            count[skeleton] += n
    ranked = [Group(s, tuple(found[s]), n) for s, n in count.most_common()]
    return ranked, len(rows)


def cut(text: str) -> list[tuple[str, str]] | None:
    """``(kind, token)`` of a text in their order; None where it cannot be a date or time."""
    if not 3 <= len(text) <= 80 or not any(map(str.isdigit, text)):
        return None
    match = _OFFSET.fullmatch(text)
    if match is None:
        tokens = _tokens(text)
    else:
        behind = _ZONE_BEHIND.fullmatch(match["tail"])
        tail = [*_tokens(match["gap"]), (OFFSET, match["offset"])]
        if behind is None:
            tail += _tokens(match["tail"])
        else:  # the name of a zone, in as many words as it has
            tail += [*_tokens(behind["open"]), (WORD, behind["zone"]), *_tokens(behind["close"])]
        tokens = _tokens(match["head"]) + tail
    return tokens if len(tokens) <= MOST_TOKENS else None


def _tokens(text: str) -> list[tuple[str, str]]:
    return [(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(text)]


def _shortened(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tokens, where a point that shortens a name (``janv.``) is part of the name."""
    found: list[tuple[str, str]] = []
    for kind, token in tokens:
        before = found[-1] if found else ("", "")
        if token == "." and before[0] == WORD and before[1] + "." in shortened():
            found[-1] = (WORD, before[1] + ".")
        else:
            found.append((kind, token))
    return found
