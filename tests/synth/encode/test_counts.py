import numpy as np
import pyarrow as pa

from synth.encode.counts import CodeCounts
from synth.table.sub_column import SubColumn

PARTNERS = (None, None, 0)
SUBS = [SubColumn("a", 0, 3), SubColumn("a", 1, 2), SubColumn("b", 0, 2)]
ROWS = np.array([[0, 1, 1], [2, 1, 0], [2, 0, 1], [2, 1, 1]], np.int16)
COUNTS = [[1, 0, 3], [1, 3], [1, 3]]


def batch(codes: np.ndarray) -> pa.RecordBatch:
    arrays = [pa.array(column) for column in codes.T]
    return pa.RecordBatch.from_arrays(arrays, names=["c0", "c1", "c2"])


def test_counts_of_parts_add_and_survive_their_bytes() -> None:
    left, right, whole = (
        CodeCounts(SUBS, PARTNERS),
        CodeCounts(SUBS, PARTNERS),
        CodeCounts(SUBS, PARTNERS),
    )
    left.update(batch(ROWS[:1]))
    right.update(batch(ROWS[1:]))
    whole.update(batch(ROWS))
    left.merge(CodeCounts.from_bytes(right.to_bytes(), SUBS, PARTNERS))
    assert [count.tolist() for count in left.counts] == COUNTS
    assert left.to_bytes() == whole.to_bytes()
    assert left.rows == 4
