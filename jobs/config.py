"""The whole configuration of a run: one YAML file, checked before any work starts."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from typing import Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from jobs.names import base_name
from lakehouse.checks import CleanRules
from lakehouse.text_files import ReadOptions
from synth.encode import SAMPLE_ROWS, EncoderSettings
from synth.encode.settings import VALIDATION_FRACTION, VALIDATION_ROWS, RareValues
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.generators.contract import GeneratorKind, Needs, Tempered, lacking
from synth.generators.registry import DEFAULT, generator_kind, read_settings, setting_names
from synth.learning.preparation import require_leading
from synth.learning.task import CHECKPOINT_SECONDS
from synth.sampling.blocks import BLOCK_ROWS
from synth.sampling.conditions import require_one_way
from synth.table.errors import InputError
from synth.table.schema import TableSchema

DRIVER_MEMORY = "2g"  # the JVM's heap


class ConfigError(InputError):
    """The configuration or an input cannot be used; the message names the field and the remedy."""


class Section(BaseModel):
    """A part of the configuration; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _dates_as_text(value: Any) -> Any:
    """YAML makes dates of 2024-01-31, as keys too; a text is read as the column's type."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, dict):
        return {_dates_as_text(key): _dates_as_text(inner) for key, inner in value.items()}
    return [_dates_as_text(inner) for inner in value] if isinstance(value, list | tuple) else value


class LakeConfig(Section):
    """Where tables and files of runs live."""

    tables: str = Field(description="a folder, or catalog.schema")
    files: str | None = Field(
        None, description="a folder that every node sees; by default beside the tables"
    )

    @field_validator("files")
    @classmethod
    def _files_are_mounted(cls, value: str | None) -> str | None:
        if value is not None and re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", value):
            raise InputError("give a mounted path such as /Volumes/main/lakesynth/files, not a URL")
        return value


class IngestConfig(Section):
    """How files are read."""

    header: bool = ReadOptions.header
    delimiter: str | None = Field(
        ReadOptions.delimiter, description="guessed from the first line when not given"
    )
    encoding: str = ReadOptions.encoding
    trim: bool = Field(
        ReadOptions.trim, description="cut white space around each value of a text file"
    )
    null_markers: tuple[str, ...] = ReadOptions.null_markers
    column_types: dict[str, str] = Field(
        default_factory=dict, description="declared types by column; the others are inferred"
    )
    unsupported_columns: Literal["refuse", "drop"] = Field(
        ReadOptions.unsupported, description="what to do with binary and nested columns"
    )


class ColumnsConfig(Section):
    """What is known of columns beforehand."""

    sensitive: tuple[str, ...] = Field((), description="never shown in a log, error or report")
    keys: tuple[str, ...] = Field((), description="made anew in sequence, never learned")
    ignore: tuple[str, ...] = Field((), description="left out of the synthetic table")
    infer_keys: bool = Field(True, description="take unique whole-number or text columns as keys")
    forms: dict[str, str] = Field(
        default_factory=dict,
        description="how a column is written, where that is not seen: a form, or plain for none",
    )


class CleanConfig(Section):
    """Repairs and rules; a row that breaks a rule goes to the quarantine table with its reason."""

    trim: bool = CleanRules.trim
    null_markers: tuple[str, ...] = CleanRules.null_markers
    replace: dict[str, dict[str, str]] = Field(default_factory=dict)
    allowed: dict[str, tuple[str | int | float | bool, ...]] = Field(default_factory=dict)
    ranges: dict[str, tuple[float | str | None, float | str | None]] = Field(default_factory=dict)
    not_null: tuple[str, ...] = CleanRules.not_null
    drop_duplicates: bool | Literal["auto"] = Field(
        "auto", description="auto: while they are at most 1 % of the rows, else they are data"
    )

    _plain = field_validator("ranges", "allowed", mode="before")(_dates_as_text)


class SplitConfig(Section):
    """The holdout, which no stage before evaluate reads."""

    holdout_fraction: float = Field(0.2, ge=0, lt=1)
    key: tuple[str, ...] = Field((), description="rows of one entity stay on one side")


class PrivacyConfig(Section):
    """What protects the people in the seed table."""

    min_entities: int = Field(
        EncoderSettings.min_entities, ge=1, description="values held by fewer rows are not stored"
    )
    rare_values: RareValues = EncoderSettings.rare_values


class EncodeConfig(Section):
    """How columns become codes."""

    direct: int = Field(EncoderSettings.direct, ge=2, le=4096)
    lossless: int = Field(EncoderSettings.lossless, ge=2, le=8192)
    coarse: int = Field(EncoderSettings.coarse, ge=2, le=256)
    fine: int = Field(EncoderSettings.fine, ge=1, le=128)
    validation_fraction: float = Field(VALIDATION_FRACTION, gt=0, lt=0.5)
    validation_rows: int = Field(
        VALIDATION_ROWS,
        ge=1,
        description="at most about so many: more tell no more",
    )
    rows_per_file: int = Field(1_000_000, ge=1000)
    sample_rows: int = Field(
        SAMPLE_ROWS, ge=1000, description="rows on the driver: rules, order, groups"
    )
    first: tuple[str, ...] = Field(
        (), description="columns drawn first: conditions on them are exact"
    )
    keep_codes: bool = Field(
        False, description="keep codes and checkpoints, which are nearly the real rows, for good"
    )


class DependenciesConfig(Section):
    """What is determined in a table is not modelled but put back by rule."""

    find: bool = Field(True, description="look for dependencies in the data")
    add: tuple[dict[str, Any], ...] = Field(
        (), description="rules of your own: kind, sources, target, and the kind's own fields"
    )
    veto: tuple[str, ...] = Field((), description="columns that no rule may determine or repair")


class TrainConfig(Section):
    """Which generator, with which settings of its own, and where it is fitted."""

    generator: str = Field(DEFAULT, description="by name: ours, or one that a package brings")
    settings: dict[str, Any] = Field(
        default_factory=dict, description="of the generator: those that its kind knows"
    )
    reader: Literal["pyarrow", "petastorm"] = Field(
        "pyarrow", description="of the codes; petastorm needs an environment of its own"
    )
    launch: Literal["local", "in_process", "address"] = Field(
        "local", description="a Ray cluster on this machine, no cluster, or a running one"
    )
    address: str | None = Field(None, description="of the running Ray cluster, for launch: address")
    workers: int = Field(1, ge=1)
    use_gpu: bool = Field(False, description="one GPU for each worker")
    resources: dict[str, float] = Field(default_factory=dict, description="of each worker")
    failures: int = Field(2, ge=0, description="how often a broken worker is replaced")
    checkpoint_seconds: float = Field(
        CHECKPOINT_SECONDS, ge=0, description="between two checkpoints, at least"
    )

    _plain = field_validator("settings", mode="before")(_dates_as_text)

    @model_validator(mode="before")
    @classmethod
    def _settings_have_moved(cls, data: Any) -> Any:
        """The autoregressive generator's settings once stood beside ``generator``."""
        if isinstance(data, dict):
            known = setting_names(AutoregressiveSettings)
            moved = [name for name in data if name in known and name not in cls.model_fields]
            if moved:
                raise InputError(
                    "; ".join(f"{n} has moved: write train.settings.{n}" for n in moved)
                )
        return data

    @field_validator("generator")
    @classmethod
    def _is_installed(cls, name: str) -> str:
        _ = generator_kind(name)
        return name

    @field_validator("settings")
    @classmethod
    def _are_of_the_generator(cls, given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Those that differ from the defaults: one that is written out says nothing."""
        name = info.data.get("generator")
        if name is None:  # it is refused already
            return given
        kind = generator_kind(name)
        own, default = read_settings(kind, given), read_settings(kind)
        return {key: v for key, v in given.items() if getattr(own, key) != getattr(default, key)}

    @model_validator(mode="after")
    def _go_with_the_device(self) -> TrainConfig:
        self.kind.require_means(self.generator_settings, device=self.device)
        return self

    @property
    def kind(self) -> GeneratorKind:
        """The kind of generator."""
        return generator_kind(self.generator)

    @property
    def generator_settings(self) -> Any:
        """The settings as the kind's own type."""
        return read_settings(self.kind, self.settings)

    @property
    def device(self) -> str:
        """Of each worker: ``cpu`` or ``cuda``."""
        return "cuda" if self.use_gpu else "cpu"


class SampleConfig(Section):
    """How many synthetic rows."""

    rows: int | None = Field(None, ge=1, description="as many as the clean table has, if not given")
    block_rows: int = Field(BLOCK_ROWS, ge=256)
    partitions: int | None = Field(None, ge=1)
    given: dict[str, Any] = Field(
        default_factory=dict,
        description="by column: a value, shares by value, a list, or a range (between)",
    )
    given_rows: str | None = Field(
        None, description="a table or files of rows: one synthetic row for each of them"
    )
    given_version: str | None = Field(
        None, description="of given_rows; pinned when a run is opened, if not given"
    )
    temperature: float = Field(1.0, gt=0, description="below 1 prefers what is likely")

    _plain = field_validator("given", mode="before")(_dates_as_text)

    @model_validator(mode="after")
    def _one_of_both(self) -> SampleConfig:
        require_one_way(self.temperature, self.given or self.given_rows or {})
        for name, other in (("given", self.given), ("rows", self.rows)):
            if self.given_rows is not None and other:
                raise InputError(
                    f"given_rows and {name} cannot go together: each given row becomes one, and "
                    "what is asked of all rows is a column of theirs; leave one of them out"
                )
        return self

    @field_validator("given_version", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class GatesConfig(Section):
    """What a table must keep to be published.

    Quality bounds are relative to the ceiling, the same figure of train against holdout; without a
    holdout the minimum stands.
    """

    column_shortfall: float = Field(0.03, ge=0, le=1)
    pair_shortfall: float = Field(0.05, ge=0, le=1)
    column_minimum: float = Field(0.9, ge=0, le=1)
    pair_minimum: float = Field(0.8, ge=0, le=1)
    copy_rate: float | None = Field(
        None, ge=0, le=1, description="if not given: the seed's own, see docs/architecture.md"
    )


class SessionConfig(Section):
    """Where Spark runs."""

    master: str | None = None
    remote: str | None = Field(None, description="a Spark Connect address, sc://host:port")
    jars_folder: str | None = None
    driver_memory: str = DRIVER_MEMORY
    extra: dict[str, str] = Field(default_factory=dict, description="Spark settings as they are")


class Config(Section):
    """One run: what is read, where it goes, and how."""

    table: str | None = Field(None, description="name in the lake; from the seed when not given")
    seed: str = Field(description="a file, a folder, a Delta path, or catalog.schema.table")
    random_seed: int = 0
    lake: LakeConfig
    ingest: IngestConfig = IngestConfig()
    columns: ColumnsConfig = ColumnsConfig()
    clean: CleanConfig = CleanConfig()
    split: SplitConfig = SplitConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    encode: EncodeConfig = EncodeConfig()
    dependencies: DependenciesConfig = DependenciesConfig()
    train: TrainConfig = TrainConfig()
    sample: SampleConfig = SampleConfig()
    gates: GatesConfig = GatesConfig()
    session: SessionConfig = SessionConfig()

    @model_validator(mode="after")
    def _led(self) -> Config:
        require_leading(self.train.kind, self.generator_needs().first, self.encode.first)
        return self

    @model_validator(mode="after")
    def _drawn(self) -> Config:
        apart = {
            "columns.ignore": set(self.columns.ignore),
            "columns.keys": set(self.columns.keys),
        }
        asked = {"encode.first": self.encode.first, "sample.given": tuple(self.sample.given)}
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
        made = self.train.kind.generator_type
        if self.sample.temperature != 1.0 and made is not None and not issubclass(made, Tempered):
            raise lacking(self.train.kind, Tempered)
        return self

    def generator_needs(self, schema: TableSchema | None = None) -> Needs:
        """What the generator asks of encode; without a schema what its settings alone tell."""
        return self.train.kind.needs(self.train.generator_settings, schema or TableSchema(()))

    def generator_names(self) -> dict[str, tuple[str, ...]]:
        """By setting, the columns that the generator's settings name."""
        drawn = self.generator_needs().drawn
        return {f"train.settings.{setting}": names for setting, names in drawn.items()}

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
