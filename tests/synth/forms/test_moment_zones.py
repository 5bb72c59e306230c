"""Offsets of time zones."""

import numpy as np

from synth.forms.moment_zones import zone_offsets

MICROSECONDS = 1_000_000


def test_summer_and_winter() -> None:
    winter, summer = 1_704_067_200, 1_719_792_000  # 1 January and 1 July 2024, UTC
    instants = np.array([winter, summer]) * MICROSECONDS
    assert zone_offsets(instants, "Europe/Berlin").tolist() == [60, 120]
    assert zone_offsets(instants, "America/New_York").tolist() == [-300, -240]
    assert zone_offsets(instants, "UTC").tolist() == [0, 0]
    assert zone_offsets(instants, "Asia/Kolkata").tolist() == [330, 330]
