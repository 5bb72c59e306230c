"""What is read and how it becomes codes: settings with their type, default and meaning."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import (
    Field,
    field_validator,
)

from jobs.clean_across_rules import NearDuplicatesConfig
from jobs.clean_rules import CleaningRule
from jobs.section import Section, dates_as_text
from jobs.section import require_range as require_range
from lakehouse.checks import CleanRules
from lakehouse.text_files import ReadOptions
from synth.encode import SAMPLE_ROWS, EncoderSettings
from synth.encode.settings import VALIDATION_FRACTION, VALIDATION_ROWS, RareValues
from synth.table.errors import InputError


class LakeConfig(Section):
    """Where tables and files of runs live."""

    tables: str = Field(description="a folder, or catalog.schema")
    files: str | None = Field(
        None, description="a folder that every node sees; by default beside the tables"
    )

    @field_validator("files")
    @classmethod
    def _files_are_mounted(cls, value: str | None) -> str | None:
        if value is None:
            return None
        path = re.sub(r"^dbfs:/+(?=Volumes/)", "/", value)  # two spellings of one place
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", path):
            raise InputError(
                "give a mounted path such as /Volumes/main/lakesynth/files, not a URL: Python "
                "on every node opens it as a folder"
            )
        return path


class IngestConfig(Section):
    """How files are read."""

    header: bool = Field(
        ReadOptions.header, description="whether the first line of a CSV file names the columns"
    )
    delimiter: str | None = Field(
        ReadOptions.delimiter, description="guessed from the first line when not given"
    )
    encoding: str = Field(ReadOptions.encoding, description="of text files, by its usual name")
    trim: bool = Field(
        ReadOptions.trim, description="cut white space around each value of a text file"
    )
    null_markers: tuple[str, ...] = Field(
        ReadOptions.null_markers, description="texts in CSV and JSON that stand for no value"
    )
    column_types: dict[str, str] = Field(
        default_factory=dict, description="declared types by column; the others are inferred"
    )
    unsupported_columns: Literal["refuse", "drop", "fields"] = Field(
        "refuse",
        description="binary and nested columns; fields: structs by their fields, no others",
    )


class ProfileConfig(Section):
    """What a run looks at before it learns."""

    whole: bool = Field(
        False,
        description="also pairs, rules, keys and groups of rows: two or three more scans, a page",
    )


class ColumnsConfig(Section):
    """What is known of columns beforehand."""

    sensitive: tuple[str, ...] = Field((), description="never shown in a log, error or report")
    keys: tuple[str, ...] = Field((), description="made anew in sequence, never learned")
    ignore: tuple[str, ...] = Field((), description="left out of the synthetic table")
    infer_sensitive: bool = Field(
        True, description="take columns whose contents identify people as sensitive"
    )
    not_sensitive: tuple[str, ...] = Field(
        (), description="columns that identify nobody, whatever they look like"
    )
    infer_keys: bool = Field(True, description="take unique whole-number or text columns as keys")
    forms: dict[str, str] = Field(
        default_factory=dict,
        description="how a column is written, where that is not seen: a form, or plain for none",
    )


class CleanConfig(Section):
    """Repairs and rules; a row that breaks a rule goes to the quarantine table with its reason."""

    trim: bool = Field(CleanRules.trim, description="cut white space around each text")
    null_markers: tuple[str, ...] = Field(
        CleanRules.null_markers, description="more texts that stand for no value, in any table"
    )
    replace: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="by column: what to write in the place of a value"
    )
    allowed: dict[str, tuple[str | int | float | bool, ...]] = Field(
        default_factory=dict, description="by column: the values that a row may have"
    )
    ranges: dict[str, tuple[float | str | None, float | str | None]] = Field(
        default_factory=dict, description="by column: lowest and highest, null for an open side"
    )
    not_null: tuple[str, ...] = Field(
        CleanRules.not_null, description="columns in which every row must have a value"
    )
    drop_duplicates: bool | Literal["auto"] = Field(
        "auto", description="auto: while they are at most 1 % of the rows, else they are data"
    )
    rules: tuple[CleaningRule, ...] = Field(
        (), description="a list of rules: rule, columns, action, reason, and the rule's own keys"
    )
    near_duplicates: NearDuplicatesConfig | None = Field(
        None, description="rows that nearly agree in some columns: columns, similarity, action"
    )

    _plain = field_validator("ranges", "allowed", "rules", mode="before")(dates_as_text)

    @field_validator("ranges")
    @classmethod
    def _can_be_kept(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name, (low, high) in given.items():
            require_range(name, low, high)
        return given

    @field_validator("allowed")
    @classmethod
    def _allow_something(cls, given: dict[str, Any]) -> dict[str, Any]:
        for name, values in given.items():
            if not values:
                raise InputError(
                    f"column {name!r} allows no value, so that every row would be rejected: list "
                    "the values that it may have, or leave it out"
                )
        return given


class SplitConfig(Section):
    """The holdout, which no stage before evaluate reads."""

    holdout_fraction: float = Field(
        0.2, ge=0, le=0.5, description="of the rows, set apart to measure against; 0 for none"
    )
    key: tuple[str, ...] = Field((), description="rows of one entity stay on one side")


class PrivacyConfig(Section):
    """What protects the people in the seed table."""

    min_entities: int = Field(
        EncoderSettings.min_entities,
        ge=1,
        description="values of fewer rows, or entities of split.key, are not stored",
    )
    rare_values: RareValues = Field(
        EncoderSettings.rare_values, description="what a row gets in the place of a rare value"
    )


class EncodeConfig(Section):
    """How columns become codes."""

    direct: int = Field(
        EncoderSettings.direct, ge=2, le=4096, description="up to so many values: a code for each"
    )
    lossless: int = Field(
        EncoderSettings.lossless,
        ge=2,
        le=8192,
        description="up to so many: a code for each, in two parts; beyond, bins",
    )
    coarse: int = Field(
        EncoderSettings.coarse, ge=2, le=256, description="bins of the first part of a number"
    )
    fine: int = Field(EncoderSettings.fine, ge=1, le=128, description="bins within one of those")
    validation_fraction: float = Field(
        VALIDATION_FRACTION, gt=0, lt=0.5, description="of the train part, to end the training by"
    )
    validation_rows: int = Field(
        VALIDATION_ROWS,
        ge=1,
        description="at most about so many: more tell no more",
    )
    rows_per_file: int = Field(1_000_000, ge=1000, description="of codes, about")
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
