"""Times encoded by the lag since another: found, learned, and decoded in every use."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.dependencies.dependency import DependencyError
from synth.dependencies.finding import DependencySearch
from synth.dependencies.parse import parse_dependency
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode import TableEncoder
from synth.encode.elapsed import Elapsed, ElapsedEncoding, find
from synth.table.schema import TableSchema
from tests.synth.encode.encoders import decoded
from tests.synth.tables import batch_of

ROWS = 6000
SECOND, DAY = 1_000_000, 86_400_000_000
OPEN = 2_932_896  # 9999-12-31, in days


def times(values: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    return pa.array(values, pa.int64(), mask=mask).cast(pa.timestamp("us", "UTC"))


def days(values: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    return pa.array(values.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())


def trips(rows: int = ROWS) -> pa.Table:
    """A month of trips of some minutes, to the second; payment some seconds after the end."""
    rng = np.random.default_rng(0)
    start = (1_672_531_200 + rng.integers(0, 31 * 86_400, rows)) * SECOND
    end = start + (60 + rng.gamma(2, 300, rows)).astype(np.int64) * SECOND
    paid = end + rng.integers(5, 90, rows) * SECOND
    kind = rng.choice(["cash", "card"], rows)
    return pa.table({"paid": times(paid), "start": times(start), "end": times(end), "kind": kind})


def versions(rows: int = ROWS) -> pa.Table:
    """Rows that are valid for some weeks; two of five still are, and a tenth has no end."""
    rng = np.random.default_rng(1)
    start = 18_000 + rng.integers(0, 2000, rows)
    end = np.where(rng.random(rows) < 0.4, OPEN, start + rng.gamma(2, 20, rows).astype(int))
    absent = rng.random(rows) < 0.1
    return pa.table(
        {"from": days(start), "to": days(end, absent), "kind": rng.choice(["a", "b"], rows)}
    )


def stays(rows: int = ROWS) -> pa.Table:
    """Guests come at any second, and leave at 10 or at 11 on one of the next days."""
    rng = np.random.default_rng(2)
    start = (1_600_000_000 + rng.integers(0, 700 * 86_400, rows)) * SECOND
    leave = rng.choice([10, 11], rows, p=[0.3, 0.7]) * 3600 * SECOND
    end = start // DAY * DAY + rng.integers(1, 9, rows) * DAY + leave
    return pa.table({"come": times(start), "go": times(end)})


def found(table: pa.Table) -> list[Elapsed]:
    schema = TableSchema.from_arrow(table.schema)
    return find(Sample(table, schema, DependencySettings()))


def fitted(table: pa.Table, **own: Any) -> Synthesizer:
    settings = {"steps": 300}
    return Synthesizer(seed=0, settings=settings, progress=False).fit(table, **own)


def numbers(table: pa.Table | pa.RecordBatch | Mapping[str, pa.Array], name: str) -> np.ndarray:
    """Days or microseconds of the rows; 0 where null."""
    array = table[name]
    whole = array.cast(pa.int32() if pa.types.is_date(array.type) else pa.int64())
    return np.asarray(whole.fill_null(0)).astype(np.int64)


@pytest.fixture(scope="module")
def trips_model() -> Synthesizer:
    return fitted(trips())


@pytest.fixture(scope="module")
def versions_model() -> Synthesizer:
    return fitted(versions())


def test_each_time_has_the_closest_before_it_as_its_parent() -> None:
    by_target: dict[str, Elapsed] = {}
    for rule in found(trips()):
        by_target.setdefault(rule.target, rule)
    assert by_target["paid"].sources == ("end",) and by_target["paid"].unit == "time"
    assert by_target["end"].sources == ("start",)
    assert "start" not in by_target


def mixed(*, date_first: bool) -> pa.Table:
    """A date some days after a time, or a time some days after a date."""
    rng = np.random.default_rng(3)
    day = 18_000 + rng.integers(0, 900, ROWS)
    later = day + rng.integers(1, 60, ROWS)
    clock = rng.integers(8 * 3600, 18 * 3600, ROWS) * SECOND
    if date_first:
        return pa.table({"asked": days(day), "done": times(later * DAY + clock)})
    return pa.table({"asked": times(day * DAY + clock), "done": days(later)})


@pytest.mark.parametrize("date_first", [True, False])
def test_a_date_and_a_time_lie_whole_days_apart(date_first: bool) -> None:
    table = mixed(date_first=date_first)
    (rule,) = found(table)
    assert (rule.target, rule.sources, rule.unit) == ("done", ("asked",), "day")
    made = Synthesizer(seed=0, generator="marginal", progress=False).fit(table).sample(2000)
    assert made.schema == table.schema
    per_day = [DAY if pa.types.is_timestamp(made[n].type) else 1 for n in ("asked", "done")]
    asked, done = (
        numbers(made, n) // unit for n, unit in zip(("asked", "done"), per_day, strict=True)
    )
    assert (done - asked).min() >= 1 and (done - asked).max() < 60


def test_a_parent_is_led_back_to_in_its_own_type() -> None:
    rule = Elapsed("done", ("asked",), "date", unit="day")
    asked = times(np.array([18_000 * DAY + 9 * 3600 * SECOND]))
    lag, valid = rule.lag(asked, days(np.array([18_005])))
    assert lag.tolist() == [5] and valid.all()
    assert rule.after(asked, lag).equals(days(np.array([18_005])))
    led = rule.before(days(np.array([18_010])), lag, asked)
    assert led.cast(asked.type).equals(times(np.array([18_005 * DAY + 9 * 3600 * SECOND])))


def test_a_value_that_stands_for_open_is_an_atom() -> None:
    assert found(versions()) == [Elapsed("to", ("from",), "date", (OPEN,), unit="day")]


def test_times_of_day_that_repeat_are_kept() -> None:
    (rule,) = found(stays())
    assert (rule.target, rule.unit) == ("go", "day")
    made = fitted(stays()).sample(3000)
    clock = numbers(made, "go") % DAY // (3600 * SECOND)
    assert set(clock.tolist()) == {10, 11}
    assert abs((clock == 11).mean() - 0.7) < 0.05
    nights = numbers(made, "go") // DAY - numbers(made, "come") // DAY
    assert nights.min() >= 1 and nights.max() <= 8


@pytest.mark.parametrize("most", [2, 9])
def test_office_hours_are_kept(most: int) -> None:
    """Requests come at any time, and are answered one or some days later in office hours."""
    rng = np.random.default_rng(6)
    start = (1_600_000_000 + rng.integers(0, 700 * 86_400, ROWS)) * SECOND
    clock = rng.integers(9 * 3600, 17 * 3600, ROWS) * SECOND
    end = (start // DAY + rng.integers(1, most, ROWS)) * DAY + clock
    table = pa.table({"asked": times(start), "answered": times(end)})
    (rule,) = found(table)
    assert (rule.target, rule.unit) == ("answered", "day")
    hours = numbers(fitted(table).sample(2000), "answered") % DAY / (3600 * SECOND)
    assert hours.min() >= 9 and hours.max() <= 17


def test_long_lags_that_repeat_are_kept_to_the_second() -> None:
    rng = np.random.default_rng(7)
    start = (1_600_000_000 + rng.integers(0, 700 * 86_400, ROWS)) * SECOND
    end = start + rng.choice([1, 2, 7], ROWS) * DAY
    table = pa.table({"taken": times(start), "returned": times(end)})
    (rule,) = found(table)
    assert (rule.target, rule.unit) == ("returned", "time")
    made = fitted(table).sample(2000)
    spans = numbers(made, "returned") - numbers(made, "taken")
    assert set((spans / DAY).tolist()) == {1, 2, 7}


def test_ends_of_months_are_learned_by_themselves() -> None:
    start = np.random.default_rng(8).integers(0, 20_000, ROWS)
    month = start.astype("datetime64[D]").astype("datetime64[M]") + 1
    end = month.astype("datetime64[D]").astype(np.int64) - 1
    assert not found(pa.table({"start": days(start), "end": days(end)}))


def test_times_of_unlike_meaning_are_learned_by_themselves() -> None:
    rng = np.random.default_rng(3)
    born, hired = rng.integers(-9000, 9000, ROWS), rng.integers(12_000, 19_000, ROWS)
    assert not found(pa.table({"born": days(born), "hired": days(hired)}))


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_missing_starts_leave_the_spans_of_the_others(share: float) -> None:
    table = versions()
    lost = np.random.default_rng(4).random(ROWS) < share
    table = table.set_column(0, "from", days(numbers(table, "from"), lost))
    assert [rule.target for rule in found(table)] == ["to"]
    made = decoded(table)
    begun = np.asarray(made["from"].is_valid())
    assert (begun == ~lost).all() and made["to"].is_null().equals(
        table["to"].combine_chunks().is_null()
    )
    ended = np.asarray(made["to"].is_valid()) & (numbers(made, "to") != OPEN)
    spans = (numbers(made, "to") - numbers(made, "from"))[begun & ended]
    assert spans.min() >= 0 and spans.max() < 200
    alone = (numbers(made, "to") - numbers(table, "to"))[~begun & ended]
    assert np.abs(alone).max() < 120  # codes of their own: within the interval of the real one


def test_lags_are_those_of_the_seed(trips_model: Synthesizer) -> None:
    table, made = trips(), trips_model.sample(ROWS)
    for end, start in (("end", "start"), ("paid", "end")):
        real, own = (numbers(t, end) - numbers(t, start) for t in (table, made))
        assert real.min() <= own.min() and own.max() <= real.max()
        shares = np.arange(0.05, 1, 0.05)
        assert np.allclose(np.quantile(real, shares), np.quantile(own, shares), 0.1, SECOND)
        assert not (own % SECOND).any()


def test_what_is_open_stays_open_and_what_is_null_null(versions_model: Synthesizer) -> None:
    table, made = versions(), versions_model.sample(ROWS)
    for share in (lambda t: t["to"].null_count / ROWS, lambda t: (numbers(t, "to") == OPEN).mean()):
        assert share(made) == pytest.approx(share(table), abs=0.03)
    ended = np.asarray(made["to"].is_valid()) & (numbers(made, "to") != OPEN)
    spans = (numbers(made, "to") - numbers(made, "from"))[ended]
    assert spans.min() >= 0 and spans.max() < 200


def test_encoding_keeps_lags_and_atoms(versions_model: Synthesizer) -> None:
    encoder, table = versions_model.model.encoder, batch_of(versions())
    codes = encoder.encode(table)
    assert (codes < np.array(encoder.cardinalities)).all() and codes.min() >= 0
    again = encoder.decode(codes, np.random.default_rng(0))
    assert again["to"].is_null().equals(table["to"].is_null())
    atom = numbers(table, "to") == OPEN
    assert (numbers(again, "to")[atom] == OPEN).all()
    ended = ~atom & np.asarray(table["to"].is_valid())
    before, after = ((numbers(t, "to") - numbers(t, "from"))[ended] for t in (table, again))
    shared = np.isin(before, np.flatnonzero(np.bincount(before) >= 10))
    assert shared.mean() > 0.8
    assert (before == after)[shared].all() and np.abs(before - after).max() < 60


def test_the_model_is_the_same_from_its_folder(trips_model: Synthesizer, tmp_path: Any) -> None:
    trips_model.save(tmp_path / "model")
    assert Synthesizer.load(tmp_path / "model").sample(500).equals(trips_model.sample(500))
    text = (tmp_path / "model" / "encoder.json").read_text()
    assert '"kind":"elapsed"' in text
    assert TableEncoder.from_json(json.loads(text)).dumps() == text


def test_conditions_on_a_start_and_on_an_atom(versions_model: Synthesizer) -> None:
    opened = versions_model.sample(400, given={"to": "9999-12-31"})
    assert set(numbers(opened, "to").tolist()) == {OPEN}
    none = versions_model.sample(400, given={"to": None})
    assert none["to"].null_count == 400
    begun = versions_model.sample(400, given={"from": "2020-06-01"})
    assert set(begun["from"].cast(pa.string()).to_pylist()) == {"2020-06-01"}
    ended = np.asarray(begun["to"].is_valid()) & (numbers(begun, "to") != OPEN)
    spans = (numbers(begun, "to") - numbers(begun, "from"))[ended]
    assert spans.min() >= 0 and spans.max() < 200


@pytest.mark.parametrize("value", ["2020-06-01", {"9999-12-31": 0.5, "2020-06-01": 0.5}])
def test_a_condition_without_its_start_is_refused(versions_model: Synthesizer, value: Any) -> None:
    with pytest.raises(
        ValueError, match="given 'to': to is encoded by the days elapsed since from: give"
    ):
        versions_model.sample(5, given={"to": value})


def test_null_is_refused_where_there_was_none(trips_model: Synthesizer) -> None:
    with pytest.raises(
        ValueError, match="given 'end': end is encoded by the time elapsed since start"
    ):
        trips_model.sample(5, given={"end": None})


@pytest.mark.parametrize(
    ("own", "generator"),
    [
        ({"first": ["to"]}, {}),
        ({"veto": ["to"]}, {}),
        ({}, {"flexible": True}),
        ({}, {"conditions": [["kind", "to"]]}),
    ],
)
def test_what_conditions_are_to_give_has_values_of_its_own(
    own: dict[str, Any], generator: dict[str, Any]
) -> None:
    settings = {"steps": 30}
    model = Synthesizer(settings={**settings, **generator}, progress=False).fit(versions(), **own)
    assert not model.model.encoder.plan.encoded
    made = model.sample(50, given={"to": "2020-06-01"})
    assert set(made["to"].cast(pa.string()).to_pylist()) == {"2020-06-01"}


def test_a_missing_start_is_led_back_to(trips_model: Synthesizer) -> None:
    table = trips(2000)
    lost = np.random.default_rng(5).random(2000) < 0.5
    given = table.set_column(1, "start", times(numbers(table, "start"), lost))
    filled = trips_model.impute(given)
    assert filled["start"].null_count == 0
    for name in ("end", "paid", "kind"):
        assert filled[name].equals(table[name])
    assert (numbers(filled, "start") == numbers(table, "start"))[~lost].all()
    spans = (numbers(filled, "end") - numbers(filled, "start"))[lost] / SECOND
    assert spans.min() >= 60 and 300 < np.median(spans) < 900


def test_a_missing_end_comes_soon_after_its_start(trips_model: Synthesizer) -> None:
    table = trips(2000)
    given = table.set_column(2, "end", times(numbers(table, "end"), np.ones(2000, bool)))
    filled = trips_model.impute(given)
    assert filled["end"].null_count == 0 and filled["start"].equals(table["start"])
    spans = (numbers(filled, "end") - numbers(filled, "start")) / SECOND
    assert spans.min() >= 0 and np.median(spans) < 1200


def test_what_many_rows_share_has_the_higher_log_probability(versions_model: Synthesizer) -> None:
    start = np.arange(18_000, 18_500)
    ended, opened = (
        pa.table({"from": days(start), "to": days(end), "kind": ["a"] * 500})
        for end in (start + 30, np.full(500, OPEN))
    )
    assert (versions_model.log_prob(opened) > versions_model.log_prob(ended) + 1).all()


def test_verification_merges_and_survives_its_bytes() -> None:
    table = versions()
    schema = TableSchema.from_arrow(table.schema)
    search = DependencySearch(schema, min_entities=10, direct=256)
    rules = [rule for rule in search.candidates(batch_of(table)).rules if rule.kind == "elapsed"]
    whole, merged = search.verification(rules), search.verification(rules)
    whole.update(batch_of(table))
    for start in range(0, ROWS, 1500):
        part = search.verification(rules)
        part.update(batch_of(table.slice(start, 1500).combine_chunks()))
        merged.merge(search.load(part.to_bytes(), rules))
    one, other = whole.found()[0].dependency, merged.found()[0].dependency
    assert isinstance(one, Elapsed) and isinstance(other, Elapsed)
    assert one.lags is not None and other.lags is not None
    assert one.lags.rows == other.lags.rows < ROWS  # without atoms
    assert one.lags.nulls == other.lags.nulls == table["to"].null_count
    assert one.lags.frequent.values.tolist() == other.lags.frequent.values.tolist()
    assert one.lags.frequent.counts.tolist() == other.lags.frequent.counts.tolist()


def test_no_raw_lag_is_written(trips_model: Synthesizer) -> None:
    """Lags of fewer rows than min_entities are in intervals, as every number is."""
    encoding = next(
        e for e in trips_model.model.encoder.encodings if isinstance(e, ElapsedEncoding)
    )
    assert "lags" not in encoding.relation.to_json()
    assert encoding.lag.cells.counts.min() >= 10
    assert trips_model.sample(5).column_names == ["paid", "start", "end", "kind"]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"unit": "week"}, "no unit 'week': use one of day, time"),
        ({"sources": ["kind"]}, "'end' and 'kind' must be dates or timestamps of one type"),
        (
            {"sources": ["start", "kind"]},
            "'end' and 'kind' must be dates or timestamps of one type",
        ),
    ],
)
def test_a_rule_of_ones_own_is_checked(own: dict[str, Any], message: str) -> None:
    data = {"kind": "elapsed", "sources": ["start"], "target": "end"} | own
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, TableSchema.from_arrow(trips(10).schema))


def test_a_rule_of_ones_own_comes_before_those_found() -> None:
    rule = {"kind": "elapsed", "sources": ["start"], "target": "paid"}
    plan = fitted(trips(), dependencies=[rule]).model.encoder.plan
    sources = {step.target: step.found.dependency.sources for step in plan.encoded}
    assert sources == {"paid": ("start",), "end": ("start",)}


def test_a_rule_of_ones_own_learns_atoms() -> None:
    rule = {"kind": "elapsed", "sources": ["from"], "target": "to"}
    search = DependencySearch(
        TableSchema.from_arrow(versions().schema), 10, 256, find=False, declared=[rule]
    )
    assert search.candidates(batch_of(versions())).rules == tuple(found(versions()))
