"""A kind answers for itself: nobody else imports its class, or asks whether a rule is one of it."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from synth.dependencies.age import Age
from synth.dependencies.arithmetic import Sum
from synth.dependencies.clock import ClockPart, ClockSum
from synth.dependencies.dependency import Dependency, DependencyError
from synth.dependencies.duration import Difference, Shift
from synth.dependencies.known_sum import KnownSum
from synth.dependencies.nulls import Nulls
from synth.dependencies.order import Order
from synth.dependencies.registry import dependency_from_json, families, kind_of
from synth.dependencies.rest import Rest
from synth.dependencies.scaled_sum import ScaledSum
from synth.encode.computed_pair import ComputedIncrement, ComputedRatio
from synth.encode.curve import Curve
from synth.encode.elapsed import Elapsed
from synth.encode.kinds import PLAIN_KINDS
from synth.encode.number_pair import Increment, Ratio
from synth.encode.parented import Parented
from tests.synth.dependencies.tables import schema_of

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "synth").rglob("*.py"))
KINDS = {kind for family in families() for kind in family.kinds}
ENCODINGS = {
    *PLAIN_KINDS.values(),
    *(kind.encoding for kind in KINDS if issubclass(kind, Parented)),
}
# Modules of a kind: that of its class, and that of its search.
HOME = {kind: {kind.__module__, f"{kind.__module__}_search"} for kind in KINDS | ENCODINGS}
REGISTRIES = ("synth.dependencies.registry", "synth.encode.kinds")
# What the codes of times, lags and wide decimals are made of.
PARTS = {"NumericEncoding", "MomentEncoding", "CategoricalEncoding"}


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def asked_for(tree: ast.AST) -> Iterator[str]:
    """Names of classes that isinstance or issubclass, or a comparison of types, asks for."""
    for node in ast.walk(tree):
        asks: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            asks = node.args[1:] if node.func.id in ("isinstance", "issubclass") else []
        elif isinstance(node, ast.Compare):
            asks = [node.left, *node.comparators]
        for ask in asks:
            yield from (name.id for name in ast.walk(ask) if isinstance(name, ast.Name))


def faults(source: str, module: str) -> list[str]:
    tree, found = ast.parse(source), []
    foreign = {kind.__name__: kind for kind in HOME if module not in HOME[kind]}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and module not in REGISTRIES:
            for name in node.names:
                kind = foreign.get(name.name)
                if kind and node.module == kind.__module__ and name.name not in PARTS:
                    found.append(f"{module} imports {name.name}")
    return found + [f"{module} asks for {name}" for name in asked_for(tree) if name in foreign]


@pytest.mark.parametrize("file", FILES, ids=lambda file: module_of(file))
def test_nobody_else_knows_a_kind(file: Path) -> None:
    assert faults(file.read_text("utf-8"), module_of(file)) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("from synth.dependencies.order import Order", "imports Order"),
        ("from synth.encode.elapsed import ElapsedEncoding", "imports ElapsedEncoding"),
        ("isinstance(rule, (Sum, Nulls))", "asks for Sum"),
        ("if type(rule) is Functional: pass", "asks for Functional"),
        ("def f(e):\n    return isinstance(e, KeyEncoding)", "asks for KeyEncoding"),
    ],
)
def test_the_rule_bites(source: str, said: str) -> None:
    assert f"synth.dependencies.plan {said}" in faults(source, "synth.dependencies.plan")


def test_dependencies_import_no_encoding() -> None:
    """A plan tells encodings what to fit: the registry alone reaches kinds that lie with them."""
    for file in (ROOT / "synth" / "dependencies").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("synth.encode"), file


def test_every_kind_has_a_name_of_its_own() -> None:
    kinds = [kind for family in families() for kind in family.kinds]
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert all(kind_of(kind.kind) is kind for kind in kinds)
    assert all(set(kind.needed) <= set(kind.fields) for kind in kinds)
    with pytest.raises(DependencyError, match=r"no dependency of kind 'magic': use one of .*order"):
        kind_of("magic")


@pytest.mark.parametrize(
    "rule",
    [
        ClockPart("n", ("m",), "minute", 24, "bigint"),
        ClockSum("n", ("m", "o"), 0, "bigint"),
        Sum("n", ("m", "o"), (1, -1), 2, "bigint"),
        KnownSum("n", ("m", "o"), (1, -1), 0, "bigint", "null"),
        Rest("n", ("m", "o"), (-1, -1), 0, "bigint", 100.0, ("o",)),
        ScaledSum("n", ("m", "o"), (1, -1), 0.001, "down", 0, "bigint"),
        Shift("t", ("s", "n"), "hour", "timestamp"),
        Difference("n", ("s", "t"), "minute", "bigint", "timestamp"),
        Age("n", ("s", "t"), "month", type="bigint", time_types=("timestamp",) * 2),
        Order("n", ("m",), "bigint"),
        Nulls("n", ("m",)),
        Elapsed("t", ("s",), "timestamp", (5, 9), unit="day"),
        Elapsed("t", ("s", "u"), "timestamp", unit="time"),
        Increment("n", ("m",), "bigint", (0,), decimals=0),
        Ratio("n", ("m", "o"), "bigint", decimals=2),
        ComputedRatio("n", ("m", "o"), "bigint", decimals=0, powers=(1.0, -0.5)),
        ComputedIncrement("n", ("m", "o"), "bigint", decimals=0, form="sum", powers=(-1.0, 1.0)),
        Curve(
            "n", ("m",), "bigint", (0,), decimals=0, knots=(0.5, 2.0, 7.0), heights=(1.0, -2.0, 0.0)
        ),
    ],
)
def test_json_round_trip(rule: Dependency) -> None:
    stamp = pa.timestamp("us", tz="UTC")
    fields = [(n, pa.int64()) for n in "nmo"] + [(n, stamp) for n in "stu"]
    schema = schema_of(pa.schema(fields).empty_table())
    rule.check(schema)
    assert dependency_from_json(json.loads(json.dumps(rule.to_json())), schema) == rule
    assert all(name in rule.describe() for name in (rule.target, *rule.sources))
