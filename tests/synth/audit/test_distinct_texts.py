import numpy as np
import pyarrow as pa

from synth.audit.distinct_texts import MOST, DistinctTexts

TEXTS = ["", "a1", "Straße 5", "x" * 2000, "12-34 ab", " ", "9" * 70_000, "€"]


def test_letters_digits_and_spaces_are_counted_by_hand() -> None:
    texts = DistinctTexts(pa.array(TEXTS))
    assert len(texts) == 8
    assert texts.letters.tolist() == [0, 1, 6, MOST, 2, 0, MOST, 1]
    assert texts.digits.tolist() == [0, 1, 1, MOST, 4, 0, MOST, 0]
    assert texts.spaces.tolist() == [0, 0, 1, MOST, 1, 1, MOST, 0]


def test_a_slice_and_many_bytes_are_counted_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    texts = ["ab 1" * int(n) for n in rng.integers(0, 30, 5000)]
    part = DistinctTexts(pa.array(texts).slice(7, 4000))
    expected = [text.count("1") for text in texts[7:4007]]
    assert part.digits.tolist() == part.spaces.tolist() == expected
    assert (part.letters == 2 * part.digits).all()


def test_compact_texts_are_codes_without_breaks() -> None:
    assert DistinctTexts(pa.array(["de89 37-04.x/y"])).compact.to_pylist() == ["DE893704XY"]
    assert DistinctTexts(pa.array(["1 2", "9 " * 50])).compact.to_pylist() == ["12", ""]
    assert DistinctTexts(pa.array(["12", "34"])).compact.to_pylist() == ["12", "34"]


def test_bounds_rule_texts_out() -> None:
    texts = DistinctTexts(pa.array(["a1", "ab12", "12", "x" * 300]))
    assert texts.between((1, 2), (1, 2)).tolist() == [True, True, False, False]
    assert texts.between((5, 9), (0, MOST)).tolist() == [False] * 4
    assert texts.between((0, MOST), (0, MOST)).tolist() == [True, True, True, False]
