"""The settings of the autoregressive generator: of its network, and of how that is learned."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from synth.generators.autoregressive.wiring import PARENTS
from synth.learning.settings import BY_ROWS, FEW_ROWS, LikelihoodSettings, Whole
from synth.table.errors import InputError

NARROW, WIDE = 32, 64  # few rows fit narrow heads as well, in less time
# From so many rows on, the rate.
DROPOUT = ((200_000, 0.1), (30_000, 0.15), (5_000, 0.2), (1_500, 0.3), (0, 0.5))


def _sets(conditions: Any) -> tuple[tuple[str, ...], ...]:
    """Conditions as tuples: JSON knows lists only. InputError for anything but sets of columns."""
    sets = conditions if isinstance(conditions, (list, tuple)) else [conditions]
    if not all(isinstance(names, (list, tuple)) and names for names in sets):
        raise InputError(
            f"conditions are sets of columns, such as [['sex', 'age']], however: {conditions!r}"
        )
    return tuple(tuple(names) for names in sets)


@dataclass(frozen=True)
class NetworkSettings:
    """Size of the network, and what it can do; part of a model's description.

    ``hidden``: by the rows of the train part where it is None, see :meth:`width_for`.
    ``dropout``: by the rows of the train part where it is None. ``flexible``: half of the training
    in random orders of the columns, so that any subset of them can be given exactly, at some cost
    in quality. ``conditions``: sets of columns that are often given together; half of the training
    draws each of them first, so that they can be given exactly, at less. ``parents``: how many
    sub-columns a head sees directly. ``class_weights``: a column that is drawn first, whose values
    weigh alike in learning all others.
    """

    hidden: Annotated[
        int | None, Field(ge=8, le=1024, description="width of each head; " + BY_ROWS)
    ] = None
    residual_layers: Annotated[int, Field(ge=0, le=8, description="of each head")] = 1
    dropout: Annotated[float | None, Field(ge=0, lt=1, description=BY_ROWS)] = None
    flexible: Annotated[
        bool, Field(description="half of the steps in random orders: any columns can be given")
    ] = False
    conditions: Annotated[
        tuple[tuple[str, ...], ...],
        BeforeValidator(_sets),
        Field(description="sets of columns that are often given: then exact"),
    ] = ()
    parents: Annotated[Whole, Field(description="codes that a head sees directly")] = PARENTS
    class_weights: Annotated[
        str | None, Field(description="a column of few values that weigh alike in all others")
    ] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", _sets(self.conditions))

    def width_for(self, rows: int) -> int:
        """The given width of each head, or one for so many rows."""
        if self.hidden is not None:
            return self.hidden
        return NARROW if rows < FEW_ROWS else WIDE

    def dropout_of(self, rows: int, cells: float) -> float:
        """The given rate, or one that falls with the rows: few rows are soon known by heart.

        None where the joint has no more ``cells`` than there are rows: then its shares are known.
        """
        if self.dropout is not None:
            return self.dropout
        if cells <= rows:
            return 0.0
        return next(rate for least, rate in DROPOUT if rows >= least)

    def describe(self) -> dict[str, Any]:
        """The network's own settings as JSON, without those of the learning."""
        own = {field.name for field in fields(NetworkSettings)}
        return {name: value for name, value in asdict(self).items() if name in own}


@dataclass(frozen=True)
class AutoregressiveSettings(NetworkSettings, LikelihoodSettings):
    """All that a user may set: ``train.settings`` in the lake, ``settings`` in memory."""
