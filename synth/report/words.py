"""What each figure means, in one sentence for a reader who did not build the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from synth.metrics.catalogue import area_of, kinds
from synth.metrics.kind import MetricKind, Style
from synth.metrics.metric import Metric

THIN_SPACE = "\u202f"  # between thousands on a page


def explain(metric: Metric) -> MetricKind:
    """What the catalogue says of it, or a plain one made from the metric's name and direction."""
    known = kinds().get(metric.name)
    if known is not None:
        return known
    title = metric.name.replace("_", " ").capitalize()
    style: Style = "percent" if metric.name.endswith("_rate") else "score"
    better = metric.higher_is_better
    sentence = f"{'Higher' if better else 'Lower'} is better."
    return MetricKind(metric.name, area_of(metric.name), title, sentence, better, style)


def generator_words(generator: str, settings: Mapping[str, Any]) -> str:
    """A generator with its settings.

    >>> generator_words("autoregressive", {"steps": 300})
    'autoregressive (steps 300)'
    """
    own = ", ".join(f"{key} {json.dumps(value)}" for key, value in settings.items())
    return f"{generator} ({own})" if own else generator


def figure(value: float | None, style: Style = "score", decimals: int = 3) -> str:
    """A figure as printed: so many decimals, or a percentage; a dash where there is none.

    >>> figure(0.98765), figure(0.99983), figure(0.00123, "percent"), figure(None)
    ('0.988', '0.9998', '0.12 %', '–')
    """
    if value is None:
        return "–"
    if style == "percent":
        return f"{100 * value:.{decimals - 1}f} %"
    rounded = f"{value:.{decimals}f}"
    # what falls short of perfect is never printed as perfect
    if float(rounded) == 1 and value < 1 - 1e-9:
        return f"> {1 - 10**-decimals:.{decimals}f}" if decimals > 3 else figure(value, style, 4)
    if float(rounded) == 0 and value > 1e-9:
        return f"< {10**-decimals:.{decimals}f}" if decimals > 3 else figure(value, style, 4)
    return rounded


def count(value: object) -> str:
    r"""A number of rows with thin spaces between thousands; other things as they are.

    >>> count(48842).split("\u202f")
    ['48', '842']
    """
    if isinstance(value, bool) or not isinstance(value, int):
        return "–" if value is None else str(value)
    return f"{value:,}".replace(",", THIN_SPACE)


def measured(metric: Metric, decimals: int = 3) -> tuple[str, str]:
    """A figure and its reference as printed: of rows that are counted how many of how many."""
    style = explain(metric).style

    def one(value: float | None, counts: tuple[int, int] | None) -> str:
        if counts is None:
            return figure(value, style, decimals)
        return f"{count(counts[0])} of {count(counts[1])}"

    return one(metric.value, metric.counts), one(metric.reference, metric.reference_counts)


def allowed(metric: Metric) -> str:
    """The bound of a gate as printed, of rows that are counted how many; "" without a gate."""
    if metric.gate is None:
        return ""
    sign = "at least" if metric.higher_is_better else "at most"
    if metric.allowed_rows is not None:
        return f"{sign} {count(metric.allowed_rows)}"
    return f"{sign} {figure(metric.gate.bound, explain(metric).style, decimals=4)}"


def duration(seconds: object) -> str:
    """Seconds as a reader says them.

    >>> duration(4.21), duration(75.0), duration(4000)
    ('4.2 s', '1 min 15 s', '1 h 06 min')
    """
    if not isinstance(seconds, int | float):
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
