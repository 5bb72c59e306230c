"""How jobs hangs together: stages know nothing of each other, and nothing goes in a circle."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from jobs.stages import BY_NAME
from tests.test_architecture import imports_of

ROOT = Path(__file__).resolve().parents[1]
FILES = {f"jobs.{path.stem}": path for path in sorted((ROOT / "jobs").glob("*.py"))}
STAGE_FILES = {stage.module for stage in BY_NAME.values()}


def imported(source: str, module: str) -> set[str]:
    """The files of jobs that a file imports, inside functions too."""
    found = {one.module for one in imports_of(source, Path(module.replace(".", "/") + ".py"))}
    return found & (FILES.keys() - {module})


def graph() -> dict[str, set[str]]:
    return {name: imported(path.read_text("utf-8"), name) for name, path in FILES.items()}


@pytest.mark.parametrize("module", sorted(STAGE_FILES))
def test_no_stage_imports_another(module: str) -> None:
    assert graph()[module] & STAGE_FILES == set()


def test_no_import_goes_in_a_circle() -> None:
    TopologicalSorter(graph()).prepare()  # CycleError names the files of a circle


def test_an_import_of_another_stage_is_noticed() -> None:
    source = "from jobs.split import identified_rows\ndef f():\n    from jobs import train"
    assert imported(source, "jobs.encode") == {"jobs.split", "jobs.train"}
