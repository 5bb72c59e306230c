"""Which columns depend on which: rules between columns as pictures, one for each connected part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from synth.report.arc_layout import STEP, Arc, Arrow, Part, layout
from synth.report.svg import INK, printable

WIDTH = 340  # pixels, as wide as a narrow page shows without scrolling
LETTERS, LETTER = 20, 7.6  # of a name: how many are shown, and how wide one is
MOST_NODES = 200  # columns in all pictures; beyond, the list of rules is the better way in
_HEAD = 6.0  # length of an arrow's head


@dataclass(frozen=True)
class _Group:
    """Kinds of rules that look alike."""

    title: str
    colour: str
    dash: str = ""


GROUPS = {
    "determines": _Group("determines", "#2b5d8a"),
    "sum": _Group("is part of a sum, product or line", "#b85c00"),
    "order": _Group("comes before, or is at most", "#0b6b50", "5 3"),
    "distance": _Group("has a bounded distance to", "#0b7a8a", "7 2 1.5 2"),
    "missing": _Group("is missing with, or excludes", "#7a4aa0", "1.5 3"),
    "refers": _Group("refers to", "#1b2733"),
}
_BY_KIND = {
    "sum": "sum",
    "scaled_sum": "sum",
    "rest": "sum",
    "sum_of_known": "sum",
    "product": "sum",
    "linear": "sum",
    "clock_sum": "sum",
    "difference": "sum",
    "order": "order",
    "distance": "distance",
    "nulls": "missing",
    "one_hot": "missing",
}


def dependency_graph(
    structure: Mapping[str, Any], columns: Sequence[str], table: str
) -> dict[str, Any] | None:
    """What a template shows: pictures, the looks of arrows, and how much is left out.

    Rules that are used, without those that they imply; None where there are none.
    """
    parts = layout(arrows_of(structure, table), columns, WIDTH - 12 - LETTER * 8)
    shown: list[Part] = []
    for part in parts:
        if sum(len(own.nodes) for own in shown) + len(part.nodes) <= MOST_NODES:
            shown.append(part)
    if not parts:
        return None
    groups = {arc.arrow.group for part in shown for arc in part.arcs}
    return {
        "parts": [(_spoken(part), _svg(part, columns)) for part in shown],
        "key": [(own.title, _swatch(own)) for name, own in GROUPS.items() if name in groups],
        "left_out": sum(len(part.nodes) for part in parts) - sum(len(p.nodes) for p in shown),
    }


def arrows_of(structure: Mapping[str, Any], table: str) -> Iterator[Arrow]:
    """From each source of a rule to its target, and from a foreign key to what it refers to."""
    for rule in structure["rules"]:
        if rule["used"]:  # what others already imply would hide the rest
            usual = "distance" if rule["used"] == "encoded" else "determines"
            group = _BY_KIND.get(rule["kind"], usual)
            for source in rule["sources"]:
                yield Arrow(source, rule["target"], group, str(rule["rule"]))
    for link in structure["foreign_keys"]:
        child = _end(link["table"], link["columns"], table)
        parent = _end(link["references"], link["key"], table)
        yield Arrow(child, parent, "refers", f"{child} refers to {parent}")


def _end(of: str, columns: Sequence[str], table: str) -> str:
    """A column of the table itself, or one of another, which is called by its last name."""
    names = ", ".join(columns)
    return names if of == table else f"{of.rstrip('/').rsplit('/', 1)[-1]}: {names}"


def _spoken(part: Part) -> str:
    """What a picture shows, for who does not see it: the rules themselves stand in the table."""
    return f"Rules between {', '.join(printable(name, 60) for name in part.nodes[:12])}" + (
        f" and {len(part.nodes) - 12} more columns" if len(part.nodes) > 12 else ""
    )


def _svg(part: Part, columns: Sequence[str]) -> str:
    labels = [_short(name) for name in part.nodes]
    edge = 8 + LETTER * max(map(len, labels))
    room = WIDTH - edge - 4
    place = {name: at for at, name in enumerate(columns, start=1)}
    drawn = [
        f'<svg viewBox="0 0 {WIDTH} {part.height:g}" width="{WIDTH}" height="{part.height:g}" '
        'xmlns="http://www.w3.org/2000/svg" font-size="12.5">'
    ]
    drawn += [_arc(arc, edge, min(arc.reach, room)) for arc in part.arcs]
    for at, (name, label) in enumerate(zip(part.nodes, labels, strict=True)):
        text = (
            f'<text x="{edge - 5:.1f}" y="{(at + 0.5) * STEP + 4:g}" text-anchor="end" '
            f'fill="{INK}">{escape(label)}<title>{escape(printable(name))}</title></text>'
        )
        linked = name in place
        drawn.append(f'<a href="#column-{place[name]}">{text}</a>' if linked else text)
    return "".join([*drawn, "</svg>"])


def _short(name: str) -> str:
    """The name on one line; of one that is too long both ends, which tell more than its middle."""
    line = printable(name)
    if len(line) <= LETTERS:
        return line
    return f"{line[: LETTERS // 2 - 1]}…{line[-LETTERS // 2 :]}"


def _arc(arc: Arc, edge: float, reach: float) -> str:
    """A curve whose farthest point is ``reach`` from the names, with a head at its end."""
    look, swing = GROUPS[arc.arrow.group], edge + reach / 0.75
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    tip = edge + _HEAD
    return (
        f"<g><title>{escape(printable(arc.arrow.words, 160))}</title>"
        f'<path d="M{edge:.1f} {arc.start:.1f}C{swing:.1f} {arc.start:.1f} {swing:.1f} '
        f'{arc.end:.1f} {tip:.1f} {arc.end:.1f}" fill="none" stroke="{look.colour}" '
        f'stroke-width="1.4"{dash}/>'
        f'<path d="M{edge:.1f} {arc.end:.1f}l{_HEAD:g} -3.2v6.4z" fill="{look.colour}"/></g>'
    )


def _swatch(look: _Group) -> str:
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return (
        '<svg viewBox="0 0 30 10" width="30" height="10" aria-hidden="true">'
        f'<path d="M2 5H24" stroke="{look.colour}" stroke-width="1.6" fill="none"{dash}/>'
        f'<path d="M29 5l-6 -3.2v6.4z" fill="{look.colour}"/></svg>'
    )
