"""Settings other than the defaults that a plan recommends, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synth.generators.registry import DEFAULT
from synth.planning.choice import Asked, Suggestion

LONG = 60.0  # seconds of a fit, from which a GPU is worth its start


def suggestions(
    asked: Asked, identifying: Sequence[str], prose: Sequence[str], seconds: float | None
) -> Iterator[Suggestion]:
    """Settings other than the defaults; ``seconds`` is how long the fit is on a CPU.

    ``identifying`` columns tell who somebody is, by what they hold; ``prose`` is free text.
    """
    if identifying:
        yield Suggestion(
            "columns.sensitive",
            list(identifying),
            "they hold what identifies people: a run takes them so in any case, and this says it",
        )
    if prose:
        yield Suggestion(
            "columns.ignore",
            list(prose),
            "free text, whose meaning no generator here learns, takes time and memory",
        )
    if asked.generator == DEFAULT and asked.conditions and "conditions" not in asked.settings:
        yield Suggestion(
            "train.settings.conditions",
            [list(asked.conditions)],
            "half of the steps then draw these columns first: rows are drawn under conditions on "
            "them exactly, and not by weighing draws",
        )
    is_slow = seconds is None or seconds > LONG
    if asked.has_gpu and not asked.uses_gpu and asked.generator == DEFAULT and is_slow:
        yield Suggestion(
            "train.use_gpu", True, "a GPU is here, and the fit takes minutes without it"
        )
