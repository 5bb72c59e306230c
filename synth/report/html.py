"""The report as one HTML file that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from synth.report.report import Report


def render_html(report: Report) -> str:
    """The whole page as text; write it as UTF-8.

    Every name and label is escaped by the template; pictures are inline SVG.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        from synth.report.view import view
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"the report needs {error.name}: pip install 'lakesynth[report]'", name=error.name
        ) from error
    environment = Environment(
        loader=PackageLoader("synth.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(view(report))
