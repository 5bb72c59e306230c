"""One run: its folder, and the records of its stages as far as they are finished."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from jobs.config import Config, ConfigError
from jobs.identity import configuration, identity
from jobs.lake import Lake
from jobs.progress import Reporter
from jobs.records import StageRecord, TableRecord, read_record
from jobs.stages import BY_NAME, STAGES
from lakehouse.tables import TableRef, count_rows, read


@dataclass(frozen=True)
class GivenModel:
    """A model folder that no run of the lake has made, and the hash of the model."""

    folder: str
    hash: str


@dataclass(frozen=True)
class Run:
    """A run that stages work in; everything that outlives a process is in ``folder``.

    With a ``model`` from elsewhere nothing is encoded and trained; ``adopts`` says whether stages
    that an earlier run has finished are taken over.
    """

    id: str
    config: Config
    lake: Lake
    spark: SparkSession
    reporter: Reporter
    model: GivenModel | None = None
    adopts: bool = True

    @property
    def folder(self) -> Path:
        return self.lake.files / self.id

    @property
    def table(self) -> str:
        return self.config.table_name

    @property
    def digest(self) -> str:
        """The name of the configuration of what the run is named after: all up to its model."""
        return configuration(self.config, "train", model=self.model_hash)

    @property
    def model_hash(self) -> str | None:
        """The hash of the model that was given to the run, not of one that it trains."""
        return None if self.model is None else self.model.hash

    def path(self, name: str) -> Path:
        """A file or folder of the run."""
        return self.folder / name

    def app_id(self, stage: str, purpose: str) -> str:
        """The name under which a write of a stage is done at most once.

        A stage that is tried again has the same one; one that is done again, because what it reads
        has changed, has another, also where it is done as it was the time before last.
        """
        return f"lakesynth/{self.id}/{stage}/{self.identity(stage)}/{self.turn(stage)}/{purpose}"

    def identity(self, stage: str, *, told: bool = True) -> str:
        """What a stage's record is to be made of now; ConfigError where one that it reads lacks.

        Without ``told`` as far as other stages read it.
        """
        found = self.records()
        read = {name: self._required(found, name).result for name in BY_NAME[stage].reads}
        return identity(stage, self.config, read, model=self.model_hash, told=told)

    def turn(self, stage: str) -> int:
        """Which time it is that the run does a stage."""
        kept = read_record(self.folder, stage)
        if kept is None:
            return 1
        return kept.turn if kept.identity == self.identity(stage) else kept.turn + 1

    def record(self, stage: str) -> StageRecord:
        """What a finished stage left; ConfigError where it has not run."""
        return self._required(self.records(), stage)

    def find_record(self, stage: str) -> StageRecord | None:
        """What a stage left, where that was made of what it reads now; else it is not finished."""
        return self.records().get(stage)

    def records(self) -> dict[str, StageRecord]:
        """The finished stages in their order."""
        return finished_records(self.folder, self.config, self.model_hash)

    def _required(self, finished: dict[str, StageRecord], stage: str) -> StageRecord:
        if stage not in finished:
            raise ConfigError(
                f"run {self.id} has no finished stage {stage!r}: run `lakesynth {stage}` with the "
                "same arguments first, or `lakesynth run` for all"
            )
        return finished[stage]

    def outdated(self) -> tuple[str, ...]:
        """The stages that were finished, but with other settings or of something else."""
        finished = self.records()
        kept = {stage: read_record(self.folder, stage) for stage in STAGES if stage not in finished}
        return tuple(
            stage for stage, record in kept.items() if record is not None and not record.is_undone
        )

    def rows_of(self, stage: str, role: str) -> DataFrame:
        """The rows of a table that a finished stage recorded, at its version."""
        return read(self.spark, self.record(stage).tables[role].ref)

    def table_record(self, ref: TableRef) -> TableRecord:
        """A table just written or pinned, with the number of its rows."""
        if ref.version is None:
            raise ValueError(f"table {ref.name} has no version to pin")
        return TableRecord(ref.name, ref.version, count_rows(self.spark, ref))

    @property
    def is_finished(self) -> bool:
        """Whether all stages are, with these settings."""
        return self.find_record(STAGES[-1]) is not None


def finished_records(
    folder: Path, config: Config, model_hash: str | None = None
) -> dict[str, StageRecord]:
    """The stages that a run's folder holds, in their order, as far as these settings make them.

    Each was made of what those before it left; ``model_hash`` is that of a model from elsewhere.
    """
    found: dict[str, StageRecord] = {}
    for stage in STAGES:
        record = read_record(folder, stage)
        if record is None or not found.keys() >= set(BY_NAME[stage].reads):
            continue
        read = {name: found[name].result for name in BY_NAME[stage].reads}
        if record.identity == identity(stage, config, read, model=model_hash):
            found[stage] = record
    return found
