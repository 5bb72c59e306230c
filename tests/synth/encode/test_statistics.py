import json

import numpy as np
import pytest

from synth.encode import CodeStatistics
from tests.synth.encode.test_counts import COUNTS, PARTNERS, ROWS, SCORES, SUBS

GROUP_COUNTS = [[0, 1], [0, 0], [1, 2]]
PAIR_COUNTS = [[0, 1], [0, 0], [1, 2]]


def test_places_are_counted_group_by_group_and_others_with_their_partner() -> None:
    statistics = CodeStatistics.of(
        ROWS, SUBS, partners=PARTNERS, relations={"of": [1]}, min_entities=1
    )
    again = CodeStatistics.from_json(json.loads(json.dumps(statistics.to_json())))
    for found in (statistics, again):
        assert [count.tolist() for count in found.counts] == COUNTS
        assert [None if table is None else table.tolist() for table in found.group_counts] == [
            None,
            GROUP_COUNTS,
            None,
        ]
        assert found.partners == PARTNERS
        assert [None if table is None else table.tolist() for table in found.pair_counts] == [
            None,
            None,
            PAIR_COUNTS,
        ]


def test_pairs_of_few_rows_are_not_told() -> None:
    rows = np.repeat(ROWS, [11, 10, 30, 1], axis=0)  # (0, 1) of 11, (2, 0) of 10 rows
    statistics = CodeStatistics.of(rows, SUBS, partners=PARTNERS)
    assert statistics.pair_counts[2] is not None
    assert statistics.pair_counts[2].tolist() == [[0, 11], [0, 0], [0, 31]]
    assert statistics.counts[0].tolist() == [11, 0, 41]


def test_statistics_of_an_older_version_are_refused() -> None:
    written = CodeStatistics.of(ROWS, SUBS).to_json()
    del written["coarse_pairs"]
    with pytest.raises(ValueError, match="older version: run encode again"):
        CodeStatistics.from_json(written)


def test_products_of_scores_are_written_where_a_generator_has_asked_for_them() -> None:
    assert "score_products" not in CodeStatistics.of(ROWS, SUBS).to_json()
    scored = CodeStatistics.of(ROWS, SUBS, scores=SCORES)
    again = CodeStatistics.from_json(json.loads(json.dumps(scored.to_json())))
    for found in (scored, again):
        assert found.score_products is not None
        assert found.score_products.shape == (2, 2) and found.score_products.dtype == np.int64
