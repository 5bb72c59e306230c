"""A judge of any synthetic table, whoever made it: fidelity, utility and privacy in one report.

>>> from synth import evaluate
>>> report = evaluate(real, synthetic, holdout=holdout, target="income")  # doctest: +SKIP
>>> report.save("report.html"); report.metrics                           # doctest: +SKIP
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from synth.arguments import shown, whole
from synth.asked import ROWS, Asked, Frame, Options, ReadTables, held_out, read_tables, require_rows
from synth.encode import EncoderSettings
from synth.metrics.compared import Compared, left_out, sampled
from synth.metrics.gates import GateRules
from synth.metrics.histograms import CodeHistograms
from synth.metrics.judge import figures, settled
from synth.model_evidence import broken_rules, likelihoods
from synth.progress import Following, following
from synth.report.html import render_html
from synth.report.made import report_of
from synth.report.report import Report
from synth.report.short import metric_row, summary_html, summary_text
from synth.sampling.model_folder import Model
from synth.table.door import OF_THE_JUDGE, in_memory
from synth.table.errors import InputError
from synth.table.frame_type import FrameType
from synth.table.frames import read_twice

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TITLE = "Synthetic table"
NOBODY_ELSE = (
    "attacks are not measured: the model has learned every row that it is judged by, and nobody is "
    "there who was not learned; give a holdout that was kept from the fit"
)
OF_MODEL = (
    "the real rows are taken for those that the synthesizer has learned, and the holdout for rows "
    "that it has not seen: otherwise what it gives away of people does not show"
)


@dataclass(frozen=True)
class Evaluation:
    """What was found: a report that can be saved, shown in a notebook, and read as a frame.

    ``counts`` are of whole tables by role, for pictures that the report itself does not hold.
    """

    report: Report
    counts: Mapping[str, CodeHistograms] = field(default_factory=dict, repr=False)

    @property
    def passed(self) -> bool:
        """Whether the table keeps every bound, or only amber ones."""
        return self.report.verdict.passed

    @property
    def status(self) -> str:
        """``green``, ``amber`` or ``red``."""
        return self.report.verdict.status

    @property
    def reasons(self) -> list[str]:
        """Why it is not green, in words."""
        return self.report.verdict.reasons

    @property
    def notes(self) -> list[str]:
        """What was assumed, sampled or not measured."""
        return self.report.notes

    @property
    def metrics(self) -> pd.DataFrame:
        """One row for each figure: area, name, columns, value, interval, reference, gate."""
        import pandas as pd

        return pd.DataFrame([metric_row(metric) for metric in self.report.metrics])

    @in_memory(OF_THE_JUDGE)
    def save(self, path: str | Path) -> str:
        """Write the report: a page (``.html``), or all of it as JSON (``.json``)."""
        target = Path(path)
        if target.suffix not in (".html", ".json"):
            raise InputError(f"a report is saved as .html or .json, however: {str(path)!r}")
        if target.suffix == ".html":
            text = render_html(self.report)
        else:
            text = json.dumps(self.report.to_json(), ensure_ascii=False, allow_nan=False)
        target.write_text(text, encoding="utf-8")
        return str(target)

    def plot_column(self, column: str) -> Figure:
        """Real and synthetic shares of a column; InputError where the report has none such."""
        from synth.report.plots import column_figure

        return column_figure(self.report, column)

    def plot_pair(self, first: str, second: str) -> Figure:
        """How often values of two columns go together; InputError as :meth:`plot_column`."""
        from synth.report.pair_plot import pair_figure

        return pair_figure(self.counts, first, second)

    def plot_utility(self) -> Figure:
        """How well each column is predicted by a model that learned from synthetic rows."""
        from synth.report.plots import utility_figure

        return utility_figure(self.report)

    def plot_privacy(self) -> Figure:
        """Members that attacks find, by how many others they accuse."""
        from synth.report.plots import privacy_figure

        return privacy_figure(self.report)

    def _repr_html_(self) -> str:
        """A notebook shows the headline figures."""
        return summary_html(self.report)

    def __repr__(self) -> str:
        """The verdict and the headline figures."""
        return summary_text(self.report)


@in_memory(OF_THE_JUDGE)
def evaluate(
    real: Frame,
    synthetic: Frame,
    *,
    holdout: Frame | None = None,
    target: Any = None,
    positive: Any = None,
    sensitive: Iterable[Any] = (),
    not_sensitive: Iterable[Any] = (),
    keys: Iterable[Any] = (),
    entity: Iterable[Any] = (),
    slices: Iterable[Any] = (),
    two_sample: bool = True,
    utility: bool = True,
    privacy: str = "quick",
    rules: GateRules | None = None,
    rows: int = ROWS,
    min_entities: int = EncoderSettings.min_entities,
    seed: int = 0,
    progress: bool | None = None,
) -> Evaluation:
    """Judge a synthetic table by the real rows that it was learned from.

    ``holdout``: real rows that the generator has not seen; without it a fifth of ``real`` is held
    out here, and the report says that the generator may have seen them. ``target`` is what a
    downstream model predicts (proposed from the data if not given), ``positive`` the label that it
    looks for, ``entity`` the columns that tell people apart. Models and attacks are given at most
    ``rows`` of each table. ``privacy`` is ``quick``, ``full`` or ``off``; ``rules`` set other
    bounds. Columns whose contents identify people are taken for sensitive, and said, but for those
    that are ``not_sensitive``. InputError names what does not fit, and what to do.
    """
    started = time.monotonic()
    options = Options(two_sample, utility, privacy, rules, rows, seed)
    settings = EncoderSettings(min_entities=whole("min_entities", min_entities, least=1))
    asked = Asked(target, positive, sensitive, keys, entity, slices, not_sensitive)
    with following("evaluate", shown(progress)) as follow:
        follow.step("reading the tables")
        read = read_tables(real, synthetic, holdout, asked, options)
        unit = read.question.unit
        compared = Compared.of(read.tables, read.schema, settings, entity=unit)
        return _judged(read, compared, options, follow, started)


def evaluate_model(
    model: Model,
    read: Callable[[Frame], tuple[pa.Table, FrameType]],
    sample: Callable[[int], Frame],
    real: Frame,
    *,
    holdout: Frame | None = None,
    rows: int | None = None,
    target: Any = None,
    positive: Any = None,
    entity: Iterable[Any] = (),
    slices: Iterable[Any] = (),
    two_sample: bool = True,
    utility: bool = True,
    privacy: str = "quick",
    rules: GateRules | None = None,
    seed: int = 0,
    progress: bool | None = None,
) -> Evaluation:
    """Judge as many rows as ``real`` has, or ``rows``, of a model, as :func:`evaluate` does others.

    Without a holdout no attack is tried: the model has learned every row that there is. ``read``
    gives a frame's rows as the model knows them, and how the frame looked; ``sample`` a frame of so
    many rows. Columns are compared in the model's own bins, its rules are counted, and
    attacks are told how likely it finds each row.
    """
    started = time.monotonic()
    options = Options(two_sample, utility, privacy, rules, seed=seed)
    given = {"train": real} if holdout is None else {"train": real, "holdout": holdout}
    frames = {role: read(read_twice(frame)) for role, frame in given.items()}
    tables = {role: require_rows(table, role) for role, (table, _) in frames.items()}
    looked, schema = frames["train"][1], model.encoder.table_schema
    asked = Asked(target, positive, entity=entity, slices=slices)
    question = options.question(asked, looked, schema)
    untried: tuple[str, ...] = ()
    if holdout is None and question.wanted.privacy is not None:
        question = replace(question, wanted=replace(question.wanted, privacy=None))
        untried = (NOBODY_ELSE,)
    tables["synthetic"] = read(sample(len(tables["train"]) if rows is None else rows))[0]
    with following("evaluate", shown(progress)) as follow:
        held, said = held_out(tables, question)
        notes = (*looked.notes, OF_MODEL, *untried, *said)
        compared = Compared(held, model.encoder, tuple(left_out(model.encoder)))
        found = ReadTables(held, schema, question, notes)
        return _judged(found, compared, options, follow, started, model)


def _judged(
    read: ReadTables,
    compared: Compared,
    options: Options,
    follow: Following,
    started: float,
    model: Model | None = None,
) -> Evaluation:
    """All figures of the tables, their gates, and the report."""
    question, encoder = read.question, compared.encoder
    whole_tables = compared.whole(follow.step)
    if options.rules is None:
        question = replace(question, rules=GateRules(repeats=compared.repeats()))
    samples, said = sampled(read.tables, options.rows, options.seed)
    broken, likelihood = [], None
    if model is not None:
        follow.step("counting broken rules, and how likely rows are to the model")
        broken = broken_rules(encoder, read.tables["synthetic"])
        likelihood = likelihoods(encoder, model.generator, samples)
    found = figures(
        encoder,
        whole_tables,
        samples,
        compared.copies(),
        question,
        follow.step,
        rules=broken,
        likelihood=likelihood,
    )
    report = report_of(
        encoder,
        whole_tables.counts,
        settled(found, question),
        title=TITLE,
        dependencies=broken,
        training={} if model is None else model.manifest["about"].get("training", {}),
        seconds={"evaluate": round(time.monotonic() - started, 2)},
        notes=[*read.notes, *compared.notes, *said],
    )
    return Evaluation(report, whole_tables.counts)
