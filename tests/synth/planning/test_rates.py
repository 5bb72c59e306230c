"""Rates of the reference machine."""

from __future__ import annotations

import pytest

from synth.planning.rates import SCAN, Rate, spark_factor


def test_seconds_are_linear_in_the_values() -> None:
    rate = Rate(2.0, 0.5)
    assert rate.seconds(0) == 2 and rate.seconds(10) == 7


def test_a_scan_as_slow_as_twice_the_reference_doubles_all() -> None:
    assert spark_factor(SCAN.seconds(3.0), 3.0) == pytest.approx(1)
    assert spark_factor(2 * SCAN.seconds(3.0), 3.0) == pytest.approx(2)
