"""What is trained and sampled, and where Spark runs: settings with their meaning."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from jobs.generator_section import Entry, GeneratorConfig
from jobs.search_section import SearchConfig
from jobs.search_space import read_space
from jobs.section import Section, dates_as_text
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.generators.registry import setting_names
from synth.learning.task import CHECKPOINT_SECONDS
from synth.sampling.blocks import BLOCK_ROWS
from synth.sampling.conditions import require_one_way
from synth.table.errors import InputError

Launch = Literal["auto", "local", "in_process", "address", "ray_on_spark"]
DRIVER_MEMORY = "2g"  # the JVM's heap
MOST_CANDIDATES = 8  # each is a table, and is measured as one


class TrainConfig(GeneratorConfig):
    """Which generator, with which settings of its own, and where it is fitted."""

    generators: tuple[Entry, ...] = Field(
        (),
        max_length=MOST_CANDIDATES,
        description="in place of generator: a run of each, the best is published (name, or "
        "{generator, settings})",
    )
    at_once: int = Field(
        1, ge=1, description="how many of generators are fitted at the same time, under Ray"
    )
    search: SearchConfig = Field(
        SearchConfig(),
        description="of the generator's settings, before it is fitted; none if empty",
    )
    reader: Literal["pyarrow", "petastorm"] = Field(
        "pyarrow", description="of the codes; petastorm needs an environment of its own"
    )
    launch: Launch = Field(
        "auto",
        description="Ray on this machine, no Ray, a running cluster, Ray on Spark's executors, or "
        "what is quickest",
    )
    address: str | None = Field(None, description="of the running Ray cluster")
    workers: int = Field(1, ge=1, description="how many train side by side")
    use_gpu: bool = Field(False, description="one GPU for each worker")
    resources: dict[str, float] = Field(default_factory=dict, description="of each worker")
    failures: int = Field(2, ge=0, description="how often a broken worker is replaced")
    checkpoint_seconds: float = Field(
        CHECKPOINT_SECONDS, ge=0, description="between two checkpoints, at least"
    )

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

    @property
    def deals_row_groups(self) -> bool:
        """Whether codes must lie in as many row groups as there are workers, at least."""
        return self.reader == "petastorm" and self.workers > 1

    @model_validator(mode="after")
    def _one_or_several(self) -> TrainConfig:
        if not self.generators:
            return self
        given = [name for name in ("generator", "settings") if name in self.model_fields_set]
        if given:
            raise InputError(
                f"generators and {' and '.join(given)} cannot go together: each of generators "
                "names its own; leave one of them out"
            )
        for place, one in enumerate(self.generators):
            if one in self.generators[:place]:
                raise InputError(
                    f"generators names {one.words} twice: they would "
                    "make the same table; take one out, or give it other settings"
                )
        return self

    @model_validator(mode="after")
    def _fitted_at_once(self) -> TrainConfig:
        if self.at_once == 1:
            return self
        said = f"at_once is {self.at_once}, and "
        if not self.generators:
            raise InputError(
                f"{said}there is one generator: name several in generators, or leave at_once out "
                "(workers is how many fit one model together)"
            )
        if self.workers > 1:
            raise InputError(
                f"{said}workers is {self.workers}: a generator that is fitted beside others has "
                "one worker; leave one of them out"
            )
        if self.launch == "in_process":
            raise InputError(
                f"{said}launch is in_process: fits at the same time are under Ray; set launch to "
                "auto, local or address, or leave at_once out"
            )
        return self

    @model_validator(mode="after")
    def _searched(self) -> TrainConfig:
        if not self.search.settings:
            return self
        apart = {
            "generators are several": bool(self.generators),
            f"workers is {self.workers}, and a trial has one": self.workers > 1,
            "launch is in_process, and trials are under Ray": self.launch == "in_process",
        }
        for why, holds in apart.items():
            if holds:
                raise InputError(f"search: {why}; leave one of them out")
        try:
            read_space(self.kind, self.settings, self.search.settings)
        except InputError as error:
            raise InputError(f"search.settings: {error}") from error
        return self

    @model_validator(mode="after")
    def _go_with_the_device(self) -> TrainConfig:
        for one in self.alone():
            one.kind.require_means(one.generator_settings, device=self.device)
        return self

    def alone(self) -> tuple[TrainConfig, ...]:
        """The section of a run of each of ``generators``; this one where none are given."""
        if not self.generators:
            return (self,)
        several = {"generators": (), "at_once": 1}
        return tuple(
            self.model_copy(
                update={"generator": one.generator, "settings": one.settings, **several}
            )
            for one in self.generators
        )

    @property
    def on_running_cluster(self) -> bool:
        """Whether what is fitted under Ray is fitted on a cluster that runs already."""
        return self.launch == "address" or (self.launch == "auto" and self.address is not None)

    @property
    def device(self) -> str:
        """Of each worker: ``cpu`` or ``cuda``."""
        return "cuda" if self.use_gpu else "cpu"


class SampleConfig(Section):
    """How many synthetic rows."""

    rows: int | None = Field(None, ge=1, description="as many as the clean table has, if not given")
    block_rows: int = Field(BLOCK_ROWS, ge=256, description="rows that are drawn with one seed")
    partitions: int | None = Field(
        None, ge=1, description="tasks and files; from the number of rows when not given"
    )
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
    candidates: int = Field(
        1, ge=1, le=MOST_CANDIDATES, description="tables that are made, of which the best is kept"
    )
    temperatures: tuple[float, ...] = Field(
        (), description="of each candidate its own; all are drawn at temperature when not given"
    )

    _plain = field_validator("given", mode="before")(dates_as_text)

    @model_validator(mode="after")
    def _one_for_each_candidate(self) -> SampleConfig:
        if not self.temperatures:
            return self
        if len(self.temperatures) != self.candidates:
            raise InputError(
                f"temperatures has {len(self.temperatures)}, and candidates is {self.candidates}: "
                "give each candidate one"
            )
        if self.temperature != 1.0:
            raise InputError(
                "temperature and temperatures cannot go together: leave one of them out"
            )
        for temperature in self.temperatures:
            if not 0 < temperature < float("inf"):
                raise InputError(f"temperatures must be above 0, however: {temperature!r}")
        return self

    @model_validator(mode="after")
    def _one_of_both(self) -> SampleConfig:
        for temperature in self.each_temperature:
            require_one_way(temperature, self.given or self.given_rows or {})
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

    @property
    def each_temperature(self) -> tuple[float, ...]:
        """Of each candidate."""
        return self.temperatures or (self.temperature,) * self.candidates

    def alone(self, number: int) -> SampleConfig:
        """The section of a run that makes this candidate, from 1 on, and no other."""
        own = {
            "candidates": 1,
            "temperatures": (),
            "temperature": self.each_temperature[number - 1],
        }
        return self.model_copy(update=own)


class SessionConfig(Section):
    """Where Spark runs."""

    master: str | None = Field(
        None, description="Spark's master; this machine, or the session that runs, when not given"
    )
    remote: str | None = Field(None, description="a Spark Connect address, sc://host:port")
    jars_folder: str | None = Field(None, description="a folder that holds Delta's jars")
    driver_memory: str = Field(DRIVER_MEMORY, description="the heap of a local driver")
    extra: dict[str, str] = Field(default_factory=dict, description="Spark settings as they are")
