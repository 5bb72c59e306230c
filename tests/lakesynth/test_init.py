"""The one import name: its public names, each loaded on first use."""

import ast
import importlib
import inspect

import pytest

import lakesynth
from tests.test_architecture import heavy_modules_after

PUBLIC = ["InputError", "Synthesizer", "__version__", "evaluate", "profile", "run"]


def test_each_name_is_that_of_its_home() -> None:
    assert lakesynth.Synthesizer is importlib.import_module("synth.synthesizer").Synthesizer
    assert lakesynth.evaluate is importlib.import_module("synth.evaluation").evaluate
    assert lakesynth.run is importlib.import_module("jobs.api").run_all
    assert lakesynth.InputError is importlib.import_module("synth.table.errors").InputError
    assert lakesynth.__version__ == importlib.import_module("synth.version").VERSION


def test_it_lists_its_names_and_no_other() -> None:
    assert dir(lakesynth) == lakesynth.__all__ == PUBLIC
    with pytest.raises(AttributeError, match="module 'lakesynth' has no attribute 'Synthesiser'"):
        _ = lakesynth.Synthesiser  # type: ignore[attr-defined]
    with pytest.raises(ImportError, match="cannot import name 'SamplePlan' from 'lakesynth'"):
        exec("from lakesynth import SamplePlan")


def test_a_star_brings_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from lakesynth import *", names)
    assert sorted(names.keys() - {"__builtins__"}) == PUBLIC


def test_type_checkers_are_told_the_same_names_and_homes() -> None:
    source = inspect.getsource(lakesynth)
    told = {
        alias.asname or alias.name: (node.module, alias.name)
        for block in ast.parse(source).body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == lakesynth._HOMES


def test_the_import_loads_nothing_heavy() -> None:
    assert (
        heavy_modules_after("import lakesynth; lakesynth.__version__, lakesynth.InputError") == []
    )
