"""Steps are found where every row keeps them, enough share each level, and no map says it."""

import numpy as np
import pyarrow as pa

from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.dependencies.step_search import find
from tests.synth.dependencies.tables import plan_of, schema_of, used

ROWS = 3_000


RNG = np.random.default_rng(0)


AMOUNT = RNG.lognormal(4, 1, ROWS).round(2)


def test_no_steps_where_one_row_says_otherwise_or_few_share_a_level() -> None:
    big = AMOUNT > 100
    big[int(np.argmin(AMOUNT))] = True
    assert used(plan_of(pa.table({"amount": AMOUNT, "big": big}))) == {}
    few = np.sort(AMOUNT)[-5]
    assert used(plan_of(pa.table({"amount": AMOUNT, "top": few <= AMOUNT}))) == {}


def test_independent_columns_have_no_steps() -> None:
    columns: dict = {f"x{i}": RNG.normal(size=400).round(3) for i in range(12)}
    columns |= {f"f{i}": RNG.random(400) < 0.03 for i in range(12)}
    columns |= {f"g{i}": RNG.integers(0, 3, 400) for i in range(12)}
    table = pa.table(columns)
    assert find(Sample(table, schema_of(table), DependencySettings())) == []


def test_a_map_comes_before_steps() -> None:
    age = RNG.integers(18, 90, ROWS)
    found = used(plan_of(pa.table({"age": age, "band": np.where(age < 40, "young", "old")})))
    assert found == {"band": ("drop", "functional", ("age",))}
