"""Values of columns with parents, by hand: laid down parents first, and led back to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import Columns, Fixed
from synth.encode.kind import Drawn, Led
from synth.encode.placement import follow_anew, place_values


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


@dataclass(frozen=True)
class Added(Later):
    """A number that is so much more than two others together."""

    def reference(self, columns: Columns, parents: Sequence[str]) -> pa.Array:
        return pc.add(*(columns[name] for name in parents))

    def led_to(
        self, name: str, columns: Columns, parents: Sequence[str], settled: Fixed
    ) -> list[Led]:
        first, second = parents
        left = pc.subtract(pc.subtract(columns[name], self.lag), columns[second])
        rows = settled[name] & ~settled[first]
        return [(first, left, rows), (second, columns[second], rows)]


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


BOTH = {
    "sum": Added(whole(None, None), 1),
    "a": Drawn(whole(10, 20)),
    "b": Later(whole(None, None), 5),
}
SOURCES = {"sum": ("a", "b"), "b": ("a",)}


def test_a_reference_may_need_several_columns() -> None:
    columns, _ = place_values(BOTH, SOURCES, {"b": whole(3, None)})
    assert columns["sum"].to_pylist() == [2, 46]  # b leads back to its own parent, which is -2
    columns, _ = place_values(BOTH, SOURCES, {"sum": whole(None, 100)})
    # The second row: 100 - 1 - 25, and the other source stays as it was.
    assert [columns[n].to_pylist() for n in ("a", "b", "sum")] == [[10, 74], [15, 25], [26, 100]]


def test_a_repair_of_any_source_moves_what_is_measured_from_it() -> None:
    columns, fixed = place_values(BOTH, SOURCES, {})
    moved = {**columns, "b": whole(15, 0)}
    after = follow_anew(BOTH, {"sum": SOURCES["sum"]}, columns, moved, fixed)
    assert after["sum"].to_pylist() == [26, 21]
