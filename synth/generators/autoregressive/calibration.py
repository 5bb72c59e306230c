"""After training: what is drawn gets the train part's margins, and its strongest pairs.

A network that is trained by stochastic steps is a little off in every marginal and every pair: too
little to show in a likelihood, enough to show in a table. Head after head, rows are drawn from the
model itself, and the logit of each code moves by the logarithm of how far its mean probability is
from its share in the train part: iterative proportional fitting (Deming & Stephan 1940) of one
margin at a time: the code's own, in its group where it has one; that with its partner
(:class:`synth.encode.CodeStatistics`); and the code's own again. A share that few rows show, of the
train part or drawn, counts little beside the model's own; of codes that fewer than ``min_entities``
rows show with a partner's code, only what they have together is set.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.autoregressive.kernel import Head, Walk, cumulated_mass, draw
from synth.generators.margins import Margin
from synth.generators.shares import prior_rows

ROWS = 131_072  # drawn: as many as make their own chance small beside that of a table's rows
EACH_ROW = 16  # drawn for each of the train part, beside whose chance theirs is small then;
LEAST_ROWS = 8192  # this many at least
CELLS = 2**22  # rows times heads at most, and
LOGITS = 2**25  # rows times a head's codes, which bound the memory of wide tables
PAIR_PRIOR = 3.0  # rows a code: how much the model's own shares beside a partner weigh
RANGE_PRIOR = 1.0  # the same of a range of codes, of which there are fewer
ROUNDS = 2  # the second one finds what the first one moved; a third changes nothing
BATCH_ROWS = 2048
GOLDEN_RATIO = (math.sqrt(5) - 1) / 2
LAST_BEFORE_ONE = 1 - 2.0**-24  # of float32


@dataclass(frozen=True)
class Correction:
    """What to add to a head's logits, float32 ``(groups, K)``; ``conditional``:
    (partner's codes, K).
    """

    sub_column: int
    margin: np.ndarray
    conditional: np.ndarray | None


@dataclass(frozen=True)
class Shown:
    """What the train part shows of a head: counts ``(groups, K)`` of ``rows`` ``(groups,)``.

    Zero where it is not counted, less where it is known to be none; ``prior`` ``(groups,)`` is how
    many rows the model's own weigh.
    """

    counts: np.ndarray
    rows: np.ndarray
    prior: np.ndarray

    @classmethod
    def of(cls, counts: np.ndarray) -> Shown:
        """Those of counts that leave out no row."""
        return cls(counts, counts.sum(1), prior_rows(counts))

    def wanted(self, own: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        """The shares to reach, where the model has its ``own`` over so many ``drawn`` rows."""
        known = np.minimum(self.rows, drawn)[:, None]
        weight = known / (known + self.prior[:, None]).clip(1e-9)
        weight = weight * (drawn / (drawn + self.counts.shape[1] / 2))[:, None]
        shown = np.maximum(self.counts, 0) / np.maximum(self.rows, 1)[:, None]
        uncounted = np.where(self.counts == 0, own, 0.0)
        together = (1 - shown.sum(1)) / np.maximum(uncounted.sum(1), 1e-12)
        wanted: np.ndarray = own + weight * (shown + uncounted * together[:, None] - own)
        return wanted


def corrections(
    heads: Sequence[Head],
    statistics: CodeStatistics,
    wanted: Sequence[Margin],
    rng: np.random.Generator,
) -> Iterator[Correction]:
    """What each head's margin lacks to be the wanted one, and then its pairs with the partner.

    ``heads`` stand in the order of the table, in which groups and partners come first. A head
    without a group has one row of the margin.
    """
    most = max(len(head.bias) for head in heads)
    enough = max(EACH_ROW * int(statistics.counts[0].sum()), LEAST_ROWS)
    rows = max(min(ROWS, enough, CELLS // len(heads), LOGITS // most), 1)
    walks = [Walk(heads, min(BATCH_ROWS, rows - start)) for start in range(0, rows, BATCH_ROWS)]
    for head in heads:
        place, conditional = head.sub_column, None
        partner = statistics.partners[place]
        logits = [walk.logits(head) for walk in walks]
        pairs, alone = statistics.pair_counts[place], Shown.of(np.atleast_2d(wanted[place]))
        margin = _corrected(logits, _codes(walks, head.group), alone)
        if pairs is not None and partner is not None:
            prior = np.full(len(pairs), PAIR_PRIOR * pairs.shape[1])
            shown = Shown(pairs, statistics.counts[partner], prior)
            conditional = _in_ranges(logits, _codes(walks, partner), statistics, place)
            conditional += _corrected(logits, _codes(walks, partner), shown)
            conditional += _margin_again(logits, _codes(walks, partner), shown, alone)
        uniform = np.split(even_uniforms(walks, head, rng), range(BATCH_ROWS, rows, BATCH_ROWS))
        for walk, own, even in zip(walks, logits, uniform, strict=True):
            walk.add(head, draw(cumulated_mass(own), even))
        yield Correction(place, margin, conditional)


def even_uniforms(walks: Sequence[Walk], head: Head, rng: np.random.Generator) -> np.ndarray:
    """Uniform numbers for all rows, float32 ``(n,)``, that lie even among rows alike.

    Multiples of the golden ratio (Weyl's sequence), from a start by chance, along the rows sorted
    by the codes that predict the head best: among those of the same ones, too, each stretch has its
    share. Codes are drawn almost as often as they are likely, and the next heads see less chance.
    """
    alike = np.zeros(sum(walk.rows for walk in walks), np.int64)
    for place in dict.fromkeys((*(() if head.group is None else (head.group,)), *head.inputs)):
        codes = np.concatenate([walk.codes[:, place] for walk in walks])
        alike = alike * (int(codes.max()) + 1) + codes
    even = np.empty(len(alike), np.float32)
    steps = (rng.random() + np.arange(len(alike)) * GOLDEN_RATIO) % 1
    even[np.argsort(alike, kind="stable")] = np.minimum(steps, LAST_BEFORE_ONE)
    return even


def _codes(walks: Sequence[Walk], place: int | None) -> list[np.ndarray]:
    """The rows' codes of a sub-column, int32 ``(n,)`` per walk; 0 without one."""
    if place is None:
        return [np.zeros(walk.rows, np.int32) for walk in walks]
    return [walk.codes[:, place] for walk in walks]


def _corrected(
    logits: Sequence[np.ndarray],
    groups: Sequence[np.ndarray],
    shown: Shown,
    ranges: np.ndarray | None = None,
) -> np.ndarray:
    """What logits ``(K, n)`` lack to have the wanted mean shares in each group; it is added.

    ``ranges`` ``(K,)`` are the ranges of the codes that are counted, each code where it is None.
    """
    found = np.zeros(shown.counts.shape, np.float32)
    codes = np.arange(shown.counts.shape[1]) if ranges is None else ranges
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    wanted: np.ndarray | None = None
    for _ in range(ROUNDS):
        own, drawn = _mean_shares(logits, groups, found[:, codes])
        if ranges is not None:
            own = np.add.reduceat(own, starts, axis=1)
        if wanted is None:  # as the model has them before anything moves
            wanted = shown.wanted(own, drawn)
        found += _log_ratio(wanted, own)
    for part, group in zip(logits, groups, strict=True):
        part += _of_each_row(found[:, codes], group)
    return found


def _in_ranges(
    logits: Sequence[np.ndarray],
    partner: Sequence[np.ndarray],
    statistics: CodeStatistics,
    place: int,
) -> np.ndarray:
    """What the logits lack of the shares in ranges of the partner's codes; it is added."""
    pairs, at = statistics.pair_counts[place], statistics.partners[place]
    assert pairs is not None and at is not None  # of a sub-column that has a partner
    total = np.zeros(pairs.shape, np.float32)
    for coarse in statistics.coarse_pairs[place] if statistics.coarse_pairs else ():
        rows = np.bincount(coarse.partner_range, statistics.counts[at])
        shown = Shown(coarse.counts, rows, np.full(len(rows), RANGE_PRIOR * coarse.counts.shape[1]))
        groups = [coarse.partner_range[codes] for codes in partner]
        found = _corrected(logits, groups, shown, coarse.own_range)
        total += found[coarse.partner_range][:, coarse.own_range]
    return total


def _margin_again(
    logits: Sequence[np.ndarray], groups: Sequence[np.ndarray], pairs: Shown, alone: Shown
) -> np.ndarray:
    """What the logits lack of the margin, float32 ``(1, K)``, after pairs have moved it; added.

    Each code of the partner weighs as much as in the train part, not as often as it was drawn.
    """
    own, drawn = _mean_shares(logits, groups, np.zeros(pairs.counts.shape, np.float32))
    weight = np.where(drawn > 0, pairs.rows, 0)
    now = weight @ own / max(weight.sum(), 1)
    wanted = alone.wanted(now[None], drawn.sum(keepdims=True))[0]
    found = _log_ratio(wanted, now)
    for part in logits:
        part += found[:, None]
    return found[None]


def _log_ratio(wanted: np.ndarray, own: np.ndarray) -> np.ndarray:
    """float32, how far the logarithms of the shares lie apart; 0 where one of them is 0."""
    moved = np.zeros(own.shape)
    np.log(wanted / np.where(own > 0, own, 1), out=moved, where=(own > 0) & (wanted > 0))
    return moved.astype(np.float32)


def _mean_shares(
    logits: Sequence[np.ndarray], groups: Sequence[np.ndarray], found: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The mean shares ``(groups, K)`` of logits moved by ``found``, and the rows of each group."""
    mass, rows = np.zeros(found.shape), np.zeros(len(found))
    for part, group in zip(logits, groups, strict=True):
        members = np.zeros((len(found), len(group)), np.float32)
        members[group, np.arange(len(group))] = 1
        mass += members @ _shares(part + _of_each_row(found, group)).T
        rows += members.sum(1)
    return mass / np.maximum(rows, 1)[:, None], rows


def _of_each_row(found: np.ndarray, group: np.ndarray) -> np.ndarray:
    """What moves each row's logits, ``(K, n)``, or ``(K, 1)`` where there is one group for all."""
    return found.T if len(found) == 1 else found.T.take(group, axis=1)


def _shares(logits: np.ndarray) -> np.ndarray:
    """The softmax over the codes of logits ``(K, n)``, which are overwritten."""
    logits -= logits.max(axis=0)
    shares: np.ndarray = np.exp(logits, out=logits)
    shares /= shares.sum(axis=0)
    return shares
