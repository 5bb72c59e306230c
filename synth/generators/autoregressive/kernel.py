"""Sampling codes with numpy alone: executors need no torch.

Heads stand in the order in which they are drawn; each reads its parents and a running sum. Shapes
as in ``network``; n rows of a batch. Logits stand code by code, ``(K, n)``: what runs over the
codes then adds whole rows of numbers, which took half the time of adding along them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from synth.generators.autoregressive.contexts import Context
from synth.generators.weights import Weighting, weights_of

IMPOSSIBLE = np.float32(-1e9)
SMALL = -7.0  # nats
BATCH_ROWS = 512  # fixed: another size would draw other numbers; this one stays in the cache
SHARED = 8  # rows of one beginning, on average, for which sharing pays
_NORM_EPSILON = np.float32(1e-5)  # torch's layer_norm

Choose = Callable[[int, np.ndarray], np.ndarray]  # (head, logits (K, n)) -> codes (n,)


@dataclass(frozen=True)
class Residual:
    """One residual layer of one head: ``scale`` (H,), ``weight`` (H, H), ``bias`` (H,)."""

    scale: np.ndarray
    weight: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Lookup:
    """What an earlier column tells of a head by itself.

    ``logits`` is float32 ``(C + 1, K)``, ``rows`` int64: the one of each context.
    """

    context: Context
    rows: np.ndarray
    logits: np.ndarray

    def of(self, codes: np.ndarray) -> np.ndarray:
        """``(K, n)``, what is told by codes ``(n, S)``."""
        told: np.ndarray = self.logits[self.rows[self.context.at(codes.astype(np.int64))]].T
        return told


@dataclass(frozen=True)
class Head:
    """One sub-column: ``embedding`` (K, width), ``first`` (r + inputs, H), ``output`` (H, K).

    ``sub_column`` is its place among the codes. ``first`` reads the running sum of all heads
    before, to which each adds its ``into`` (K, r), and beside it the embeddings of the heads whose
    turns are ``inputs``. Where ``group`` is the place of a sub-column before it, by whose code the
    margin was set, ``within`` (its codes, K) adds to the ``bias``. Where that is the first level of
    the same column, ``embedding`` and ``into`` may be those of values, group by group
    (groups * K rows). ``lookups`` add to the logits as well.
    """

    sub_column: int
    embedding: np.ndarray
    into: np.ndarray
    inputs: tuple[int, ...]
    first: np.ndarray
    first_bias: np.ndarray
    residuals: tuple[Residual, ...]
    output: np.ndarray
    bias: np.ndarray
    group: int | None = None
    within: np.ndarray | None = None
    lookups: tuple[Lookup, ...] = ()

    @property
    def embeds_values(self) -> bool:
        """Whether the embeddings are those of values, group by group."""
        return len(self.embedding) > len(self.bias)


def sample_codes(
    heads: Sequence[Head],
    rows: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
    *,
    shared: int = SHARED,
) -> np.ndarray:
    """int32 codes ``(rows, S)``; one uniform per row and head.

    A ``temperature`` below 1 prefers what is likely, above 1 what is rare. Rows that have drawn the
    same codes so far are computed once, as long as there are ``shared`` of them on average; what
    remains is drawn batch by batch.
    """
    beginnings, of = Walk(heads, 1), np.zeros(rows, np.int64)  # of: each row's beginning
    waiting = list(heads)
    while waiting and beginnings.rows * shared <= rows:
        head = waiting.pop(0)
        mass = cumulated_mass(beginnings.logits(head), temperature)
        chosen = _draw_shared(mass, of, rng.random(rows, np.float32))
        distinct, of = np.unique(of * len(mass) + chosen, return_inverse=True)
        beginnings = beginnings.at(distinct // len(mass))
        beginnings.add(head, (distinct % len(mass)).astype(np.int32))
    if not waiting:
        return beginnings.codes[of]
    parts = []
    for start in range(0, rows, BATCH_ROWS):
        batch = beginnings.at(of[start : start + BATCH_ROWS])
        for head in waiting:
            mass = cumulated_mass(batch.logits(head), temperature)
            batch.add(head, draw(mass, rng.random(batch.rows, np.float32)))
        parts.append(batch.codes)
    return np.concatenate(parts) if parts else np.empty((0, len(heads)), np.int32)


def complete_codes(
    heads: Sequence[Head],
    known: np.ndarray,
    given: np.ndarray,
    rng: np.random.Generator,
    weights: Weighting | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw what is not given: ``(codes, log_weight)``, int32 ``(n, S)`` and float64 ``(n,)``.

    ``given`` is bool ``(n, S)``, ``known`` the codes where it is true; ``heads`` may be the first
    of all, then the codes of the others are those of ``known``. The log weight is that of the given
    codes under what was drawn before them (likelihood weighting, Fung & Chang 1989), and of what
    ``weights`` leave of a head's mass.
    """
    log_weight = np.zeros(len(known))
    walk = Walk(heads, len(known), known.shape[1])
    walk.codes[:] = known
    for head in heads:
        place, logits = head.sub_column, walk.logits(head)
        fixed = given[:, place]
        codes = known[:, place].astype(np.int32)
        uniform = rng.random((logits.shape[1],), np.float32)
        if fixed.any():
            log_weight[fixed] += _log_probability(logits[:, fixed], codes[fixed])
        free = ~fixed
        if free.any():
            mass = cumulated_mass(logits[:, free])
            share = None if not weights else weights_of(weights, place, walk.codes[free])
            if share is not None:
                mass, left = _weighed(mass, share, logits[:, free])
                log_weight[free] += left
            codes[free] = draw(mass, uniform[free])
        walk.add(head, codes)
    return walk.codes, log_weight


def _weighed(
    mass: np.ndarray, weights: np.ndarray, logits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cumulated mass ``(K, n)`` under weights ``(n, K)``, and the logarithm of the share left."""
    own = np.diff(mass, axis=0, prepend=np.float32(0)) * weights.T
    with np.errstate(divide="ignore"):
        left = np.log(own.sum(axis=0, dtype=np.float64)) - np.log(mass[-1].astype(np.float64))
        small = np.flatnonzero(left < SMALL)  # what float32 blurs is calculated by itself
        if len(small):
            plain = logits[:, small].astype(np.float64)
            weighed = plain + np.maximum(np.log(weights[small].T), float(IMPOSSIBLE))
            most = weighed.max(axis=0)
            exact = np.exp(weighed - most)
            own[:, small] = exact
            total = np.log(np.exp(plain - plain.max(axis=0)).sum(axis=0)) + plain.max(axis=0)
            left[small] = np.log(exact.sum(axis=0)) + most - total
    cumulated = np.cumsum(own, axis=0, dtype=np.float32)
    return cumulated, np.where(left < IMPOSSIBLE / 2, -np.inf, np.minimum(left, 0.0))


def log_probabilities(heads: Sequence[Head], codes: np.ndarray) -> np.ndarray:
    """float64 ``(n, S)``: the log probability in nats of each code, given those before it."""
    found = np.zeros(codes.shape)

    def choose(sub_column: int, logits: np.ndarray) -> np.ndarray:
        own: np.ndarray = codes[:, sub_column].astype(np.int32)
        found[:, sub_column] = _log_probability(logits, own)
        return own

    _walk(heads, len(codes), choose)
    return found


class Walk:
    """Rows on their way from head to head: the codes that each has drawn so far."""

    def __init__(self, heads: Sequence[Head], rows: int, width: int | None = None):
        self.codes = np.empty((rows, width or len(heads)), np.int32)
        self._total = np.zeros((rows, heads[0].into.shape[1]), np.float32)
        self._embedded: list[np.ndarray] = []

    @property
    def rows(self) -> int:
        """How many rows walk together."""
        return len(self.codes)

    def logits(self, head: Head) -> np.ndarray:
        """``(K, rows)``, a new array: the caller may overwrite it."""
        seen = [self._total, *(self._embedded[turn] for turn in head.inputs)]
        x = np.concatenate(seen, axis=1) @ head.first
        x += head.first_bias
        logits = _logits(head, x)
        if head.within is not None:
            logits += head.within[self.codes[:, head.group]].T
        for lookup in head.lookups:
            logits += lookup.of(self.codes)
        return logits

    def add(self, head: Head, chosen: np.ndarray) -> None:
        """What each row has drawn at the head; heads come in their order."""
        self.codes[:, head.sub_column] = chosen
        rows = chosen
        if head.embeds_values:
            rows = self.codes[:, head.group] * len(head.bias) + chosen
        self._embedded.append(head.embedding[rows])
        self._total += head.into[rows]

    def at(self, rows: np.ndarray) -> Walk:
        """Copies of some rows, each as often as it is named."""
        copy = object.__new__(Walk)
        copy.codes, copy._total = self.codes[rows], self._total[rows]
        copy._embedded = [embedded[rows] for embedded in self._embedded]
        return copy


def _walk(heads: Sequence[Head], rows: int, choose: Choose) -> np.ndarray:
    """int32 codes ``(rows, S)``, head after head; ``choose`` may overwrite the logits."""
    walk = Walk(heads, rows)
    for head in heads:
        walk.add(head, choose(head.sub_column, walk.logits(head)))
    return walk.codes


def _logits(head: Head, x: np.ndarray) -> np.ndarray:
    for layer in head.residuals:
        inner = _silu(_normalise(x) * layer.scale) @ layer.weight
        inner += layer.bias
        x += inner
    logits: np.ndarray = head.output.T @ _silu(x).T  # (K, n)
    logits += head.bias[:, None]
    return logits


def _log_probability(logits: np.ndarray, codes: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=0)
    own = shifted[codes, np.arange(len(codes))].astype(np.float64)
    total = np.exp(shifted).sum(axis=0, dtype=np.float64)
    result: np.ndarray = own - np.log(total)
    return result


def cumulated_mass(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Unnormalised exponentials cumulated over the codes: ``(K, n)``, in place of the logits."""
    if temperature != 1.0:
        logits *= np.float32(1 / temperature)
    logits -= logits.max(axis=0)
    mass: np.ndarray = np.exp(logits, out=logits)
    for before, own in pairwise(mass):
        own += before
    return mass


def draw(mass: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """int32 ``(n,)``: the first code whose mass exceeds ``uniform`` of the total."""
    drawn: np.ndarray = (mass[:-1] <= uniform * mass[-1]).sum(axis=0, dtype=np.int32)
    return drawn


def _draw_shared(mass: np.ndarray, of: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """As :func:`draw`, for many rows: each takes the column ``of`` of ``mass`` that it names."""
    codes, columns = mass.shape
    shares = (mass[:-1] / mass[-1]).T.astype(np.float64) + np.arange(columns)[:, None]
    # One ascending sequence: between place and place + 1 stand the shares of the place's column.
    found = np.searchsorted(shares.ravel(), of + uniform.astype(np.float64), side="right")
    drawn: np.ndarray = found - of * (codes - 1)
    return drawn


def _normalise(x: np.ndarray) -> np.ndarray:
    """Layer normalisation without weights (Ba et al. 2016)."""
    width = np.float32(x.shape[1])
    mean = np.full(x.shape[1], 1 / width, np.float32)
    centred: np.ndarray = x - (x @ mean)[:, None]
    variance = np.einsum("ij,ij->i", centred, centred) / width
    centred /= np.sqrt(variance + _NORM_EPSILON)[:, None]
    return centred


def _silu(x: np.ndarray) -> np.ndarray:
    """``x * sigmoid(x)``, as ``h + h tanh(h)`` of ``h = x / 2``: nothing overflows."""
    half = x * np.float32(0.5)
    out: np.ndarray = np.tanh(half)
    out *= half
    out += half
    return out
