"""The rule by which candidates are ranked, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.metrics.metric import Metric, Status
from synth.metrics.ranking import ALL_EQUAL, ONLY_ONE, Contender, rank
from synth.metrics.verdict import Verdict


def table(
    privacy: Status | None = "green",
    utility: Status | None = "green",
    fidelity: Status | None = "green",
    *,
    loss: float | None = None,
    auc: float | None = None,
    pairs: float | None = None,
    within: float = 0.0,
) -> Contender:
    """A table with these states and figures, each with an interval of ``within`` on both sides."""
    states = {"privacy": privacy, "utility": utility, "fidelity": fidelity}
    figures = {"utility_loss": loss, "two_sample_auc": auc, "pair_similarity": pairs}
    metrics = [
        Metric(name, "table", value, interval=(value - within, value + within))
        for name, value in figures.items()
        if value is not None
    ]
    areas = {area: state for area, state in states.items() if state is not None}
    return Contender(metrics, Verdict(True, areas=areas))  # type: ignore[arg-type]


def test_privacy_counts_before_utility_and_utility_before_fidelity() -> None:
    secret = table("green", "red", "red", loss=0.5, auc=0.9, pairs=0.5)
    useful = table("amber", "green", "red", loss=0.1, auc=0.9, pairs=0.5)
    alike = table("amber", "amber", "green", loss=0.0, auc=0.5, pairs=0.9)
    leaking = table("red", "green", "green", loss=0.0, auc=0.5, pairs=1.0)
    found = rank([leaking, alike, useful, secret])
    assert found.order == (3, 2, 1, 0) and found.best == 3
    assert found.reasons == (
        "privacy is red, that of candidate 4 is green",
        "privacy is amber, that of candidate 4 is green",
        "privacy is amber, that of candidate 4 is green",
        "the best by the rule: the state of privacy has decided",
    )


def test_a_loss_inside_the_interval_of_the_least_one_is_no_worse() -> None:
    least = table(loss=0.010, auc=0.60, within=0.015)
    equal = table(loss=0.024, auc=0.52, within=0.015)
    worse = table(loss=0.026, auc=0.50, within=0.015)
    found = rank([worse, least, equal])
    assert found.order == (2, 1, 0)  # the AUC decides between those that are equal
    assert found.reasons[0] == (
        "the utility loss is 0.0260, that of candidate 2 is 0.0100 "
        "(95 % interval -0.0050 to 0.0250)"
    )
    assert found.reasons[1] == (
        "the AUC of telling it apart is 0.6000, that of candidate 3 is 0.5200 "
        "(95 % interval 0.5050 to 0.5350)"
    )
    assert found.reasons[2].endswith("the AUC of telling it apart has decided")


def test_an_auc_counts_by_its_distance_from_a_coin() -> None:
    assert rank([table(auc=0.40), table(auc=0.55)]).best == 1
    assert rank([table(auc=0.46), table(auc=0.55)]).best == 0


def test_pairs_tell_what_a_classifier_does_not() -> None:
    assert rank([table(auc=0.5, pairs=0.90), table(auc=0.5, pairs=0.91)]).best == 1


def test_the_last_step_decides_by_values_though_an_interval_holds_both() -> None:
    found = rank([table(pairs=0.80, within=0.1), table(pairs=0.85, within=0.1)])
    assert found.order == (1, 0)
    assert "the pair similarity is 0.8000, that of candidate 2 is 0.8500" in found.reasons[0]


def test_of_equal_ones_the_first() -> None:
    found = rank([table(loss=0.1)] * 3)
    assert found.order == (0, 1, 2)
    assert found.reasons[0] == ALL_EQUAL
    assert found.reasons[2] == ("no step of the rule tells it from candidate 1, which comes first")
    beside = rank([table("red"), table(), table()])
    assert beside.order == (1, 2, 0)
    assert beside.reasons[1].endswith("and it is the first of those that are equal")


def test_what_is_not_measured_comes_last_where_others_are() -> None:
    assert rank([table(None), table("red")]).order == (1, 0)
    found = rank([table(), table(loss=0.9)])
    assert found.order == (1, 0)
    assert found.reasons[0].startswith("the utility loss is not measured, that of candidate 2")
    assert rank([table(None, None, None), table(None, None, None)]).best == 0


def test_only_figures_of_the_whole_table_and_all_of_its_rows_count() -> None:
    first, second = table(pairs=0.9), table(pairs=0.8)
    sliced = replace(first.metrics[0], value=1.0, slice="sex = Female")
    column = Metric("pair_similarity", "pair", 1.0, ("a", "b"))
    assert rank([first, replace(second, metrics=[sliced, column, *second.metrics])]).best == 0


def test_one_is_the_best_and_none_is_refused() -> None:
    found = rank([table("red")])
    assert (found.order, found.reasons) == ((0,), (ONLY_ONE,))
    with pytest.raises(ValueError, match="no table to rank"):
        rank([])


def test_tables_are_called_by_their_names() -> None:
    tables = [table("red"), table(), table()]
    found = rank(tables, ["run a", "run b", "run c"])
    assert found.reasons[0] == "privacy is red, that of run b is green"
    assert found.reasons[2] == "no step of the rule tells it from run b, which comes first"
    with pytest.raises(ValueError, match="3 tables have 2 names: give each one"):
        rank(tables, ["run a", "run b"])
