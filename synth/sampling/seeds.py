"""Randomness belongs to a block of rows, not to a process: the one place where seeds are made."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def seed_of(*parts: str | int | bytes) -> int:
    """A 64-bit seed from parts, each led by its length, so that no two lists of parts collide."""
    digest = blake2b(digest_size=8)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return int.from_bytes(digest.digest(), "little")


def block_generator(seed: int, model_hash: str, table: str, block: int) -> np.random.Generator:
    """The generator of a block's rows: the same on every executor and at a retry."""
    return np.random.Generator(np.random.PCG64(seed_of(seed, model_hash, table, block)))
