"""Which rows are attacked, and how many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synth.metrics.evidence import Depth
from synth.metrics.features import Features

Places = npt.NDArray[np.int64]

ATTACKS: dict[Depth, int] = {"quick": 1000, "full": 2000}  # 1,000 tell a rate to about 3 points
# Of attacks on a secret: much of it is guessed without any leak, and what is left is told worse.
SECRET_ATTACKS: dict[Depth, int] = {"quick": 3000, "full": 6000}
FEWEST = 20  # attacks: fewer tell a rate to no better than 40 points


def attacked_rows(rows: Features, limit: int, rng: np.random.Generator) -> Places:
    """int64 ``(at most limit,)``: places of rows drawn without replacement, one for each entity.

    Rows of one entity succeed and fail together, and intervals would be too narrow.
    """
    order = rng.permutation(len(rows))
    if rows.entities is not None:
        _, first = np.unique(rows.entities[order], return_index=True)
        order = order[np.sort(first)]
    return order[:limit]


def as_many(
    train: Features, holdout: Features | None, limit: int, rng: np.random.Generator
) -> tuple[Features, Features | None]:
    """Attacked rows of both parts, as many of the one as of the other."""
    ours = attacked_rows(train, limit, rng)
    if holdout is None or not len(holdout):
        return train.take(ours), None
    others = attacked_rows(holdout, len(ours), rng)
    return train.take(ours[: len(others)]), holdout.take(others)


def too_few(title: str, attacks: int) -> str:
    """The note that stands in place of a figure."""
    return f"{title}: not measured: {attacks} attacks are possible, and {FEWEST} are needed"
