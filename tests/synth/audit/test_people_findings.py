"""Findings on rows that single people out, and on doubles."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synth.audit.in_memory import profile


def named(frame: pd.DataFrame) -> dict[str, str]:
    found = profile(frame, progress=False).findings
    return {one.name: f"{one.severity}: {one.evidence}" for one in found}


def people(rows: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows),
            "zip_code": rng.integers(100, 400, rows).astype(str),
            "spent": rng.lognormal(3, 1, rows).round(2),
            "visits": rng.integers(0, 9, rows),
            "shop": rng.choice([*"abcd"], rows),
            "web": rng.random(rows) < 0.4,
        }
    )


def test_what_others_know_of_a_person_is_told_and_measures_are_not() -> None:
    said = named(people())["quasi-identifiers"]
    assert said.startswith("warning: rows that are the only ones") and "'zip_code' x 'age'" in said
    assert "spent" not in said
    measures = people().rename(columns={"age": "length", "zip_code": "kind"})
    assert "quasi-identifiers" not in named(measures)


def test_doubles_and_versions_of_a_record() -> None:
    frame = people()
    told = {"duplicate rows", "near-duplicate rows", "little diversity"}
    assert told.isdisjoint(named(frame))
    twice = pd.concat([frame, frame.head(600)], ignore_index=True)
    assert "about 33.3% of the rows" in named(twice)["duplicate rows"]
    newer = frame.head(900).assign(spent=lambda own: own["spent"] + 1)
    assert "but for 'spent'" in named(pd.concat([frame, newer]))["near-duplicate rows"]


def test_a_table_that_repeats_itself_says_little() -> None:
    many = pd.concat([people(700)] * 4, ignore_index=True)
    assert "little diversity" in named(many)


def test_content_is_told_by_kind_and_share_and_no_value() -> None:
    frame = people().assign(contact=[f"olena{i}@example.org" for i in range(3000)])
    said = named(frame)["content that identifies people"]
    assert said.startswith("warning: 'contact' holds") and "100.0% of its values" in said
    assert "olena" not in said
