"""Which inclusions two profiles leave open, and which they rule out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.audit.inclusion import (
    Inclusion,
    InclusionCounts,
    Table,
    contained,
    holds,
    inclusions,
)
from synth.profiling.table_profile import TableProfile

RNG = np.random.default_rng(11)


def table(name: str, /, **columns: Any) -> Table:
    frame = pd.DataFrame(columns)
    return Table(name, TableProfile.of(pa.Table.from_pandas(frame, preserve_index=False)))


def found(*tables: Table) -> set[tuple[str, str]]:
    return {(one.column, one.by) for one in inclusions(tables)}


PARENTS = np.arange(1, 2001)
SPARSE = np.sort(RNG.choice(10**9, 3000, replace=False))


def test_a_running_number_is_referred_to_by_name_alone() -> None:
    parent = table("customers", id=PARENTS, city=RNG.choice(["Kyiv", "Odesa"], 2000))
    child = table(
        "orders",
        id=np.arange(1, 1501),
        customer_id=RNG.integers(1, 2001, 1500),
        rating=RNG.integers(0, 6, 1500),
        quantity=RNG.integers(1, 400, 1500),
        price=RNG.random(1500) * 100,
        customer_ref=np.full(1500, "x"),
    )
    assert found(parent, child) == {("customer_id", "name")}


def test_numbers_far_apart_and_texts_are_told_by_their_values() -> None:
    codes = [f"P-{i:04d}" for i in range(900)]
    parent = table("a", key=SPARSE[:900], code=codes)
    child = table(
        "b",
        x=RNG.choice(SPARSE[:900], 4000),
        other=RNG.choice(SPARSE[900:], 4000),
        y=RNG.choice(codes, 4000),
        z=[f"P-{i % 900 + 5000:04d}" for i in range(4000)],
    )
    assert found(parent, child) == {("x", "values"), ("y", "values")}


def test_few_labels_are_told_where_they_are_nearly_all_of_the_key() -> None:
    parent = table("letters", code=list("ABCDEFGH"), name=[f"of {c}" for c in "ABCDEFGH"])
    child = table("c", all=RNG.choice(list("ABCDEFGH"), 500), few=RNG.choice(list("AB"), 500))
    assert found(parent, child) == {("all", "values")}


def test_rows_without_a_parent_leave_it_open_up_to_a_twentieth() -> None:
    parent = table("customers", id=PARENTS)
    for share, open_ in ((0.03, True), (0.2, False)):
        own = RNG.integers(1, 2001, 3000)
        own[: int(share * 3000)] += 10**6
        assert bool(found(parent, table("orders", customer_id=own))) is open_


def test_sketches_of_large_columns_estimate_what_is_contained() -> None:
    keys = np.arange(0, 60_000, 2)
    child = table("c", even=RNG.choice(keys, 60_000), any=RNG.integers(0, 60_000, 60_000)).profile
    parent = table("p", key=keys).profile
    assert contained(child["even"], parent["key"])[0] == 1.0
    share, hashes = contained(child["any"], parent["key"])
    assert hashes > 500 and share == pytest.approx(0.5, abs=0.08)
    assert contained(table("d", none=[None]).profile["none"], parent["key"]) == (0.0, 0)


def test_keys_have_no_missing_and_no_repeated_value() -> None:
    child = table("orders", customer_id=RNG.integers(1, 100, 500))
    holes = pd.Series([*range(1, 100), None], dtype="Int64")
    assert found(table("customers", id=holes), child) == set()
    assert found(table("customers", id=[*range(1, 100), *range(1, 100)]), child) == set()
    assert found(table("customers", id=[1]), child) == set()


def test_exact_counts_decide() -> None:
    counts = InclusionCounts(5, 5, 100, 95, 3, 120, repeated=False)
    assert holds(counts, 100) and not holds(counts, 99) and not holds(counts, 0)
    assert not holds(InclusionCounts(0, 0, 1, 1, 1, 1, repeated=True), 100)
    assert Inclusion("a", "b", "c", "d").by == "name"
