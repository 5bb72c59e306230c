"""Which numbers are found to be nearly a formula of others, and which are left as they are."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.computed_pair_search import find
from synth.table.schema import TableSchema
from tests.synth.dependencies.tables import flights
from tests.synth.encode.encoders import encoder_of, noise

ROWS = 3000
RNG = np.random.default_rng(4)
TOTAL = RNG.lognormal(5, 1, ROWS)
SHARE = RNG.beta(1.5, 1, ROWS)
INCOME = RNG.lognormal(3, 0.6, ROWS)


def blur(width: float) -> np.ndarray:
    noise: np.ndarray = np.exp(RNG.normal(0, width, ROWS))
    return noise


def found(rows: int = ROWS, **columns: np.ndarray) -> list[str]:
    table = pa.table(columns).slice(0, rows)
    sample = Sample(table, TableSchema.from_arrow(table.schema), DependencySettings())
    return [relation.describe() for relation in find(sample)]


def plan(**columns: np.ndarray) -> dict[str, str]:
    """Each target of the plan, and what is said of it."""
    steps = encoder_of(pa.table(columns)).plan.steps
    own = [step for step in steps if step.mode in ("encoded", "drop")]
    return {step.target: step.found.dependency.describe() for step in own}


def test_the_target_is_what_most_is_told_of() -> None:
    columns = {"share": SHARE, "part": TOTAL * SHARE * blur(0.01), "total": TOTAL}
    assert found(**columns)[0] == "part is encoded by its ratio to share * total"
    assert list(plan(**columns)) == ["part"]  # all else would close a circle


def test_a_root_and_a_sum_are_told_by_their_difference() -> None:
    root = np.sqrt(TOTAL) + RNG.normal(0, 0.1, ROWS)
    told = plan(total=TOTAL, root=root, gap=TOTAL - INCOME + RNG.normal(0, 0.3, ROWS), x=INCOME)
    assert told["root"] == "root is encoded by how much more than sqrt(total) it is"
    assert told["gap"] == "gap is encoded by how much more than total - x it is"


def test_a_rate_of_zeros_has_differences_alone() -> None:
    pages = 1 + RNG.negative_binomial(1, 0.06, ROWS)
    seconds = np.where(pages > 1, pages * RNG.gamma(2, 18, ROWS), 0.0)
    rate = seconds / pages + RNG.normal(0, 0.5, ROWS)
    told = found(pages=pages, seconds=seconds, rate=rate)
    assert "rate is encoded by how much more than seconds / pages it is" in told
    (relation,) = encoder_of(pa.table({"p": pages, "s": seconds, "r": rate})).plan.encoded
    assert relation.target == "s" and relation.found.dependency.to_json()["atoms"] == [0.0]


def test_an_exact_rule_stays_and_what_it_tells_is_said_with_other_columns() -> None:
    part = TOTAL * SHARE
    share = SHARE + RNG.normal(0, 0.005, ROWS)
    told = plan(total=TOTAL, part=part, share=share, income=INCOME, ratio=part / INCOME)
    assert told == {
        "ratio": "ratio is encoded by its ratio to total * share / income",
        "part": "part is income times ratio",
    }


def test_rounding_is_no_noise() -> None:
    price, count = np.round(RNG.lognormal(3, 1, ROWS), 2), RNG.integers(1, 400, ROWS)
    assert not found(price=price, count=count, paid=np.round(price * count, 2))
    assert not found(a=np.round(TOTAL), b=np.round(INCOME), c=np.round(TOTAL - INCOME))


def test_one_column_is_enough_where_others_add_little() -> None:
    near = TOTAL * blur(0.02)
    assert not found(total=TOTAL, near=near)
    assert not found(total=TOTAL, near=near, other=blur(0.01), third=INCOME)


def test_what_is_merely_correlated_stays_as_it_is() -> None:
    logs = RNG.multivariate_normal([0] * 3, [[1, 0.7, 0.3], [0.7, 1, 0.5], [0.3, 0.5, 1]], ROWS).T
    assert not found(a=logs[0], b=logs[1], c=logs[2])
    assert not found(a=np.exp(logs[0]), b=np.exp(logs[1]), c=np.exp(logs[0] - logs[1]) * blur(0.5))


def test_few_rows_few_values_and_clocks_stay_as_they_are() -> None:
    columns = {"share": SHARE, "part": TOTAL * SHARE * blur(0.01), "total": TOTAL}
    assert not found(150, **columns)
    few = np.round(columns["part"], -2)
    assert len(np.unique(few)) < 100 and "few" not in "".join(found(**columns | {"part": few}))
    times = flights()
    sample = Sample(times, TableSchema.from_arrow(times.schema), DependencySettings())
    assert not [r for r in find(sample) if "time" in r.target]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_in_noise(seed: int) -> None:
    assert not found(**noise(ROWS, seed))


def test_the_first_columns_are_looked_at() -> None:
    settings = DependencySettings(number_columns=2)
    table = pa.table({"share": SHARE, "part": TOTAL * SHARE * blur(0.01), "total": TOTAL})
    assert not find(Sample(table, TableSchema.from_arrow(table.schema), settings))
