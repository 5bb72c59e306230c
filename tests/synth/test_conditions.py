import logging

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.generators.autoregressive import AutoregressiveSettings
from synth.training import TrainingSettings

RNG = np.random.default_rng(0)
CITY = RNG.choice(["Rome", "Oslo", "Kyiv"], 6000, p=[0.6, 0.35, 0.05])
RICH = RNG.random(6000) < np.where(CITY == "Rome", 0.1, np.where(CITY == "Oslo", 0.5, 0.9))
AGE = np.where(RICH, 50, 30) + RNG.integers(0, 10, 6000)
MISSING = RNG.random(6000) < 0.2
TABLE = pa.table(
    {
        "city": CITY.tolist(),
        "age": pa.array(AGE, pa.int32(), mask=MISSING),
        "rich": RICH,
    }
)


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    training = TrainingSettings(steps=250, evaluation_steps=25)
    return Synthesizer(seed=0, training=training, progress=False).fit(TABLE)


def test_a_given_value_stands_in_every_row_and_the_rest_follows(fitted: Synthesizer) -> None:
    made = fitted.sample(4000, given={"rich": True})
    assert set(made["rich"].to_pylist()) == {True}
    share = np.mean(np.array(made["city"].to_pylist()) == "Oslo")
    assert share == pytest.approx(np.mean(CITY[RICH] == "Oslo"), abs=0.05)
    assert np.mean(np.array(made["age"].drop_null().to_pylist()) >= 45) > 0.98


def test_shares_balance_a_rare_target(fitted: Synthesizer) -> None:
    made = fitted.sample(4000, given={"city": {"Kyiv": 0.5, "Rome": 0.5}})
    city, rich = (np.array(made[name].to_pylist()) for name in ("city", "rich"))
    assert np.mean(city == "Kyiv") == pytest.approx(0.5, abs=0.03)
    assert np.mean(rich[city == "Kyiv"]) == pytest.approx(0.9, abs=0.06)
    assert np.mean(rich[city == "Rome"]) == pytest.approx(0.1, abs=0.04)


def test_the_same_condition_gives_the_same_rows(fitted: Synthesizer) -> None:
    both = [fitted.sample(500, given={"age": 55}, seed=4) for _ in range(2)]
    assert both[0].equals(both[1])
    assert set(both[0]["age"].to_pylist()) == {55}


def test_conditions_that_cannot_be_met_are_named(fitted: Synthesizer) -> None:
    for given, message in (
        ({"town": "Rome"}, "no such column; it has 'city', 'age', 'rich'"),
        ({"city": "Paris"}, "'Paris' is not among the values"),
        ({"age": "old"}, "'old' is no value of type int"),
        ({"city": {"Rome": -1}}, "a share must be a number from 0 up"),
        ({"city": {}}, "give a value, or shares"),
    ):
        with pytest.raises(ValueError, match=message):
            fitted.sample(10, given=given)
    with pytest.raises(ValueError, match="temperature must be above 0"):
        fitted.sample(10, temperature=0)
    with pytest.raises(ValueError, match="cannot go together"):
        fitted.sample(10, temperature=0.5, given={"rich": True})


def test_a_condition_that_is_followed_badly_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """Few of the draws of ``first`` make the given ``second`` likely."""
    first = RNG.integers(0, 100, 4000)
    table = pa.table({"first": first, "second": first + RNG.integers(0, 2, 4000)})
    training = TrainingSettings(steps=900, evaluation_steps=300)
    with caplog.at_level(logging.WARNING):
        for leading, warnings in ((("first",), 1), (("second",), 0)):
            caplog.clear()
            fitted = Synthesizer(training=training, progress=False).fit(table, first=leading)
            fitted.sample(100, given={"second": 77})
            said = [record.getMessage() for record in caplog.records]
            assert len(said) == warnings
            assert all("condition on 'second' is rare" in text for text in said)


def test_missing_values_are_filled_by_what_goes_with_them(fitted: Synthesizer) -> None:
    filled = fitted.impute(TABLE)
    assert filled["age"].null_count == 0
    assert filled.drop(["age"]).equals(TABLE.drop(["age"]))
    age = np.array(filled["age"].to_pylist())
    assert (age[~MISSING] == AGE[~MISSING]).all()
    assert np.mean((age[MISSING] >= 45) == RICH[MISSING]) > 0.97
    assert filled.equals(fitted.impute(TABLE))
    assert not filled.equals(fitted.impute(TABLE, seed=9))


def test_the_likely_row_has_the_higher_log_probability(fitted: Synthesizer) -> None:
    rows = pa.table({"city": ["Rome", "Rome"], "age": [33, 33], "rich": [False, True]})
    likely, unlikely = fitted.log_prob(rows)
    assert likely > unlikely + 2
    assert np.all(fitted.log_prob(TABLE) < 0)


def test_a_low_temperature_prefers_what_is_likely(fitted: Synthesizer) -> None:
    made = np.array(fitted.sample(2000, temperature=0.2)["city"].to_pylist())
    assert np.mean(made == "Rome") > 0.85


def test_a_flexible_model_conditions_on_any_column() -> None:
    from synth.fitting import GeneratorSpec

    training = TrainingSettings(steps=300, evaluation_steps=30)
    spec = GeneratorSpec(settings={"flexible": True, "hidden": 32})
    fitted = Synthesizer(training=training, generator=spec, progress=False).fit(TABLE)
    assert fitted.model.generator.settings == AutoregressiveSettings(flexible=True, hidden=32)
    made = fitted.sample(4000, given={"age": 55, "city": "Kyiv"})
    assert np.mean(made["rich"].to_pylist()) > 0.9
    city = np.array(fitted.sample(4000, given={"rich": True})["city"].to_pylist())
    assert np.mean(city == "Oslo") == pytest.approx(np.mean(CITY[RICH] == "Oslo"), abs=0.06)
