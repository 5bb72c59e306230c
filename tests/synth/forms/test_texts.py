"""Texts from code points and back."""

import numpy as np
import pyarrow as pa

from synth.forms.texts import code_points, from_code_points, joined, octets_of, scattered

TEXTS = ["abc", "", "äö", "€uro", "😀x", "日本語"]


def test_texts_come_back_from_their_code_points() -> None:
    for texts in (TEXTS, ["abc", "", "x"], [""]):
        longest = max(map(len, texts))
        points = code_points(pa.array(texts), longest)
        assert points.shape == (len(texts), longest)
        again = from_code_points(points, points > 0)
        again.validate(full=True)
        assert again.to_pylist() == texts
    whole = from_code_points(np.array([[97, 0x20AC], [98, 99]], np.uint32))
    assert whole.to_pylist() == ["a€", "bc"]


def test_octets_of_texts_of_one_length_even_of_a_slice() -> None:
    texts = pa.array(["abc", "def", "ghi"]).slice(1)
    assert octets_of(texts, 3).tolist() == [list(b"def"), list(b"ghi")]
    assert octets_of(texts.slice(2), 3).shape == (0, 3)


def test_pieces_are_joined_row_by_row() -> None:
    assert joined(["a", "-"], 2).to_pylist() == ["a-", "a-"]
    assert joined([pa.array(["x", "y"]), "-", pa.array(["1", "2"])], 2).to_pylist() == [
        "x-1",
        "y-2",
    ]


def test_pieces_are_put_in_their_places() -> None:
    found = scattered([(np.array([2]), pa.array(["c"])), (np.array([0]), pa.array(["a"]))], 4)
    assert found.to_pylist() == ["a", None, "c", None]
    assert scattered([], 2).to_pylist() == [None, None]
    assert scattered([], 2, pa.date32()).type == pa.date32()
