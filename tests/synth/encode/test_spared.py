"""A target of many values that a rule tells in nearly all rows: one code of it, and few values."""

import logging

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.encode import TableEncoder
from synth.encode.spared import spared
from synth.generators.autoregressive.relations import associations
from synth.profiling.table_profile import TableProfile
from tests.synth.dependencies.tables import flights
from tests.synth.encode.encoders import encoder_of
from tests.synth.tables import batch_of

ROWS = 8_000
DIVERTED = 24  # landed elsewhere: a time of arrival without a delay
COLUMNS = ["month", "dep_delay", "arr_time", "sched_arr_time", "arr_delay"]


def arrivals(diverted: int = DIVERTED) -> pa.Table:
    table = flights(ROWS).select(COLUMNS)
    landed = np.flatnonzero(np.asarray(table["arr_delay"].combine_chunks().is_valid()))
    lost = np.zeros(ROWS, bool)
    lost[np.random.default_rng(0).choice(landed, diverted, replace=False)] = True
    delay = pc.if_else(pa.array(lost), pa.scalar(None, pa.float64()), table["arr_delay"])
    return table.set_column(COLUMNS.index("arr_delay"), "arr_delay", delay)


def arrivals_encoder(table: pa.Table, **limits: int) -> TableEncoder:
    """Their encoder, in whose plan the arrival is told but where a delay lacks."""
    encoder = encoder_of(table, **limits)
    steps = [s for s in encoder.plan.steps if s.found.dependency.role == "rule"]
    assert [(s.target, s.mode, s.found.is_bound) for s in steps] == [("arr_time", "repair", True)]
    return encoder


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return arrivals()


@pytest.fixture(scope="module")
def encoder(table: pa.Table) -> TableEncoder:
    return arrivals_encoder(table)


def codes_of(encoder: TableEncoder, name: str) -> slice:
    return encoder.codes_of[encoder.schema.names.index(name)]


def test_one_code_stands_for_all_rows_that_the_rule_tells(
    table: pa.Table, encoder: TableEncoder
) -> None:
    own = encoder.encodings[COLUMNS.index("arr_time")].sub_columns
    subs = encoder.sub_columns[codes_of(encoder, "arr_time")]
    assert len(subs) == 2 and subs[0].cardinality == own[0].cardinality + 1
    codes = encoder.encode(batch_of(table))[:, codes_of(encoder, "arr_time")]
    told = codes[:, 0] == own[0].cardinality
    assert (~told).sum() == DIVERTED
    assert not told[
        np.asarray(pc.and_(table["arr_delay"].is_null(), table["arr_time"].is_valid()))
    ].any()


def test_codes_come_back_as_the_values_they_stand_for(
    table: pa.Table, encoder: TableEncoder
) -> None:
    back = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))
    assert back["arr_time"].is_null().equals(table["arr_time"].combine_chunks().is_null())
    assert back["arr_delay"].is_null().equals(table["arr_delay"].combine_chunks().is_null())
    (step,) = [s for s in encoder.plan.steps if s.found.is_bound]
    columns = dict(zip(back.schema.names, back.columns, strict=True))
    assert not step.broken(columns).any()


def test_columns_drawn_one_by_one_keep_the_rule(table: pa.Table, encoder: TableEncoder) -> None:
    rng = np.random.default_rng(1)
    drawn = encoder.encode(batch_of(table))
    for own in encoder.codes_of:
        drawn[:, own] = drawn[rng.permutation(ROWS), own]
    own = codes_of(encoder, "arr_time")
    rule_code = encoder.sub_columns[own][0].cardinality - 1
    drawn[::2, own] = drawn[drawn[:, own.start] != rule_code, own][0]
    back = encoder.decode(drawn, rng)
    (step,) = [s for s in encoder.plan.steps if s.found.is_bound]
    assert not step.broken(dict(zip(back.schema.names, back.columns, strict=True))).any()
    told = drawn[:, own.start] == rule_code
    lacks = np.asarray(back["arr_delay"].is_null())
    assert (told & lacks).sum() > 50 and (~told & lacks).sum() > 50
    assert np.asarray(back["arr_time"].is_null())[told & lacks].all()
    assert np.asarray(back["arr_time"].is_valid())[~told & lacks].all()


def test_nothing_hangs_on_it_that_it_follows_from(table: pa.Table, encoder: TableEncoder) -> None:
    own, source = (codes_of(encoder, name).start for name in ("arr_time", "sched_arr_time"))
    found = associations(encoder.encode(batch_of(table)), encoder.sub_columns)
    assert found[own, source] < 0.01
    fully = TableEncoder.fit(TableProfile.of(table))
    found = associations(fully.encode(batch_of(table)), fully.sub_columns)
    own, source = (codes_of(fully, name).start for name in ("arr_time", "sched_arr_time"))
    assert found[own, source] > 1


def test_columns_of_few_values_or_of_many_rows_without_a_source_keep_theirs(
    table: pa.Table, encoder: TableEncoder
) -> None:
    assert [*spared(encoder.plan, encoder.encodings)] == ["arr_time"]
    narrow = arrivals_encoder(table, direct=4096)
    assert spared(narrow.plan, narrow.encodings) == {}
    often = arrivals_encoder(arrivals(ROWS // 20))
    assert spared(often.plan, often.encodings) == {}


def test_its_codes_are_known_where_its_sources_are(encoder: TableEncoder) -> None:
    times = pa.array([900.0, 900.0, None])
    columns = {name: pa.nulls(3, encoder.schema[name].arrow_type) for name in COLUMNS}
    columns |= {"arr_time": times, "sched_arr_time": pa.array([850, 850, 850])}
    columns |= {"arr_delay": pa.array([10.0, None, 10.0])}
    known = encoder.has_codes(COLUMNS.index("arr_time"), columns)
    assert known.tolist() == [True, False, False]
    assert encoder.has_codes(COLUMNS.index("arr_delay"), columns).tolist() == [True, False, True]


def test_conditions_and_missing_values_reach_its_sources(
    table: pa.Table, caplog: pytest.LogCaptureFixture
) -> None:
    fitted = Synthesizer(settings={"steps": 40, "evaluation_steps": 20}, progress=False).fit(table)
    encoder = fitted.model.encoder
    assert [*spared(encoder.plan, encoder.encodings)] == ["arr_time"]
    asked = fitted.sample(500, given={"arr_time": {"between": [1200, 1300]}})
    at = asked["arr_time"].to_numpy()
    assert ((at >= 1200) & (at <= 1300)).all()
    delays = pa.chunked_array([pa.nulls(500, pa.float64())])
    first = table.slice(0, 500)
    holed = first.set_column(COLUMNS.index("arr_delay"), "arr_delay", delays)
    with caplog.at_level(logging.WARNING):
        filled = fitted.impute(holed)
    assert filled["arr_delay"].null_count == 0
    kept = pc.coalesce(first["arr_time"], filled["arr_time"])
    assert kept.equals(filled["arr_time"])
    assert "effective draws" not in caplog.text  # a time by itself does not say: no delay
