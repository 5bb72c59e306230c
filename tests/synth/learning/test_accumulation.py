"""A batch in parts: which rows, when workers meet, and how many parts there may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from synth.learning.accumulation import parts_of, require_parts, shared_once
from synth.table.errors import InputError


@pytest.mark.parametrize(
    ("rows", "accumulation", "pack", "sizes"),
    [
        (8, 1, 1, [8]),
        (8, 4, 1, [2, 2, 2, 2]),
        (7, 3, 1, [2, 2, 3]),
        (2, 5, 1, [1, 1]),  # the table has fewer rows than a batch
        (70, 3, 10, [20, 20, 30]),
    ],
)
def test_parts_are_all_rows_in_order_as_equal_as_can_be(
    rows: int, accumulation: int, pack: int, sizes: list[int]
) -> None:
    parts = parts_of(rows, accumulation, pack=pack)
    own = [list(range(rows))[part.rows] for part in parts]
    assert [len(some) for some in own] == sizes and [row for some in own for row in some] == [
        *range(rows)
    ]
    assert [part.share for part in parts] == [size / rows for size in sizes]
    assert [part.is_last for part in parts] == [False] * (len(sizes) - 1) + [True]


class Shared:
    """A module of a worker among others, that counts where gradients are kept apart."""

    def __init__(self) -> None:
        self.apart = 0

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        self.apart += 1
        yield


def test_workers_share_gradients_once_a_batch() -> None:
    network = Shared()
    for parts, apart in ((1, 0), (4, 3)):
        network.apart = 0
        for part in parts_of(8, parts):
            with shared_once(network, part):
                pass
        assert network.apart == apart
    for part in parts_of(8, 2):
        with shared_once(object(), part):  # a worker alone
            pass


def test_more_parts_than_there_are_rows_are_refused() -> None:
    require_parts(8, 8, "the 8 rows of a batch")
    said = "accumulation is 9, more than the 8 rows of a batch: set accumulation to 8 or less, or "
    with pytest.raises(InputError, match=f"^{said}batch_rows to more$"):
        require_parts(9, 8, "the 8 rows of a batch")
