"""Codes drawn from tables of shares, many rows at a time."""

from __future__ import annotations

import numpy as np

CLOSEST = 1 - 2.0**-30  # below 1, and still so with the number of a table's row before the point


def drawn_of(reach: np.ndarray, rows: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """int32 ``(n,)``: a code by the shares of one row of a table each.

    ``reach`` has the sums of the shares up to each code ``(R, K)``, ``rows`` the row of the table
    that counts. One search for all: each row's sums lie between its own number and the next one.
    """
    size = reach.shape[1]
    flat = (reach / reach[:, -1:] + np.arange(len(reach))[:, None]).ravel()
    at = np.searchsorted(flat, rows + np.minimum(uniform, CLOSEST), side="right")
    found: np.ndarray = (at - rows * size).astype(np.int32)
    return found


def drawn_each(shares: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """int32 ``(n,)``: a code by shares of each row's own ``(n, K)``, in any proportion."""
    reach = np.cumsum(shares, 1)
    below = reach[:, -1:] * uniform[:, None]
    found: np.ndarray = (reach[:, :-1] <= below).sum(1).astype(np.int32)
    return found


def filled(table: np.ndarray) -> np.ndarray:
    """The same where each row has something: else the shares of all rows, or all codes alike."""
    usual = table.sum(0)
    if not usual.any():
        usual = np.ones_like(usual)
    some: np.ndarray = np.where(table.any(1, keepdims=True), table, usual)
    return some
