"""After training: output biases set so that what is drawn has the train part's marginals.

A network that is trained by stochastic steps is a little off in every marginal: too little to show
in a likelihood, enough to show in a table. Head after head, rows are drawn from the model itself,
and the bias of each code moves by the logarithm of how far its mean probability is from its share
in the train part: iterative proportional fitting (Deming & Stephan 1940) of one margin at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.kernel import Head, Walk, cumulated_mass, draw
from synth.generators.marginals import prior_rows

ROWS = 32_768  # drawn: probabilities, not codes, are averaged, so their noise is small
CELLS = 2**22  # rows times heads at most, which bounds the memory of wide tables
ROUNDS = 3  # a second one finds what the first one moved; a third changes next to nothing
BATCH_ROWS = 2048


def corrections(
    heads: Sequence[Head], statistics: CodeStatistics, rng: np.random.Generator
) -> Iterator[tuple[int, np.ndarray]]:
    """Each head's sub-column, and what to add to its logits, group by group.

    The latter is float32 ``(groups, K)``; a sub-column of the first level has one group.
    """
    rows = min(ROWS, max(CELLS // len(heads), 1))
    walks = [Walk(heads, min(BATCH_ROWS, rows - start)) for start in range(0, rows, BATCH_ROWS)]
    for head in heads:
        within = statistics.within[head.sub_column]
        counts = statistics.counts[head.sub_column][None] if within is None else within
        logits = [walk.logits(head) for walk in walks]
        groups = [_groups(walk, head) for walk in walks]
        correction = _correction(logits, groups, counts)
        for walk, own, group in zip(walks, logits, groups, strict=True):
            own += correction[group].T
            walk.add(head, draw(cumulated_mass(own), rng.random(walk.rows, np.float32)))
        yield head.sub_column, correction


def _groups(walk: Walk, head: Head) -> np.ndarray:
    """The group of each row, int32 ``(n,)``; 0 where there is one only."""
    if head.group is None:
        return np.zeros(walk.rows, np.int32)
    return walk.codes[:, head.group]


def _correction(
    logits: Sequence[np.ndarray], groups: Sequence[np.ndarray], counts: np.ndarray
) -> np.ndarray:
    """What to add to logits ``(K, n)`` so that their mean shares in each group are the counts'."""
    prior, codes = prior_rows(counts), counts.shape[1]
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
    return found


def _shares(logits: np.ndarray) -> np.ndarray:
    """The softmax over the codes of logits ``(K, n)``, which are overwritten."""
    logits -= logits.max(axis=0)
    shares: np.ndarray = np.exp(logits, out=logits)
    shares /= shares.sum(axis=0)
    return shares
