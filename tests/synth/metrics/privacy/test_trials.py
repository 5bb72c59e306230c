from functools import cache

import numpy as np

from synth.metrics.privacy.detectors import row_bytes
from synth.metrics.privacy.gaps import choose_checked, gaps_to, joined
from synth.metrics.privacy.outcomes import attack
from synth.metrics.privacy.planting import COPIES
from synth.metrics.privacy.setting import Setting, prepare
from synth.metrics.privacy.trials import (
    SHARES,
    Bench,
    leaking,
    make_plan,
    overfitted,
    search,
    segment_gaps,
)
from tests.synth.metrics.privacy.attacks.sights import setting_of, sight_of
from tests.synth.metrics.privacy.rows import evidence_of, people


@cache
def bench_of(copied: float = 0.0) -> Bench:
    setting = setting_of(copied)
    checked, plan = choose_checked(setting), make_plan(setting)
    parts = segment_gaps(setting, checked, plan)
    known = frozenset(row_bytes(setting.evidence.train))
    return Bench(setting, checked, plan, parts, known, (0, len(setting.holdout_rows)))


def test_each_share_replaces_the_rows_of_the_lesser_ones_too() -> None:
    plan = make_plan(setting_of())
    assert plan.shares == SHARES
    assert [len(plan.replaced(number)) for number in range(5)] == [1, 2, 6, 18, 60]
    assert sorted(np.concatenate(plan.segments)) == list(range(600))


def test_gaps_of_the_segments_are_those_of_the_table() -> None:
    bench = bench_of()
    whole = gaps_to(bench.setting, bench.checked, bench.setting.synthetic.points)
    assert np.allclose(joined(bench.parts).train, whole.train)


def test_a_search_ends_at_the_least_share_that_is_found() -> None:
    trials = search(bench_of(), COPIES, np.random.default_rng(0))
    assert trials[0].share == 0.01 and trials[0].rows == 6
    assert not trials[0].by  # 6 of 600 rows beside no copy among 600 others
    assert [trial.share for trial in trials[1:]] == [0.03, 0.1][: len(trials) - 1]
    assert trials[-1].by


def test_a_table_made_of_train_rows_is_found() -> None:
    trial = overfitted(bench_of(), np.random.default_rng(0))
    assert trial.rows == 600 and trial.share == 1 and "near copies" in trial.by


def test_a_table_that_leaks_is_noticed_before_anything_is_planted() -> None:
    fresh = attack(setting_of(), sight_of(), draws=50)
    assert leaking(bench_of(), fresh) == ()
    copied = attack(setting_of(1.0), sight_of(1.0), draws=50)
    assert {"exact copies", "near copies"} <= set(leaking(bench_of(1.0), copied))


def test_a_table_of_a_few_rows_makes_way_with_a_tenth() -> None:
    setting = prepare(evidence_of(people(20_000, 0), people(40, 1), people(12, 2)))
    assert isinstance(setting, Setting)
    plan = make_plan(setting)
    assert plan.shares == (1 / 20_000,) and [len(part) for part in plan.segments] == [1, 11]
