"""What a table is judged by: the task of its users, what is measured, the gates."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from jobs.section import Section
from synth.audit.column_audit import STOPPING
from synth.metrics.catalogue import kinds
from synth.metrics.gates import COPIES, GateRules, Waiver
from synth.metrics.kind import Bound
from synth.table.errors import InputError
from synth.table.known_names import known_names

MODEL_ROWS = 50_000
Model = Literal["lightgbm", "linear"]
# What MLflow takes for an address; it would take any other text for a folder of this machine.
_ADDRESS = re.compile(r"databricks(-uc)?|[A-Za-z][A-Za-z0-9+.-]*:/.+")
_USER = re.compile(r"://[^/]*@")


class TaskConfig(Section):
    """What a model is to predict that is trained on the synthetic table."""

    target: str | None = Field(
        None, description="the column; proposed from the data, and said, when not given"
    )
    kind: Literal["auto", "binary", "classes", "number"] = Field(
        "auto", description="of the prediction; read off the target when not given"
    )
    positive: str | int | float | bool | None = Field(
        None, description="of two classes the one that is looked for; the rarer when not given"
    )
    metric: str = Field("auto", description="that a model is judged by, such as roc_auc or r2")
    models: tuple[Model, ...] = Field(
        ("lightgbm", "linear"), min_length=1, description="that are trained"
    )


class EvaluateConfig(Section):
    """What is measured besides counts of whole tables."""

    two_sample: bool = Field(True, description="whether a classifier tries to tell both apart")
    utility: bool = Field(True, description="whether models are trained on the synthetic table")
    privacy: Literal["off", "quick", "full"] = Field(
        "quick", description="attacks on the people in the seed, and proof that they find leaks"
    )
    model_rows: int = Field(
        MODEL_ROWS, ge=100, description="of each table, at most, that models and attacks are given"
    )
    slices: tuple[str, ...] = Field(
        (), description="columns by whose values figures are taken apart; chosen when not given"
    )

    @field_validator("privacy", mode="before")
    @classmethod
    def _off_is_a_word(cls, value: Any) -> Any:
        """YAML reads a bare ``off`` as False."""
        return "off" if value is False else value


class WaiverConfig(Section):
    """Who lets a figure break its bound, and why: it stands in the table's lineage."""

    by: str = Field(min_length=1, description="a person")
    reason: str = Field(min_length=1, description="why the table may be published all the same")

    @field_validator("by", "reason")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise InputError("is blank: a waiver names a person and a reason")
        return value.strip()


class StatedConfig(Section):
    """What the owner says of the synthetic table; it stands in the report as it is."""

    intended_use: str | None = Field(None, description="what the table is for")
    approved_by: str | None = Field(None, description="who answers for its publication")
    accept: dict[str, WaiverConfig] = Field(
        default_factory=dict,
        description="by finding of the profile that would stop a run: who goes on, and why",
    )

    @field_validator("accept")
    @classmethod
    def _is_known(cls, given: dict[str, WaiverConfig]) -> dict[str, WaiverConfig]:
        for name in given:
            if name not in STOPPING:
                raise InputError(f"{known_names(name, STOPPING, 'findings that stop a run')}")
        return given


class MlflowConfig(Section):
    """Where a run's figures go besides the registry of its lake; nothing that is made changes."""

    tracking_uri: str | None = Field(
        None,
        description="of MLflow: http://host:5000, databricks; none is used when not given",
    )
    experiment: str = Field(
        "lakesynth", min_length=1, description="that the runs stand in; made where there is none"
    )

    @field_validator("tracking_uri")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if _USER.search(value):  # it would stand in run.yaml
            raise InputError(
                "holds a user's name or password: leave them out, and set the variables "
                "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
            )
        if not _ADDRESS.fullmatch(value):
            raise InputError(
                f"{value!r} is no address: write http://host:5000, https://host, databricks, "
                "databricks://profile, or file:/folder"
            )
        return value

    @model_validator(mode="after")
    def _is_a_path_on_databricks(self) -> MlflowConfig:
        is_there = (self.tracking_uri or "").startswith("databricks")
        if is_there and not self.experiment.startswith("/"):
            raise InputError(
                f"experiment is {self.experiment!r}: on Databricks it is a path of the workspace, "
                "such as /Shared/lakesynth"
            )
        return self


class BoundConfig(Section):
    """Up to ``green`` a figure is green, up to ``amber`` amber, beyond red."""

    green: float = Field(description="the bound itself; of figures held to real rows, how far off")
    amber: float | None = Field(None, description="no zone between green and red when not given")


class GatesConfig(Section):
    """What a table must keep to be published.

    Quality bounds are relative to the ceiling, the same figure of train against holdout; without a
    holdout the minimum stands.
    """

    column_shortfall: float = Field(
        0.03, ge=0, le=1, description="how far column similarity may lie below the holdout's"
    )
    pair_shortfall: float = Field(
        0.05, ge=0, le=1, description="how far pair similarity may lie below the holdout's"
    )
    column_minimum: float = Field(
        0.9, ge=0, le=1, description="of column similarity, where there is no holdout"
    )
    pair_minimum: float = Field(
        0.8, ge=0, le=1, description="of pair similarity, where there is no holdout"
    )
    copy_rate: float | None = Field(
        None, ge=0, le=1, description="if not given: the seed's own, see docs/architecture.md"
    )
    copy_level: float = Field(
        0.01,
        gt=0,
        lt=0.5,
        description="more copies than real rows show are no chance where they are less likely",
    )
    bounds: dict[str, BoundConfig] = Field(
        default_factory=dict, description="by figure, in the place of its own: green and amber"
    )
    amber: Literal["publish", "refuse"] = Field(
        "publish", description="what becomes of a table that is neither green nor red"
    )
    waivers: dict[str, WaiverConfig] = Field(
        default_factory=dict, description="by figure: who lets it break its bound, and why"
    )

    @field_validator("bounds", "waivers")
    @classmethod
    def _are_figures(cls, given: dict[str, Section]) -> dict[str, Section]:
        held = [name for name, kind in kinds().items() if kind.bound is not None]
        for name in given:
            if name not in held:
                raise InputError(
                    f"{name!r} is no figure that has a bound; {known_names(name, held, 'they')}"
                )
        return given

    @model_validator(mode="after")
    def _stand_once(self) -> GatesConfig:
        own = {
            COPIES: "copy_rate or copy_level",
            "column_similarity": "column_shortfall",
            "pair_similarity": "pair_shortfall",
        }
        for name, setting in own.items():
            if name in self.bounds:
                raise InputError(f"bounds names {name}, which has its own setting: {setting}")
        for name, bound in self.bounds.items():
            self._require_order(name, bound)
        return self

    @staticmethod
    def _require_order(name: str, bound: BoundConfig) -> None:
        kind = kinds()[name]
        relative = kind.bound is not None and kind.bound.relative
        grows = relative or not kind.higher_is_better  # what is worse has the larger number
        if bound.amber is None or bound.amber == bound.green:
            return
        if (bound.amber > bound.green) != grows:
            raise InputError(
                f"bounds.{name} is green up to {bound.green} and amber up to {bound.amber}, which "
                "is on its better side: amber begins where green ends"
            )

    def rules(self, repeats: tuple[int, int]) -> GateRules:
        """The bounds; ``repeats``: of how many rows cleaning dropped how many equal to another."""
        bounds = {
            "column_similarity": Bound(
                self.column_shortfall, by="interval", relative=True, absolute=self.column_minimum
            ),
            "pair_similarity": Bound(
                self.pair_shortfall, by="interval", relative=True, absolute=self.pair_minimum
            ),
        }
        for name, given in self.bounds.items():
            own = kinds()[name].bound or Bound(given.green)
            bounds[name] = Bound(given.green, given.amber, own.by, own.relative, own.absolute)
        waivers = {name: Waiver(one.by, one.reason) for name, one in self.waivers.items()}
        return GateRules(bounds, self.copy_rate, self.copy_level, repeats, waivers)
