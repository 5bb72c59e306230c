"""A report as one HTML file that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from typing import Any

from synth.report.report import Report


def render_html(report: Report) -> str:
    """The whole page as text; write it as UTF-8."""
    try:
        from synth.report.view import view
    except ModuleNotFoundError as error:
        raise _needed(error) from error
    return page("report.html.j2", view(report))


def page(template: str, context: dict[str, Any]) -> str:
    """A template filled in: every name and label is escaped by it; pictures are inline SVG."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise _needed(error) from error
    environment = Environment(
        loader=PackageLoader("synth.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(context)


def _needed(error: ModuleNotFoundError) -> ModuleNotFoundError:
    return ModuleNotFoundError(
        f"the report needs {error.name}: pip install 'lakesynth[report]'", name=error.name
    )
