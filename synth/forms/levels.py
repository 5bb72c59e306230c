"""How finely texts are cut into tokens before their patterns are learned.

Cut by classes (capitals, other letters, digits) ``DE89-X`` is ``A9-A``; cut into words, whose
letters and digits mix as in a hash, it is ``w-w``; cut into chunks between strong separators alone,
``jane.doe@mail.org`` is ``c@c``. What a text becomes is its *signature*: no text has two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.texts import code_points

MOST_PATTERNS = 64  # of a column: more say that it has none
_FEW_PATTERNS = 24  # so many are worth more than one that is coarser
_MOST_SPACES = 6  # more words are a sentence, which has no shape, unless most have signs
_NEARLY_ALL = 0.98  # of the rows in shapes that are shared: what is beyond does not count as few
_COVERED = 0.9  # of the rows in patterns that enough rows share
_LEAST_COVERED = 0.6  # where none covers more: the others stay texts that no form reads
_INDEPENDENT = 0.8  # of the entropy that two places have by themselves: less tells of structure

UPPER = r"\p{Lu}"
LOWER = r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{M}\p{Nl}\p{No}]"
DIGIT = "[0-9]"
WORD = r"[\p{L}\p{M}\p{Nl}\p{No}0-9]"
CHUNK = r"[^\s@/:?&=,;|#()\[\]{}'\"<>]"


@dataclass(frozen=True)
class Level:
    """Classes of characters by the symbol that stands for a run of them; all others are literal."""

    name: str
    classes: dict[str, str]

    def signatures(self, texts: pa.Array) -> pa.Array:
        """The signature of each text."""
        found = texts
        for symbol, characters in self.classes.items():
            found = pc.replace_substring_regex(found, f"{characters}+", symbol)
        return found


CLASSES = Level("classes", {"9": DIGIT, "A": UPPER, "a": LOWER})
WORDS = Level("words", {"w": WORD})
CHUNKS = Level("chunks", {"c": CHUNK})


@dataclass(frozen=True)
class Cut:
    """The signatures at a level that enough rows share, most frequent first."""

    level: Level
    of_row: pa.Array
    signatures: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def covered(self) -> float:
        """The share of the rows that have one of them."""
        return sum(self.counts) / max(len(self.of_row), 1)

    @property
    def few(self) -> int:
        """How many of them hold nearly all rows that have one."""
        if not self.counts:
            return 0
        shares = np.cumsum(self.counts) / sum(self.counts)
        return int(np.searchsorted(shares, _NEARLY_ALL)) + 1

    @property
    def fits(self) -> bool:
        """Whether they are few and cover nearly all rows."""
        return self.covered >= _COVERED and self.few <= _FEW_PATTERNS


def cut(texts: pa.Array, level: Level, min_entities: int) -> Cut:
    """The texts' signatures at a level."""
    of_row = level.signatures(texts)
    found = pc.value_counts(of_row)
    pairs = zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True)
    shared = ((-count, text) for text, count in pairs if count >= min_entities)
    kept = sorted(pair for pair in shared if not _is_sentence(pair[1]))[:MOST_PATTERNS]
    return Cut(level, of_row, tuple(t for _, t in kept), tuple(-count for count, _ in kept))


def _is_sentence(signature: str) -> bool:
    """Many words, few of them numbers: a text that no shape tells anything of."""
    words = signature.split(" ")
    told = sum(not word.strip(",.;!?").isalpha() for word in words)
    return len(words) > _MOST_SPACES + 1 and 2 * told < len(words)


def choose_cut(texts: pa.Array, min_entities: int) -> Cut | None:
    """The finest cut that covers the rows by few patterns, None where none does."""
    by_class, by_word, by_chunk = (
        cut(texts, level, min_entities) for level in (CLASSES, WORDS, CHUNKS)
    )
    chosen = None
    if by_class.fits and (by_class.few <= by_word.few or not _are_mixed(texts, by_word)):
        chosen = by_class
    elif by_word.fits:
        chosen = by_word
    separated = any(signature.strip("c") for signature in by_chunk.signatures)
    finest = [by_class, by_word]
    if separated:
        finest.append(by_chunk)
        coarser = chosen is None or (chosen.few > 2 and 2 * by_chunk.few <= chosen.few)
        if by_chunk.fits and coarser:
            return by_chunk
    if chosen is not None:
        return chosen
    best = max(finest, key=lambda one: (one.covered, -one.few))
    return best if best.covered >= _LEAST_COVERED and len(best.signatures) < MOST_PATTERNS else None


def tokens_of(signature: str, level: Level) -> list[str]:
    """The signature cut into symbols of classes and literal texts between them."""
    symbols = "".join(level.classes)
    return re.findall(f"[{symbols}]|[^{symbols}]+", signature)


def _are_mixed(texts: pa.Array, words: Cut) -> bool:
    """Whether letters and digits change places at random, as in a hash.

    Then the class of a character says nothing of that of its neighbour: the entropy of both is the
    sum of the two.
    """
    shape = pc.binary_join_element_wise(
        words.of_row, pc.utf8_length(texts).cast(pa.string()), pa.scalar(" ", pa.string())
    )
    found = pc.value_counts(shape)
    most = found.field(0)[int(np.argmax(np.asarray(found.field(1))))]
    alike = texts.filter(pc.equal(shape, most))
    points = code_points(alike, int(pc.max(pc.utf8_length(alike)).as_py()))
    classes = np.zeros(points.shape, np.int64)  # digits and separators
    classes[(points >= ord("A")) & (points <= ord("Z"))] = 1
    classes[points >= ord("a")] = 2
    alone = [entropy(np.bincount(column)) for column in classes.T]
    together = beside = 0.0
    for place in range(len(alone) - 1):
        if alone[place] or alone[place + 1]:
            pair = classes[:, place] * 3 + classes[:, place + 1]
            together += entropy(np.bincount(pair))
            beside += alone[place] + alone[place + 1]
    return together >= _INDEPENDENT * beside > 0


def entropy(counts: np.ndarray) -> float:
    """In bits, of a distribution with these counts."""
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log2(share)).sum())
