import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import CodeStatistics, partners
from synth.encode.counts import CodeCounts
from synth.table.sub_column import SubColumn
from tests.synth.fits import all_related

PARTNERS = (None, None, 0)
SUBS = [SubColumn("a", 0, 3), SubColumn("a", 1, 2), SubColumn("b", 0, 2)]
ROWS = np.array([[0, 1, 1], [2, 1, 0], [2, 0, 1], [2, 1, 1]], np.int16)
COUNTS = [[1, 0, 3], [1, 3], [1, 3]]
WITHIN = [[0, 1], [0, 0], [1, 2]]
BESIDE = [[0, 1], [0, 0], [1, 2]]


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


def test_places_are_counted_group_by_group_and_others_beside_their_partner() -> None:
    statistics = CodeStatistics.of(ROWS, SUBS, all_related(SUBS), min_entities=1)
    again = CodeStatistics.from_json(json.loads(json.dumps(statistics.to_json())))
    for found in (statistics, again):
        assert [count.tolist() for count in found.counts] == COUNTS
        assert [None if table is None else table.tolist() for table in found.within] == [
            None,
            WITHIN,
            None,
        ]
        assert found.partners == PARTNERS
        assert [None if table is None else table.tolist() for table in found.beside] == [
            None,
            None,
            BESIDE,
        ]


def test_the_partner_tells_most_of_those_with_which_pairs_are_not_too_many() -> None:
    subs = [SubColumn("a", 0, 200), SubColumn("b", 0, 4), SubColumn("c", 0, 100)]
    related = replace(all_related(subs), association=np.array([[0, 1, 9], [1, 0, 2], [9, 2, 0]]))
    assert partners(related, subs) == (None, 0, 1)  # 200 * 100 pairs are too many
    few = [*subs[:2], SubColumn("c", 0, 80), SubColumn("c", 1, 7)]
    told = np.pad(related.association, (0, 1))
    assert partners(replace(all_related(few), association=told), few) == (None, 0, 0, None)


def test_pairs_of_few_rows_are_not_told() -> None:
    rows = np.repeat(ROWS, [10, 9, 30, 1], axis=0)  # pairs: (0, 1) of 10, (2, 0) of 9, (2, 1) of 31
    statistics = CodeStatistics.of(rows, SUBS, all_related(SUBS))
    assert statistics.beside[2] is not None
    assert statistics.beside[2].tolist() == [[0, 10], [0, 0], [0, 31]]
    assert statistics.counts[0].tolist() == [10, 0, 40]


def test_a_partner_tells_something_and_wide_tables_have_fewer_pairs() -> None:
    subs = [SubColumn("a", 0, 100), SubColumn("b", 0, 100), SubColumn("c", 0, 2)]
    told = np.array([[0, 3, 0], [3, 0, 0], [0, 0, 0.0]])
    assert partners(replace(all_related(subs), association=told), subs) == (None, 0, None)
    wide = [SubColumn(str(place), 0, 100) for place in range(300)]
    assert set(partners(all_related(wide), wide)) == {None}  # 10,000 pairs each would be 24 MB
    narrow = [SubColumn(str(place), 0, 40) for place in range(300)]
    assert partners(all_related(narrow), narrow)[1:] == (0,) * 299


def test_statistics_of_an_older_version_are_refused() -> None:
    written = CodeStatistics.of(ROWS, SUBS, all_related(SUBS)).to_json()
    del written["beside"]
    with pytest.raises(ValueError, match="older version: run encode again"):
        CodeStatistics.from_json(written)
