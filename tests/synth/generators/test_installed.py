"""Who chooses a generator sees what is there, and what each can do."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from synth.generators.installed import installed
from synth.generators.registry import ENTRY_POINTS
from tests.synth.generators.kinds import CASES, OURS, install


def test_every_kind_is_listed_with_what_it_can_do(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    found = {one.name: one for one in installed()}
    assert found.keys() == {case.name for case in CASES}
    for case in CASES:
        one = found[case.name]
        assert set(case.settings) <= set(one.settings) and one.problem is None
        for told, known in (
            (one.conditions, case.conditional),
            (one.densities, case.scored),
            (one.temperature, case.tempered),
        ):
            assert told in (None, known)
            assert (told is None) <= (case.name not in OURS)
    assert found["shuffle"].summary == "Each column by itself, as often as seen or more evenly."
    assert found["gan"].summary == ""  # it says nothing, and its base does not speak for it
    assert all(found[name].summary and len(found[name].summary) < 90 for name in OURS)


def test_one_that_cannot_be_loaded_is_listed_with_its_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point = EntryPoint("lost", "no_such_package:Kind", ENTRY_POINTS)
    monkeypatch.setattr(
        "synth.generators.registry.entry_points",
        lambda *, group: (point,) if group == ENTRY_POINTS else (),
    )
    (lost,) = (one for one in installed() if one.name == "lost")
    assert lost.problem is not None and "cannot be loaded from no_such_package" in lost.problem
