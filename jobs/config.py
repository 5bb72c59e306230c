"""The whole configuration of a run: one YAML file, checked before any work starts."""

from __future__ import annotations

import re
from itertools import product

import yaml
from pydantic import Field, model_validator

from jobs.data_sections import (
    CleanConfig,
    ColumnsConfig,
    DependenciesConfig,
    EncodeConfig,
    IngestConfig,
    LakeConfig,
    PrivacyConfig,
    ProfileConfig,
    SplitConfig,
)
from jobs.judge_sections import (
    EvaluateConfig,
    GatesConfig,
    MlflowConfig,
    StatedConfig,
    TaskConfig,
)
from jobs.model_sections import SampleConfig, SessionConfig, TrainConfig
from jobs.names import base_name
from jobs.section import Section
from synth.generators.contract import Needs, Tempered, lacking
from synth.learning.preparation import require_leading
from synth.table.errors import InputError
from synth.table.schema import TableSchema


class ConfigError(InputError):
    """The configuration or an input cannot be used; the message names the field and the remedy."""


class Config(Section):
    """One run: what is read, where it goes, and how."""

    table: str | None = Field(None, description="name in the lake; from the seed when not given")
    seed: str = Field(description="a file, a folder, a Delta path, or catalog.schema.table")
    random_seed: int = Field(0, description="of the split, the training and the rows")
    lake: LakeConfig = Field(description="where tables and files of runs live")
    ingest: IngestConfig = Field(IngestConfig(), description="how files are read")
    columns: ColumnsConfig = Field(
        ColumnsConfig(), description="what is known of columns beforehand"
    )
    profile: ProfileConfig = Field(
        ProfileConfig(), description="what a run looks at before it learns"
    )
    clean: CleanConfig = Field(CleanConfig(), description="repairs, and rules that rows must keep")
    split: SplitConfig = Field(SplitConfig(), description="the holdout")
    privacy: PrivacyConfig = Field(
        PrivacyConfig(), description="what protects the people in the seed"
    )
    encode: EncodeConfig = Field(EncodeConfig(), description="how columns become codes")
    dependencies: DependenciesConfig = Field(
        DependenciesConfig(), description="rules by which columns follow from others"
    )
    train: TrainConfig = Field(
        TrainConfig(), description="the generator, its settings, where it is fitted"
    )
    sample: SampleConfig = Field(
        SampleConfig(), description="how many synthetic rows, under which conditions"
    )
    task: TaskConfig = Field(
        TaskConfig(), description="what a model predicts that is trained on the synthetic table"
    )
    evaluate: EvaluateConfig = Field(
        EvaluateConfig(), description="what is measured besides counts of whole tables"
    )
    gates: GatesConfig = Field(GatesConfig(), description="what a table must keep to be published")
    stated: StatedConfig = Field(
        StatedConfig(), description="what the owner says of the table, for its report"
    )
    mlflow: MlflowConfig = Field(
        MlflowConfig(), description="where figures go besides the lake's registry"
    )
    session: SessionConfig = Field(SessionConfig(), description="where Spark runs")

    @model_validator(mode="after")
    def _in_one_role(self) -> Config:
        columns = self.columns
        roles = {
            "keys": columns.keys,
            "sensitive": columns.sensitive,
            "not_sensitive": columns.not_sensitive,
            "forms": (*columns.forms,),
        }
        for role, names in roles.items():
            for name in names:
                if name in columns.ignore:
                    raise InputError(
                        f"columns.{role} and columns.ignore both name {name!r}: a column that is "
                        "left out has no other role; take it out of one of them"
                    )
        both = next((name for name in columns.sensitive if name in columns.not_sensitive), None)
        if both is not None:
            raise InputError(
                f"columns.sensitive and columns.not_sensitive both name {both!r}: take it out of "
                "one of them"
            )
        lists = {**roles, "ignore": columns.ignore}
        for role, names in lists.items():
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise InputError(f"columns.{role} names {twice!r} twice: once is enough")
        return self

    @model_validator(mode="after")
    def _led(self) -> Config:
        for one in self.for_each_generator():
            require_leading(one.train.kind, one.generator_needs().first, self.encode.first)
        return self

    @model_validator(mode="after")
    def _drawn(self) -> Config:
        apart = {
            "columns.ignore": set(self.columns.ignore),
            "columns.keys": set(self.columns.keys),
        }
        asked = {"encode.first": self.encode.first, "sample.given": tuple(self.sample.given)}
        asked["task.target"] = () if self.task.target is None else (self.task.target,)
        asked["evaluate.slices"] = self.evaluate.slices
        asked |= self.generator_names()
        for (setting, names), (other, set_apart) in product(asked.items(), apart.items()):
            for name in names:
                if name in set_apart:
                    raise InputError(
                        f"{setting} names {name!r}, which is in {other} and so never drawn: take "
                        "it out of one of them"
                    )
        return self

    @model_validator(mode="after")
    def _can_be_tempered(self) -> Config:
        warm = any(temperature != 1.0 for temperature in self.sample.each_temperature)
        for train in self.train.alone() if warm else ():
            made = train.kind.generator_type
            if made is not None and not issubclass(made, Tempered):
                raise lacking(train.kind, Tempered)
        return self

    def generator_needs(self, schema: TableSchema | None = None) -> Needs:
        """What the generator asks of encode; without a schema what its settings alone tell."""
        return self.train.kind.needs(self.train.generator_settings, schema or TableSchema(()))

    def generator_names(self) -> dict[str, tuple[str, ...]]:
        """By setting, the columns that the settings of the generator, or of each, name."""
        found: dict[str, tuple[str, ...]] = {}
        for place, one in enumerate(self.for_each_generator()):
            lead = f"train.generators.{place}" if self.train.generators else "train"
            drawn = one.generator_needs().drawn
            found |= {f"{lead}.settings.{setting}": names for setting, names in drawn.items()}
        return found

    def for_each_generator(self) -> tuple[Config, ...]:
        """The configuration with each of ``train.generators`` alone; this one where none are given.

        Each equals one that names that generator and no other.
        """
        if not self.train.generators:
            return (self,)
        return tuple(self.model_copy(update={"train": one}) for one in self.train.alone())

    @property
    def table_name(self) -> str:
        """The table's name in the lake: letters, digits and underscores."""
        base = self.table or base_name(self.seed)
        name = re.sub(r"\W+", "_", base).strip("_").lower()
        if not name:
            raise ConfigError(f"seed {self.seed!r} gives no table name: set table")
        return name

    def to_yaml(self) -> str:
        """The configuration as YAML, but ``session.extra``: Spark's settings may hold secrets."""
        plain = self.model_dump(mode="json", exclude={"session": {"extra"}})
        return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)
