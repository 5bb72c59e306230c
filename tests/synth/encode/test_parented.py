"""A kind with a parent is one file and one line: here one that lies in this file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.dependencies import registry
from synth.dependencies.dependency import Family
from synth.dependencies.sample import Sample
from synth.encode import TableEncoder
from synth.encode.parented import Encoding, Parented, ParentedEncoding
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of

ROWS = 4000
NONE = -1.0  # stands for "no bid"


@dataclass(frozen=True)
class MoreEncoding(ParentedEncoding):
    """Codes of how much more."""

    kind: ClassVar[str] = "more"


@dataclass(frozen=True)
class More(Parented):
    """A float that is so much more than another."""

    kind: ClassVar[str] = "more"
    rank: ClassVar[int] = 11
    encoding: ClassVar[Encoding] = MoreEncoding

    @property
    def lag_type(self) -> str:
        return "double"

    def lag(self, parent: pa.Array, own: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        lags = pc.subtract(own, parent)
        valid = np.asarray(lags.is_valid()) & ~self.is_atom(own)
        return np.round(np.asarray(lags.fill_null(0.0)), 2), valid

    def after(self, parent: pa.Array, lags: np.ndarray) -> pa.Array:
        return pc.round(pc.add(parent, pa.array(lags)), 2)

    def before(self, own: pa.Array, lags: np.ndarray, parent: pa.Array) -> pa.Array:
        return pc.round(pc.subtract(own, pa.array(lags)), 2)

    def describe(self) -> str:
        return f"{self.target} is encoded by how much more than {self.parent} it is"

    def check(self, schema: TableSchema) -> None: ...


def find(sample: Sample) -> list[More]:
    return [More("bid", ("ask",), "double", (NONE,))] if "bid" in sample.names else []


FAMILY = Family("surpluses", (More,), find)


@pytest.fixture(scope="module")
def registered() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_FAMILIES", (__name__, *registry._FAMILIES))  # before curves
        registry.families.cache_clear()
        yield
    registry.families.cache_clear()


def bids() -> pa.Table:
    rng = np.random.default_rng(0)
    ask = np.round(rng.lognormal(8, 1, ROWS), 2)
    bid = np.round(ask + rng.gamma(2, 0.3, ROWS), 2)
    return pa.table(
        {
            "bid": pa.array(
                np.where(rng.random(ROWS) < 0.2, NONE, bid), mask=rng.random(ROWS) < 0.1
            ),
            "ask": ask,
        }
    )


@pytest.fixture(scope="module")
def fitted(registered: None) -> Synthesizer:
    return Synthesizer(settings={"steps": 200}, progress=False).fit(bids())


def surpluses(table: pa.Table) -> np.ndarray:
    bid = np.asarray(table["bid"].fill_null(NONE))
    return (bid - np.asarray(table["ask"]))[bid != NONE]


def test_it_is_found_learned_and_decoded(fitted: Synthesizer) -> None:
    (step,) = fitted.model.encoder.plan.encoded
    assert (step.target, step.columns) == ("bid", ("bid", "ask"))
    made = fitted.sample(ROWS)
    real, own = surpluses(bids()), surpluses(made)
    assert real.min() - 0.01 <= own.min() and own.max() <= real.max() + 0.01
    assert np.allclose(np.quantile(real, [0.2, 0.5, 0.8]), np.quantile(own, [0.2, 0.5, 0.8]), 0.15)
    shares = [(np.asarray(t["bid"].fill_null(0)) == NONE).mean() for t in (bids(), made)]
    assert shares[0] == pytest.approx(shares[1], abs=0.04)


def test_what_stands_for_no_value_stays_whatever_tail_the_parent_has(fitted: Synthesizer) -> None:
    """No distance from an atom is a bound: a larger parent than the table's breaks nothing."""
    made = [fitted.sample(ROWS, seed=seed) for seed in range(8)]
    assert max(np.asarray(table["ask"]).max() for table in made) > np.asarray(bids()["ask"]).max()
    assert min(surpluses(table).min() for table in made) >= 0


def test_codes_and_json_come_back(fitted: Synthesizer) -> None:
    encoder, rows = fitted.model.encoder, batch_of(bids())
    codes = encoder.encode(rows)
    assert (codes < np.array(encoder.cardinalities)).all()
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    assert again.dumps() == encoder.dumps() and (again.encode(rows) == codes).all()
    back = again.decode(codes, np.random.default_rng(0), known={"ask": rows["ask"]})
    assert back["bid"].is_null().equals(rows["bid"].is_null())
    off = np.abs(surpluses(back) - surpluses(rows))
    assert np.quantile(off, 0.95) < 0.1 and off.max() < 2  # the rarest share an interval


def test_conditions_and_imputation_ask_the_kind(fitted: Synthesizer) -> None:
    assert set(fitted.sample(50, given={"bid": NONE})["bid"].to_pylist()) == {NONE}
    with pytest.raises(ValueError, match="given 'bid': bid is encoded by how much more than ask"):
        fitted.sample(5, given={"bid": 100.0})
    table = bids().filter(pc.greater(bids()["bid"], 0))
    holed = table.set_column(1, "ask", pa.nulls(len(table), pa.float64()))
    filled = fitted.impute(holed)
    assert filled["bid"].equals(table["bid"]) and filled["ask"].null_count == 0
    close = np.abs(surpluses(filled)) < 5  # of those that are led back to, not drawn as atoms
    assert close.mean() > 0.7
