"""The section that says how a generator was fitted, for kinds that tell little or much."""

from synth.report.training import MOST_CURVES, figure_groups, training_view
from synth.report.words import count


def test_figures_share_an_axis_by_the_last_word_of_their_names() -> None:
    curve = [{"step": 1, "training loss": 2.0}, {"step": 2, "validation loss": 3.0, "norm": 1.0}]
    assert figure_groups(curve) == {"loss": ["training loss", "validation loss"], "norm": ["norm"]}
    assert figure_groups([]) == {}


def test_a_fit_without_steps_has_facts_and_no_picture() -> None:
    shown = training_view({"generator": "marginal", "seconds": 0.1, "parameters": 1234})
    assert shown is not None
    assert shown["curves"] == [] and not shown["has_losses"]
    assert ("Parameters", count(1234)) in shown["facts"]
    assert training_view({}) is None


def test_what_a_generator_tells_besides_stands_under_its_name() -> None:
    shown = training_view(
        {"generator": "gan", "critic_lipschitz": 0.98765, "captured": False, "stopped_early": True}
    )
    assert shown is not None
    assert ("Critic lipschitz", "0.9877") in shown["facts"]
    assert ("Captured", "no") in shown["facts"]
    assert ("Ended", "early, no more gain") in shown["facts"]


def test_notes_are_whole_whatever_their_length() -> None:
    notes = ["ended after 5000 steps while the validation loss still fell: raise steps", "more"]
    shown = training_view({"generator": "gan", "notes": notes})
    assert shown is not None
    assert ("Notes", "; ".join(notes)) in shown["facts"]


def test_settings_are_written_for_people() -> None:
    settings = {"weight_decay": 0.3003003003, "captured": True, "dropout": None, "steps": 5000}
    shown = training_view({"generator": "gan", "settings": settings})
    assert shown is not None
    assert list(shown["settings"].values()) == ["0.3003", "yes", "none", count(5000)]


def test_pictures_beyond_the_most_are_said() -> None:
    row = {f"figure {place}": 1.0 for place in range(MOST_CURVES + 2)}
    shown = training_view({"generator": "gan", "curve": [{"step": 1, **row}]})
    assert shown is not None
    assert len(shown["curves"]) == MOST_CURVES
    assert shown["curves_left_out"] == 2


def test_settings_are_written_as_a_reader_says_them() -> None:
    settings = {
        "weight_decay": 0.3003003003003003,
        "conditions": [],
        "class_weights": None,
        "betas": [0.9, 0.999],
        "more": {"warm": True, "steps": 5000},
    }
    shown = training_view({"generator": "g", "settings": settings})
    assert shown is not None
    assert shown["settings"] == {
        "weight_decay": "0.3003",
        "conditions": "none",
        "class_weights": "none",
        "betas": "0.9, 0.999",
        "more": "warm: yes; steps: 5\u202f000",
    }
