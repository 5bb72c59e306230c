"""What the values of a long text column go with: the key by which they are grouped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

LEAST_ENTROPY = 0.5  # nats; a column that hardly varies goes with everything
LEAST_SHARE = 0.3  # of the other column's entropy that a value must explain


def predicted_kind(
    values: np.ndarray, number: int, others: Mapping[str, np.ndarray]
) -> np.ndarray | None:
    """For each value the commonest code of the column that it predicts best; None if it does none.

    ``values`` are ints ``(rows,)`` below ``number``, ``others`` codes of other columns for the same
    rows. How well a column is known is its mutual information with the value by its own entropy,
    freed of the bias of few rows (Miller 1955).
    """
    best, kind = LEAST_SHARE, None
    for codes in others.values():
        if not len(values):
            break
        joint = np.zeros((number, int(codes.max()) + 1))
        np.add.at(joint, (values, codes), 1)
        score = _known_share(joint)
        if score > best:
            best, kind = score, joint.argmax(axis=1)
    return kind


def _known_share(joint: np.ndarray) -> float:
    rows = joint.sum()
    own, other = joint.sum(1), joint.sum(0)
    entropy = _entropy(other / rows)
    if entropy < LEAST_ENTROPY:
        return 0.0
    information = _entropy(own / rows) + entropy - _entropy(joint.ravel() / rows)
    cells = [np.count_nonzero(part) - 1 for part in (own, other)]
    bias = (np.count_nonzero(joint) - 1 - sum(cells)) / (2 * rows)
    return float((information - bias) / entropy)


def _entropy(shares: np.ndarray) -> float:
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
