"""What of a vocabulary may be kept: nothing that few rows hold."""

import numpy as np
import pyarrow as pa

from synth.table.categories import Categories

WORDS = Categories(pa.array(["rare", "often", "never", "some"]))


def rows(**counts: int) -> pa.ChunkedArray:
    return pa.chunked_array([[word] * count for word, count in counts.items()], pa.string())


def test_categories_of_few_rows_are_left_out_and_those_of_none_stay() -> None:
    kept = WORDS.protected(rows(often=50, some=10, rare=9), least=10)
    assert WORDS.values.take(pa.array(kept)).to_pylist() == ["often", "never", "some"]


def test_where_most_values_are_rare_those_of_none_are_left_out_too() -> None:
    kept = WORDS.protected(rows(often=10, some=8, rare=9), least=10)
    assert WORDS.values.take(pa.array(kept)).to_pylist() == ["often"]
    assert len(WORDS.protected(pa.chunked_array([], pa.string()), least=10)) == 4


def test_a_number_that_is_none_takes_the_nearest_and_a_new_text_stands_behind() -> None:
    ages = Categories(pa.array([40, 10, 20]))
    found = ages.find(pa.chunked_array([[40, 12, None], [15, 10**6, -5]]))
    assert found.tolist() == [0, 1, -1, 2, 0, 1]
    assert not len(ages.new(pa.chunked_array([[12]])))
    made = pa.chunked_array([["zz", None], ["some", "c", "zz"]])
    assert WORDS.new(made).to_pylist() == ["c", "zz"]
    assert WORDS.find(made).tolist() == [5, -1, 3, 4, 5]
    assert WORDS.find(made).dtype == np.int64


def test_no_categories_at_all_take_what_comes() -> None:
    none = Categories(pa.array([], pa.string()))
    assert none.find(pa.chunked_array([["b", "a"]])).tolist() == [1, 0]
