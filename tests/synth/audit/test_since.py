"""An audit of what was kept and of rows added since: that of the whole, by the same design."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from synth.audit.audit import Audit
from synth.audit.engine import audit
from synth.audit.kept import KeptProfile
from synth.audit.question import AuditQuestion
from synth.audit.since import Since, audit_since
from synth.audit.source import Source
from synth.table.errors import InputError
from tests.synth.audit.kept_rows import counts, emptied, laid_open, products, read_again
from tests.synth.audit.test_engine import Scans, people
from tests.synth.audit.test_kept_design import REAL, SHARED

QUESTION = AuditQuestion(target="granted", positive="yes")
FIRST = 4000


def source(frame: pd.DataFrame, whole: pd.DataFrame, **marked: Any) -> Source:
    """Scans of some rows, exact counts of the whole table."""
    added, all_rows = Scans(frame, 2, marked), Scans(whole, 2, marked)
    return Source("people", all_rows.schema, added.scan, all_rows.distinct_of)


def kept_of(frame: pd.DataFrame, question: AuditQuestion = QUESTION, **marked: Any) -> KeptProfile:
    """What is kept of a profile, not written yet."""
    kept: list[KeptProfile] = []
    audit(source(frame, frame, **marked), question, kept.append)
    return kept[0]


def since(kept: KeptProfile, frame: pd.DataFrame, first: int, **marked: Any) -> Since:
    return audit_since(source(frame[first:], frame, **marked), QUESTION, kept, 3)


def told(found: Audit) -> dict[str, Any]:
    """All but what is said of how it was counted."""
    plain = found.to_json()
    assert json.loads(json.dumps(plain, allow_nan=False)) == json.loads(json.dumps(plain))
    return {name: value for name, value in plain.items() if name != "notes"}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return people().drop(columns="email")


@pytest.fixture(scope="module")
def first(frame: pd.DataFrame) -> KeptProfile:
    return kept_of(frame[:FIRST])


@pytest.fixture
def kept(first: KeptProfile) -> KeptProfile:
    """What is kept of the first rows, as it is read."""
    return read_again(first)


def test_the_sum_is_the_whole_by_the_same_design(
    frame: pd.DataFrame, first: KeptProfile, kept: KeptProfile
) -> None:
    whole = since(emptied(first), frame, 0)
    found = since(kept, frame, FIRST)
    assert told(found.audit) == told(whole.audit)
    assert counts(found.kept) == counts(whole.kept)
    own, other = products(found.kept), products(whole.kept)
    assert (own.rows == other.rows).all()
    for name in ("sums", "squares", "products"):
        np.testing.assert_allclose(getattr(own, name), getattr(other, name), rtol=0, atol=1e-8)


def test_it_adds_as_often_as_rows_come(frame: pd.DataFrame, kept: KeptProfile) -> None:
    once = since(read_again(kept), frame, FIRST)
    half = since(kept, frame[:5000], FIRST)
    twice = since(read_again(half.kept), frame, 5000)
    assert told(twice.audit) == told(once.audit)
    assert counts(twice.kept) == counts(once.kept)
    none = since(read_again(twice.kept), frame, len(frame))
    assert told(none.audit) == told(once.audit)
    assert any("0 rows were added since version 3" in note for note in none.audit.notes)


def test_what_is_planted_is_found(frame: pd.DataFrame, kept: KeptProfile) -> None:
    found = since(kept, frame, FIRST).audit
    named = {one.name: one for one in found.findings}
    assert named["structural bias"].columns == ("sex", "granted")
    assert found.structure["keys"] == [["id"]]
    fresh = audit(source(frame, frame), QUESTION)
    assert found.structure["forms"] == fresh.structure["forms"]
    assert {one.name for one in found.findings} == {one.name for one in fresh.findings}
    assert {p.columns for p in found.associations} == {p.columns for p in fresh.associations}
    own = {pair.columns: pair.value for pair in fresh.associations}
    assert max(abs(p.value - own[p.columns]) for p in found.associations) < 0.05
    used = [rule["rule"] for rule in fresh.structure["rules"] if rule["used"]]
    assert used == [rule["rule"] for rule in found.structure["rules"] if rule["used"]]
    assert any(
        "a profile of 4,000 rows" in note and "2,000 rows came" in note for note in found.notes
    )


def test_a_rule_that_fails_since_is_told_with_its_violations(
    frame: pd.DataFrame, kept: KeptProfile
) -> None:
    broken = frame.copy()
    broken.loc[broken.index[-3:], "gross"] += 7
    (rule,) = [
        own
        for own in since(kept, broken, FIRST).audit.structure["rules"]
        if own["kind"] == "sum" and own["target"] == "gross"
    ]
    assert (rule["rows"], rule["exceptions"]) == (6000, 3)


def test_a_key_that_repeats_since_is_none_and_stays_none(
    frame: pd.DataFrame, kept: KeptProfile
) -> None:
    later = frame.copy()
    later.loc[later.index[-1], "id"] = later["id"].iloc[0]
    found = since(kept, later, FIRST)
    assert found.audit.structure["keys"] == []
    assert found.kept.pairs is not None and ("id",) in found.kept.pairs.facts.keys.refuted
    counted: list[Any] = []
    whole = source(later[6000:], later)
    quiet = replace(whole, distinct_of=lambda keys: counted.append(keys) or [])
    assert audit_since(quiet, QUESTION, read_again(found.kept), 4).audit.structure["keys"] == []
    assert counted == []


def test_what_is_new_falls_where_unseen_values_do(frame: pd.DataFrame, kept: KeptProfile) -> None:
    later = frame.copy()
    later.loc[later.index[-500:], "city"] = "Kharkiv"
    later.loc[later.index[-9:], "sex"] = None
    text = json.dumps(since(kept, later, FIRST).audit.to_json())
    found = {column["name"]: column for column in json.loads(text)["columns"]}
    assert {own["label"]: own["rows"] for own in found["city"]["histogram"]}["(rare)"] == 500
    assert found["sex"]["nulls"] == 9
    (note,) = [own for own in json.loads(text)["notes"] if "lacked no value" in own]
    assert note.startswith("'sex' lacked no value in the first profile")


def test_values_unlike_any_before_are_counted_in_every_type() -> None:
    rng, rows = np.random.default_rng(0), 400
    numbers = rng.integers(0, 99, rows)
    plain: dict[str, list[Any]] = {
        "whole": numbers.tolist(),
        "float": (numbers / 4).tolist(),
        "flag": (numbers < 50).tolist(),
        "text": [f"t{number % 3}" for number in numbers],
        "day": [date(2024, 1, 1) + timedelta(int(number)) for number in numbers],
        "wide": [Decimal(10**29 - int(number)) for number in numbers],
        "amount": [f"{number},{number:02d} €" for number in numbers],
        "code": [f"ORD-{number:06d}" for number in rng.integers(0, 10**6, rows)],
    }
    odd: dict[str, list[Any]] = {
        "whole": [None, 10**18, -(10**18)],
        "float": [None, float("nan"), float("-inf")],
        "flag": [None, None, True],
        "text": [None, "", "new" * 99],
        "day": [None, date(1, 1, 1), date(9999, 12, 31)],
        "wide": [None, Decimal(10**29 - 10**28), Decimal(0)],
        "amount": [None, "?", "€"],
        "code": [None, "", "ORD-1"],
    }
    frame = pd.DataFrame({name: [*plain[name], *odd[name] * 20] for name in plain}, dtype=object)
    kept = kept_of(frame[:rows], AuditQuestion())
    found = audit_since(source(frame[rows:], frame), AuditQuestion(), read_again(kept), 3)
    whole = audit_since(source(frame, frame), AuditQuestion(), emptied(kept), 3)
    assert counts(found.kept) == counts(whole.kept)
    told = json.loads(json.dumps(found.audit.to_json(), allow_nan=False))
    for column in told["columns"]:
        assert sum(own["rows"] for own in column["histogram"]) == rows + 60


def test_sensitive_columns_are_in_no_state_that_is_kept() -> None:
    frame, planted = people(), 987_654_321
    frame.loc[0, ["net", "gross"]] = planted, planted + frame.loc[0, "tax"]
    kept = read_again(kept_of(frame[:FIRST], sensitive=["city", "net", "id"]))
    states, all_open = laid_open(kept), laid_open(kept_of(frame[:FIRST].drop(columns="email")))
    for value in (b"Kyiv", b"Odesa", b"K000017", struct.pack("<q", planted)):
        assert value in all_open and value not in states
    assert b"name17" not in states
    assert kept.pairs is not None
    hidden = {"city", "net", "email", "id"}
    assert not hidden & set(kept.pairs.design.forms.learned.names)
    assert not hidden & {n for rule in kept.pairs.design.rules for n in rule.columns}
    groups, alike = kept.pairs.state.parts[1:]
    assert not hidden & {*groups.columns, *alike.columns}
    found = since(kept, frame, FIRST, sensitive=["city", "net", "id"]).audit
    assert [own["name"] for own in found.columns] == list(frame.columns)
    assert not hidden & {name for pair in found.associations for name in pair.columns}
    assert found.structure["keys"] == [["id"]]  # counted anew, by name
    assert any("'city', 'id', 'net', 'email'" in note for note in found.notes)


def test_a_column_that_turns_out_to_be_sensitive_loses_its_values(
    frame: pd.DataFrame, kept: KeptProfile
) -> None:
    mails = frame.copy()
    mails.loc[mails.index[FIRST:], "city"] = [f"olena{i % 40}@example.org" for i in range(2000)]
    for found in (since(kept, mails, FIRST), since(kept, frame, FIRST, sensitive=["city"])):
        assert found.kept.pairs is None and not found.audit.associations
        states = laid_open(found.kept)
        assert b"olena" not in states and b"Kyiv" not in states
        text = json.dumps(found.audit.to_json())
        assert "Kyiv" not in text and "olena" not in text
        assert any("drop them" in note for note in found.audit.notes)
        again = since(read_again(found.kept), mails, len(mails))
        assert any("has none" in note for note in again.audit.notes)


def test_a_state_without_pairs_tells_columns_and_says_so(
    frame: pd.DataFrame, kept: KeptProfile
) -> None:
    found = since(replace(kept, pairs=None), frame, FIRST)
    assert found.audit.rows == 6000 and len(found.audit.columns) == len(frame.columns)
    assert not found.audit.associations and list(found.kept.states()) == ["columns"]
    assert any("the state of version 3 has none" in note for note in found.audit.notes)


def test_a_table_of_sensitive_columns_alone_keeps_counts() -> None:
    frame = people()[["sex", "city"]]
    kept = kept_of(frame[:FIRST], AuditQuestion(), sensitive=["sex", "city"])
    assert kept.pairs is None
    added = source(frame[FIRST:], frame, sensitive=["sex", "city"])
    found = audit_since(added, AuditQuestion(), kept, 3).audit
    assert [own["nulls"] for own in found.columns] == [0, 0]
    assert any("no column is left" in note for note in found.notes)


def test_what_does_not_fit_is_refused_before_a_scan(frame: pd.DataFrame, kept: KeptProfile) -> None:
    added = source(frame[FIRST:], frame)
    added = replace(added, scan=None)  # type: ignore[arg-type]  # a scan would fail
    with pytest.raises(InputError, match=r"that 11 rows share, and privacy\.min_entities is 20"):
        audit_since(added, replace(QUESTION, min_entities=20), kept, 3)
    with pytest.raises(InputError, match="the target 'grantd' is no column"):
        audit_since(added, AuditQuestion(target="grantd"), kept, 3)


def test_a_target_that_is_sensitive_is_said() -> None:
    frame = people()
    kept = kept_of(frame[:FIRST], sensitive=["granted"])
    found = since(kept, frame, FIRST, sensitive=["granted"]).audit
    assert any("the target 'granted' is sensitive" in note for note in found.notes)


def test_sensitive_columns_count_among_those_that_rows_are_too_few_for() -> None:
    frame = people()[:510]
    for name in range(15):
        frame[f"more{name}"] = frame["net"] % (name + 2)
    kept = kept_of(frame[:505], sensitive=["more3", "more4"])
    for own in (kept, replace(kept, pairs=None)):
        found = since(read_again(own), frame, 505, sensitive=["more3", "more4"]).audit
        (few,) = [one for one in found.findings if one.name == "too few rows for the columns"]
        assert "510 rows for 27 columns" in few.evidence


@pytest.mark.skipif(SHARED is None, reason="LAKESYNTH_TABLES names no folder of real tables")
@pytest.mark.parametrize("name", REAL)
def test_the_sum_is_the_whole_of_real_tables(name: str) -> None:
    assert SHARED is not None
    frame = pd.read_csv(Path(SHARED) / name)
    first = len(frame) * 4 // 5
    kept = kept_of(frame[:first], AuditQuestion())
    found = audit_since(source(frame[first:], frame), AuditQuestion(), read_again(kept), 1)
    whole = audit_since(source(frame, frame), AuditQuestion(), emptied(kept), 1)
    assert counts(found.kept) == counts(whole.kept)
    own, other = told(found.audit), told(whole.audit)
    for part in ("associations", "structure", "quasi_identifiers", "duplicates", "group_rates"):
        assert own[part] == other[part]
