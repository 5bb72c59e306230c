"""Every kind that the contract is tested with: ours, a GAN of the tests, and another package's."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode import CodeStatistics, TableEncoder
from synth.generators.contract import GeneratorKind
from synth.generators.registry import ENTRY_POINTS, generator_kind, read_settings
from synth.learning.task import FitTask, FolderCheckpoints, Point, Progress
from tests.synth.fits import encoded, task_of

PACKAGE = Path(__file__).resolve().parents[2] / "packages" / "lakesynth_shuffle"
POINTS = (
    EntryPoint("gan", "tests.synth.generators.gan:GanKind", ENTRY_POINTS),
    EntryPoint("shuffle", "lakesynth_shuffle:ShuffleKind", ENTRY_POINTS),
)


@dataclass(frozen=True)
class Case:
    """A kind by name, settings for a fit of a second, and what it is able to do."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    figures: tuple[str, ...] = ()  # of its points
    wrong: tuple[str, Any, str] | None = None  # a setting, a value, and what is said of it
    conditional: bool = False
    scored: bool = False
    tempered: bool = False
    goes_on: bool = False  # from a checkpoint; the others begin anew


CASES = (
    Case(
        "autoregressive",
        {"steps": 30, "evaluation_steps": 10, "hidden": 8, "batch_rows": 64},
        ("training loss", "validation loss"),
        ("steps", 0, "steps: Input should be greater than or equal to 1"),
        conditional=True,
        scored=True,
        tempered=True,
        goes_on=True,
    ),
    Case(
        "mixture",
        {"components": 6, "passes": 5, "batch_rows": 64},
        ("validation loss",),
        ("components", 0, "components: Input should be greater than or equal to 1"),
        conditional=True,
        scored=True,
        tempered=True,
        goes_on=True,
    ),
    Case(
        "gaussian_copula",
        {"shrinkage": 0.25},
        (),
        ("shrinkage", 2, "shrinkage: Input should be less than or equal to 1"),
        conditional=True,
    ),
    Case(
        "tvae",
        {"steps": 30, "evaluation_steps": 10, "width": 16, "latent": 3, "batch_rows": 64},
        ("training loss", "validation loss"),
        ("beta", 0, "beta: Input should be greater than 0"),
        conditional=True,
        goes_on=True,
    ),
    Case(
        "ctgan",
        {
            "steps": 30,
            "evaluation_steps": 10,
            "batch_rows": 50,
            "width": 8,
            "critic_width": 8,
            "noise": 4,
            "candidates": 2,
            "ratio_steps": 50,
        },
        (
            "code histogram distance",
            "critic distance",
            "generator loss",
            "given code loss",
        ),
        ("steps", 0, "steps: Input should be greater than or equal to 1"),
        conditional=True,
        goes_on=True,
    ),
    Case(
        "diffusion",
        {"steps": 30, "evaluation_steps": 10, "hidden": 16, "batch_rows": 64},
        ("training loss", "validation loss"),
        ("layers", -1, "layers: Input should be greater than or equal to 0"),
        conditional=True,
        tempered=True,
        goes_on=True,
    ),
    Case("marginal", conditional=True, scored=True, tempered=True),
    Case(
        "gan",
        {"rounds": 30, "discriminator_steps": 3},
        ("wasserstein distance", "generator loss"),
        ("discriminator_steps", 0, "discriminator_steps: Input should be greater than or equal to"),
        goes_on=True,
    ),
    Case(
        "shuffle",
        {"smoothing": 0.25},
        ("rows read",),
        ("smoothing", 2, "smoothing: Input should be less than or equal to 1"),
    ),
)
BY_NAME = {case.name: case for case in CASES}
OURS = tuple(sorted(BY_NAME.keys() - {point.name for point in POINTS}))  # each has its case


def install(monkeypatch: Any = None) -> None:
    """Have the kinds of the tests found as if their packages were installed."""

    def found(*, group: str) -> tuple[EntryPoint, ...]:
        return POINTS if group == ENTRY_POINTS else ()

    if monkeypatch is None:
        from synth.generators import registry

        sys.path.insert(0, str(PACKAGE))
        registry.entry_points = found  # type: ignore[attr-defined]
    else:
        monkeypatch.syspath_prepend(str(PACKAGE))
        monkeypatch.setattr("synth.generators.registry.entry_points", found)


def people(rows: int = 800) -> pa.Table:
    """A number of two codes, a category, a flag and nulls."""
    rng = np.random.default_rng(0)
    city = rng.choice(["Rome", "Oslo", "Kyiv"], rows, p=[0.6, 0.3, 0.1])
    return pa.table(
        {
            "city": city.tolist(),
            "pay": np.round(rng.lognormal(7, 1, rows), 2),
            "rich": rng.random(rows) < np.where(city == "Rome", 0.2, 0.7),
            "age": pa.array(rng.integers(18, 60, rows), pa.int32(), mask=rng.random(rows) < 0.1),
        }
    )


@dataclass(frozen=True)
class Prepared:
    """A kind, and a table as it wants it."""

    kind: GeneratorKind
    settings: Any
    encoder: TableEncoder
    codes: np.ndarray
    statistics: CodeStatistics

    @classmethod
    def of(cls, case: Case, table: pa.Table | None = None) -> Prepared:
        kind = generator_kind(case.name)
        settings = read_settings(kind, case.settings)
        return cls(kind, settings, *encoded(people() if table is None else table, kind, settings))

    def task(self, **workshop: Any) -> FitTask:
        return task_of(self.encoder, self.codes, self.statistics, self.settings, **workshop)


def fit_and_be_killed(name: str, folder: str) -> None:
    """Fit until the second point, which comes after the first checkpoint; then the process dies."""
    install()
    seen: list[int] = []

    def show(point: Point) -> None:
        seen.append(point.step)
        if len(seen) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    prepared = Prepared.of(BY_NAME[name])
    checkpoints = FolderCheckpoints(Path(folder), seconds=0.0)
    prepared.kind.fit(prepared.task(progress=Progress(show), checkpoints=checkpoints))
