"""The search for dependencies on a bounded sample: every kind in turn."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from synth.dependencies.dependency import Dependency
from synth.dependencies.product import PRODUCT_COLUMNS
from synth.dependencies.registry import families
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.table.door import called
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class Candidates:
    """Rules that the sample does not contradict; ``limits`` says what was not looked at."""

    rules: tuple[Dependency, ...] = ()
    limits: tuple[str, ...] = ()


def find_candidates(
    sample: pa.Table, schema: TableSchema, settings: DependencySettings | None = None
) -> Candidates:
    """Rules for one pass over the table to verify.

    All rows of the sample are looked at. Key columns and columns of unsupported types take no
    part. The same sample gives the same rules in the same order.
    """
    settings = settings or DependencySettings()
    view = Sample(sample, schema, settings)
    if not view.names or not view.rows:
        return Candidates()
    rules: list[Dependency] = []
    limits = _columns_left_out(view)
    for family in families():
        if settings.broken and not any(kind.broken_by_mistakes for kind in family.kinds):
            continue  # who asks for mistakes learns nothing
        found = family.find(view)
        rules += found[: settings.most_rules]
        if len(found) > settings.most_rules:
            limits.append(
                f"{len(found):,} {family.name} were found in the sample; the first "
                f"{settings.most_rules} were verified ({called('dependencies.add')} takes others)"
            )
    return Candidates(tuple(rules), tuple(limits))


def _columns_left_out(view: Sample) -> list[str]:
    said = []
    pairs, numbers = view.settings.pair_columns, view.settings.number_columns
    if len(view.names) > pairs:
        said.append(
            f"maps from two columns were looked for among the {pairs} columns of fewest values of "
            f"{len(view.names)} ({called('dependencies.add')} takes others)"
        )
    if len(view.numbers) > numbers:
        said.append(
            f"sums and lines were looked for among the first {numbers} of "
            f"{len(view.numbers)} number columns ({called('dependencies.add')} takes others)"
        )
    if len(view.numbers) > PRODUCT_COLUMNS:
        said.append(
            "products, and sums in other units, were looked for among the first "
            f"{PRODUCT_COLUMNS} of {len(view.numbers)} number columns "
            f"({called('dependencies.add')} takes others)"
        )
    return said
