"""The rows that downstream models are trained and tested on, with the target set apart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synth.metrics.evidence import Depth, Evidence, Task
from synth.metrics.features import Features, stacked
from synth.metrics.utility.designs import level_notes
from synth.metrics.utility.resampling import Rows, at_most, random_part
from synth.metrics.utility.scores import Truth
from synth.metrics.utility.target import LEAST_ROWS, LEFT_OUT, MOST_CLASSES, Classes, classes_of

SET_ASIDE = 0.25  # of the train rows, where there is no holdout to test on
MOST_TRAIN_ROWS: dict[Depth, int] = {"quick": 50_000, "full": 200_000}
MOST_TEST_ROWS = 20_000  # an AUC's interval is then about 0.01 wide
LEAST_TRAIN_ROWS, LEAST_TEST_ROWS = 20, 8  # below, every score is chance
_SPLIT, _CAP = 410, 411  # streams of randomness


@dataclass(frozen=True)
class Labelled:
    """Rows without the target, and the target: a class int64, or a number float64, ``(rows,)``."""

    rows: Features
    truth: Truth

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.truth)

    def take(self, places: Rows) -> Labelled:
        """Those rows, by place."""
        return Labelled(self.rows.take(places), self.truth[places])

    def __add__(self, other: Labelled) -> Labelled:
        """Both, one after the other."""
        truth = np.concatenate([self.truth, other.truth])
        return Labelled(stacked([self.rows, other.rows]), truth)


@dataclass(frozen=True)
class Parts:
    """What a task is measured on; ``classes`` is None for a number."""

    train: Labelled
    synthetic: Labelled
    test: Labelled
    classes: Classes | None
    notes: list[str] = field(default_factory=list)

    @property
    def problem(self) -> str | None:
        """Why nothing can be measured; None where it can."""
        for name, part, least in (
            ("real", self.train, LEAST_TRAIN_ROWS),
            ("synthetic", self.synthetic, LEAST_TRAIN_ROWS),
            ("test", self.test, LEAST_TEST_ROWS),
        ):
            if len(part) < least:
                return f"there are {len(part):,} {name} rows with a target, and {least} are needed"
        if not self.train.rows.columns:
            return "the table has no column besides the target"
        return None


def prepare_parts(evidence: Evidence, task: Task) -> Parts:
    """Train, synthetic and test rows of a task, of bounded number, and what is to be said of them.

    Without a holdout a part of the train rows is set aside; entities stay on one side.
    """
    notes: list[str] = []
    train, test = real_parts(evidence, notes)
    rng = np.random.default_rng([evidence.seed, _CAP])
    most = MOST_TRAIN_ROWS[evidence.depth]
    train = _capped(train, most, "real rows to train on", rng, notes)
    test = _capped(test, MOST_TEST_ROWS, "rows to test on", rng, notes)
    synthetic = evidence.synthetic
    if len(synthetic) > len(train):
        synthetic = _capped(synthetic, len(train), "synthetic rows", rng, notes)
    elif len(synthetic) < len(train):
        notes.append(
            f"there are {len(synthetic):,} synthetic rows to train on, fewer than the "
            f"{len(train):,} real ones: a part of the loss is due to that"
        )
    classes = None
    if task.kind != "number":
        classes = classes_of(task, train, sensitive=task.target in evidence.sensitive)
        if classes.rest:
            notes.append(
                f"labels of {task.target!r} beyond the {MOST_CLASSES} most frequent ones, and "
                f"those that fewer than {LEAST_ROWS} real rows have, are one class together"
            )
    named = (("real", train), ("synthetic", synthetic), ("test", test))
    parts = [_labelled(name, rows, task, classes, notes) for name, rows in named]
    notes += level_notes(train.columns, task.target)
    return Parts(parts[0], parts[1], parts[2], classes, notes)


def real_parts(evidence: Evidence, notes: list[str]) -> tuple[Features, Features]:
    """Real rows to train on and others to test on; says so where there is no holdout."""
    if evidence.holdout is not None and len(evidence.holdout):
        return evidence.train, evidence.holdout
    rng = np.random.default_rng([evidence.seed, _SPLIT])
    test, train = random_part(evidence.train, SET_ASIDE, rng)
    notes.append(
        f"there is no holdout: models were tested on {len(test):,} train rows that were set aside "
        "from the real models' training, but which the generator has seen"
    )
    return evidence.train.take(train), evidence.train.take(test)


def labelled(rows: Features, task: Task, classes: Classes | None) -> Labelled:
    """The rows whose target is known."""
    values = rows.column(task.target)
    truth: Truth = values if classes is None else classes.read(values)
    known = np.isfinite(values) if classes is None else truth != LEFT_OUT
    return Labelled(rows.without([task.target]).take(known), truth[known])


def _labelled(
    name: str, rows: Features, task: Task, classes: Classes | None, notes: list[str]
) -> Labelled:
    part = labelled(rows, task, classes)
    if len(part) < len(rows):
        notes.append(
            f"{len(rows) - len(part):,} of {len(rows):,} {name} rows were left out: their "
            f"{task.target!r} is null" + ("" if classes is None else ", or no label of the task")
        )
    if classes is not None:
        lacking = len(classes) - len(np.unique(part.truth))
        if lacking:
            notes.append(
                f"the {name} rows have no row of {lacking} of the {len(classes)} classes of "
                f"{task.target!r}"
            )
    return part


def _capped(
    rows: Features, most: int, what: str, rng: np.random.Generator, notes: list[str]
) -> Features:
    if len(rows) > most:
        notes.append(f"{most:,} of {len(rows):,} {what} were drawn at random")
    return at_most(rows, most, rng)
