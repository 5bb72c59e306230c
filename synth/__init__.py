"""The science of synthetic tables: statistics, encoding, generators, metrics. No Spark, no Ray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synth.audit.in_memory import profile
    from synth.evaluation import evaluate
    from synth.synthesizer import Synthesizer

__all__ = ["Synthesizer", "evaluate", "profile"]


def __getattr__(name: str) -> Any:
    """Load on first use: executors import ``synth.encode`` and must not pay for the rest."""
    if name == "Synthesizer":
        from synth.synthesizer import Synthesizer

        return Synthesizer
    if name == "evaluate":
        from synth.evaluation import evaluate

        return evaluate
    if name == "profile":
        from synth.audit.in_memory import profile

        return profile
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
