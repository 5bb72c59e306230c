from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from synth.learning.read_ahead import read_ahead


def reading() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


class Source:
    """Numbers from 0, which tells how many were read, by whom, and whether it was closed."""

    def __init__(self, most: int = 10**9, fails_at: int | None = None):
        self.most, self.fails_at = most, fails_at
        self.read, self.closed, self.by = 0, False, set[str]()

    def items(self) -> Iterator[int]:
        try:
            for number in range(self.most):
                if number == self.fails_at:
                    raise OSError(f"block {number} cannot be read")
                self.read += 1
                self.by.add(threading.current_thread().name)
                yield number
        finally:
            self.closed = True


def broken_off(source: Source, most: int) -> None:
    with read_ahead(source.items(), most) as read:
        next(read)
        raise KeyboardInterrupt


def settle(source: Source) -> int:
    """How many were read once no more are."""
    before = -1
    while before < source.read:
        before = source.read
        time.sleep(0.05)
    return before


@pytest.mark.parametrize("most", [0, 1, 3, 1000])
def test_all_come_in_their_order(most: int) -> None:
    source = Source(200)
    with read_ahead(source.items(), most) as read:
        assert list(read) == list(range(200))
        assert list(read) == []
    assert source.closed and not reading()
    assert source.by == ({"read-ahead"} if most else {threading.main_thread().name})
    with read_ahead([], most) as read:
        assert list(read) == []
    with read_ahead([4, 5], most) as read:  # needs no closing
        assert list(read) == [4, 5]


def test_so_many_are_read_before_they_are_asked_for_and_no_more() -> None:
    source = Source()
    with read_ahead(source.items(), 5) as read:
        assert settle(source) == 5
        assert [next(read), next(read)] == [0, 1]
        assert settle(source) == 7
    source = Source()
    with read_ahead(source.items(), 0) as read:
        assert settle(source) == 0 and next(read) == 0
        assert settle(source) == 1


@pytest.mark.parametrize("most", [0, 1, 3, 1000])
def test_what_reading_raises_is_raised_where_it_is_asked_for(most: int) -> None:
    source = Source(fails_at=4)
    with read_ahead(source.items(), most) as read:
        assert [next(read) for _ in range(4)] == [0, 1, 2, 3]
        with pytest.raises(OSError, match="block 4 cannot be read"):
            next(read)
    assert source.closed and not reading()


@pytest.mark.parametrize("most", [0, 1, 3])
def test_the_thread_ends_when_the_block_is_left(most: int) -> None:
    source = Source()
    with read_ahead(source.items(), most) as read:
        for item in read:
            if item == 10:
                break
    assert source.closed and not reading()
    source = Source()
    with pytest.raises(KeyboardInterrupt):
        broken_off(source, most)
    assert source.closed and not reading()
    source = Source()
    with read_ahead(source.items(), most):
        pass
    assert not reading() and source.read <= most
