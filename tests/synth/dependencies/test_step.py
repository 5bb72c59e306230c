"""Steps: flags, bands and signs that a number or a time tells."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.dependencies.columns import equal
from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.sample import Sample
from synth.dependencies.search import find_candidates
from synth.dependencies.settings import DependencySettings
from synth.dependencies.step import StepFunction
from synth.dependencies.verify import Verification
from tests.synth.dependencies.tables import found_in, plan_of, schema_of, used

ROWS = 3_000


RNG = np.random.default_rng(0)


AMOUNT = RNG.lognormal(4, 1, ROWS).round(2)


FRESH = np.r_[np.linspace(AMOUNT.min(), AMOUNT.max(), 5_000).round(2), AMOUNT]


def tier(amount: np.ndarray) -> np.ndarray:
    return np.where(amount < 20, "low", np.where(amount < 200, "mid", "high"))


def step_of(columns: dict, target: str) -> StepFunction:
    found = [f.dependency for f in found_in(pa.table(columns)) if f.is_exact or f.is_bound]
    (rule,) = (r for r in found if isinstance(r, StepFunction) and r.target == target)
    return rule


TARGETS = {
    "boolean": lambda a: a > 100,
    "text": tier,
    "int": lambda a: np.where(a > 100, 1, 0).astype(np.int8),
    "double": lambda a: np.where(a > 100, 0.5, -1.25),
    "decimal": lambda a: pa.array(np.where(a > 100, 2, 1), pa.int8()).cast(pa.decimal128(5, 2)),
    "outside and inside": lambda a: np.where((a > 20) & (a < 200), "ok", "odd"),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_a_target_is_told_for_any_value(kind: str) -> None:
    columns = {"amount": AMOUNT, "t": pa.array(TARGETS[kind](AMOUNT))}
    plan = plan_of(pa.table(columns))
    assert used(plan) == {"t": ("drop", "step", ("amount",))}
    back = plan.restore({"amount": pa.array(FRESH)}, np.random.default_rng(0))["t"]
    right = equal(back, pa.array(TARGETS[kind](FRESH)))
    near = np.isin(FRESH.round(0), (20, 100, 200))  # between two values of the table
    assert right[~near].all() and right.mean() > 0.999 and back.type == columns["t"].type
    rule = step_of(columns, "t")
    assert not set(rule.cuts) & set(AMOUNT.tolist())
    schema = schema_of(pa.table(columns))
    again = dependency_from_json(json.loads(json.dumps(rule.to_json())), schema)
    assert again == rule


def test_the_sign_of_an_amount_and_a_whole_number() -> None:
    amount = AMOUNT * np.where(RNG.random(ROWS) < 0.5, -1, 1)
    rule = step_of({"amount": amount, "side": np.where(amount < 0, "debit", "credit")}, "side")
    assert rule.cuts == (0.0,) and rule.levels == ("debit", "credit")
    score = RNG.integers(300, 850, ROWS)
    columns = {"score": score, "band": np.where(score >= 600, "good", "bad")}
    assert step_of(columns, "band").cuts == (600,)


def test_a_time_tells_a_version() -> None:
    days = RNG.integers(18_000, 19_000, ROWS)
    columns = {
        "day": pa.array(days.astype(np.int32), pa.date32()),
        "version": np.where(days < 18_262, "v1", "v2"),
    }
    rule = step_of(columns, "version")
    assert date.fromordinal(date(1970, 1, 1).toordinal() + int(rule.cuts[0])) == date(2020, 1, 1)


@pytest.mark.parametrize("absent", [None, "none"])
def test_missing_sources(absent: str | None) -> None:
    lost = RNG.random(ROWS) < 0.2
    texts = pa.array([absent if gone else t for gone, t in zip(lost, tier(AMOUNT), strict=True)])
    columns = {"amount": pa.array(AMOUNT, mask=lost), "tier": texts}
    if absent:  # as comparisons with NaN have it: one of the levels
        texts = pc.replace_with_mask(texts, pa.array(lost), pa.scalar("high"))
        columns["tier"] = texts
    plan = plan_of(pa.table(columns))
    assert used(plan)["tier"][:2] == ("drop", "step")
    back = plan.restore({"amount": columns["amount"]}, np.random.default_rng(0))
    assert equal(back["tier"], texts).all()


def test_targets_that_are_missing_anywhere_or_outside() -> None:
    lost = RNG.random(ROWS) < 0.1
    columns = {"amount": pa.array(AMOUNT), "tier": pa.array(tier(AMOUNT), mask=lost)}
    plan = plan_of(pa.table(columns))
    assert used(plan)["tier"][:2] == ("repair", "step")
    shuffled = columns["tier"].take(pa.array(RNG.permutation(ROWS)))
    back = plan.restore({**columns, "tier": shuffled}, np.random.default_rng(0))["tier"]
    has = np.asarray(back.is_valid())
    assert (np.array(back.to_pylist())[has] == tier(AMOUNT)[has]).all() and 0.8 < has.mean() < 1
    outside = {"amount": AMOUNT, "tier": pa.array(tier(AMOUNT), mask=AMOUNT > 200)}
    rule = step_of(outside, "tier")
    assert rule.levels == ("low", "mid", None) or rule.levels == ("low", "mid", "high", None)


def test_parts_of_a_table_give_the_rule_of_the_whole() -> None:
    amount = np.sort(AMOUNT)
    table = pa.table({"amount": amount, "big": amount > 100})
    schema = schema_of(table)
    sample = table.take(pa.array(RNG.choice(ROWS, 300, replace=False)))
    rules = [r for r in find_candidates(sample, schema).rules if r.kind == "step"]
    whole = Verification(schema, rules)
    whole.update(table.combine_chunks().to_batches()[0])
    (found,) = whole.found()
    parts = Verification(schema, rules)
    for batch in table.to_batches(max_chunksize=400)[::-1]:
        part = Verification(schema, rules)
        part.update(batch)
        parts.merge(Verification.from_bytes(part.to_bytes(), schema, rules))
    assert parts.found() == [found] and found.is_exact
    below, above = amount[amount <= 100].max(), amount[amount > 100].min()
    rule = found.dependency
    assert isinstance(rule, StepFunction) and below < rule.cuts[0] <= above


def test_the_users_own() -> None:
    table = pa.table({"amount": AMOUNT, "tier": tier(AMOUNT)})
    schema = schema_of(table)
    data = {"kind": "step", "sources": ["amount"], "target": "tier"}
    view = Sample(table, schema, DependencySettings())
    rule = parse_dependency(data, schema).completed(view)
    assert isinstance(rule, StepFunction) and rule.levels == ("low", "mid", "high")
    with pytest.raises(DependencyError, match="must be one column of numbers"):
        parse_dependency({**data, "sources": ["tier"], "target": "amount"}, schema)


def test_the_range_of_the_source_for_a_target() -> None:
    rule = StepFunction("t", ("x",), (10.0, 20.0, 30.0), ("a", "b", "c", "a"))

    def range_of(*texts: str) -> tuple[float | None, float | None] | None:
        return rule.source_range_of(lambda v: np.asarray(pc.is_in(v, value_set=pa.array(texts))))

    assert range_of("b") == (10.0, 20.0)
    assert range_of("b", "c") == (10.0, 30.0)
    assert range_of("a") == (None, None)
    assert range_of("d") is None
    half = StepFunction("t", ("x",), (10.0,), ("a", "b"))
    assert half.source_range_of(lambda v: np.asarray(pc.equal(v, "b"))) == (10.0, None)
