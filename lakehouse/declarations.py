"""What a table declares of itself: types, comments, defaults, rules, layout, properties.

Described as JSON, apart from Spark and from any table, so that another table can be given the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pyspark.sql import Row, SparkSession
from pyspark.sql import types as T

from lakehouse.table_properties import kept_properties
from lakehouse.transaction_log import Metadata, read_metadata

CHAR = "__CHAR_VARCHAR_TYPE_STRING"
_CHECK = "delta.constraints."
COMMENT, DEFAULT, _GENERATED = "comment", "CURRENT_DEFAULT", "delta.generationExpression"
_INVARIANT = "delta.invariants"  # how Delta wrote a rule on one column before it had CHECK
_START, _STEP = "delta.identity.start", "delta.identity.step"
_BY_DEFAULT, _LAST = "delta.identity.allowExplicitInsert", "delta.identity.highWaterMark"
_PHYSICAL = "delta.columnMapping.physicalName"
# Delta's and Spark's own notes on a column, which go with what they are about.
_OWN_KEYS = (CHAR, COMMENT, DEFAULT, _GENERATED, _INVARIANT, "EXISTS_DEFAULT", "__COLLATIONS")
_OWN_PREFIXES = ("delta.columnMapping.", "delta.identity.", "delta.typeChanges", "__")
_HIDDEN_FEATURES = {"generatedColumns", "identityColumns"}


@dataclass(frozen=True)
class Identity:
    """How an identity column counts; ``last`` is the last value that Delta knows of."""

    start: int
    step: int
    always: bool
    last: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class DeclaredColumn:
    """What is declared of a column; expressions and defaults are SQL.

    ``type`` is as declared: ``char(3)``, ``string collate UNICODE``. ``other`` has the keys of
    metadata for which SQL has no words.
    """

    name: str
    type: str
    nullable: bool = True
    comment: str | None = None
    default: str | None = None
    generated: str | None = None
    identity: Identity | None = None
    other: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DeclaredColumn:
        """What ``asdict`` made of it."""
        identity = None if data["identity"] is None else Identity(**data["identity"])
        return cls(**{**data, "identity": identity, "other": tuple(data["other"])})


@dataclass(frozen=True)
class Declared:
    """What a table declares; equals itself through JSON. Of a table that says nothing: empty.

    ``checks`` are SQL by the name of the constraint. ``notes`` say what is declared of the table
    and is not in here, and why.
    """

    columns: tuple[DeclaredColumn, ...] = ()
    comment: str | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    partitioned_by: tuple[str, ...] = ()
    clustered_by: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def find(self, name: str) -> DeclaredColumn | None:
        """What is declared of the column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    def with_columns(self, change: Callable[[DeclaredColumn], DeclaredColumn]) -> Declared:
        """The same, each column as ``change`` makes it."""
        return replace(self, columns=tuple(map(change, self.columns)))

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Declared:
        """What :meth:`to_json` wrote."""
        names = ("partitioned_by", "clustered_by", "notes")
        lists = {name: tuple(data[name]) for name in names}
        columns = tuple(map(DeclaredColumn.from_json, data["columns"]))
        return cls(**{**data, **lists, "columns": columns})


NOTHING = Declared()


def read_declared(spark: SparkSession, table: str, version: int | None = None) -> Declared:
    """What the Delta table of this SQL name declares at a version; None is the newest.

    Where its log cannot be read, what the schema at the version and the table as it is now say, and
    a note where more may be declared than they can tell. No row is read.
    """
    detail = spark.sql(f"DESCRIBE DETAIL {table}").collect()[0]
    if version is None:
        version = spark.sql(f"DESCRIBE HISTORY {table} LIMIT 1").collect()[0]["version"]
    try:
        return of_metadata(read_metadata(spark, str(detail["location"]), version))
    except Exception as error:  # no right on the folder arrives as Java's, Hadoop's or Connect's
        schema = spark.sql(f"SELECT * FROM {table} VERSION AS OF {version}").schema
        return _of_detail(table, schema, detail, error)


def of_schema(schema: T.StructType) -> Declared:
    """What a schema says by itself: types, NOT NULL, comments, defaults, and what Delta hid."""
    return Declared(tuple(map(_column, schema.fields)), checks=_invariants(schema))


def says_more(column: DeclaredColumn) -> bool:
    """Whether more is declared of a column than a type that every table has."""
    bare = DeclaredColumn(column.name, column.type.partition(" collate ")[0])
    return column != bare or column.type.startswith(("char", "varchar"))


def of_metadata(found: Metadata) -> Declared:
    """What Delta's own metadata says."""
    schema = T.StructType.fromJson(json.loads(found.schema))
    logical = dict(_paths(schema))
    properties, notes = kept_properties(found.properties)
    return replace(
        of_schema(schema),
        comment=found.comment,
        checks=_invariants(schema) | _checks(found.properties),
        partitioned_by=found.partitioned_by,
        clustered_by=tuple(logical.get(name, name) for name in found.clustered_by),
        properties=properties,
        notes=notes,
    )


def _paths(schema: T.StructType) -> Iterator[tuple[str, str]]:
    """By the path in the files, the path in the schema, of each column and field."""
    for one in schema.fields:
        stored = (one.metadata or {}).get(_PHYSICAL, one.name)
        yield stored, one.name
        if isinstance(one.dataType, T.StructType):
            for below, name in _paths(one.dataType):
                yield f"{stored}.{below}", f"{one.name}.{name}"


def clustering_of(detail: Row) -> tuple[str, ...]:
    """The clustering columns of a row of DESCRIBE DETAIL, which quotes names that need it."""
    return tuple(_unquoted(name) for name in detail["clusteringColumns"] or ())


def _unquoted(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") and name.endswith("`") else name


def _of_detail(table: str, schema: T.StructType, detail: Row, error: Exception) -> Declared:
    properties, notes = kept_properties(detail["properties"])
    hidden = sorted(_HIDDEN_FEATURES & set(detail["tableFeatures"] or ()))
    if hidden:
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        notes += (
            f"the log of {table} cannot be read from here, so its features "
            f"{' and '.join(hidden)} are not carried over: such columns are learned as the others "
            f"are ({why})",
        )
    return replace(
        of_schema(schema),
        comment=detail["description"],
        checks=_invariants(schema) | _checks(detail["properties"]),
        partitioned_by=tuple(detail["partitionColumns"] or ()),
        clustered_by=clustering_of(detail),
        properties=properties,
        notes=notes,
    )


def _column(found: T.StructField) -> DeclaredColumn:
    metadata = dict(found.metadata or {})
    identity = None
    if _START in metadata:
        always = not metadata.get(_BY_DEFAULT, False)
        identity = Identity(metadata[_START], metadata[_STEP], always, metadata.get(_LAST))
    return DeclaredColumn(
        found.name,
        metadata.get(CHAR, found.dataType.simpleString()),
        found.nullable,
        metadata.get(COMMENT),
        metadata.get(DEFAULT),
        metadata.get(_GENERATED),
        identity,
        tuple(sorted(filter(_is_of_others, metadata))),
    )


def _is_of_others(key: str) -> bool:
    return key not in _OWN_KEYS and not key.startswith(_OWN_PREFIXES)


def _checks(properties: Mapping[str, str]) -> dict[str, str]:
    found = sorted(properties.items())
    return {key.removeprefix(_CHECK): sql for key, sql in found if key.startswith(_CHECK)}


def _invariants(schema: T.StructType) -> dict[str, str]:
    """Rules on single columns as CHECK constraints: Delta holds them alike."""
    texts = {f.name: (f.metadata or {}).get(_INVARIANT) for f in schema.fields}
    return {
        f"invariant_{name}": json.loads(text)["expression"]["expression"]
        for name, text in texts.items()
        if text
    }


def same_structure(one: Declared, other: Declared) -> bool:
    """Whether rows that one table takes are taken by the other, and laid out alike."""

    def structure(declared: Declared) -> Declared:
        bare = declared.with_columns(lambda c: replace(c, comment=None, other=()))
        return replace(bare, comment=None, properties={}, notes=())

    return structure(one) == structure(other)


def differences(wanted: Declared, found: Declared) -> tuple[str, ...]:
    """What a table lacks of what it was to declare, each by name; values are not said."""
    there = {column.name: column for column in found.columns}
    lines = [
        f"column {column.name!r}: {what} is not kept"
        for column in wanted.columns
        if column.name in there
        for what in _lacking(column, there[column.name])
    ]
    lines += _lost("CHECK constraint", wanted.checks, found.checks)
    lines += _lost("table property", wanted.properties, found.properties)
    if wanted.partitioned_by != found.partitioned_by:
        lines.append(f"partitioning by {_listed(wanted.partitioned_by)} is not kept")
    if wanted.clustered_by != found.clustered_by:
        lines.append(f"clustering by {_listed(wanted.clustered_by)} is not kept")
    return tuple(lines)


def _lacking(wanted: DeclaredColumn, found: DeclaredColumn) -> Iterable[str]:
    if wanted.type != found.type:
        yield f"type {wanted.type} (it is {found.type})"
    if wanted.nullable != found.nullable:
        yield "NOT NULL"
    if wanted.default != found.default:
        yield "its DEFAULT"
    if wanted.generated != found.generated:
        yield "that it is generated"
    if wanted.identity != found.identity:
        yield "that it is an identity column"


def _lost(kind: str, wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    return [f"{kind} {key!r} is not kept" for key in wanted if wanted[key] != found.get(key)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
