"""Sampling codes with numpy alone: executors need no torch.

Tables are folded (smooth part + free part), heads are ordered, and head i multiplies only the
embeddings before it. Shapes as in ``synth.nn``; n rows of a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth.encode import SubColumn
from synth.generators.basis import basis_of

IMPOSSIBLE = np.float32(-1e9)
_NORM_EPSILON = np.float32(1e-5)  # torch's layer_norm


@dataclass(frozen=True)
class Residual:
    """One residual layer of one head: ``scale`` (H,), ``weight`` (H, H), ``bias`` (H,)."""

    scale: np.ndarray
    weight: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Head:
    """One sub-column: ``embedding`` (K, width), ``first`` (D before, H), ``output`` (H, K)."""

    embedding: np.ndarray
    first: np.ndarray
    first_bias: np.ndarray
    residuals: tuple[Residual, ...]
    output: np.ndarray
    bias: np.ndarray


def fold(
    weights: Mapping[str, np.ndarray],
    sub_columns: Sequence[SubColumn],
    seen: Sequence[np.ndarray],
) -> tuple[Head, ...]:
    """Heads from a network's weights; codes that the train part never showed become impossible."""
    hidden = weights["first_bias"].shape[0] // len(sub_columns)
    layers = sum(name.startswith("norms.") for name in weights)
    heads: list[Head] = []
    start = 0
    for i, sub in enumerate(sub_columns):
        embedding = weights[f"tables.{i}.embedding"]
        output = weights[f"tables.{i}.output"]
        if sub.ranks is not None:
            basis = basis_of(sub.ranks)
            embedding = embedding + basis @ weights[f"tables.{i}.smooth_embedding"]
            output = output + weights[f"tables.{i}.smooth_output"] @ basis.T
        own = slice(i * hidden, (i + 1) * hidden)
        residuals = tuple(
            Residual(
                weights[f"norms.{layer}"][i, 0].copy(),
                np.ascontiguousarray(weights[f"residuals.{layer}"][i]),
                weights[f"residual_biases.{layer}"][i, 0].copy(),
            )
            for layer in range(layers)
        )
        bias = np.where(seen[i] > 0, weights[f"tables.{i}.bias"], IMPOSSIBLE).astype(np.float32)
        heads.append(
            Head(
                np.ascontiguousarray(embedding, np.float32),
                np.ascontiguousarray(weights["first"][:start, own]),
                weights["first_bias"][own].copy(),
                residuals,
                np.ascontiguousarray(output, np.float32),
                bias,
            )
        )
        start += embedding.shape[1]
    return tuple(heads)


def sample_codes(heads: Sequence[Head], rows: int, rng: np.random.Generator) -> np.ndarray:
    """int32 codes ``(rows, S)``; one uniform per row and head, drawn in the heads' order."""
    width = sum(head.embedding.shape[1] for head in heads)
    embedded = np.empty((rows, width), np.float32)
    codes = np.empty((rows, len(heads)), np.int32)
    start = 0
    for place, head in enumerate(heads):
        logits = _logits(head, embedded[:, :start])
        drawn = _inverse_cdf(logits, rng.random(rows, np.float32))
        codes[:, place] = drawn
        end = start + head.embedding.shape[1]
        embedded[:, start:end] = head.embedding[drawn]
        start = end
    return codes


def _logits(head: Head, before: np.ndarray) -> np.ndarray:
    x = before @ head.first  # (n, H)
    x += head.first_bias
    for layer in head.residuals:
        inner = _silu(_normalise(x) * layer.scale) @ layer.weight
        inner += layer.bias
        x += inner
    logits: np.ndarray = _silu(x) @ head.output  # (n, K)
    logits += head.bias
    return logits


def _inverse_cdf(logits: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The first code whose cumulated, unnormalised exponential exceeds ``uniform`` of the total."""
    logits -= logits.max(axis=1, keepdims=True)
    mass = np.cumsum(np.exp(logits, out=logits), axis=1, out=logits)
    below = mass <= (uniform * mass[:, -1])[:, None]
    drawn: np.ndarray = below.sum(axis=1, dtype=np.int32)
    np.minimum(drawn, mass.shape[1] - 1, out=drawn)
    return drawn


def _normalise(x: np.ndarray) -> np.ndarray:
    """Layer normalisation without weights (Ba et al. 2016)."""
    centred: np.ndarray = x - x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred) / np.float32(x.shape[1])
    centred /= np.sqrt(variance + _NORM_EPSILON)[:, None]
    return centred


def _silu(x: np.ndarray) -> np.ndarray:
    """``x * sigmoid(x)``; exp(-x) of -88 and below would overflow float32, where silu is 0."""
    out: np.ndarray = np.exp(-np.maximum(x, np.float32(-80)))
    out += 1
    np.divide(x, out, out=out)
    return out
