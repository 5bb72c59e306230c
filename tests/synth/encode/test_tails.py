"""Tails: new extremes of the right size, within natural bounds, and no value of the seed's."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings, TableEncoder
from synth.encode.numeric import NumericEncoding
from synth.encode.pareto import ParetoLaw
from synth.encode.tails import Tails, natural_bounds
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState
from synth.table.schema import Column

ROWS = 5000


def encoding_of(values: np.ndarray, type_name: str = "double") -> NumericEncoding:
    column = Column("c", type_name)
    state = NumberState(column)
    state.update(pa.array(values).cast(column.arrow_type))
    return NumericEncoding.fit(column, state, EncoderSettings())


def drawn(values: np.ndarray, type_name: str = "double", seed: int = 0) -> np.ndarray:
    encoding = encoding_of(values, type_name)
    again = NumericEncoding.from_json(encoding.column, json.loads(json.dumps(encoding.to_json())))
    codes = encoding.encode(pa.array(values).cast(encoding.column.arrow_type))
    made: np.ndarray = again.decode(codes, np.random.default_rng(seed)).to_numpy()
    return made


def test_places_follow_the_law_in_its_cell() -> None:
    uniform = (np.arange(10_000) + 0.5) / 10_000
    tails = Tails(np.array([1, -1, 0], np.int8), np.array([0.5, 0.5, 1]), np.array([0.2, 0.2, 0]))
    up, down, even = (tails.bent(np.full(10_000, cell), uniform) for cell in range(3))
    assert (even == uniform).all()
    assert np.allclose(up, 1 - down[::-1])
    assert up.min() >= 0 and up.max() < 1
    law = ParetoLaw(0.5, 0.2)
    shares = np.array([np.mean(up <= x) for x in (0.1, 0.3, 0.9)])
    wanted = [(1 - law.survival(x)) / (1 - law.survival(1.0)) for x in (0.1, 0.3, 0.9)]
    assert np.allclose(shares, wanted, atol=1e-3)


@pytest.mark.parametrize("law", ["normal", "lognormal", "exponential", "student"])
def test_extremes_are_new_and_as_far_out_as_those_of_the_law(law: str) -> None:
    rng = np.random.default_rng(1)
    draw = {
        "normal": lambda rows: rng.normal(size=rows),
        "lognormal": lambda rows: rng.lognormal(3, 1, rows),
        "exponential": lambda rows: rng.exponential(2, rows),
        "student": lambda rows: rng.standard_t(3, rows),
    }[law]
    values, reference = draw(ROWS), np.sort(draw(200_000))
    made = np.concatenate([drawn(values, seed=seed) for seed in range(10)])
    assert not set(made) & set(values)
    for share, slack in ((0.999, 0.0007), (0.9998, 0.0003)):
        reached = np.searchsorted(reference, np.quantile(made, share)) / len(reference)
        assert reached == pytest.approx(share, abs=slack)
    assert made.max() > np.sort(values)[-5]


@pytest.mark.parametrize("type_name", ["double", "bigint", "float"])
def test_what_ends_sharply_stays_within_its_values(type_name: str) -> None:
    for seed in range(5):
        values = np.random.default_rng(seed).uniform(6575, 60_000, ROWS)
        values = values.astype(np.int64) if type_name != "double" else values
        encoding = encoding_of(values, type_name)
        lower, upper = encoding.cells.lower[0], encoding.cells.upper[-1]
        assert values.min() <= lower < np.sort(values)[9]
        assert np.sort(values)[-10] < upper <= values.max() + 1


def test_natural_bounds_are_respected() -> None:
    rng = np.random.default_rng(0)
    shares = drawn(rng.beta(3, 3, ROWS))
    assert shares.min() >= 0 and shares.max() <= 1
    counts = drawn(rng.negative_binomial(1, 0.001, ROWS), "int")
    assert counts.dtype == np.int32 and counts.min() >= 0
    capped = drawn(np.minimum(rng.exponential(10, ROWS), 30.0))
    assert capped.max() == 30.0
    small = drawn(np.clip(rng.normal(0, 60, ROWS), -128, 127).astype(np.int8), "tinyint")
    assert small.min() == -128 and small.max() == 127
    cents = drawn(np.round(rng.lognormal(3, 1, ROWS), 2))
    assert (np.round(cents, 2) == cents).all() and cents.min() > 0
    paid = np.where(rng.random(ROWS) < 0.5, 0.0, rng.gamma(1, 50, ROWS))
    assert ((drawn(paid) == 0) == (paid == 0)).all()


def test_bounds_by_hand() -> None:
    assert natural_bounds("tinyint", -5, 3) == (-100, 100)
    assert natural_bounds("double", 0.2, 0.9) == (0, 1)
    assert natural_bounds("decimal(6,2)", 105, 900) == (100, 10_000)
    assert natural_bounds("smallint", 250, 900) == (100, 32_767)
    assert natural_bounds("date", 3, 9) == (-719_162, 2_932_896)


def test_dates_have_no_heavy_tails() -> None:
    days = np.random.default_rng(0).standard_t(1, 20_000) * 300 + 15_000
    days = days[(days > -100_000) & (days < 200_000)].astype(np.int32)
    encoding = encoding_of(days, "date")
    tails = encoding.cells.tails
    assert tails is not None and tails.shape[tails.side != 0].max() <= 0
    made = encoding.decode(encoding.encode(pa.array(days, pa.date32())), np.random.default_rng(0))
    assert made.cast(pa.int32()).to_numpy().max() < 2 * days.max()


def test_conditions_may_name_what_a_tail_can_draw() -> None:
    values = np.random.default_rng(0).normal(50, 10, ROWS)
    encoding = encoding_of(values)
    far = float(encoding.cells.upper[-1])
    assert far > values.max()
    assert encoding.objection(pa.array([far - 1e-6, values.max()])) is None
    assert "lies outside" in (encoding.objection(pa.array([far + 1])) or "")


def test_shares_of_the_last_cells_are_kept_and_the_report_says_where_tails_are() -> None:
    values = np.random.default_rng(0).normal(1000, 10, ROWS)
    table = pa.table({"x": values, "kind": ["a", "b"] * (ROWS // 2)})
    encoder = TableEncoder.fit(TableProfile.of(table))
    assert [note for note in encoder.notes if "fitted tails" in note and "'x'" in note]
    bins = encoder.encodings[0].bins()
    assert bins.labels[0].endswith(" and less") and bins.labels[-1].endswith(" and more")
    assert not any(repr(value)[:10] in json.dumps(bins.to_json()) for value in np.sort(values)[-9:])
    made = drawn(values)
    last = encoder.encodings[0].cells.lower[-1]  # type: ignore[attr-defined]
    assert (made >= last).sum() == (values >= last).sum()
