import pyarrow as pa

from synth.statistics.shapes import LONGEST, MOST_KNOWN, KnownShapes, shapes


def test_letters_and_digits_leave_only_their_class() -> None:
    texts = pa.array(["N14228", "jane.doe@example.org", "Ünal-7", "日本", ""])
    assert shapes(texts) == ["A99999", "aaaa.aaa@aaaaaaa.aaa", "Aaaa-9", "aa", ""]


def test_long_texts_are_cut() -> None:
    assert shapes(pa.array(["x" * 1000])) == ["a" * LONGEST]


def test_shapes_that_are_known_are_those_of_the_texts() -> None:
    known = KnownShapes()
    for lot in (["N14", "ab"], ["ab", "x.y", "N14"], [], ["N14"]):
        assert known.of(pa.array(lot, pa.string()), lot) == shapes(pa.array(lot, pa.string()))


def test_more_texts_than_are_kept_have_their_shapes_all_the_same() -> None:
    known = KnownShapes()
    for first in (0, MOST_KNOWN - 3, 10, 5 * MOST_KNOWN):
        lot = [f"{k}a" for k in range(first, first + 7)]
        assert known.of(pa.array(lot), lot) == shapes(pa.array(lot))
    many = [f"{k}a" for k in range(MOST_KNOWN + 1)]
    assert known.of(pa.array(many), many) == shapes(pa.array(many))
