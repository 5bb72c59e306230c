import json

import pyarrow as pa
import pytest

from synth.table.arrow_columns import ArrowColumn, arrow_column
from synth.table.learned_values import Unfit

ORDERED = pa.dictionary(pa.int8(), pa.string(), ordered=True)


def ordered(indices: list[int | None], words: list[str]) -> pa.ChunkedArray:
    made = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), words, ordered=True)
    return pa.chunked_array([made])


def test_an_ordered_dictionary_keeps_its_words_and_their_order_through_json() -> None:
    source = ordered([1, None, 0], ["low", "mid", "high"])
    values, column = arrow_column(source, "x")
    assert values.to_pylist() == ["mid", None, "low"]
    stored = ArrowColumn.from_json(json.loads(json.dumps(column.to_json())))
    assert stored.categories.equals(column.categories)
    for known in (column, stored):
        made = known.made(values, "x")
        assert made.type == ORDERED and made.equals(source)
        assert made.chunk(0).dictionary.to_pylist() == ["low", "mid", "high"]


def test_words_of_few_rows_are_left_out_of_an_ordered_dictionary() -> None:
    source = ordered([0] * 20 + [1] * 3, ["low", "mid", "high"])
    values, column = arrow_column(source, "x")
    kept, left_out = column.protected(values, 10)
    assert kept.categories.to_pylist() == ["low", "high"] and left_out == 1
    assert arrow_column(values, "x")[1].protected(values, 10)[1] == 0


def test_a_plain_dictionary_holds_what_occurs() -> None:
    source = pa.chunked_array([pa.array(["b", "a", None])]).dictionary_encode()
    values, column = arrow_column(source, "x")
    assert column.categories is None
    made = column.made(values.slice(1), "x")
    assert made.type == source.type and made.chunk(0).dictionary.to_pylist() == ["a"]


def test_more_words_than_an_index_reaches_do_not_fit() -> None:
    column = arrow_column(ordered([0], ["a"]), "x")[1]
    with pytest.raises(Unfit, match="more values than its type has numbers for"):
        column.made(pa.chunked_array([[str(word) for word in range(200)]]), "x")
