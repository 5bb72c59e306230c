"""One table in which everything dangerous is planted, beside what only looks like it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synth.audit.audit import Audit
from synth.audit.in_memory import profile
from tests.synth.audit.planted import ROWS, grouped, numbered, right

TIMES = 10  # the rows of the planted columns, several times


def shuffled(values: list[str], rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(np.array(values * TIMES, object))


def applications() -> pd.DataFrame:
    """Grants that depend on the group, on an income, and on what was written afterwards."""
    rng, rows = np.random.default_rng(6), ROWS * TIMES
    sex = rng.choice(["woman", "man"], rows)
    income = rng.lognormal(10, 0.5, rows).round(-2)
    chance = np.where(sex == "woman", 0.1, 0.4) + 0.2 * (income > 30_000)
    granted = rng.random(rows) < chance
    paid = np.where(granted, rng.lognormal(8, 0.3, rows).round(2), 0.0)  # after the decision
    return pd.DataFrame(
        {
            "contact": [f"name.{i}@mail.example" for i in rng.permutation(rows)],
            "handle": [f"name.{i}(at)mail" for i in rng.permutation(rows)],
            "means": shuffled(grouped(right("Luhn", numbered(16, first="4"))), rng),
            "parcel": shuffled(grouped(numbered(16, first="4")), rng),
            "account": shuffled(grouped(right("IBAN", numbered(22, first="DE00"))), rng),
            "batch": shuffled(grouped(numbered(22, first="DE12")), rng),
            "sex": sex,
            "religion": rng.choice(["a", "b"], rows),
            "shift": rng.choice(["early", "late"], rows),
            "income": income,
            "paid": paid,
            "granted": np.where(granted, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def found() -> Audit:
    return profile(applications(), target="granted", positive="yes", progress=False).audit


def columns_of(found: Audit, name: str) -> list[tuple[str, ...]]:
    return [one.columns for one in found.findings if one.name == name]


def test_contents_are_told_by_values_not_by_names_and_only_with_right_digits(found: Audit) -> None:
    assert columns_of(found, "content that identifies people") == [("contact", "means", "account")]
    sensitive = {own["name"] for own in found.columns if own["sensitive"]}
    assert sensitive == {"contact", "means", "account"}


def test_the_column_that_leaks_the_target_is_told_and_no_cause_of_it(found: Audit) -> None:
    assert columns_of(found, "leakage") == [("paid", "granted")]


def test_the_group_that_is_served_worse_is_told_and_no_other(found: Audit) -> None:
    assert columns_of(found, "structural bias") == [("sex", "granted")]
    assert {rate.column for rate in found.group_rates} == {"sex", "religion"}


def test_no_planted_value_stands_anywhere(found: Audit) -> None:
    text = str(found.to_json())
    assert "@mail.example" not in text
    assert not any(card in text for card in applications()["means"].unique())


def test_nothing_else_is_dangerous(found: Audit) -> None:
    warned = {one.name for one in found.findings if one.severity != "info"}
    assert warned == {"content that identifies people", "leakage", "structural bias"}
