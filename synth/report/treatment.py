"""What became of each column of a table: learned, by rule, made anew; and of how many rare rows."""

from __future__ import annotations

from typing import Any

from synth.encode import TableEncoder
from synth.metrics.histograms import CodeHistograms

RARE = "(rare)"


def treatment_of(encoder: TableEncoder, train: CodeHistograms) -> list[dict[str, Any]]:
    """By column of the table: what was done with its values, and how many rows had rare ones.

    ``suppressed``: rows of the train part whose label too few rows share: it is stored nowhere.
    """
    return [
        {
            "column": column.name,
            "treatment": _treatment(encoder, column.name),
            "sensitive": column.sensitive,
            "suppressed": _suppressed(encoder, train, column.name),
        }
        for column in encoder.table_schema
    ]


def _treatment(encoder: TableEncoder, name: str) -> str:
    form = encoder.forms.by_column.get(name)
    if form is None:
        return _of_learned(encoder, name)
    if form.is_made:
        return f"made anew: {form.describe()}"
    return f"learned as it is written: {form.describe()}"


def _of_learned(encoder: TableEncoder, name: str) -> str:
    if name in encoder.plan.dropped:
        return f"by rule: {encoder.determined_by(name)}"
    encoding = encoder.encodings[encoder.schema.names.index(name)]
    if encoding.reason:
        return encoding.reason
    rule = encoder.determined_by(name)
    if rule is not None:
        return f"learned, with a rule that has the last word: {rule}"
    return "learned"


def _suppressed(encoder: TableEncoder, train: CodeHistograms, name: str) -> int:
    parts = [name, *encoder.forms.parts_of(name)]
    total = 0
    for place, bins in enumerate(train.bins):
        if bins.name in parts and RARE in bins.labels:
            total += int(train.column(place)[bins.labels.index(RARE)])
    return total
