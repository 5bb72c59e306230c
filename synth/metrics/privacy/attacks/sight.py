"""What an attacker sees: targets, the synthetic rows, and reference rows of the same population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from synth.metrics.features import Features, Floats
from synth.metrics.privacy.nearest import Neighbours, nearest
from synth.metrics.privacy.plane import Plane
from synth.metrics.privacy.space import Points
from synth.metrics.privacy.tree_density import Codes, CodeTree

NEIGHBOURS = 20  # of each target; as the data plagiarism index takes them


@dataclass(frozen=True)
class Rows:
    """Rows of one table in the forms in which attacks look at them."""

    features: Features
    points: Points  # (rows, dimensions of the space)
    plane: Points  # (rows, few dimensions)
    codes: Codes  # (rows, columns)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.points)


@dataclass(frozen=True)
class Sight:
    """All that an attack without the model may use.

    Space, plane and code tree are fitted on rows that the attacker has. The neighbours are those
    of each target among the synthetic and among the reference rows.
    """

    targets: Rows
    synthetic: Rows
    reference: Rows
    near_synthetic: Neighbours
    near_reference: Neighbours
    plane: Plane
    tree: CodeTree
    seed: int


@dataclass(frozen=True)
class Attack:
    """One way of guessing members: ``score`` gives a float64 for each target row, higher for rows
    that are more likely of the train part.

    ``pooled``: whether an entity's score is the mean or the greatest of its rows'.
    """

    name: str
    score: Callable[[Sight], Floats]
    pooled: Literal["mean", "max"] = "mean"


def look(
    targets: Rows,
    synthetic: Rows,
    reference: Rows,
    *,
    near_reference: Neighbours,
    plane: Plane,
    tree: CodeTree,
    seed: int,
) -> Sight:
    """The sight of one synthetic table: finds the targets' neighbours in it."""
    near = nearest(targets.points, synthetic.points, NEIGHBOURS)
    return Sight(targets, synthetic, reference, near, near_reference, plane, tree, seed)
