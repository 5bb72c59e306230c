"""Smooth functions of a code's rank: neighbouring values start out alike, and learn together."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

WAVES = 20  # cosines of up to 20 half-waves: finer detail is left to the free part
WIDTH = 2 + WAVES
_EDGE = 1e-3  # a normal score of 3.1 at most


def basis_of(ranks: tuple[float | None, ...]) -> np.ndarray:
    """float32 ``(codes, WIDTH)``: normal score, position, cosines; zero for codes without a rank.

    The normal score follows the mass (``ranks``), position and cosines the order of the codes.
    """
    placed = np.array([rank is not None for rank in ranks])
    mass = np.array([0.5 if rank is None else rank for rank in ranks])
    order = np.argsort(np.argsort(np.where(placed, mass, np.inf), kind="stable"), kind="stable")
    position = (order + 0.5) / max(int(placed.sum()), 1)
    columns = [ndtri(np.clip(mass, _EDGE, 1 - _EDGE)), 2 * position - 1]
    columns += [np.cos(np.pi * wave * position) for wave in range(1, WAVES + 1)]
    basis: np.ndarray = np.stack(columns, axis=1) * placed[:, None]
    return basis.astype(np.float32, copy=False)
