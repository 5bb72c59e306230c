"""The grammar that a sample of a column's texts shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.alphabets import DIGITS
from synth.forms.check_digits import Check, find_check
from synth.forms.days import width_of
from synth.forms.grammar import Grammar
from synth.forms.labels import Labels
from synth.forms.levels import CHUNKS, CLASSES, choose_cut
from synth.forms.linear_check import LinearCheck, find_linear_check
from synth.forms.pattern import Field, Pattern, Segment, smooth
from synth.forms.places import Days, Few, Piece, day_piece, free_characters, pieces_of
from synth.forms.plain import one_of, plain
from synth.forms.prefixes import prefixes_of
from synth.forms.protected import lengths_of, ranges, sequence_start, shared_values
from synth.forms.random_signs import is_base64, of_lengths
from synth.forms.segments import Literal, Number, Places, Run
from synth.forms.sequences import Free, Mixture
from synth.forms.texts import code_points
from synth.forms.tokens import (
    Token,
    described,
    is_plain_number,
    joined_tokens,
    same_length,
    shown,
    splits,
    tokens_of_texts,
)

_MOST_SPLITS = 6  # lengths of a shape that become shapes of their own
_IN_SPLITS = 0.98  # of the rows must have one of them
_HELD = 0.95  # of the rows by few values: then one of these is drawn, else free characters


@dataclass(frozen=True)
class Induction:
    """How a grammar is learned.

    ``key``: numbers may count on. Without ``fields`` no piece is learned: few values are drawn by
    their shares. ``checks``: check digits are looked for, or those of ``check`` are known.
    """

    min_entities: int
    key: bool = False
    fields: bool = True
    checks: bool = True
    check: str | None = None

    @property
    def inner(self) -> Induction:
        """How a piece is learned that is but a part of a text."""
        return Induction(self.min_entities, fields=False, checks=False)


def induce(texts: pa.Array, how: Induction) -> Grammar | None:
    """The grammar of texts without nulls; None where they keep to no few shapes."""
    if is_base64(texts):
        by_length = of_lengths(texts, how.min_entities)
        if by_length is not None:
            return by_length
    chosen = choose_cut(texts, how.min_entities)
    if chosen is None or (chosen.level is not CLASSES and chosen.few > 1):
        by_length = of_lengths(texts, how.min_entities)
        if chosen is None or (by_length and len(by_length.patterns) < chosen.few):
            return by_length
    labels = Labels()
    patterns: list[Pattern] = []
    for signature in chosen.signatures:
        own = texts.filter(pc.equal(chosen.of_row, signature))
        tokens = tokens_of_texts(own, signature, chosen.level)
        patterns += _patterns(tokens, how, labels, split=chosen.level is not CHUNKS)
    patterns.sort(key=lambda pattern: -pattern.rows)
    return Grammar(tuple(patterns)) if patterns else None


def _patterns(tokens: list[Token], how: Induction, labels: Labels, *, split: bool) -> list[Pattern]:
    """The patterns of texts of one signature: one, or one for each of few lengths."""
    tokens = described(tokens, how.min_entities)
    varying = [
        place
        for place, token in enumerate(tokens)
        if token.symbol and token.shared is None and splits(token) and not same_length(token)
    ]
    if not varying and split:
        return _by_prefix(tokens, how, labels)
    if not varying or not split:
        return [_pattern(tokens, how, labels)]
    parts = [pc.utf8_length(tokens[place].texts).cast(pa.string()) for place in varying]
    shape = pc.binary_join_element_wise(*parts, pa.scalar(" ", pa.string()))
    kept = shared_values(shape, how.min_entities)
    if len(kept.values) > _MOST_SPLITS or kept.covered < _IN_SPLITS:
        return [_pattern(tokens, how, labels)]
    found = []
    for value in kept.values:
        rows = pc.equal(shape, value)
        sizes = dict(zip(varying, value.split(" "), strict=True))
        own = [
            replace(
                token.filtered(rows), size=f"{{{sizes[place]}}}" if place in sizes else token.size
            )
            for place, token in enumerate(tokens)
        ]
        own = described(own, how.min_entities)
        found += _by_prefix(own, how, labels)
    return found


def _by_prefix(tokens: list[Token], how: Induction, labels: Labels) -> list[Pattern]:
    """One pattern, or one for each prefix of digits that go on differently."""
    groups = prefixes_of(tokens, how.min_entities) or [None]
    found = []
    for rows in groups:
        own = tokens
        if rows is not None:
            own = described([token.filtered(rows) for token in tokens], how.min_entities)
        found.append(_pattern(own, how, labels))
    return found


def _pattern(tokens: list[Token], how: Induction, labels: Labels) -> Pattern:
    label = labels.of_shape(shown(tokens))
    tokens = joined_tokens(_freed(tokens, how), how.min_entities)
    if sum(token.symbol != "" and token.shared is None for token in tokens) > 1:
        how = replace(how, key=False)  # what counts on in sequence does so alone
    check, at = _check(tokens, how.check) if how.checks else (None, [])
    checks = {at[place] for place in check.places(len(at))} if check else set()
    if check is not None:
        tokens = [token.of_exact_length() for token in tokens]
    segments: list[Segment] = []
    expression = ""
    start = 0
    for token in tokens:
        own = [place - start for place in sorted(checks) if 0 <= place - start < token.longest]
        start += token.longest
        for piece, reads in _pieces(token, own, how):
            if isinstance(piece, Few | Days) and how.fields:
                group = sum(isinstance(segment, Field) for segment in segments)
                segments.append(_field(piece, expression + reads, segments, how, labels))
                expression += f"(?P<f{group}>{reads})"
            else:
                segments += plain([piece])
                expression += reads
    if isinstance(check, LinearCheck):  # of several that are right one is drawn
        segments = [
            replace(s, alphabets=(DIGITS,) * len(s.alphabets))
            if isinstance(s, Places) and s.check
            else s
            for s in segments
        ]
    rows = len(tokens[0].texts)
    return Pattern(label, smooth(segments), rf"\A{expression}\z", rows, check, tuple(at))


def _field(
    piece: Few | Days, role: str, before: list[Segment], how: Induction, labels: Labels
) -> Field:
    if isinstance(piece, Days):
        return Field(labels.of_day(role), (), (), piece.free, piece.layout)
    literal = before[-1].text if before and isinstance(before[-1], Literal) else ""
    name = labels.of_piece(role, literal, piece.shared.values)
    free = piece.free if piece.shared.rest >= how.min_entities else None
    return Field(name, piece.shared.values, piece.shared.counts, free)


def _freed(tokens: list[Token], how: Induction) -> list[Token]:
    """The tokens, of which a key needs one that is free: the one with most values."""
    classes = [token for token in tokens if token.symbol]
    if not how.key or not classes or any(token.shared is None for token in classes):
        return tokens
    values = [len(token.shared.values) if token.shared else 0 for token in tokens]
    most = int(np.argmax(values))
    return [replace(t, shared=None) if place == most else t for place, t in enumerate(tokens)]


def _check(tokens: list[Token], known: str | None) -> tuple[Check | LinearCheck | None, list[int]]:
    """The scheme of the texts' check digits, and the places of their letters and digits."""
    if not tokens or not all(same_length(token) for token in tokens):
        return None, []
    points = np.concatenate([code_points(t.texts, t.longest) for t in tokens], axis=1)
    if not points.size or points.max() >= 0x80:
        return None, []
    at = [place for place, one in enumerate(points[0]) if chr(int(one)).isalnum()]
    if not at:
        return None, []
    if known is not None:
        return (Check(known), at) if Check(known).places(len(at)) else (None, [])
    characters = points[:, at].astype(np.uint8)
    check = find_check(characters) or find_linear_check(characters)
    return (check, at) if check else (None, [])


def _pieces(token: Token, checks: list[int], how: Induction) -> list[tuple[Piece, str]]:
    """The pieces of a token, each with the expression that reads it."""
    if token.symbol == "":
        return [(Literal(token.texts[0].as_py()), token.expression)]
    if token.layout is not None:
        days = day_piece(token.texts, token.layout, how.min_entities)
        if days is not None:
            return [(days, token.expression)]
    if token.shared is not None and not checks:
        return [(Few(token.shared, _rest(token, how)), token.expression)]
    if token.symbol == "c":
        return [(_chunk(token.texts, how), token.expression)]
    if not same_length(token):
        return [(_of_several_lengths(token, how), token.expression)]
    points = code_points(token.texts, token.longest)
    pieces = pieces_of(points, token.symbol, how.min_entities, checks=checks, key=how.key)
    if len(pieces) == 1 and not isinstance(pieces[0], Few | Days | Literal):
        return [(pieces[0], token.expression)]
    return [(piece, _reads(piece, token.characters)) for piece in pieces]


def _reads(piece: Piece, characters: str) -> str:
    """The expression of a piece of fixed length."""
    match piece:
        case Literal(text):
            return re.escape(text)
        case Places(alphabets):
            return f"{characters}{{{len(alphabets)}}}"
        case Number(width):
            return f"{characters}{{{width}}}"
        case Days(layout):
            return f"{characters}{{{width_of(layout)}}}"
        case Few(shared):
            return f"{characters}{{{len(shared.values[0])}}}"
        case _:
            raise ValueError(f"a piece of fixed length is expected, however: {piece}")


def _rest(token: Token, how: Induction) -> Free:
    """How texts are made that are none of the token's few values."""
    assert token.shared is not None
    left = pc.invert(pc.is_in(token.texts, pa.array(token.shared.values, pa.string())))
    others = token.filtered(left)
    if len(others.texts) < how.min_entities:
        return Literal("")  # never written
    inner = [one.filtered(left) for one in token.inner] or [others]
    pieces = [
        piece for one in inner for piece, _ in _pieces(replace(one, shared=None), [], how.inner)
    ]
    return one_of(plain(pieces))


def _chunk(texts: pa.Array, how: Induction) -> Free:
    """A chunk between separators: one of the shapes that its texts have by themselves."""
    inner = induce(texts, how.inner)
    if inner is None:
        return _run(texts, how)
    alternatives = [tuple(plain(pattern.segments)) for pattern in inner.patterns]
    if len(alternatives) == 1:
        return one_of(list(alternatives[0]))
    return Mixture(tuple(alternatives), tuple(pattern.rows for pattern in inner.patterns))


def _of_several_lengths(token: Token, how: Induction) -> Free:
    if not is_plain_number(token):
        return _run(token.texts, how)
    numbers = np.asarray(token.texts.cast(pa.int64()))
    start = sequence_start(numbers, 0, how.min_entities) if how.key else None
    bins = ranges(numbers, how.min_entities, by_length=True)
    return Number(0, tuple(bins), start) if bins else _run(token.texts, how)


def _run(texts: pa.Array, how: Induction) -> Free:
    """Characters of several lengths, between what all texts begin and end with."""
    listed = texts.to_pylist()
    shortest = min(map(len, listed))
    head = min(_agree(listed), shortest - 1)
    tail = min(_agree([text[::-1] for text in listed]), shortest - 1 - head)
    if head <= 0 and tail <= 0:
        return _characters(texts, how)
    ends = Literal(listed[0][:head]), Literal(listed[0][len(listed[0]) - tail :])
    inner = pa.array([text[head : len(text) - tail] for text in listed], pa.string())
    pieces: list[Free] = [ends[0], _characters(inner, how), ends[1]]
    return one_of([piece for piece in pieces if piece != Literal("")])


def _agree(texts: list[str]) -> int:
    """With how many characters all texts begin alike: as many as the first and the last of them."""
    low, high = min(texts), max(texts)
    alike = (place for place, sign in enumerate(low) if sign != high[place])
    return next(alike, len(low))


def _characters(texts: pa.Array, how: Induction) -> Run:
    points = code_points(texts, int(pc.max(pc.utf8_length(texts)).as_py()))
    lengths, counts = lengths_of(texts, how.min_entities)
    return Run(*free_characters(texts, points, how.min_entities), lengths, counts)
