"""What a Delta table's history says of its commits."""

import json
from typing import Any

from pyspark.sql import SparkSession

from lakehouse.tables import sql_name


def history(spark: SparkSession, name: str) -> list[dict[str, Any]]:
    """The commits, newest first: version, operation, and the metadata that the writer gave."""
    commits = spark.sql(f"DESCRIBE HISTORY {sql_name(name)}").select(
        "version", "operation", "userMetadata"
    )
    return [
        {**row.asDict(), "userMetadata": json.loads(row.userMetadata or "null")}
        for row in commits.collect()
    ]
