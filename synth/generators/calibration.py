"""After training: what is drawn gets the train part's marginals, and its strongest pairs.

A network that is trained by stochastic steps is a little off in every marginal and every pair: too
little to show in a likelihood, enough to show in a table. Head after head, rows are drawn from the
model itself, and the logit of each code moves by the logarithm of how far its mean probability is
from its share in the train part: iterative proportional fitting (Deming & Stephan 1940) of one
margin at a time: the code's own, in its group where it has one, and then that with its partner
(:class:`synth.encode.CodeStatistics`), of which the model's own shares are a strong prior.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.kernel import Head, Walk, cumulated_mass, draw
from synth.generators.marginals import prior_rows

ROWS = 131_072  # drawn: as many as make their own chance small beside that of a table's rows
CELLS = 2**22  # rows times heads at most, which bounds the memory of wide tables
PAIR_PRIOR = 30.0  # rows a code: how much the model's own shares beside a partner weigh
ROUNDS = 3  # a second one finds what the first one moved; a third changes next to nothing
BATCH_ROWS = 2048


@dataclass(frozen=True)
class Correction:
    """What to add to a head's logits, float32 ``(groups, K)``; ``beside``: (partner's codes, K)."""

    sub_column: int
    margin: np.ndarray
    beside: np.ndarray | None


def corrections(
    heads: Sequence[Head], statistics: CodeStatistics, rng: np.random.Generator
) -> Iterator[Correction]:
    """What each head's margin lacks, and then its pairs with the partner.

    ``heads`` stand in the order of the table, in which groups and partners come first. A head
    without a group has one row of the margin.
    """
    rows = min(ROWS, max(CELLS // len(heads), 1))
    walks = [Walk(heads, min(BATCH_ROWS, rows - start)) for start in range(0, rows, BATCH_ROWS)]
    for head in heads:
        place, beside = head.sub_column, None
        logits = [walk.logits(head) for walk in walks]
        within, pairs = statistics.within[place], statistics.beside[place]
        counts = statistics.counts[place][None] if within is None else within
        margin = _corrected(logits, _codes(walks, head.group), counts, prior_rows(counts))
        if pairs is not None:
            prior = np.full(len(pairs), PAIR_PRIOR * pairs.shape[1])
            beside = _corrected(logits, _codes(walks, statistics.partners[place]), pairs, prior)
        for walk, own in zip(walks, logits, strict=True):
            walk.add(head, draw(cumulated_mass(own), rng.random(walk.rows, np.float32)))
        yield Correction(place, margin, beside)


def _codes(walks: Sequence[Walk], place: int | None) -> list[np.ndarray]:
    """The rows' codes of a sub-column, int32 ``(n,)`` per walk; 0 without one."""
    if place is None:
        return [np.zeros(walk.rows, np.int32) for walk in walks]
    return [walk.codes[:, place] for walk in walks]


def _corrected(
    logits: Sequence[np.ndarray],
    groups: Sequence[np.ndarray],
    counts: np.ndarray,
    prior: np.ndarray,
) -> np.ndarray:
    """What logits ``(K, n)`` lack for their mean shares in each group to be the counts'.

    It is added to them. ``prior`` is how many rows their own shares weigh in a group, beside those
    counted.
    """
    codes = counts.shape[1]
    found = np.zeros(counts.shape, np.float32)
    for _ in range(ROUNDS):
        mass, rows = np.zeros(counts.shape), np.zeros(len(counts))
        for own, group in zip(logits, groups, strict=True):
            members = np.equal.outer(np.arange(len(counts)), group).astype(np.float32)
            mass += members @ _shares(own + found[group].T).T
            rows += members.sum(1)
        share = mass / np.maximum(rows, 1)[:, None]
        wanted = (counts + prior[:, None] * share) / (counts.sum(1) + prior)[:, None]
        trust = rows / (rows + codes / 2)  # few drawn rows of a group say little of its shares
        moved = np.zeros(counts.shape)
        np.log(wanted / np.where(share > 0, share, 1), out=moved, where=(share > 0) & (wanted > 0))
        found += (trust[:, None] * moved).astype(np.float32)
    for own, group in zip(logits, groups, strict=True):
        own += found[group].T
    return found


def _shares(logits: np.ndarray) -> np.ndarray:
    """The softmax over the codes of logits ``(K, n)``, which are overwritten."""
    logits -= logits.max(axis=0)
    shares: np.ndarray = np.exp(logits, out=logits)
    shares /= shares.sum(axis=0)
    return shares
