"""The diffusion as a kind of generator: learned by the workshop's loop, drawn without torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from synth.generators.contract import Guide, Saved
from synth.generators.diffusion.generator import DiffusionGenerator
from synth.generators.diffusion.settings import DiffusionSettings
from synth.generators.network_kind import NetworkKind

if TYPE_CHECKING:
    from synth.learning.task import FitTask


NUMBERS = 2e-10  # seconds of a step: for each row and weight
CODES = 40  # of a sub-column, usually
LEAST_STEPS, STEPS_BY_ROOT = 400, 10  # what trainings have come to, by the root of the rows


class DiffusionKind(NetworkKind):
    """Masked diffusion of codes, and a flow of what is finer."""

    name: ClassVar[str] = DiffusionGenerator.name
    summary: ClassVar[str] = (
        "masked diffusion of codes, then a flow of fine places; as good as the default, slower"
    )
    settings_type: ClassVar[type[DiffusionSettings]] = DiffusionSettings
    generator_type: ClassVar[type[DiffusionGenerator]] = DiffusionGenerator
    fit_imports: ClassVar[tuple[str, ...]] = ("synth.generators.diffusion.fit",)
    guide: ClassVar[Guide | None] = Guide(
        "validation loss", blind_to=frozenset({"sampling_steps", "flow_steps"})
    )

    def expected_seconds(self, settings: DiffusionSettings, rows: int, sub_columns: int) -> float:
        """By the steps that trainings have come to."""
        steps = min(settings.steps, LEAST_STEPS + STEPS_BY_ROOT * math.sqrt(rows))
        layer = 4 * settings.hidden**2 * settings.layers
        heads = CODES * sub_columns * settings.hidden
        return steps * settings.batch_size(rows) * (layer + heads) * NUMBERS

    def fit(self, task: FitTask) -> DiffusionGenerator:
        """The generator of a task, see :mod:`synth.generators.diffusion.fit`."""
        from synth.generators.diffusion.fit import fit  # brings torch

        return fit(task)

    def load(self, saved: Saved) -> DiffusionGenerator:
        """The generator of a model folder."""
        return DiffusionGenerator.load(saved)
