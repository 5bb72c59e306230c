"""Pictures of a report on their own, for notebooks: matplotlib figures.

How two columns go together is in ``pair_plot``: it needs counts that no report holds.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from synth.report.evidence_pictures import attack_figure, bars_figure
from synth.report.figure_table import named, worst_first
from synth.report.pictures import distribution_figure
from synth.report.report import Report
from synth.report.svg import INK, REAL, SYNTHETIC, printable, style
from synth.table.errors import InputError
from synth.table.known_names import known_names

MOST_BARS = 40
HEAD = 44  # pixels of a title, and of the line below it
TITLE_LETTERS = 46


def column_figure(report: Report, column: str) -> Figure:
    """Real and synthetic shares of a column, as the report draws them; masked if sensitive.

    InputError where the report compares no column of this name.
    """
    known = {one.bins.name: one for one in report.columns}
    if column not in known:
        raise InputError(f"no column {column!r} is compared; {known_names(column, known)}")
    with style():
        figure = distribution_figure(known[column])
        return headed(figure, column, real_and_synthetic=True)


def utility_figure(report: Report) -> Figure:
    """How well each column is predicted by models of synthetic rows, relative to real ones.

    InputError where that was not measured.
    """
    found = worst_first(named(report, "column_utility"))
    if not found:
        raise InputError("no column was predicted: evaluate(..., utility=True) does; see the notes")
    bars = [(metric.columns[0], metric.value) for metric in found[:MOST_BARS]]
    with style():
        figure = bars_figure(bars, full=1.0)
        return headed(figure, "Columns predicted from synthetic rows (1: as from real ones)")


def privacy_figure(report: Report) -> Figure:
    """Members that attacks find, by how many others they accuse; InputError where none was tried.

    The worst attack is among them.
    """
    curves = report.evidence.get("membership", {}).get("curves")
    if not curves:
        raise InputError(
            "no membership attack was tried: evaluate(..., privacy='quick') tries them, if there "
            "are enough rows; see the notes"
        )
    with style():
        return headed(attack_figure(curves), "Who was learned: what attacks find")


def headed(figure: Figure, title: str, *, real_and_synthetic: bool = False) -> Figure:
    """The figure below a title, and below what the two colours mean if they are of two tables."""
    width, height = (float(side) * 72 for side in figure.get_size_inches())
    head = HEAD if real_and_synthetic else HEAD / 2 + 6
    whole = height + head
    for axes in figure.axes:
        box = axes.get_position()
        place = (box.x0, box.y0 * height / whole, box.width, box.height * height / whole)
        axes.set_position(place)
    figure.set_size_inches(width / 72, whole / 72)
    text = printable(title, TITLE_LETTERS if width < 400 else None)
    figure.text(10 / width, 1 - 18 / whole, text, fontsize=12, color=INK, weight="bold")
    if real_and_synthetic:
        y = 1 - 36 / whole
        figure.text(10 / width, y, "■ real", fontsize=10, color=REAL)
        figure.text(60 / width, y, "■ synthetic", fontsize=10, color=SYNTHETIC)
    return figure
