"""Where a synthetic table comes from, carried by the table itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pyspark.sql import SparkSession

from lakehouse.tables import TableRef, properties, set_properties
from synth.table.errors import InputError

PREFIX = "lakesynth."
SYNTHETIC = f"{PREFIX}synthetic"
VERDICT = f"{PREFIX}verdict"
CHOICE = f"{PREFIX}choice"
NOT_EVALUATED, BEING_WRITTEN = "not evaluated", "being written"
# What a table says of itself until its rows and their lineage are there.
UNFINISHED = {SYNTHETIC: "true", VERDICT: BEING_WRITTEN}
_LATER = (
    "model_source",
    "given_rows",
    "cleaning",
    "gates",
    "waivers",
    "choice",
)  # tables of earlier versions lack them
_NUMBERS = ("sampling_seed", "rows", "block_rows")


@dataclass(frozen=True)
class Lineage:
    """What made a synthetic table; equals itself through the table's properties.

    ``seed_name`` is the source as the user gave it, ``seed`` the Delta table and version that was
    read. ``created`` is an ISO time in UTC. ``given`` names the columns of conditions,
    without their values: rows made under them, or at a ``temperature``, are not as the seed's.
    ``given_rows`` is the table, with its version, of which each row became one of these.
    ``cleaning`` says how many of the seed's rows became clean, quarantined or duplicates.
    ``model_source`` is the folder of a model that was trained elsewhere, not on ``train``.
    ``gates`` is the state of all gates (green, amber or red), empty before they were measured, and
    ``waivers`` say who let which figure break its bound, and why. ``choice`` says of which runs it
    was chosen and why, empty where there was no choice of runs.
    """

    run_id: str
    seed_name: str
    seed: TableRef
    train: TableRef
    holdout: TableRef | None
    model_hash: str
    generator: str
    config_digest: str
    sampling_seed: int
    rows: int
    block_rows: int
    created: str
    package_version: str
    temperature: float = 1.0
    given: tuple[str, ...] = ()
    model_source: str = ""
    given_rows: str = ""
    cleaning: str = ""
    gates: str = ""
    waivers: tuple[str, ...] = ()
    choice: str = ""
    verdict: str = NOT_EVALUATED

    def to_properties(self) -> dict[str, str]:
        """The lineage as table properties: text under our own prefix."""
        texts = {key: _text(value) for key, value in self._fields().items()}
        return {SYNTHETIC: "true", **{f"{PREFIX}{key}": text for key, text in texts.items()}}

    @classmethod
    def from_properties(cls, found: Mapping[str, str]) -> Lineage:
        """The lineage that a table's properties hold; InputError names what is missing."""
        names = [
            name
            for name in cls.__dataclass_fields__
            if f"{PREFIX}{name}" in found or name not in _LATER
        ]
        missing = [name for name in names if f"{PREFIX}{name}" not in found]
        if missing:
            raise InputError(
                f"the table's lineage lacks {', '.join(PREFIX + name for name in missing)}: "
                f"it was made by another version, or its properties were changed"
            )
        return cls(**{name: _value(name, found[f"{PREFIX}{name}"]) for name in names})

    def to_metadata(self) -> dict[str, Any]:
        """The lineage as it stands in the commit of the rows."""
        return {"synthetic": True, **self._fields()}

    def is_of_the_rows_of(self, other: Lineage) -> bool:
        """Whether both are of the same rows, whatever was found or decided of them."""
        mine, others = (
            replace(one, verdict="", gates="", waivers=(), choice="") for one in (self, other)
        )
        return mine == others

    def table_comment(self) -> str:
        """What whoever looks the table up reads first; the same for each run of a seed."""
        if self.model_source:
            source = f"with the model {self.model_source}, measured against {self.seed_name}"
        else:
            source = f"from {self.seed_name}"
        return (
            f"Synthetic data, no real rows: made by Lakesynth {source}. Run, model and verdict are "
            f"in the table's properties ({PREFIX}*)."
        )

    def column_comment(self, name: str) -> str:
        """The same for one column."""
        return f"Synthetic values of {name!r}."

    def _fields(self) -> dict[str, Any]:
        tables = {"seed": self.seed, "train": self.train, "holdout": self.holdout}
        named = {role: None if ref is None else ref.to_json() for role, ref in tables.items()}
        return asdict(self) | named


def read_lineage(spark: SparkSession, name: str) -> Lineage | None:
    """The lineage of a table; None where the table does not say that it is synthetic.

    InputError where it is being written.
    """
    found = properties(spark, name)
    if found.get(SYNTHETIC) != "true":
        return None
    if found.get(VERDICT) == BEING_WRITTEN:
        raise InputError(
            f"table {name} is being written, or its publication broke off: run the same command "
            "again, it goes on"
        )
    return Lineage.from_properties(found)


def is_complete(spark: SparkSession, name: str) -> bool:
    """Whether a table is not being written; also true of one that is not synthetic."""
    return properties(spark, name).get(VERDICT) != BEING_WRITTEN


def set_choice(spark: SparkSession, name: str, choice: str) -> None:
    """Record of which runs a published table was chosen, where it does not say so already."""
    if properties(spark, name).get(CHOICE) != choice:
        set_properties(spark, name, {CHOICE: choice})


def set_verdict(spark: SparkSession, name: str, verdict: str) -> None:
    """Record what the evaluation said; InputError for a table that is not synthetic."""
    found = properties(spark, name)
    if found.get(SYNTHETIC) != "true":
        raise InputError(f"table {name} carries no lineage, so it gets no verdict")
    if found.get(VERDICT) != verdict:
        set_properties(spark, name, {VERDICT: verdict})


def _text(value: Any) -> str:
    """Text as it is, everything else (references, numbers, null) as JSON."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _value(name: str, text: str) -> Any:
    if name in _NUMBERS:
        return int(text)
    if name == "temperature":
        return float(text)
    if name in ("given", "waivers"):
        return tuple(json.loads(text))
    if name in ("seed", "train", "holdout"):
        data = json.loads(text)
        return None if data is None else TableRef.from_json(data)
    return text
