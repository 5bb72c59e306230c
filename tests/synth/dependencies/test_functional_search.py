"""The search for maps: one source, two where one is not enough, nothing by chance."""

import numpy as np
import pyarrow as pa

from synth.dependencies.functional import Functional
from synth.dependencies.functional_search import MOST_PER_TARGET, find
from synth.dependencies.sample import FEW, Sample
from synth.dependencies.settings import DependencySettings
from tests.synth.dependencies.tables import schema_of

ROWS = 4_000


def found(table: pa.Table) -> set[tuple[tuple[str, ...], str]]:
    rules = find(Sample(table, schema_of(table), DependencySettings()))
    assert all(rule.keys is None for rule in rules)  # the pass over the table learns the map
    return {(rule.sources, rule.target) for rule in rules}


def codes(size: int, seed: int, rows: int = ROWS) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, size, rows)


def test_one_source_then_two_where_neither_is_enough() -> None:
    a, b = codes(12, 0), codes(6, 1)
    of_both = np.random.default_rng(2).integers(0, 4, (12, 6))[a, b]
    table = pa.table({"a": a, "b": b, "of a": a % 5, "of both": of_both})
    assert found(table) == {(("a",), "of a"), (("a", "b"), "of both")}


def test_a_few_wrong_rows_leave_a_candidate_and_many_do_not() -> None:
    a = codes(12, 0)
    wrong = np.arange(ROWS)
    few, many = (np.where(wrong % gap == 0, (a + 1) % 5, a % 5) for gap in (500, 20))
    assert found(pa.table({"a": a, "few": few})) == {(("a",), "few")}
    assert found(pa.table({"a": a, "many": many})) == set()


def test_constants_keys_and_columns_by_themselves_say_nothing() -> None:
    table = pa.table(
        {
            "one": ["x"] * ROWS,
            "row": np.random.default_rng(0).permutation(ROWS),  # every value once
            "a": codes(7, 1),
            "b": codes(5, 2),
        }
    )
    assert found(table) == set()


def test_of_many_sources_of_one_target_the_smallest_are_tried() -> None:
    a = codes(4, 0)
    sources = {f"s{size}": a + 4 * codes(size, size) for size in range(7, 1, -1)}
    rules = found(pa.table({**sources, "t": a % 2}))
    assert {names for names, target in rules if target == "t"} == {
        (f"s{size}",) for size in range(2, 2 + MOST_PER_TARGET)
    }


def test_too_few_rows_are_not_searched() -> None:
    a = codes(3, 0, 2 * FEW - 1)
    table = pa.table({"a": a, "b": a % 2})
    assert find(Sample(table, schema_of(table), DependencySettings())) == []
    many = codes(3, 0)
    table = pa.table({"a": many, "b": many % 2})
    rules = find(Sample(table, schema_of(table), DependencySettings()))
    assert rules == [Functional("b", ("a",))]
