"""The settings of the mixture: how many classes, and how long they are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from synth.learning.settings import BY_ROWS

MOST_COMPONENTS = 512
# Of the train part, at least, where the number is not given. With fewer, classes fit their own rows
# better than others: who holds the model could tell by its densities who was learned.
ROWS_A_COMPONENT = 600


@dataclass(frozen=True)
class MixtureSettings:
    """All that a user may set: ``train.settings`` in the lake, ``settings`` in memory.

    ``components``: by the rows of the train part where it is None, see :meth:`components_for`.
    ``prior``: so many rows of the whole train part are mixed into each class, so that no class is
    sure of what it has seldom seen.
    """

    components: Annotated[
        int | None, Field(ge=1, le=65_536, description="latent classes; " + BY_ROWS)
    ] = None
    passes: Annotated[int, Field(ge=1, le=10_000, description="over the rows, at most")] = 60
    batch_rows: Annotated[int, Field(ge=1, description="rows of a step, of all workers")] = 2048
    patience: Annotated[
        int, Field(ge=1, description="passes without a better validation loss, before it ends")
    ] = 3
    prior: Annotated[
        float, Field(gt=0, le=1e6, description="rows of the whole table mixed into each class")
    ] = 2.0

    def components_for(self, rows: int) -> int:
        """The given number of classes, or one for so many rows."""
        if self.components is not None:
            return self.components
        return int(min(max(rows // ROWS_A_COMPONENT, 1), MOST_COMPONENTS))
