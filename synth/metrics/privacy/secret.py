"""Which columns an attacker wants to learn, and when a guess of a value counts as right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synth.metrics.evidence import Evidence
from synth.metrics.features import FeatureColumn, Floats

Hits = npt.NDArray[np.bool_]

TOLERANCE = 0.05  # of the value, as in Giomi et al. 2023, section 4.3
# A date is a number of days since 1970: five per cent of that would be years.
MOMENTS = ("date", "timestamp")


def secret_columns(evidence: Evidence) -> tuple[tuple[str, ...], list[str]]:
    """The columns that are attacked, and how they were chosen.

    The sensitive ones; without any the protected ones; without these the task's target.
    """
    known = evidence.train.names
    absent = [name for name in (*evidence.sensitive, *evidence.protected) if name not in known]
    notes = []
    if absent:
        named = ", ".join(repr(name) for name in absent)
        notes.append(f"not attacked, as the compared tables do not have them: {named}")
    for names, reason in (
        (evidence.sensitive, ""),
        (evidence.protected, "no column is named as sensitive: the protected ones are attacked"),
        (
            (evidence.task.target,) if evidence.task else (),
            "no column is named as sensitive or protected: the task's target is attacked",
        ),
    ):
        found = tuple(name for name in dict.fromkeys(names) if name in known)
        if found:
            return found, [*notes, *([reason] if reason else [])]
    notes.append("no column is named as sensitive or protected, and there is no task")
    return (), notes


def tolerance_of(column: FeatureColumn, truths: Floats) -> Floats:
    """float64 ``(rows,)``: how far a guess may be from each true value; 0 for labels.

    Of a number 5 % of the value, of a date or time 5 % of the interquartile range.
    """
    if not column.ordinal:
        return np.zeros(len(truths))
    if not column.type.startswith(MOMENTS):
        return np.asarray(TOLERANCE * np.abs(truths), np.float64)
    present = truths[~np.isnan(truths)]
    low, high = np.quantile(present, [0.25, 0.75]) if len(present) else (0.0, 0.0)
    return np.full(len(truths), TOLERANCE * (high - low))


def right(guesses: Floats, truths: Floats, tolerance: Floats) -> Hits:
    """Bool ``(rows,)``: whether each guess is near enough; null is right where null is true."""
    same = (guesses == truths) | (np.isnan(guesses) & np.isnan(truths))
    with np.errstate(invalid="ignore"):  # infinite values; comparing NaN gives False, as it should
        return np.asarray(same | (np.abs(guesses - truths) <= tolerance))


def mean_recall(hits: Hits, groups: npt.NDArray[np.int64], counts: Floats) -> Floats:
    """float64 ``(draws,)``: the mean over groups of the share of hits, each row counted so often.

    ``hits`` and ``groups`` are ``(rows,)``, ``counts`` ``(draws, rows)``. Of labels it is the
    balanced accuracy (Brodersen et al. 2010). A group without rows in a draw is left out of it.
    """
    member = np.eye(int(groups.max(initial=0)) + 1)[groups]
    rows = counts @ member
    found = counts @ (member * hits[:, None])
    shares = np.divide(found, rows, out=np.full_like(found, np.nan), where=rows > 0)
    return np.asarray(np.nanmean(shares, axis=1), np.float64)


def label_groups(truths: Floats, fewest: int) -> npt.NDArray[np.int64]:
    """int64 ``(rows,)``: one group for each label, and one for all that fewer rows hold.

    A label of two rows would weigh in balanced accuracy as much as one of a thousand.
    """
    _, places, counts = np.unique(truths, return_inverse=True, return_counts=True)
    kept = counts >= fewest
    numbers = np.where(kept, np.cumsum(kept) - 1, kept.sum())
    return np.asarray(numbers[places], np.int64)
