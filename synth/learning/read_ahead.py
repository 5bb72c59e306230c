"""Batches read ahead: a thread reads the next ones while the ones before are learned.

A GPU learns a batch in milliseconds, and to read and mix the rows of the next pool takes the host
a few hundred of them: unless they were read before, it waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from threading import Condition, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")


@contextmanager
def read_ahead(items: Iterable[Item], most: int) -> Iterator[Iterator[Item]]:
    """``items`` in their order, up to ``most`` of which are read before they are asked for.

    With 0 each is read when it is asked for, and there is no thread. What the reading of an item
    raises is raised where that item is asked for. When the block is left, for whatever reason, the
    thread has ended and ``items`` are closed.
    """
    reading = _each(items)
    if not most:
        with closing(reading):
            yield reading
        return
    ahead = _Ahead[Item](most)
    thread = Thread(target=ahead.fill, args=(reading,), name="read-ahead", daemon=True)
    thread.start()
    try:
        yield ahead.taken()
    finally:
        ahead.end()
        thread.join()


def _each(items: Iterable[Item]) -> Generator[Item, None, None]:
    """The items; to close it closes them, where they can be."""
    yield from items


class _Ahead(Generic[Item]):
    """What was read and not yet asked for, between the thread that reads and the one that asks."""

    def __init__(self, most: int):
        self._most, self._changed = most, Condition()
        self._read: deque[Item] = deque()
        self._all_read, self._ended = False, False
        self._failed: BaseException | None = None

    def fill(self, items: Generator[Item, None, None]) -> None:
        """Read until there are no more, or none is wanted; for the thread that reads."""
        try:
            with closing(items):
                # No item is read before there is room for it: zip asks its first argument first.
                for _, item in zip(self._rooms(), items, strict=False):
                    self._put(item)
        except BaseException as error:
            self._failed = error  # for the one who asks
        with self._changed:
            self._all_read = True
            self._changed.notify_all()

    def taken(self) -> Iterator[Item]:
        """One after the other, each as soon as it was read."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._read or self._all_read)
                if not self._read:
                    break
                item = self._read.popleft()
                self._changed.notify_all()
            yield item
        if self._failed is not None:
            raise self._failed

    def end(self) -> None:
        """No more is wanted."""
        with self._changed:
            self._ended = True
            self._read.clear()
            self._changed.notify_all()

    def _rooms(self) -> Iterator[None]:
        """One for each item that is wanted; waits while there are enough."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or len(self._read) < self._most)
                if self._ended:
                    return
            yield

    def _put(self, item: Item) -> None:
        with self._changed:
            self._read.append(item)
            self._changed.notify_all()
