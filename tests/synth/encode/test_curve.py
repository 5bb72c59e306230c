"""Numbers by their distance from a curve: in every type, with what lacks, whatever is given."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from synth.encode import TableEncoder
from synth.encode.curve import Curve
from synth.table.schema import TableSchema
from tests.synth.encode.encoders import encoder_of, mixed
from tests.synth.encode.test_computed_pair import TYPES, holed
from tests.synth.tables import batch_of

ROWS = 3000
RNG = np.random.default_rng(0)
AGE = RNG.uniform(0, 75, ROWS)
RULE = {"kind": "curve", "sources": ["age"], "target": "wave"}


def height(age: np.ndarray) -> np.ndarray:
    found: np.ndarray = 100 * np.sin(age / 10) + 2 * age
    return found


def waves(kind: str = "double", absent: float = 0.0) -> pa.Table:
    """A wave along the age, within 3 of a range of 250."""
    wave = height(AGE) + RNG.uniform(-3, 3, ROWS)
    columns = {"age": pa.array(AGE), "wave": TYPES[kind](wave)}
    return pa.table({n: holed(own, absent, 9 + at) for at, (n, own) in enumerate(columns.items())})


def off(rows: pa.Table | pa.RecordBatch, scale: float = 1.0) -> np.ndarray:
    """How far the waves lie from the curve, of the rows that have both."""
    frame = rows.to_pandas().dropna().astype(float)
    found: np.ndarray = np.abs(frame["wave"] / scale - height(frame["age"])).to_numpy()
    return found


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("absent", [0.0, 0.1])
def test_a_wave_is_told_by_the_age_in_every_type(kind: str, absent: float) -> None:
    table, scale = waves(kind, absent), 100 if kind == "bigint" else 1
    encoder, rows = encoder_of(table), batch_of(table)
    (step,) = encoder.plan.encoded
    assert step.found.dependency.describe() == (
        "wave is encoded by how much more than a curve along age it is"
    )
    codes = encoder.encode(rows)
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    assert again.dumps() == encoder.dumps() and (again.encode(rows) == codes).all()
    back = again.decode(codes, np.random.default_rng(0), known={"age": rows["age"]})
    assert back["wave"].type == rows["wave"].type
    assert back["wave"].is_null().equals(rows["wave"].is_null())
    assert np.quantile(off(back, scale), 0.99) < 4
    assert np.quantile(off(mixed(table, encoder), scale), 0.99) < 5


def test_made_rows_lie_as_close_to_the_curve_as_real_ones() -> None:
    """Learned by its own intervals, a wave is off by up to 20."""
    made = Synthesizer(settings={"steps": 60}, progress=False).fit(waves()).sample(1000)
    assert np.quantile(off(made), 0.98) < 5


def test_a_value_of_many_rows_is_an_atom() -> None:
    table = waves()
    free = np.where(RNG.random(ROWS) < 0.1, 500.0, np.asarray(table["wave"]))
    table = table.set_column(1, "wave", pa.array(free))
    encoder = encoder_of(table)
    (step,) = encoder.plan.encoded
    assert step.found.dependency.to_json()["atoms"] == [500.0]
    made = mixed(table, encoder)
    assert np.mean(np.asarray(made["wave"]) == 500) == pytest.approx(0.1, abs=0.02)


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return Synthesizer(generator="marginal", progress=False).fit(waves(absent=0.1))


def test_the_wave_follows_an_age_that_is_given(fitted: Synthesizer) -> None:
    assert off(fitted.sample(300, given={"age": 30.0})).max() < 6
    with pytest.raises(ValueError, match="wave is encoded by how much more than a curve"):
        fitted.sample(5, given={"wave": 100.0})


def test_imputation_keeps_to_the_curve(fitted: Synthesizer) -> None:
    whole = waves()
    for lost, at in (("wave", 1), ("age", 0)):
        table = whole.set_column(at, lost, pa.nulls(ROWS, pa.float64()))
        filled = fitted.impute(table)
        kept = "age" if lost == "wave" else "wave"
        assert filled[lost].null_count == 0 and filled[kept].equals(whole[kept])
        # But for rows whose code says that the value stands alone.
        assert (off(filled) < 8).mean() > (0.99 if lost == "wave" else 0.75)


def test_a_rule_of_ones_own_learns_its_curve_and_a_veto_is_kept() -> None:
    loose = np.asarray(waves()["wave"]) + RNG.normal(0, 40, ROWS)
    table = pa.table({"age": AGE, "wave": loose})
    assert not encoder_of(table).plan.encoded
    (step,) = encoder_of(table, declared=[RULE]).plan.encoded
    relation = step.found.dependency
    assert isinstance(relation, Curve) and len(relation.knots) == len(relation.heights) > 10
    assert not encoder_of(waves(), veto=["wave"]).plan.encoded


def test_a_rule_of_ones_own_is_checked() -> None:
    table = pa.table({"age": AGE, "other": AGE, "name": ["a"] * ROWS, "wave": np.ones(ROWS)})
    schema = TableSchema.from_arrow(table.schema)
    with pytest.raises(DependencyError, match="runs along one source, not 2: name the one"):
        parse_dependency({**RULE, "sources": ["age", "other"]}, schema)
    with pytest.raises(DependencyError, match="column 'name' is of type string"):
        parse_dependency({**RULE, "sources": ["name"]}, schema)
    with pytest.raises(DependencyError, match="no field 'knots'"):
        parse_dependency({**RULE, "knots": [1, 2]}, schema)
    with pytest.raises(DependencyError, match="which the rows do not show"):
        encoder_of(table, declared=[RULE])
