"""How much of a sample a form reads, and whether its values may as well stay as they are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_MARKS = 10  # different texts or numbers that stand for what is missing (n/a, -, 0)
FEW_VALUES = 20  # texts of so few values, all of them frequent, lose nothing as they are
FEWEST_VALUES = 3


def share_read(sample: pa.Array, read: np.ndarray, min_entities: int) -> float:
    """The share of values that are read, of those that are no frequent value among the unread.

    A value that is not read, but held by ``min_entities`` rows of the sample, is learned as it is
    (``unknown``, an empty text), so that it says nothing against the form.
    """
    present = np.asarray(sample.is_valid())
    others = sample.filter(pa.array(present & ~read))
    counts = np.sort(np.asarray(pc.value_counts(others).field("counts")))[::-1][:MOST_MARKS]
    rest = len(others) - int(counts[counts >= min_entities].sum())
    held = int(read.sum())
    return held / max(held + rest, 1)


def is_few(sample: pa.Array, min_entities: int) -> bool:
    """Whether a column has few values, all of them frequent: nothing is lost if they stay."""
    counts = pc.value_counts(sample.drop_null()).field("counts")
    frequent = len(counts) <= FEW_VALUES and pc.min(counts).as_py() >= min_entities
    return bool(frequent) or len(counts) < FEWEST_VALUES
