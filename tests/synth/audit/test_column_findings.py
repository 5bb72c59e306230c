"""Findings on single columns: planted, and not where there is nothing."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from synth.audit.column_findings import on_columns
from synth.audit.finding import Finding
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema


def found_in(frame: pd.DataFrame, sensitive: tuple[str, ...] = ()) -> dict[str, Finding]:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    profile = TableProfile(TableSchema.from_arrow(table.schema).marked(sensitive=sensitive))
    for batch in table.to_batches():
        profile.update(batch)
    return {found.name: found for found in on_columns(profile)}


def clean(rows: int = 2000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "n": rng.normal(size=rows),
            "heavy": rng.lognormal(0, 2, rows),
            "t": rng.choice([*"ab"], rows),
        }
    )


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert found_in(clean()) == {}


def test_a_few_values_far_out_are_outliers_and_long_tails_are_not() -> None:
    frame = clean()
    frame.loc[:2, "n"] = 9999.0
    found = found_in(frame)["outliers"]
    assert found.columns == ("n",) and "3 in 'n'" in found.evidence
    assert "9999" not in found.evidence


def test_labels_in_several_ways_are_told_unless_they_are_sensitive_or_rare() -> None:
    frame = clean()
    frame["income"] = np.resize(["<=50K", " <=50k.", ">50K", "<=50K"], len(frame))
    found = found_in(frame)["labels written in several ways"]
    assert found.columns == ("income",) and "'<=50K' and ' <=50k.'" in found.evidence
    assert found_in(frame, sensitive=("income",)) == {}
    frame["income"] = np.where(np.arange(len(frame)) < 5, "A ", np.where(frame["n"] > 0, "A", "B"))
    assert found_in(frame) == {}


def test_one_finding_names_all_columns_of_its_kind() -> None:
    frame = clean()
    frame["one"], frame["same"] = 1, "x"
    found = found_in(frame)["constant"]
    assert found.columns == ("one", "same") and found.severity == "info"
    frame["none"] = pd.Series([None] * len(frame), dtype="Int64")
    assert found_in(frame)["empty"].severity == "warning"


def test_decimals_of_more_digits_than_a_float_are_not_constant() -> None:
    frame = clean()
    frame["wide"] = [Decimal(10**37 + i % 50) for i in range(2000)]
    assert not found_in(frame)
