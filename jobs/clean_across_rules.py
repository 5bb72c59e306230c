"""Rules of cleaning on a row among others, which a second pass looks at: settings and checks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator
from pyspark.sql import DataFrame

from jobs.clean_row_rules import CleanRule
from jobs.section import Section
from lakehouse.across_rules import AcrossCheck, AcrossRule, ForeignKey, Unique
from lakehouse.near_duplicates import NearDuplicates
from synth.table.errors import InputError


class AcrossRuleConfig(CleanRule):
    """A rule on a row among others, looked at in a second pass."""

    action: Literal["keep", "quarantine"] = Field(
        "quarantine", description="keep: counted alone; quarantine: the row"
    )

    def check(self, foreign: DataFrame | None) -> AcrossCheck:
        """What Spark is to look at."""
        raise NotImplementedError

    def across_rules(self, place: int, foreign: DataFrame | None) -> tuple[AcrossRule, ...]:
        """The check, and what is done where it is broken."""
        setting, check = self.setting(place), self.check(foreign)
        return (AcrossRule(setting, self.kind, self.columns, check, self.action, self.reason),)


class UniqueRule(AcrossRuleConfig):
    """No two rows have the same values in all columns; the first by a hash stays."""

    rule: Literal["unique"] = "unique"

    def check(self, foreign: DataFrame | None) -> AcrossCheck:
        """No two rows alike."""
        return Unique()


class ForeignKeyRule(AcrossRuleConfig):
    """The values stand in a row of another table."""

    rule: Literal["foreign_key_exists"] = "foreign_key_exists"
    table: str = Field(description="files, a Delta path, or catalog.schema.table")
    version: str | None = Field(
        None, description="of that table; pinned when a run is opened, if not given"
    )
    references: tuple[str, ...] = Field((), description="its columns; those of the same name")

    _plain = field_validator("version", mode="before")(
        lambda value: str(value) if isinstance(value, int) else value
    )

    @model_validator(mode="after")
    def _pair_up(self) -> ForeignKeyRule:
        if self.references and len(self.references) != len(self.columns):
            raise InputError(
                f"{len(self.columns)} columns refer to {len(self.references)}: name as many"
            )
        return self

    @property
    def foreign_table(self) -> str | None:
        """The table that the values refer to."""
        return self.table

    @property
    def foreign_version(self) -> str | None:
        """The version of that table."""
        return self.version

    def check(self, foreign: DataFrame | None) -> AcrossCheck:
        """There is such a row."""
        return ForeignKey(self.table, self.references or self.columns, foreign)


class NearDuplicatesConfig(Section):
    """Rows that nearly agree in what some columns say."""

    columns: tuple[str, ...] = Field(description="whose text is compared", min_length=1)
    similarity: float = Field(
        0.9, gt=0, le=1, description="share of pieces of three characters that both have"
    )
    action: Literal["keep", "quarantine"] = Field(
        "keep", description="keep: counted alone; quarantine: all but the first"
    )

    def across_rule(self) -> AcrossRule:
        """The rule as cleaning takes it."""
        check = NearDuplicates(self.similarity)
        return AcrossRule(
            "clean.near_duplicates", "near_duplicates", self.columns, check, self.action
        )
