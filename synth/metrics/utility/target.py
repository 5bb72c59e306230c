"""The column that a model predicts, as the number of a class or as a number.

Labels that few real rows have are one class together, and so are those beyond the most frequent
ones: no model learns them, and no figure about them would be more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth.metrics.evidence import Task
from synth.metrics.features import FeatureColumn, Features, Floats

Places = npt.NDArray[np.int64]

MOST_CLASSES = 50  # a boosted model grows a tree for each class in each round
LEAST_ROWS = 5  # real rows of a label, below which it is no class of its own
REST = "any other label"
LEFT_OUT = -1


@dataclass(frozen=True)
class Classes:
    """The classes of a target in their order; of two the second is the positive one.

    ``codes`` are the values of the feature column that each class stands for. With ``rest`` there
    is one more class, the last, for every other label. ``names`` holds no value of a sensitive
    column: ``label 2`` stands for the second most frequent one, ``value 2`` for the second number.
    """

    codes: tuple[float, ...]
    names: tuple[str, ...]
    rest: bool = False

    def __len__(self) -> int:
        """The number of classes."""
        return len(self.codes) + self.rest

    def read(self, values: Floats) -> Places:
        """int64 ``(rows,)``: each row's class; -1 for null, and for others where no rest is."""
        if not self.codes:
            return np.full(len(values), LEFT_OUT, np.int64)
        order = np.argsort(self.codes)
        known = np.asarray(self.codes)[order]
        place = np.clip(np.searchsorted(known, values), 0, len(known) - 1)
        found = np.where(known[place] == values, order[place], len(self.codes))
        other = len(self.codes) if self.rest else LEFT_OUT
        found = np.where(found == len(self.codes), other, found)
        return np.asarray(np.where(np.isnan(values), LEFT_OUT, found), np.int64)


def classes_of(task: Task, train: Features, *, sensitive: bool = False) -> Classes:
    """The classes of a task's target, told by the real rows; ValueError for a number."""
    if task.kind == "number":
        raise ValueError("a number has no classes")
    column = train.columns[train.names.index(task.target)]
    codes, counts = present(train.column(task.target))
    hidden = sensitive or column.sensitive
    if task.kind == "binary":
        places = range(len(codes))
        ordered = sorted(places, key=lambda k: _place(column, codes, k) == task.positive)
        kept = [float(codes[k]) for k in ordered]
        return Classes(
            tuple(kept), tuple(class_name(column, codes, c, hidden=hidden) for c in kept)
        )
    frequent = np.flatnonzero(counts >= min(LEAST_ROWS, int(counts.max(initial=0))))
    frequent = frequent[np.argsort(-counts[frequent], kind="stable")][:MOST_CLASSES]
    kept = [float(codes[k]) for k in sorted(frequent)]
    names = [class_name(column, codes, code, hidden=hidden) for code in kept]
    rest = len(kept) < len(codes)
    return Classes(tuple(kept), (*names, *([REST] if rest else [])), rest)


def present(values: Floats) -> tuple[Floats, Places]:
    """The values that a column has, ascending, and the rows of each; null is none."""
    codes, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return codes, np.asarray(counts, np.int64)


def class_name(column: FeatureColumn, codes: Floats, code: float, *, hidden: bool) -> str:
    """A class in print; its place only, counted from 1, where its label may not be printed."""
    if column.ordinal:
        place = int(np.searchsorted(codes, code)) + 1
        return f"value {place}" if hidden else f"{code:g}"
    if code >= column.unknown:
        return REST
    return f"label {int(code) + 1}" if hidden else column.labels[int(code)]


def _place(column: FeatureColumn, codes: Floats, index: int) -> int:
    """The place of a code among a nominal column's labels, or among a number's values."""
    return index if column.ordinal else int(codes[index])
