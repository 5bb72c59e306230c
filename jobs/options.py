"""The arguments and options that several commands have: one name, one meaning, one help."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

SeedArgument = Annotated[
    str | None,
    typer.Argument(help="CSV, Parquet or JSON file or folder, Delta path, catalog.schema.table"),
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="YAML configuration file")]
LakeOption = Annotated[
    str | None, typer.Option("--lake", help="folder of the lake, or catalog.schema")
]
RowsOption = Annotated[int | None, typer.Option("--rows", help="synthetic rows to make")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="a.b=c, over the configuration file")
]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="start a new run")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="say what each rule would do; nothing is written")
]
RunOption = Annotated[str | None, typer.Option("--run", help="a run's name, to work in that one")]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="a model's folder, or a run: sample, evaluate and publish it"),
]
GivenOption = Annotated[
    str | None, typer.Option("--given", help="conditions, as {column: value} or shares by value")
]
TemperatureOption = Annotated[
    float | None, typer.Option("--temperature", help="below 1 prefers what is likely")
]
RealOption = Annotated[
    str | None, typer.Option("--real", help="judge any table: the one it was learned from")
]
SyntheticOption = Annotated[
    str | None, typer.Option("--synthetic", help="the table to judge, with --real")
]
HoldoutOption = Annotated[
    str | None, typer.Option("--holdout", help="real rows that no generator has seen")
]
TargetOption = Annotated[
    str | None, typer.Option("--target", help="the column that a model is to predict")
]
SensitiveOption = Annotated[
    str | None, typer.Option("--sensitive", help="columns, with commas between them")
]
EntityOption = Annotated[
    str | None, typer.Option("--entity", help="columns that tell people apart")
]
PrivacyOption = Annotated[
    Literal["off", "quick", "full"] | None,
    typer.Option("--privacy", help="how long attacks take: off, quick or full"),
]


def set_by(options: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that options of their own have set: those that are given."""
    return {key: value for key, value in options.items() if value is not None}


def listed(names: str | None) -> list[str] | None:
    """Names with commas between them; None where the option is not given."""
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]
