"""Purposes for which real rows are required."""

from __future__ import annotations

import pytest

from synth.audit.purpose import on_purpose


@pytest.mark.parametrize(
    "purpose",
    ["Clinical trial, phase III", "safety certification of the brakes", "statutory records"],
)
def test_real_rows_are_required(purpose: str) -> None:
    (found,) = on_purpose(purpose)
    assert (found.severity, found.name) == ("error", "purpose needs real rows")


@pytest.mark.parametrize(
    "purpose", [None, "", "train a churn model", "tests of the court-booking app"]
)
def test_others_are_not(purpose: str | None) -> None:
    assert [found.name for found in on_purpose(purpose)] == []
