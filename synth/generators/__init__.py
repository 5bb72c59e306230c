"""Generators by name: ours, and those that other packages offer as entry points.

A generator is loaded from its description and its weights, and samples codes; see
``AutoregressiveGenerator`` for the verbs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

import numpy as np

from synth.table.errors import InputError

ENTRY_POINTS = "lakesynth.generators"
_PATHS = {"autoregressive": "synth.generators.autoregressive.generator:AutoregressiveGenerator"}


class TableGenerator(Protocol):
    """What sampling asks of a fitted generator."""

    name: str
    weights: dict[str, np.ndarray]

    def sample(
        self, rows: int, rng: np.random.Generator, *, temperature: float = 1.0
    ) -> np.ndarray:
        """int32 codes ``(rows, n_sub)``, determined by the state of ``rng``."""
        ...

    def complete(
        self,
        codes: np.ndarray,
        given: np.ndarray,
        rng: np.random.Generator,
        *,
        never: Sequence[np.ndarray] | None = None,
    ) -> tuple[np.ndarray, float]:
        """Codes ``(n, n_sub)`` with all drawn anew that are not ``given`` (bool, same shape).

        ``never`` has bool ``(K,)`` per sub-column: codes that are not to be drawn. Also the mean
        effective number of draws behind a row, infinite where they are exact.
        """
        ...

    def log_prob(self, codes: np.ndarray) -> np.ndarray:
        """float64 ``(n,)``: the log probability of each row of codes, in nats.

        ``-inf`` where the model can draw a code in no way.
        """
        ...

    def describe(self) -> dict[str, Any]:
        """All but the weights, as JSON."""
        ...


class GeneratorKind(Protocol):
    """What a generator's class offers."""

    name: str
    settings_type: type[Any]  # a dataclass of the generator's own settings

    @staticmethod
    def network(sub_columns: Any, statistics: Any, settings: Any) -> Any:
        """The untrained torch network: ``network(codes)`` are its losses, in nats.

        One that learns in several orders has ``draw_order()``, called before each step for an int64
        order on CPU or None: it may draw nothing else on the host within ``network(codes, order)``,
        so that its steps can be recorded on a GPU.
        """
        ...

    def fitted(
        self,
        sub_columns: Any,
        statistics: Any,
        weights: Mapping[str, np.ndarray],
        settings: Any,
    ) -> TableGenerator:
        """The generator that a network of :meth:`network` has become in training."""
        ...

    def load(
        self, description: dict[str, Any], weights: Mapping[str, np.ndarray]
    ) -> TableGenerator:
        """The generator that ``describe`` and its weights tell of."""
        ...


def generator_kind(name: str) -> GeneratorKind:
    """The class of a generator; ValueError names those that there are."""
    if name in _PATHS:
        module, _, attribute = _PATHS[name].partition(":")
        return cast(GeneratorKind, getattr(import_module(module), attribute))
    others = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if name in others:
        return cast(GeneratorKind, others[name].load())
    known = ", ".join(sorted({*_PATHS, *others}))
    raise InputError(f"no generator {name!r}; there are: {known}")
