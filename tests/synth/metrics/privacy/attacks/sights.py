"""What attackers see of tables whose members are known."""

from functools import cache

import numpy as np
import pyarrow as pa

from synth.metrics.features import Floats
from synth.metrics.privacy.attacks.sight import Attack, Sight
from synth.metrics.privacy.roc import roc
from synth.metrics.privacy.setting import Setting, prepare
from tests.synth.metrics.privacy.rows import evidence_of, people

TRAIN, HOLDOUT = 600, 600


@cache
def setting_of(copied: float = 0.0) -> Setting:
    """A synthetic table, so great a share of which are train rows and the others fresh ones."""
    train = people(TRAIN, 0)
    count = round(copied * TRAIN)
    synthetic = pa.concat_tables([train.slice(0, count), people(TRAIN, 2).slice(count)])
    setting = prepare(evidence_of(train, people(HOLDOUT, 1), synthetic))
    assert isinstance(setting, Setting)
    return setting


@cache
def sight_of(copied: float = 0.0) -> Sight:
    """Its attacker's sight."""
    setting = setting_of(copied)
    return setting.sight(setting.synthetic)


def area(attack: Attack, copied: float) -> float:
    """Of an attack on such a table."""
    return area_of(attack.score(sight_of(copied)))


def area_of(scores: Floats) -> float:
    """Of scores of the target rows."""
    member = setting_of().targets.member
    assert np.isfinite(scores).all() and scores.shape == member.shape
    return float(roc(scores[member], scores[~member]).area())
