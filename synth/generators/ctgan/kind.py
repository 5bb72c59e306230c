"""The conditional GAN as a kind: settings, and its fit. No torch until then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from synth.generators.contract import GeneratorKind, Guide, Length, Saved
from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.ctgan.settings import CtganSettings

if TYPE_CHECKING:
    from synth.learning.task import FitTask

REHEARSED_STEPS, REHEARSED_GAP = 30, 10
SECONDS = 1e-10  # of a step: for each of its rows and each product of the networks
CODES = 40  # of a sub-column, about


class CtganKind(GeneratorKind):
    """CTGAN (Xu et al. 2019); conditional."""

    name: ClassVar[str] = CtganGenerator.name
    summary: ClassVar[str] = (
        "a conditional GAN; of several candidates the likeliest as a real row is taken"
    )
    settings_type: ClassVar[type[CtganSettings]] = CtganSettings
    generator_type: ClassVar[type[CtganGenerator]] = CtganGenerator
    fit_imports: ClassVar[tuple[str, ...]] = ("synth.generators.ctgan.fit",)
    guide: ClassVar[Guide | None] = Guide(
        "code histogram distance",
        blind_to=frozenset({"calibration_rounds", "candidates", "ratio_steps"}),
    )

    def require_means(self, settings: CtganSettings, *, device: str) -> None:
        """A batch has a pack for each part that it is learned in."""
        settings.require_parts()

    def expected_seconds(self, settings: CtganSettings, rows: int, sub_columns: int) -> float:
        """By the steps, and by the products in one: the generator's are made four times."""
        hidden, critic = settings.width, settings.critic_width
        inner = 4 * settings.layers * hidden + settings.noise + CODES * sub_columns
        products = 4 * hidden * inner + 16 * critic * critic
        return settings.steps * settings.batch_rows * products * SECONDS

    def length(self, settings: CtganSettings, rows: int, codes: int) -> Length:
        """All of its steps: it seldom ends before."""
        return Length(settings.steps, settings.steps, settings.batch_rows)

    def rehearsed(self, settings: CtganSettings, rows: int) -> CtganSettings:
        """A few steps; what follows the duel is as long as ever."""
        return replace(settings, steps=REHEARSED_STEPS, evaluation_steps=REHEARSED_GAP)

    def fit(self, task: FitTask) -> CtganGenerator:
        """The generator of a task, see :mod:`synth.generators.ctgan.fit`."""
        from synth.generators.ctgan.fit import fit  # brings torch

        return fit(task)

    def load(self, saved: Saved) -> CtganGenerator:
        """The generator of a model folder."""
        return CtganGenerator.load(saved)
