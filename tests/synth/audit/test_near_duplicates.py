import doctest

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.audit import near_duplicates as module
from synth.audit.group_sizes import GroupSizes
from synth.audit.near_duplicates import KEPT, NearDuplicates, near_duplicates, row_columns, row_sets
from synth.profiling.table_profile import TableProfile
from tests.synth.audit.adult import adult
from tests.synth.tables import batch_of

RNG = np.random.default_rng(6)
ROWS = 20_000
CLEAN = pa.table(
    {
        "name": [f"N{own:06d}" for own in RNG.integers(0, 900_000, ROWS)],
        "amount": RNG.integers(0, 90_000, ROWS),
        "city": RNG.choice(["Rome", "Oslo", None], ROWS),
        "changed": RNG.integers(0, 10**9, ROWS),
    }
)


def found(table: pa.Table, kept: int = KEPT) -> NearDuplicates:
    groups = GroupSizes(row_sets(table.column_names), kept)
    groups.update(batch_of(table))
    return near_duplicates(groups, table.column_names)


def test_the_example_holds() -> None:
    done = doctest.testmod(module)
    assert done.attempted == 1 and not done.failed


@pytest.mark.parametrize("kept", [2048, KEPT, 50_000])
def test_clean_rows_have_none(kept: int) -> None:
    seen = found(CLEAN, kept)
    assert seen.but_one == ()
    assert seen.doubled.value <= 3 * seen.doubled.standard_error + 1e-12
    assert abs(seen.repeated.value) <= 4 * seen.repeated.standard_error + 1e-12
    assert abs(seen.distinct.value - ROWS) <= 4 * seen.distinct.standard_error


@pytest.mark.parametrize("kept", [KEPT, 50_000])
def test_records_that_came_again_with_another_time_are_found(kept: int) -> None:
    again = CLEAN.slice(0, 400)
    again = again.set_column(3, "changed", pa.array(RNG.integers(10**9, 2 * 10**9, 400)))
    seen = found(pa.concat_tables([CLEAN, again]), kept)
    assert seen.but_one is not None
    assert [one.column for one in seen.but_one] == ["changed"]
    share = seen.but_one[0].share
    assert abs(share.value - 800 / 20_400) <= 4 * share.standard_error + 1e-12
    assert seen.doubled.value <= 3 * seen.doubled.standard_error + 1e-12


def typo(text: str) -> str:
    """The text with two neighbouring characters exchanged, or one more where they are equal."""
    place = 1 + sum(map(ord, text)) % (len(text) - 2)
    changed = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return changed if changed != text else f"{text}x"


@pytest.mark.parametrize("kept", [KEPT, 50_000])
def test_typos_and_changed_numbers_are_found_column_by_column(kept: int) -> None:
    """Each row differs in one column alone, in another one for each part of the rows."""
    parts = [CLEAN]
    for place, name in enumerate(["name", "amount", "changed"]):
        own = CLEAN.slice(place * 500, 500)
        texts, numbers = own["name"].to_pylist(), np.asarray(own[name if place else "amount"])
        new = pa.array(numbers + 7) if place else pa.array(list(map(typo, texts)))
        parts.append(own.set_column(own.column_names.index(name), name, new))
    seen = found(pa.concat_tables(parts), kept)
    assert seen.but_one is not None
    assert {one.column for one in seen.but_one} == {"name", "amount", "changed"}
    for one in seen.but_one:
        assert abs(one.share.value - 1000 / 21_500) <= 4 * one.share.standard_error + 1e-12
    assert seen.doubled.value <= 3 * seen.doubled.standard_error + 1e-12


@pytest.mark.parametrize("kept", [KEPT, 50_000])
def test_exact_doubles_are_not_near_ones(kept: int) -> None:
    seen = found(pa.concat_tables([CLEAN, CLEAN.slice(0, 1000)]), kept)
    assert abs(seen.doubled.value - 2000 / 21_000) <= 4 * seen.doubled.standard_error + 1e-12
    assert seen.but_one == ()


def test_many_equal_rows_are_told_apart_from_doubles() -> None:
    blank = pa.concat_tables([CLEAN.slice(0, 1)] * 6000)
    seen = found(pa.concat_tables([CLEAN, blank]))
    assert abs(seen.repeated.value - 6001 / 26_000) <= 4 * seen.repeated.standard_error
    assert seen.doubled.value <= 3 * seen.doubled.standard_error


def test_persons_are_as_an_exact_count_has_them() -> None:
    frame, seen = adult().to_pandas(), found(adult())
    names = adult().column_names

    def doubled(columns: list[str]) -> float:
        sizes = frame.groupby(columns, dropna=False).size()
        return float(sizes[(sizes > 1) & (sizes < 11)].sum() / len(frame))

    assert abs(seen.doubled.value - doubled(names)) <= 4 * seen.doubled.standard_error
    true = doubled([name for name in names if name != "fnlwgt"]) - doubled(names)
    assert seen.but_one is not None and seen.but_one[0].column == "fnlwgt"
    share = seen.but_one[0].share
    assert abs(share.value - true) <= 4 * share.standard_error
    assert (
        abs(seen.distinct.value - len(frame.drop_duplicates())) <= 4 * seen.distinct.standard_error
    )


def test_of_many_columns_none_is_left_out_in_turn() -> None:
    names = [f"c{place}" for place in range(41)]
    assert row_sets(names) == (tuple(names),)
    table = pa.table({name: [1, 1, 2] for name in names})
    seen = found(table)
    assert seen.but_one is None
    assert seen.doubled.value == pytest.approx(2 / 3) and seen.distinct.value == 2


def test_one_column_and_none() -> None:
    assert row_sets([]) == ()
    seen = found(pa.table({"a": [1, 1, 2]}))
    assert seen.but_one is None and seen.repeated.value == pytest.approx(0)


def test_keys_are_not_compared() -> None:
    frame = pd.DataFrame({"order_id": range(200), "code": range(5, 205), "city": ["a", "b"] * 100})
    profile = TableProfile.of(pa.Table.from_pandas(frame)).marked(keys=["code"])
    assert row_columns(profile) == ("city",)
