"""What an audit proposes to a configuration: constraints and roles, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from synth.audit.audit import Audit
from synth.audit.sensitive_columns import Inference

WHOLE = ("drop", "repair")  # how a rule is used that holds in every row, or is made to


@dataclass(frozen=True)
class Proposal:
    """An entry of a setting that is a list, and why; no value of a row stands in it."""

    setting: str
    value: Any
    evidence: str


def proposals(found: Audit) -> Iterator[Proposal]:
    """Everything that may be taken over, setting by setting."""
    inference = Inference(
        found.question.get("infer_sensitive", True), found.question.get("not_sensitive", ())
    )
    for one in inference.identifying(found.content):
        evidence = f"{one.kind} in {one.share:.1%} of its values, confidence {one.confidence}"
        yield Proposal("columns.sensitive", one.column, evidence)
    for names in found.structure["keys"]:
        if len(names) == 1:
            yield Proposal("columns.keys", names[0], f"unique in {found.rows:,} rows")
    yield from _rules_of_cleaning(found)
    for rule in found.structure["rules"]:
        if rule["used"] in WHOLE:
            value = {key: rule[key] for key in ("kind", "sources", "target")}
            told = f"{rule['rule']}: {rule['rows']:,} rows, {rule['exceptions']:,} exceptions"
            yield Proposal("dependencies.add", value, told)


def _rules_of_cleaning(found: Audit) -> Iterator[Proposal]:
    for names in found.structure["keys"]:
        if len(names) > 1:
            value = {"rule": "unique", "columns": names}
            yield Proposal("clean.rules", value, f"together unique in {found.rows:,} rows")
    for key in found.structure.get("foreign_keys", ()):
        if "rule" in key:
            told = f"{key['violations']:,} of {key['rows']:,} rows have no parent"
            yield Proposal("clean.rules", key["rule"], told)
    for rule in found.structure["rules"]:
        if "clean" in rule:
            told = f"{rule['rule']}, but for {rule['violations']:,} of {rule['rows']:,} rows"
            yield Proposal("clean.rules", rule["clean"], told)
    for form in found.structure.get("formats", ()):
        told = f"another form than {form['shape']} in {form['violations']:,} of {form['rows']:,}"
        yield Proposal("clean.rules", form["clean"], f"{told} rows")
