"""What a generator is to the house: a kind that fits itself, and what it has become by that.

A kind has settings of its own, says what encode shall do for it, and fits itself in the workshop
that :mod:`synth.learning.task` lends it. Every generator samples and is saved; all else is a
capability, which is asked for and never imitated silently.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from synth.generators.weights import Weighting
from synth.table.errors import InputError
from synth.table.schema import TableSchema
from synth.table.sub_column import SubColumn

if TYPE_CHECKING:
    from synth.learning.task import FitTask


FEW_DRAWS = 4.0  # effective draws; with fewer, rows given alike come out too much alike


@dataclass(frozen=True)
class Saved:
    """A fitted generator as the model folder holds it: JSON and arrays, so that loading is safe.

    ``description`` is JSON, and part of the model's hash; ``tensors`` become safetensors.
    ``format`` is the first model format that has all of it: who reads earlier ones refuses it.
    """

    description: dict[str, Any]
    tensors: dict[str, np.ndarray]
    format: int = 8


@runtime_checkable
class Generator(Protocol):
    """A fitted generator: what every one can do."""

    name: str  # of its kind

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``, below the cardinalities; fixed by the state of ``rng``."""
        ...

    def save(self) -> Saved:
        """All that its kind's ``load`` needs."""
        ...


@runtime_checkable
class Conditional(Protocol):
    """Draws what is not given, given the rest."""

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
        weights: Weighting | None = None,
    ) -> tuple[np.ndarray, float]:
        """Codes ``(n, n_sub)`` with all drawn anew that are not ``given`` (bool, same shape).

        ``never`` has bool ``(K,)`` per sub-column: codes that are not to be drawn. ``weights`` has
        weights by sub-column and row: rows are drawn in proportion to their probability times the
        weights of those of their codes that are not given. Also the mean effective number of draws
        behind a row, infinite where they are exact.
        """
        ...


@runtime_checkable
class Scored(Protocol):
    """Knows how likely a row is."""

    def log_prob(self, codes: np.ndarray) -> np.ndarray:
        """float64 ``(n,)``: the log probability of each row of codes, in nats.

        ``-inf`` where the model can draw a code in no way.
        """
        ...


@runtime_checkable
class Tempered(Protocol):
    """Draws what is likely more often than it is, or less often."""

    def sample_tempered(
        self, rows: int, rng: np.random.Generator, temperature: float
    ) -> np.ndarray:
        """As ``sample``, at a temperature: below 1 prefers what is likely, above 1 what is rare."""
        ...


# What is missing in words, and what can be done.
_LACKING: dict[type, tuple[str, str]] = {
    Conditional: (
        "draws whole rows only, so that missing values cannot be drawn given the others",
        "impute with a generator that can, such as autoregressive",
    ),
    Scored: (
        "does not know how likely a row is",
        "use a generator that does, such as autoregressive",
    ),
    Tempered: (
        "draws at no temperature but 1",
        "leave the temperature out, or use a generator that can, such as autoregressive",
    ),
}


def lacking(generator: Generator | GeneratorKind, capability: type) -> InputError:
    """The error that names the generator, the capability that it lacks, and what can be done."""
    lacks, remedy = _LACKING[capability]
    return InputError(f"generator {generator.name!r} {lacks}: {remedy}")


@dataclass(frozen=True)
class Needs:
    """What encode shall do for a generator, besides codes and their counts.

    ``first``: columns whose codes come first, in this order. ``conditioned``: columns whose values
    must be codes of their own, since conditions give them. ``drawn``: by setting, the columns that
    it names and that must be drawn. ``arranged``: whether the kind's ``arrange`` is to be asked for
    an order of the columns and for pairs that are counted.
    """

    first: tuple[str, ...] = ()
    conditioned: frozenset[str] = frozenset()
    drawn: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arranged: bool = False


@dataclass(frozen=True)
class Arrangement:
    """In which order the columns' codes stand, and which pairs of sub-columns are counted.

    ``order`` names all columns that have codes. ``partners`` has, for each sub-column in that
    order, the place of one before it with which its codes are counted, or None. ``relations`` is
    JSON of the generator's own, handed back in the statistics of its task. ``scores`` has, for each
    sub-column, a whole number for each of its codes, or None: the products of the scores of any two
    are summed over all rows (int16 is enough for any; none at all where it is empty).
    """

    order: tuple[str, ...]
    partners: tuple[int | None, ...]
    relations: dict[str, Any] = field(default_factory=dict)
    scores: tuple[tuple[int, ...] | None, ...] = ()


@dataclass(frozen=True)
class Guide:
    """The figure of a fit's points by which settings of a kind are held against each other.

    It is measured on the validation rows. ``figure`` is its name as ``Progress.point`` shows it.
    ``blind_to`` names the settings that it cannot choose: those that change what it measures, or
    that it does not see.
    """

    figure: str
    lower_is_better: bool = True
    blind_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Length:
    """How long a fit is: so many steps, as fits have come to, and at most.

    ``step_rows`` are the rows that are learned in each.
    """

    steps: int
    most_steps: int
    step_rows: int


class GeneratorKind(ABC):
    """One kind of generator: its settings, what it needs, how it is fitted and loaded.

    ``settings_type`` is a dataclass or a pydantic model with a default for every field; what a user
    gives is validated by its annotations. ``encode_settings`` names the settings that ``needs`` and
    ``arrange`` read: with another value of one, a table is encoded anew. ``learns`` says whether it
    reads batches: one that is made from the statistics alone is fitted without a cluster.
    ``generator_type`` is the class of its generators, where that is known before a fit: what it
    lacks is then said when the configuration is read. ``fit_imports``: modules that ``fit`` imports
    and that take long, so that they can be imported beside other work. ``guide``: what settings are
    searched by; None where no point of a fit says how good it is. ``summary`` says in a few words
    what it is.
    """

    name: ClassVar[str]
    summary: ClassVar[str] = ""
    settings_type: ClassVar[type[Any]]
    encode_settings: ClassVar[frozenset[str]] = frozenset()
    fit_imports: ClassVar[tuple[str, ...]] = ()
    learns: ClassVar[bool] = True
    generator_type: ClassVar[type[Any] | None] = None
    guide: ClassVar[Guide | None] = None

    def needs(self, settings: Any, schema: TableSchema) -> Needs:
        """What encode shall do for it; ``schema`` has no columns where none is known yet."""
        return Needs()

    def arrange(
        self,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        first: Sequence[str],
        settings: Any,
    ) -> Arrangement:
        """The arrangement read off shuffled codes ``(rows, S)`` of a bounded sample.

        The columns of ``first`` lead. Asked only where ``needs`` says ``arranged``.
        """
        raise NotImplementedError(f"generator {self.name!r} asks for an arrangement and makes none")

    def require_means(self, settings: Any, *, device: str) -> None:  # noqa: B027  # none needed
        """InputError where settings do not go together, or with the device (``cpu`` or ``cuda``).

        Called when the configuration is read, so it looks at nothing of the machine.
        """

    def require_machine(self, settings: Any, *, device: str) -> None:  # noqa: B027  # none needed
        """InputError where this machine lacks what the fit asks for: before any long work."""

    def expected_seconds(self, settings: Any, rows: int, sub_columns: int) -> float | None:
        """About how long one worker learns so many rows on a CPU; None where that is not known."""
        return None

    def length(self, settings: Any, rows: int, codes: int) -> Length | None:
        """How long a fit of so many rows with so many codes in all is; None where it has no steps.

        Its progress then shows a point at every few of them.
        """
        return None

    def rehearsed(self, settings: Any, rows: int) -> Any:
        """Settings of a short fit of a sample, each of whose steps costs what one of ``rows`` does.

        It has three points or more; a kind without steps is fitted as it is.
        """
        return settings

    @abstractmethod
    def fit(self, task: FitTask) -> Generator:
        """The generator that the task's codes make; called on every worker.

        All workers return the same one, and the first one's is saved. The same task gives the same
        generator, with one worker, on one kind of device.
        """

    @abstractmethod
    def load(self, saved: Saved) -> Generator:
        """The generator that ``save`` wrote."""
