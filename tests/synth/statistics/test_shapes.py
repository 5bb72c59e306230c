import pyarrow as pa

from synth.statistics.shapes import LONGEST, shapes


def test_letters_and_digits_leave_only_their_class() -> None:
    texts = pa.array(["N14228", "jane.doe@example.org", "Ünal-7", "日本", ""])
    assert shapes(texts) == ["A99999", "aaaa.aaa@aaaaaaa.aaa", "Aaaa-9", "aa", ""]


def test_long_texts_are_cut() -> None:
    assert shapes(pa.array(["x" * 1000])) == ["a" * LONGEST]
