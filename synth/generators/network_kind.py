"""What kinds whose networks learn a likelihood have in common."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, ClassVar

from synth.generators.contract import GeneratorKind, Guide, Length
from synth.learning.means import require_compiler
from synth.learning.settings import require_parts_of, require_precision_of

# What trainings of the default have come to, within a half: adult 884 steps, players of baseball
# 1,082, bank 1,300, flights all of 5,000 (benchmarks/README.md). By the root of the rows, and by
# the codes, since what many of them tell of each other is learned slowly.
LEAST_STEPS, STEPS_BY_ROOT, USUAL_CODES = 400, 3.0, 500
REHEARSED_STEPS, REHEARSED_GAP = 60, 20


class NetworkKind(GeneratorKind):
    """A kind whose settings are :class:`synth.learning.settings.LikelihoodSettings` and more."""

    guide: ClassVar[Guide | None] = Guide("validation loss")

    def require_means(self, settings: Any, *, device: str) -> None:
        """TF32 is of GPUs; a batch has a row for each part that it is learned in."""
        require_parts_of(settings)
        require_precision_of(settings.precision, device)

    def require_machine(self, settings: Any, *, device: str) -> None:
        """Compiled steps need a compiler."""
        if settings.compiled:
            require_compiler(device)

    def length(self, settings: Any, rows: int, codes: int) -> Length:
        """By the rows and codes; the loss ends it, or its steps do."""
        usual = LEAST_STEPS + STEPS_BY_ROOT * math.sqrt(rows) * codes / USUAL_CODES
        batch = settings.batch_size(rows)
        return Length(min(round(usual), settings.steps), settings.steps, batch)

    def rehearsed(self, settings: Any, rows: int) -> Any:
        """A few steps with the batch of so many rows."""
        return replace(
            settings,
            steps=REHEARSED_STEPS,
            batch_rows=settings.batch_size(rows),
            evaluation_steps=REHEARSED_GAP,
            evaluation_share=0.0,
        )
