"""Pictures of what depends on what: which rules, escaped, of wide tables too."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from synth.report.dependency_graph import GROUPS, MOST_NODES, WIDTH, arrows_of, dependency_graph

HOSTILE = "<script>alert('1')</script> & \"a\""


def rule(
    target: str, *sources: str, kind: str = "sum", used: str | None = "drop"
) -> dict[str, Any]:
    words = f"{target} by {sources}"
    told = {"rule": words, "kind": kind, "target": target, "sources": list(sources), "used": used}
    return {**told, "exceptions": 0, "rows": 9}


def structure(*rules: dict[str, Any], links: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"rules": list(rules), "foreign_keys": list(links)}


LINK = {"table": "orders", "columns": ["who"], "references": "/lake/people", "key": ["id"]}


def test_rules_that_are_used_and_foreign_keys_are_arrows() -> None:
    told = structure(
        rule("gross", "net", "tax"),
        rule("net", "gross", "tax", used=None),
        rule("city", "zip", kind="functional"),
        rule("end", "start", kind="elapsed", used="encoded"),
        links=(LINK,),
    )
    found = [(one.source, one.target, one.group) for one in arrows_of(told, "orders")]
    assert found == [
        ("net", "gross", "sum"),
        ("tax", "gross", "sum"),
        ("zip", "city", "determines"),
        ("start", "end", "distance"),
        ("who", "people: id", "refers"),
    ]
    assert {group for _, _, group in found} <= set(GROUPS)


def test_names_are_escaped_and_lead_to_their_columns() -> None:
    graph = dependency_graph(structure(rule(HOSTILE, "a")), ["b", "a", HOSTILE], "t")
    assert graph is not None and graph["left_out"] == 0
    ((spoken, svg),) = graph["parts"]
    assert "<script" not in svg and 'href="#column-2"' in svg and 'href="#column-3"' in svg
    root = ElementTree.fromstring(svg)  # our own
    assert root.attrib["viewBox"] == f"0 0 {WIDTH} 52" and "script" in spoken
    assert [title for title, _ in graph["key"]] == ["is part of a sum, product or line"]


def test_a_table_without_rules_has_no_picture() -> None:
    assert dependency_graph(structure(), ["a"], "t") is None
    assert dependency_graph(structure(rule("a", "b", used=None)), ["a", "b"], "t") is None


def test_what_is_too_much_for_a_picture_is_counted() -> None:
    names = [f"a long name of the column number {i}" for i in range(MOST_NODES + 50)]
    wide = structure(*[rule(name, names[0]) for name in names[1:]], rule("x", "y"))
    graph = dependency_graph(wide, names, "t")
    assert graph is not None and graph["left_out"] == MOST_NODES + 50
    assert len(graph["parts"]) == 1
