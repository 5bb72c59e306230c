"""Messages name what their caller can set: keys of the lake's, or arguments in memory."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from synth import Synthesizer, evaluate
from synth.table.door import ARGUMENTS, OF_THE_JUDGE, called, either, in_memory, learned_from
from synth.table.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
SECTIONS = (
    "privacy|columns|encode|dependencies|train|sample|clean|split|ingest|gates|profile|evaluate"
)
SETTING = re.compile(rf"\b({SECTIONS})\.[a-z_]+\b")
# What the lake alone says.
OF_THE_LAKE = {"synth/metrics/gates.py", "synth/profiling/findings.py", "synth/table/door.py"}
OF_THE_LAKE |= {"synth/audit/remedies.py"}  # which has each with its word in memory
TABLE = pd.DataFrame({"age": np.arange(400) % 60, "job": list("abcd") * 100})


def test_every_argument_is_one_of_the_synthesizers() -> None:
    for setting, argument in ARGUMENTS.items():
        assert SETTING.fullmatch(setting), setting
        known = inspect.signature(getattr(Synthesizer, argument.call)).parameters
        assert argument.name in known, setting
        assert argument.name in argument.words and not SETTING.search(argument.words)


def test_the_door_is_the_lakes_but_within_a_block_in_memory() -> None:
    assert called("encode.first") == "encode.first"
    assert learned_from() == "the train part"
    with in_memory():
        assert called("encode.first") == "fit(first=[...])"
        assert learned_from() == "the table"
        with pytest.raises(KeyError, match="encode\\.unknown"):
            called("encode.unknown")
        with in_memory(OF_THE_JUDGE):
            assert called("privacy.min_entities") == "min_entities"
            assert called("encode.first") == "fit(first=[...])"
        assert called("privacy.min_entities") == "encoder['min_entities']"
    assert either(lake="here", memory="there") == "here"


def test_the_judges_own_words_are_arguments_of_its_own() -> None:
    known = inspect.signature(evaluate).parameters
    assert set(OF_THE_JUDGE.values()) <= known.keys() and OF_THE_JUDGE.keys() <= ARGUMENTS.keys()


def texts(path: Path) -> Iterator[str]:
    """The string literals of a file but for docstrings, and what is of the lake's door alone."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("called", "by"):
            passed.update(id(argument) for argument in node.args)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "either":
            passed.update(id(word.value) for word in node.keywords if word.arg == "lake")
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in passed
        ):
            yield node.value


def test_no_message_of_synth_names_a_setting_of_the_lake() -> None:
    found = [
        (str(path.relative_to(ROOT)), text)
        for path in sorted((ROOT / "synth").rglob("*.py"))
        if str(path.relative_to(ROOT)) not in OF_THE_LAKE
        for text in texts(path)
        if SETTING.search(text) and "synth." not in text
    ]
    assert found == []


def test_every_setting_that_is_called_has_an_argument_and_the_other_way_round() -> None:
    named = {
        node.args[0].value
        for path in (ROOT / "synth").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "called"
        and isinstance(node.args[0], ast.Constant)
    }
    assert named == set(ARGUMENTS)


def plain(**options: Any) -> Synthesizer:
    return Synthesizer(generator="marginal", progress=False, **options)


# Each with a word that the message must have.
MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "few rows": (lambda: plain().fit(TABLE[:5]), r"encoder\['min_entities'\] is 11"),
    "nothing learned": (lambda: plain().fit(TABLE[["age"]] * 0), r"set encoder\['min_entities'\]"),
    "precision": (lambda: Synthesizer(settings={"precision": "tf32"}), "device='cuda'"),
    "class weights": (
        lambda: Synthesizer(settings={"class_weights": "job"}, progress=False).fit(TABLE),
        r"start of fit\(first=\[\.\.\.\]\)",
    ),
    "no model": (lambda: Synthesizer.load(ROOT / "synth"), r"that save\(folder\) wrote"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_memory_is_told_in_the_words_of_memory(name: str) -> None:
    make, said = MISTAKES[name]
    with pytest.raises(InputError, match=said) as error:
        make()
    assert not SETTING.search(str(error.value)), error.value
    assert "train part" not in str(error.value)


def test_notes_of_a_fit_are_in_the_words_of_memory(caplog: pytest.LogCaptureFixture) -> None:
    rng = np.random.default_rng(0)
    wide = pd.DataFrame({f"n{place}": rng.normal(size=300).round(3) for place in range(120)})
    plain().fit(wide)
    assert "the table has 300 rows" in caplog.text
    assert "the table has 120 columns" in caplog.text
    assert "fit(dependencies=[...]) takes others" in caplog.text
    assert not SETTING.search("\n".join(caplog.messages))
