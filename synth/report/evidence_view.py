"""The sections of a report on what models and attacks have shown."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from synth.report.evidence_pictures import attack_svg, bars_svg
from synth.report.figure_table import named, table_of, worst_first
from synth.report.report import Report
from synth.report.score_table import score_tables
from synth.report.svg import printable
from synth.report.words import count, explain, figure
from synth.table.door import either


def more_fidelity(report: Report) -> list[dict[str, Any]]:
    """Tables on what gives the table away, on slices, triples and details of columns."""
    tables = []
    tells = sorted(named(report, "column_tell"), key=lambda m: m.value, reverse=True)
    if tells:
        lead = (
            "A classifier was trained to tell synthetic from real rows. How much of its success "
            "each column makes: the columns to look at first."
        )
        tables.append(table_of("What gives the table away", lead, tells, named=False))
    slices = worst_first(named(report, "slice_similarity"))
    if slices:
        lead = (
            "The same figures within groups of rows, the worst first: a minority that was averaged "
            "away shows here. The reference is what real rows of that group score."
        )
        tables.append(table_of("Groups of rows", lead, slices, named=False))
    triples = worst_first(named(report, "triple_similarity", scope="triple"))
    if triples:
        lead = "Of three columns at a time, those most associated; the worst first."
        tables.append(table_of("Three columns at a time", lead, triples[:10], named=False))
    for name in ("wasserstein", "tail_rate_difference", "null_share_difference"):
        found = [m for m in worst_first(named(report, name)) if m.value > 0][:8]
        if found:
            meaning = explain(found[0])
            tables.append(table_of(meaning.title, meaning.sentence, found, named=False))
    return tables


def utility_view(report: Report) -> dict[str, Any] | None:
    """What models lose that learn from the synthetic table; None where none was trained."""
    facts = report.evidence.get("train_on_synthetic")
    tables = [
        table_of(
            "What a model loses, and what it gains",
            "The loss of learning from synthetic in place of real rows, the gain of adding them, "
            "and whether models rely on the same columns.",
            named(
                report,
                "utility_loss",
                "model_utility_loss",
                "augmentation_gain",
                "importance_agreement",
            ),
            named=True,
        ),
        table_of(
            "Classes",
            "Of each class the share that is recognised by a model that learned from synthetic "
            "rows, the rarest class first. The reference learned from real rows.",
            named(report, "minority_recall", "class_recall"),
            named=True,
        ),
        table_of(
            "Every column predicted in turn",
            "How well each column is predicted from all others by a model that learned from "
            "synthetic rows, relative to one that learned from real rows: 1 is as well. The worst "
            "first.",
            worst_first(named(report, "column_utility")),
            named=False,
        ),
        table_of(
            "Queries",
            "Random group-bys with counts, means and sums: the error of their answers.",
            named(report, "query_error", "query_error_tail", "aggregate_error"),
            named=True,
        ),
    ]
    shown = [table for table in tables if table["rows"]]
    if not shown:
        return None
    return {
        "tables": shown,
        "scores": score_tables(report),
        "lead": _task_lead(facts),
        "picture": _utility_picture(report),
    }


def _task_lead(facts: dict[str, Any] | None) -> str:
    if not facts:
        return "No target was predicted."
    rows, setting = facts["rows"], either(lake="task.target", memory="target")
    chosen = (
        f"The target was proposed from the data: name your own ({setting}) if it is another. "
        if facts.get("proposed")
        else ""
    )
    return (
        f"The target is {printable(str(facts['target']))}, judged by {facts['metric']}. {chosen}"
        f"{count(rows['train'])} real and {count(rows['synthetic'])} synthetic rows to learn from, "
        f"{count(rows['test'])} real rows to be tried on."
    )


def _utility_picture(report: Report) -> Markup | None:
    found = named(report, "column_utility")
    if not found:
        return None
    bars = [(metric.columns[0], metric.value) for metric in worst_first(found)[:20]]
    return Markup(bars_svg(bars, full=1.0, prefix="utility"))  # noqa: S704  # escaped by its maker


def privacy_view(report: Report) -> dict[str, Any] | None:
    """What attacks have shown, the worst first, and whether they would have seen a leak."""
    attacks = sorted(named(report, "membership_auc"), key=lambda m: m.value, reverse=True)
    worst = named(report, "worst_attack_auc", "worst_attack_tpr", "epsilon_lower_bound")
    tables = [
        table_of(
            "Whether a row was learned (membership inference)",
            "Each attack guesses which of real rows were learned; 0.5 is guessing, 1 certainty. "
            "Tried on random rows, and on those farthest from all others.",
            worst,
            named=True,
        ),
        table_of("Each attack, the worst first", "Area under its curve.", attacks, named=False),
        table_of(
            "Singling out, linking, inferring",
            "The three criteria of the Article 29 Working Party (WP216), each beside what the same "
            "attack reaches on people who were not learned (the reference).",
            named(
                report,
                "singling_out_risk",
                "linkability_risk",
                "inference_risk",
                "worst_attribute_leak",
                "attribute_inference_leak",
                "column_inference_risk",
            ),
            named=True,
        ),
        table_of(
            "Copies and closeness",
            "Exact copies are counted over whole tables. Distances to the nearest row are a smoke "
            "test: tables that pass it have leaked in other hands (arXiv 2505.01524).",
            named(
                report,
                "exact_copy_rate",
                "near_copy_excess",
                "near_copy_rate",
                "dcr_share",
                "nndr",
                "memorisation_score",
                "likelihood_gap",
            ),
            named=True,
        ),
    ]
    shown = [table for table in tables if table["rows"]]
    if not attacks and len(shown) < 2:
        return None
    return {"tables": shown, "power": power_rows(report), "picture": _attack_picture(report)}


def power_rows(report: Report) -> list[dict[str, Any]]:
    """Leaks that were planted on purpose, and what found them."""
    return [
        {
            "leak": printable(str(trial["leak"])),
            "share": figure(float(trial["share"]), "percent"),
            "rows": count(trial["rows"]),
            "found": bool(trial["found"]),
            "by": printable(", ".join(map(str, trial["by"]))) if trial["by"] else "–",
        }
        for trial in report.evidence.get("power", [])
    ]


def _attack_picture(report: Report) -> Markup | None:
    facts = report.evidence.get("membership")
    if not facts or not facts.get("curves"):
        return None
    return Markup(attack_svg(facts["curves"], prefix="attack"))  # noqa: S704  # escaped by its maker
