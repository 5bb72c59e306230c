"""Synthetic copies of lakehouse tables: the names that users import, each loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# A public name stands three times, one line each: for type checkers, for ``*``, and with its home.
if TYPE_CHECKING:
    from jobs.api import run_all as run
    from synth.audit.in_memory import profile
    from synth.evaluation import evaluate
    from synth.synthesizer import Synthesizer
    from synth.table.errors import InputError
    from synth.version import VERSION as __version__

__all__ = [
    "InputError",
    "Synthesizer",
    "__version__",
    "evaluate",
    "profile",
    "run",
]

_HOMES = {
    "InputError": ("synth.table.errors", "InputError"),
    "Synthesizer": ("synth.synthesizer", "Synthesizer"),
    "__version__": ("synth.version", "VERSION"),
    "evaluate": ("synth.evaluation", "evaluate"),
    "profile": ("synth.audit.in_memory", "profile"),
    "run": ("jobs.api", "run_all"),
}

if not TYPE_CHECKING:  # a type checker that saw __getattr__ would take every name for known

    def __getattr__(name: str) -> Any:
        """Load a public name: the import alone loads neither Spark nor torch."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, own_name = _HOMES[name]
        return getattr(import_module(module), own_name)


def __dir__() -> list[str]:
    return __all__
