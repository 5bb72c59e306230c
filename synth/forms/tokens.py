"""The tokens of texts of one signature, column by column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.days import COMPACT, day_layout, days_of, with_century
from synth.forms.levels import CLASSES, Level, tokens_of
from synth.forms.protected import MOST_DIGITS, Shared, few_values, shared_values
from synth.forms.texts import code_points, joined

_LONG_NUMBER = 8  # digits: numbers from here on are codes, whose lengths are told apart
_HELD = 0.95  # of the rows that hold known values of two neighbours must do so together
_NO_MORE = 1.2  # times as many values as the one that has more: then they go together
_LONGEST_SHOWN = 12
_LETTERS = {"A", "a"}
_EVENLY = {"9": 64, "A": 8, "a": 8}  # values between separators that tell something in any case
_LAYOUTS = (  # of days with a sign between year, month and day, and how wide these are
    ("%Y{0}%m{0}%d", (4, 2, 2)),
    ("%d{0}%m{0}%Y", (2, 2, 4)),
    ("%m{0}%d{0}%Y", (2, 2, 4)),
    ("%y{0}%m{0}%d", (2, 2, 2)),
    ("%d{0}%m{0}%y", (2, 2, 2)),
)


@dataclass(frozen=True)
class Token:
    """A run of a class in every text of one signature, or what stands between (``symbol`` "").

    ``characters`` and ``size`` are the expression of its class and of its length.
    """

    symbol: str
    characters: str
    size: str
    texts: pa.Array
    shared: Shared | None = None  # where it has few values
    inner: tuple[Token, ...] = field(default=())  # those that it was joined of
    layout: str | None = None  # where it is a day

    @property
    def expression(self) -> str:
        """What reads it."""
        if self.inner:
            return "".join(token.expression for token in self.inner)
        return self.characters + self.size

    @property
    def longest(self) -> int:
        """The most characters of a text."""
        return int(pc.max(pc.utf8_length(self.texts)).as_py() or 0)

    def filtered(self, rows: pa.Array) -> Token:
        """The token in some of the rows."""
        inner = tuple(token.filtered(rows) for token in self.inner)
        return replace(self, texts=self.texts.filter(rows), inner=inner)

    def of_exact_length(self) -> Token:
        """The token, of which no text of another length is read."""
        if self.symbol == "":
            return self
        inner = tuple(token.of_exact_length() for token in self.inner)
        return replace(self, size=f"{{{self.longest}}}", inner=inner)


def tokens_of_texts(texts: pa.Array, signature: str, level: Level) -> list[Token]:
    """The tokens of texts that all have this signature; one that is empty for empty texts."""
    symbols = tokens_of(signature, level) or [""]
    groups = [
        f"(?P<t{place}>{level.classes[symbol]}+)" if symbol in level.classes else re.escape(symbol)
        for place, symbol in enumerate(symbols)
    ]
    if any(symbol in level.classes for symbol in symbols):
        found = iter(pc.extract_regex(texts, rf"\A{''.join(groups)}\z").flatten())
    tokens = []
    for symbol in symbols:
        if symbol in level.classes:
            tokens.append(_narrowed(Token(symbol, level.classes[symbol], "+", next(found))))
        else:
            tokens.append(_literal(symbol, len(texts)))
    return tokens


def _narrowed(token: Token) -> Token:
    """A word that is digits, or letters of one case, in every row is of that class."""
    if token.symbol == "w":
        for symbol, characters in CLASSES.classes.items():
            if pc.all(pc.match_substring_regex(token.texts, rf"\A{characters}+\z")).as_py():
                return replace(token, symbol=symbol, characters=characters)
    return token


def described(tokens: list[Token], min_entities: int) -> list[Token]:
    """The tokens with their values, where they are few; literals where all rows share one.

    A word of several classes (a capital and small letters) that has few values is one token.
    """
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        day = _day(tokens[place : place + 5])
        if day is not None:
            found.append(day)
            place += 5
            continue
        end = place + 1
        while end < len(tokens) and tokens[place].symbol and tokens[end].symbol:
            end += 1
        word = tokens[place:end]
        whole = _word(word, min_entities) if len(word) > 1 else None
        found += [whole] if whole else [_valued(t, word, min_entities) for t in word]
        place = end
    return found


def _day(tokens: list[Token]) -> Token | None:
    """Five tokens as one, where they are year, month and day, or the other way round."""
    if [token.symbol for token in tokens] != ["9", "", "9", "", "9"]:
        return None
    between = {tokens[1].texts[0].as_py(), tokens[3].texts[0].as_py()}
    if len(between) != 1 or not between <= set("-./_") or not all(map(same_length, tokens)):
        return None
    for layout, wide in _LAYOUTS:
        if tuple(token.longest for token in tokens[::2]) == wide:
            texts = joined([token.texts for token in tokens], len(tokens[0].texts))
            own = layout.format(*between)
            if days_of(texts, own) is not None:
                own = with_century(texts, own)
                return Token("+", "", "", texts, inner=tuple(tokens), layout=own)
    return None


def _whole_day(token: Token) -> str | None:
    """The layout of days without separators, where the token is one."""
    if token.symbol != "9" or not same_length(token) or token.longest not in COMPACT.values():
        return None
    return day_layout(code_points(token.texts, token.longest))


def _word(tokens: list[Token], min_entities: int) -> Token | None:
    """Neighbouring tokens as one, where they have few values together."""
    texts = joined([token.texts for token in tokens], len(tokens[0].texts))
    by_class, by_place = zip(*map(_space, tokens), strict=True)
    shared = few_values(texts, (sum(by_class), sum(by_place)), min_entities)
    return Token("+", "", "", texts, shared=shared, inner=tuple(tokens)) if shared else None


def _valued(token: Token, word: list[Token], min_entities: int) -> Token:
    if token.symbol in ("", "+"):
        return token  # what is described already stays so
    layout = _whole_day(token)
    if layout is not None:
        return replace(token, shared=None, layout=layout)
    whole = shared_values(token.texts, min_entities)
    if len(whole.values) == 1 and whole.rest == 0:
        return _literal(whole.values[0], len(token.texts))
    if len(word) > 1 and {one.symbol for one in word} >= _LETTERS:
        return replace(token, shared=None)  # half a word tells nothing
    evenly = _EVENLY.get(token.symbol, 0) if len(word) == 1 else 0
    shared = few_values(token.texts, _space(token), min_entities, evenly=evenly)
    return replace(token, shared=shared)


def joined_tokens(tokens: list[Token], min_entities: int) -> list[Token]:
    """Neighbours of few values as one, where one tells the other: ``example`` and ``com``."""
    found = list(tokens)
    place = 0
    while place < len(found):
        if found[place].shared is not None:
            after = place + 1
            while after < len(found) and found[after].symbol == "":
                after += 1
            both = _both(found[place : after + 1], min_entities) if after < len(found) else None
            if both is not None:
                found[place : after + 1] = [both]
                continue
        place += 1
    return found


def same_length(token: Token) -> bool:
    """Whether all texts are equally long."""
    lengths = pc.min_max(pc.utf8_length(token.texts))
    return bool(lengths["min"] == lengths["max"])


def splits(token: Token) -> bool:
    """Whether texts of other lengths are other codes: not so words, and numbers that just grow."""
    if token.symbol in ("a", "+"):
        return False
    if not is_plain_number(token):
        return True
    return bool(pc.min(pc.utf8_length(token.texts)).as_py() >= _LONG_NUMBER)


def is_plain_number(token: Token) -> bool:
    """Digits without leading zeros, of several lengths."""
    if token.symbol != "9" or same_length(token) or token.longest > MOST_DIGITS:
        return False
    return not pc.any(pc.match_substring_regex(token.texts, r"\A0[0-9]")).as_py()


def shown(tokens: list[Token]) -> str:
    """The shape of the texts, in which letters and digits are their classes."""
    found = []
    for token in tokens:
        if token.symbol == "":
            text = re.sub("[0-9]", "9", token.texts[0].as_py() if len(token.texts) else "")
            text = re.sub(r"[^\W\d_]", lambda c: "A" if c[0].isupper() else "a", text)
            found.append(text)
        elif token.inner:
            found.append(shown(list(token.inner)))
        elif same_length(token) and token.longest <= _LONGEST_SHOWN:
            found.append(token.symbol * token.longest)
        elif same_length(token):
            found.append(f"{token.symbol}{{{token.longest}}}")
        else:
            found.append(f"{token.symbol}+")
    return "".join(found)


def _literal(text: str, rows: int) -> Token:
    return Token("", re.escape(text), "", pa.repeat(pa.scalar(text, pa.string()), rows))


def _both(tokens: list[Token], min_entities: int) -> Token | None:
    first, last = tokens[0], tokens[-1]
    if last.shared is None or first.shared is None:
        return None
    texts = joined([token.texts for token in tokens], len(first.texts))
    shared = shared_values(texts, min_entities)
    most = max(len(first.shared.values), len(last.shared.values))
    together = shared.covered >= _HELD * min(first.shared.covered, last.shared.covered)
    if not together or len(shared.values) > _NO_MORE * most:
        return None
    inner = tuple(one for token in tokens for one in (token.inner or (token,)))
    return Token("+", "", "", texts, shared=shared, inner=inner)


def _space(token: Token) -> tuple[float, float]:
    """The bits of a text by chance: from its class, and from what its places show."""
    if token.symbol in ("", "c"):
        return (0.0, 0.0) if token.symbol == "" else (float("inf"), float("inf"))
    longest = token.longest
    points = code_points(token.texts, longest)
    places = sum(float(np.log2(len(np.unique(column)))) for column in points.T)
    if token.symbol == "9" and longest <= MOST_DIGITS and not same_length(token):
        ends = pc.min_max(token.texts.cast(pa.int64()))
        span = float(np.log2(ends["max"].as_py() - ends["min"].as_py() + 1))
        return span, span
    size = 10 if token.symbol == "9" else max(len(np.unique(points[points > 0])), 2)
    return float(longest * np.log2(size)), places
