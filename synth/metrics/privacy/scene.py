"""Who is attacked, and what an attacker has: synthetic rows, or as many real ones of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.evidence import Evidence
from synth.metrics.features import Features, stacked
from synth.metrics.privacy.attacked import SECRET_ATTACKS, attacked_rows


@dataclass(frozen=True)
class Scene:
    """``targets`` are train rows; ``made`` and ``real`` have as many rows, in random order.

    ``real`` are rows of other people: ``held`` of the holdout, and train rows that are no targets.
    """

    targets: Features
    made: Features
    real: Features
    held: int


def attack_scene(evidence: Evidence, rng: np.random.Generator) -> Scene:
    """Half of the train part's entities at most is attacked, so that rows of others are left.

    Had the comparison fewer rows than the synthetic table, more rows alone would look like a leak;
    and were synthetic rows left out instead, most of what leaked would be out of sight.
    """
    train, made, holdout = evidence.train, evidence.synthetic, evidence.holdout
    own = len(train) if train.entities is None else len(np.unique(train.entities))
    targets = attacked_rows(train, min(SECRET_ATTACKS[evidence.depth], own // 2), rng)
    free = np.ones(len(train), bool)
    free[targets] = False
    if train.entities is not None:  # other rows of the attacked are no other people's
        free &= ~np.isin(train.entities, train.entities[targets])
    spare = train.take(rng.permutation(np.flatnonzero(free)))
    others = [] if holdout is None else [holdout.take(rng.permutation(len(holdout)))]
    real = stacked([*others, spare])
    rows = min(len(real), len(made))
    return Scene(
        train.take(targets),
        made.take(rng.permutation(len(made))[:rows]),
        # Mixed, as the first of them are what the trees learn from.
        real.take(rng.permutation(rows)),
        min(rows, 0 if holdout is None else len(holdout)),
    )
