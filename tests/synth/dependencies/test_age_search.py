"""Ages are found, and the day that they are counted to; numbers that count nothing are none."""

from datetime import date

import numpy as np
import pyarrow as pa

from synth.dependencies.age import Age
from tests.synth.dependencies.ages import BORN, RNG, ROWS, SEEN, dates, years
from tests.synth.dependencies.tables import plan_of, same, used


def test_the_day_is_inside_what_fits_where_many_days_do() -> None:
    """People of four birthdays: every day from March to August gives the same ages."""
    birthdays = [date(1950 + k, *day) for k in range(50) for day in ((3, 2), (9, 1))]
    days = np.array([(day - date(1970, 1, 1)).days for day in birthdays] * 20)
    today = np.full(len(days), (date(2024, 5, 9) - date(1970, 1, 1)).days)
    table = pa.table({"born": dates(days), "age": years(days, today)})
    rules = [s.found.dependency for s in plan_of(table).steps if s.target == "age"]
    assert isinstance(rules[0], Age) and rules[0].at is not None
    assert date(2024, 3, 2) < date.fromisoformat(rules[0].at) < date(2024, 8, 31)
    same(table)


def test_a_few_ages_that_are_out_of_date_are_exceptions() -> None:
    age = years(BORN, SEEN)
    age[:4] -= 1
    table = pa.table({"born": dates(BORN), "seen": dates(SEEN), "age": age})
    assert used(plan_of(table))["age"] == ("exceptions", "age", ("born", "seen"))


def test_numbers_that_count_nothing_are_no_ages() -> None:
    table = pa.table(
        {
            "born": dates(BORN),
            "seen": dates(SEEN),
            "few": RNG.integers(0, 3, ROWS),
            "about": years(BORN, SEEN) + RNG.integers(0, 2, ROWS),
            "amount": RNG.normal(50, 20, ROWS).round(2),
        }
    )
    assert not [step for step in plan_of(table).steps if step.found.dependency.kind == "age"]
