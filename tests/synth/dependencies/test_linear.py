"""Numbers that are another one in other units: found, verified, put back, led back."""

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.dependencies.dependency import Dependency, DependencyError
from synth.dependencies.finding import DependencySearch
from synth.dependencies.linear import Linear
from synth.dependencies.parse import parse_dependency
from synth.dependencies.plan import Plan
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of

ROWS = 4000


def plan_of(table: pa.Table) -> Plan:
    """The plan of a table, as fit makes it."""
    schema = TableSchema.from_arrow(table.schema)
    search = DependencySearch(schema, min_entities=10, direct=256)
    verification = search.verification(search.candidates(batch_of(table)).rules)
    verification.update(batch_of(table))
    return search.settle(verification, TableProfile.of(table))


def lines(table: pa.Table) -> dict[str, Dependency]:
    rules = [step.found.dependency for step in plan_of(table).steps if step.mode == "drop"]
    return {rule.target: rule for rule in rules if rule.kind == "linear"}


def weights(rows: int = ROWS) -> np.ndarray:
    return np.exp(np.random.default_rng(0).normal(4, 0.5, rows))


def sales() -> pa.Table:
    """Net amounts to the cent, the gross at a fifth more, the total with a fee, both rounded."""
    net = np.round(np.random.default_rng(1).gamma(2, 40, ROWS), 2)
    kind = np.random.default_rng(2).choice(["a", "b"], ROWS)
    return pa.table(
        {
            "total": np.round(net * 1.2 + 4.9, 2),
            "gross": np.round(net * 1.2, 2),
            "net": net,
            "kind": kind,
        }
    )


@pytest.mark.parametrize(
    ("slope", "offset"), [(1, 0), (-1, 0), (0.45359237, 0), (1.8, 32), (1 / 7, 0), (2.5, -1e4)]
)
def test_conversions_of_any_number_are_found(slope: float, offset: float) -> None:
    a = weights()
    (rule,) = lines(pa.table({"a": a, "b": slope * a + offset})).values()
    assert isinstance(rule, Linear)
    ways = {(slope, offset), (1 / slope, -offset / slope)}
    assert any(np.allclose((rule.slope, rule.offset), way, rtol=1e-9, atol=1e-6) for way in ways)


def test_a_standardised_column_is_found() -> None:
    a = weights()
    assert len(lines(pa.table({"a": a, "z": (a - a.mean()) / a.std()}))) == 1


def test_the_side_that_every_value_of_the_other_leads_to_is_put_back() -> None:
    """Not every gross amount is that of a net one, to the cent."""
    found = lines(sales())
    assert found.keys() == {"gross", "total"}
    assert found["total"].describe() == "total is 1.2 times net plus 4.9"
    made = Synthesizer(settings={"steps": 100}, progress=False).fit(sales())
    rows = made.sample(2000).to_pandas()
    assert (np.round(rows.net * 1.2, 2) == rows.gross).mean() == 1
    assert (np.abs(rows.net * 1.2 + 4.9 - rows.total) < 0.005 + 1e-9).all()
    assert (rows.net == rows.net.round(2)).all()


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.decimal128(12, 3), pa.float32()])
def test_every_type_of_number_takes_part(kind: pa.DataType) -> None:
    whole = np.random.default_rng(3).integers(0, 100_000, ROWS)
    hundred = [Decimal(int(v)) for v in whole * 100] if "decimal" in str(kind) else whole * 100
    table = pa.table({"euro": pa.array(whole, pa.int32()), "cent": pa.array(hundred, kind)})
    rule = lines(table)["cent"]
    restored = rule.restore({"euro": table["euro"].combine_chunks()}, np.random.default_rng(0))
    assert restored["cent"].equals(table["cent"].combine_chunks())


def test_nulls_go_together_or_it_is_no_line() -> None:
    a, lost = weights(), np.random.default_rng(4).random(ROWS) < 0.1
    a_array = pa.array(a, mask=lost)
    together = pa.table({"a": a_array, "b": pa.array(2 * a, mask=lost)})
    (rule,) = lines(together).values()
    name = rule.sources[0]
    restored = rule.restore({name: together[name].combine_chunks()}, np.random.default_rng(0))
    assert restored[rule.target].equals(together[rule.target].combine_chunks())
    assert not lines(pa.table({"a": a_array, "b": 2 * a}))


@pytest.mark.parametrize("wrong", [1, 40])
def test_what_does_not_hold_in_every_row_is_no_line(wrong: int) -> None:
    a = weights()
    b = 2 * a
    b[:wrong] += 0.5
    assert not lines(pa.table({"a": a, "b": b}))


def test_curves_and_close_numbers_are_no_lines() -> None:
    a = np.random.default_rng(5).uniform(1, 1.2, ROWS)
    noisy = a + np.random.default_rng(6).normal(0, 1e-4, ROWS)
    assert not lines(pa.table({"a": a, "square": a**2, "noisy": noisy}))


def test_infinities_and_huge_numbers_do_no_harm() -> None:
    a = weights()
    a[:20], a[20:40] = np.inf, np.finfo(np.float64).max
    big = np.random.default_rng(7).integers(2**60, 2**62, ROWS)
    assert not lines(pa.table({"a": a, "b": a / 2, "big": big, "next": big + 1}))


def test_json_round_trip() -> None:
    plan = plan_of(sales())
    schema = TableSchema.from_arrow(sales().schema)
    assert Plan.from_json(plan.to_json(), schema) == plan


def test_a_missing_source_is_led_back_to_where_only_one_value_leads_to_the_target() -> None:
    table = sales()
    model = Synthesizer(settings={"steps": 60}, progress=False).fit(table)
    lost = np.random.default_rng(8).random(ROWS) < 0.5
    holes = table.set_column(2, "net", pa.array(np.asarray(table["net"]), mask=lost))
    assert model.impute(holes)["net"].equals(table["net"])


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({}, "a linear dependency needs 'slope'"),
        ({"slope": "2"}, "slope is a number, not '2'"),
        ({"slope": 0}, "the slope is not 0"),
        ({"slope": 2, "decimals": 99}, "decimals is 0 to 17, not 99"),
        ({"slope": 2, "sources": ["net", "gross"]}, "a line has one source, not 2"),
        ({"slope": 2, "sources": ["kind"]}, "column 'kind' is of type string"),
    ],
)
def test_a_line_of_ones_own_is_checked(own: dict[str, Any], message: str) -> None:
    data = {"kind": "linear", "sources": ["net"], "target": "total"} | own
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, TableSchema.from_arrow(sales().schema))


def test_a_line_of_ones_own_is_used() -> None:
    table = pa.table({"a": [1, 2, 3, 4] * 200, "b": [3, 5, 7, 9] * 200})
    rule = {"kind": "linear", "sources": ["a"], "target": "b", "slope": 2, "offset": 1}
    settings = {"steps": 20}
    model = Synthesizer(settings=settings, progress=False).fit(table, dependencies=[rule])
    assert [step.found.dependency.kind for step in model.model.encoder.plan.steps] == ["linear"]
