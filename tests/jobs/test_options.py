"""What commands have in common, they have alike."""

from __future__ import annotations

from collections import defaultdict

import typer

from jobs.cli import app
from jobs.options import set_by


def test_an_option_means_the_same_wherever_it_is() -> None:
    found: dict[str, set[str | None]] = defaultdict(set)
    for command in typer.main.get_command(app).commands.values():  # type: ignore[attr-defined]
        for parameter in command.params:
            if parameter.name != "help":
                found[parameter.opts[0]].add(getattr(parameter, "help", None))
    shared = {"--lake", "--config", "--set", "--json", "--rows", "--run"}
    assert shared <= set(found)
    assert {name: helps for name, helps in found.items() if name in shared and len(helps) > 1} == {}
    assert all(helps != {None} for helps in found.values())


def test_only_what_is_given_sets_anything() -> None:
    assert set_by({"task.target": "income", "split.key": None, "columns.sensitive": []}) == {
        "task.target": "income",
        "columns.sensitive": [],
    }
