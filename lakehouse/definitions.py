"""What a Delta table is before it has rows: columns, NOT NULL, comments, properties, its rules.

All of it is SQL, which also works on Spark Connect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyspark.sql import SparkSession
from pyspark.sql import types as T

from lakehouse.declarations import (
    NOTHING,
    Declared,
    DeclaredColumn,
    Identity,
    clustering_of,
    read_declared,
    same_structure,
)
from lakehouse.schemas import all_names, is_text, literal, needs_column_mapping, quote, type_text

# By these a table can refuse rows, or make them otherwise than they are written.
_RULES = {"checkConstraints", "generatedColumns", "identityColumns"}
# What a session's Delta may refuse, each by itself before several are left out.
_REDUCTIONS: tuple[Callable[[Declared], Declared], ...] = (
    lambda d: d.with_columns(lambda c: replace(c, type=c.type.partition(" collate ")[0])),
    lambda d: replace(d, properties=_without_deltas(d.properties)),
    lambda d: replace(d, partitioned_by=(), clustered_by=()),
    lambda d: d.with_columns(lambda c: replace(c, default=None)),
    lambda d: replace(d, checks={}),
    lambda d: d.with_columns(lambda c: replace(c, identity=None)),
    lambda d: d.with_columns(lambda c: replace(c, generated=None)),
)


@dataclass(frozen=True)
class Definition:
    """The table as it is to be; comments that are not given are left as they are.

    ``declared`` has more to say of the schema's columns (their types, NOT NULL) and of the table;
    its comments are not looked at.
    """

    schema: T.StructType
    properties: Mapping[str, str] = field(default_factory=dict)
    comment: str | None = None
    column_comments: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = NOTHING

    def all_properties(self) -> dict[str, str]:
        """The properties given, and those without which Delta or its readers could not do."""
        house = {"delta.enableDeletionVectors": "false"}  # the widest choice of readers
        if needs_column_mapping(all_names(self.schema)):
            house["delta.columnMapping.mode"] = "name"
        if any(column.default is not None for column in self.declared.columns):
            house["delta.feature.allowColumnDefaults"] = "supported"
        checks = {f"delta.constraints.{name}": sql for name, sql in self.declared.checks.items()}
        return {**house, **self.declared.properties, **checks, **self.properties}

    def attempts(self) -> Iterator[Definition]:
        """The definition, and what is left of it where the session's Delta refuses a part.

        First without one kind of declaration, then without more and more.
        """
        yield self
        less = self.declared
        without_more = []
        for reduced in _REDUCTIONS:
            less = reduced(less)
            without_more.append(less)
        without_one = [reduced(self.declared) for reduced in _REDUCTIONS]
        for declared in [*self._without_a_property(), *without_one, *without_more]:
            if declared != self.declared:
                yield replace(self, declared=declared)

    def _without_a_property(self) -> list[Declared]:
        """What is declared, without one of Delta's properties: a session may not know it."""
        found = self.declared.properties
        asked = found.keys() - _without_deltas(found).keys()
        return [
            replace(self.declared, properties={k: v for k, v in found.items() if k != key})
            for key in sorted(asked)
        ]


def _without_deltas(properties: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in properties.items() if not key.startswith("delta.")}


def create(spark: SparkSession, table: str, definition: Definition) -> None:
    """Create the table, without rows; ``table`` is a SQL name.

    What the session's Delta refuses of what is declared is left out: who needs to know reads back
    what the table declares.
    """
    # IF NOT EXISTS: of two writers that both found no table, the second one goes on.
    _first_taken(definition, lambda text: spark.sql(f"CREATE TABLE IF NOT EXISTS {table} {text}"))


def redefine(spark: SparkSession, table: str, definition: Definition, *, replace: bool) -> None:
    """Make an existing table fit the definition; no commit where nothing differs.

    With ``replace`` a table of other columns or other rules is replaced by an empty one; one of the
    same keeps its rows.
    """
    found = spark.sql(f"SELECT * FROM {table}").schema
    if replace and not takes_the_rows(spark, table, found, definition):
        # Not CREATE OR REPLACE: for a folder Delta takes that for CREATE and compares the schemas.
        _first_taken(definition, lambda text: spark.sql(f"REPLACE TABLE {table} {text}"))
        return
    _change(spark, table, found, definition)


def settle(
    spark: SparkSession, table: str, declared: Declared, clustered_by: tuple[str, ...]
) -> None:
    """Put right what the writing of rows leaves behind; no commit where there is nothing to do.

    An overwrite takes its clustering from a table, and identity columns, whose values were written
    with the rows, have to go on after these.
    """
    if clustered_by:
        detail = spark.sql(f"DESCRIBE DETAIL {table}").collect()[0]
        if clustering_of(detail) != clustered_by:
            columns = ", ".join(map(quote, clustered_by))
            spark.sql(f"ALTER TABLE {table} CLUSTER BY ({columns})")
    if not any(column.identity for column in declared.columns):
        return
    for column in read_declared(spark, table).columns:
        if column.identity is not None and _is_behind(spark, table, column.name, column.identity):
            spark.sql(f"ALTER TABLE {table} ALTER COLUMN {quote(column.name)} SYNC IDENTITY")


def _is_behind(spark: SparkSession, table: str, name: str, identity: Identity) -> bool:
    """Whether Delta's next value may be one that the table has."""
    furthest = "max" if identity.step > 0 else "min"
    row = spark.sql(f"SELECT {furthest}({quote(name)}) FROM {table}").collect()[0]
    if row[0] is None:
        return False
    return identity.last is None or (row[0] - identity.last) * identity.step > 0


def _first_taken(definition: Definition, run: Callable[[str], object]) -> None:
    refused: Exception | None = None
    for attempt in definition.attempts():
        try:
            run(_clauses(attempt))
            return
        except Exception as error:  # Delta's refusals are of many kinds, some of them Java's own
            refused = refused or error
    if refused is not None:
        raise refused


def alter_properties(spark: SparkSession, table: str, properties: Mapping[str, str]) -> None:
    """Set properties of an existing table in one commit; ``table`` is a SQL name."""
    spark.sql(f"ALTER TABLE {table} SET TBLPROPERTIES {_pairs(properties)}")


def takes_the_rows(
    spark: SparkSession, table: str, found: T.StructType, definition: Definition
) -> bool:
    """Whether an existing table has the columns and the rules of the definition."""
    if not _same_columns(found, _declared_schema(definition)):
        return False
    wanted = definition.declared
    if wanted == NOTHING:
        # Its layout is somebody's choice, as where a table is made beforehand; its rules are not.
        detail = spark.sql(f"DESCRIBE DETAIL {table}").select("tableFeatures").collect()[0]
        if not _RULES & set(detail[0] or ()):
            return True
        there = read_declared(spark, table)
        made = any(column.generated or column.identity for column in there.columns)
        return not there.checks and not made
    there = read_declared(spark, table)
    kept = wanted.properties.items() <= there.properties.items()
    return kept and same_structure(wanted, there)


def _same_columns(found: T.StructType, wanted: T.StructType) -> bool:
    def columns(schema: T.StructType) -> list[tuple[str, str, bool]]:
        return [(f.name, f.dataType.simpleString(), f.nullable) for f in schema.fields]

    return columns(found) == columns(wanted)


def _declared_schema(definition: Definition) -> T.StructType:
    """The schema, NOT NULL and with collations as declared."""
    fields = []
    for found in definition.schema.fields:
        told = definition.declared.find(found.name)
        nullable = found.nullable if told is None else told.nullable
        kind = found.dataType
        if told is not None and " collate " in told.type:
            kind = T.StringType(told.type.partition(" collate ")[2])
        fields.append(T.StructField(found.name, kind, nullable))
    return T.StructType(fields)


def _clauses(definition: Definition) -> str:
    columns = ", ".join(
        f"{quote(f.name)} {_told(f, definition.declared.find(f.name))}"
        f"{_comment(definition.column_comments.get(f.name))}"
        for f in definition.schema.fields
    )
    return (
        f"({columns}) USING delta{_layout(definition.declared)}{_comment(definition.comment)} "
        f"TBLPROPERTIES {_pairs(definition.all_properties())}"
    )


def _told(found: T.StructField, told: DeclaredColumn | None) -> str:
    """Type and rules of a column."""
    kind = type_text(found.dataType)
    if told is None:
        return f"{kind}{'' if found.nullable else ' NOT NULL'}"
    words = [told.type if is_text(told.type) and is_text(kind) else kind]
    if not told.nullable:
        words.append("NOT NULL")
    if told.generated is not None:
        words.append(f"GENERATED ALWAYS AS ({told.generated})")
    if told.identity is not None:
        how = "ALWAYS" if told.identity.always else "BY DEFAULT"
        counts = f"START WITH {told.identity.start} INCREMENT BY {told.identity.step}"
        words.append(f"GENERATED {how} AS IDENTITY ({counts})")
    if told.default is not None:
        words.append(f"DEFAULT {told.default}")
    return " ".join(words)


def _layout(declared: Declared) -> str:
    if declared.partitioned_by:
        return f" PARTITIONED BY ({', '.join(map(quote, declared.partitioned_by))})"
    if declared.clustered_by:
        return f" CLUSTER BY ({', '.join(map(quote, declared.clustered_by))})"
    return ""


def _comment(text: str | None) -> str:
    return "" if text is None else f" COMMENT {literal(text)}"


def _pairs(properties: Mapping[str, str]) -> str:
    pairs = (f"{literal(key)} = {literal(value)}" for key, value in properties.items())
    return f"({', '.join(pairs)})"


def _change(spark: SparkSession, table: str, found: T.StructType, definition: Definition) -> None:
    """Bring properties and comments of an existing table up to the definition."""
    detail = spark.sql(f"DESCRIBE DETAIL {table}").select("properties", "description").first()
    known = dict(detail[0]) if detail is not None else {}
    changed = {k: v for k, v in definition.properties.items() if known.get(k) != v}
    if changed:
        alter_properties(spark, table, changed)
    if definition.comment is not None and (detail is None or detail[1] != definition.comment):
        spark.sql(f"COMMENT ON TABLE {table} IS {literal(definition.comment)}")
    comments = {f.name: (f.metadata or {}).get("comment") for f in found.fields}
    for name, text in definition.column_comments.items():
        if name in comments and comments[name] != text:
            spark.sql(f"ALTER TABLE {table} ALTER COLUMN {quote(name)} COMMENT {literal(text)}")
