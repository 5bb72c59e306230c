"""The styles of a column of numbers in text: 1.5 beside 1,5; 2.0 kg beside 500 g; filled up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from synth.forms.number_search import (
    CONVENTIONS,
    Convention,
    FoundStyle,
    rows_of,
    search_texts,
)
from synth.forms.number_style import FloatStyle, NumberStyle

MOST_STYLES = 4
SECOND_SHARE = 0.005  # of the rows: a style of fewer is told by the part that keeps other texts
SAME_WIDTH, FILLED = 0.98, 0.05  # of the rows: texts of one width, and those that are filled up


@dataclass(frozen=True)
class FoundStyles:
    """The styles of a column, that of most rows first; ``ambiguous`` as of a ``FoundStyle``."""

    styles: tuple[NumberStyle | FloatStyle, ...]
    ambiguous: bool = False


def find_styles(
    sample: pa.Array, min_entities: int, conventions: Sequence[Convention] = CONVENTIONS
) -> FoundStyles | None:
    """The styles of most texts of a sample; None where there is none."""
    texts = rows_of(sample)
    fill = _fill(texts)
    width = len(next(iter(texts))) if fill else 0
    if fill:
        width = Counter(map(len, texts.elements())).most_common(1)[0][0]
        texts = _unfilled(texts, fill)
    found = search_texts(texts, min_entities, conventions)
    if found is None or isinstance(found.style, FloatStyle):
        return None if found is None else FoundStyles((found.style,), found.ambiguous)
    if fill:
        style = replace(found.style, width=width, fill=fill)
        return FoundStyles((style,), found.ambiguous)
    styles = _further(_by_unit(found, texts, min_entities), texts, min_entities, conventions)
    return FoundStyles(_used(styles, texts, min_entities), found.ambiguous)


def _fill(texts: Counter[str]) -> str:
    """A blank or a zero, where texts of one width are filled up with it; empty where not.

    Whole numbers with zeros in front are codes.
    """
    rows = texts.total()
    widths = Counter(map(len, texts.elements()))
    if not rows or widths.most_common(1)[0][1] < SAME_WIDTH * rows:
        return ""
    blanks = sum(n for text, n in texts.items() if text.startswith(" "))
    if blanks >= FILLED * rows:
        return " "
    zeros = sum(
        n for text, n in texts.items() if text.lstrip("-")[:2].isdigit() and "0" in text[:2]
    )
    whole = sum(n for text, n in texts.items() if not {".", ","} & set(text))
    return "0" if zeros >= FILLED * rows and not whole else ""


def _unfilled(texts: Counter[str], fill: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, n in texts.items():
        bare = text.lstrip(" ")
        if fill == "0":
            sign = "-" if text.startswith("-") else ""
            digits = text[len(sign) :].lstrip("0")
            bare = sign + (digits if digits[:1].isdigit() else "0" + digits)
        found[bare] += n
    return found


def _by_unit(found: FoundStyle, texts: Counter[str], min_entities: int) -> list[NumberStyle]:
    """The style, or several of other decimals where its units have them (2.0 kg, 500 g)."""
    style = found.style
    assert isinstance(style, NumberStyle)
    if len(style.affixes) == 1 or _unread(texts, [style]).total() < SECOND_SHARE * texts.total():
        return [style]
    by_decimals: dict[tuple[int, int, bool], list[NumberStyle]] = {}
    for affix in style.affixes:
        alone = replace(style, affixes=(affix,))
        own = Counter(
            {t: n for t, n in texts.items() if t.startswith(affix[0]) and t.endswith(affix[1])}
        )
        one = search_texts(own, min_entities, ((style.thousands, style.decimal, style.indian),))
        if one is not None and isinstance(one.style, NumberStyle):
            alone = replace(
                alone, least=one.style.least, most=one.style.most, bare_whole=one.style.bare_whole
            )
        by_decimals.setdefault((alone.least, alone.most, alone.bare_whole), []).append(alone)
    apart = [
        replace(alike[0], affixes=tuple(one.affixes[0] for one in alike))
        for alike in by_decimals.values()
    ]
    better = _unread(texts, apart).total() < 0.5 * _unread(texts, [style]).total()
    return apart if better and len(apart) <= MOST_STYLES else [style]


def _further(
    styles: list[NumberStyle],
    texts: Counter[str],
    min_entities: int,
    conventions: Sequence[Convention],
) -> list[NumberStyle]:
    """The styles, and those of the texts that they do not read."""
    found = list(styles)
    least = max(SECOND_SHARE * texts.total(), min_entities)
    while len(found) < MOST_STYLES:
        left = _unread(texts, found)
        more = search_texts(left, min_entities, conventions) if left.total() >= least else None
        if more is None or not isinstance(more.style, NumberStyle):
            break
        if left.total() - _unread(left, [more.style]).total() < least:
            break
        found.append(more.style)
    return found


def _used(
    styles: list[NumberStyle], texts: Counter[str], min_entities: int
) -> tuple[NumberStyle, ...]:
    """The styles with those of their units that enough texts have which they are the first to read.

    One unit of a style stays in any case.
    """
    if len(styles) == 1:
        return tuple(styles)
    left, found = texts, []
    for style in styles:
        listed = list(left)
        _, affix, read = style.read(pa.array(listed, pa.string()))
        count: Counter[int] = Counter()
        for text, place, one in zip(listed, affix.tolist(), read, strict=True):
            count[place] += left[text] if one else 0
        kept = [affix for place, affix in enumerate(style.affixes) if count[place] >= min_entities]
        found.append(replace(style, affixes=tuple(kept) or style.affixes[:1]))
        left = _unread(left, [style])
    return tuple(found)


def _unread(texts: Counter[str], styles: Sequence[NumberStyle]) -> Counter[str]:
    """The texts that no style reads."""
    listed = list(texts)
    read = np.zeros(len(listed), bool)
    for style in styles:
        read |= style.read(pa.array(listed, pa.string()))[2]
    return Counter({text: texts[text] for text, one in zip(listed, read, strict=True) if not one})
