"""Values of columns with parents, by hand: laid down parents first, and led back to."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synth.encode.kind import Drawn
from synth.encode.placement import place_values


@dataclass(frozen=True)
class Later(Drawn):
    """A number that is so much more than its parent."""

    lag: int

    @property
    def is_null(self) -> np.ndarray:
        return np.zeros(len(self.plain), bool)

    def values(self, parent: pa.Array | None) -> pa.Array:
        assert parent is not None
        return pa.array([None if p is None else p + self.lag for p in parent.to_pylist()])

    def parent_of(self, values: pa.Array, parent: pa.Array) -> tuple[pa.Array, np.ndarray]:
        led = pa.array([None if v is None else v - self.lag for v in values.to_pylist()])
        return led.cast(pa.int64()), np.asarray(values.is_valid())


def whole(*values: int | None) -> pa.Array:
    return pa.array(values, pa.int64())


# The children stand before their parents, as columns of a table may.
DRAWN = {
    "last": Later(whole(None, None), 10),
    "middle": Later(whole(None, None), 1),
    "first": Drawn(whole(100, None)),
}
PARENTS = {"last": ("middle",), "middle": ("first",)}


def placed(**known: pa.Array) -> dict[str, list[int | None]]:
    columns, _ = place_values(DRAWN, PARENTS, known)
    return {name: array.to_pylist() for name, array in columns.items()}


def test_children_follow_their_parents() -> None:
    assert placed() == {"first": [100, None], "middle": [101, None], "last": [111, None]}
    known = placed(first=whole(5, 7))
    assert known == {"first": [5, 7], "middle": [6, 8], "last": [16, 18]}


def test_a_known_child_leads_back_over_any_number_of_parents() -> None:
    made = placed(last=whole(50, None))
    assert made == {"first": [39, None], "middle": [40, None], "last": [50, None]}


def test_what_is_known_is_never_moved() -> None:
    made = placed(first=whole(5, 5), last=whole(50, None))
    assert made == {"first": [5, 5], "middle": [40, 6], "last": [50, 16]}


def test_a_parent_that_is_coded_as_null_stays_null() -> None:
    made = placed(first=whole(None, None), middle=whole(8, 8))
    assert made == {"first": [7, None], "middle": [8, 8], "last": [18, 18]}


def test_what_is_known_or_coded_as_null_is_fixed() -> None:
    known = {"first": whole(None, None), "determined": whole(3, None)}
    columns, fixed = place_values(DRAWN, PARENTS, known)
    assert columns["determined"].to_pylist() == [3, None]
    assert {name: rows.tolist() for name, rows in fixed.items()} == {
        "first": [False, True],
        "determined": [True, False],
    }
