"""Margins are met, whatever the decoder has learned."""

from __future__ import annotations

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.margins import margins
from synth.generators.tvae.calibration import calibrated
from synth.generators.tvae.generator import TvaeGenerator
from tests.synth.generators.tvae.small import SUBS, network, positions, rows
from tests.synth.generators.tvae.test_prior import KNOWN


def test_codes_come_as_often_as_they_were_counted() -> None:
    weights = {name: value.numpy() for name, value in network().state_dict().items()}
    plain = TvaeGenerator(positions(), KNOWN, weights)
    statistics = CodeStatistics.of(rows(4000), SUBS)
    found = calibrated(plain, statistics).sample(40_000, np.random.default_rng(0))
    before = plain.sample(40_000, np.random.default_rng(0))
    for place, wanted in enumerate(margins(SUBS, statistics)):
        if SUBS[place].level:
            continue
        shares, size = wanted / wanted.sum(), len(wanted)
        now, then = (np.bincount(own[:, place], minlength=size) / 40_000 for own in (found, before))
        np.testing.assert_allclose(now, shares, atol=0.012)
        assert not now[shares == 0].any()
        assert abs(then - shares).max() > 0.05
