"""The laws that every kind of generator keeps, whatever is in it."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from jobs.config import Config, ConfigError
from jobs.config_file import load_config
from synth import Synthesizer
from synth.generators.contract import Conditional, Generator, Saved, Scored, Tempered
from synth.generators.registry import (
    generator_kind,
    generator_names,
    read_settings,
    setting_names,
    settings_schema,
)
from synth.learning.task import Fit, FolderCheckpoints, Progress, fit_generator
from synth.sampling.blocks import SamplePlan, condition_notes, sample_block
from synth.sampling.conditions import read_conditions
from synth.sampling.model_folder import Model, load_model, save_model
from synth.table.errors import InputError
from tests.synth.generators.kinds import BY_NAME, CASES, OURS, Case, Prepared, install, people

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """All kinds are found, those of the tests by entry points."""
    install(monkeypatch)


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@cache
def prepared(name: str) -> Prepared:
    return Prepared.of(BY_NAME[name])


@cache
def fitted(name: str) -> Fit:
    """One unbroken fit of each kind, for all tests."""
    own = prepared(name)
    return fit_generator(own.kind, own.task())


@pytest.fixture
def generator(case: Case) -> Generator:
    return fitted(case.name).generator


@pytest.fixture
def folder(case: Case, generator: Generator, tmp_path: Path) -> Path:
    """The generator's model folder."""
    save_model(tmp_path / "model", prepared(case.name).encoder, generator, {})
    return tmp_path / "model"


@pytest.fixture
def model(folder: Path) -> Model:
    return load_model(folder)


def drawn(generator: Generator, rows: int = 500) -> np.ndarray:
    return generator.sample(rows, np.random.default_rng(5))


def test_the_same_task_gives_the_same_codes(case: Case, generator: Generator) -> None:
    """Also after the fit of another task, whatever random state that has left."""
    own = prepared(case.name)
    own.kind.fit(own.task(seed=7))
    again = own.kind.fit(own.task())
    np.testing.assert_array_equal(drawn(again), drawn(generator))
    assert (drawn(generator) != generator.sample(500, np.random.default_rng(6))).any()


def test_a_fit_leaves_the_callers_random_state_alone(case: Case) -> None:
    own = prepared(case.name)
    torch.manual_seed(3)
    np.random.seed(3)
    before = torch.get_rng_state(), np.random.get_state()[1]
    own.kind.fit(own.task())
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (np.random.get_state()[1] == before[1]).all()


def test_settings_are_searched_by_a_figure_that_the_fit_shows(case: Case) -> None:
    kind = generator_kind(case.name)
    if kind.guide is not None:
        assert kind.guide.figure in case.figures
        assert kind.guide.blind_to <= {*setting_names(kind.settings_type)} - kind.encode_settings
    assert kind.guide is None or kind.learns


@pytest.mark.parametrize("rows", [0, 1, 300])
def test_codes_are_int32_and_below_their_cardinalities(
    case: Case, generator: Generator, rows: int
) -> None:
    codes = drawn(generator, rows)
    cardinalities = prepared(case.name).encoder.cardinalities
    assert (codes.dtype, codes.shape) == (np.int32, (rows, len(cardinalities)))
    assert (codes >= 0).all() and (codes < cardinalities).all()


def test_a_saved_generator_draws_the_same_codes(
    case: Case, generator: Generator, model: Model, tmp_path: Path
) -> None:
    assert model.generator.name == generator.name == case.name
    np.testing.assert_array_equal(drawn(model.generator), drawn(generator))
    assert save_model(tmp_path / "again", model.encoder, model.generator, {}) == model.hash
    saved = generator.save()
    assert isinstance(saved, Saved)
    text = json.dumps(saved.description)
    assert json.dumps(json.loads(text)) == text
    rows = sample_block(model, SamplePlan("people", 300, 1), 0)
    assert rows.schema.names == people(1).schema.names
    loaded = Synthesizer.load(tmp_path / "again")
    assert loaded.sample(40).num_rows == 40


def test_figures_have_names_and_end_up_in_the_facts(case: Case) -> None:
    facts, own = fitted(case.name).facts, prepared(case.name)
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["generator"], facts["workers"], facts["rows"]) == (case.name, 1, 720)
    assert {name: facts["settings"][name] for name in case.settings} == case.settings
    assert bool(facts["curve"]) == bool(case.figures)
    for row in facts["curve"]:
        assert tuple(row) == ("step", *case.figures)
    points = []
    own.kind.fit(own.task(progress=Progress(points.append)))
    shown = [{"step": point.step, **point.figures} for point in points]
    assert shown == facts["curve"]
    assert all(name in point.words() for point in points for name in case.figures)
    assert [point.step for point in points] == sorted({point.step for point in points})


def test_a_killed_fit_goes_on_to_where_an_unbroken_one_ends(
    case: Case, generator: Generator, tmp_path: Path
) -> None:
    code = "import sys; from tests.synth.generators.kinds import fit_and_be_killed as fit; "
    arguments = [sys.executable, "-c", code + "fit(*sys.argv[1:])", case.name, str(tmp_path / "c")]
    killed = subprocess.run(
        arguments, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    assert killed.returncode == (-signal.SIGKILL if case.goes_on else 0), killed.stderr
    own, checkpoints = prepared(case.name), FolderCheckpoints(tmp_path / "c", seconds=0.0)
    assert (checkpoints.latest is not None) == case.goes_on
    points = []
    task = own.task(progress=Progress(points.append), checkpoints=checkpoints)
    found = fit_generator(own.kind, task)
    np.testing.assert_array_equal(drawn(found.generator), drawn(generator))
    assert found.facts["curve"] == fitted(case.name).facts["curve"]
    if case.goes_on:  # the first point is not shown again
        assert [point.step for point in points] == [row["step"] for row in task.progress.curve[1:]]


def test_an_unknown_or_wrong_setting_is_refused_in_memory_and_in_the_lake(case: Case) -> None:
    kind = generator_kind(case.name)
    known = setting_names(kind.settings_type)
    if not known:
        with pytest.raises(InputError, match=r"^steps: generator 'marginal' has no settings$"):
            Synthesizer(generator=case.name, settings={"steps": 3})
        with pytest.raises(ConfigError, match=r"train\.settings\.steps: generator 'marginal' has"):
            configured(case.name, steps=3)
        return
    typo = known[0][1] + known[0][0] + known[0][2:]
    asked = f"{typo}: unknown key; did you mean {known[0]}? known here: "
    assert case.wrong is not None
    setting, value, said = case.wrong
    for settings, message in (
        ({typo: 1}, asked),
        ({setting: value}, f"{said}.* .given: {value!r}."),
        ({setting: "many"}, rf"{setting}: Input should be a valid \w+, unable to parse"),
    ):
        pattern = message if message != asked else re.escape(asked)
        with pytest.raises(InputError, match=f"^{pattern}"):
            Synthesizer(generator=case.name, settings=settings)
        with pytest.raises(ConfigError, match=rf"\n  train\.settings\.{pattern}"):
            configured(case.name, **settings)
    with pytest.raises(InputError, match=f"^{said}"):
        Synthesizer(generator=case.name, settings=changed(kind.settings_type(), setting, value))
    with pytest.raises(InputError, match=r"are a mapping or \w+, however: list"):
        Synthesizer(generator=case.name, settings=[1])


def test_settings_have_defaults_and_a_schema(case: Case) -> None:
    kind = generator_kind(case.name)
    assert read_settings(kind) == kind.settings_type()
    given = read_settings(kind, case.settings)
    assert {name: getattr(given, name) for name in case.settings} == case.settings
    assert read_settings(kind, given) == given
    schema = settings_schema(kind)
    assert schema["additionalProperties"] is False
    assert sorted(schema.get("properties", {})) == sorted(setting_names(kind.settings_type))
    assert configured(case.name, **case.settings).train.generator_settings == given


def test_missing_values_are_drawn_or_the_generator_is_named(
    case: Case, generator: Generator, folder: Path
) -> None:
    table = people(60)
    fitted = Synthesizer.load(folder)
    if case.conditional:
        filled = fitted.impute(table)
        assert filled["age"].null_count == 0 < table["age"].null_count
        assert filled.drop_columns("age").equals(table.drop_columns("age"))
        return
    assert not isinstance(generator, Conditional)
    with pytest.raises(InputError, match=named(case, "draws whole rows only", "impute with")):
        fitted.impute(table)


def test_rows_are_scored_or_the_generator_is_named(
    case: Case, generator: Generator, folder: Path
) -> None:
    fitted = Synthesizer.load(folder)
    if case.scored:
        found = fitted.log_prob(people(60))
        assert found.dtype == np.float64 and (found < 0).all()
        return
    assert not isinstance(generator, Scored)
    with pytest.raises(InputError, match=named(case, "does not know how likely", "use a gen")):
        fitted.log_prob(people(60))


def test_a_temperature_is_taken_or_the_generator_is_named(
    case: Case, model: Model, folder: Path
) -> None:
    plan = SamplePlan("people", 4000, 1, temperature=0.2)
    if case.tempered:
        rome = [
            np.mean(np.array(sample_block(model, each, 0).column("city").to_pylist()) == "Rome")
            for each in (replace(plan, temperature=1.0), plan)
        ]
        assert rome[1] > rome[0] + 0.2
        assert condition_notes(model, plan) == ()
        return
    assert not isinstance(model.generator, Tempered)
    message = named(case, "draws at no temperature but 1", "leave the temperature out")
    for refused in (
        lambda: sample_block(model, plan, 0),
        lambda: condition_notes(model, plan),
        lambda: Synthesizer.load(folder).sample(9, temperature=0.2),
    ):
        with pytest.raises(InputError, match=message):
            refused()


def test_conditions_hold_in_every_row_and_rejection_says_its_rate(
    case: Case, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    plan = SamplePlan("people", 400, 1, given={"city": {"Oslo": 0.5, "Rome": 0.5}, "rich": True})
    with caplog.at_level(logging.WARNING):
        rows = sample_block(model, plan, 0)
    city, rich = (np.array(rows.column(name).to_pylist()) for name in ("city", "rich"))
    assert rich.all() and set(city) == {"Oslo", "Rome"}
    assert np.mean(city == "Oslo") == pytest.approx(0.5, abs=0.1)
    assert sample_block(model, plan, 0).equals(rows)
    said = f"generator '{case.name}' draws whole rows only: the condition on 'city', 'rich' is met"
    assert (said in caplog.text) == (not case.conditional)
    if not case.conditional:
        found = re.search(r"by rejection, which kept (\S+) % of the rows drawn", caplog.text)
        assert found is not None
        # By their codes: a value that stands in for a rare one is not the one that is asked for.
        free = model.generator.sample(16_000, np.random.default_rng(2))
        meets = np.ones(len(free), bool)
        for condition in read_conditions(plan.given, model.encoder):
            at = model.encoder.schema.names.index(condition.column)
            own = free[:, None, model.encoder.codes_of[at]]
            meets &= (own == condition.codes[None]).all(2).any(1)
        assert float(found[1]) / 100 == pytest.approx(meets.mean(), abs=0.02)
        rare = {"city": "Kyiv", "pay": people()["pay"][3].as_py(), "age": 18, "rich": True}
        with pytest.raises(InputError, match=r"few meet the condition on 'city'.* Give a more fr"):
            sample_block(model, SamplePlan("people", 50, 1, given=rare), 0)


def tiny() -> pa.Table:
    """Few enough codes to list all rows."""
    rng = np.random.default_rng(1)
    a = rng.integers(0, 3, 600)
    return pa.table({"a": [f"a{v}" for v in a], "b": (a + (rng.random(600) < 0.3)) % 2 == 0})


@pytest.fixture(
    scope="module", params=[case for case in CASES if case.scored], ids=lambda own: own.name
)
def listed(request: pytest.FixtureRequest) -> tuple[Generator, list[int]]:
    """A generator of a tiny table, and how many codes each of its sub-columns has."""
    own = Prepared.of(request.param, tiny())
    return own.kind.fit(own.task()), list(own.encoder.cardinalities)


def test_the_probabilities_of_all_rows_are_one_together(
    listed: tuple[Generator, list[int]],
) -> None:
    generator, sizes = listed
    assert isinstance(generator, Scored)
    rows = np.array(list(product(*map(range, sizes))), np.int32)
    shares = np.exp(generator.log_prob(rows))
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    places = {tuple(row): place for place, row in enumerate(rows.tolist())}
    made = [places[tuple(row)] for row in drawn(generator, 40_000).tolist()]
    np.testing.assert_allclose(np.bincount(made, minlength=len(rows)) / 40_000, shares, atol=0.015)
    assert generator.log_prob(rows[:0]).shape == (0,)


def test_what_is_given_is_kept_and_never_is_never_drawn(
    listed: tuple[Generator, list[int]],
) -> None:
    generator, sizes = listed
    assert isinstance(generator, Conditional)
    codes = drawn(generator, 2000)
    given = np.random.default_rng(2).random(codes.shape) < 0.5
    never = [np.arange(size) == codes[0, place] for place, size in enumerate(sizes)]
    before = codes.copy()
    done, effective = generator.complete(codes, given, np.random.default_rng(3), never=never)
    assert done.dtype == np.int32 and effective > 0
    assert (codes == before).all()
    assert (done[given] == codes[given]).all()
    for place, own in enumerate(never):
        assert not own[done[~given[:, place], place]].any()
        assert (done[~given[:, place], place] != codes[~given[:, place], place]).any()


def test_all_kinds_are_listed_and_an_unknown_one_is_refused_when_the_file_is_read() -> None:
    names = tuple(sorted((*OURS, "gan", "shuffle")))
    assert generator_names() == names and "autoregressive" in names
    there = rf"no generator 'zzz'; there are: {', '.join(names)}"
    with pytest.raises(InputError, match=there):
        Synthesizer(generator="zzz")
    with pytest.raises(ConfigError, match=rf"train\.generator: {there}"):
        configured("zzz")


def configured(name: str, **settings: object) -> Config:
    changes = {"train.generator": name, "train.settings": settings}
    return load_config(None, {"seed": "people.csv", "lake.tables": "lake", **changes})


def changed(settings: object, name: str, value: object) -> object:
    """Settings with one value that nobody has looked at."""
    object.__setattr__(settings, name, value)
    return settings


def named(case: Case, lacks: str, remedy: str) -> str:
    return f"^generator '{case.name}' {lacks}.*: {remedy}.* autoregressive"
