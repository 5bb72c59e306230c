from importlib import import_module

from synth.metrics.catalogue import MEASUREMENTS, area_of, headlines, kinds


def test_every_figure_stands_once_in_the_area_of_its_measure() -> None:
    named = [kind.name for one in MEASUREMENTS for kind in import_module(one.module).KINDS]
    assert len(named) == len(set(named))
    for one in MEASUREMENTS:
        areas = {kind.area for kind in import_module(one.module).KINDS}
        assert areas == {one.area}, one.name


def test_headlines_are_figures_that_say_which_direction_is_good() -> None:
    assert set(headlines()) <= set(kinds())
    for name in headlines():
        assert kinds()[name].sentence.endswith(".") and kinds()[name].title


def test_a_figure_of_a_later_version_is_shown_as_one_of_fidelity() -> None:
    assert area_of("exact_copy_rate") == "privacy" and area_of("yet unknown") == "fidelity"
