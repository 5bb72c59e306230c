"""Foreign keys among tables in memory: found, counted, told without a value."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from synth.audit.foreign_keys import foreign_keys
from synth.audit.in_memory import TITLE, Profile, profile
from synth.audit.inclusion import Inclusion
from synth.audit.source import Source
from synth.profiling.table_profile import TableProfile
from synth.report.audit_page import render_audit
from synth.table.schema import TableSchema

RNG = np.random.default_rng(7)
CUSTOMERS = pd.DataFrame(
    {
        "id": np.arange(1, 401),
        "email": [f"someone{i}@example.org" for i in range(400)],
        "country": RNG.choice(["UA", "PL", "DE"], 400),
    }
)


def orders() -> pd.DataFrame:
    customer = RNG.integers(1, 301, 3000)
    customer[:30] = 999
    return pd.DataFrame(
        {
            "order_id": np.arange(50_000, 53_000),
            "customer_id": pd.Series(customer, dtype="Int64").mask(np.arange(3000) >= 2900),
            "rating": RNG.integers(0, 6, 3000),
            "email": RNG.choice(CUSTOMERS["email"], 3000),
        }
    )


@pytest.fixture(scope="module")
def found() -> Profile:
    return profile(orders(), others={"customers": CUSTOMERS}, progress=False)


def links(found: Profile) -> list[dict[str, Any]]:
    told = found.audit.structure["foreign_keys"]
    assert isinstance(told, list)
    return told


def test_a_constraint_is_proposed_with_its_evidence(found: Profile) -> None:
    by = {tuple(link["columns"]): link for link in links(found)}
    assert set(by) == {("customer_id",), ("email",)}
    link = by["customer_id",]
    assert link["table"] == TITLE and (link["references"], link["key"]) == ("customers", ["id"])
    assert (link["rows"], link["nulls"], link["violations"]) == (2900, 100, 30)
    assert (link["orphan_values"], link["parents"]) == (1, 400)
    assert link["parents_with_rows"] == 300 and link["cardinality"] == "many to one"
    assert link["rows_per_parent"] == pytest.approx(2870 / 300, abs=1e-3)
    assert link["most_rows_of_a_parent"] > 15
    assert link["rule"]["rule"] == "foreign_key_exists"
    assert by["email",]["violations"] == 0


def test_rows_without_a_parent_are_a_finding(found: Profile) -> None:
    (one,) = [one for one in found.findings if one.name == "rows without a parent"]
    assert one.severity == "warning" and one.columns == ("customer_id",)
    assert "30 of 2,900 rows" in one.evidence and "filter the frame" in one.remedy


def test_no_value_is_told(found: Profile) -> None:
    text = json.dumps(found.audit.to_json()) + render_audit(found.audit)
    assert "someone17@" not in text and "99.0%" not in text
    assert "Foreign keys" in text and "customers: id" in text


def test_the_other_way_round_the_table_is_the_parent() -> None:
    told = links(profile(CUSTOMERS, others={"orders": orders()}, progress=False))
    assert ("orders", ["email"]) in [(link["table"], link["columns"]) for link in told]
    assert "rule" not in told[0]  # rules of cleaning are the seed's own


def test_two_keys_of_the_same_values_are_one_reference() -> None:
    ids = RNG.permutation(np.arange(10**6, 10**9, 10**6))
    accounts = pd.DataFrame({"account_id": ids, "x": RNG.random(len(ids))})
    limits = pd.DataFrame({"account_id": np.sort(ids), "y": RNG.random(len(ids))})
    told = links(profile(limits, others={"accounts": accounts}, progress=False))
    assert [(link["table"], link["references"]) for link in told] == [(TITLE, "accounts")]
    assert told[0]["cardinality"] == "one to one"


def test_alone_nothing_is_looked_for() -> None:
    alone = Source("a", TableSchema(()), lambda *_, **__: 1, lambda keys: [])
    assert foreign_keys(alone, TableProfile(TableSchema(()))) == ((), ())
    with pytest.raises(ValueError, match="no other table"):
        alone.included(Inclusion("a", "b", "c", "d"))
