"""Numbers by what others make up: in every type, with what lacks, whatever is given of a row."""

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
from synth.encode.computed_pair import ComputedIncrement, ComputedRatio
from synth.table.schema import TableSchema
from tests.synth.encode.encoders import encoder_of, mixed
from tests.synth.tables import batch_of

ROWS = 3000
RNG = np.random.default_rng(0)
TOTAL = RNG.lognormal(5, 1, ROWS)
SHARE = RNG.beta(1.5, 1, ROWS)
PART = TOTAL * SHARE * np.exp(RNG.uniform(-0.02, 0.02, ROWS))
PAGES = 1 + RNG.negative_binomial(1, 0.06, ROWS)
SECONDS = PAGES * RNG.gamma(2, 18, ROWS)


def holed(array: pa.Array, absent: float, seed: int) -> pa.Array:
    lost = pa.array(np.random.default_rng(seed).random(ROWS) < absent)
    return pc.if_else(lost, pa.scalar(None, array.type), array)


def digits(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    return pa.array([Decimal(f"{value:.2f}") for value in values], kind).cast(kind)


TYPES = {
    "double": pa.array,
    "float": lambda v: pa.array(v, pa.float32()),
    "cents": lambda v: pa.array(np.round(v, 2)),
    "decimal(12,2)": lambda v: digits(v, pa.decimal128(12, 2)),
    "decimal(38,4)": lambda v: digits(v, pa.decimal128(38, 4)),
    "bigint": lambda v: pa.array(np.rint(100 * v).astype(np.int64)),
}


def parts(kind: str = "double", absent: float = 0.0) -> pa.Table:
    """A part of a total, nearly by its share: within 2 per cent."""
    return pa.table(
        {
            "total": holed(pa.array(TOTAL), absent, 1),
            "share": holed(pa.array(SHARE), absent, 2),
            "part": holed(TYPES[kind](PART), absent, 3),
        }
    )


def ratios(rows: pa.Table | pa.RecordBatch, scale: float = 1.0) -> np.ndarray:
    """Of the rows that have all three."""
    frame = rows.to_pandas().dropna().astype(float)
    found: np.ndarray = (frame["part"] / (frame["total"] * frame["share"]) / scale).to_numpy()
    return found


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("absent", [0.0, 0.1])
def test_a_part_is_told_by_total_and_share_in_every_type(kind: str, absent: float) -> None:
    table = parts(kind, absent)
    encoder = encoder_of(table)
    (step,) = encoder.plan.encoded
    assert (step.target, step.columns) == ("part", ("part", "total", "share"))
    assert step.found.dependency.describe() == "part is encoded by its ratio to total * share"
    codes, rows = encoder.encode(batch_of(table)), batch_of(table)
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    assert again.dumps() == encoder.dumps() and (again.encode(rows) == codes).all()
    known = {name: rows[name] for name in ("total", "share")}
    back = again.decode(codes, np.random.default_rng(0), known=known)
    assert back["part"].type == rows["part"].type
    # Alone, it is learned as any other column is.
    assert back["part"].is_null().equals(rows["part"].is_null())
    scale = 100 if kind == "bigint" else 1
    assert np.quantile(np.abs(ratios(back, scale) - ratios(table, scale)), 0.99) < 0.01
    made = ratios(mixed(table, encoder), scale)
    assert np.quantile(made, 0.005) > 0.97 and np.quantile(made, 0.995) < 1.03


def per_page() -> pa.Table:
    """Seconds a page, of which some rows have 0 seconds, others no page at all."""
    rng = np.random.default_rng(1)
    pages = np.where(rng.random(ROWS) < 0.05, 0, PAGES)
    seconds = np.where(pages == 1, 0.0, SECONDS)
    rate = np.where(pages > 0, seconds / np.maximum(pages, 1), 30.0) + rng.normal(0, 0.3, ROWS)
    return pa.table({"pages": pages, "seconds": seconds, "per_page": rate})


RATE = {
    "kind": "computed_increment",
    "sources": ["seconds", "pages"],
    "target": "per_page",
    "powers": [1, -1],
}


def test_a_quotient_by_0_leaves_the_value_alone() -> None:
    encoder = encoder_of(per_page(), declared=[RATE])
    (step,) = encoder.plan.encoded
    relation = step.found.dependency
    assert relation.describe() == (
        "per_page is encoded by how much more than seconds / pages it is"
    )
    made = mixed(per_page(), encoder).to_pandas()
    assert made.notna().all(axis=None) and np.isfinite(made).all(axis=None)
    whole = made[made["pages"] > 0]
    off = whole["per_page"] - whole["seconds"] / whole["pages"]
    assert off.abs().quantile(0.95) < 1.2  # but for rows in which a bound of seconds is repaired
    alone = made.loc[made["pages"] == 0, "per_page"]
    real = per_page().to_pandas()["per_page"]
    assert alone.min() >= real.min() and alone.max() <= real.max()


def test_a_difference_of_columns_and_values_below_0() -> None:
    a, b = RNG.normal(0, 50, ROWS), RNG.normal(20, 50, ROWS)
    table = pa.table({"a": a, "b": b, "gap": a - b + RNG.normal(0, 0.5, ROWS)})
    encoder = encoder_of(table)
    (step,) = encoder.plan.encoded
    relation = step.found.dependency
    assert isinstance(relation, ComputedIncrement) and relation.form == "sum"
    made = mixed(table, encoder).to_pandas()
    assert np.abs(made["gap"] - (made["a"] - made["b"])).max() < 3


def test_a_value_of_many_rows_is_an_atom_of_a_continuous_number() -> None:
    table = parts()
    part = np.where(RNG.random(ROWS) < 0.1, 0.0, PART)
    table = table.set_column(2, "part", pa.array(part))
    encoder = encoder_of(table, veto=["total", "share"])
    (step,) = encoder.plan.encoded
    assert isinstance(step.found.dependency, ComputedRatio)
    assert step.found.dependency.atoms == (0.0,)
    made = mixed(table, encoder)
    assert np.mean(np.asarray(made["part"]) == 0) == pytest.approx(0.1, abs=0.02)


def test_values_that_are_no_numbers_break_nothing() -> None:
    relation = ComputedRatio("c", ("a", "b"), "double", powers=(1.0, -1.0))
    far = pa.array([1.0, np.inf, np.nan, None, 1.0, 6.0])
    columns = {"a": far, "b": pa.array([0.0, 1, 1, 1, -1, 2]), "c": pa.array([2.0, 2, 2, 2, 2, 3])}
    base = relation.reference(columns)
    assert base.to_pylist() == [None, None, None, None, -1, 3]
    lags, valid = relation.lag(base, columns["c"])
    assert valid.tolist() == [False] * 5 + [True] and lags[-1] == 1
    assert relation.after(base, lags).to_pylist() == [None] * 5 + [3]


def test_conditions_of_the_target_leave_it_its_own_values() -> None:
    table = parts()
    model = Synthesizer(settings={"conditions": [["part"]], "steps": 100}, progress=False).fit(
        table
    )
    (step,) = model.model.encoder.plan.encoded
    assert step.target == "total"  # the part over its share
    made = model.sample(200, given={"part": 100.0})
    assert set(made["part"].to_pylist()) == {100.0} and np.abs(ratios(made) - 1).max() < 0.03


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return Synthesizer(generator="marginal", progress=False).fit(parts(absent=0.1))


def test_the_target_follows_sources_that_are_given(fitted: Synthesizer) -> None:
    made = fitted.sample(500, given={"total": 200.0, "share": 0.5})
    part = np.asarray(made["part"].drop_null())
    assert part.min() > 97 and part.max() < 103
    one = fitted.sample(500, given={"total": 200.0})
    assert np.abs(ratios(one) - 1).max() < 0.03


def test_a_target_is_given_where_all_its_sources_are(fitted: Synthesizer) -> None:
    row = {"total": 200.0, "share": 0.5, "part": 101.0}
    assert fitted.sample(5, given=row).to_pylist() == [row] * 5
    for given in ({"part": 101.0}, {"part": 101.0, "total": 200.0}):
        with pytest.raises(ValueError, match=r"part is encoded by its ratio to total \* share"):
            fitted.sample(5, given=given)


@pytest.mark.parametrize("lost", [("total",), ("share",), ("total", "share"), ("part",)])
def test_imputation_keeps_the_formula(fitted: Synthesizer, lost: tuple[str, ...]) -> None:
    table = parts()
    for name in lost:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pa.nulls(ROWS, pa.float64()))
    filled = fitted.impute(table)
    assert all(filled[name].null_count == 0 for name in filled.schema.names)
    kept = [name for name in ("total", "share", "part") if name not in lost]
    assert all(filled[name].equals(parts()[name]) for name in kept)
    # But for rows whose code says that the value stands alone.
    assert (np.abs(ratios(filled) - 1) < 0.03).mean() > (0.99 if lost == ("part",) else 0.75)


def test_rows_that_give_some_columns_are_filled_in(fitted: Synthesizer) -> None:
    usual = (TOTAL > 20) & (TOTAL < 1000) & (SHARE > 0.1) & (SHARE < 0.9)
    whole = parts().filter(pa.array(usual)).slice(0, 300)
    rows = whole.select(["total", "share"])
    made = fitted.sample(given=rows)
    assert made["total"].equals(rows["total"]) and made["share"].equals(rows["share"])
    assert np.abs(ratios(made) - 1).max() < 0.03
    assert fitted.sample(given=whole).equals(whole)


def test_constants_beside_it_change_nothing() -> None:
    table = parts().append_column("one", [[1.0] * ROWS]).append_column("none", [[None] * ROWS])
    none = table.schema.get_field_index("none")
    table = table.set_column(none, "none", pa.nulls(ROWS, pa.float64()))
    (step,) = encoder_of(table).plan.encoded
    assert step.columns == ("part", "total", "share")


def test_few_rows_have_no_formula() -> None:
    table = parts().slice(0, 150)
    assert not encoder_of(table).plan.encoded
    rule = {"kind": "computed_ratio", "sources": ["total", "share"], "target": "part"}
    assert not encoder_of(table, declared=[rule]).plan.encoded  # too few rows have a lag


def test_a_rule_of_ones_own_is_used_and_a_veto_kept() -> None:
    rule = {"kind": "computed_ratio", "sources": ["part", "share"], "target": "total"}
    (step, *_) = encoder_of(parts(), declared=[{**rule, "powers": [1, -1]}]).plan.encoded
    relation = step.found.dependency
    assert isinstance(relation, ComputedRatio) and step.target == "total"
    assert relation.powers == (1.0, -1.0)
    targets = {step.target for step in encoder_of(parts(), veto=["part"]).plan.encoded}
    assert targets == {"total"}


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"powers": 2}, r"powers is a list such as \[1, -1\], not 2"),
        ({"powers": [1, "x"]}, "powers is a list such as"),
        ({"powers": [1, 3]}, "a product has one power"),
        ({"form": "mean"}, "form is product or sum, not 'mean'"),
        ({"sources": ["total", "name"]}, "column 'name' is of type string: it must be a number"),
        ({"decimals": 30}, "decimals is 0 to 17, not 30"),
    ],
)
@pytest.mark.parametrize("kind", ["computed_increment", "computed_ratio"])
def test_a_rule_of_ones_own_is_checked(kind: str, own: dict[str, object], message: str) -> None:
    table = parts().append_column("name", [["a"] * ROWS])
    data = {"kind": kind, "sources": ["total", "share"], "target": "part"} | own
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, TableSchema.from_arrow(table.schema))
