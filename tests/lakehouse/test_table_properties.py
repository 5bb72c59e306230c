"""What of a table's properties another one is given."""

from lakehouse.table_properties import kept_properties


def test_what_is_fit_for_another_table_is_kept_and_the_rest_is_said() -> None:
    found = {
        "delta.enableChangeDataFeed": "true",
        "delta.autoOptimize.optimizeWrite": "true",
        "quality": "gold",
        "delta.appendOnly": "true",
        "delta.enableDeletionVectors": "false",
        "delta.somethingNew": "7",
    }
    kept, notes = kept_properties(found)
    assert kept == {key: found[key] for key in list(found)[:3]}
    assert notes == (
        "table property 'delta.appendOnly' is not carried over: the next run replaces the rows",
        "table property 'delta.somethingNew' is not carried over: it is not known to be fit for "
        "another table",
    )


def test_bookkeeping_is_neither_kept_nor_said() -> None:
    own = (
        "delta.columnMapping.maxColumnId",
        "delta.constraints.positive",
        "delta.feature.clustering",
        "delta.minWriterVersion",
        "delta.rowTracking.materializedRowIdColumnName",
        "lakesynth.run_id",
        "owner",
    )
    assert kept_properties(dict.fromkeys(own, "x")) == ({}, ())
