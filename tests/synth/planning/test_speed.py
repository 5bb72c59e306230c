"""How fast a machine is, and whether other work is done on it."""

from __future__ import annotations

import pytest

from synth.planning.speed import ROUND_SECONDS, Speed, measured_speed


def test_the_reference_is_one_and_a_busy_machine_is_said_but_not_slower() -> None:
    idle = Speed(80 * ROUND_SECONDS, 80 * ROUND_SECONDS)
    assert idle.factor == pytest.approx(1) and idle.notes() == ()
    busy = Speed(3 * idle.seconds, idle.cpu_seconds)
    assert busy.factor == idle.factor
    assert busy.waiting == pytest.approx(3) and "took 3.0 s by the clock" in busy.notes()[0]


def test_two_measurements_add() -> None:
    both = Speed(2.0, 1.0, 10) + Speed(4.0, 1.0, 10)
    assert both == Speed(6.0, 2.0, 20) and both.waiting == 3


def test_it_is_measured_by_both_clocks() -> None:
    ticks, spent = iter([10.0, 10.5]), iter([1.0, 1.25])
    found = measured_speed(lambda: next(ticks), lambda: next(spent))
    assert found == Speed(0.5, 0.25)
