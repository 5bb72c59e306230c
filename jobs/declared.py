"""What the seed declares of itself, and what of it the synthetic table can be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyspark.sql import types as T

from jobs.candidates import FIRST, facts_of
from jobs.config import Config, ConfigError
from jobs.run import Run
from jobs.seed_checks import columns_of_rules
from lakehouse.declarations import NOTHING, Declared, DeclaredColumn, read_declared
from lakehouse.declared_rows import can_evaluate, computed_columns
from lakehouse.lineage import Lineage
from lakehouse.schemas import spark_type, to_spark
from lakehouse.tables import sql_name
from synth.table.schema import TableSchema

_STATISTICS = "delta.dataSkippingStatsColumns"


@dataclass(frozen=True)
class Carried:
    """What a synthetic table is to declare, the schema of its rows, and what is to be said."""

    declared: Declared
    schema: T.StructType
    notes: tuple[str, ...] = ()


def seed_declared(run: Run) -> Declared:
    """What the seed declares at the version that the run has pinned.

    Nothing where the model is from elsewhere: the seed is then only compared with.
    """
    ingested = run.record("ingest")
    if run.model is not None:
        return NOTHING
    if "declared" in ingested.facts:
        return Declared.from_json(ingested.facts["declared"])
    if ingested.facts["kind"] not in ("delta", "table"):
        return NOTHING
    seed = ingested.tables["seed"]  # recorded by an earlier version
    return read_declared(run.spark, sql_name(seed.name), seed.version)


def candidate_declared(run: Run, role: str = FIRST) -> Declared:
    """What a candidate declares as the seed does; an earlier version recorded nothing."""
    facts = facts_of(run, role)
    return Declared.from_json(facts["declared"]) if "declared" in facts else NOTHING


def computed_of(run: Run, declared: Declared, columns: TableSchema) -> tuple[DeclaredColumn, ...]:
    """The generated columns that are computed, not learned; ``columns`` are all of the seed's."""
    if not any(column.generated for column in declared.columns):
        return ()
    kept = columns.select(set(columns.names) - set(run.config.columns.ignore))
    return computed_columns(run.spark, declared, to_spark(kept))


def require_not_generated(run: Run, declared: Declared, columns: TableSchema) -> None:
    """ConfigError where a setting wants to draw, or to make anew, what is computed."""
    computed = {column.name for column in computed_of(run, declared, columns)}
    if not computed:
        return
    for setting, names in _drawn(run.config).items():
        for name in names:
            if name in computed:
                raise ConfigError(
                    f"{setting} names column {name!r}, which {run.config.seed} generates from "
                    f"other columns: it is computed, so name those instead"
                )


def carried(run: Run, modelled: TableSchema) -> Carried:
    """What of the seed's declarations the table of these modelled columns can be given."""
    seed = seed_declared(run)
    if not seed.columns:
        return Carried(seed, to_spark(modelled))
    columns = TableSchema.from_json(run.record("ingest").facts["columns"])
    computed = {column.name for column in computed_of(run, seed, columns)} - set(modelled.names)
    there = {*modelled.names, *computed}
    told = [_fitting(c, c.name in computed, modelled) for c in seed.columns if c.name in there]
    schema = T.StructType([T.StructField(c.name, spark_type(c.type), c.nullable) for c, _ in told])
    notes = [note for _, said in told for note in said]
    checks, lost = _checks(run, seed.checks, schema)
    layout, unlaid = _layout(seed, schema.names)
    properties, unset = _properties(seed.properties, schema.names)
    declared = replace(
        layout, columns=tuple(c for c, _ in told), checks=checks, properties=properties, notes=()
    )
    return Carried(declared, schema, (*seed.notes, *notes, *lost, *unlaid, *unset))


def summary_of(declared: Declared) -> tuple[str, ...]:
    """One line on what the table declares as the seed does; none where that is nothing."""
    counts = {
        "char, varchar or collated column": sum(
            _is_declared_text(c.type) for c in declared.columns
        ),
        "NOT NULL column": sum(not c.nullable for c in declared.columns),
        "comment": sum(bool(c.comment) for c in declared.columns) + bool(declared.comment),
        "DEFAULT value": sum(c.default is not None for c in declared.columns),
        "generated column": sum(c.generated is not None for c in declared.columns),
        "identity column": sum(c.identity is not None for c in declared.columns),
        "CHECK constraint": len(declared.checks),
        "partitioning column": len(declared.partitioned_by),
        "clustering column": len(declared.clustered_by),
        "table setting": len(declared.properties),
    }
    said = [f"{n} {what}{'' if n == 1 else 's'}" for what, n in counts.items() if n]
    return (f"declared as in the seed: {', '.join(said)}",) if said else ()


def table_comment(declared: Declared, lineage: Lineage) -> str:
    """The seed's own comment first, where it has one, then that the rows are made up."""
    own = lineage.table_comment()
    return f"{declared.comment}\n{own}" if declared.comment else own


def column_comments(declared: Declared, lineage: Lineage, names: Iterable[str]) -> dict[str, str]:
    """The seed's comment of a column as it is, or where it has none that its values are made up."""
    own = {column.name: column.comment for column in declared.columns}
    return {name: own.get(name) or lineage.column_comment(name) for name in names}


def _drawn(config: Config) -> dict[str, tuple[str, ...]]:
    return {
        "columns.keys": tuple(config.columns.keys),
        "encode.first": tuple(config.encode.first),
        **{key: tuple(names) for key, names in config.generator_names().items()},
        "dependencies.add": tuple(columns_of_rules(config)),
        "sample.given": tuple(config.sample.given),
    }


def _fitting(
    column: DeclaredColumn, is_computed: bool, modelled: TableSchema
) -> tuple[DeclaredColumn, list[str]]:
    """What of a column's declaration fits its synthetic values, and why not all of it does."""
    name, notes = column.name, []
    if column.other:
        keys = ", ".join(map(repr, column.other))
        notes.append(f"column {name!r}: its metadata {keys} is not carried over, SQL cannot set it")
    if column.generated is not None and not is_computed:
        column = replace(column, generated=None)
        notes.append(
            f"column {name!r} is generated in the seed and learned here: columns that it is "
            "generated from are left out, so it is no generated column"
        )
    if column.identity is not None and not modelled[name].key:
        column = replace(column, identity=None)
        notes.append(f"column {name!r} is no identity column here: its values are learned")
    elif column.identity is not None and column.identity.always:
        column = replace(column, identity=replace(column.identity, always=False))
        notes.append(
            f"identity column {name!r} is GENERATED BY DEFAULT here, ALWAYS in the seed: its "
            "values are written with the rows, so that the same run makes the same ones"
        )
    return column, notes


def _checks(
    run: Run, checks: Mapping[str, str], schema: T.StructType
) -> tuple[dict[str, str], list[str]]:
    kept = {name: sql for name, sql in checks.items() if can_evaluate(run.spark, sql, schema)}
    lost = [
        f"CHECK constraint {name!r} is not carried over: columns that it is about are left out, or "
        "learned by their fields"
        for name in checks
        if name not in kept
    ]
    return kept, lost


def _layout(seed: Declared, names: list[str]) -> tuple[Declared, list[str]]:
    partitioned = tuple(name for name in seed.partitioned_by if name in names)
    if set(partitioned) == set(names):
        partitioned = ()  # Delta wants a column that is none of the partition's
    clustered = tuple(name for name in seed.clustered_by if name in names)
    lost = {
        "partitioning": set(seed.partitioned_by) - set(partitioned),
        "clustering": set(seed.clustered_by) - set(clustered),
    }
    notes = [
        f"{what} by {', '.join(map(repr, sorted(columns)))} is not carried over"
        for what, columns in lost.items()
        if columns
    ]
    return replace(seed, partitioned_by=partitioned, clustered_by=clustered), notes


def _properties(found: Mapping[str, str], names: list[str]) -> tuple[dict[str, str], list[str]]:
    """The properties, but for one that names columns which are left out."""
    kept = dict(found)
    listed = [name.strip().strip("`") for name in kept.get(_STATISTICS, "").split(",")]
    if _STATISTICS in kept and not set(listed) <= set(names):
        del kept[_STATISTICS]
        return kept, [
            f"table property {_STATISTICS!r} is not carried over: columns that it names are out"
        ]
    return kept, []


def _is_declared_text(type_name: str) -> bool:
    return type_name.startswith(("char", "varchar", "string collate"))
