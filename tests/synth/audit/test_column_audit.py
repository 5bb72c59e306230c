import numpy as np
import pyarrow as pa

from synth.audit.column_audit import STOPPING, Columns, findings_on_columns
from synth.audit.content import SensitiveContent
from synth.audit.question import AuditQuestion
from synth.profiling.table_profile import TableProfile


def test_findings_on_columns_come_gravest_first() -> None:
    rows = 3000
    table = pa.table(
        {
            "mail": [f"p{n}@mail.org" for n in range(rows)],
            "one": ["same"] * rows,
            "age": np.arange(rows) % 90,
        }
    )
    holds = SensitiveContent("mail", "e-mail address", 1.0, rows, "values", "high", True)
    seen = Columns(TableProfile.of(table), (holds,), (holds,), words={"mail": 1.0})
    found = findings_on_columns(AuditQuestion(purpose="clinical trial"), seen)
    assert [one.name for one in found] == [
        "purpose needs real rows",
        "content that identifies people",
        "constant",
    ]
    assert found[0].name in STOPPING and "not_sensitive" in found[1].remedy
    (doubtful,) = findings_on_columns(
        AuditQuestion(), Columns(TableProfile.of(table.select(["mail"])), (holds,))
    )
    assert doubtful.name == "content that may identify people"
