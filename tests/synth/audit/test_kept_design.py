"""A design is read as it was written: it counts the same rows to the same bytes."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from synth.audit.design import Design, designed
from synth.audit.kept_design import design_from_bytes, design_to_bytes
from synth.dependencies.dependency import Dependency
from synth.profiling.table_profile import TableProfile
from synth.statistics.together import apart, joined
from tests.synth.audit.tables import applicants
from tests.synth.audit.test_design import designed_of
from tests.synth.audit.test_engine import people

SHARED = os.environ.get("LAKESYNTH_TABLES") or None  # the folder of the shared real tables
REAL = (
    "nycflights13/weather.csv.gz",
    "nycflights13/airports.csv.gz",
    "baseball/fielding.csv.gz",
    "baseball/players.csv.gz",
    "bank/bank_marketing.csv.gz",
)


def all_of(rule: Dependency) -> tuple[Any, ...]:
    """The kind and every field, those too that a comparison passes over."""
    assert is_dataclass(rule)
    return type(rule), {own.name: getattr(rule, own.name) for own in fields(rule)}


def assert_same(design: Design, read: Design, batch: pa.RecordBatch) -> None:
    assert list(map(all_of, read.rules)) == list(map(all_of, design.rules))
    assert (read.standard, read.people, read.alike) == (
        design.standard,
        design.people,
        design.alike,
    )
    assert (read.limits, read.notes) == (design.limits, design.notes)
    assert read.encoder.dumps() == design.encoder.dumps()
    assert read.forms.learned == design.forms.learned
    assert read.parts.to_bytes() == design.parts.to_bytes()
    one, other = design.counting.new(), read.counting.new()
    one.update(batch)
    other.update(batch)
    assert one.to_bytes() == other.to_bytes()
    other.merge(read.counting.load(one.to_bytes()))
    assert design_to_bytes(read) == design_to_bytes(design)


def dated() -> pd.DataFrame:
    """Times, flags, bands and lags: rules of many kinds."""
    frame = people()
    frame["year"], frame["weekday"] = frame["day"].dt.year, frame["day"].dt.day_name()
    frame["paid"] = frame["day"] + pd.to_timedelta(frame["net"] % 5 + 1, unit="D")
    frame["late"] = (frame["net"] % 5 > 2).astype(float)
    frame["early"] = 1.0 - frame["late"]
    frame["band"] = pd.cut(frame["net"], [0, 1000, 3000, 9999], labels=["a", "b", "c"]).astype(str)
    frame["dear"] = frame["gross"].where(frame["gross"] > 2000)
    return frame


@pytest.mark.parametrize("frame", [people(), dated(), applicants(15), applicants(300)])
def test_a_design_is_read_as_it_was_written(frame: pd.DataFrame) -> None:
    design, _ = designed_of(frame)
    (batch,) = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks().to_batches()
    assert_same(design, design_from_bytes(design_to_bytes(design)), batch)


@pytest.mark.skipif(SHARED is None, reason="LAKESYNTH_TABLES names no folder of real tables")
@pytest.mark.parametrize("name", REAL)
def test_designs_of_real_tables_are_read_as_they_were_written(name: str) -> None:
    assert SHARED is not None
    table = pa.Table.from_pandas(pd.read_csv(Path(SHARED) / name), preserve_index=False)
    (batch,) = table.combine_chunks().to_batches()
    design = designed(TableProfile.of(table), batch.slice(0, 20_000), 11)
    assert_same(design, design_from_bytes(design_to_bytes(design)), batch)


def test_other_bytes_are_refused() -> None:
    data = design_to_bytes(designed_of(applicants(300))[0])
    text, parts = apart(data)
    for other in (data[:-9], joined([text]), joined([text[:-5], parts]), joined([b"{}", parts])):
        with pytest.raises((ValueError, LookupError, TypeError, OSError)):
            design_from_bytes(other)
