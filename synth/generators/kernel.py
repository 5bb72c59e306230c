"""Sampling codes with numpy alone: executors need no torch.

Heads stand in the order in which they are drawn; each reads its parents and a running sum. Shapes
as in ``synth.nn``; n rows of a batch. Logits stand code by code, ``(K, n)``: what runs over the
codes then adds whole rows of numbers, which took half the time of adding along them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

IMPOSSIBLE = np.float32(-1e9)
_NORM_EPSILON = np.float32(1e-5)  # torch's layer_norm

Choose = Callable[[int, np.ndarray], np.ndarray]  # (head, logits (K, n)) -> codes (n,)


@dataclass(frozen=True)
class Residual:
    """One residual layer of one head: ``scale`` (H,), ``weight`` (H, H), ``bias`` (H,)."""

    scale: np.ndarray
    weight: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Summary:
    """What all heads before tell in few numbers: ``into`` (K, r) adds up, ``out`` (r, H) reads."""

    into: np.ndarray
    out: np.ndarray


@dataclass(frozen=True)
class Head:
    """One sub-column: ``embedding`` (K, width), ``first`` (inputs, H), ``output`` (H, K).

    ``sub_column`` is its place among the codes; ``inputs`` are the turns of the heads whose
    embeddings it reads, side by side.
    """

    sub_column: int
    embedding: np.ndarray
    inputs: tuple[int, ...]
    first: np.ndarray
    first_bias: np.ndarray
    summary: Summary
    residuals: tuple[Residual, ...]
    output: np.ndarray
    bias: np.ndarray


def sample_codes(
    heads: Sequence[Head], rows: int, rng: np.random.Generator, temperature: float = 1.0
) -> np.ndarray:
    """int32 codes ``(rows, S)``; one uniform per row and head, drawn in the heads' order.

    A ``temperature`` below 1 prefers what is likely, above 1 what is rare.
    """
    scale = np.float32(1 / temperature)

    def choose(_: int, logits: np.ndarray) -> np.ndarray:
        if temperature != 1.0:
            logits *= scale
        return _inverse_cdf(logits, rng.random((logits.shape[1],), np.float32))

    return walk(heads, rows, choose)


def complete_codes(
    heads: Sequence[Head], known: np.ndarray, given: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw what is not given: ``(codes, log_weight)``, int32 ``(n, S)`` and float64 ``(n,)``.

    ``given`` is bool ``(n, S)``, ``known`` the codes where it is true. The log weight is that of
    the given codes under what was drawn before them (likelihood weighting, Fung & Chang 1989).
    """
    log_weight = np.zeros(len(known))

    def choose(sub_column: int, logits: np.ndarray) -> np.ndarray:
        fixed = given[:, sub_column]
        codes = known[:, sub_column].astype(np.int32)
        uniform = rng.random((logits.shape[1],), np.float32)
        if fixed.any():
            chosen = _log_probability(logits[:, fixed], codes[fixed])
            log_weight[fixed] += chosen
        if not fixed.all():
            codes[~fixed] = _inverse_cdf(logits[:, ~fixed], uniform[~fixed])
        return codes

    return walk(heads, len(known), choose), log_weight


def log_probabilities(heads: Sequence[Head], codes: np.ndarray) -> np.ndarray:
    """float64 ``(n, S)``: the log probability in nats of each code, given those before it."""
    found = np.zeros(codes.shape)

    def choose(sub_column: int, logits: np.ndarray) -> np.ndarray:
        own: np.ndarray = codes[:, sub_column].astype(np.int32)
        found[:, sub_column] = _log_probability(logits, own)
        return own

    walk(heads, len(codes), choose)
    return found


def walk(heads: Sequence[Head], rows: int, choose: Choose) -> np.ndarray:
    """int32 codes ``(rows, S)``, head after head; ``choose`` may overwrite the logits."""
    embedded: list[np.ndarray] = []
    codes = np.empty((rows, len(heads)), np.int32)
    total = np.zeros((rows, heads[0].summary.into.shape[1]), np.float32)
    for head in heads:
        x = total @ head.summary.out
        x += head.first_bias
        if head.inputs:
            x += np.concatenate([embedded[turn] for turn in head.inputs], axis=1) @ head.first
        chosen = choose(head.sub_column, _logits(head, x))
        codes[:, head.sub_column] = chosen
        embedded.append(head.embedding[chosen])
        total += head.summary.into[chosen]
    return codes


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


def _inverse_cdf(logits: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The first code whose cumulated, unnormalised exponential exceeds ``uniform`` of the total."""
    logits -= logits.max(axis=0)
    mass = np.exp(logits, out=logits)
    for before, own in pairwise(mass):
        own += before
    below = mass[:-1] <= uniform * mass[-1]
    drawn: np.ndarray = below.sum(axis=0, dtype=np.int32)
    return drawn


def _normalise(x: np.ndarray) -> np.ndarray:
    """Layer normalisation without weights (Ba et al. 2016)."""
    centred: np.ndarray = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / np.float32(x.shape[1])
    centred /= np.sqrt(variance + _NORM_EPSILON)[:, None]
    return centred


def _silu(x: np.ndarray) -> np.ndarray:
    """``x * sigmoid(x)``, as ``h + h tanh(h)`` of ``h = x / 2``: nothing overflows."""
    half = x * np.float32(0.5)
    out: np.ndarray = np.tanh(half)
    out *= half
    out += half
    return out
