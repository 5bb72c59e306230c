"""Near-duplicates: shingles and bands by hand, the promise of recall, and rows of a table."""

from __future__ import annotations

import numpy as np
import pytest
from pyspark.sql import SparkSession

from lakehouse.across_rules import AcrossRule
from lakehouse.near_duplicates import (
    RECALL,
    SIGNATURE,
    NearDuplicates,
    bands_of,
    rows_of_band,
    shingles_of,
)
from tests.lakehouse.test_across_rules import marked, ready

LONG = "Maria Magdalena Musterfrau, Hauptstrasse 123, 12345 Berlin"


@pytest.mark.parametrize("similarity", [0.3, 0.5, 0.8, 0.9, 1.0])
def test_the_bands_find_pairs_just_as_similar_as_asked(similarity: float) -> None:
    rows = rows_of_band(similarity)
    assert 1 - (1 - similarity**rows) ** (SIGNATURE // rows) >= RECALL


def test_shingles_are_the_distinct_pieces_of_three_characters() -> None:
    assert len(shingles_of("abcabc")) == 3  # abc, bca, cab
    assert len(shingles_of("a")) == len(shingles_of("")) == 1
    assert set(shingles_of("xabc")) > set(shingles_of("abc"))


def test_equal_texts_have_equal_bands_in_any_company() -> None:
    one, other = shingles_of("abcdef"), shingles_of("uvwxyz")
    alone = bands_of(one, np.array([0]), 4)
    together = bands_of(np.concatenate([other, one]), np.array([0, len(other)]), 4)
    assert alone.shape == (1, SIGNATURE // 4)
    assert (together[1] == alone[0]).all() and not (together[0] == alone[0]).any()


def test_similar_rows_are_found_and_one_of_them_stays(spark: SparkSession) -> None:
    rows = [
        (1, LONG), (2, LONG.lower()), (3, LONG.replace("123,", "124,")),
        (4, "somebody else altogether, elsewhere"), (5, None), (6, None),
    ]  # fmt: skip
    frame = spark.createDataFrame(rows, "n int, who string")
    rule = AcrossRule("clean.near_duplicates", "near_duplicates", ("who",), NearDuplicates(0.8))
    found = marked(ready(frame), rule)
    assert sorted([found[1], found[2], found[3]]) == [False, True, True]
    assert not found[4] and not found[5] and not found[6]
    strict = AcrossRule("x", "near_duplicates", ("who",), NearDuplicates(1.0))
    same = marked(ready(frame), strict)  # the same but for upper case
    assert sorted([same[1], same[2]]) == [False, True] and not same[3]
