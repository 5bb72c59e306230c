"""Texts and booleans as codes: by frequency, rare ones together, grouped by what they go with."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.encode.categorical import CategoricalEncoding, StandInEncoding
from synth.encode.kinds import kind_from_json
from synth.statistics.column_state import TextState
from synth.table.schema import Column

VALUES = ["b"] * 6 + ["a"] * 4 + ["c"] * 4 + ["rare"] * 2 + ["odd", None]


def fitted(
    values: list[str | None] | list[bool], type_: str = "string", **settings: int | str
) -> CategoricalEncoding:
    state = TextState(Column("c", type_))
    state.update(pa.array(values))
    limits = EncoderSettings(**{"min_entities": 3, **settings})  # type: ignore[arg-type]
    return CategoricalEncoding.fit(state.column, state, limits)


def test_codes_by_hand() -> None:
    encoding = fitted(VALUES)
    assert encoding.values == ("b", "a", "c")  # by frequency, then by name
    assert encoding.counts.tolist() == [6, 4, 4]
    codes = encoding.encode(pa.array(["a", "rare", None, "b", "never seen"]))
    assert codes.ravel().tolist() == [1, 3, 4, 0, 3]
    assert [sub.cardinality for sub in encoding.sub_columns] == [5]


def test_values_of_too_few_rows_are_stored_nowhere() -> None:
    text = json.dumps(fitted(VALUES).to_json())
    assert "rare" not in text and "odd" not in text


def test_what_is_kept_comes_back_and_a_rare_code_is_a_frequent_value() -> None:
    encoding = fitted(VALUES)
    codes = encoding.encode(pa.array(["c", None, "b", *["odd"] * 7000]))
    made = encoding.decode(codes, np.random.default_rng(0)).to_pylist()
    assert made[:3] == ["c", None, "b"]
    share = {value: made[3:].count(value) / 7000 for value in "bac"}
    assert share == pytest.approx({"b": 6 / 14, "a": 4 / 14, "c": 4 / 14}, abs=0.02)


def test_rare_texts_may_be_made_up_in_a_shape_of_the_column() -> None:
    encoding = fitted([*VALUES, "XY-1", "ZZ-9", "AB-4"], rare_values="made")
    made = encoding.decode(np.full((200, 1), 3, np.int32), np.random.default_rng(0)).to_pylist()
    shapes = {len(text) for text in made}
    assert shapes == {1, 4} and not {"XY-1", "ZZ-9", "AB-4"} & set(made)


def test_booleans_keep_their_type() -> None:
    encoding = fitted([True] * 5 + [False] * 3, "boolean")
    made = encoding.decode(encoding.encode(pa.array([False, True])), np.random.default_rng(0))
    assert made.type == pa.bool_() and made.to_pylist() == [False, True]
    assert encoding.bins().unit == "boolean"


def many(places: int = 300) -> pa.Array:
    """Three rows of each of many texts."""
    return pa.array([f"tail {place:03d}" for place in range(places)] * 3)


def test_more_values_than_codes_are_two_levels_without_loss() -> None:
    encoding = fitted(many().to_pylist(), direct=64)
    assert [sub.level for sub in encoding.sub_columns] == [0, 1]
    codes = encoding.encode(many())
    assert (codes < [sub.cardinality for sub in encoding.sub_columns]).all()
    assert encoding.decode(codes, np.random.default_rng(0)).equals(many())


def test_groups_follow_the_column_that_they_go_with() -> None:
    settings = EncoderSettings(min_entities=3, direct=64)
    encoding = fitted(many().to_pylist(), direct=64)
    carrier = np.arange(900) % 300 % 3
    grouped = encoding.regrouped(many(), {"carrier": carrier}, settings)
    assert grouped.values == encoding.values
    group = grouped.encode(many())[:, 0]
    mixed = [one for one in set(group.tolist()) if len(set(carrier[group == one])) > 1]
    assert len(mixed) <= 2 < len(set(group.tolist()))  # where one carrier ends, the next begins
    assert grouped.decode(grouped.encode(many()), np.random.default_rng(0)).equals(many())
    assert encoding.regrouped(many(), {"chance": np.arange(900) // 300}, settings) is encoding


def test_bins_hold_each_value_the_rare_and_null_and_mask_what_is_sensitive() -> None:
    encoding = fitted(VALUES)
    bins = encoding.bins()
    assert bins.labels == ("b", "a", "c", "(rare)", "(null)")
    assert bins.pair_bins == (0, 1, 2, 3, 4)
    assert encoding.bin_of(pa.array(["c", None, "odd"])).tolist() == [2, 4, 3]
    state = TextState(Column("c", "string", sensitive=True))
    state.update(pa.array(VALUES))
    hidden = CategoricalEncoding.fit(state.column, state, EncoderSettings(min_entities=3)).bins()
    assert hidden.labels[:3] == ("value 1", "value 2", "value 3")


def test_an_encoding_equals_itself_through_json() -> None:
    for encoding in (fitted(VALUES, rare_values="made"), fitted(many().to_pylist(), direct=64)):
        again = CategoricalEncoding.from_json(
            encoding.column, json.loads(json.dumps(encoding.to_json()))
        )
        assert again.to_json() == encoding.to_json()
        assert (again.encode(many()) == encoding.encode(many())).all()


def test_what_stands_in_for_rare_keys_is_compared_by_null_or_not() -> None:
    state = TextState(Column("c", "string"))
    state.update(pa.array(VALUES))
    encoding = StandInEncoding.fit(state.column, state, EncoderSettings(min_entities=3))
    assert encoding.encode(pa.array(["a", "rare", None])).ravel().tolist() == [1, 3, 4]
    assert encoding.bin_of(pa.array(["a", "rare", None])).tolist() == [0, 0, 1]
    assert encoding.bins().labels == ("(any value)", "(null)")
    assert encoding.reason and "stand in" in encoding.reason
    drawn = encoding.decode(np.full((200, 1), 3, np.int32), np.random.default_rng(0))
    assert set(drawn.to_pylist()) == {"a", "b", "c"}
    again = kind_from_json(state.column, {"kind": encoding.kind, **encoding.to_json()})
    assert isinstance(again, StandInEncoding) and again.to_json() == encoding.to_json()


def test_texts_in_a_dictionary_have_the_codes_of_the_texts() -> None:
    texts = pa.array(["a", "b", None, "zzz", "a", "b", "b"])
    coded = pa.concat_arrays([pa.array(["unused", "b"]), texts]).dictionary_encode()[2:]
    for has_null in (True, False):
        values = ["a", "b"] * 20 + ([None] * 9 if has_null else [])
        encoding = fitted(values)
        assert encoding.has_null == has_null
        assert encoding.bin_of(coded).tolist() == encoding.bin_of(texts).tolist()
    nothing = texts.slice(0, 0)
    assert len(encoding.bin_of(nothing.dictionary_encode())) == 0
