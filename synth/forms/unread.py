"""How much of a sample a form reads, where marks for what is missing do not count against it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_MARKS = 10  # different texts or numbers that stand for what is missing (n/a, -, 0)


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
