import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.dependencies.dependency import DependencyError
from synth.dependencies.finding import DependencySearch
from synth.dependencies.plan import Plan
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.dependencies.tables import schema_of, used

RNG = np.random.default_rng(2)


def search_of(schema: TableSchema, **own: object) -> DependencySearch:
    return DependencySearch(schema, min_entities=10, direct=256, **own)  # type: ignore[arg-type]


def settled(search: DependencySearch, table: pa.Table) -> Plan:
    (batch,) = table.combine_chunks().to_batches()
    profile, state = (
        TableProfile(search.schema),
        search.verification(search.candidates(batch).rules),
    )
    profile.update(batch)
    state.update(batch)
    return search.settle(state, profile)


def numbers(count: int, rows: int = 100) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {f"n{place}": RNG.integers(0, 90, rows) for place in range(count)}
    )


def limits(batch: pa.RecordBatch, schema: TableSchema | None = None) -> tuple[str, ...]:
    return search_of(schema or TableSchema.from_arrow(batch.schema)).candidates(batch).limits


def test_columns_that_are_not_looked_at_are_said() -> None:
    assert limits(numbers(24)) == ()
    wide = numbers(90)
    pairs, sums, threes = limits(wide)
    assert (
        "products, and sums in other units, were looked for" in threes
        and "first 24 of 90" in threes
    )
    assert "among the 40 columns of fewest values of 90" in pairs
    assert "among the first 80 of 90 number columns" in sums
    schema = TableSchema.from_arrow(wide.schema)
    assert search_of(schema, find=False).candidates(wide).limits == ()


def test_keys_and_dates_are_no_number_columns() -> None:
    batch = numbers(90)
    pairs, _ = limits(
        batch, TableSchema.from_arrow(batch.schema).marked(keys=batch.schema.names[:45])
    )
    assert "of 45" in pairs
    dated = pa.table(numbers(80).columns, names=[f"d{i}" for i in range(80)])
    dated = dated.append_column(
        "date", pa.array(RNG.integers(0, 99, 100), pa.int32()).cast("date32")
    )
    assert len(limits(dated.to_batches()[0])) == 2


def test_rules_that_are_not_verified_are_said_and_every_group_has_its_turn() -> None:
    absent = RNG.random((2, 500)) < 0.3
    arrays = {f"a{i}": pa.array(RNG.random(500), mask=absent[0]) for i in range(40)}
    arrays |= {f"b{i}": pa.array(RNG.random(500), mask=absent[1]) for i in range(3)}
    batch = pa.RecordBatch.from_pydict(arrays)
    found = search_of(TableSchema.from_arrow(batch.schema)).candidates(batch)
    assert any(
        "318 null patterns were found in the sample; the first 300" in x for x in found.limits
    )
    assert {"b0", "b1", "b2"} <= {rule.target for rule in found.rules}


def test_an_own_rule_that_is_also_found_stands_once() -> None:
    start = RNG.integers(0, 1_000, 2_000).astype(np.int32)
    end = start + RNG.integers(0, 300, 2_000).astype(np.int32)
    table = pa.table({n: pa.array(x).cast(pa.date32()) for n, x in {"a": start, "b": end}.items()})
    own = {"kind": "order", "sources": ["a"], "target": "b"}
    search = search_of(schema_of(table), declared=[own, own])
    plan = settled(search, table)
    assert [step.found.dependency.kind for step in plan.steps] == ["order", "distance"]
    assert plan.rejected == ()
    assert search.unused(plan) == ()


def test_an_own_rule_that_is_not_used_is_said_with_its_reason() -> None:
    a = RNG.integers(0, 5, 2_000)
    table = pa.table({"a": a, "b": a[::-1] % 3, "id": np.arange(2_000), "c": (a + 1) % 5})
    rules = [
        {"kind": "functional", "sources": ["a"], "target": "b"},
        {"kind": "functional", "sources": ["id"], "target": "b"},
        {"kind": "functional", "sources": ["a"], "target": "c"},
        {"kind": "order", "sources": ["a"], "target": "b"},
    ]
    search = search_of(schema_of(table), declared=rules, find=False)
    plan = settled(search, table)
    assert used(plan) == {"c": ("drop", "functional", ("a",))}
    assert search.unused(plan) == (
        "your rule is not used (too many exceptions): b is determined by a",
        "your rule is not used (too few rows share a key): b is determined by id",
        "your rule is not used (it does not hold in every row): a is at most b",
    )


def test_an_own_map_that_was_given_up_is_said() -> None:
    table = pa.table({"id": np.arange(70_000), "b": np.arange(70_000) % 7})
    rule = {"kind": "functional", "sources": ["id"], "target": "b"}
    search = search_of(schema_of(table), declared=[rule], find=False)
    (said,) = search.unused(settled(search, table))
    assert "more than 65,536 combinations of values" in said


def test_a_veto_that_names_no_column_is_refused() -> None:
    batch = numbers(2)
    search = search_of(TableSchema.from_arrow(batch.schema), veto=["n0", "m"], find=False)
    with pytest.raises(
        DependencyError, match="no column 'm', which veto names; the table has 'n0'"
    ):
        search.candidates(batch)


def orders(count: int, code: str = "article", shape: str = "P{:04}") -> pa.Table:
    """Rows of articles most of which are rare, with their group."""
    rng = np.random.default_rng(11)
    number = rng.choice(count, 3_000, p=rng.dirichlet(np.ones(count)))
    return pa.table(
        {
            code: [shape.format(n) for n in number],
            "name": [f"product {n:04}" for n in number],
            "group": [f"G{n % 12}" for n in number],
            "sold": rng.poisson(4, 3_000),
        }
    )


def test_frequent_keys_stand_in_where_most_are_rare_but_for_sensitive_ones() -> None:
    table = orders(1_000)
    search = search_of(schema_of(table))
    plan = settled(search, table)
    assert used(plan)["group"] == ("repair", "functional", ("article",))
    assert used(plan)["name"] == ("drop", "functional", ("article",))
    assert plan.stand_ins == {"article"}
    (note,) = search.notes(plan)
    assert "of 3,000 rows" in note and note.endswith("'group' and 'name'")
    hidden = schema_of(table).marked(sensitive=["article"])
    assert "article" not in settled(search_of(hidden), table).stand_ins


def test_keys_whose_targets_would_become_others_stand_in_for_nothing() -> None:
    table = orders(1_000)
    number = np.array([int(code[1:]) for code in table["article"].to_pylist()])
    by_chance = np.round(np.random.default_rng(2).gamma(2, 20, 1_000), 2)
    alike = table.append_column("price", pa.array(by_chance[number]))
    plan = settled(search_of(schema_of(alike)), alike)
    assert plan.stand_ins == {"article"} and used(plan)["price"][0] == "drop"
    # What sells well is cheap: of frequent articles alone the prices would be others.
    sold = np.bincount(number, minlength=1_000)
    cheap = np.sort(by_chance)[np.argsort(np.argsort(-sold))]
    unlike = table.append_column("price", pa.array(cheap[number]))
    plan = settled(search_of(schema_of(unlike)), unlike)
    assert plan.stand_ins == frozenset() and "price" not in used(plan)


def test_composite_keys_are_looked_for_with_the_rules() -> None:
    visits = np.random.default_rng(0).integers(1, 8, 700)
    table = pa.table(
        {
            "patient": np.repeat(np.arange(700), visits),
            "visit": np.concatenate([np.arange(count) for count in visits]),
        }
    )
    batch = table.combine_chunks().to_batches()[0]
    assert search_of(schema_of(table)).composite_keys(batch) == [("patient", "visit")]
    assert search_of(schema_of(table), find=False).composite_keys(batch) == []


TOGETHER = 2_000


def made_from(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of independent columns, so that rules alone hold them together."""
    fitted = Synthesizer(seed=0, generator="marginal", progress=False).fit(frame)
    rows: pd.DataFrame = fitted.sample(3_000)
    return rows


def test_unix_times_are_told_by_their_difference() -> None:
    rng = np.random.default_rng(1)
    start = rng.integers(1_650_000_000_000, 1_700_000_000_000, TOGETHER)
    frame = pd.DataFrame({"start": start, "end": start + rng.integers(200, 90_000, TOGETHER)})
    rows = made_from(frame)
    assert (rows.end - rows.start).between(200, 90_000).mean() > 0.999


def test_a_span_keeps_its_range_where_its_duration_is_missing() -> None:
    rng = np.random.default_rng(2)
    start = pd.Timestamp("2022-01-01") + pd.to_timedelta(
        rng.integers(0, 10**6, TOGETHER), unit="min"
    )
    minutes = pd.Series(rng.integers(5, 180, TOGETHER).astype(float))
    frame = pd.DataFrame({"start": pd.Series(start), "minutes": minutes})
    frame["end"] = frame.start + pd.to_timedelta(minutes, unit="min")
    frame = frame.mask(rng.random(frame.shape) < 0.1)
    rows = made_from(frame)
    span = (rows.end - rows.start).dt.total_seconds() / 60
    assert (span.isna() | span.between(5, 180)).all()
    assert (rows.isna().any(axis=1) | (span == rows.minutes)).all()


def test_a_copy_with_few_exceptions_stays_one() -> None:
    rng = np.random.default_rng(3)
    amount = rng.normal(100, 20, TOGETHER).round(2)
    frame = pd.DataFrame({"amount": amount, "booked": amount + (rng.random(TOGETHER) < 0.003)})
    rows = made_from(frame)
    assert np.isclose(rows.amount, rows.booked).mean() > 0.99


def test_products_and_shares_hold_in_every_row() -> None:
    rng = np.random.default_rng(4)
    price, quantity = rng.lognormal(3, 1, TOGETHER).round(2), rng.integers(1, 10, TOGETHER)
    tax = rng.choice([0.07, 0.19], TOGETHER)
    gross = (price * quantity * (1 + tax)).round(2)
    frame = pd.DataFrame({"price": price, "quantity": quantity, "tax": tax, "gross": gross})
    rows = made_from(frame)
    made = rows.price * rows.quantity * (1 + rows.tax)
    assert ((made - rows.gross).abs() < 0.0051).all()
