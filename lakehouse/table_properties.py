"""Which properties of a table another one is given, and which are left, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

# Where and how files are written, how long they are kept, what readers are offered.
_KEPT = (
    "delta.autoOptimize",
    "delta.checkpoint.",
    "delta.checkpointInterval",
    "delta.checkpointPolicy",
    "delta.columnMapping.mode",
    "delta.compatibility.symlinkFormatManifest.enabled",
    "delta.dataSkippingNumIndexedCols",
    "delta.dataSkippingStatsColumns",
    "delta.deletedFileRetentionDuration",
    "delta.enableChangeDataFeed",
    "delta.enableExpiredLogCleanup",
    "delta.enableInCommitTimestamps",
    "delta.enableRowTracking",
    "delta.enableTypeWidening",
    "delta.isolationLevel",
    "delta.logRetentionDuration",
    "delta.parquet.",
    "delta.randomPrefixLength",
    "delta.randomizeFilePrefixes",
    "delta.sampleRetentionDuration",
    "delta.setTransactionRetentionDuration",
    "delta.targetFileSize",
    "delta.tuneFileSizesForRewrites",
)
# Delta's own bookkeeping, and what other declarations bring with them.
_NOT_DECLARED = (
    "delta.columnMapping.maxColumnId",
    "delta.constraints.",
    "delta.feature.",
    "delta.inCommitTimestampEnablement",
    "delta.lastCommitTimestamp",
    "delta.lastUpdateVersion",
    "delta.minReaderVersion",
    "delta.minWriterVersion",
    "delta.rowTracking.materialized",
    "lakesynth.",
)
_REASONS = {
    "delta.appendOnly": "the next run replaces the rows",
    "delta.enableDeletionVectors": "they are off, so that every reader can read the table",
}
_UNKNOWN = "it is not known to be fit for another table"
# Spark takes these in clauses of their own.
_RESERVED = (
    "clusteringColumns",
    "external",
    "is_managed_location",
    "location",
    "owner",
    "provider",
)


def kept_properties(found: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The properties that another table of the same kind is given, and notes on those left out.

    Those of Delta that are known to be fit for it, and the user's own.
    """
    kept, notes = {}, []
    for key, value in sorted(found.items()):
        if key.startswith(_NOT_DECLARED) or key in _RESERVED:
            continue
        if not key.startswith("delta.") or key.startswith(_KEPT):
            kept[key] = value
        elif value.lower() != "false":
            reason = _REASONS.get(key, _UNKNOWN)
            notes.append(f"table property {key!r} is not carried over: {reason}")
    return kept, tuple(notes)
