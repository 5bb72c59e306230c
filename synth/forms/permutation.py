"""A permutation of the first whole numbers: each once, in an order that looks like chance.

A balanced Feistel network with cycle walking (Black and Rogaway 2002, "Ciphers with arbitrary
finite domains", method 2); its round function is the mixer of splitmix64. No cipher: numbers that
follow each other shall look unlike, no secret is kept.
"""

from __future__ import annotations

import numpy as np

_ROUNDS = 6
MOST = 2**46  # numbers: more than a table has rows, and their halves are exact in 64 bits


def permuted(numbers: np.ndarray, size: int, key: int) -> np.ndarray:
    """Where a permutation of ``range(size)`` takes the numbers; int64, ``0 <= numbers < size``."""
    if size > MOST:
        raise ValueError(f"a permutation has at most 2**46 numbers, however: {size}")
    half = max((max(size - 1, 1).bit_length() + 1) // 2, 1)
    found = _feistel(numbers.astype(np.uint64), half, key)
    beyond = np.flatnonzero(found >= size)
    while len(beyond):  # a quarter of the network's numbers or more lie within
        found[beyond] = _feistel(found[beyond], half, key)
        beyond = beyond[found[beyond] >= size]
    return found.astype(np.int64)


def _feistel(numbers: np.ndarray, half: int, key: int) -> np.ndarray:
    mask = np.uint64((1 << half) - 1)
    left, right = numbers >> np.uint64(half), numbers & mask
    for place in range(_ROUNDS):
        round_key = (key + place * 0x9E3779B97F4A7C15) % 2**64
        left, right = right, left ^ (_mixed(right ^ np.uint64(round_key)) & mask)
    return (left << np.uint64(half)) | right


def _mixed(values: np.ndarray) -> np.ndarray:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = values ^ (values >> np.uint64(31))
    return mixed
