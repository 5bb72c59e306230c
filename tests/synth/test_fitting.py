"""A fit in memory, step by step."""

import numpy as np
import pyarrow as pa
import pytest

from synth.arguments import FitArguments
from synth.encode import EncoderSettings
from synth.fitting import Fitting
from synth.generators.registry import generator_kind, read_settings
from synth.progress import Following
from synth.table.door import in_memory
from synth.table.errors import InputError

RNG = np.random.default_rng(0)
TABLE = pa.table(
    {
        "customer": np.arange(600) + 1000,
        "city": RNG.choice(["Oslo", "Rome"], 600),
        "net": RNG.integers(1, 500, 600),
        "tax": RNG.integers(1, 90, 600),
    }
).append_column("gross", pa.array(np.zeros(600)))
TABLE = TABLE.set_column(4, "gross", pa.array(np.asarray(TABLE["net"]) + np.asarray(TABLE["tax"])))


class Steps:
    """A view that remembers what it was shown."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def show(self, title: str, text: str, done: int, total: int | None, unit: str) -> None:
        self.seen += [text] if total is None else []

    def pause(self) -> None:
        """Nothing stands in the way of other output."""

    def close(self, text: str | None) -> None:
        self.seen += [text] if text else []


def fitting(name: str = "marginal") -> Fitting:
    kind = generator_kind(name)
    return Fitting(kind, read_settings(kind, None), EncoderSettings(), "cpu", 0)


def asked(**given: object) -> FitArguments:
    columns = dict.fromkeys(("keys", "sensitive", "first", "veto"), ())
    return FitArguments.of(**{"dependencies": True, "forms": True, **columns, **given})


def test_the_steps_in_their_order_and_what_comes_of_them() -> None:
    steps = Steps()
    fitted = fitting().fitted(TABLE, None, asked(sensitive=["city"]), Following("fit", steps))
    assert steps.seen == [
        "reading the table",
        "profiling the columns",
        "finding how columns are written",
        "finding rules between columns",
        "encoding",
        "learning",
    ]
    assert fitted.rows == 600 and fitted.encoder.schema["city"].sensitive
    assert fitted.encoder.schema["customer"].key
    assert [step.target for step in fitted.encoder.plan.steps] == ["gross"]


def test_a_fit_that_ends_while_its_loss_falls_warns(caplog: pytest.LogCaptureFixture) -> None:
    kind = generator_kind("mixture")
    settings = read_settings(kind, {"passes": 1})
    own = Fitting(kind, settings, EncoderSettings(), "cpu", 0)
    with in_memory():
        fitted = own.fitted(TABLE, None, asked(), Following("fit", Steps()))
    (note,) = fitted.facts["notes"]
    assert note.endswith("raise settings['passes']") and caplog.messages.count(note) == 1


def test_nothing_is_looked_for_that_is_not_asked_for() -> None:
    fitted = fitting().fitted(TABLE, None, asked(dependencies=False), Following("fit", Steps()))
    assert not fitted.encoder.plan.steps


def test_a_column_that_is_not_there_is_named_before_the_profile() -> None:
    steps = Steps()
    with pytest.raises(InputError, match=r"sensitive names 'citi'.*did you mean 'city'"):
        fitting().fitted(TABLE, None, asked(sensitive=["citi"]), Following("fit", steps))
    assert steps.seen == ["reading the table"]


def test_columns_that_identify_people_are_sensitive_and_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mails = pa.array([f"anna.{n}@mail.example" for n in range(600)])
    table = TABLE.append_column("mail", mails)
    with in_memory():
        fitted = fitting().fitted(table, None, asked(), Following("fit", None))
        (said,) = (r.getMessage() for r in caplog.records if "sensitive" in r.getMessage())
        assert "'mail' is taken for sensitive" in said and "not_sensitive=[...]" in said
        assert fitted.encoder.table_schema["mail"].sensitive
        for open_to_all in ({"not_sensitive": ["mail"]}, {"infer_sensitive": False}):
            again = fitting().fitted(table, None, asked(**open_to_all), Following("fit", None))
            assert not again.encoder.table_schema["mail"].sensitive
        with pytest.raises(InputError, match="not_sensitive names 'mial'"):
            fitting().fitted(table, None, asked(not_sensitive=["mial"]), Following("fit", None))
