"""How much of a sample is read."""

import numpy as np

from synth.forms.unread import MOST_MARKS, is_few, share_read
from tests.synth.forms.texts import texts


def share(values: list[str | None], min_entities: int = 3) -> float:
    read = np.array([value is not None and value.isdigit() for value in values])
    return share_read(texts(values), read, min_entities)


def test_frequent_marks_do_not_count() -> None:
    assert share(["1", "2", "3", "4"]) == 1.0
    assert share(["1", "2", None, "x"]) == 2 / 3
    assert share(["1", "2", "n/a", "n/a", "n/a", "x"]) == 2 / 3
    assert share(["1", "2", "n/a", "n/a", "x"]) == 0.4  # two rows are too few
    assert share([None]) == 0.0


def test_texts_of_many_frequent_values_are_no_marks() -> None:
    others = [f"v{i}" for i in range(2 * MOST_MARKS) for _ in range(5)]
    assert share(["1"] * 50 + others) == 0.5


def test_few_frequent_values_may_stay() -> None:
    assert is_few(texts(["a", "b"] * 10), 10) and is_few(texts(["a"]), 10)
    assert not is_few(texts(["a", "b", "c"] * 10 + ["d"]), 10)
    assert not is_few(texts([str(i) for i in range(21)] * 10), 10)
