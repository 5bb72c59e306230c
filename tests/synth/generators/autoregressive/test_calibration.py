from dataclasses import replace

import numpy as np
import pytest

from synth.encode import CodeStatistics
from synth.generators.autoregressive.calibration import Shown, even_uniforms
from synth.generators.autoregressive.fit import calibrated
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.kernel import Walk, cumulated_mass, draw
from synth.generators.autoregressive.settings import NetworkSettings
from synth.table.sub_column import SubColumn
from tests.synth.fits import counted, seeded_network, weights_of

SUBS = [SubColumn("a", 0, 4), SubColumn("b", 0, 3), SubColumn("b", 1, 5), SubColumn("c", 0, 2)]
ROWS = 40_000


@pytest.fixture(scope="module")
def statistics() -> CodeStatistics:
    """Codes of four sub-columns; the places of b are shared out differently in each group."""
    rng = np.random.default_rng(3)
    a = rng.choice(4, ROWS, p=[0.6, 0.3, 0.09, 0.01])
    group = (a + rng.choice(3, ROWS, p=[0.7, 0.2, 0.1])) % 3
    place = np.where(group == 0, rng.choice(5, ROWS), rng.binomial(4, 0.2 + 0.3 * group))
    codes = np.stack([a, group, place, (a > 0) ^ (rng.random(ROWS) < 0.3)], axis=1)
    return counted(codes, SUBS)


def off_marginals(statistics: CodeStatistics) -> dict[str, np.ndarray]:
    """The weights of a network whose biases and hidden layers are off."""
    network = seeded_network(SUBS, statistics, hidden=8)
    rng = np.random.default_rng(4)
    return {
        name: value.numpy()
        + (0.2 * rng.normal(size=value.shape) * value.is_floating_point()).astype(
            value.numpy().dtype
        )
        for name, value in network.state_dict().items()
    }


def furthest(generator: AutoregressiveGenerator, statistics: CodeStatistics) -> list[float]:
    """How far the shares of drawn codes are from the train part's, for each sub-column at most."""
    drawn = generator.sample(200_000, np.random.default_rng(5))
    made = counted(drawn, SUBS)
    tables = zip(
        (*statistics.counts, statistics.group_counts[2]),
        (*made.counts, made.group_counts[2]),
        strict=True,
    )
    return [
        float(np.abs(real / real.sum(-1, keepdims=True) - own / own.sum(-1, keepdims=True)).max())
        for real, own in tables
        if real is not None and own is not None
    ]


def test_what_is_drawn_has_the_marginals_of_the_train_part(statistics: CodeStatistics) -> None:
    weights, own = off_marginals(statistics), NetworkSettings(hidden=8)
    raw = AutoregressiveGenerator(SUBS, statistics.counts, weights, own)
    fitted = calibrated(SUBS, statistics, weights, own)
    assert min(furthest(raw, statistics)) > 0.02
    assert max(furthest(fitted, statistics)) < 0.01
    again = calibrated(SUBS, statistics, weights, own)
    assert all((again.weights[name] == fitted.weights[name]).all() for name in weights)
    changed = {name for name in weights if (fitted.weights[name] != weights[name]).any()}
    assert changed == {"tables.0.bias", "tables.1.bias", "tables.2.within", "tables.3.bias"}
    assert set(fitted.weights) - set(weights) == {
        "partners",
        "tables.1.beside",
        "tables.3.beside",
    }


def pairs_apart(drawn: np.ndarray, statistics: CodeStatistics) -> list[float]:
    """How far the shares of drawn pairs with the partner are from the train part's, at most."""
    made = counted(drawn, SUBS).pair_counts
    return [
        float(np.abs(real / real.sum() - own / own.sum()).max())
        for real, own in zip(statistics.pair_counts, made, strict=True)
        if real is not None and own is not None
    ]


def test_what_is_drawn_has_the_pairs_of_the_train_part(statistics: CodeStatistics) -> None:
    assert statistics.partners == (None, 0, None, 0)
    weights, own = off_marginals(statistics), NetworkSettings(hidden=8)
    fitted = calibrated(SUBS, statistics, weights, own)
    alone = replace(statistics, pair_counts=(None,) * 4)
    marginals = calibrated(SUBS, alone, weights, own)
    drawn = [g.sample(200_000, np.random.default_rng(5)) for g in (marginals, fitted)]
    assert min(pairs_apart(drawn[0], statistics)) > 0.02
    assert max(pairs_apart(drawn[1], statistics)) < 0.005


def test_few_rows_do_not_set_pairs(statistics: CodeStatistics) -> None:
    weights, own = off_marginals(statistics), NetworkSettings(hidden=8)
    moved = []
    for share in (1, 5000):
        pairs = tuple(None if table is None else table // share for table in statistics.pair_counts)
        counts = (statistics.counts[0] // share, *statistics.counts[1:])
        told = replace(statistics, pair_counts=pairs, counts=counts)
        fitted = calibrated(SUBS, told, weights, own)
        moved.append(np.abs(fitted.weights["tables.3.beside"]).max())
    assert 0.2 < moved[0] < 9.0
    assert 0.0 < moved[1] < min(0.2, moved[0] / 2)


def test_a_share_is_reached_as_far_as_its_rows_go() -> None:
    counts, own = np.array([[90, 10], [9, 1], [0, 0]]), np.full((3, 2), 0.5)
    shown = Shown(counts, counts.sum(1), prior=np.full(3, 10.0))
    wanted = shown.wanted(own, drawn=np.full(3, 1e6))
    np.testing.assert_allclose(wanted[0], [(90 + 5) / 110, (10 + 5) / 110], rtol=1e-4)
    np.testing.assert_allclose(wanted[1], [(9 + 5) / 20, (1 + 5) / 20], rtol=1e-4)
    assert wanted[2].tolist() == [0.5, 0.5]
    few = shown.wanted(own, drawn=np.full(3, 4.0))  # as if the train part had four rows
    np.testing.assert_allclose(few[0], 0.5 + 4 / 14 * 4 / 5 * np.array([0.4, -0.4]))


def test_even_draws_have_less_chance_than_independent_ones(statistics: CodeStatistics) -> None:
    weights, own = off_marginals(statistics), NetworkSettings(hidden=8)
    heads = AutoregressiveGenerator(SUBS, statistics.counts, weights, own).heads()
    rng, rows = np.random.default_rng(6), 2000
    independent, even = Walk(heads, rows), Walk(heads, rows)
    off: dict[str, list[float]] = {"independent": [], "even": []}
    for head in heads:
        for name, walk in (("independent", independent), ("even", even)):
            mass = cumulated_mass(walk.logits(head))
            uniform = rng.random(rows, np.float32)
            if name == "even":
                uniform = even_uniforms([walk], head, rng)
                assert uniform.max() < 1
                assert abs(uniform.mean() - 0.5) < 0.01
            likely = np.diff(mass / mass[-1], axis=0, prepend=0).mean(1)
            walk.add(head, draw(mass, uniform))
            drawn = np.bincount(walk.codes[:, head.sub_column], minlength=len(likely)) / rows
            off[name].append(float(np.abs(drawn - likely).max()))
    assert np.mean(off["even"]) < 0.4 * np.mean(off["independent"])
    told = [np.corrcoef(walk.codes[:, 0], walk.codes[:, 3])[0, 1] for walk in (independent, even)]
    assert told[0] == pytest.approx(told[1], abs=0.08)  # what hangs together still does


def test_pairs_of_few_rows_are_told_together_only() -> None:
    own = np.array([[0.5, 0.3, 0.15, 0.05]])
    counts, rows = np.array([[600, 250, 0, 0]]), np.array([1000])  # 150 rows are left
    wanted = Shown(counts, rows, prior=np.zeros(1)).wanted(own, drawn=np.full(1, 1e9))
    np.testing.assert_allclose(wanted, [[0.6, 0.25, 0.15 * 0.75, 0.15 * 0.25]], rtol=1e-6)


def test_pairs_of_fewer_rows_than_a_group_of_people_leave_no_trace() -> None:
    """Whoever is alone with a pair of codes is neither in the statistics nor in the model."""
    rng = np.random.default_rng(0)
    subs = [SubColumn("a", 0, 3), SubColumn("b", 0, 6)]
    codes = np.stack([rng.integers(0, 3, 3000), rng.integers(0, 4, 3000)], axis=1)
    models = []
    for alone in (4, 5):  # one row more, with a code of which no other row has a pair like it
        rows = np.vstack([codes, [[0, alone]], [[2, 4]] * 20, [[2, 5]] * 20, [[0, 9 - alone]]])
        rows[-1, 0] = 1
        statistics = counted(rows, subs, min_entities=10)
        assert statistics.pair_counts[1] is not None
        assert (statistics.pair_counts[1][:2, 4:] == 0).all()
        weights = weights_of(seeded_network(subs, statistics, hidden=8))
        fitted = calibrated(subs, statistics, weights, NetworkSettings(hidden=8))
        models.append(fitted.weights["tables.1.beside"])
    np.testing.assert_array_equal(*models)


def test_a_pair_counts_only_where_the_partner_is_drawn_before(statistics: CodeStatistics) -> None:
    weights = weights_of(seeded_network(SUBS, statistics, hidden=8, flexible=True))
    fitted = calibrated(SUBS, statistics, weights, NetworkSettings(hidden=8, flexible=True))
    by_place = {head.sub_column: head.group for head in fitted.heads()}
    assert by_place == {0: None, 1: 0, 2: 1, 3: 0}
    other = {head.sub_column: head.group for head in fitted.heads((3, 0, 1, 2))}
    assert other == {3: None, 0: None, 1: 0, 2: 1}
