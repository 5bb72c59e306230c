import numpy as np
import pytest

from synth.metrics.privacy.attacks.likelihood import likelihood_difference
from tests.synth.metrics.privacy.attacks.sights import area_of, setting_of, sight_of


def test_an_overfitted_model_gives_its_members_away() -> None:
    setting, sight = setting_of(), sight_of()
    density = sight.tree.log_density(sight.targets.codes, sight.reference.codes)
    overfitted = density + 0.5 * setting.targets.member
    assert area_of(likelihood_difference(sight, overfitted)) == 1
    assert area_of(likelihood_difference(sight, density)) == 0.5


def test_rows_that_the_model_rules_out_are_no_members_and_a_wrong_number_is_refused() -> None:
    sight = sight_of()
    assert np.isfinite(likelihood_difference(sight, np.full(len(sight.targets), -np.inf))).all()
    with pytest.raises(ValueError, match="one for each"):
        likelihood_difference(sight, np.zeros(3))
