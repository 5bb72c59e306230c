"""The mixture as a kind of generator: fitted batch by batch, without torch unless workers share."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from synth.generators.contract import GeneratorKind, Guide, Length, Saved
from synth.generators.mixture.fitting import MixtureFit
from synth.generators.mixture.generator import MixtureGenerator
from synth.generators.mixture.settings import MixtureSettings
from synth.generators.mixture.tables import MixtureTables
from synth.learning.task import FitTask
from synth.learning.workers import sum_over_workers
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn

NUMBERS = 2e-9  # seconds of a pass: for each code of a row and each class
USUAL_PASSES, REHEARSED_PASSES = 6, 3


class MixtureKind(GeneratorKind):
    """Latent classes; conditional, scored and tempered."""

    name: ClassVar[str] = MixtureGenerator.name
    summary: ClassVar[str] = "latent classes, within which columns are independent; no torch"
    settings_type: ClassVar[type[MixtureSettings]] = MixtureSettings
    generator_type: ClassVar[type[MixtureGenerator]] = MixtureGenerator
    guide: ClassVar[Guide | None] = Guide("validation loss")

    def require_means(self, settings: MixtureSettings, *, device: str) -> None:
        """InputError where a GPU is asked for, which it would hold and not use."""
        if device != "cpu":
            raise InputError(
                f"generator {self.name!r} is fitted on the CPU alone, however: the device is "
                f"{device}. Leave the GPU out, or take a generator that learns on one, such as "
                "autoregressive"
            )

    def expected_seconds(self, settings: MixtureSettings, rows: int, sub_columns: int) -> float:
        """By the passes that fits have come to."""
        passes = min(settings.passes, USUAL_PASSES)
        return passes * rows * sub_columns * settings.components_for(rows) * NUMBERS

    def length(self, settings: MixtureSettings, rows: int, codes: int) -> Length:
        """Each step is a pass over the rows."""
        return Length(min(USUAL_PASSES, settings.passes), settings.passes, rows)

    def rehearsed(self, settings: MixtureSettings, rows: int) -> MixtureSettings:
        """A few passes, with the classes of so many rows."""
        return replace(
            settings,
            passes=REHEARSED_PASSES,
            patience=REHEARSED_PASSES,
            components=settings.components_for(rows),
        )

    def fit(self, task: FitTask) -> MixtureGenerator:
        """The best tables by the validation rows."""
        tables = MixtureFit(task, partial(sum_over_workers, device=task.worker.device)).run()
        task.progress.facts["components"] = len(tables.shares)
        task.progress.facts["parameters"] = int(sum(own.size for own in tables.codes))
        return MixtureGenerator(tables)

    def load(self, saved: Saved) -> MixtureGenerator:
        """The generator of a model folder."""
        described: list[dict[str, Any]] = saved.description["sub_columns"]
        subs = tuple(SubColumn.from_json(sub) for sub in described)
        codes = tuple(saved.tensors[f"codes.{place}"] for place in range(len(subs)))
        return MixtureGenerator(MixtureTables(subs, saved.tensors["shares"], codes))
