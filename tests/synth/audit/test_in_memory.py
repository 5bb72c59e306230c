"""``synth.profile``: an audit of a frame."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from lakesynth import profile
from synth.audit.in_memory import Profile
from synth.table.errors import InputError
from tests.synth.audit.tables import applicants


@pytest.fixture(scope="module")
def found() -> Profile:
    return profile(applicants(2000), target="granted", progress=False)


def test_findings_are_told_and_shown(found: Profile) -> None:
    assert "structural bias" in [one.name for one in found.findings]
    assert repr(found).startswith("2,000 rows, 4 columns\nwarning: structural bias ('sex', 'gran")


def test_it_is_saved_as_a_page_or_as_json(found: Profile, tmp_path: Path) -> None:
    page = Path(found.save(tmp_path / "p.html")).read_text("utf-8")
    assert "structural bias" in page and "<svg" in page
    told = json.loads(Path(found.save(tmp_path / "p.json")).read_text("utf-8"))
    assert told["findings"][0]["name"] == "structural bias"
    with pytest.raises(InputError, match=r"as \.html or \.json, however: 'p\.pdf'"):
        found.save("p.pdf")


def test_other_frames_and_labels() -> None:
    frame = applicants(600)
    alike = profile(pl.from_pandas(frame), target="granted", progress=False)
    assert [one.name for one in alike.findings] == [
        one.name for one in profile(frame, target="granted", progress=False).findings
    ]
    numbered = pd.DataFrame({0: range(600), 1: ["a", "b"] * 300})
    assert profile(numbered, target=1, progress=False).audit.rows == 600


def test_mistakes_are_named() -> None:
    with pytest.raises(InputError, match="target"):
        profile(applicants(100), target="nobody", progress=False)
    with pytest.raises(InputError, match="min_entities"):
        profile(applicants(100), min_entities=0, progress=False)
