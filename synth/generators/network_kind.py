"""What kinds whose networks learn a likelihood have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from synth.generators.contract import GeneratorKind, Guide
from synth.learning.means import require_compiler
from synth.learning.settings import require_parts_of, require_precision_of


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
