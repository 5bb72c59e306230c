"""The autoencoder as a kind of generator: no torch until it is fitted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from synth.generators.contract import Guide, Saved
from synth.generators.network_kind import NetworkKind
from synth.generators.tvae.generator import TvaeGenerator
from synth.generators.tvae.settings import TvaeSettings

if TYPE_CHECKING:
    from synth.learning.task import FitTask

CODES = 32  # of a sub-column, about
NUMBERS = 3e-10  # seconds of a step: for each row of its batch and each weight
LEAST_STEPS, STEPS_BY_ROOT = 500, 15  # what fits have come to, by the root of the rows


class TvaeKind(NetworkKind):
    """A variational autoencoder."""

    name: ClassVar[str] = TvaeGenerator.name
    summary: ClassVar[str] = "a variational autoencoder whose prior is fitted to its rows"
    settings_type: ClassVar[type[TvaeSettings]] = TvaeSettings
    generator_type: ClassVar[type[TvaeGenerator]] = TvaeGenerator
    fit_imports: ClassVar[tuple[str, ...]] = ("synth.generators.tvae.fit",)
    guide: ClassVar[Guide | None] = Guide("validation loss", blind_to=frozenset({"beta"}))

    def expected_seconds(self, settings: TvaeSettings, rows: int, sub_columns: int) -> float:
        """By the weights, the steps that fits have come to, and the rows of each."""
        weights = settings.width * (
            8 * settings.layers * settings.width + CODES * sub_columns + 3 * settings.latent
        )
        steps = min(settings.steps, LEAST_STEPS + STEPS_BY_ROOT * math.sqrt(rows))
        return steps * settings.batch_size(rows) * weights * NUMBERS

    def fit(self, task: FitTask) -> TvaeGenerator:
        """The generator of a task, see :mod:`synth.generators.tvae.fit`."""
        from synth.generators.tvae.fit import fit  # brings torch

        return fit(task)

    def load(self, saved: Saved) -> TvaeGenerator:
        """The generator of a model folder."""
        return TvaeGenerator.load(saved)
