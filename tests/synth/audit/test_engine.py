"""The audit of a table: how often it is scanned, what it tells, and that it adds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.audit.question import AuditQuestion
from synth.audit.row_sample import ORDER
from synth.audit.source import Source
from synth.dependencies.composite_keys import count_distinct
from synth.table.errors import InputError
from synth.table.schema import TableSchema
from tests.synth.audit.tables import applicants


class Scans:
    """Passes over a table in so many parts, whose states are written, read and merged."""

    def __init__(self, frame: pd.DataFrame, parts: int, marked: dict[str, Any] | None = None):
        self.rows = pa.Table.from_pandas(frame, preserve_index=False)
        self.schema = TableSchema.from_arrow(self.rows.schema).marked(**(marked or {}))
        self.order = pa.array(np.random.default_rng(0).integers(0, 2**62, len(frame)))
        self.parts, self.done = parts, 0

    def scan(
        self, new: Callable[[], Any], load: Callable[[bytes], Any], *, ordered: bool = False
    ) -> Any:
        self.done += 1
        rows = self.rows.append_column(ORDER, self.order) if ordered else self.rows
        size = -(-len(rows) // self.parts)
        total = new()
        for part in range(self.parts):
            state = new()
            for batch in rows.slice(part * size, size).to_batches():
                state.update(batch)
            total.merge(load(state.to_bytes()))
        return total

    def distinct_of(self, keys: Sequence[tuple[str, ...]]) -> list[int]:
        self.done += 1
        return [count_distinct(self.rows, names) for names in keys]

    def audited(self, question: AuditQuestion | None = None) -> Audit:
        source = Source("people", self.schema, self.scan, self.distinct_of)
        return audit(source, question or AuditQuestion())


def people() -> pd.DataFrame:
    frame = applicants()
    rng = np.random.default_rng(5)
    start = pd.Timestamp("2024-01-01")
    frame["id"] = [f"K{i:06d}" for i in range(len(frame))]
    frame["day"] = start + pd.to_timedelta(rng.integers(0, 300, len(frame)), unit="D")
    frame["country"] = "Ukraine"
    frame["net"] = rng.integers(100, 5000, len(frame))
    frame["tax"] = rng.integers(1, 900, len(frame))
    frame["gross"] = frame["net"] + frame["tax"]
    frame["email"] = [f"name{i}@example.org" for i in range(len(frame))]
    frame["text_day"] = frame["day"].dt.strftime("%d.%m.%Y")
    return frame


@pytest.fixture(scope="module")
def scans() -> Scans:
    return Scans(people(), parts=3)


@pytest.fixture(scope="module")
def found(scans: Scans) -> Audit:
    return scans.audited(AuditQuestion(target="granted", positive="yes"))


def test_three_scans_whatever_there_is_to_find(scans: Scans, found: Audit) -> None:
    assert scans.done == 3
    wide = Scans(pd.DataFrame({f"c{i}": np.arange(300) % (i + 2) for i in range(60)}), parts=2)
    assert len(wide.audited().associations) == 60 * 59 / 2
    assert wide.done <= 3


def test_parts_tell_what_the_whole_tells(found: Audit) -> None:
    whole = Scans(people(), parts=1).audited(AuditQuestion(target="granted", positive="yes"))
    assert [one for one in whole.findings] == list(found.findings)
    assert whole.structure == found.structure
    for one, other in zip(whole.associations, found.associations, strict=True):
        assert one.columns == other.columns and one.value == other.value


def test_what_is_planted_is_found(found: Audit) -> None:
    named = {one.name: one for one in found.findings}
    assert named["structural bias"].columns == ("sex", "granted")
    assert named["constant"].columns == ("country",)
    assert named["content that identifies people"].columns == ("email",)
    assert any("'email' is taken for sensitive" in note for note in found.notes)
    assert ["id"] in found.structure["keys"]
    rules = [rule["rule"] for rule in found.structure["rules"]]
    assert any("gross" in rule and "net" in rule and "tax" in rule for rule in rules)
    assert found.structure["forms"]["text_day"] == "dates written as DD.MM.YYYY"
    assert {rate.group for rate in found.group_rates} == {"man", "woman"}


def test_all_of_it_is_json_and_tells_no_value_of_few_rows(found: Audit) -> None:
    text = json.dumps(found.to_json(), allow_nan=False)
    assert "name17@" not in text and "K000017" not in text
    assert json.loads(text)["rows"] == 6000


def test_a_sensitive_column_is_told_by_counts_alone() -> None:
    marked = {"sensitive": ["city", "net"]}
    text = json.dumps(Scans(people(), 1, marked).audited().to_json(), allow_nan=False)
    assert "Kyiv" not in text and "Odesa" not in text
    (net,) = [own for own in json.loads(text)["columns"] if own["name"] == "net"]
    assert "quantiles" not in net and net["nulls"] == 0


def test_a_purpose_that_needs_real_rows_is_an_error() -> None:
    found = Scans(applicants(500), 1).audited(AuditQuestion(purpose="a clinical trial"))
    assert [one.name for one in found.errors] == ["purpose needs real rows"]


def test_what_cannot_be_audited_is_said_before_any_scan(scans: Scans) -> None:
    done = scans.done
    with pytest.raises(InputError, match=r"table people: the target 'grantd' is no column of it"):
        scans.audited(AuditQuestion(target="grantd"))
    assert scans.done == done
    with pytest.raises(InputError, match="people has no rows"):
        Scans(applicants().head(0), 1).audited()


def test_odd_tables_are_audited() -> None:
    frame = pd.DataFrame(
        {
            "none": pd.Series([None] * 60, dtype="Int64"),
            "nan": [float("nan"), float("inf")] * 30,
            "flag": [True, False] * 30,
            'a "b" \\ `c`.d': ["x", None] * 30,
            "old": [pd.Timestamp("1850-01-01")] * 60,
        }
    )
    found = Scans(frame, 2).audited(AuditQuestion(target="flag"))
    assert "empty" in [one.name for one in found.findings]
    json.dumps(found.to_json(), allow_nan=False)
