"""The setting of all attacks: members, others, and what an attacker has besides the synthetic rows.

Members are of the train part. The holdout is split in two by the seed: half of it are the targets
that are no members, the other half the attacker's reference rows, of which space, plane and code
tree are made. Nothing that an attack uses depends on who is a member but the synthetic table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.evidence import Evidence
from synth.metrics.features import Features
from synth.metrics.privacy.attacks.sight import NEIGHBOURS, Rows, Sight, look
from synth.metrics.privacy.nearest import Neighbours, Places, nearest
from synth.metrics.privacy.plane import Plane, fit_plane
from synth.metrics.privacy.space import Points, Space, fit_space
from synth.metrics.privacy.targets import Targets, choose_targets, split_holdout, units_of
from synth.metrics.privacy.tree_density import CodeTree, fit_code_tree

SALT = 11
LEAST_UNITS = 20  # of the holdout: ten targets and ten for reference
LEAST_ROWS = 10


@dataclass(frozen=True)
class Setting:
    """Everything but the synthetic table that is judged, computed once for all such tables.

    ``train`` and ``holdout`` are points of all their rows; ``targets`` hold members' rows first,
    ``reference_rows`` are the places of the reference rows in the holdout.
    """

    evidence: Evidence
    holdout_rows: Features
    space: Space
    plane: Plane
    tree: CodeTree
    train: Points
    holdout: Points
    targets: Targets
    attacked: Rows
    reference: Rows
    reference_rows: Places
    near_reference: Neighbours
    synthetic: Rows
    notes: tuple[str, ...]

    def rows(self, features: Features) -> Rows:
        """Rows of any table in the forms in which attacks look at them."""
        return _rows(features, self.space, self.plane, self.tree)

    def sight(self, synthetic: Rows) -> Sight:
        """What an attacker sees of a synthetic table."""
        return look(
            self.attacked,
            synthetic,
            self.reference,
            near_reference=self.near_reference,
            plane=self.plane,
            tree=self.tree,
            seed=self.evidence.seed,
        )


def prepare(evidence: Evidence) -> Setting | str:
    """The setting, or why there is none, as the end of a sentence "not measured: ...".

    O((targets + reference) x rows) for the vulnerable targets.
    """
    evidence.follow("privacy: targets of membership attacks")
    holdout = evidence.holdout
    if holdout is None:
        return "there is no holdout, and without rows that were not learned nothing can be told"
    reason = _unmeasurable(evidence.train, holdout, evidence.synthetic)
    if reason is not None:
        return reason
    rng = np.random.default_rng([evidence.seed, SALT])
    holdout_units = units_of(holdout)
    others, held_back = split_holdout(holdout_units, rng)
    reference_rows = np.flatnonzero(np.isin(holdout_units.unit, held_back))
    reference = holdout.take(reference_rows)
    space = fit_space(reference, evidence.seed)
    points = space.points(reference)
    plane, tree = fit_plane(points), fit_code_tree(reference, rng)
    if not plane.axes.shape[1]:
        return "all reference rows are equal, and equal rows cannot be told apart"
    train_points, holdout_points = space.points(evidence.train), space.points(holdout)
    targets = choose_targets((evidence.train, train_points), (holdout, holdout_points), others, rng)
    members, strangers = evidence.train.take(targets.train_rows), holdout.take(targets.holdout_rows)
    attacked = _rows(
        Features(members.columns, np.concatenate([members.values, strangers.values])),
        space,
        plane,
        tree,
    )
    return Setting(
        evidence,
        holdout,
        space,
        plane,
        tree,
        train_points,
        holdout_points,
        targets,
        attacked,
        _rows(reference, space, plane, tree),
        reference_rows,
        nearest(attacked.points, points, NEIGHBOURS),
        _rows(evidence.synthetic, space, plane, tree),
        (*targets.notes, *space.notes, *_samples(evidence)),
    )


def _rows(features: Features, space: Space, plane: Plane, tree: CodeTree) -> Rows:
    points = space.points(features)
    return Rows(features, points, plane.points(points), tree.codes(features))


def _unmeasurable(train: Features, holdout: Features, synthetic: Features) -> str | None:
    if not train.columns:
        return "the table has no column but keys"
    units = units_of(holdout).count
    what = "rows" if holdout.entities is None else "entities"
    if units < LEAST_UNITS:
        return f"the holdout has {units} {what}, and {LEAST_UNITS} are the least that tell anything"
    if units_of(train).count < LEAST_ROWS or len(synthetic) < LEAST_ROWS:
        return f"the train part or the synthetic table has fewer than {LEAST_ROWS} {what}"
    return None


def _samples(evidence: Evidence) -> list[str]:
    """What of the tables the attacks do not see."""
    notes = []
    made, real = len(evidence.synthetic), len(evidence.train)
    for role, rows in (("train", real), ("synthetic", made)):
        there = evidence.rows_in_all.get(role, rows)
        if there > rows:
            notes.append(
                f"Attacks see {rows:,} of {there:,} {role} rows: a leak of few rows may lie among "
                "the others."
            )
    wanted = evidence.rows_in_all.get("train", real)
    if evidence.rows_in_all.get("synthetic", made) < wanted:
        notes.append(
            f"The synthetic table has fewer rows than the train part ({made:,}): a larger one from "
            "the same model leaks more."
        )
    return notes
