"""The page of an audit: what was found first, then columns, pairs, structure. No script."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from markupsafe import Markup

from synth.audit.audit import Audit
from synth.audit.content import SensitiveContent
from synth.audit.finding import SEVERITIES, Finding, Severity
from synth.audit.quasi_identifiers import QuasiIdentifier
from synth.report.dependency_graph import dependency_graph
from synth.report.findings import TONES, finding_view
from synth.report.heatmap import Scale, heat_map_svg
from synth.report.html import page
from synth.report.pictures import distribution_svg
from synth.report.report import ColumnComparison
from synth.report.svg import printable
from synth.report.words import count

MOST_MAPPED = 60  # names of a heat map; beyond, squares are too small to tell
MOST_PEOPLE = 20  # combinations; all stand in profile.json
MOST_PAIRS, MOST_RULES = 25, 40  # rows of a table; all stand in profile.json
OPEN_COLUMNS = 24  # columns whose details are open at first
_WORDS = {
    "error": "Synthetic data of this table is not fit for use as things stand.",
    "warning": "Look at these before you synthesise.",
    "info": "Nothing speaks against synthesis; these are good to know.",
}
_NOTHING = "Nothing speaks against synthesis."


def render_audit(audit: Audit) -> str:
    """The whole page as text; write it as UTF-8."""
    return page("audit.html.j2", audit_view(audit))


def audit_view(audit: Audit) -> dict[str, Any]:
    """The template's context; all text is plain, only the pictures are markup."""
    worst: Severity = next((f.severity for f in audit.findings), "info")
    return {
        "title": printable(audit.table),
        "facts": [
            ("rows", count(audit.rows)),
            ("columns", count(len(audit.columns))),
            ("target", str(audit.question.get("target") or "not named")),
        ],
        "tone": TONES[worst],
        "headline": _headline(audit.findings),
        "meant": _WORDS[worst] if audit.findings else _NOTHING,
        "findings": [finding_view(found) for found in audit.findings],
        "columns": list(_columns(audit)),
        "map": _map(audit),
        "mapped_out": max(0, len(audit.bins) - MOST_MAPPED),
        "pairs": [_pair(pair) for pair in islice(audit.associations, MOST_PAIRS)],
        "pairs_in_all": count(len(audit.associations)),
        "groups": [
            {**rate.to_json(), "rows": count(rate.rows), "rate": f"{rate.rate:.1%}"}
            for rate in audit.group_rates
        ],
        "content": [_content(one) for one in audit.content],
        "people": [_people(one) for one in audit.people[:MOST_PEOPLE]],
        "people_out": max(0, len(audit.people) - MOST_PEOPLE),
        "structure": _structure(audit.structure),
        "graph": _graph(audit),
        "notes": list(audit.notes),
        "printable": printable,
    }


def _headline(findings: tuple[Finding, ...]) -> str:
    """``1 error, 2 warnings``; of none, that there is nothing."""
    numbers = {s: sum(f.severity == s for f in findings) for s in SEVERITIES}
    plain = {"error": "error", "warning": "warning", "info": "note"}
    said = [f"{n} {plain[s]}{'s' if n > 1 else ''}" for s, n in numbers.items() if n]
    return ", ".join(said) or "Nothing was found"


def _columns(audit: Audit) -> Iterator[dict[str, Any]]:
    """A column each, with the picture of what is counted of it."""
    counted = {
        bins.name: (bins, counts) for bins, counts in zip(audit.bins, audit.counts, strict=True)
    }
    flagged = {name for found in audit.findings for name in found.columns}
    for place, own in enumerate(audit.columns):
        name, picture = own["name"], None
        if name in counted:
            bins, counts = counted[name]
            rows = [int(n) for n in counts]
            compared = ColumnComparison(bins, rows, rows)
            svg = distribution_svg(compared, prefix=f"c{place}", alone=True)
            picture = Markup(svg)  # noqa: S704  # escaped by its maker
        yield {
            "name": printable(name),
            "type": own["type"],
            "nulls": f"{own['nulls'] / audit.rows:.1%}",
            "distinct": count(own.get("distinct")),
            "sensitive": own["sensitive"],
            "flagged": name in flagged,
            "open": len(audit.columns) <= OPEN_COLUMNS,
            "facts": _facts(own),
            "picture": picture,
        }


def _facts(own: dict[str, Any]) -> list[tuple[str, str]]:
    """What is told of a column's values, which enough rows share."""
    named = [("lowest", "low"), ("highest", "high"), ("mean", "mean"), ("deviation", "deviation")]
    facts = [(title, printable(str(own[key]))) for title, key in named if key in own]
    quantiles = own.get("quantiles", {})
    facts += [(f"{q} quantile", printable(str(quantiles[q]))) for q in ("25%", "50%", "75%")
              if q in quantiles]  # fmt: skip
    return facts


def _map(audit: Audit) -> Markup | None:
    """The coefficients of all pairs of columns; of many columns, those of the strongest pairs."""
    strongest = dict.fromkeys(name for pair in audit.associations for name in pair.columns)
    chosen = set(islice(strongest, MOST_MAPPED))
    names = [bins.name for bins in audit.bins if bins.name in chosen]
    if len(names) < 2:
        return None
    places = {name: place for place, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    for pair in audit.associations:
        if pair.columns[0] in places and pair.columns[1] in places:
            one, other = (places[name] for name in pair.columns)
            matrix[one, other] = matrix[other, one] = pair.value
    svg = heat_map_svg(matrix, names, Scale.correlation(), prefix="map")
    return Markup(svg)  # noqa: S704  # escaped by its maker


def _pair(pair: Any) -> dict[str, str]:
    return {
        "names": " and ".join(map(printable, pair.columns)),
        "kind": pair.kind,
        "value": f"{pair.value:.3f}",
        "pearson": "–" if pair.pearson is None else f"{pair.pearson:.3f}",
        "information": f"{pair.information:.3f}",
    }


def _content(one: SensitiveContent) -> dict[str, str]:
    return {
        "column": printable(one.column),
        "kind": one.kind,
        "share": "its name" if one.by == "name" else f"{one.share:.1%} of its values",
        "confidence": one.confidence,
        "identifying": "yes" if one.identifying else "no",
    }


def _people(one: QuasiIdentifier) -> dict[str, str]:
    error = f" ± {one.standard_error:.1%}" if one.standard_error else ""
    return {
        "columns": ", ".join(map(printable, one.columns)),
        "unique": f"{one.unique_share:.1%}{error}",
        "below_5": f"{one.share_below_5:.1%}",
        "below_11": f"{one.share_below_11:.1%}",
    }


def _graph(audit: Audit) -> dict[str, Any] | None:
    """The rules as pictures, whose markup is escaped by their maker."""
    names = [str(own["name"]) for own in audit.columns]
    graph = dependency_graph(audit.structure, names, audit.table)
    if graph is None:
        return None
    for place in ("parts", "key"):
        graph[place] = [(title, Markup(svg)) for title, svg in graph[place]]  # noqa: S704
    return graph


def _structure(structure: dict[str, Any]) -> dict[str, Any]:
    rules = structure["rules"]
    return {
        "rules": [
            {
                "rule": printable(str(rule["rule"]), 160),
                "rows": count(rule["rows"]),
                "exceptions": count(rule["exceptions"]),
                "kept": "kept by a synthetic table" if rule["used"] else f"not: {rule['why_not']}",
            }
            for rule in rules[:MOST_RULES]
        ],
        "left_out": max(0, len(rules) - MOST_RULES),
        "keys": [", ".join(map(printable, key)) for key in structure["keys"]],
        "links": [_link(link) for link in structure["foreign_keys"]],
        "forms": [(printable(n), printable(w, 160)) for n, w in structure["forms"].items()],
        "limits": structure["not_looked_at"],
    }


def _link(link: dict[str, Any]) -> dict[str, str]:
    """A foreign key: who refers to whom, and how many rows of the child, in words."""
    return {
        "child": printable(f"{link['table']}: {', '.join(link['columns'])}"),
        "parent": printable(f"{link['references']}: {', '.join(link['key'])}"),
        "told_by": "its name" if link["told_by"] == "name" else "its values",
        "share": f"{link['share_with_parent']:.2%}",
        "violations": count(link["violations"]),
        "parents": f"{count(link['parents_with_rows'])} of {count(link['parents'])}",
        "rows": f"{link['rows_per_parent']:g} on average, at most "
        f"{count(link['most_rows_of_a_parent'])}",
    }
