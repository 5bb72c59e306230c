"""Missing values beside exact rules: what is present stands, what is determined follows from it."""

import logging

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer

ROWS = 2000
QUICK = {"steps": 30, "evaluation_steps": 10}
RULES = [
    {"kind": "sum", "sources": ["gross", "tax"], "signs": [1, -1], "target": "net"},
    {"kind": "functional", "sources": ["city"], "target": "country"},
    {"kind": "order", "sources": ["start"], "target": "end"},
]


def whole_table() -> pa.Table:
    rng = np.random.default_rng(2)
    gross = np.round(rng.lognormal(10, 0.5, ROWS), 2)
    tax = np.round(gross * rng.uniform(0.1, 0.4, ROWS), 2)
    city = rng.integers(0, 12, ROWS)
    start = rng.integers(0, 1000, ROWS)
    return pa.table(
        {
            "gross": gross,
            "tax": tax,
            "net": np.round(gross - tax, 2),
            "city": [f"city {place}" for place in city],
            "country": [f"country {place % 4}" for place in city],
            "start": start,
            "end": start + rng.integers(0, 900, ROWS),
        }
    )


TABLE = whole_table()


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    found = Synthesizer(settings=QUICK, progress=False).fit(TABLE, dependencies=RULES)
    assert set(found.model.encoder.plan.dropped) == {"net", "country"}
    return found


def without(*names: str, share: float = 0.3, seed: int = 0) -> pa.Table:
    """The table with values of these columns missing at random."""
    rng, table = np.random.default_rng(seed), TABLE
    for name in names:
        place = table.schema.get_field_index(name)
        absent = pa.array(rng.random(ROWS) < share)
        holed = pc.if_else(absent, pa.scalar(None, table[name].type), table[name])
        table = table.set_column(place, name, holed)
    return table


def present_stand(filled: pa.Table, holed: pa.Table) -> bool:
    """Whether every value that was present is still there."""
    same = (pc.fill_null(pc.equal(filled[n], holed[n]), True) for n in holed.column_names)
    return all(pc.all(column).as_py() for column in same)


def test_a_determined_column_alone_is_put_back_exactly(fitted: Synthesizer) -> None:
    filled = fitted.impute(without("net", "country"))
    assert filled.drop(["net"]).equals(TABLE.drop(["net"]))
    np.testing.assert_allclose(filled["net"], TABLE["net"], atol=1e-9)


def test_a_determined_column_follows_from_the_row_itself(fitted: Synthesizer) -> None:
    """Also where another column of the row is drawn: the sources are real."""
    holed = without("net", "country", "start")
    filled = fitted.impute(holed)
    assert present_stand(filled, holed)
    np.testing.assert_allclose(filled["net"], TABLE["net"], atol=1e-9)
    assert filled["country"].equals(TABLE["country"])
    assert filled["start"].null_count == 0
    assert pc.all(pc.less_equal(filled["start"], filled["end"])).as_py()


def test_a_missing_term_of_a_sum_follows_from_the_others(
    fitted: Synthesizer, caplog: pytest.LogCaptureFixture
) -> None:
    holed = without("tax", "gross", "net")
    with caplog.at_level(logging.WARNING):
        filled = fitted.impute(holed).to_pandas()
    assert not filled.isna().any().any()
    lacks = {name: holed[name].is_null().to_numpy() for name in ("gross", "tax", "net")}
    both = lacks["gross"] & lacks["tax"] & ~lacks["net"]  # too much is missing to solve the sum
    exact = np.isclose(filled["net"], filled["gross"] - filled["tax"], atol=1e-6)
    assert exact[~both].all()
    alone = sum(lacks.values()) == 1
    for name in lacks:
        np.testing.assert_allclose(filled[name][alone], TABLE[name].to_numpy()[alone], atol=1e-6)
    assert f"{(~exact).sum()} rows lacked a value of 'gross' and 'tax' but had one of 'net'" in (
        caplog.text
    )


def test_a_source_drawn_beside_its_target_is_said(
    fitted: Synthesizer, caplog: pytest.LogCaptureFixture
) -> None:
    holed = without("city")
    with caplog.at_level(logging.WARNING):
        filled = fitted.impute(holed)
    assert present_stand(filled, holed) and filled["city"].null_count == 0
    said = [r.getMessage() for r in caplog.records if "without regard" in r.getMessage()]
    told = [f"country {int(city.removeprefix('city ')) % 4}" for city in filled["city"].to_pylist()]
    broken = int(np.sum(np.array(told) != TABLE["country"].to_numpy()))
    assert broken > 0
    assert said == [
        f"{broken} rows lacked a value of 'city' but had one of 'country', which is kept: it was "
        "drawn without regard to the rule that country is determined by city, which these rows "
        "break"
    ]


def test_few_draws_are_said_however_many_patterns_there_are(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flexible model is exact up to 64 patterns of missing values; beyond, rows are weighed."""
    monkeypatch.setattr(
        "synth.sampling.imputation.FEW_DRAWS", float("inf")
    )  # says all that is not exact
    rng = np.random.default_rng(1)
    names = [f"c{place}" for place in range(8)]
    table = pa.table({name: rng.integers(0, 9, 800) for name in names})
    spec = {"flexible": True, "hidden": 16}
    fitted = Synthesizer(settings={**QUICK, **spec}, progress=False).fit(table)
    for columns, warned in ((names[2:8], False), (names[1:8], True)):
        absent = {name: rng.random(800) < 0.5 for name in columns}
        holed = {name: pa.array(table[name].to_numpy(), mask=absent.get(name)) for name in names}
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            filled = fitted.impute(pa.table(holed))
        assert all(column.null_count == 0 for column in filled.columns)
        said = [r.getMessage() for r in caplog.records if "effective draws" in r.getMessage()]
        assert len(said) == warned
        assert all("'c1', 'c2'" in text and "flexible" in text for text in said)


def test_codes_of_one_shape_are_filled_and_what_is_not_learned_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rng = np.random.default_rng(0)
    table = pa.table(
        {
            "id": np.arange(600),
            "hash": [rng.bytes(6).hex() for _ in range(600)],
            "order": [f"{'XY'[i % 2]}-{n:06d}" for i, n in enumerate(rng.permutation(10**6)[:600])],
            "kind": rng.choice(["a", "b"], 600),
            "site": ["north"] * 600,
        }
    )
    model = Synthesizer(settings=QUICK, progress=False).fit(table)
    lacks = pa.array(np.arange(600) < 50)
    for name in ("id", "hash", "order", "site"):
        place = table.column_names.index(name)
        own = pc.if_else(lacks, pa.scalar(None, table[name].type), table[name])
        table = table.set_column(place, name, own)
    with caplog.at_level(logging.WARNING):
        filled = model.impute(table)
    assert pc.all(pc.match_substring_regex(filled["hash"], "^[0-9a-f]{12}$")).as_py()
    assert pc.all(pc.match_substring_regex(filled["order"], "^[XY]-[0-9]{6}$")).as_py()
    assert filled["hash"].null_count == filled["order"].null_count == 0
    assert filled["hash"].slice(50).equals(table["hash"].slice(50))
    assert filled["id"].null_count == filled["site"].null_count == 50
    assert "column 'id' is not learned (a key): 50 missing values" in caplog.text
    assert "column 'site' is not learned (one value" in caplog.text
    assert "'hash'" not in caplog.text
