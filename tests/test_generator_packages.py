"""A generator that another package brings, and one without training, through the whole lake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.run import Run
from lakehouse.lineage import read_lineage
from synth.sampling.blocks import SamplePlan, sample_block
from synth.sampling.model_folder import load_model
from tests.lakes import (
    ROOT,
    Outcome,
    done,
    lakesynth,
    people,
    quick,
    run_python,
    started,
    write_csv,
)
from tests.synth.generators.kinds import OURS

pytestmark = pytest.mark.timeout(900)  # a whole run, on a machine that may be busy
PACKAGE = ROOT / "tests" / "packages" / "lakesynth_shuffle"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The package as pip installs it, in a folder; a search path that starts there."""
    if int(metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("petastorm holds setuptools below 70; without isolation a wheel needs 77")
    target = tmp_path_factory.mktemp("site")
    line = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    line += ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    source = tmp_path_factory.mktemp("source")  # a copy: building leaves a folder there
    for file in PACKAGE.glob("*.*"):
        if file.is_file():
            (source / file.name).write_bytes(file.read_bytes())
    made = subprocess.run([*line, str(source)], capture_output=True, text=True, timeout=240)
    assert made.returncode == 0, made.stderr
    return os.pathsep.join([str(target), str(ROOT), os.environ.get("PYTHONPATH", "")])


def test_an_installed_kind_is_found_and_fits_in_memory(installed: str, tmp_path: Path) -> None:
    table = write_csv(people(400), tmp_path / "people.csv")
    code = f"""
import sys
import pandas as pd
from synth import Synthesizer
from synth.generators.registry import generator_names
print(generator_names())
table = pd.read_csv({str(table)!r})
fitted = Synthesizer(generator="shuffle", settings={{"smoothing": 0.5}}, progress=False).fit(table)
fitted.save({str(tmp_path / "model")!r})
loaded = Synthesizer.load({str(tmp_path / "model")!r})
assert loaded.sample(200)["city"].tolist() == fitted.sample(200)["city"].tolist()
cities = fitted.sample(20_000)["city"]
print(round(float((cities == "Kyiv").mean() - (table["city"] == "Kyiv").mean()), 2))
print("torch" in sys.modules)
try:
    Synthesizer(generator="shuffle", settings={{"smothing": 0.5}})
except ValueError as error:
    print(error)
"""
    ended = run_python(code, PYTHONPATH=installed)
    assert ended.returncode == 0, ended.stderr
    names, moved, torch, error = ended.stdout.splitlines()
    assert names == str(tuple(sorted((*OURS, "shuffle"))))
    assert float(moved) == pytest.approx((1 / 3 - 0.1) / 2, abs=0.04)  # half way to a third
    assert torch == "False"
    assert error == "smothing: unknown key; did you mean smoothing? known here: smoothing"


@pytest.fixture(scope="module")
def held_against_ours(
    installed: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Outcome]]:
    """``(lake, outcome)`` of two settings of the package's generator and one of ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", installed)
        folder = tmp_path_factory.mktemp("packages")
        seed, lake = write_csv(people(500), folder / "people.csv"), folder / "lake"
        wrong = quick(train__generator="shuffle", train__settings__smoothing=5)
        refused = lakesynth("run", seed, "--lake", lake, "--json", **wrong)
        assert refused.code == 2 and not lake.exists()
        assert "train.settings.smoothing: Input should be less than or equal to 1" in refused.err
        flat = {"generator": "shuffle", "settings": {"smoothing": 1}}  # every code as often
        own = quick(train__generators=[flat, "shuffle", "marginal"])
        outcome = lakesynth("run", seed, "--lake", lake, "--json", **own)
        assert outcome.code == 0, outcome.err
        stage = lakesynth("train", seed, "--lake", lake, **own)
        assert stage.code == 2 and "`lakesynth run` does all of them" in stage.err
        yield lake, outcome


@pytest.mark.slow
def test_an_installed_kind_goes_through_the_whole_run(
    held_against_ours: tuple[Path, Outcome],
) -> None:
    lake, outcome = held_against_ours
    for row in outcome.json["choice"]["rows"][:2]:
        folder = lake / "files" / row["run"]
        manifest = json.loads((folder / "model" / "manifest.json").read_text("utf-8"))
        training = manifest["about"]["training"]
        settings = {"smoothing": row["settings"].get("smoothing", 0.0)}
        assert (training["generator"], training["settings"]) == ("shuffle", settings)
        assert training["curve"][-1]["rows read"] == training["rows"]
        report = json.loads((folder / "report.json").read_text("utf-8"))
        assert report["lineage"]["lakesynth.generator"] == "shuffle"
        assert "shuffle" in (folder / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_an_installed_kind_is_held_against_ours_and_the_best_is_published(
    held_against_ours: tuple[Path, Outcome],
) -> None:
    lake, outcome = held_against_ours
    assert outcome.json["verdict"] == "published"
    assert outcome.json["tables"]["synthetic"]["rows"] == 500
    rows = outcome.json["choice"]["rows"]
    assert [(row["generator"], row["settings"]) for row in rows] == [
        ("shuffle", {"smoothing": 1}),
        ("shuffle", {}),
        ("marginal", {}),
    ]
    assert rows[0]["rank"] == 3 and "the pair similarity is" in rows[0]["why"]
    best = next(row["run"] for row in rows if row["chosen"])
    assert outcome.json["run_id"] == best
    names = [row["run"] for row in rows]
    chosen = lakesynth("choose", *names, "--lake", lake, "--json")
    assert chosen.code == 0 and chosen.json["best"] == best
    listed = lakesynth("runs", "--lake", lake, "--json").json["runs"]
    verdicts = {run["run_id"]: run["verdict"] for run in listed}
    assert verdicts == {name: "published" if name == best else "not chosen" for name in names}


@pytest.fixture
def without_ray(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Run]:
    """Starts a run by generator and launch whose cities are given; Ray and torch's loop fail."""
    monkeypatch.setattr("jobs.launch._fit_under_ray", pytest.fail)
    monkeypatch.setattr("synth.learning.network_fit.fit_network", pytest.fail)
    seed = write_csv(people(500), tmp_path / "people.csv")

    def start(generator: str, launch: str) -> Run:
        return started(
            spark,
            seed,
            tmp_path / "lake",
            train__generator=generator,
            train__launch=launch,
            sample__given={"city": {"Oslo": 0.5, "Rome": 0.5}},
        )

    return start


def test_the_baseline_goes_through_the_lake_without_ray_and_torch(
    spark: SparkSession, without_ray: Callable[[str, str], Run]
) -> None:
    """Marginal is fitted in the driver, also where a cluster is asked for."""
    run = without_ray("marginal", "local")
    done(run, "encode")
    statistics = json.loads(run.path("code_statistics.json").read_text("utf-8"))
    assert set(statistics["partners"]) == {None} and statistics["relations"] == {}
    done(run, "publish")
    noted = run.record("train").notes
    assert noted[0].startswith("marginal: ")
    assert "made of counts alone: fitted in the driver, without a cluster" in noted[1]
    published = run.record("publish").tables["synthetic"]
    lineage = read_lineage(spark, published.name)
    assert lineage is not None and lineage.generator == "marginal"
    cities = {row["city"] for row in run.rows_of("publish", "synthetic").collect()}
    assert cities == {"Oslo", "Rome"}


def test_a_copula_is_fitted_in_the_driver_of_what_encode_has_counted(
    without_ray: Callable[[str, str], Run],
) -> None:
    """Spark sums the products of its scores; its fit is then a matter of a moment."""
    run = without_ray("gaussian_copula", "local")
    done(run, "train")
    statistics = json.loads(run.path("code_statistics.json").read_text("utf-8"))
    first = len(statistics["relations"]["orders"])
    products = np.array(statistics["score_products"])
    assert products.shape == (first, first) and (np.diag(products) > 0).all()
    assert "made of counts alone" in run.record("train").notes[1]
    made = load_model(run.path("model"))
    rows = sample_block(made, SamplePlan("people", 400, 1, given={"city": "Oslo"}), 0)
    assert set(rows["city"].to_pylist()) == {"Oslo"}


def test_a_mixture_goes_through_the_lake_without_ray_and_torch(
    without_ray: Callable[[str, str], Run],
) -> None:
    """Where nobody says where, it is soon fitted in the driver, and conditions are exact."""
    run = without_ray("mixture", "auto")
    done(run, "publish")
    noted = run.record("train").notes
    assert noted[0].startswith("mixture: ") and "in this process, without Ray" in noted[1]
    cities = [row["city"] for row in run.rows_of("publish", "synthetic").collect()]
    assert set(cities) == {"Oslo", "Rome"}
    assert cities.count("Oslo") / len(cities) == pytest.approx(0.5, abs=0.1)
