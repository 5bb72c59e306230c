import numpy as np
import pyarrow as pa

from synth.encode.counts import CodeCounts


def batch(codes: list[list[int]]) -> pa.RecordBatch:
    columns = np.array(codes, np.int16)
    return pa.RecordBatch.from_arrays([pa.array(c) for c in columns.T], names=["c0", "c1"])


def test_counts_of_parts_add_and_survive_their_bytes() -> None:
    left, right, whole = CodeCounts([3, 2]), CodeCounts([3, 2]), CodeCounts([3, 2])
    a, b = [[0, 1], [2, 1]], [[2, 0]]
    left.update(batch(a))
    right.update(batch(b))
    whole.update(batch(a + b))
    left.merge(CodeCounts.from_bytes(right.to_bytes(), [3, 2]))
    assert [c.tolist() for c in left.counts] == [[1, 0, 2], [1, 2]]
    assert left.to_bytes() == whole.to_bytes()
    assert left.rows == 3
