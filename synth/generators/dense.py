"""What :mod:`synth.learning.dense` has learned, in numpy: executors that sample need no torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Weights = Mapping[str, np.ndarray]  # float32, by the names of torch's state_dict
EPSILON = 1e-5  # of torch's LayerNorm


def starts_of(cardinalities: tuple[int, ...]) -> np.ndarray:
    """int64 ``(F,)``: where each sub-column's codes begin among all of them."""
    return np.concatenate([[0], np.cumsum(cardinalities)[:-1]]).astype(np.int64)


def embedded(table: np.ndarray, starts: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """float32 ``(n, width)``: the sum of a row's vectors, one for each of its codes ``(n, F)``."""
    found = np.zeros((len(codes), table.shape[1]), np.float32)
    for start, own in zip(starts, codes.T, strict=True):
        found += table[start + own]
    return found


def linear(weights: Weights, name: str, values: np.ndarray) -> np.ndarray:
    """Torch's Linear of this name, over float32 ``(n, inputs)``."""
    found: np.ndarray = values @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return found


def silu(values: np.ndarray) -> np.ndarray:
    """``x * sigmoid(x)``, by tanh: no overflow."""
    found: np.ndarray = values * (0.5 * np.tanh(0.5 * values) + 0.5)
    return found


def normed(weights: Weights, name: str, values: np.ndarray) -> np.ndarray:
    """Torch's LayerNorm of this name: of each row by itself."""
    middle = values - values.mean(1, keepdims=True)
    spread = np.sqrt((middle * middle).mean(1, keepdims=True) + EPSILON)
    found: np.ndarray = middle / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return found


def tower(weights: Weights, name: str, values: np.ndarray) -> np.ndarray:
    """:class:`synth.learning.dense.Tower` of this name, over float32 ``(n, width)``."""
    layers = sum(key.startswith(f"{name}.layers.") for key in weights) // 6
    for layer in range(layers):
        own = f"{name}.layers.{layer}"
        inner = silu(linear(weights, f"{own}.wide", normed(weights, f"{own}.norm", values)))
        values = values + linear(weights, f"{own}.narrow", inner)
    return normed(weights, f"{name}.norm", values)


def softmax(logits: np.ndarray) -> np.ndarray:
    """float32 shares of each row, 1 together."""
    shares = np.exp(logits - logits.max(1, keepdims=True))
    found: np.ndarray = shares / shares.sum(1, keepdims=True)
    return found
