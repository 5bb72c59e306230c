"""Differences and ratios of numbers: exact on the target's grid, whatever types the two have."""

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from synth.encode import TableEncoder
from synth.encode.number_pair import Increment, Ratio
from synth.table.schema import TableSchema
from synth.table.values import to_numbers
from tests.synth.encode.encoders import encoder_of, mixed
from tests.synth.tables import batch_of

ROWS = 3000
RNG = np.random.default_rng(0)
CENTS = RNG.integers(1_000, 20_000_000, ROWS)
MORE = RNG.integers(1, 600, ROWS)
TYPES = {
    "bigint": lambda v: pa.array(v, pa.int64()),
    "int": lambda v: pa.array(v, pa.int32()),
    "double": lambda v: pa.array(v / 100),
    "float": lambda v: pa.array(v / 4, pa.float32()),
    "decimal(12,2)": lambda v: pa.array(
        [Decimal(int(x)).scaleb(-2) for x in v], pa.decimal128(12, 2)
    ),
    "decimal(38,4)": lambda v: pa.array(
        [Decimal(int(x)).scaleb(-2) for x in v], pa.decimal128(38, 4)
    ),
}


def pair(kind: str, absent: float = 0.0) -> pa.Table:
    """A reading and a later one that is 1 to 599 steps higher."""
    columns = {}
    for name, values in (("out", CENTS), ("back", CENTS + MORE)):
        whole = TYPES[kind](values)
        lost = pa.array(np.random.default_rng(len(name)).random(ROWS) < absent)
        columns[name] = pc.if_else(lost, pa.scalar(None, whole.type), whole)
    return pa.table(columns)


def steps(rows: pa.Table | pa.RecordBatch, name: str, kind: str) -> tuple[np.ndarray, np.ndarray]:
    array = rows[name].combine_chunks() if isinstance(rows, pa.Table) else rows[name]
    scale = {"double": 100, "float": 4, "decimal(38,4)": 100}.get(kind, 1)
    numbers, valid = to_numbers(array, kind)
    return np.rint(numbers * scale).astype(np.int64), valid


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("absent", [0.0, 0.2])
def test_differences_are_those_of_the_seed(kind: str, absent: float) -> None:
    table = pair(kind, absent)
    encoder = encoder_of(table)
    (step,) = encoder.plan.encoded
    assert (step.target, step.found.dependency.kind) == ("back", "increment")
    codes = encoder.encode(batch_of(table))
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    back = again.decode(codes, np.random.default_rng(0), known={"out": batch_of(table)["out"]})
    (real, there), (own, kept) = steps(table, "back", kind), steps(back, "back", kind)
    assert (there == kept).all()
    has_parent = steps(table, "out", kind)[1]
    assert np.abs(real - own)[there & has_parent].max() <= 20  # within an interval of the lag
    made = mixed(table, encoder)
    (low, has_low), (high, has_high) = (steps(made, name, kind) for name in ("out", "back"))
    more = (high - low)[has_low & has_high]
    assert more.min() >= 1 and more.max() <= 599
    assert more.mean() == pytest.approx(300, rel=0.05)


def test_types_may_differ() -> None:
    """A whole number with nulls is a float in pandas."""
    table = pa.table({"out": pa.array(CENTS.astype(float)), "back": CENTS + MORE})
    (step,) = encoder_of(table).plan.encoded
    assert step.found.dependency.kind == "increment"
    made = mixed(table, encoder_of(table))
    more = np.asarray(made["back"]) - np.asarray(made["out"])
    assert more.min() >= 1 and more.max() <= 599 and made["back"].type == pa.int64()


def test_a_balance_never_falls_below_0() -> None:
    before = np.round(RNG.lognormal(5, 1.5, ROWS), 2)
    after = np.round(np.maximum(before + RNG.normal(0, 40, ROWS), 0.01), 2)
    table = pa.table({"before": before, "after": after})
    encoder = encoder_of(table)
    assert encoder.plan.encoded
    made = np.asarray(mixed(table, encoder)["after"])
    assert made.min() >= 0 and (made == 0).mean() < 0.01


@pytest.mark.parametrize("kind", ["double", "decimal(12,2)", "bigint"])
def test_a_discount_is_the_plainest_ratio(kind: str) -> None:
    own = np.rint(CENTS * RNG.choice([0.5, 0.75, 0.8, 0.9], ROWS)).astype(np.int64)
    table = pa.table({"list": TYPES[kind](CENTS), "paid": TYPES[kind](own)})
    encoder = encoder_of(table)
    relation = encoder.plan.encoded[0].found.dependency
    assert isinstance(relation, Ratio)
    ratios, valid = relation.lag(table["list"].combine_chunks(), table["paid"].combine_chunks())
    assert valid.all() and np.isin(ratios, [0.5, 0.75, 0.8, 0.9]).mean() > 0.85  # but for halves
    made = mixed(table, encoder)
    (price, _), (paid, _) = (steps(made, name, kind) for name in ("list", "paid"))
    off = np.abs(paid[:, None] - price[:, None] * np.array([0.5, 0.75, 0.8, 0.9])).min(1)
    assert off.max() < 1 and (off < 0.5).mean() > 0.5


def test_continuous_numbers_have_no_grid() -> None:
    a = RNG.normal(0, 100, ROWS)
    b = np.exp(RNG.normal(0, 2, ROWS))
    table = pa.table(
        {"a": a, "near": a + RNG.normal(size=ROWS), "b": b, "part": b * RNG.uniform(0.8, 1, ROWS)}
    )
    encoder = encoder_of(table)
    kinds = {step.target: step.found.dependency.kind for step in encoder.plan.encoded}
    assert kinds == {"near": "increment", "part": "ratio"}
    made = mixed(table, encoder)
    assert np.abs(np.asarray(made["near"]) - np.asarray(made["a"])).max() < 4
    share = np.asarray(made["part"]) / np.asarray(made["b"])
    assert 0.79 < share.min() < 0.82 and 0.98 < share.max() <= 1


def test_a_parent_of_0_has_no_ratio() -> None:
    base = np.where(RNG.random(ROWS) < 0.05, 0, CENTS)
    table = pa.table({"base": base, "part": np.rint(base * RNG.uniform(0.8, 0.9, ROWS)) + 7})
    relation = Ratio("part", ("base",), "double", decimals=0)
    lags, valid = relation.lag(batch_of(table)["base"], batch_of(table)["part"])
    assert (valid == (base > 0)).all()
    assert relation.after(batch_of(table)["base"], lags).null_count == (base == 0).sum()
    assert relation.holds({n: batch_of(table)[n] for n in ("base", "part")}).all()


def test_a_sum_beyond_the_type_stays_inside() -> None:
    relation = Increment("b", ("a",), "tinyint", decimals=0)
    made = relation.after(pa.array([120, 5, None], pa.int8()), np.array([90, 1, 1]))
    assert made.to_pylist() == [127, 6, None]
    far = Ratio("b", ("a",), "decimal(4,2)", decimals=2)
    made = far.after(pa.array([90.0, 1.0]), np.array([9.0, 0.5]))
    assert made.to_pylist() == [Decimal("99.99"), Decimal("0.50")]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"decimals": 30}, "decimals is 0 to 17, not 30"),
        ({"sources": ["name"]}, "column 'name' is of type string: it must be a number"),
        ({"sources": ["out", "half"]}, "stand in for each other and must be of one type"),
    ],
)
@pytest.mark.parametrize("kind", ["increment", "ratio"])
def test_a_rule_of_ones_own_is_checked(kind: str, own: dict[str, object], message: str) -> None:
    table = pair("bigint").append_column("name", [["a"] * ROWS]).append_column("half", [CENTS / 2])
    data = {"kind": kind, "sources": ["out"], "target": "back"} | own
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, TableSchema.from_arrow(table.schema))


def test_a_rule_of_ones_own_is_used_and_a_veto_kept() -> None:
    rule = {"kind": "ratio", "sources": ["out"], "target": "back"}
    (step,) = encoder_of(pair("double"), declared=[rule]).plan.encoded
    relation = step.found.dependency
    assert isinstance(relation, Ratio) and relation.decimals == 2
    assert not encoder_of(pair("double"), veto=["back"]).plan.encoded


def test_sampling_conditions_and_imputation() -> None:
    table = pair("bigint", absent=0.1)
    model = Synthesizer(generator="marginal", progress=False).fit(table)
    made = model.sample(500, given={"out": 100_000})
    more = np.asarray(made["back"].drop_null()) - 100_000
    assert more.min() >= 1 and more.max() <= 599
    with pytest.raises(ValueError, match="given 'back': back is encoded by how much more than out"):
        model.sample(5, given={"back": 100_000})
    filled = model.impute(table)
    assert filled["out"].null_count == filled["back"].null_count == 0
    more = np.asarray(filled["back"]) - np.asarray(filled["out"])
    assert more.min() >= 1 and more.max() <= 599
