"""What several rules ask of a column is worked out once, and a column is looked up once."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.chunk import Chunk, ColumnPlaces, Places

TYPES = {"text": pa.string(), "number": pa.int64()}


def chunk(texts: pa.Array, numbers: list[int | None], places: ColumnPlaces) -> Chunk:
    batch = pa.RecordBatch.from_arrays([texts, pa.array(numbers, pa.int32())], names=list(TYPES))
    return Chunk(batch, TYPES, places)


def test_places_stay_what_they_were_and_null_has_one() -> None:
    places = Places(9)
    first = places.of(pa.array(["b", None, "a", "b"]))
    then = places.of(pa.array(["c", "a", None]).dictionary_encode())
    assert first is not None and then is not None
    assert (first.tolist(), then.tolist()) == ([0, 1, 2, 0], [3, 2, 1])
    assert places.values.to_pylist() == ["b", None, "a", "c"] and places.size == 4


@pytest.mark.parametrize(
    "values",
    [[0.5, float("nan"), None, 0.5, float("nan")], [True, None, False, True, None]],
    ids=["floats", "booleans"],
)
def test_nan_and_null_are_one_value_each(values: list[object]) -> None:
    places = Places(9)
    assert [places.of(pa.array(values)).tolist() for _ in range(2)] == [[0, 1, 2, 0, 1]] * 2  # type: ignore[union-attr]


def test_too_many_values_have_no_places_for_good() -> None:
    places = Places(2)
    assert places.of(pa.array([1, 2])) is not None
    assert places.of(pa.array([3])) is None and places.of(pa.array([1])) is None
    assert places.is_given_up and places.size == 0
    with pytest.raises(ValueError, match="no places"):
        places.values  # noqa: B018


def test_a_column_is_cast_and_worked_out_once_and_nobody_changes_it() -> None:
    asked = list[pa.Array]()

    def doubled(array: pa.Array, by: int) -> np.ndarray:
        asked.append(array)
        return np.asarray(array) * by

    own = chunk(pa.array(["x", "y"]), [1, 2], ColumnPlaces(9))
    first, again, other = (own.once("number", doubled, by) for by in (2, 2, 3))
    assert first is again and other.tolist() == [3, 6] and len(asked) == 2
    assert asked[0].type == pa.int64() and asked[0] is asked[1]
    with pytest.raises(ValueError, match="read-only"):
        first += 1
    assert (list(own), len(own)) == (["text", "number"], 2)


def test_what_goes_row_by_row_is_worked_out_of_each_value() -> None:
    asked = list[int]()

    def shouted(array: pa.Array) -> pa.Array:
        asked.append(len(array))
        return pa.array([None if text is None else text.upper() for text in array.to_pylist()])

    texts = pa.array(["a", None, "b"] * 20).dictionary_encode()
    own = chunk(texts, [1] * 60, ColumnPlaces(9))
    assert own.by_value("text", shouted).to_pylist() == ["A", None, "B"] * 20
    assert own.by_value("text", shouted).to_pylist()[:2] == ["A", None] and asked == [3]
    many = chunk(pa.array([str(i) for i in range(60)]), [1] * 60, ColumnPlaces(9))
    assert many.by_value("text", shouted).to_pylist()[:2] == ["0", "1"] and asked == [3, 60]
