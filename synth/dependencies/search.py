"""The search for dependencies on a bounded sample: every kind in turn."""

from __future__ import annotations

import pyarrow as pa

from synth.dependencies import (
    arithmetic,
    calendar_search,
    clock,
    duration,
    functional,
    nulls,
    order,
)
from synth.dependencies.dependency import Rule
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.schema import TableSchema


def find_candidates(
    sample: pa.Table, schema: TableSchema, settings: DependencySettings | None = None
) -> list[Rule]:
    """Rules that the sample does not contradict, for one pass over the table to verify.

    At most ``settings.sample_rows`` rows are looked at. Key columns and columns of unsupported
    types take no part. The same sample gives the same rules in the same order.
    """
    settings = settings or DependencySettings()
    view = Sample(sample, schema, settings)
    if not view.names or not view.rows:
        return []
    found: list[Rule] = []
    for kind in (calendar_search, clock, arithmetic, duration, order, nulls, functional):
        found += kind.find(view)[: settings.most_rules]
    return found
