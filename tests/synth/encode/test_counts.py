import numpy as np
import pyarrow as pa

from synth.encode.counts import CodeCounts
from synth.table.sub_column import SubColumn

PARTNERS = (None, None, 0)
SUBS = [SubColumn("a", 0, 3), SubColumn("a", 1, 2), SubColumn("b", 0, 2)]
ROWS = np.array([[0, 1, 1], [2, 1, 0], [2, 0, 1], [2, 1, 1]], np.int16)
COUNTS = [[1, 0, 3], [1, 3], [1, 3]]
SCORES = (None, (-300, 700), (1000, -2))


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


def test_products_of_scores_are_summed_over_all_rows() -> None:
    whole, left = CodeCounts(SUBS, PARTNERS, SCORES), CodeCounts(SUBS, PARTNERS, SCORES)
    whole.add(list(np.tile(ROWS, (40_000, 1)).T))  # more than are multiplied at a time
    scored = np.array([[SCORES[1][b], SCORES[2][c]] for _, b, c in ROWS.tolist()])
    assert whole.score_products.tolist() == (40_000 * scored.T @ scored).tolist()
    left.update(batch(ROWS[:3]))
    right = CodeCounts(SUBS, PARTNERS, SCORES)
    right.update(batch(ROWS[3:]))
    left.merge(CodeCounts.from_bytes(right.to_bytes(), SUBS, PARTNERS, SCORES))
    assert (40_000 * left.score_products == whole.score_products).all()
    assert [count.tolist() for count in left.counts] == COUNTS
