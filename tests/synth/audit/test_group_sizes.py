import doctest
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.audit import group_sizes
from synth.audit.group_sizes import GroupSizes, sets_of
from tests.synth.audit.adult import adult
from tests.synth.tables import batch_of, mixed_table

COLUMNS = ("age", "fnlwgt", "occupation", "native-country", "sex", "hours-per-week")


def of(table: pa.Table, sets: tuple[tuple[str, ...], ...], kept: int = 2048) -> GroupSizes:
    state = GroupSizes(sets, kept)
    for batch in table.to_batches():
        state.update(batch)
    return state


def true_sizes(frame: pd.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    return frame.groupby(list(columns), dropna=False).size().to_numpy()


@pytest.fixture(scope="module")
def counted() -> GroupSizes:
    return of(adult().select(COLUMNS), sets_of(COLUMNS))


def test_the_example_holds() -> None:
    done = doctest.testmod(group_sizes)
    assert done.attempted == 1 and not done.failed


def test_figures_of_persons_are_the_exact_ones_within_four_standard_errors(
    counted: GroupSizes,
) -> None:
    frame = adult().select(COLUMNS).to_pandas()
    exact = 0
    for columns in sets_of(COLUMNS):
        sizes, groups = true_sizes(frame, columns), counted.of(columns)
        pairs = [(groups.distinct, len(sizes))]
        for below in (2, 5, 11):
            pairs.append((groups.share(1, below - 1), sizes[sizes < below].sum() / len(frame)))
        for estimate, truth in pairs:
            if len(sizes) < 2048:
                assert estimate.value == pytest.approx(truth), columns
            off = abs(estimate.value - truth)
            assert off <= 4 * estimate.standard_error + 1e-12, (columns, estimate, truth)
        if len(sizes) < 2048:
            exact += 1
            assert groups.is_exact and sorted(groups.counts) == sorted(sizes)
    assert 10 < exact < 40  # both kinds are tried


def test_missing_values_are_a_value_and_counted(counted: GroupSizes) -> None:
    assert counted.nulls["occupation"] == 2809 and counted.nulls["age"] == 0
    assert max(counted.of(["native-country"]).counts) == 43_832
    assert 857 in counted.of(["native-country"]).counts


@pytest.mark.parametrize("parts", [2, 7])
def test_merging_is_exactly_the_state_of_all(parts: int) -> None:
    table = mixed_table(3000)
    sets = sets_of(["age", "big", "day", "plate", 'ci"ty'], 2)
    whole = of(table, sets, kept=100)
    total = GroupSizes(sets, 100)
    bounds = np.linspace(0, len(table), parts + 1).astype(int)
    for low, high in reversed(list(pairwise(bounds))):
        part = of(table.slice(low, high - low), sets, kept=100)
        total.merge(GroupSizes.from_bytes(part.to_bytes(), sets, 100))
    assert total.to_bytes() == whole.to_bytes()


def test_dictionaries_of_texts_and_the_size_of_batches_change_nothing() -> None:
    table = mixed_table(500)
    sets = (("plate",), ("plate", "member"))
    coded = table.set_column(
        table.column_names.index("plate"), "plate", table["plate"].dictionary_encode()
    )
    one_by_one = GroupSizes(sets)
    for batch in coded.to_batches(max_chunksize=90):
        one_by_one.update(batch)
    assert one_by_one.to_bytes() == of(table, sets).to_bytes()


def test_sets_of_nearly_all_columns_are_as_any_other() -> None:
    # These are the sum of all less the others.
    table, names = adult().slice(0, 3000), adult().column_names
    without = tuple(name for name in names if name != "fnlwgt")
    groups = of(table, (without, ("fnlwgt",)), kept=10_000).of(without)
    assert sorted(groups.counts) == sorted(true_sizes(table.to_pandas(), without))


def test_equal_values_in_two_columns_are_not_each_other() -> None:
    table = pa.table({"a": [1, 2, 1, 2], "b": [2, 1, 1, 2]})
    assert of(table, (("a", "b"),)).of(["b", "a"]).distinct.value == 4


def test_sets_are_found_in_any_order_and_counted_once() -> None:
    state = of(pa.table({"a": [1], "b": [2]}), (("a", "b"), ("b", "a"), ("a",)))
    assert state.sets == (("b", "a"), ("a",))
    assert ["a", "b"] in state and ["b"] not in state
    with pytest.raises(KeyError):
        state.of(["b"])


def test_without_rows_there_is_nothing() -> None:
    state = GroupSizes((("a",),))
    again = GroupSizes.from_bytes(state.to_bytes(), (("a",),))
    assert again.rows == 0 and again.of(["a"]).distinct.value == 0


def test_other_sets_do_not_add() -> None:
    state = of(pa.table({"a": [1], "b": [2]}), (("a",),))
    with pytest.raises(ValueError, match="same sets"):
        state.merge(GroupSizes((("b",),)))
    with pytest.raises(ValueError, match="pass the sets"):
        GroupSizes.from_bytes(state.to_bytes(), (("a",), ("b",)))
    with pytest.raises(ValueError, match="kept=1"):
        GroupSizes((("a",),), 1)
    with pytest.raises(ValueError, match="have columns"):
        GroupSizes(((),))


def test_no_value_travels() -> None:
    written = GroupSizes((("plate",),))
    written.update(batch_of(pa.table({"plate": ["Mrs Secret"] * 3})))
    assert b"Secret" not in written.to_bytes()
